"""Makes tweepy clients for bots."""

from __future__ import annotations

from typing import TypeAlias

import tweepy  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.call import clean_keys
from twauth_gui.xapi.session import new_session
from twauth_gui.xapi.tls import TlsAdapter, chosen_certificates

BotClient: TypeAlias = tweepy.Client


def client_of_oauth1(
    hosts: Hosts, keys: AppKeys, credentials: Credentials, line: CallSettings
) -> tweepy.Client:
    """Make a client that acts as the account."""
    key, secret = clean_keys(keys)
    made = tweepy.Client(
        bearer_token=None if keys.bearer_token is None else keys.bearer_token.reveal(),
        consumer_key=key,
        consumer_secret=secret,
        access_token=credentials.access_token.reveal(),
        access_token_secret=credentials.access_secret.reveal(),
    )
    return _connected(made, hosts, line)


def client_of_oauth2(hosts: Hosts, access_token: Secret, line: CallSettings) -> tweepy.Client:
    """Make a client that acts as the account until its token of OAuth 2.0 ends."""
    return _connected(tweepy.Client(bearer_token=access_token.reveal()), hosts, line)


def _connected(made: tweepy.Client, hosts: Hosts, line: CallSettings) -> tweepy.Client:
    """Leave tweepy's own session where it leads to X anyway: a bot may want large answers."""
    if hosts.is_x and line == DIRECT:
        made.session.mount("https://", TlsAdapter(chosen_certificates(line.network)))
    else:
        made.session.close()
        made.session = new_session(hosts, line)
    return made
