"""One value of a text with its names: what every reader of a format returns.

It is apart from entries.py so that the readers, which that module calls, need not import it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_REFERENCE = 80
MOST_ENTRIES = 7_001
"""No reader goes on when it has so many: they are more than are taken of a text."""
DEEPEST = 64
"""A path has no more names than this; what lies deeper keeps the path it has there."""

# Nothing here can match in two ways, so a long value costs no more than its length.
_REFERENCE = re.compile(
    r"\$\{|\$\(|\{\{|<%|#\{|^\$[A-Za-z_][A-Za-z0-9_.:\[\]]*+$|^%[A-Za-z_][A-Za-z0-9_]*+%$|^!Ref\b"
)


class Entry(NamedTuple):
    """One literal value of a text, with the names that lead to it.

    Attributes:
        path: names from the outside in: sections, objects, list positions as "[0]", rows as
            "row 3", last the value's own name; () for a bare value.
        value: the literal as the format defines it, unquoted and unescaped; "" is an empty value.
        line: where it begins, counted from 1.
        is_literal: False if the file names something else in its place (a call, a variable, an
            interpolation): then value is what stands there, at most 80 characters.
        format: which reader found it: "dotenv", "json", "yaml", "code:python", "text", …
    """

    path: tuple[str, ...]
    value: str
    line: int
    is_literal: bool = True
    format: str = ""


def make_entry(path: tuple[str, ...], value: str, line: int, file_format: str) -> Entry:
    """Return an entry whose value is no literal if it refers to a variable or is a template."""
    if is_reference(value):
        return Entry(path, value[:LONGEST_REFERENCE], line, is_literal=False, format=file_format)
    return Entry(path, value, line, format=file_format)


def is_reference(value: str) -> bool:
    """Whether a text stands for another: ${X}, $(…), {{ … }}, <% … %>, $X or %X%."""
    return not value.isalnum() and _REFERENCE.search(value) is not None
