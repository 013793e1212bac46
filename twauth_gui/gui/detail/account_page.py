"""The detail pane while one account is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.events import Event
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.detail.credentials_card import CredentialsCard
from twauth_gui.gui.detail.facts_card import FactsCard
from twauth_gui.gui.detail.head import DetailHead
from twauth_gui.gui.detail.health_card import HealthCard
from twauth_gui.gui.detail.history_card import HistoryCard
from twauth_gui.gui.detail.tokens_card import TokensCard
from twauth_gui.gui.parts.buttons import quiet_button, quiet_danger_button, secondary_button
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.gate import WhileOpen

_CARDS_WIDTH = 720
_HISTORY_LINES = 6


class AccountPage(QWidget):
    """Everything about one account, and what can be done with it.

    Signals:
        back_wanted: show the list again (narrow windows).
    """

    back_wanted = Signal()

    def __init__(
        self, desk: AppContext, actions: AccountActions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self._account: Account | None = None
        self._events: list[Event] = []
        self.head = DetailHead()
        self._health = HealthCard()
        self._credentials = CredentialsCard(desk, actions)
        self._tokens = TokensCard(desk, actions)
        self._facts = FactsCard()
        self._history = HistoryCard()
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._scroll(), 1)
        column.addWidget(self._foot())

    def _scroll(self) -> QScrollArea:
        cards = QWidget()
        cards.setObjectName("detailCards")
        cards.setMaximumWidth(_CARDS_WIDTH)
        stack = QVBoxLayout(cards)
        stack.setContentsMargins(20, 4, 20, 12)
        stack.setSpacing(12)
        for card in self._cards():
            stack.addWidget(card)
        stack.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("detailScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidgetResizable(True)
        scroll.setWidget(cards)
        return scroll

    def _cards(self) -> tuple[QWidget, ...]:
        return (self._health, self._credentials, self._tokens, self._facts, self._history)

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("detailFoot")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._again = secondary_button("Sign in again")
        self._revoke = quiet_danger_button("Revoke at X…")
        self._remove = quiet_button("Remove…")
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 12, 8, 12)
        row.setSpacing(8)
        row.addWidget(self._again)
        row.addStretch(1)
        row.addWidget(self._revoke)
        row.addWidget(self._remove)
        return foot

    def _connect(self) -> None:
        self.head.back_wanted.connect(self.back_wanted)
        self.head.export_wanted.connect(self._export)
        self.head.activate_wanted.connect(self._activate)
        self.head.copy_handle_wanted.connect(self._copy_handle)
        self._health.check_wanted.connect(self._check)
        self._health.sign_in_wanted.connect(self._sign_in_again)
        self._again.clicked.connect(self._sign_in_again)
        self._revoke.clicked.connect(self._revoke_pressed)
        self._remove.clicked.connect(self._remove_pressed)
        self._credentials.used.connect(self._read_history)
        self._tokens.used.connect(self._read_history)
        self._tokens.sign_in_wanted.connect(self._sign_in_with_oauth2)
        WhileOpen(self._desk.vault, self.head.export, self._again, self._revoke, self._remove)
        self._desk.vault.changed.connect(self._show_vault)
        self._desk.ticker.ticked.connect(self._show_times)

    # -- content -----------------------------------------------------------------------------------

    def show_account(self, account: Account) -> None:
        """Show this account as the snapshot has it."""
        if self._account is None or self._account.id != account.id:
            self._events = []
        self._account = account
        self.head.show_account(account, self._desk.library.snapshot)
        self._credentials.show_account(account)
        self._show_times()
        self._read_history()
        self._show_vault()

    def _show_times(self) -> None:
        """Word everything that says when something was, all by the same time."""
        account, now = self._account, self._desk.now()
        if account is None:
            return
        snapshot = self._desk.library.snapshot
        app = snapshot.apps.get(account.app_id)
        checking = account.id in self._actions.checks.accounts
        cost = self._actions.checks.cost_of([account.id])
        self._health.show_account(account, now, cost.words, checking=checking)
        self._tokens.show_account(account, snapshot.tokens.get(account.id), now)
        host = app.hosts.api if app and not app.hosts.is_x else ""
        self._facts.show_account(account, snapshot.label_of(account.app_id), host, now)
        if self._events:  # those of another account stay until its own are read
            self._history.show_events(self._events, now)

    def _read_history(self) -> None:
        account = self._account
        if account is None:
            return

        def work(_job: Job) -> list[Event]:
            return self._desk.services.store.events.latest(account.id, _HISTORY_LINES)

        def done(events: list[Event]) -> None:
            if self._account is not None and self._account.id == account.id:
                self._events = events
                self._history.show_events(events, self._desk.now())

        self._desk.in_store(self, work, done)

    def hide_values(self) -> None:
        """Mask what is shown."""
        self._credentials.hide_values()
        self._tokens.hide_values()

    def _show_vault(self) -> None:
        self._health.set_check_possible(possible=self._desk.vault.is_open)

    @override
    def event(self, event: QEvent) -> bool:
        # Qt sends ActivationChange to the window alone, but this one to what is in it, too.
        if event.type() == QEvent.Type.WindowDeactivate:
            self.hide_values()
        return super().event(event)

    # -- actions -----------------------------------------------------------------------------------

    def _export(self) -> None:
        if self._account is not None:
            self._desk.window.export([self._account.id])

    def _activate(self) -> None:
        if self._account is not None:
            self._actions.make_active(self._account.id)

    def _copy_handle(self) -> None:
        if self._account is not None:
            self._desk.clipboard.put_plain(self._account.at_handle)
            self._desk.window.show_status(f"Copied {self._account.at_handle}")

    def _check(self) -> None:
        if self._account is not None:
            self._actions.checks.check([self._account.id])

    def _sign_in_again(self) -> None:
        if self._account is not None:
            self._desk.window.sign_in_again(self._account.id)

    def _sign_in_with_oauth2(self) -> None:
        if self._account is not None:
            self._desk.window.sign_in_again(self._account.id, CredentialKind.OAUTH2)

    def _revoke_pressed(self) -> None:
        if self._account is not None:
            self._actions.revoke(self._account)

    def _remove_pressed(self) -> None:
        if self._account is not None:
            self._actions.remove(self._account)
