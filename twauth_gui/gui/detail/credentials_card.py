"""The card with the masked values of one account."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.clipboard import CopiedMark
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.detail.credential_values import CredentialValues, Source
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.vault.locked_card import LockedCard
from twauth_gui.services.parts import CredentialField


class CredentialsCard(QWidget):
    """Shows the values, or why they cannot be read now.

    Signals:
        used: a value was shown or copied, so the history has a new line.
    """

    used = Signal()

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self._values = CredentialValues(
            self, desk, actions, CredentialField, self._source(), self.used.emit
        )
        self._closed = LockedCard(desk.vault)
        self._copy = quiet_button("Copy all", size=ButtonSize.TINY)
        self._copied = CopiedMark(desk.clipboard, self)
        self._copied.changed.connect(self._show_copied)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._open = self._build_open()
        layout.addWidget(self._open)
        layout.addWidget(self._closed)
        desk.vault.changed.connect(self._show_vault)
        self._show_vault()

    def _source(self) -> Source[CredentialField]:
        kit = self._desk.services
        return Source(
            reveal=lambda whose, part, _job: kit.exporter.reveal(whose, part),
            copy=lambda whose, part, _job: kit.exporter.copy(whose, part),
            run=self._desk.in_store,
        )

    def _build_open(self) -> Card:
        self._copy.setToolTip("Copy all four in the shape that was exported last")
        self._copy.clicked.connect(self._copy_all)
        card = Card("Credentials", tail=self._copy)
        for row in self._values:
            card.add_row(row)
        return card

    def show_account(self, account: Account) -> None:
        """Show this account; what was shown of another one is hidden."""
        self._values.show_account(account)
        self._show_copied()
        for part in (CredentialField.ACCESS_TOKEN, CredentialField.ACCESS_SECRET):
            self._values[part].setVisible(account.has_oauth1)

    def hide_values(self) -> None:
        """Mask everything."""
        self._values.hide()

    def _show_vault(self) -> None:
        problem = self._desk.vault.problem
        focus = QApplication.focusWidget()
        going = self._closed if problem is None else self._open
        was_here = focus is not None and going.isAncestorOf(focus)
        self._open.setVisible(problem is None)
        self._closed.setVisible(problem is not None)
        if problem is not None:
            self.hide_values()
        if was_here and problem is None:
            self._copy.setFocus(Qt.FocusReason.OtherFocusReason)
        elif was_here:
            self._closed.form.take_focus()

    def _copy_all(self) -> None:
        account = self._values.account
        if account is not None:
            self._actions.copy_all(account, lambda: self._copied.put_on(account.id))

    def _show_copied(self) -> None:
        account = self._values.account
        self._copy.show_copied(on=account is not None and self._copied.is_on(account.id))
