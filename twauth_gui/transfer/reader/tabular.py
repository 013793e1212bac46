"""Rows of values: CSV and its relatives, with a header, without one, or with names in a column."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import islice

from twauth_gui.transfer.reader.entry import MOST_ENTRIES, Entry, make_entry
from twauth_gui.transfer.reader.line_values import looks_like_credential

_DELIMITERS = "\t,;|"
_SAMPLE = 64
_EQUAL_ROWS = 0.8
_TELLING = re.compile(r"key|token|secret|bearer|client|consumer|password", re.IGNORECASE)
_HEADER_WORD = re.compile(r"[A-Za-z_@#][\w .()/@#:-]{0,60}")
_NAME_COLUMNS = ("key", "field", "variable", "parameter", "setting", "name")
_VALUE_COLUMNS = ("value", "val")
_PAIR = 2
_TITLES = 8  # rows that may stand above the header
_RULE = re.compile(r":?-{2,}:?")

_Row = tuple[int, list[str]]


def read_table(text: str, *, is_certain: bool = False) -> list[Entry]:
    """Return the cells of a table; [] if the text is none.

    Args:
        text: any text.
        is_certain: the name of the file says that it is a table.
    """
    lines = text.split("\n")
    head = lines[:_SAMPLE]
    for delimiter in _DELIMITERS:
        if not any(delimiter in line for line in head):
            continue
        rows = _split(head, delimiter)
        if _is_table(rows, is_certain=is_certain):
            rows = rows if len(lines) <= _SAMPLE else _split(lines, delimiter)
            return read_rows(rows, "tsv" if delimiter == "\t" else "csv")
    return []


def _split(lines: Sequence[str], delimiter: str) -> list[_Row]:
    """Return each record with the line where it begins."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, skipinitialspace=True)
    rows: list[_Row] = []
    start = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((start, _inside_rules(cells) if delimiter == "|" else cells))
            start = reader.line_num + 1
    except csv.Error:  # a cell that is too long
        return rows
    return rows


def _inside_rules(cells: list[str]) -> list[str]:
    """Return the cells of a row of Markdown: between its outer bars, without marks of code."""
    if len(cells) > _PAIR and not cells[0] and not cells[-1]:
        cells = cells[1:-1]
    return [cell.strip("`") for cell in cells]


def _is_table(rows: Sequence[_Row], *, is_certain: bool) -> bool:
    widths = [len(row) for _, row in rows if not row[0].startswith("#")]
    if not widths or max(widths) < _PAIR:
        return False
    usual = max(set(widths), key=widths.count)
    if usual < _PAIR or widths.count(usual) < len(widths) * _EQUAL_ROWS:
        return is_certain and usual >= _PAIR
    if is_certain:
        return True
    cells = [cell for _, row in rows for cell in row]
    credentials = sum(map(looks_like_credential, cells))
    return credentials >= _PAIR or (bool(credentials) and len(rows) > 1)


def read_rows(rows: Sequence[_Row], file_format: str) -> list[Entry]:
    """Return the cells of rows under the names of their columns or rows."""
    numbered = [
        (number, line, row)
        for number, (line, row) in enumerate(rows, 1)
        if not all(_RULE.fullmatch(cell) for cell in row)
    ]
    if not numbered:
        return []
    numbered = _from_header(numbered)
    if _has_names_in_first_column([row for _, _, row in numbered]):
        return _read_columns([(line, row) for _, line, row in numbered], file_format)
    header = _header_of(numbered[0][2])
    columns = _name_and_value(header)
    if columns:
        return _read_long(numbered[1:], columns, file_format)
    columns = None if header else _unnamed_columns([row for _, _, row in numbered])
    if columns:
        cut = [(number, line, ["", *row[columns[0] :]]) for number, line, row in numbered]
        return _read_long(cut, (1, columns[1] - columns[0] + 1), file_format)
    found = (
        make_entry((f"row {number}", _column(header, at)), cell, line, file_format)
        for number, line, row in (numbered[1:] if header else numbered)
        for at, cell in enumerate(row)
        if cell or at < len(header)
    )
    return list(islice(found, MOST_ENTRIES))


