"""tweepy clients for bots."""

from __future__ import annotations

from typing import TypeAlias

import tweepy  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.errors.call_context import validate_keys
from twauth_gui.xapi.session import new_session
from twauth_gui.xapi.tls import TlsAdapter, custom_ca_bundle

BotClient: TypeAlias = tweepy.Client


def make_oauth1_client(
    hosts: Hosts, keys: AppKeys, credentials: Credentials, settings: CallSettings
) -> tweepy.Client:
    """Return a client that acts as the account."""
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


def _connect(client: tweepy.Client, hosts: Hosts, settings: CallSettings) -> tweepy.Client:
    """Keep tweepy's own session if it leads to X anyway: a bot may want large responses."""
    if hosts.is_x and settings == DEFAULT_CALL_SETTINGS:
        client.session.mount("https://", TlsAdapter(custom_ca_bundle(settings.network)))
    else:
        client.session.close()
        client.session = new_session(hosts, settings)
    return client
