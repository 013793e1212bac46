"""Posts as a bot does, with what happens told as Twauth tells it."""

# tweepy has no types: what comes from it is unknown to pyright.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.bot_client import BotClient
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.said import said_to_x


def post(client: BotClient, call: Call | Hosts) -> None:
    """Post once.

    call: with what no text may repeat, where the client is given secrets.

    Raises:
        DiagnosedError: X refused, or was not reached.
    """
    told = Call(endpoints.POSTS, call) if isinstance(call, Hosts) else call
    as_user = client.bearer_token is None or client.access_token is not None
    with client.session, said_to_x(told, CancelToken()):
        client.create_tweet(text="High tide at 14:20.", user_auth=as_user)
