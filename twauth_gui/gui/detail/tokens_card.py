"""The card with an account's credentials of OAuth 2.0."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account, TokenFacts
from twauth_gui.domain.scopes import scope_words
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.detail.credential_values import CredentialValues, Source
from twauth_gui.gui.detail.token_actions import TokenActions
from twauth_gui.gui.detail.value_name import ValueName
from twauth_gui.gui.parts.bending_row import ResponsiveRow
from twauth_gui.gui.parts.buttons import (
    ButtonSize,
    quiet_danger_button,
    secondary_button,
)
from twauth_gui.gui.parts.surfaces import Card, Stack
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.vault.gate import WhileOpen
from twauth_gui.gui.when import clock, date
from twauth_gui.services.token_part import TokenField

_NONE = "Tokens for chosen scopes, renewed every two hours. This account has none."


class TokensCard(Card):
    """Expiry, scopes and masked values where there are tokens, else the way to get some.

    Signals:
        used: a value was shown or copied, or the tokens are others; the history has a new line.
        sign_in_wanted: begin a sign-in with OAuth 2.0.
    """

    used = Signal()
    sign_in_wanted = Signal()

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__("OAuth 2.0", parent=parent)
        self._desk = desk
        self._tokens = TokenActions(desk, self)
        self._tokens.changed.connect(self.used)
        self._values = CredentialValues(
            self, desk, actions, TokenField, self._source(), self.used.emit
        )
        self._expires = Text("", wrap=True)
        self._scopes = Text("", wrap=True)
        self._none = self._build_none()
        self._some = self._build_some()
        self.add_row(self._none)
        self.body.addWidget(self._some)
        desk.vault.changed.connect(self._show_vault)

    def _source(self) -> Source[TokenField]:
        kit = self._desk.services
        return Source(
            reveal=lambda whose, part, job: kit.token_values.reveal(whose, part, job.cancel),
            copy=lambda whose, part, job: kit.token_values.copy(whose, part, job.cancel),
            # An access token near its end is renewed first, so X may be asked.
            run=partial(self._desk.over_network, must_finish=True),
        )

    def _build_none(self) -> QWidget:
        sign_in = secondary_button("Sign in with OAuth 2.0…", size=ButtonSize.SMALL)
        sign_in.clicked.connect(self.sign_in_wanted)
        WhileOpen(self._desk.vault, sign_in)
        words = Text(_NONE, role="text-2", wrap=True)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 10, 12, 12)
        column.addWidget(ResponsiveRow(words, sign_in, spacing=12, stretch=(1, 0), apart=True))
        return holder

    def _build_some(self) -> QWidget:
        stack = Stack()
        stack.body.addLayout(self._facts())
        for row in self._values:
            stack.add_row(row)
        stack.add_row(self._foot())
        return stack

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(16, 11, 16, 11)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate((("Ends", self._expires), ("Scopes", self._scopes))):
            grid.addWidget(ValueName(name), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
        return grid

    def _foot(self) -> QWidget:
        self._renew = secondary_button("Renew now", size=ButtonSize.SMALL)
        self._again = secondary_button("Sign in again…", size=ButtonSize.SMALL)
        self._again.setAccessibleName("Sign in again with OAuth 2.0")
        self._revoke = quiet_danger_button("Revoke…", size=ButtonSize.SMALL)
        self._revoke.setAccessibleName("Revoke OAuth 2.0 at X")
        self._renew.clicked.connect(self._renew_pressed)
        self._again.clicked.connect(self.sign_in_wanted)
        self._revoke.clicked.connect(self._revoke_pressed)
        WhileOpen(self._desk.vault, self._renew, self._again, self._revoke, *self._values)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(self._renew)
        row.addWidget(self._again)
        row.addStretch(1)
        row.addWidget(self._revoke)
        return holder

    # -- content -----------------------------------------------------------------------------------

    def show_account(self, account: Account, facts: TokenFacts | None, now: datetime) -> None:
        """Show this account's tokens; what was shown of another one is hidden."""
        self._values.show_account(account)
        self._none.setVisible(facts is None)
        self._some.setVisible(facts is not None)
        if facts is not None:
            self._expires.setText(_ends(facts, now))
            self._scopes.setText(", ".join(facts.scopes))
            words = [f"{name}: {scope_words(name)}" for name in facts.scopes]
            self._scopes.setToolTip("\n".join(words))
            self._scopes.setAccessibleDescription(". ".join(words))
            self._values[TokenField.REFRESH].setVisible(facts.renewable)
            self._renew.setVisible(facts.renewable)
        self._show_vault()

    def hide_values(self) -> None:
        """Mask everything."""
        self._values.hide()

    def _show_vault(self) -> None:
        if not self._desk.vault.is_open:
            self.hide_values()

    # -- use ---------------------------------------------------------------------------------------

    def _renew_pressed(self) -> None:
        account = self._values.account
        if account is not None:
            self.hide_values()
            had_focus = self._renew.hasFocus()
            self._renew.setEnabled(False)
            self._tokens.renew(account, ended=lambda: self._renewed(had_focus=had_focus))

    def _renewed(self, *, had_focus: bool) -> None:
        self._renew.setEnabled(self._desk.vault.is_open)
        if had_focus:
            self._renew.setFocus(Qt.FocusReason.OtherFocusReason)

    def _revoke_pressed(self) -> None:
        account = self._values.account
        if account is not None:
            self._tokens.revoke(account)


def _ends(facts: TokenFacts, now: datetime) -> str:
    time = clock(facts.expires_at, now)
    today = facts.expires_at.astimezone(now.tzinfo).date() == now.date()
    at = f"at {time}" if today else f"on {date(facts.expires_at, now)} at {time}"
    if facts.expires_at <= now:
        then = "Renewed when it is used." if facts.renewable else "Sign in again to get another."
        return f"Ended {at}. {then}"
    then = "Renewed before it is used." if facts.renewable else "Sign in again when it has ended."
    return f"{at[:1].upper()}{at[1:]}. {then}"
