"""The card with an account's OAuth 2.0 tokens, renewed and revoked from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.access import describe_scope
from twauth_gui.domain.accounts import Account, TokenMetadata
from twauth_gui.domain.credential_fields import TokenField
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.detail.credential_values import CredentialSource, CredentialValues, ValueName
from twauth_gui.gui.parts.buttons import ButtonSize, quiet_danger_button, secondary_button
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.surfaces import Card, Stack
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.time_format import format_clock, format_date
from twauth_gui.gui.vault.vault_dialogs import OpenVaultEnabler, needs_vault


class TokenActions(QObject):
    """Renewal and revocation of an account's OAuth 2.0 tokens.

    Signals:
        changed: the tokens were replaced or revoked.
    """

    changed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context

    def renew(self, account: Account, *, ended: Callable[[], None]) -> None:
        """Ask X for new tokens; if they cannot be saved, offer to try again."""
        service = self.context.services.tokens

        def work(job: Job) -> TokenSet:
            return service.renew(account.id, job.cancel)

        def done(_tokens: TokenSet) -> None:
            self.context.window.show_status(f"Renewed the OAuth 2.0 tokens of {account.at_handle}")
            self.context.snapshots.reload(on_done=self.changed.emit)

        def failed(diagnosis: Diagnosis) -> None:
            if service.has_unsaved_tokens(account.id):
                self._offer_retry(account, diagnosis, ended)
            else:
                self.context.window.show_problem(diagnosis)

        self.context.run_over_network(self, work, done, failed, on_ended=ended, must_finish=True)

    def _offer_retry(
        self, account: Account, diagnosis: Diagnosis, ended: Callable[[], None]
    ) -> None:
        """Offer to save new tokens again: X has issued them once, and they are only in memory."""
        dialog = ask_confirmation(
            self.context.dialogs,
            diagnosis.title.rstrip("."),
            f"X has issued new tokens for {account.at_handle}, and issues them only once. They "
            "are held until this window closes.",
            safe_text="Later",
            danger_text="Try again",
        )
        dialog.accepted.connect(lambda: self.renew(account, ended=ended))

    @needs_vault
    def revoke(self, account: Account) -> None:
        """Ask, then revoke both tokens at X."""
        unaffected = " Its OAuth 1.0a credentials stay as they are." if account.has_oauth1 else ""
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Revoke the OAuth 2.0 tokens of {account.at_handle} at X?",
            "X stops accepting these tokens at once, and bots that use them stop. This cannot be "
            f"undone.{unaffected}",
            safe_text="Keep",
            danger_text="Revoke",
        )
        dialog.accepted.connect(lambda: self._revoke(account))

    def _revoke(self, account: Account) -> None:
        def work(job: Job) -> Account:
            return self.context.services.tokens.revoke(account.id, job.cancel)

        def done(_account: Account) -> None:
            self.context.snapshots.reload(on_done=shown)

        def shown() -> None:
            self.changed.emit()
            self.context.window.show_status(
                f"Revoked the OAuth 2.0 tokens of {account.at_handle} at X",
                is_current=lambda: account.id not in self.context.snapshots.current.tokens,
            )

        self.context.run_over_network(self, work, done, must_finish=True)


class TokenStack(Stack):
    """Expiry, scopes and masked values of an account's tokens, with what can be done with them.

    Signals:
        used: a value was shown or copied.
        sign_in_requested: replace the tokens by a sign-in.
    """

    used = Signal()
    sign_in_requested = Signal()

    def __init__(
        self, context: AppContext, actions: AccountActions, token_actions: TokenActions
    ) -> None:
        super().__init__()
        self._context = context
        self._token_actions = token_actions
        self._values = CredentialValues(
            self, context, actions, TokenField, self._build_source(), self.used.emit
        )
        self._expires = Text("", wrap=True)
        self._scopes = Text("", wrap=True)
        self.body.addLayout(self._build_metadata())
        for row in self._values:
            self.add_row(row)
        self._footer = self._build_footer()
        self.add_row(self._footer)

    def _build_source(self) -> CredentialSource[TokenField]:
        services = self._context.services
        return CredentialSource(
            reveal=lambda account_id, field, job: services.token_fields.reveal(
                account_id, field, job.cancel
            ),
            copy=lambda account_id, field, job: services.token_fields.copy(
                account_id, field, job.cancel
            ),
            # An access token near its end is renewed first, so X may be asked.
            run=partial(self._context.run_over_network, must_finish=True),
        )

    def _build_metadata(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 11, 16, 11)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate((("Ends", self._expires), ("Scopes", self._scopes))):
            grid.addWidget(ValueName(name), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
        return grid

    def _build_footer(self) -> QWidget:
        self._renew = secondary_button("Renew now", size=ButtonSize.SMALL)
        self._again = secondary_button("Sign in again…", size=ButtonSize.SMALL)
        self._again.setAccessibleName("Sign in again with OAuth 2.0")
        self._revoke = quiet_danger_button("Revoke…", size=ButtonSize.SMALL)
        self._revoke.setAccessibleName("Revoke OAuth 2.0 at X")
        self._renew.clicked.connect(self._renew_tokens)
        self._again.clicked.connect(self.sign_in_requested)
        self._revoke.clicked.connect(self._revoke_tokens)
        OpenVaultEnabler(self._context.vault, self._renew, self._again, self._revoke, *self._values)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(self._renew)
        row.addWidget(self._again)
        row.addStretch(1)
        row.addWidget(self._revoke)
        return holder

    def show_account(self, account: Account, tokens: TokenMetadata | None, now: datetime) -> None:
        """Show this account's tokens, if it has some; values shown of another one are hidden."""
        self._values.show_account(account)
        self.setVisible(tokens is not None)
        if tokens is None:
            return
        self._expires.setText(_expiry_text(tokens, now))
        self._scopes.setText(", ".join(tokens.scopes))
        descriptions = [f"{name}: {describe_scope(name)}" for name in tokens.scopes]
        self._scopes.setToolTip("\n".join(descriptions))
        self._scopes.setAccessibleDescription(". ".join(descriptions))
        self._values[TokenField.REFRESH].setVisible(tokens.is_renewable)
        self._renew.setVisible(tokens.is_renewable)
        # Without other credentials the buttons of the page do the same.
        self._again.setVisible(account.has_oauth1)
        self._revoke.setVisible(account.has_oauth1)
        self._footer.setVisible(account.has_oauth1 or tokens.is_renewable)

    def hide_values(self) -> None:
        """Mask every value."""
        self._values.hide_values()

    def _renew_tokens(self) -> None:
        account = self._values.account
        if account is not None:
            self.hide_values()
            had_focus = self._renew.hasFocus()
            self._renew.setEnabled(False)
            self._token_actions.renew(account, ended=lambda: self._end_renewal(had_focus=had_focus))

    def _end_renewal(self, *, had_focus: bool) -> None:
        self._renew.setEnabled(self._context.vault.is_open)
        if had_focus:
            self._renew.setFocus(Qt.FocusReason.OtherFocusReason)

    def _revoke_tokens(self) -> None:
        account = self._values.account
        if account is not None:
            self._token_actions.revoke(account)


