"""Files of every kind that people keep keys in, and what must come of each.

Each text file beside this one has those of a kind. A line "=== name | accounts | apps | told |
handles | kept" begins one, and its text follows; own_cases.py says what the fields and ~K1 mean.
"~{text}~" is the text in base64, ~CR a carriage return, ~= an equals sign that begins a line.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.transfer.reader.own_cases import TextCase, fill

_FIELDS = 6


@dataclass(frozen=True, slots=True)
class FileCase(TextCase):
    """A case with the kind of file it is."""

    kind: str = ""


def _parse(kind: str, data: str) -> Iterator[FileCase]:
    for block in re.split("^=== ", data, flags=re.MULTILINE)[1:]:
        head, _, text = block.partition("\n")
        fields = [field.strip() for field in head.split("|")]
        fields += [""] * (_FIELDS - len(fields))
        text = text.replace("~CR", "\r").replace("~=", "=")
        name, accounts, apps, told, handles, kept = fields
        text = re.sub("~{(.*?)}~", lambda found: _encode(found.group(1)), text, flags=re.DOTALL)
        yield FileCase(name, text, accounts, apps, told, handles or None, kept, kind)


def _encode(text: str) -> str:
    return base64.b64encode(fill(text).encode()).decode()


TEXT_CASES = tuple(
    case
    for path in sorted(Path(__file__).parent.glob("*.txt"))
    for case in _parse(path.stem, path.read_text("utf-8"))
)
