"""Format tables, fields and times for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from twauth_gui.domain.display_text import to_printable_line

_GAP = "  "
_TO_THE_MINUTE = len("2026-01-31 23:59")


def format_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the lines of a table, each column as wide as its widest cell."""
    columns = [_pad_column(cells) for cells in zip(headings, *rows, strict=True)]
    return "\n".join(_GAP.join(cells).rstrip() for cells in zip(*columns, strict=True))


def format_fields(rows: Sequence[tuple[str, str]]) -> str:
    """Return one "name  value" per line, without the fields that have no value."""
    filled = [(name, to_printable_line(value)) for name, value in rows if value]
    width = max((_measure_width(name) for name, _ in filled), default=0)
    return "\n".join(f"{_pad_cell(name, width)}{_GAP}{value}" for name, value in filled)


def format_local_time(at: datetime | None) -> str:
    """Format a time to the minute, in this computer's time zone; "" for None."""
    return "" if at is None else at.astimezone().isoformat(" ", "minutes")[:_TO_THE_MINUTE]


def _pad_column(cells: Sequence[str]) -> list[str]:
    """Pad the cells to the width of the widest."""
    whole = "".join(cells)
    if whole.isascii() and whole.isprintable():  # nearly always, and four times as fast
        width = max(map(len, cells))
        return [cell.ljust(width) for cell in cells]
    clean = [to_printable_line(cell) for cell in cells]
    width = max(map(_measure_width, clean))
    return [_pad_cell(cell, width) for cell in clean]


def format_age(start: datetime, now: datetime) -> str:
    """Format how long ago a time was: 4 min, 3 h, 2 d."""
    minutes = max(0, int((now - start).total_seconds()) // 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"  # noqa: PLR2004 - two days


def _pad_cell(cell: str, width: int) -> str:
    return cell + " " * (width - _measure_width(cell))


def _measure_width(cell: str) -> int:
    """Count terminal columns: a wide character takes two, a combining one none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in cell
    )