_NO_TOKENS = "Tokens for chosen scopes, renewed every two hours. This account has none."


class OAuth2Card(Card):
    """The tokens, once there are some; without tokens, a button to get some.

    Signals:
        used: a value was shown or copied, or the tokens changed; the history has a new event.
        sign_in_requested: start a sign-in with OAuth 2.0.
    """

    used = Signal()
    sign_in_requested = Signal()

    def __init__(self, context: AppContext, actions: AccountActions) -> None:
        super().__init__("OAuth 2.0")
        self._context = context
        self._actions = actions
        self._token_actions = TokenActions(context, self)
        self._token_actions.changed.connect(self.used)
        self._no_tokens = self._build_no_tokens()
        self._token_stack: TokenStack | None = None
        self.add_row(self._no_tokens)
        context.vault.changed.connect(self._show_vault)

    def _build_no_tokens(self) -> QWidget:
        sign_in = secondary_button("Sign in with OAuth 2.0…", size=ButtonSize.SMALL)
        sign_in.clicked.connect(self.sign_in_requested)
        OpenVaultEnabler(self._context.vault, sign_in)
        text = Text(_NO_TOKENS, role="text-2", wrap=True)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 10, 12, 12)
        column.addWidget(ResponsiveRow(text, sign_in, spacing=12, stretch=(1, 0), apart=True))
        return holder

    def show_account(self, account: Account, tokens: TokenMetadata | None, now: datetime) -> None:
        """Show this account's tokens; values shown of another one are hidden."""
        self._no_tokens.setVisible(tokens is None)
        if tokens is not None or self._token_stack is not None:
            self._make_token_stack().show_account(account, tokens, now)
        self._show_vault()

    def hide_values(self) -> None:
        """Mask every value."""
        if self._token_stack is not None:
            self._token_stack.hide_values()

    def _make_token_stack(self) -> TokenStack:
        """Return the part that most accounts have no use for; it is made once."""
        if self._token_stack is None:
            self._token_stack = TokenStack(self._context, self._actions, self._token_actions)
            self._token_stack.used.connect(self.used)
            self._token_stack.sign_in_requested.connect(self.sign_in_requested)
            self.body.addWidget(self._token_stack)
        return self._token_stack

    def _show_vault(self) -> None:
        if not self._context.vault.is_open:
            self.hide_values()


def _expiry_text(tokens: TokenMetadata, now: datetime) -> str:
    time = format_clock(tokens.expires_at, now)
    today = tokens.expires_at.astimezone(now.tzinfo).date() == now.date()
    at = f"at {time}" if today else f"on {format_date(tokens.expires_at, now)} at {time}"
    if tokens.expires_at <= now:
        then = (
            "Renewed when it is used." if tokens.is_renewable else "Sign in again to get another."
        )
        return f"Ended {at}. {then}"
    then = (
        "Renewed before it is used." if tokens.is_renewable else "Sign in again when it has ended."
    )
    return f"{at[:1].upper()}{at[1:]}. {then}"
