"""Endpoints of versions 1.1 and 2 that sign-ins and bots call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Final, cast

from twauth_gui.sandbox.authentication import Caller, authenticate_user, authenticate_user_or_app
from twauth_gui.sandbox.error_responses import (
    Refusal,
    RefusalReason,
    v2_problem,
    wrong_permission_problem,
)
from twauth_gui.sandbox.http_messages import Pairs, Request, Response, json_response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route
from twauth_gui.sandbox.scopes import POST_SCOPES, READ_SCOPES
from twauth_gui.sandbox.state import Post

_PER_WINDOW: Final = 75  # X's figure for both endpoints that say who the caller is
_APP: Final = "app"


def add_rate_limit(
    context: RequestContext, caller: Caller | None, endpoint: str, response: Response
) -> Response:
    """Count the request against a window of 15 minutes; its limit is never enforced.

    `x-access-level` is added for OAuth 1.0a only. caller: None for the app's bearer token.
    """
    who = caller.account.id if caller else _APP
    used, ends = context.state.count_request(who, endpoint, context.time)
    response = response.with_headers(
        ("x-rate-limit-limit", str(_PER_WINDOW)),
        ("x-rate-limit-remaining", str(max(0, _PER_WINDOW - used))),
        ("x-rate-limit-reset", str(ends)),
    )
    if caller is None or caller.level is None:
        return response
    return response.with_headers(("x-access-level", caller.level))


_CREATED_AT: Final = "Mon Mar 04 09:00:00 +0000 2024"


def verify_credentials(context: RequestContext, request: Request) -> Response:
    """Return the caller as a version 1.1 user object."""
    caller = authenticate_user(context, request)
    if not context.settings.v1_included:
        raise Refusal(RefusalReason.NOT_IN_PLAN, _level_headers(caller))
    response = json_response(200, _user_object(context, caller))
    return add_rate_limit(context, caller, "verify_credentials", response)


def refuse_legacy_post(context: RequestContext, request: Request) -> Response:
    """Refuse a version 1.1 call that X's plans no longer include."""
    raise Refusal(RefusalReason.NOT_IN_PLAN, _level_headers(authenticate_user(context, request)))


def _level_headers(caller: Caller) -> Pairs:
    return (("x-access-level", caller.level),) if caller.level else ()


def invalidate_token(context: RequestContext, request: Request) -> Response:
    """Revoke the token that the request was signed with."""
    caller = authenticate_user(context, request)
    if caller.grant is None or caller.level is None:
        raise Refusal(RefusalReason.OAUTH2)
    context.state.revoke_access_token(caller.token, caller.grant)
    return json_response(200, {"access_token": caller.token}).with_headers(
        ("x-access-level", caller.level)
    )


def _user_object(context: RequestContext, caller: Caller) -> dict[str, object]:
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
        created_at = f"{when[:3]} {when[8:11]} {when[5:7]} {when[17:25]} +0000 {when[12:16]}"
        user["status"] = {
            "created_at": created_at,
            "id": int(last.id),
            "id_str": last.id,
            "text": last.text,
        }
    return user


V1_ROUTES: Final = (
    Route("GET", "/1.1/account/verify_credentials.json", verify_credentials),
    Route("POST", "/1.1/oauth/invalidate_token.json", invalidate_token),
    Route("POST", "/1.1/statuses/update.json", refuse_legacy_post),
)


_ID: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
_POSTING: Final = {"no-credits": RefusalReason.NO_CREDITS, "unavailable": RefusalReason.UNAVAILABLE}
_MAX_RESULTS: Final = 100
_MIN_RESULTS: Final = 5


def get_me(context: RequestContext, request: Request) -> Response:
    """Return the caller: id, name, username, and the requested user.fields."""
    caller = authenticate_user(context, request, READ_SCOPES)
    account = caller.account
    extra = {
        "created_at": "2024-03-04T09:00:00.000Z",
        "description": "An invented account.",
        "protected": False,
        "verified": False,
    }
    user: dict[str, object] = {
        "id": account.id,
        "name": account.name,
        "username": account.handle,
    }
    user |= _select_fields(request, "user.fields", extra)
    response = json_response(200, {"data": user})
    return add_rate_limit(context, caller, "me", response)


