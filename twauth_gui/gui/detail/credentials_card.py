"""The card with an account's credentials, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.clipboard import CopiedItem
from twauth_gui.gui.detail.credential_values import CredentialSource, CredentialValues
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_button
from twauth_gui.gui.parts.surfaces import Card

if TYPE_CHECKING:
    from twauth_gui.gui.vault.unlock_form import LockedCard


class CredentialsCard(QWidget):
    """Shows the masked values, or why they cannot be read now.

    Signals:
        used: a value was shown or copied, so the history has a new event.
    """

    used = Signal()

    def __init__(self, context: AppContext, actions: AccountActions) -> None:
        super().__init__()
        self._context = context
        self._actions = actions
        self._values = CredentialValues(
            self, context, actions, CredentialField, self._build_source(), self.used.emit
        )
        self._locked_card: LockedCard | None = None
        self._copy = quiet_button("Copy all", size=ButtonSize.TINY)
        self._copied = CopiedItem(context.clipboard, self)
        self._copied.changed.connect(self._show_copied)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._open_card = self._build_open_card()
        self._layout.addWidget(self._open_card)
        context.vault.changed.connect(self._show_vault)
        self._show_vault()

    def _build_source(self) -> CredentialSource[CredentialField]:
        services = self._context.services
        return CredentialSource(
            reveal=lambda account_id, field, _job: services.exporter.reveal(account_id, field),
            copy=lambda account_id, field, _job: services.exporter.copy(account_id, field),
            run=self._context.run_in_store,
        )

    def _build_open_card(self) -> Card:
        self._copy.setToolTip("Copy all four in the format of the last export")
        self._copy.clicked.connect(self._copy_all)
        card = Card("Credentials", tail=self._copy)
        for row in self._values:
            card.add_row(row)
        return card

    def show_account(self, account: Account) -> None:
        """Show this account; values shown of another one are hidden."""
        self._values.show_account(account)
        self._show_copied()
        for field in (CredentialField.ACCESS_TOKEN, CredentialField.ACCESS_SECRET):
            self._values[field].setVisible(account.has_oauth1)

    def hide_values(self) -> None:
        """Mask every value."""
        self._values.hide_values()

    def _show_vault(self) -> None:
        is_open = self._context.vault.problem is None
        if is_open and self._locked_card is None:
            return
        locked_card = self._make_locked_card()
        focus = QApplication.focusWidget()
        hidden = locked_card if is_open else self._open_card
        had_focus = focus is not None and hidden.isAncestorOf(focus)
        self._open_card.setVisible(is_open)
        locked_card.setVisible(not is_open)
        if not is_open:
            self.hide_values()
        if had_focus and is_open:
            self._copy.setFocus(Qt.FocusReason.OtherFocusReason)
        elif had_focus:
            locked_card.form.take_focus()

    def _make_locked_card(self) -> LockedCard:
        if self._locked_card is None:
            from twauth_gui.gui.vault.unlock_form import LockedCard  # noqa: PLC0415 - most never see it

            self._locked_card = LockedCard(self._context.vault)
            self._layout.addWidget(self._locked_card)
        return self._locked_card

    def _copy_all(self) -> None:
        account = self._values.account
        if account is not None:
            self._actions.copy_all(account, lambda: self._copied.set_item(account.id))

    def _show_copied(self) -> None:
        account = self._values.account
        self._copy.set_copied(on=account is not None and self._copied.is_item(account.id))
