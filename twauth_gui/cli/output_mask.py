"""Replace credentials in a program's output, wherever its pieces begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

MASKED = b"***"


class OutputMask:
    """Masks the bytes of one stream; what it returns is what masking the whole would give.

    Of several values that begin at the same place the longest counts. A value is also found with
    percent-encoding (RFC 3986), as in an address or a signed header, and without it.
    """

    def __init__(self, values: Iterable[str]) -> None:
        hidden = sorted({form for one in values for form in _encode_forms(one)}, key=len)
        hidden.reverse()  # re takes the first alternative that fits
        self._pattern = re.compile(b"|".join(map(re.escape, hidden)) or b"(?!)")
        self._starts = {one[:length] for one in hidden for length in range(1, len(one))}
        self._longest_start = max(map(len, self._starts), default=0)
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Return what can be shown now; what may be the start of a value is held back."""
        text = self._rest + data
        shown: list[bytes] = []
        at = 0
        while True:
            start = self._find_start(text, at)
            found = self._pattern.search(text, at)
            if found is None or found.start() >= start:
                break
            shown += (text[at : found.start()], MASKED)
            at = found.end()
        self._rest = text[start:]
        return b"".join((*shown, text[at:start]))

    def finish(self) -> bytes:
        """Return what was held back, at the end of the stream."""
        rest, self._rest = self._rest, b""
        return self._pattern.sub(MASKED, rest)

    def _find_start(self, text: bytes, at: int) -> int:
        """Return where the rest of the text is the start of a value, len(text) if nowhere."""
        for position in range(max(at, len(text) - self._longest_start), len(text)):
            if text[position:] in self._starts:
                return position
        return len(text)


def _encode_forms(value: str) -> set[bytes]:
    forms = {value, quote(value, safe=""), unquote(value)}
    return {form.encode("utf-8", "surrogateescape") for form in forms if form}
