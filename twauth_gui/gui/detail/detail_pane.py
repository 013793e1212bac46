"""The right pane: one account, one pending sign-in, several accounts, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import preserve_focus
from twauth_gui.gui.parts.buttons import Button, IconButton
from twauth_gui.gui.parts.text import Text

if TYPE_CHECKING:
    from twauth_gui.gui.detail.account_page import AccountPage
    from twauth_gui.gui.detail.multi_selection_page import MultiSelectionPage
    from twauth_gui.gui.detail.pending_sign_in_page import PendingSignInPage


class DetailPane(QFrame):
    """Shows the selection; its pages are built after the window was first painted without them.

    Signals:
        back_requested: show the list again (narrow windows).
        left: Escape was pressed, and nothing in the pane had a use for it.
        focus_lost: the widget that had the focus is gone, or shows another account.
    """

    back_requested = Signal()
    left = Signal()
    focus_lost = Signal()

    def __init__(
        self, context: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Selected account")
        self._context = context
        self._actions = actions
        self._selected: list[str] = []
        self._shown: list[str] = []
        self.setObjectName("detailPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._is_back_visible = False
        self._account: AccountPage | None = None
        self._sign_in: PendingSignInPage | None = None
        self._multi_selection: MultiSelectionPage | None = None
        self._empty: QWidget | None = None
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.addWidget(self._stack)
        self._is_painted = False
        self._wants_focus: Qt.FocusReason | None = None
        context.snapshots.changed.connect(self.refresh)
        actions.checks.changed.connect(self.refresh)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.refresh)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def show_selection(self, ids: Sequence[str]) -> None:
        """Show these accounts or pending sign-ins."""
        self._selected = list(ids)
        self.refresh()

    def set_back(self, *, visible: bool) -> None:
        """Show or hide the button back to the list, for narrow windows."""
        self._is_back_visible = visible
        for back in self._back_buttons():
            back.setVisible(visible)

    def _back_buttons(self) -> list[IconButton]:
        """Return the buttons of the pages that are built."""
        header = None if self._account is None else self._account.header
        return [
            page.back for page in (header, self._sign_in, self._multi_selection) if page is not None
        ]

    def take_focus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Focus the first thing of the page, once it is built: in narrow windows the way back."""
        self._wants_focus = reason
        first: QWidget | None = next((one for one in self._back_buttons() if one.isVisible()), None)
        if first is None and self._is_painted:
            first = _first_button(self._stack.currentWidget())
        if first is not None:
            first.setFocus(reason)
            self._wants_focus = None

    def show_places(self) -> None:
        """Scroll to the places of the credentials of the selected account."""
        if self._account is not None:
            self._account.show_places()

    def hide_values(self) -> None:
        """Mask every shown value."""
        if self._account is not None:
            self._account.hide_values()

    def refresh(self) -> None:
        """Show the selection as it is in the current snapshot."""
        if not self._is_painted:
            return
        is_same, self._shown = self._shown == self._selected, self._selected
        with preserve_focus(self, self.focus_lost.emit, is_same_subject=is_same):
            self._show_page()
        if self._wants_focus is not None:
            self.take_focus(self._wants_focus)

    def _show_page(self) -> None:
        snapshot = self._context.snapshots.current
        accounts = self._accounts()
        pending_sign_ins = [
            i for i in self._selected if PendingSignInId(i) in snapshot.pending_sign_ins
        ]
        if len(accounts) > 1:
            multi_selection = self._multi_selection_page()
            multi_selection.show_accounts([snapshot.accounts[one] for one in accounts])
            self._stack.setCurrentWidget(multi_selection)
        elif accounts:
            page = self._account_page()
            page.show_account(snapshot.accounts[accounts[0]])
            self._stack.setCurrentWidget(page)
        elif pending_sign_ins:
            pending = self._sign_in_page()
            pending.show_sign_in(snapshot.pending_sign_ins[PendingSignInId(pending_sign_ins[0])])
            self._stack.setCurrentWidget(pending)
        else:
            self.hide_values()
            if self._empty is None:
                self._empty = _build_empty_page()
                self._stack.addWidget(self._empty)
            self._stack.setCurrentWidget(self._empty)

    def _account_page(self) -> AccountPage:
        if self._account is None:
            from twauth_gui.gui.detail.account_page import AccountPage  # noqa: PLC0415 - see the class

            self._account = AccountPage(self._context, self._actions, self._stack)
            self._account.back_requested.connect(self.back_requested)
            self._account.header.back.setVisible(self._is_back_visible)
            self._stack.addWidget(self._account)
        return self._account

    def _sign_in_page(self) -> PendingSignInPage:
        if self._sign_in is None:
            from twauth_gui.gui.detail.pending_sign_in_page import PendingSignInPage  # noqa: PLC0415 - see the class

            self._sign_in = PendingSignInPage(self._context)
            self._sign_in.back_requested.connect(self.back_requested)
            self._sign_in.back.setVisible(self._is_back_visible)
            self._stack.addWidget(self._sign_in)
        return self._sign_in

    def _multi_selection_page(self) -> MultiSelectionPage:
        if self._multi_selection is None:
            from twauth_gui.gui.detail.multi_selection_page import MultiSelectionPage  # noqa: PLC0415 - see the class

            self._multi_selection = MultiSelectionPage(self._context, self._actions)
            self._multi_selection.back.clicked.connect(self.back_requested)
            self._multi_selection.back.setVisible(self._is_back_visible)
            self._stack.addWidget(self._multi_selection)
        return self._multi_selection

    def _accounts(self) -> list[AccountId]:
        known = self._context.snapshots.current.accounts
        return [AccountId(i) for i in self._selected if AccountId(i) in known]


def _first_button(page: QWidget | None) -> Button | None:
    """Return the first button with words that can be pressed; None if a page has none."""
    buttons = [] if page is None else page.findChildren(Button)
    return next((one for one in buttons if one.isVisible() and one.isEnabled()), None)


def _build_empty_page() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    text = Text("Select an account to see it here.", role="text-3")
    column.addWidget(text, alignment=Qt.AlignmentFlag.AlignCenter)
    return page
