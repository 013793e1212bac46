"""The right pane: one account, one sign-in, several, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.keep_focus import keeping_focus
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.vault.gate import WhileOpen
from twauth_gui.gui.vault_watch import VaultState

if TYPE_CHECKING:
    from twauth_gui.gui.detail.account_page import AccountPage
    from twauth_gui.gui.detail.attempt_page import AttemptPage


class DetailPane(QWidget):
    """Follows the selection. Its pages are built once the window has been painted without them.

    Signals:
        back_wanted: show the list again (narrow windows).
        focus_lost: the part that had the keyboard is gone, or shows another account.
    """

    back_wanted = Signal()
    focus_lost = Signal()

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self._selected: list[str] = []
        self._shown: list[str] = []
        self.setObjectName("detailPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._back = False
        self._account: AccountPage | None = None
        self._attempt: AttemptPage | None = None
        self._several: SeveralPage | None = None
        self._nothing: QWidget | None = None
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.addWidget(self._stack)
        self._painted = False
        self._wants_focus: Qt.FocusReason | None = None
        desk.library.changed.connect(self.refresh)
        actions.checks.changed.connect(self.refresh)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.refresh)

    def show_selection(self, ids: Sequence[str]) -> None:
        """Show what is selected now."""
        self._selected = list(ids)
        self.refresh()

    def set_back(self, *, visible: bool) -> None:
        """Show the way back to the list, in narrow windows."""
        self._back = visible
        for back in self._ways_back():
            back.setVisible(visible)

    def _ways_back(self) -> list[IconButton]:
        """Return the buttons of the pages that are built."""
        head = None if self._account is None else self._account.head
        return [page.back for page in (head, self._attempt, self._several) if page is not None]

    def take_focus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Put the keyboard on the way back, in narrow windows, once that is built."""
        self._wants_focus = reason
        for back in self._ways_back():
            if back.isVisible():
                back.setFocus(reason)
                self._wants_focus = None

    def hide_values(self) -> None:
        """Mask every shown value."""
        if self._account is not None:
            self._account.hide_values()

    def refresh(self) -> None:
        """Show the selection as the snapshot has it now."""
        if not self._painted:
            return
        same, self._shown = self._shown == self._selected, self._selected
        with keeping_focus(self, self.focus_lost.emit, same=same):
            self._show_subject()
        if self._wants_focus is not None:
            self.take_focus(self._wants_focus)

    def _show_subject(self) -> None:
        snapshot = self._desk.library.snapshot
        accounts = self._accounts()
        attempts = [i for i in self._selected if PendingSignInId(i) in snapshot.attempts]
        if len(accounts) > 1:
            several = self._several_page()
            several.show_count(len(accounts), self._actions.checks.cost_of(accounts).words)
            self._stack.setCurrentWidget(several)
        elif accounts:
            page = self._account_page()
            page.show_account(snapshot.accounts[accounts[0]])
            self._stack.setCurrentWidget(page)
        elif attempts:
            attempt = self._attempt_page()
            attempt.show_attempt(snapshot.attempts[PendingSignInId(attempts[0])])
            self._stack.setCurrentWidget(attempt)
        else:
            self.hide_values()
            if self._nothing is None:
                self._nothing = _nothing_page()
                self._stack.addWidget(self._nothing)
            self._stack.setCurrentWidget(self._nothing)

    def _account_page(self) -> AccountPage:
        if self._account is None:
            from twauth_gui.gui.detail.account_page import AccountPage  # noqa: PLC0415 - see above

            self._account = AccountPage(self._desk, self._actions)
            self._account.back_wanted.connect(self.back_wanted)
            self._account.head.back.setVisible(self._back)
            self._stack.addWidget(self._account)
        return self._account

    def _attempt_page(self) -> AttemptPage:
        if self._attempt is None:
            from twauth_gui.gui.detail.attempt_page import AttemptPage  # noqa: PLC0415 - see above

            self._attempt = AttemptPage(self._desk)
            self._attempt.back_wanted.connect(self.back_wanted)
            self._attempt.back.setVisible(self._back)
            self._stack.addWidget(self._attempt)
        return self._attempt

    def _several_page(self) -> SeveralPage:
        if self._several is None:
            self._several = SeveralPage(self._desk.vault)
            self._several.export_wanted.connect(lambda: self._desk.window.export(self._accounts()))
            self._several.check_wanted.connect(lambda: self._actions.checks.check(self._accounts()))
            self._several.back.clicked.connect(self.back_wanted)
            self._several.back.setVisible(self._back)
            self._stack.addWidget(self._several)
        return self._several

    def _accounts(self) -> list[AccountId]:
        known = self._desk.library.snapshot.accounts
        return [AccountId(i) for i in self._selected if AccountId(i) in known]


class SeveralPage(QWidget):
    """What can be done with several accounts at once.

    Signals:
        export_wanted, check_wanted: what was pressed.
    """

    export_wanted = Signal()
    check_wanted = Signal()

    def __init__(self, vault: VaultState) -> None:
        super().__init__()
        self._title = Text("", type=Type.HEADING, strong=True)
        self._cost = Text("", type=Type.SMALL, role="text-2", wrap=True)
        self._cost.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        export = primary_button("Export…", "upload")
        export.clicked.connect(self.export_wanted)
        check = secondary_button("Check", "rotate-cw")
        check.clicked.connect(self.check_wanted)
        WhileOpen(vault, export, check)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(check)
        buttons.addWidget(export)
        buttons.addStretch(1)
        self.back = IconButton("arrow-left", "Back to the list", side=32)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.addWidget(self.back)
        column.addStretch(1)
        column.addWidget(self._title, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(16)
        column.addLayout(buttons)
        column.addSpacing(12)
        column.addWidget(self._cost)
        column.addStretch(2)

    def show_count(self, count: int, cost: str) -> None:
        """Say how many are selected, and what checking them costs at X."""
        self._title.setText(f"{count} accounts selected")
        self._cost.setText(cost)
        self._cost.setVisible(bool(cost))


def _nothing_page() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    text = Text("Select an account to see it here.", role="text-3")
    column.addWidget(text, alignment=Qt.AlignmentFlag.AlignCenter)
    return page
