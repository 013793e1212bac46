"""Create a post as a bot does, with errors raised as Twauth explains them."""

# tweepy has no types: what comes from it is unknown to pyright.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.bot_client import BotClient
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_errors


def create_post(client: BotClient, call: CallContext | Hosts) -> None:
    """Post once.

    call: with its secrets, which no text may repeat, or only its hosts.

    Raises:
        DiagnosedError: X refused, or was not reached.
    """
    context = CallContext(endpoints.POSTS, call) if isinstance(call, Hosts) else call
    as_user = client.bearer_token is None or client.access_token is not None
    with client.session, diagnose_errors(context, CancelToken()):
        client.create_tweet(text="High tide at 14:20.", user_auth=as_user)
