"""Conversion of a bot's output to plain text without colours, control characters, prefixes."""

from __future__ import annotations

import html
import re

MAX_INPUT_BYTES = 256 * 1024
"""Only the end of a longer text is read, as logs grow downwards."""

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")  # what PowerShell's > writes

# Classes of one repeat never share a character with what follows, so nothing is tried twice.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?|[@-Z\\-_])"
)
# The same colours as some logs spell them out.
_SPELLED = re.compile(r"(?:\\x1[bB]|\\u001[bB]|\\033|\^\[|#033)\[[0-9;]{0,20}m")
_ENTITIES = re.compile(r"&(?:quot|#34|#39|#x27);")
_PREFIXES = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\w.-]{1,60}[-_]\d{1,4} {0,20}\| ?",  # docker compose
        r"[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d [\w.-]{1,64} [\w./@-]{1,64}(?:\[\d{1,9}\])?: ",
        r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\]? ?",
        r"(?:> ?){1,5}",  # quoted mail, and what curl -v sent
        r"[<*] ",  # what curl -v received
    )
)


def to_plain_text(data: bytes) -> str:
    """Return the readable text of the last MAX_INPUT_BYTES. Never raises; linear in time."""
    text = _decode(data)
    text = _SPELLED.sub("", _ESCAPES.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    if _ENTITIES.search(text):
        text = html.unescape(text)
    lines = "".join(map(_replace_unprintable, text)).split("\n")
    return "\n".join(_strip_prefix(line.expandtabs(2)) for line in lines)


def _decode(data: bytes) -> str:
    wide = data[:2] in UTF16_MARKS
    tail = data[-MAX_INPUT_BYTES:]
    if wide:
        order = "utf-16-le" if data[:2] == UTF16_MARKS[0] else "utf-16-be"
        return tail[len(tail) % 2 :].decode(order, "replace").lstrip("\ufeff")
    return tail.decode("utf-8", "replace").lstrip("\ufeff")


def _replace_unprintable(character: str) -> str:
    return character if character.isprintable() or character in "\n\t" else " "


def _strip_prefix(line: str) -> str:
    """Remove what a logger put before a line: two prefixes at most, as docker's before a time."""
    for _ in range(2):
        for prefix in _PREFIXES:
            if (found := prefix.match(line)) is not None:
                line = line[found.end() :]
                break
    return line
