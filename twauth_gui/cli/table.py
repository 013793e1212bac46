"""Lays rows out in columns for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from twauth_gui.domain.display_text import to_printable_line

_GAP = "  "
_TO_THE_MINUTE = len("2026-01-31 23:59")


def format_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give the lines of a table, its columns as wide as their widest cell."""
    columns = [_pad_column(cells) for cells in zip(head, *rows, strict=True)]
    return "\n".join(_GAP.join(cells).rstrip() for cells in zip(*columns, strict=True))


def format_fields(rows: Sequence[tuple[str, str]]) -> str:
    """Give one "name  value" per line, without those that have no value."""
    known = [(name, to_printable_line(value)) for name, value in rows if value]
    width = max((_measure_width(name) for name, _ in known), default=0)
    return "\n".join(f"{_pad_cell(name, width)}{_GAP}{value}" for name, value in known)


def format_local_time(at: datetime | None) -> str:
    """Write a time to the minute, in this computer's zone; "" for none."""
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
    """Say how long something has waited: 4 min, 3 h, 2 d."""
    minutes = max(0, int((now - start).total_seconds()) // 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"  # noqa: PLR2004 - two days


def _pad_cell(cell: str, width: int) -> str:
    return cell + " " * (width - _measure_width(cell))


def _measure_width(cell: str) -> int:
    """Count the columns of a terminal: wide signs take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in cell
    )
