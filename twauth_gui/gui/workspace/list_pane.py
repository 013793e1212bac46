"""The middle pane: search, actions, and the list of accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import AccountId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.account_filter import ALL, AccountFilter, Section, SectionKind
from twauth_gui.gui.accounts.account_list_model import (
    AccountListModel,
    Arrangement,
    parse_arrangement,
)
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.accounts.account_query import AccountQuery, QueryOperator, make_exact_term
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.accounts.row_style import Density
from twauth_gui.gui.accounts.search_field import FilterBar, SearchField
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.changes.changes_banner import ChangesBanner
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.buttons import IconButton, secondary_button
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.theme.metrics import PANE_HEADER_HEIGHT
from twauth_gui.gui.workspace.empty_list import EmptyList, WayOn, explain_empty_list
from twauth_gui.gui.workspace.list_header import ListHeader, describe_count
from twauth_gui.gui.workspace.update_banner import UpdateBanner

_NONE_TO_CHECK = "There are no accounts here to check"
_DETAIL_DELAY_MS = 120  # the details follow when typing pauses for as long
_ANNOUNCE_DELAY_MS = 700
_PREPARED_AT_ONCE = 200


class ListPane(QFrame):
    """The list of accounts with search, filters, order, Check all and Add account.

    Signals:
        selection_changed: carries the list of ids.
        opened: a row was double-clicked, or Enter was pressed on it; carries its id.
        drawer_requested: the button for the sidebar was pressed (narrow windows).
        section_requested: the list wants to show another Section.
        search_requested: the keys for the search were pressed.
        save_requested: carries the AccountQuery that is to be saved as a filter.
    """

    selection_changed = Signal(list)
    opened = Signal(str)
    drawer_requested = Signal()
    section_requested = Signal(object)
    search_requested = Signal()
    save_requested = Signal(object)

    def __init__(
        self, context: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Account list")
        self._context = context
        self._actions = actions
        self.setObjectName("listPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = AccountListModel(context.now, self)
        self._filter = AccountFilter(self._model, self)
        self.view = AccountListView(self._filter)
        self._is_typing = False
        self._section_name = ""
        self._pause = self._make_timer(_DETAIL_DELAY_MS, self._show_typed_selection)
        self._announcing = self._make_timer(_ANNOUNCE_DELAY_MS, self._announce_count)
        self._preparing = self._make_timer(0, self._prepare_search)
        self._unprepared: Iterator[AccountRow] = iter(())
        self._build()
        self.view.selection_changed.connect(self._on_selection_changed)
        self.view.opened.connect(self.opened)
        actions.checks.changed.connect(self._show_checking)
        context.vault.changed.connect(self._update_buttons)
        context.preferences.changed.connect(self._show_density)
        self._show_density()
        context.ticker.ticked.connect(self._model.refresh_times)

    def _make_timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_toolbar())
        self._filters = FilterBar(self._search)
        column.addWidget(self._filters)
        self._header = ListHeader(lambda: self._model.all_rows)
        for part in (self._filters, self._header):
            part.save_requested.connect(self._request_saving)
        self._header.term_chosen.connect(self._search.add_term)
        self._header.arranged.connect(self._arrange)
        column.addWidget(self._header)
        self._empty = EmptyList()
        self._empty.chosen.connect(self._go_on)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        column.addWidget(UpdateBanner(self._context))
        column.addWidget(ChangesBanner(self._context, self._actions.show_changes))
        column.addWidget(self._stack, 1)

    def _make_toolbar(self) -> QWidget:
        toolbar = QWidget()
        toolbar.setMinimumHeight(PANE_HEADER_HEIGHT)
        row = QHBoxLayout(toolbar)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        self._drawer_button = IconButton("panel-left", "Show the sidebar", side=32)
        self._drawer_button.clicked.connect(self.drawer_requested)
        self._drawer_button.hide()
        self._search = SearchField(self.view, lambda: self._model.all_rows)
        self._search.query_changed.connect(self._on_query_changed)
        self._search.opened.connect(self._open_typed_selection)
        self._search.left.connect(self.take_focus)
        self._check = secondary_button("Check all", "refresh-cw")
        self._check.clicked.connect(self._on_check_clicked)
        self._check_icon = IconButton("refresh-cw", "Check all", side=32)
        self._check_icon.clicked.connect(self._on_check_clicked)
        self._check_icon.hide()
        for button in (self._check, self._check_icon):
            button.installEventFilter(self)
        self._add = secondary_button("Add account", "plus")
        self._add.clicked.connect(lambda: self._context.window.add_account())
        row.addWidget(self._drawer_button)
        row.addWidget(self._search, 1)
        row.addWidget(self._check)
        row.addWidget(self._check_icon)
        row.addWidget(self._add)
        return toolbar

    def install_shortcuts(self, page: QWidget) -> None:
        """Put this pane's shortcuts on the page, where open dialogs disable them."""
        QShortcut(QKeySequence.StandardKey.Find, page, self.search_requested.emit)
        QShortcut(QKeySequence("Ctrl+N"), page, lambda: self._context.window.add_account())

    def focus_search(self) -> None:
        """Focus the search; the next key replaces what it has."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # -- content -----------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bring the rows up to date; the selection stays."""
        checking = self._actions.checks.running_account_ids
        rows = [
            AccountRow(
                account,
                snapshot.label_of(account.app_id),
                is_active=account.id == snapshot.active_account_id,
                is_checking=account.id in checking,
            )
            for account in snapshot.accounts.values()
        ]
        rows += [
            AccountRow(pending, snapshot.label_of(pending.app_id))
            for pending in snapshot.pending_sign_ins.values()
        ]
        before = self.view.selectionModel().selectedIndexes()
        row_number = min((index.row() for index in before), default=-1)
        self._model.set_rows(rows)
        self._unprepared = iter(self._model.all_rows)
        self._preparing.start()
        if row_number >= 0 and not self.view.selected_ids():
            self.view.select_near(row_number)
        self._show_counts()

    def show_section(self, section: Section, name: str) -> None:
        """Show the rows of a section; name: as the sidebar has it."""
        self._section_name = name
        self._filter.set_section(section)
        self._show_counts()
        self._keep_selection()

    def count_rows(self, query: AccountQuery) -> int:
        """Return how many rows of all sections a query finds."""
        return len(query.select(self._model.all_rows))

    def clear_search(self) -> None:
        self._search.clear_query()

    def select(self, row_id: str) -> None:
        """Select one row; clear the search, and leave the section, if they hide it."""
        if not self.view.select_row(row_id):
            self._search.clear_query()
        if not self.view.select_row(row_id) and self._filter.section != ALL:
            self.section_requested.emit(ALL)
            self.view.select_row(row_id)
        self._show_typed_selection()

    def select_rows(self, row_ids: Sequence[str]) -> None:
        """Select these rows alone; what hides the first of them is left, as by select()."""
        self.select(row_ids[0])
        if len(row_ids) > 1:
            self.view.select_rows(row_ids)

    def search_tag(self, tag: str) -> None:
        """Search for a tag, and for nothing else."""
        self._search.clear_query()
        self._search.add_term(make_exact_term(QueryOperator.TAG, tag))

    def take_focus(self) -> None:
        """Focus the list, else the search: neither does anything to an account at one key."""
        target = self.view if self.view.isVisibleTo(self) else self._search
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_drawer_button(self) -> None:
        """Focus the button that opens the sidebar."""
        self._drawer_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_drawer_button(self, *, visible: bool) -> None:
        """Show the section's name and the button for the sidebar, for when that is a drawer."""
        self._drawer_button.setVisible(visible)
        self._show_counts()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_toolbar()

    def _fit_toolbar(self) -> None:
        """Show the check button as an icon alone if the search would have no room beside it."""
        words = self._check.sizeHint().width() + self._add.sizeHint().width()
        compact = self.width() < words + self._search.fontMetrics().averageCharWidth() * 24
        self._check.setVisible(not compact)
        self._check_icon.setVisible(compact)

    def _show_density(self) -> None:
        self.view.set_density(Density[self._context.preferences.current.row_size.name])

    def _show_counts(self) -> None:
        shown, of = len(self._filter.visible_rows()), self._filter.section_size()
        name = self._section_name if self._drawer_button.isVisibleTo(self) else ""
        self._header.show_counts(name, shown, of, self._thing())
        self._header.set_saving(enabled=bool(self._filter.query))
        self._update_buttons()
        if shown:
            self._stack.setCurrentWidget(self.view)
            return
        text = self._search.text()
        self._empty.show_reason(explain_empty_list(self._filter.section, self._filter.query, text))
        had_focus = self.view.hasFocus()
        self._stack.setCurrentWidget(self._empty)
        if had_focus:
            self.take_focus()

    def _thing(self) -> str:
        return "sign-in" if self._filter.section.kind is SectionKind.SIGNING_IN else "account"

    def _go_on(self, way_on: WayOn) -> None:
        """Do what the button of the empty list says."""
        if way_on is WayOn.ADD_ACCOUNT:
            self._context.window.add_account()
            return
        if way_on is WayOn.CLEAR_SEARCH:
            self._search.clear_query()
        else:
            self.section_requested.emit(ALL)
        self.take_focus()

    def _prepare_search(self) -> None:
        """Make the texts that a search looks at, some rows at a time, before the first key."""
        some = list(islice(self._unprepared, _PREPARED_AT_ONCE))
        for row in some:
            row.prepare_search()
        if some:
            self._preparing.start()

    # -- searching ---------------------------------------------------------------------------------

    def _on_query_changed(self) -> None:
        """Show what matches at once; the first hit is selected, and its details come later."""
        query = self._search.query
        if query == self._filter.query:
            return
        self._is_typing = True
        self._filter.set_query(query)
        self.view.set_highlight(query.words)
        self._show_counts()
        if query:
            self.view.select_first()
        self._keep_selection()
        self._pause.start()
        self._announcing.start()

    def _request_saving(self) -> None:
        self.save_requested.emit(self._filter.combined_query())

    def _keep_selection(self) -> None:
        """Have a row selected as long as there is one, and show it."""
        if self.view.selected_ids():
            self.view.scroll_to_selected()
        else:
            self.view.select_first()

    def _on_selection_changed(self, ids: list[str]) -> None:
        if self._is_typing:
            self._pause.start()
        else:
            self.selection_changed.emit(ids)
            if self._search.hasFocus():  # a screen reader follows the focus alone
                announce(self._search, self._selected_text())

    def _show_typed_selection(self) -> None:
        self._pause.stop()
        self._is_typing = False
        self.selection_changed.emit(self.view.selected_ids())

    def _open_typed_selection(self) -> None:
        """Open the row that the search has selected."""
        self._show_typed_selection()
        for row_id in self.view.selected_ids()[:1]:
            self.opened.emit(row_id)

    def _announce_count(self) -> None:
        """Have a screen reader say how many match, and the selected one, once typing pauses."""
        shown, of = len(self._filter.visible_rows()), self._filter.section_size()
        count = describe_count(shown, of, self._thing())
        announce(self._search, ". ".join(filter(None, (count, self._selected_text()))))

    def _selected_text(self) -> str:
        """Return the selected row as a screen reader says it; "" if there is none."""
        current = self.view.currentIndex()
        return str(current.data(Qt.ItemDataRole.AccessibleTextRole) or "")

    @property
    def order_name(self) -> str:
        """The arrangement of the list, for restore_order()."""
        return str(self._model.arrangement)

    def restore_order(self, name: str) -> None:
        """Arrange the list as an earlier window did; what is unknown changes nothing."""
        arrangement = parse_arrangement(name)
        self._header.set_arrangement(arrangement)
        self._arrange(arrangement)

    def _arrange(self, arrangement: Arrangement) -> None:
        self._model.arrange(arrangement)
        self.view.scroll_to_selected()

    def _update_buttons(self) -> None:
        open_ = self._context.vault.is_open
        some = self._filter.has_account() or bool(self._actions.checks.running_account_ids)
        self._name_check_buttons()
        reason = "" if some else _NONE_TO_CHECK
        for button in (self._check, self._check_icon):
            button.setEnabled(open_ and some)
            button.setToolTip(reason)
            button.setAccessibleDescription(reason)
        self._add.setEnabled(open_)

    # -- checking ----------------------------------------------------------------------------------

    def _visible_accounts(self) -> list[AccountId]:
        return [row.account.id for row in self._filter.visible_rows() if row.account is not None]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say what checking all costs, before the button is pressed."""
        if event.type() in {QEvent.Type.ToolTip, QEvent.Type.FocusIn}:
            self._show_cost()
        return super().eventFilter(watched, event)

    def _show_cost(self) -> None:
        busy = bool(self._actions.checks.running_account_ids)
        cost = "" if busy else self._actions.checks.cost_of(self._visible_accounts()).summary
        for button in (self._check, self._check_icon):
            name = "" if button is self._check else button.accessibleName()
            button.setToolTip("\n".join(words for words in (name, cost) if words))
            button.setAccessibleDescription(cost)

    def _on_check_clicked(self) -> None:
        if self._actions.checks.running_account_ids:
            self._actions.checks.stop()
        else:
            self._actions.checks.check(self._visible_accounts())

    def _show_checking(self) -> None:
        self.show_snapshot(self._context.snapshots.current)

    def _check_label(self) -> str:
        is_all = self._filter.section == ALL and not self._filter.query
        return "Check all" if is_all else "Check these"

    def _name_check_buttons(self) -> None:
        busy = bool(self._actions.checks.running_account_ids)
        label = self._check_label()
        self._check.setText("Stop" if busy else label)
        self._fit_toolbar()
        for button in (self._check, self._check_icon):
            button.setAccessibleName("Stop checking" if busy else label)
