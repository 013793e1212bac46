"""Clients and credentials for bots, ready to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twauth_gui.domain.accounts import AccountEventKind, AccountId, Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.placements import Place, PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.oauth2_tokens import OAuth2TokenService
from twauth_gui.services.placement_recorder import ExportedValues, PlacementRecorder, make_copy
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.store import Store
from twauth_gui.xapi.bot_client import (
    BotApi,
    BotClient,
    make_api,
    make_oauth1_client,
    make_oauth2_client,
)


@dataclass(frozen=True, slots=True)
class BotCredentials:
    """The credentials of one account; a property is None for what it does not have.

    Neither its representation nor a log shows a value, and it cannot be pickled: another process
    asks for the account by its name.

    api_url: where the app's calls go. keys, oauth1, oauth2: what the properties reveal.
    """

    handle: str
    user_id: str
    api_url: str
    keys: AppKeys
    oauth1: Credentials | None
    oauth2: Secret | None

    @property
    def api_key(self) -> str:
        """The API key, which tweepy calls consumer_key."""
        return self.keys.api_key.reveal()

    @property
    def api_secret(self) -> str:
        """The API key secret, which tweepy calls consumer_secret."""
        return self.keys.api_secret.reveal()

    @property
    def access_token(self) -> str | None:
        """The OAuth 1.0a access token."""
        return None if self.oauth1 is None else self.oauth1.access_token.reveal()

    @property
    def access_secret(self) -> str | None:
        """The OAuth 1.0a access token secret."""
        return None if self.oauth1 is None else self.oauth1.access_secret.reveal()

    @property
    def bearer_token(self) -> str | None:
        """The app's own token, which acts as no account."""
        return _reveal(self.keys.bearer_token)

    @property
    def client_id(self) -> str | None:
        """The ID of the app's OAuth 2.0 client."""
        return _reveal(self.keys.client_id)

    @property
    def client_secret(self) -> str | None:
        """The secret of the app's OAuth 2.0 client."""
        return _reveal(self.keys.client_secret)

    @property
    def oauth2_access_token(self) -> str | None:
        """The OAuth 2.0 access token, if it was asked for or is all that the account has."""
        return _reveal(self.oauth2)


class MissingFieldError(LookupError):
    """The account has no value for a field; args: its name."""


class BotClientFactory:
    """Creates clients, and notes in the account's history for which program."""

    def __init__(
        self,
        store: Store,
        x_clients: XClients,
        tokens: OAuth2TokenService,
        recorder: PlacementRecorder,
    ) -> None:
        self._store = store
        self._x_clients = x_clients
        self._tokens = tokens
        self._recorder = recorder

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
            credentials = self._store.accounts.read_credentials(account_id)
            made: BotClient = make_oauth1_client(app.hosts, keys, credentials, settings)
            source = ExportedValues(account, app, _list_oauth1_values(keys, credentials))
        else:
            tokens, generation = self._tokens.get_fresh_with_generation(account_id, cancel)
            made = make_oauth2_client(app.hosts, tokens.access_token, settings)
            values = {"oauth2_access_token": tokens.access_token}
            source = ExportedValues(account, app, values, generation)
        self._record(source, program)
        return made

    def create_api(self, account_id: AccountId, program: str) -> BotApi:
        """Create an API of version 1.1, which takes OAuth 1.0a alone.

        Raises:
            DiagnosedError: the keychain refuses, or the account has no OAuth 1.0a credentials.
        """
        account = self._store.accounts.get(account_id)
        app = self._store.apps.get(account.app_id)
        credentials = self._store.accounts.read_credentials(account_id)
        keys = self._store.apps.read_keys(app.id)
        made: BotApi = make_api(app.hosts, keys, credentials, self._x_clients.settings_for(app))
        values = _list_oauth1_values(keys, credentials)
        self._record(ExportedValues(account, app, values), program)
        return made

    def read_credentials(
        self,
        account_id: AccountId,
        program: str,
        cancel: CancelToken,
        *,
        oauth2: bool = False,
        fields: Sequence[str] = (),
    ) -> BotCredentials:
        """Read an account's credentials.

        Args:
            account_id: whose.
            program: named in the history.
            cancel: ends a renewal.
            oauth2: whether the OAuth 2.0 access token is wanted although there is OAuth 1.0a. It is
                renewed first if it is about to expire.
            fields: properties of BotCredentials that have to be there.

        Raises:
            DiagnosedError: the keychain refuses, or a renewal fails.
            MissingFieldError: one of the fields is not there; nothing is noted.
        """
        account = self._store.accounts.get(account_id)
        app = self._store.apps.get(account.app_id)
        has_oauth2 = self._store.tokens.get_metadata(account_id) is not None
        is_wanted = has_oauth2 and (oauth2 or not account.has_oauth1)
        keys = self._store.apps.read_keys(app.id)
        oauth1 = self._store.accounts.read_credentials(account_id) if account.has_oauth1 else None
        values, access, generation = _list_oauth1_values(keys, oauth1), None, 0
        if is_wanted:
            tokens, generation = self._tokens.get_fresh_with_generation(account_id, cancel)
            access = values["oauth2_access_token"] = tokens.access_token
        read = BotCredentials(
            handle=account.handle,
            user_id=account.known_user_id,
            api_url=app.hosts.api,
            keys=keys,
            oauth1=oauth1,
            oauth2=access,
        )
        for name in fields:
            if getattr(read, name) is None:
                raise MissingFieldError(name)
        self._record(ExportedValues(account, app, values, generation), program)
        return read

    def _record(self, source: ExportedValues, program: str) -> None:
        copy = make_copy(source, Place(PlacementKind.PROGRAM, program))
        event = (AccountEventKind.EXPORTED, f"Exported to {program}")
        self._recorder.record([copy], [source.account.id], event)


def _list_oauth1_values(keys: AppKeys, credentials: Credentials | None) -> dict[str, Secret]:
    values = {"api_key": keys.api_key, "api_secret": keys.api_secret}
    if credentials is not None:
        values["access_token"] = credentials.access_token
        values["access_secret"] = credentials.access_secret
    return values


def _reveal(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()
