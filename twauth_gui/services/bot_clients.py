"""Handing an account to a bot as a ready client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.services.lines import XClients
from twauth_gui.services.oauth2_tokens import TokenKeeper
from twauth_gui.store.store import Store
from twauth_gui.xapi.bot_client import BotClient, client_of_oauth1, client_of_oauth2


class BotClients:
    """Makes clients, and notes in the account's history for whom."""

    def __init__(
        self, store: Store, lines: XClients, tokens: TokenKeeper, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lines = lines
        self._tokens = tokens
        self._now = now

    def make(self, account_id: AccountId, program: str, cancel: CancelToken) -> BotClient:
        """Make a client: with OAuth 1.0a, which does not end, where the account has it.

        Raises:
            DiagnosedError: the keychain refuses; with OAuth 2.0 alone, also what a renewal meets.
        """
        account = self._store.accounts.get(account_id)
        app = self._store.apps.get(account.app_id)
        line = self._lines.to(app)
        if account.has_oauth1:
            keys = self._store.apps.keys(app.id)
            made: BotClient = client_of_oauth1(
                app.hosts, keys, self._store.accounts.credentials(account_id), line
            )
        else:
            access = self._tokens.fresh(account_id, cancel).access
            made = client_of_oauth2(app.hosts, access, line)
        note = Event(account_id, EventKind.EXPORTED, self._now(), f"Handed to {program}")
        self._store.events.add(note)
        return made
