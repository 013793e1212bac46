"""The card with the masked values of one account."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.desk import Desk
from twauth_gui.gui.detail.credential_row import CredentialRow
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.locked_card import LockedCard
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
        self._closed = LockedCard(desk.vault)
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
        for part in (Part.ACCESS_TOKEN, Part.ACCESS_SECRET):
            self._rows[part].setVisible(account.has_oauth1)

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

    def _reveal(self, part: Part) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._is_current(account.id) and self._desk.vault.problem is None:
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
            if self._actions.put_on_clipboard(value):
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
