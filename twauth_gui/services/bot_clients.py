"""API clients for bots, ready to use with an account's credentials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twauth_gui.domain.accounts import AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.services.oauth2_tokens import OAuth2TokenService
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.store import Store
from twauth_gui.xapi.bot_client import BotClient, make_oauth1_client, make_oauth2_client


class BotClientFactory:
    """Creates clients, and notes in the account's history for which program."""

    def __init__(
        self,
        store: Store,
        x_clients: XClients,
        tokens: OAuth2TokenService,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._x_clients = x_clients
        self._tokens = tokens
        self._now = now

    def create(self, account_id: AccountId, program: str, cancel: CancelToken) -> BotClient:
        """Create a client: with OAuth 1.0a, which does not expire, if the account has it.

        Raises:
            DiagnosedError: the keychain refuses; with OAuth 2.0 alone, also if a renewal fails.
        """
        account = self._store.accounts.get(account_id)
        app = self._store.apps.get(account.app_id)
        settings = self._x_clients.settings_for(app)
        if account.has_oauth1:
            keys = self._store.apps.read_keys(app.id)
            made: BotClient = make_oauth1_client(
                app.hosts, keys, self._store.accounts.read_credentials(account_id), settings
            )
        else:
            access = self._tokens.get_fresh(account_id, cancel).access_token
            made = make_oauth2_client(app.hosts, access, settings)
        note = AccountEvent(
            account_id, AccountEventKind.EXPORTED, self._now(), f"Exported to {program}"
        )
        self._store.events.add(note)
        return made
