"""Searches that were saved as sections of the sidebar: saved, renamed, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from twauth_gui.gui.accounts.account_query import AccountQuery
from twauth_gui.gui.action_menu import ActionOffer, open_action_menu
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.services.settings import (
    MAX_FILTER_NAME,
    MAX_FILTER_QUERY,
    MAX_SAVED_FILTERS,
    SavedFilter,
)


class SavedFilters(QObject):
    """Changes the saved filters of the window's preferences; each removal can be undone.

    Signals:
        saved: carries the new SavedFilter.
    """

    saved = Signal(object)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    @property
    def all(self) -> tuple[SavedFilter, ...]:
        """The filters in the order of the sidebar."""
        return self._context.preferences.current.saved_filters

    def save(self, query: AccountQuery) -> None:
        """Ask for a name, then save the query under it."""

        def accept(name: str) -> None:
            new = SavedFilter(name, str(query))
            self._set_all((*self.all, new))
            self.saved.emit(new)

        self._ask_name("Save filter", SavedFilter("", str(query)), accept)

    def open_menu(self, saved: SavedFilter, owner: QWidget) -> None:
        """Open the menu of a filter below its item in the sidebar."""
        offers = (
            ActionOffer(
                "rename-filter", "Rename…", "Rename…", "pencil", lambda: self._rename(saved)
            ),
            ActionOffer(
                "remove-filter", "Remove", "Remove", "trash-2", lambda: self._remove(saved)
            ),
        )
        place = owner.mapToGlobal(QPoint(0, owner.height()))
        open_action_menu(owner, f"Filter {saved.name}", offers, place)

    def _rename(self, saved: SavedFilter) -> None:
        def accept(name: str) -> None:
            new = replace(saved, name=name)
            self._set_all(tuple(new if one == saved else one for one in self.all))

        self._ask_name("Rename filter", saved, accept)

    def _remove(self, saved: SavedFilter) -> None:
        place = self.all.index(saved)
        self._set_all(tuple(one for one in self.all if one != saved))

        def undo() -> None:
            before, after = self.all[:place], self.all[place:]
            if not _is_taken(saved.name, self.all):
                self._set_all((*before, saved, *after))

        self._context.window.offer_undo(f"Removed the filter {saved.name}.", undo)

    def _ask_name(self, title: str, saved: SavedFilter, accept: Callable[[str], None]) -> None:
        others = tuple(one for one in self.all if one != saved)

        def find_problem(name: str) -> str:
            if len(others) >= MAX_SAVED_FILTERS:
                return f"There are {MAX_SAVED_FILTERS} filters. Remove one first."
            if len(saved.query) > MAX_FILTER_QUERY:
                return "This search is too long to be saved."
            return f"There is a filter {name} already." if _is_taken(name, others) else ""

        self._context.dialogs.open(FilterNameDialog(title, saved, find_problem, accept))

    def _set_all(self, filters: tuple[SavedFilter, ...]) -> None:
        self._context.preferences.set_saved_filters(filters)


def _is_taken(name: str, filters: tuple[SavedFilter, ...]) -> bool:
    return name.casefold() in {one.name.casefold() for one in filters}


class FilterNameDialog(Dialog):
    """Asks for the name of a filter.

    Args:
        find_problem: returns why a name cannot be taken, "" if it can.
        accept: called with the name.
    """

    def __init__(
        self,
        title: str,
        saved: SavedFilter,
        find_problem: Callable[[str], str],
        accept: Callable[[str], None],
    ) -> None:
        super().__init__(title, width=DialogWidth.W440)
        self._find_problem = find_problem
        self._accept_name = accept
        self._field = LineField()
        self._field.setMaxLength(MAX_FILTER_NAME)
        self._field.setText(saved.name)
        self._field.selectAll()
        self._block = FieldBlock("Name", self._field, f"Finds {saved.query}")
        self._field.textChanged.connect(self._show_problem)
        body, column = make_dialog_body()
        column.addWidget(self._block)
        self.set_body(body)
        cancel = quiet_button("Cancel")
        cancel.clicked.connect(self.dismiss)
        self._save = primary_button("Save")
        self._save.clicked.connect(self._on_save)
        self.add_left(cancel)
        self.add_right(self._save)
        self.set_default(self._save)
        self.set_initial_focus(self._field)
        self._show_problem()

    def _name(self) -> str:
        return " ".join(self._field.text().split())

    def _show_problem(self) -> None:
        name = self._name()
        problem = self._find_problem(name)
        self._block.set_error(problem)
        self._save.setEnabled(bool(name) and not problem)

    def _on_save(self) -> None:
        self.close_dialog()
        self._accept_name(self._name())
