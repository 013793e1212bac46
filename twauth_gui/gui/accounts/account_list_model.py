"""The list model of accounts and pending sign-ins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from typing_extensions import override

from twauth_gui.domain.display_text import pluralize
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


class RowGrouping(Enum):
    """What the list is divided by; within a group the sort order holds."""

    NONE = "none"
    APP = "app"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the rows are put in order. favourites_first: within each group, before all others."""

    order: SortOrder = SortOrder.HANDLE
    grouping: RowGrouping = RowGrouping.NONE
    favourites_first: bool = True

    @override
    def __str__(self) -> str:
        first = "favourites" if self.favourites_first else "all"
        return f"{self.order.value} {self.grouping.value} {first}"


def parse_arrangement(text: str) -> Arrangement:
    """Return the arrangement of this text; what is missing or unknown is as at first."""
    words = text.split()
    order = next((one for one in SortOrder if one.value in words[:1]), SortOrder.HANDLE)
    grouping = next((one for one in RowGrouping if one.value in words[1:2]), RowGrouping.NONE)
    return Arrangement(order, grouping, favourites_first="all" not in words[2:])


@dataclass(frozen=True, slots=True)
class GroupHeading:
    """The line above the rows of one group. label: the app, the tag, or what stands for none."""

    label: str
    count: int

    @property
    def id(self) -> str:
        return f"group:{self.label}"

    @property
    def title(self) -> str:
        return self.label

    @property
    def accessible_text(self) -> str:
        """Return the heading as a screen reader says it."""
        return f"{self.label}, {pluralize(self.count, 'account')}"


ListItem = AccountRow | GroupHeading
RowSelector = Callable[[Sequence[AccountRow]], list[AccountRow]]


