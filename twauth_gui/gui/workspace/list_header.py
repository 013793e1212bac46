"""The line above the list: how many rows there are, what filters and what arranges them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.accounts.account_list_model import Arrangement, RowGrouping, SortOrder
from twauth_gui.gui.accounts.account_query import (
    QueryOperator,
    list_values,
    make_exact_term,
    name_value,
)
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.parts.accessibility import PopupMenu
from twauth_gui.gui.parts.buttons import Button, ButtonKind, ButtonSize, IconButton
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.metrics import TextStyle

_ORDER_LABELS = {
    SortOrder.HANDLE: "Handle, A to Z",
    SortOrder.HEALTH: "Health, worst first",
    SortOrder.CHECKED: "Last checked",
    SortOrder.NEWEST: "Newest first",
}
_GROUPING_LABELS = {
    RowGrouping.NONE: "No groups",
    RowGrouping.APP: "Group by app",
    RowGrouping.TAG: "Group by tag",
}
_OPERATOR_LABELS = {
    QueryOperator.APP: "App",
    QueryOperator.TAG: "Tag",
    QueryOperator.IS: "State",
    QueryOperator.ACCESS: "Access",
}


class ListHeader(QWidget):
    """Name of the section, number of rows, and the menus for filters and order.

    Args:
        rows: returns the rows whose apps and tags the filter menu lists.

    Signals:
        term_chosen: carries a QueryTerm to filter by.
        save_requested: the current search is to be saved.
        arranged: carries the Arrangement that was chosen.
    """

    term_chosen = Signal(object)
    save_requested = Signal()
    arranged = Signal(object)

    def __init__(self, rows: Callable[[], Sequence[AccountRow]]) -> None:
        super().__init__()
        self._rows = rows
        self._arrangement = Arrangement()
        self._can_save = False
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 2, 12, 2)
        row.setSpacing(8)
        self._name = ElidedLabel("", style=TextStyle.SMALL, strong=True)
        self._name.hide()
        self._count = Text("", style=TextStyle.SMALL, role="text-3")
        self._filter = IconButton("list-filter", "Filter", icon_size=14, side=24)
        self._filter.clicked.connect(self._open_filter_menu)
        self._sort = Button(
            "", kind=ButtonKind.QUIET, size=ButtonSize.TINY, icon="chevron-down", icon_after=True
        )
        self._sort.clicked.connect(self._open_sort_menu)
        row.addWidget(self._name)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self._filter)
        row.addWidget(self._sort)
        self.set_arrangement(self._arrangement)

    def show_counts(self, name: str, shown: int, of: int, thing: str) -> None:
        """Show the section's name where the sidebar does not, and how many rows it has."""
        self._name.setText(name)
        self._name.setVisible(bool(name))
        self._count.setText(describe_count(shown, of, "" if name else thing))

    def set_saving(self, *, enabled: bool) -> None:
        """Offer to save the search, or not if there is nothing to save."""
        self._can_save = enabled

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Show how the list is arranged."""
        self._arrangement = arrangement
        words = _ORDER_LABELS[arrangement.order]
        spoken = f"Sorted by {words[0].lower()}{words[1:]}"
        if arrangement.grouping is not RowGrouping.NONE:
            spoken += f", {_GROUPING_LABELS[arrangement.grouping].lower()}"
        self._sort.setText(words)
        self._sort.setAccessibleName(spoken)

    def _open_sort_menu(self) -> None:
        menu = PopupMenu(self, "Sorting and groups")
        current = self._arrangement
        self._add_choices(
            menu,
            [(label, replace(current, order=order)) for order, label in _ORDER_LABELS.items()],
        )
        menu.addSeparator()
        self._add_choices(
            menu,
            [
                (label, replace(current, grouping=grouping))
                for grouping, label in _GROUPING_LABELS.items()
            ],
        )
        menu.addSeparator()
        favourites = menu.addAction("Favourites first")
        favourites.setCheckable(True)
        favourites.setChecked(current.favourites_first)
        other = replace(current, favourites_first=not current.favourites_first)
        favourites.triggered.connect(lambda: self._arrange(other))
        menu.popup(_below(self._sort))

    def _add_choices(self, menu: QMenu, choices: Sequence[tuple[str, Arrangement]]) -> None:
        """Add entries of which one is checked: the arrangement that holds."""
        group = QActionGroup(menu)
        for label, arrangement in choices:
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(arrangement == self._arrangement)
            group.addAction(action)
            action.triggered.connect(lambda _on=False, chosen=arrangement: self._arrange(chosen))

    def _arrange(self, arrangement: Arrangement) -> None:
        self.set_arrangement(arrangement)
        self.arranged.emit(arrangement)

    def _open_filter_menu(self) -> None:
        menu = PopupMenu(self, "Filters")
        rows = self._rows()
        for operator, label in _OPERATOR_LABELS.items():
            values = list_values(operator, rows)
            choices = menu.addMenu(label)
            choices.menuAction().setEnabled(bool(values))
            for value in values:
                term = make_exact_term(operator, value)
                action = choices.addAction(name_value(operator, value).replace("&", "&&"))
                action.triggered.connect(lambda _on=False, one=term: self.term_chosen.emit(one))
        menu.addSeparator()
        save = menu.addAction("Save filter…")
        save.setEnabled(self._can_save)
        save.triggered.connect(self.save_requested)
        menu.popup(_below(self._filter))


def describe_count(shown: int, of: int, thing: str) -> str:
    """Return "300 accounts", or "1 of 300 accounts" if not all are shown; thing may be ""."""
    if not thing:
        return f"{of:,}" if shown == of else f"{shown:,} of {of:,}"
    total = pluralize(of, thing)
    return total if shown == of else f"{shown:,} of {total}"


def _below(button: QWidget) -> QPoint:
    return button.mapToGlobal(button.rect().bottomLeft())