def create_post(context: RequestContext, request: Request) -> Response:
    """Create a post. The token must have been granted with write access."""
    caller = authenticate_user(context, request, POST_SCOPES)
    if caller.level == "read":
        return add_rate_limit(context, caller, "create", wrong_permission_problem())
    if (reason := _POSTING.get(context.settings.posting)) is not None:
        return add_rate_limit(context, caller, "create", v2_problem(reason))
    text = _read_text(request.body)
    if not text:
        response = _invalid_request({}, "The request body needs a `text` that is not empty.")
        return add_rate_limit(context, caller, "create", response)
    post = context.state.add_post(caller.account, text, context.time)
    response = json_response(201, {"data": _post_object(post, request)})
    return add_rate_limit(context, caller, "create", response)


def get_post(context: RequestContext, request: Request) -> Response:
    """Return a post by its id; as at X, the status is 200 also for an unknown id."""
    caller = authenticate_user_or_app(context, request, READ_SCOPES)
    wanted = request.captures["id"]
    if not _ID.fullmatch(wanted):
        message = f"The `id` query parameter value [{wanted}] is not valid"
        return add_rate_limit(context, caller, "post", _invalid_request({"id": [wanted]}, message))
    found = context.state.posts(lambda post: post.id == wanted)
    value = {"data": _post_object(found[0], request)} if found else {"errors": [_not_found(wanted)]}
    return add_rate_limit(context, caller, "post", json_response(200, value))


def list_user_posts(context: RequestContext, request: Request) -> Response:
    """Return one page of an account's posts, newest first."""
    caller = authenticate_user_or_app(context, request, READ_SCOPES)
    user_id, size = request.captures["id"], request.get_field("max_results") or "10"
    before = request.get_field("pagination_token")
    in_range = _COUNT.fullmatch(size) and _MIN_RESULTS <= int(size) <= _MAX_RESULTS
    if not _ID.fullmatch(user_id) or not in_range or (before and not _ID.fullmatch(before)):
        message = "One of `id`, `max_results`, `pagination_token` is not valid"
        return add_rate_limit(
            context, caller, "posts", _invalid_request({"max_results": [size]}, message)
        )
    written = context.state.posts(lambda post: post.author.id == user_id)
    older = [post for post in reversed(written) if not before or int(post.id) < int(before)]
    response = json_response(200, _page(older[: int(size)], len(older) > int(size), request))
    return add_rate_limit(context, caller, "posts", response)


def _page(shown: list[Post], has_more: bool, request: Request) -> dict[str, object]:  # noqa: FBT001 - one caller
    if not shown:
        return {"meta": {"result_count": 0}}
    meta: dict[str, object] = {
        "result_count": len(shown),
        "newest_id": shown[0].id,
        "oldest_id": shown[-1].id,
    }
    if has_more:
        meta["next_token"] = shown[-1].id
    return {"data": [_post_object(post, request) for post in shown], "meta": meta}


def _post_object(post: Post, request: Request) -> dict[str, object]:
    when = datetime.fromtimestamp(post.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    extra = {"author_id": post.author.id, "created_at": when}
    basic: dict[str, object] = {
        "id": post.id,
        "text": post.text,
        "edit_history_tweet_ids": [post.id],
    }
    return {**basic, **_select_fields(request, "tweet.fields", extra)}


def _select_fields(request: Request, name: str, extra: Mapping[str, object]) -> dict[str, object]:
    return {field: extra[field] for field in request.get_field(name).split(",") if field in extra}


def _read_text(body: bytes) -> str:
    """Return the text in a JSON body, or "" if it has none."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    text = fields.get("text")
    # JSON can contain half of a surrogate pair, which cannot be encoded.
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def _invalid_request(parameters: Mapping[str, object], message: str) -> Response:
    problem = {
        "errors": [{"parameters": parameters, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request",
    }
    return json_response(400, problem)


def _not_found(post_id: str) -> dict[str, str]:
    return {
        "value": post_id,
        "detail": f"Could not find tweet with id: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "id",
        "resource_id": post_id,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


V2_ROUTES: Final = (
    Route("GET", "/2/users/me", get_me, v2_problem),
    Route("POST", "/2/tweets", create_post, v2_problem),
    Route("GET", "/2/tweets/{id}", get_post, v2_problem),
    Route("GET", "/2/users/{id}/tweets", list_user_posts, v2_problem),
)
