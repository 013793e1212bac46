"""The middle pane: search, actions, and the list of accounts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.account_filter import AccountFilter, Section, SectionKind
from twauth_gui.gui.accounts.account_list_model import AccountListModel, SortOrder
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.accounts.account_row import AccountRow
from twauth_gui.gui.accounts.row_style import Density
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import (
    Button,
    ButtonKind,
    ButtonSize,
    IconButton,
    secondary_button,
)
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.theme.metrics import PANE_HEADER_HEIGHT, TextStyle

_NONE_TO_CHECK = "There are no accounts here to check"
_ORDER_LABELS = {
    SortOrder.HANDLE: "Handle, A to Z",
    SortOrder.HEALTH: "Health, worst first",
    SortOrder.CHECKED: "Last checked",
    SortOrder.NEWEST: "Newest first",
}


class ListPane(QWidget):
    """The list of accounts with search, sort order, Check all and Add account.

    Signals:
        selection_changed: carries the list of ids.
        opened: a row was double-clicked, or Enter was pressed on it; carries its id.
        drawer_requested: the button for the sidebar was pressed (narrow windows).
    """

    selection_changed = Signal(list)
    opened = Signal(str)
    drawer_requested = Signal()

    def __init__(
        self, context: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._actions = actions
        self.setObjectName("listPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = AccountListModel(context.now, self)
        self._filter = AccountFilter(self._model, self)
        self.view = AccountListView(self._filter)
        self._build()
        self.view.selection_changed.connect(self.selection_changed)
        self.view.opened.connect(self.opened)
        actions.checks.changed.connect(self._show_checking)
        context.vault.changed.connect(self._update_buttons)
        context.preferences.changed.connect(self._show_density)
        self._show_density()
        context.ticker.ticked.connect(self._model.refresh_times)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_toolbar())
        column.addWidget(self._make_subheader())
        self._empty_text = Text("", role="text-2", wrap=True)
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty_text.setContentsMargins(32, 48, 32, 0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty_text)
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
        self._search = LineField("Search", is_search=True, icon="search", hint="Ctrl F")
        self._search.setAccessibleName("Search accounts")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._on_search_changed)
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

    def _make_subheader(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 2, 12, 2)
        self._count = Text("", style=TextStyle.SMALL, role="text-3")
        self._sort = Button(
            _ORDER_LABELS[SortOrder.HANDLE],
            kind=ButtonKind.QUIET,
            size=ButtonSize.TINY,
            icon="chevron-down",
            icon_after=True,
        )
        self._sort.setAccessibleName("Sorted by handle, A to Z")
        self._sort.clicked.connect(self._open_sort_menu)
        row.addWidget(self._count, 1)
        row.addWidget(self._sort)
        return head

    def install_shortcuts(self, page: QWidget) -> None:
        """Put this pane's shortcuts on the page, where open dialogs disable them."""
        QShortcut(QKeySequence.StandardKey.Find, page, self._focus_search)
        QShortcut(QKeySequence("Ctrl+N"), page, lambda: self._context.window.add_account())

    def _focus_search(self) -> None:
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
        if row_number >= 0 and not self.view.selected_ids():
            self.view.select_near(row_number)
        self._show_counts()

    def show_section(self, section: Section) -> None:
        self._filter.set_section(section)
        self._show_counts()
        self.view.scroll_to_selected()

    def select(self, row_id: str) -> None:
        """Select one row; clear the search if that hides it."""
        if not self.view.select_row(row_id):
            self._search.clear()
            self.view.select_row(row_id)

    def take_focus(self) -> None:
        """Focus the list, else the search: neither does anything to an account at one key."""
        target = self.view if self.view.isVisibleTo(self) else self._search
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_drawer_button(self) -> None:
        """Focus the button that opens the sidebar."""
        self._drawer_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_drawer_button(self, *, visible: bool) -> None:
        """Show the button that opens the sidebar, for when that is a drawer."""
        self._drawer_button.setVisible(visible)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        words = self._check.sizeHint().width() + self._add.sizeHint().width()
        compact = event.size().width() < words + self._search.fontMetrics().averageCharWidth() * 24
        self._check.setVisible(not compact)
        self._check_icon.setVisible(compact)

    def _show_density(self) -> None:
        self.view.set_density(Density[self._context.preferences.current.row_size.name])

    def _on_search_changed(self, text: str) -> None:
        self._filter.set_search(text)
        self._show_counts()
        self.view.scroll_to_selected()

    def _show_counts(self) -> None:
        shown = self._filter.rowCount()
        only_sign_ins = self._filter.section.kind is SectionKind.SIGNING_IN
        self._count.setText(pluralize(shown, "sign-in" if only_sign_ins else "account"))
        self._update_buttons()
        if shown:
            self._stack.setCurrentWidget(self.view)
            return
        wanted = self._search.text().strip()
        self._empty_text.setText(
            f"No account matches “{wanted}”." if wanted else "There are no accounts here."
        )
        had_focus = self.view.hasFocus()
        self._stack.setCurrentWidget(self._empty_text)
        if had_focus:
            self.take_focus()

    def _update_buttons(self) -> None:
        open_ = self._context.vault.is_open
        some = self._filter.has_account() or bool(self._actions.checks.running_account_ids)
        for button, usual in ((self._check, ""), (self._check_icon, "Check all")):
            button.setEnabled(open_ and some)
            button.setToolTip(usual if some else _NONE_TO_CHECK)
            button.setAccessibleDescription("" if some else _NONE_TO_CHECK)
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
        busy = bool(self._actions.checks.running_account_ids)
        self._check.setText("Stop" if busy else "Check all")
        for button in (self._check, self._check_icon):
            button.setAccessibleName("Stop checking" if busy else "Check all")
        self.show_snapshot(self._context.snapshots.current)

    # -- sort order --------------------------------------------------------------------------------

    def _open_sort_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for order, words in _ORDER_LABELS.items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is self._model.order)
            group.addAction(action)
            action.triggered.connect(lambda _on=False, chosen=order: self._set_order(chosen))
        menu.popup(self._sort.mapToGlobal(self._sort.rect().bottomLeft()))

    @property
    def order_name(self) -> str:
        """The name of the sort order, for restore_order()."""
        return self._model.order.name

    def restore_order(self, name: str) -> None:
        """Sort as an earlier window did; an unknown name changes nothing."""
        if name in SortOrder.__members__:
            self._set_order(SortOrder[name])

    def _set_order(self, order: SortOrder) -> None:
        self._model.set_order(order)
        self.view.scroll_to_selected()
        self._sort.setText(_ORDER_LABELS[order])
        self._sort.setAccessibleName(f"Sorted by {_ORDER_LABELS[order].lower()}")