class AccountListModel(QAbstractListModel):
    """Rows in the chosen order, or those of them that were selected to be shown.

    set_rows() and arrange() send signals only for what has changed. select_rows() starts anew: what
    a search leaves out is scattered over the whole list.

    clock returns the time, aware, in the user's time zone.
    """

    def __init__(self, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._arrangement = Arrangement()
        self._all_rows: list[AccountRow] = []
        self._rows: list[AccountRow] = []
        self._items: list[ListItem] = []
        self._places: dict[str, int] = {}  # of all rows
        self._group_starts: list[int] = []  # places in _rows before which a heading stands
        self._selector: RowSelector = list

    @property
    def all_rows(self) -> Sequence[AccountRow]:
        """Every row in the chosen order, shown or not; another object after each change."""
        return self._all_rows

    @property
    def rows(self) -> Sequence[AccountRow]:
        """The rows that are shown, from top to bottom, without the headings."""
        return self._rows

    @property
    def arrangement(self) -> Arrangement:
        return self._arrangement

    def row_number_of(self, row_id: str) -> int:
        """Return the row number of an id, headings counted; -1 if it is not shown."""
        place = self._places.get(row_id, -1)
        number = bisect_left(self._rows, place, key=lambda row: self._places[row.id])
        if number == len(self._rows) or self._rows[number].id != row_id:
            return -1
        return number + bisect_right(self._group_starts, number)

    def now(self) -> datetime:
        return self._clock()

    def set_rows(self, rows: Sequence[AccountRow]) -> None:
        """Replace the rows with these, in any order; selection and scroll position stay."""
        known = {row.id: row for row in self._all_rows}
        # The row that is there already has its texts made.
        kept = [known[row.id] if known.get(row.id) == row else row for row in rows]
        self._sort(kept)
        self._change_items(self._make_items())

    def select_rows(self, selector: RowSelector) -> None:
        """Show the rows that the selector returns, now and after each change."""
        self._selector = selector
        self.beginResetModel()
        self._items = self._make_items()
        self.endResetModel()

    def arrange(self, arrangement: Arrangement) -> None:
        """Put the rows in another order."""
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self._sort(self._all_rows)
            self._change_items(self._make_items())

    def refresh_times(self) -> None:
        """Have the views update the texts that depend on the time."""
        if self._items:
            roles = [AccountRole.WHEN, Qt.ItemDataRole.AccessibleTextRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1), roles)

    @override
    def rowCount(self, parent: ModelIndex = _NO_INDEX, /) -> int:
        return 0 if parent.isValid() else len(self._items)

    @override
    def flags(self, index: ModelIndex, /) -> Qt.ItemFlag:
        if self._arrangement.grouping is not RowGrouping.NONE and self._heading_at(index.row()):
            return Qt.ItemFlag.NoItemFlags  # keys and clicks pass over it
        return super().flags(index)

    @override
    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole, /) -> Any:
        place = index.row()
        if not index.isValid() or place >= len(self._items):
            return None
        item = self._items[place]
        if role == AccountRole.ROW:
            return item
        if isinstance(item, GroupHeading):
            return _read_heading(item, role)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_text(item, self._heading_at(place - 1))
        read = _READERS.get(role)
        return None if read is None else read(item, self)

    @override
    def roleNames(self) -> dict[int, Any]:
        names = dict(super().roleNames())
        return names | {int(role): role.name.lower().encode() for role in AccountRole}

    def _heading_at(self, place: int) -> GroupHeading | None:
        item = self._items[place] if 0 <= place < len(self._items) else None
        return item if isinstance(item, GroupHeading) else None

    def _accessible_text(self, row: AccountRow, heading: GroupHeading | None) -> str:
        """Return the row as it is said; the first of a group says which group begins."""
        spoken = row.accessible_text(self.now())
        return spoken if heading is None else f"{heading.accessible_text}: {spoken}"

    # -- what is shown -----------------------------------------------------------------------------

    def _sort(self, rows: Iterable[AccountRow]) -> None:
        self._all_rows = sorted(rows, key=_sort_key(self._arrangement))
        self._places = {row.id: place for place, row in enumerate(self._all_rows)}

    def _make_items(self) -> list[ListItem]:
        self._rows = self._selector(self._all_rows)
        self._group_starts = []
        name = _GROUP_NAMES.get(self._arrangement.grouping)
        if name is None:
            return list(self._rows)
        names = [name(row) for row in self._rows]
        counts = Counter(names)
        items: list[ListItem] = []
        for place, row in enumerate(self._rows):
            if not place or names[place] != names[place - 1]:
                self._group_starts.append(place)
                items.append(GroupHeading(names[place], counts[names[place]]))
            items.append(row)
        return items

    def _change_items(self, wanted: list[ListItem]) -> None:
        ids = {item.id for item in wanted}
        self._remove_items([place for place, one in enumerate(self._items) if one.id not in ids])
        known = {item.id for item in self._items}
        remaining = [item for item in wanted if item.id in known]
        if [item.id for item in remaining] != [item.id for item in self._items]:
            self._reorder(remaining)
        self._update_items(remaining)
        self._insert_items(wanted, known)

    def _remove_items(self, places: list[int]) -> None:
        for first, last in reversed(list(group_runs(places))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._items[first : last + 1]
            self.endRemoveRows()

    def _reorder(self, wanted: list[ListItem]) -> None:
        """Put the items into the order of these, which have the same ids."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        moved = [self._items[index.row()].id for index in before]
        old = {item.id: item for item in self._items}
        self._items = [old[item.id] for item in wanted]
        numbers = {item.id: number for number, item in enumerate(wanted)}
        after = [self.index(numbers[item_id]) for item_id in moved]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _update_items(self, items: list[ListItem]) -> None:
        old = self._items
        changed = [
            place
            for place, item in enumerate(items)
            if item is not old[place] and item != old[place]
        ]
        self._items = items
        for first, last in group_runs(changed):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _insert_items(self, wanted: list[ListItem], known: set[str]) -> None:
        fresh = [place for place, item in enumerate(wanted) if item.id not in known]
        for first, last in group_runs(fresh):
            self.beginInsertRows(QModelIndex(), first, last)
            self._items[first:first] = wanted[first : last + 1]
            self.endInsertRows()


_SORT_KEYS: dict[SortOrder, Callable[[AccountRow], tuple[Any, ...]]] = {
    SortOrder.HANDLE: lambda row: (row.sort_name, row.id),
    SortOrder.CHECKED: lambda row: (-row.checked_timestamp, row.sort_name, row.id),
    SortOrder.HEALTH: lambda row: (row.urgency, row.sort_name, row.id),
    SortOrder.NEWEST: lambda row: (-row.created_at.timestamp(), row.sort_name, row.id),
}
_GROUP_NAMES: dict[RowGrouping, Callable[[AccountRow], str]] = {
    RowGrouping.APP: lambda row: row.app_label or "No app",
    RowGrouping.TAG: lambda row: row.first_tag or "No tag",
}
_GROUP_KEYS: dict[RowGrouping, Callable[[AccountRow], tuple[Any, ...]]] = {
    RowGrouping.NONE: lambda _row: (),
    # Equal in any case, they are two groups all the same.
    RowGrouping.APP: lambda row: (not row.app_label, row.app_label.casefold(), row.app_label),
    RowGrouping.TAG: lambda row: (not row.first_tag, row.first_tag.casefold(), row.first_tag),
}


def _sort_key(arrangement: Arrangement) -> Callable[[AccountRow], tuple[Any, ...]]:
    order = _SORT_KEYS[arrangement.order]
    group = _GROUP_KEYS[arrangement.grouping]
    if arrangement.favourites_first:
        return lambda row: (*group(row), not row.is_favourite, *order(row))
    return lambda row: (*group(row), *order(row))


def _read_heading(heading: GroupHeading, role: int) -> str | None:
    """Return a heading's text for a role; typing on the list does not find it."""
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return heading.accessible_text
    return "" if role == AccountRole.ID else None


_READERS: dict[int, Callable[[AccountRow, AccountListModel], object]] = {
    # Without the @, so that typing a handle on the list finds its row.
    Qt.ItemDataRole.DisplayRole: lambda row, _model: row.handle or row.title,
    Qt.ItemDataRole.ToolTipRole: lambda row, _model: escape_tooltip(row.tooltip_text),
    AccountRole.ID: lambda row, _model: row.id,
    AccountRole.HANDLE: lambda row, _model: row.handle,
    AccountRole.WHEN: lambda row, model: row.time_text(model.now()),
    AccountRole.SEVERITY: lambda row, _model: row.severity.value,
}
