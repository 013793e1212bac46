"""The middle pane: search, actions, and the list of accounts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.counting import counted
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.accounts.filter import AccountFilter, Section, SectionKind
from twauth_gui.gui.accounts.list_view import AccountListView
from twauth_gui.gui.accounts.model import AccountListModel, Order
from twauth_gui.gui.accounts.row import AccountRow
from twauth_gui.gui.accounts.row_style import Density
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.library import Snapshot
from twauth_gui.gui.parts.buttons import Button, ButtonKind, ButtonSize, secondary_button
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import PANE_HEAD, Type

_NONE_TO_CHECK = "There is no account here to check"
_ORDERS = {
    Order.HANDLE: "Handle, A to Z",
    Order.HEALTH: "Health, worst first",
    Order.CHECKED: "Last checked",
    Order.NEWEST: "Newest first",
}


class ListPane(QWidget):
    """Finds accounts and tells which are selected.

    Signals:
        selection_changed: carries the list of ids.
        opened: a row was double-clicked, or Enter was pressed on it.
        drawer_wanted: the button for the sidebar was pressed (narrow windows).
    """

    selection_changed = Signal(list)
    opened = Signal(str)
    drawer_wanted = Signal()

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self.setObjectName("listPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = AccountListModel(desk.now, self)
        self._filter = AccountFilter(self._model, self)
        self.view = AccountListView(self._filter)
        self._build()
        self.view.selection_changed.connect(self.selection_changed)
        self.view.opened.connect(self.opened)
        actions.checks.changed.connect(self._show_checking)
        desk.vault.changed.connect(self._show_possible)
        desk.preferences.changed.connect(self._show_density)
        self._show_density()
        desk.ticker.ticked.connect(self._model.tick)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tools())
        column.addWidget(self._subhead())
        self._nothing = Text("", role="text-2", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(32, 48, 32, 0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        column.addWidget(self._stack, 1)

    def _tools(self) -> QWidget:
        tools = QWidget()
        tools.setMinimumHeight(PANE_HEAD)
        row = QHBoxLayout(tools)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        self._drawer = IconButton("panel-left", "Show the sidebar", side=32)
        self._drawer.clicked.connect(self.drawer_wanted)
        self._drawer.hide()
        self._search = LineField("Search", find=True, icon="search", hint="Ctrl F")
        self._search.setAccessibleName("Search accounts")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._search_changed)
        self._check = secondary_button("Check all", "refresh-cw")
        self._check.clicked.connect(self._check_pressed)
        self._check_icon = IconButton("refresh-cw", "Check all", side=32)
        self._check_icon.clicked.connect(self._check_pressed)
        self._check_icon.hide()
        for button in (self._check, self._check_icon):
            button.installEventFilter(self)
        self._add = secondary_button("Add account", "plus")
        self._add.clicked.connect(lambda: self._desk.window.add_account())
        row.addWidget(self._drawer)
        row.addWidget(self._search, 1)
        row.addWidget(self._check)
        row.addWidget(self._check_icon)
        row.addWidget(self._add)
        return tools

    def _subhead(self) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 2, 12, 2)
        self._count = Text("", type=Type.SMALL, role="text-3")
        self._sort = Button(
            _ORDERS[Order.HANDLE],
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
        """Put the keys of this pane on the page, where open sheets switch them off."""
        QShortcut(QKeySequence.StandardKey.Find, page, self._focus_search)
        QShortcut(QKeySequence("Ctrl+N"), page, lambda: self._desk.window.add_account())

    def _focus_search(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # -- content -----------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bring the rows up to date; the selection stays."""
        checking = self._actions.checks.accounts
        rows = [
            AccountRow(
                account,
                snapshot.label_of(account.app_id),
                is_active=account.id == snapshot.active,
                checking=account.id in checking,
            )
            for account in snapshot.accounts.values()
        ]
        rows += [
            AccountRow(attempt, snapshot.label_of(attempt.app_id))
            for attempt in snapshot.attempts.values()
        ]
        before = self.view.selectionModel().selectedIndexes()
        place = min((index.row() for index in before), default=-1)
        self._model.set_rows(rows)
        if place >= 0 and not self.view.selected_ids():
            self.view.select_near(place)
        self._show_counts()

    def show_section(self, section: Section) -> None:
        self._filter.set_section(section)
        self._show_counts()
        self.view.bring_selected_into_sight()

    def select(self, row_id: str) -> None:
        """Select one row, and take off a filter that hides it."""
        if not self.view.select_id(row_id):
            self._search.clear()
            self.view.select_id(row_id)

    def take_focus(self) -> None:
        """Put the keyboard where no key does anything to an account by itself."""
        place = self.view if self.view.isVisibleTo(self) else self._search
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_drawer(self) -> None:
        """Put the keyboard on the button for the sidebar."""
        self._drawer.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_drawer(self, *, there: bool) -> None:
        """Show the button for the sidebar where that is a drawer."""
        self._drawer.setVisible(there)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        words = self._check.sizeHint().width() + self._add.sizeHint().width()
        compact = event.size().width() < words + self._search.fontMetrics().averageCharWidth() * 24
        self._check.setVisible(not compact)
        self._check_icon.setVisible(compact)

    def _show_density(self) -> None:
        self.view.set_density(Density[self._desk.preferences.now.row_size.name])

    def _search_changed(self, text: str) -> None:
        self._filter.set_search(text)
        self._show_counts()
        self.view.bring_selected_into_sight()

    def _show_counts(self) -> None:
        shown = self._filter.rowCount()
        only_sign_ins = self._filter.section.kind is SectionKind.SIGNING_IN
        self._count.setText(counted(shown, "sign-in" if only_sign_ins else "account"))
        self._show_possible()
        if shown:
            self._stack.setCurrentWidget(self.view)
            return
        wanted = self._search.text().strip()
        self._nothing.setText(
            f"No account matches “{wanted}”." if wanted else "There is no account here."
        )
        had_focus = self.view.hasFocus()
        self._stack.setCurrentWidget(self._nothing)
        if had_focus:
            self.take_focus()

    def _show_possible(self) -> None:
        open_ = self._desk.vault.is_open
        some = self._filter.has_account() or bool(self._actions.checks.accounts)
        for button, usual in ((self._check, ""), (self._check_icon, "Check all")):
            button.setEnabled(open_ and some)
            button.setToolTip(usual if some else _NONE_TO_CHECK)
            button.setAccessibleDescription("" if some else _NONE_TO_CHECK)
        self._add.setEnabled(open_)

    # -- checking ----------------------------------------------------------------------------------

    def _visible_accounts(self) -> list[AccountId]:
        return [row.account.id for row in self._filter.shown() if row.account is not None]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell what a check of all costs when somebody is about to press the button."""
        if event.type() in {QEvent.Type.ToolTip, QEvent.Type.FocusIn}:
            self._tell_cost()
        return super().eventFilter(watched, event)

    def _tell_cost(self) -> None:
        busy = bool(self._actions.checks.accounts)
        cost = "" if busy else self._actions.checks.cost_of(self._visible_accounts()).words
        for button in (self._check, self._check_icon):
            name = "" if button is self._check else button.accessibleName()
            button.setToolTip("\n".join(words for words in (name, cost) if words))
            button.setAccessibleDescription(cost)

    def _check_pressed(self) -> None:
        if self._actions.checks.accounts:
            self._actions.checks.stop()
        else:
            self._actions.checks.check(self._visible_accounts())

    def _show_checking(self) -> None:
        busy = bool(self._actions.checks.accounts)
        self._check.setText("Stop" if busy else "Check all")
        for button in (self._check, self._check_icon):
            button.setAccessibleName("Stop checking" if busy else "Check all")
        self.show_snapshot(self._desk.library.snapshot)

    # -- order -------------------------------------------------------------------------------------

    def _open_sort_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for order, words in _ORDERS.items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is self._model.order)
            group.addAction(action)
            action.triggered.connect(lambda _on=False, chosen=order: self._set_order(chosen))
        menu.popup(self._sort.mapToGlobal(self._sort.rect().bottomLeft()))

    def _set_order(self, order: Order) -> None:
        self._model.set_order(order)
        self.view.bring_selected_into_sight()
        self._sort.setText(_ORDERS[order])
        self._sort.setAccessibleName(f"Sorted by {_ORDERS[order].lower()}")