def _from_header(numbered: list[tuple[int, int, list[str]]]) -> list[tuple[int, int, list[str]]]:
    """Return the rows without the titles above the header, and without its repetitions."""
    rows = [row for _, _, row in numbered]
    telling = [sum(_TELLING.search(cell) is not None for cell in row) for row in rows[:_TITLES]]
    values = [any(map(looks_like_credential, row)) for row in rows[:_TITLES]]
    first = values.index(True) if True in values else 0
    at = max(range(first), key=lambda row: (telling[row] >= _PAIR, row), default=0)
    if not first or telling[at] < _PAIR or len(rows[at]) <= _PAIR:
        return numbered
    return [one for one in numbered[at:] if one[2] != rows[at] or one is numbered[at]]


def _name_and_value(header: Sequence[str]) -> tuple[int, int] | None:
    """Return which columns have the names and the values of a table of one value a row."""
    names = [name.casefold() for name in header]
    at = next((names.index(name) for name in _NAME_COLUMNS if name in names), -1)
    value = next((names.index(name) for name in _VALUE_COLUMNS if name in names), -1)
    return (at, value) if at >= 0 and value >= 0 else None


def _unnamed_columns(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """Return which columns of rows without a header have the name and the one value of each."""
    if len(rows) < _PAIR:
        return None
    columns = list(zip(*rows, strict=False))
    telling = [all(map(_TELLING.search, column)) for column in columns]
    values = [
        at
        for at, column in enumerate(columns)
        if not telling[at] and all(map(looks_like_credential, column))
    ]
    names = [at for at in range(values[0]) if telling[at]] if len(values) == 1 else []
    return (names[-1], values[0]) if names else None


def _read_long(
    rows: Sequence[tuple[int, int, list[str]]], columns: tuple[int, int], file_format: str
) -> list[Entry]:
    """Return the values of rows below what the other cells in front of the name say."""
    name, value = columns
    return [
        make_entry((*filter(None, row[: min(columns)]), row[name]), row[value], line, file_format)
        for _, line, row in rows
        if len(row) > max(columns)
    ]


def _column(header: Sequence[str], at: int) -> str:
    return header[at] if at < len(header) and header[at] else f"[{at}]"


def _header_of(row: Sequence[str]) -> list[str]:
    """Return the names of the columns; [] if the first row holds values already."""
    named = [cell for cell in row if cell]
    if any(map(looks_like_credential, named)):
        return []
    words = sum(_HEADER_WORD.fullmatch(cell) is not None for cell in named)
    return list(row) if named and words >= len(named) * _EQUAL_ROWS else []


def _has_names_in_first_column(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each row is one field, with its name in front: a table of pairs, or on its side."""
    firsts = [row[0] for row in rows if row]
    telling = sum(_TELLING.search(cell) is not None for cell in firsts)
    if any(map(looks_like_credential, firsts)) or telling < min(len(firsts), _PAIR):
        return False
    head = sum(_TELLING.search(cell) is not None for cell in rows[0][1:])
    return head == 0 or (len(rows[0]) == _PAIR and not _TELLING.search(rows[0][1]))


def _is_value(row: Sequence[str], at: int) -> bool:
    return at < len(row) and looks_like_credential(row[at])


def _read_columns(rows: Sequence[_Row], file_format: str) -> list[Entry]:
    """Return the values of rows that begin with their name, by the column's name if it has one."""
    first = rows[0][1]
    has_header = not _TELLING.search(first[0]) and not any(map(looks_like_credential, first))
    width = max(len(row) for _, row in rows)
    entries: list[Entry] = []
    used = [at for at in range(1, width) if any(_is_value(row, at) for _, row in rows)]
    if has_header or not used:
        used = [*range(1, width)]
    width = len(used) + 1
    for line, row in rows[1:] if has_header else rows:
        for at in used:
            cell = row[at] if at < len(row) else ""
            column = (_column(first if has_header else (), at),) if width > _PAIR else ()
            entries.append(make_entry((*column, row[0]), cell, line, file_format))
    return entries
