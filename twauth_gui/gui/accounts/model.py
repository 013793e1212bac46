"""The accounts and pending sign-ins as a list model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from twauth_gui.gui.accounts.changes import runs
from twauth_gui.gui.accounts.row import AccountRow
from twauth_gui.gui.parts.tooltip import tooltip

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class Role(IntEnum):
    """What data() answers beside Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1  # the AccountRow itself
    ID = Qt.ItemDataRole.UserRole + 2
    HANDLE = Qt.ItemDataRole.UserRole + 3
    WHEN = Qt.ItemDataRole.UserRole + 4  # the line below the verdict
    SEVERITY = Qt.ItemDataRole.UserRole + 5


class Order(Enum):
    """What the list is sorted by; each ends with the handle."""

    HANDLE = "handle"
    CHECKED = "checked"
    HEALTH = "health"
    NEWEST = "newest"


def _local_now() -> datetime:
    return datetime.now().astimezone()


class AccountListModel(QAbstractListModel):
    """Rows in the chosen order; set_rows() changes only what has changed.

    clock tells the time, aware, in the person's zone.
    """

    def __init__(
        self, clock: Callable[[], datetime] = _local_now, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._order = Order.HANDLE
        self._rows: list[AccountRow] = []
        self._places: dict[str, int] = {}

    @property
    def rows(self) -> Sequence[AccountRow]:
        return self._rows

    @property
    def order(self) -> Order:
        return self._order

    def place_of(self, row_id: str) -> int:
        """Return the row number of an id, -1 where it is not there."""
        return self._places.get(row_id, -1)

    def now(self) -> datetime:
        return self._clock()

    def set_rows(self, rows: Sequence[AccountRow]) -> None:
        """Show these rows, in any order; selection and scroll position stay."""
        wanted = sorted(rows, key=_KEYS[self._order])
        names = {row.id for row in wanted}
        self._drop([place for place, row in enumerate(self._rows) if row.id not in names])
        known = set(self._places)
        kept = [row for row in wanted if row.id in known]
        if [row.id for row in kept] != [row.id for row in self._rows]:
            self._reorder([row.id for row in kept])
        self._replace(kept)
        self._add(wanted, known)

    def set_order(self, order: Order) -> None:
        """Sort by something else."""
        if order is not self._order:
            self._order = order
            self._reorder([row.id for row in sorted(self._rows, key=_KEYS[order])])

    def tick(self) -> None:
        """Tell the views that time has passed; call it now and then."""
        if self._rows:
            roles = [Role.WHEN, Qt.ItemDataRole.AccessibleTextRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), roles)

    @override
    def rowCount(self, parent: Index = _NO_INDEX, /) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole, /) -> Any:
        place = index.row()
        if not index.isValid() or place >= len(self._rows):
            return None
        row = self._rows[place]
        if role == Role.ROW:
            return row
        read = _READERS.get(role)
        return None if read is None else read(row, self)

    @override
    def roleNames(self) -> dict[int, Any]:
        names = dict(super().roleNames())
        return names | {int(role): role.name.lower().encode() for role in Role}

    def _index_places(self) -> None:
        self._places = {row.id: place for place, row in enumerate(self._rows)}

    def _drop(self, places: list[int]) -> None:
        for first, last in reversed(list(runs(places))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        if places:
            self._index_places()

    def _reorder(self, ids: list[str]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        moved = [self._rows[index.row()].id for index in before]
        self._rows = [self._rows[self._places[row_id]] for row_id in ids]
        self._index_places()
        after = [self.index(self._places[row_id]) for row_id in moved]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _replace(self, rows: list[AccountRow]) -> None:
        changed = [place for place, row in enumerate(rows) if row != self._rows[place]]
        self._rows = rows
        for first, last in runs(changed):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _add(self, wanted: list[AccountRow], known: set[str]) -> None:
        fresh = [place for place, row in enumerate(wanted) if row.id not in known]
        for first, last in runs(fresh):
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = wanted[first : last + 1]
            self.endInsertRows()
        self._index_places()


_KEYS: dict[Order, Callable[[AccountRow], tuple[Any, ...]]] = {
    Order.HANDLE: lambda row: (row.sort_name, row.id),
    Order.CHECKED: lambda row: (-row.checked_stamp, row.sort_name, row.id),
    Order.HEALTH: lambda row: (row.urgency, row.sort_name, row.id),
    Order.NEWEST: lambda row: (-row.made_at.timestamp(), row.sort_name, row.id),
}

_READERS: dict[int, Callable[[AccountRow, AccountListModel], object]] = {
    # Without the @: what a person types on the list finds its row.
    Qt.ItemDataRole.DisplayRole: lambda row, _model: row.handle or row.title,
    Qt.ItemDataRole.AccessibleTextRole: lambda row, model: row.spoken(model.now()),
    Qt.ItemDataRole.ToolTipRole: lambda row, _model: tooltip(row.hint),
    Role.ID: lambda row, _model: row.id,
    Role.HANDLE: lambda row, _model: row.handle,
    Role.WHEN: lambda row, model: row.when(model.now()),
    Role.SEVERITY: lambda row, _model: row.severity.value,
}
