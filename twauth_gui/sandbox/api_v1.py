"""The endpoints of version 1.1 that signing in needs, and the one that bots still post with."""

from __future__ import annotations

from email.utils import formatdate
from typing import Final

from twauth_gui.sandbox.callers import Caller, user_request
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.limits import counted
from twauth_gui.sandbox.messages import Pairs, Request, Response, as_json
from twauth_gui.sandbox.refusals import Reason, Refused
from twauth_gui.sandbox.routing import Route

_CREATED_AT: Final = "Mon Mar 04 09:00:00 +0000 2024"


def verify_credentials(context: Context, request: Request) -> Response:
    """Who the caller is, as a user object of version 1.1."""
    caller = user_request(context, request)
    if not context.settings.v1_included:
        raise Refused(Reason.NOT_IN_PLAN, _level(caller))
    answer = as_json(200, _user(context, caller))
    return counted(context, caller, "verify_credentials", answer)


def not_in_plan(context: Context, request: Request) -> Response:
    """Refuse a call of version 1.1 that no plan of X includes any more."""
    raise Refused(Reason.NOT_IN_PLAN, _level(user_request(context, request)))


def _level(caller: Caller) -> Pairs:
    return (("x-access-level", caller.level),) if caller.level else ()


def invalidate_token(context: Context, request: Request) -> Response:
    """Revoke the token the request was signed with."""
    caller = user_request(context, request)
    if caller.grant is None or caller.level is None:
        raise Refused(Reason.OAUTH2)
    context.state.revoke(caller.token, caller.grant)
    return as_json(200, {"access_token": caller.token}).plus(("x-access-level", caller.level))


def _user(context: Context, caller: Caller) -> dict[str, object]:
    account = caller.account
    posts = context.state.posts(lambda post: post.author == account)
    user: dict[str, object] = {
        "id": int(account.id),
        "id_str": account.id,
        "name": account.name,
        "screen_name": account.handle,
        "location": "",
        "description": "An invented account.",
        "url": None,
        "entities": {"description": {"urls": []}},
        "protected": False,
        "followers_count": 0,
        "friends_count": 0,
        "listed_count": 0,
        "created_at": _CREATED_AT,
        "favourites_count": 0,
        "verified": False,
        "statuses_count": len(posts),
        "lang": None,
        "default_profile": True,
        "default_profile_image": True,
        "following": False,
        "follow_request_sent": False,
        "notifications": False,
        "suspended": False,
    }
    if posts:
        last = posts[-1]
        when = formatdate(last.created_at, usegmt=True)
        # "Mon, 04 Mar 2024 09:00:00 GMT" becomes version 1.1's "Mon Mar 04 09:00:00 +0000 2024".
        made = f"{when[:3]} {when[8:11]} {when[5:7]} {when[17:25]} +0000 {when[12:16]}"
        user["status"] = {
            "created_at": made,
            "id": int(last.id),
            "id_str": last.id,
            "text": last.text,
        }
    return user


ROUTES: Final = (
    Route("GET", "/1.1/account/verify_credentials.json", verify_credentials),
    Route("POST", "/1.1/oauth/invalidate_token.json", invalidate_token),
    Route("POST", "/1.1/statuses/update.json", not_in_plan),
)
