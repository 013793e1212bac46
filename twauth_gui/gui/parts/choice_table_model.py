"""The model of a choice table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from typing_extensions import override

from twauth_gui.gui.parts.choice_table_row import TableRow
from twauth_gui.gui.parts.item_views import ModelIndex
from twauth_gui.gui.parts.text import escape_tooltip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class Column(IntEnum):
    """The columns, from the left."""

    ITEM = 0
    APP = 1
    STATUS = 2


class ChoiceTableModel(QAbstractTableModel):
    """Rows as they were found; a check box belongs to the first column.

    titles: of the columns.

    Signals:
        checked: check boxes were set or cleared; carries their rows.
    """

    checked = Signal(list)

    def __init__(self, titles: tuple[str, str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._titles = list(titles)
        self._rows: list[TableRow] = []
        self._numbers: dict[int, int] = {}

    @property
    def rows(self) -> Sequence[TableRow]:
        return self._rows

    def number_of(self, row: TableRow) -> int:
        """Return the number of a row of this model."""
        return self._numbers[id(row)]

    def set_rows(self, rows: Iterable[TableRow]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self._numbers = {id(row): number for number, row in enumerate(self._rows)}
        self.endResetModel()

    def set_title(self, column: Column, title: str) -> None:
        """Change the title of a column."""
        self._titles[column] = title
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, column, column)

    def refresh(self, rows: Iterable[TableRow]) -> None:
        """Have the view paint these rows again, because they changed."""
        for row in rows:
            number = self.number_of(row)
            last = self.index(number, Column.STATUS)
            self.dataChanged.emit(self.index(number, Column.ITEM), last)

    def refresh_all(self) -> None:
        """Have the view paint every row again."""
        if self._rows:
            last = self.index(len(self._rows) - 1, Column.STATUS)
            self.dataChanged.emit(self.index(0, Column.ITEM), last)

    def check(self, rows: Iterable[TableRow], *, on: bool) -> None:
        """Set or clear the check boxes of these rows, where they can be changed."""
        changed = [row for row in rows if row.is_checkable]
        for row in changed:
            row.is_checked = on
        self.refresh_all()
        self.checked.emit(changed)

    @override
    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    @override
    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Column.ITEM and self._rows[index.row()].is_checkable:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    @override
    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        read = _READERS.get(role)
        return None if read is None else read(row, index.column())


def _cell_text(row: TableRow, column: int) -> str:
    if column == Column.APP:
        return row.app_text
    return row.title if column == Column.ITEM else row.status.word


def _check_state(row: TableRow, column: int) -> Qt.CheckState | None:
    if column != Column.ITEM or not row.is_checkable:
        return None
    return _CHECKED if row.is_checked else _UNCHECKED


def _spoken_text(row: TableRow, column: int) -> str:
    return row.spoken_text if column == Column.ITEM else _cell_text(row, column)


def _tooltip(row: TableRow, column: int) -> str:
    texts = (row.place, row.app_text, row.status.reason)
    return escape_tooltip(texts[column])


_READERS: dict[int, Callable[[TableRow, int], object]] = {
    ROW_ROLE: lambda row, _column: row,
    Qt.ItemDataRole.DisplayRole: _cell_text,
    Qt.ItemDataRole.AccessibleTextRole: _spoken_text,
    Qt.ItemDataRole.ToolTipRole: _tooltip,
    Qt.ItemDataRole.CheckStateRole: _check_state,
}
