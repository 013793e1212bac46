"""The list model of accounts and pending sign-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from typing_extensions import override

from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.parts.item_views import ModelIndex
from twauth_gui.gui.parts.text import escape_tooltip


def group_runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Group ascending numbers into runs without a gap, each as (first, last)."""
    first = last = None
    for number in numbers:
        if first is None or last is None:
            first = last = number
        elif number == last + 1:
            last = number
        else:
            yield first, last
            first = last = number
    if first is not None and last is not None:
        yield first, last


_NO_INDEX = QModelIndex()


class AccountRole(IntEnum):
    """The roles of data() besides Qt's own."""

    ROW = Qt.ItemDataRole.UserRole + 1  # the AccountRow itself
    ID = Qt.ItemDataRole.UserRole + 2
    HANDLE = Qt.ItemDataRole.UserRole + 3
    WHEN = Qt.ItemDataRole.UserRole + 4  # the line below the status
    SEVERITY = Qt.ItemDataRole.UserRole + 5


class SortOrder(Enum):
    """What the list is sorted by; equal rows are ordered by handle."""

    HANDLE = "handle"
    CHECKED = "checked"
    HEALTH = "health"
    NEWEST = "newest"


class AccountListModel(QAbstractListModel):
    """Rows in the chosen order; set_rows() sends signals only for what has changed.

    clock returns the time, aware, in the user's time zone.
    """

    def __init__(self, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._order = SortOrder.HANDLE
        self._rows: list[AccountRow] = []
        self._row_numbers: dict[str, int] = {}

    @property
    def rows(self) -> Sequence[AccountRow]:
        return self._rows

    @property
    def order(self) -> SortOrder:
        return self._order

    def row_number_of(self, row_id: str) -> int:
        """Return the row number of an id, -1 if there is none."""
        return self._row_numbers.get(row_id, -1)

    def now(self) -> datetime:
        return self._clock()

    def set_rows(self, rows: Sequence[AccountRow]) -> None:
        """Replace the rows with these, in any order; selection and scroll position stay."""
        wanted = sorted(rows, key=_SORT_KEYS[self._order])
        ids = {row.id for row in wanted}
        self._remove_rows([place for place, row in enumerate(self._rows) if row.id not in ids])
        known = set(self._row_numbers)
        remaining = [row for row in wanted if row.id in known]
        if [row.id for row in remaining] != [row.id for row in self._rows]:
            self._reorder([row.id for row in remaining])
        self._update_rows(remaining)
        self._insert_rows(wanted, known)

    def set_order(self, order: SortOrder) -> None:
        """Sort in another order."""
        if order is not self._order:
            self._order = order
            self._reorder([row.id for row in sorted(self._rows, key=_SORT_KEYS[order])])

    def refresh_times(self) -> None:
        """Have the views update the texts that depend on the time."""
        if self._rows:
            roles = [AccountRole.WHEN, Qt.ItemDataRole.AccessibleTextRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), roles)

    @override
    def rowCount(self, parent: ModelIndex = _NO_INDEX, /) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole, /) -> Any:
        place = index.row()
        if not index.isValid() or place >= len(self._rows):
            return None
        row = self._rows[place]
        if role == AccountRole.ROW:
            return row
        read = _READERS.get(role)
        return None if read is None else read(row, self)

    @override
    def roleNames(self) -> dict[int, Any]:
        names = dict(super().roleNames())
        return names | {int(role): role.name.lower().encode() for role in AccountRole}

    def _index_rows(self) -> None:
        self._row_numbers = {row.id: place for place, row in enumerate(self._rows)}

    def _remove_rows(self, places: list[int]) -> None:
        for first, last in reversed(list(group_runs(places))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        if places:
            self._index_rows()

    def _reorder(self, ids: list[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        moved = [self._rows[index.row()].id for index in before]
        self._rows = [self._rows[self._row_numbers[row_id]] for row_id in ids]
        self._index_rows()
        after = [self.index(self._row_numbers[row_id]) for row_id in moved]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _update_rows(self, rows: list[AccountRow]) -> None:
        changed = [place for place, row in enumerate(rows) if row != self._rows[place]]
        self._rows = rows
        for first, last in group_runs(changed):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _insert_rows(self, wanted: list[AccountRow], known: set[str]) -> None:
        fresh = [place for place, row in enumerate(wanted) if row.id not in known]
        for first, last in group_runs(fresh):
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = wanted[first : last + 1]
            self.endInsertRows()
        self._index_rows()


_SORT_KEYS: dict[SortOrder, Callable[[AccountRow], tuple[Any, ...]]] = {
    SortOrder.HANDLE: lambda row: (row.sort_name, row.id),
    SortOrder.CHECKED: lambda row: (-row.checked_timestamp, row.sort_name, row.id),
    SortOrder.HEALTH: lambda row: (row.urgency, row.sort_name, row.id),
    SortOrder.NEWEST: lambda row: (-row.created_at.timestamp(), row.sort_name, row.id),
}

_READERS: dict[int, Callable[[AccountRow, AccountListModel], object]] = {
    # Without the @, so that typing a handle on the list finds its row.
    Qt.ItemDataRole.DisplayRole: lambda row, _model: row.handle or row.title,
    Qt.ItemDataRole.AccessibleTextRole: lambda row, model: row.accessible_text(model.now()),
    Qt.ItemDataRole.ToolTipRole: lambda row, _model: escape_tooltip(row.tooltip_text),
    AccountRole.ID: lambda row, _model: row.id,
    AccountRole.HANDLE: lambda row, _model: row.handle,
    AccountRole.WHEN: lambda row, model: row.time_text(model.now()),
    AccountRole.SEVERITY: lambda row, _model: row.severity.value,
}
