"""Redaction of credentials in what a vendor's command prints: whole, in pieces, or encoded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

from twauth_gui.domain.secret import Secret

PLACEHOLDER = "••••"
PIECE = 8
"""How many characters of a credential in a row are hidden; shorter ones are hidden if whole."""
_MIN_LENGTH = 4
PLAIN_VALUE = re.compile(r"[A-Za-z0-9_%+/=.:@~-]+")
"""Values that every reader takes as they are, without quotes. All credentials of X are such."""


class OutputRedactor:
    """Hides these secrets in a text, in every form that commands print what they were given.

    Of a credential any piece of PIECE characters is hidden, so that one that a message cuts off,
    or a line break divides, is not shown either. Texts around credentials, such as the records of
    the vault, have words in them that are not secret; they are hidden if they are whole. Case does
    not matter.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = {one.reveal().strip() for one in secrets}
        self._pieces = {
            piece
            for value in values
            for form in _encode_forms(value)
            for piece in _cut(form.casefold(), PIECE if PLAIN_VALUE.fullmatch(value) else len(form))
        }
        self._lengths = sorted({len(one) for one in self._pieces})

    def redact(self, text: str) -> str:
        """Return the text with each stretch that belongs to a secret replaced."""
        folded = text.casefold()
        if len(folded) != len(text):  # a few letters become two
            text = folded
        hidden = bytearray(len(text))
        for length in self._lengths:
            for at in range(len(folded) - length + 1):
                if folded[at : at + length] in self._pieces:
                    hidden[at : at + length] = b"\1" * length
        return _replace(text, hidden)


def _cut(text: str, length: int) -> set[str]:
    """Return all pieces of this length; the text itself if it is shorter."""
    return {text[at : at + length] for at in range(max(1, len(text) - length + 1))}


def _replace(text: str, hidden: bytearray) -> str:
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = hidden.find(1 - hidden[at], at)
        end = len(text) if end < 0 else end
        parts.append(PLACEHOLDER if hidden[at] else text[at:end])
        at = end
    return "".join(parts)


def _encode_forms(value: str) -> set[str]:
    if len(value) < _MIN_LENGTH:
        return set()
    data = value.encode("utf-8", "surrogatepass")
    escaped = json.dumps(value)[1:-1]
    forms = {value, quote(data, safe=""), quote(data), escaped, escaped.replace("/", "\\/")}
    forms |= {data.hex(), *_base64_forms(data)}
    forms |= {form.replace("+", "-").replace("/", "_") for form in _base64_forms(data)}
    return {form for form in forms if len(form) >= _MIN_LENGTH}


def _base64_forms(data: bytes) -> set[str]:
    """Return what every text that contains the data has in Base64, wherever in it the data is."""
    forms: set[str] = set()
    for before in range(3):
        padded = bytes(before) + data
        whole = base64.b64encode(padded[: len(padded) - len(padded) % 3]).decode()
        forms.add(whole[0 if before == 0 else 4 :])
    return forms | {base64.b64encode(data).decode().rstrip("=")}
