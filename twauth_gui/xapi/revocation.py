"""Ends an access token at X."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import tweepy  # pyright: ignore[reportMissingTypeStubs]
from tweepy.parsers import RawParser  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, CallSettings
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.call import Call, clean_keys, secrets_of
from twauth_gui.xapi.said import said_to_x
from twauth_gui.xapi.session import RequestRefusedError, new_session

if TYPE_CHECKING:
    import requests


def invalidate(
    hosts: Hosts,
    keys: AppKeys,
    credentials: Credentials,
    cancel: CancelToken,
    *,
    line: CallSettings = DIRECT,
) -> None:
    """POST oauth/invalidate_token, signed with the token itself; tweepy has no method for it.

    Returns once X has ended it, also where the job was cancelled meanwhile: it is ended.

    Raises:
        DiagnosedError: X refused or was not reached; Kind.REVOKED where it was ended before.
        CancelledError: cancelled before X answered.
    """
    secrets = secrets_of(keys, credentials)
    call = Call(endpoints.INVALIDATE_TOKEN, hosts, secrets, clock_offset=line.clock_offset)
    with said_to_x(call, cancel):
        auth = tweepy.OAuth1UserHandler(
            *clean_keys(keys),
            credentials.access_token.reveal().strip(),
            credentials.access_secret.reveal().strip(),
        )
        api = tweepy.API(auth, parser=RawParser())
        api.session = new_session(hosts, line)
        api.request(  # pyright: ignore[reportUnknownMemberType]
            "POST", "oauth/invalidate_token"
        )
        _check_ended(api.last_response)


def _check_ended(response: requests.Response) -> None:
    """X repeats the token that it ended; a page of a public network must not pass for that."""
    try:
        answer: object = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise RequestRefusedError(response) from error
    if not isinstance(answer, dict):
        raise RequestRefusedError(response)
