"""The card with the masked values of one account."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.desk import Desk
from twauth_gui.gui.detail.credential_row import CredentialRow
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, quiet_button
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.look import current_look
from twauth_gui.services.parts import Part


class CredentialsCard(QWidget):
    """Shows the values, or why they cannot be read now.

    Signals:
        used: a value was shown or copied, so the history has a new line.
    """

    used = Signal()

    def __init__(self, desk: Desk, actions: AccountActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self._account: Account | None = None
        self._rows = {part: CredentialRow(part) for part in Part}
        self._closed = LockedCard()
        self._closed.unlock_wanted.connect(desk.vault.unlock)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._open = self._build_open()
        layout.addWidget(self._open)
        layout.addWidget(self._closed)
        desk.vault.changed.connect(self._show_vault)
        self._show_vault()

    def _build_open(self) -> Card:
        copy_all = quiet_button("Copy all", size=ButtonSize.TINY)
        copy_all.setToolTip("Copy all four in the shape that was exported last")
        copy_all.clicked.connect(self._copy_all)
        card = Card("Credentials", tail=copy_all)
        for row in self._rows.values():
            row.reveal_wanted.connect(self._reveal)
            row.copy_wanted.connect(self._copy)
            card.add_row(row)
        return card

    def show_account(self, account: Account) -> None:
        """Show this account; what was shown of another one is hidden."""
        if self._account is None or self._account.id != account.id:
            self.hide_values()
        self._account = account

    def hide_values(self) -> None:
        """Mask everything."""
        for row in self._rows.values():
            row.hide_value()

    def _show_vault(self) -> None:
        problem = self._desk.vault.problem
        self._open.setVisible(problem is None)
        self._closed.setVisible(problem is not None)
        if problem is not None:
            self.hide_values()
            self._closed.show_problem(problem, unlockable=self._desk.vault.locked)

    def _reveal(self, part: Part) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._is_current(account.id):
                self._rows[part].show_value(value)
            self.used.emit()

        def work(_job: Job) -> Secret:
            return self._desk.kit.hand_over.reveal(account.id, part)

        self._desk.in_store(self, work, done)

    def _copy(self, part: Part) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            self._actions.put_on_clipboard(value)
            self._rows[part].show_copied()
            self.used.emit()

        def work(_job: Job) -> Secret:
            return self._desk.kit.hand_over.copy(account.id, part)

        self._desk.in_store(self, work, done)

    def _copy_all(self) -> None:
        if self._account is not None:
            self._actions.copy_all(self._account)

    def _is_current(self, account_id: AccountId) -> bool:
        return self._account is not None and self._account.id == account_id


class LockedCard(Card):
    """Stands where the values would be while the keychain does not give them out.

    Signals:
        unlock_wanted: the button was pressed.
    """

    unlock_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", strong=True, wrap=True)
        self._advice = Text("", role="text-2", wrap=True)
        self._icon = Text("")
        self._button = primary_button("Unlock keyring")
        self._button.clicked.connect(self.unlock_wanted)
        column = QVBoxLayout()
        column.setContentsMargins(20, 24, 20, 24)
        column.setSpacing(4)
        for label in (self._icon, self._title, self._advice):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.insertSpacing(1, 8)
        column.addSpacing(12)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._button)
        line.addStretch(1)
        column.addLayout(line)
        self.body.addLayout(column)
        self._paint_icon()
        current_look().changed.connect(self._paint_icon)

    def show_problem(self, problem: Diagnosis, *, unlockable: bool) -> None:
        """Say what is so and what to do."""
        self._title.setText(problem.title.rstrip("."))
        self._advice.setText(problem.advice)
        self._button.setText("Unlock keyring" if unlockable else "Try again")

    def _paint_icon(self) -> None:
        pixmap = current_look().pixmap("lock", "warn", 24, dpr=self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)
