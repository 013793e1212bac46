"""tweepy clients for bots."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

import tweepy  # pyright: ignore[reportMissingTypeStubs]
from typing_extensions import override

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.errors.call_context import validate_keys
from twauth_gui.xapi.session import XSession
from twauth_gui.xapi.tls import TlsAdapter, custom_ca_bundle

if TYPE_CHECKING:
    import requests

BotClient: TypeAlias = tweepy.Client
BotApi: TypeAlias = tweepy.API
Tweepy = TypeVar("Tweepy", tweepy.Client, tweepy.API)

_UPLOAD_HOST = "https://upload.twitter.com"


class BotSession(XSession):
    """A session for a bot: tweepy judges responses, and media may go to X's host for uploads."""

    def __init__(self, hosts: Hosts, settings: CallSettings) -> None:
        super().__init__(base=hosts.api, settings=settings)
        self._is_x = hosts.is_x

    @override
    def _require_success(self, response: requests.Response) -> None:
        """Let every response through, since tweepy makes exceptions of its own of refusals."""

    @override
    def _address(self, url: str | bytes) -> str:
        text = url.decode() if isinstance(url, bytes) else url
        if not text.startswith(f"{_UPLOAD_HOST}/"):
            return super()._address(text)
        return text if self._is_x else self._base + text.removeprefix(_UPLOAD_HOST)


def make_oauth1_client(
    hosts: Hosts, keys: AppKeys, credentials: Credentials, settings: CallSettings
) -> tweepy.Client:
    """Return a client of version 2 that acts as the account."""
    key, secret = validate_keys(keys)
    client = tweepy.Client(
        bearer_token=None if keys.bearer_token is None else keys.bearer_token.reveal(),
        consumer_key=key,
        consumer_secret=secret,
        access_token=credentials.access_token.reveal(),
        access_token_secret=credentials.access_secret.reveal(),
    )
    return _connect(client, hosts, settings)


def make_oauth2_client(hosts: Hosts, access_token: Secret, settings: CallSettings) -> tweepy.Client:
    """Return a client that acts as the account until its OAuth 2.0 access token expires."""
    return _connect(tweepy.Client(bearer_token=access_token.reveal()), hosts, settings)


def make_api(
    hosts: Hosts, keys: AppKeys, credentials: Credentials, settings: CallSettings
) -> tweepy.API:
    """Return an API of version 1.1 that acts as the account."""
    key, secret = validate_keys(keys)
    access = credentials.access_token.reveal(), credentials.access_secret.reveal()
    api = tweepy.API(tweepy.OAuth1UserHandler(key, secret, *access))
    return _connect(api, hosts, settings)


def _connect(made: Tweepy, hosts: Hosts, settings: CallSettings) -> Tweepy:
    """Keep tweepy's own session if it leads to X anyway: a bot may want large responses."""
    if hosts.is_x and settings == DEFAULT_CALL_SETTINGS:
        made.session.mount("https://", TlsAdapter(custom_ca_bundle(settings.network)))
    else:
        made.session.close()
        made.session = BotSession(hosts, settings)
    return made
