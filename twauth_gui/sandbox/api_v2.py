"""The endpoints of version 2 that show a bot at work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, cast

from twauth_gui.sandbox.callers import reading_request, user_request
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.limits import counted
from twauth_gui.sandbox.messages import Request, Response, as_json
from twauth_gui.sandbox.problems import at_v2, wrong_permission
from twauth_gui.sandbox.refusals import Reason
from twauth_gui.sandbox.routing import Route
from twauth_gui.sandbox.scopes import TO_POST, TO_READ
from twauth_gui.sandbox.state import Post

_ID: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
_POSTING: Final = {"no-credits": Reason.NO_CREDITS, "unavailable": Reason.UNAVAILABLE}
_MOST_RESULTS: Final = 100
_FEWEST_RESULTS: Final = 5


def me(context: Context, request: Request) -> Response:
    """Who the caller is: id, name, username, the user.fields asked for."""
    caller = user_request(context, request, TO_READ)
    account = caller.account
    extra = {
        "created_at": "2024-03-04T09:00:00.000Z",
        "description": "An invented account.",
        "protected": False,
        "verified": False,
    }
    user = {"id": account.id, "name": account.name, "username": account.handle}
    answer = as_json(200, {"data": {**user, **_chosen(request, "user.fields", extra)}})
    return counted(context, caller, "me", answer)


def create_post(context: Context, request: Request) -> Response:
    """Post a text. The token must have been granted with write access."""
    caller = user_request(context, request, TO_POST)
    if caller.level == "read":
        return counted(context, caller, "create", wrong_permission())
    if (refusal := _POSTING.get(context.settings.posting)) is not None:
        return counted(context, caller, "create", at_v2(refusal))
    text = _text_of(request.body)
    if not text:
        answer = _invalid({}, "The request body needs a `text` that is not empty.")
        return counted(context, caller, "create", answer)
    post = context.state.add_post(caller.account, text, context.time)
    answer = as_json(201, {"data": _post(post, request)})
    return counted(context, caller, "create", answer)


def one_post(context: Context, request: Request) -> Response:
    """A post by its id; X answers 200 for one it does not have."""
    caller = reading_request(context, request, TO_READ)
    wanted = request.captures["id"]
    if not _ID.fullmatch(wanted):
        message = f"The `id` query parameter value [{wanted}] is not valid"
        return counted(context, caller, "post", _invalid({"id": [wanted]}, message))
    found = context.state.posts(lambda post: post.id == wanted)
    value = {"data": _post(found[0], request)} if found else {"errors": [_not_found(wanted)]}
    return counted(context, caller, "post", as_json(200, value))


def posts_of_user(context: Context, request: Request) -> Response:
    """What an account has posted, newest first, a page at a time."""
    caller = reading_request(context, request, TO_READ)
    user_id, size = request.captures["id"], request.asked("max_results") or "10"
    before = request.asked("pagination_token")
    in_range = _COUNT.fullmatch(size) and _FEWEST_RESULTS <= int(size) <= _MOST_RESULTS
    if not _ID.fullmatch(user_id) or not in_range or (before and not _ID.fullmatch(before)):
        message = "One of `id`, `max_results`, `pagination_token` is not valid"
        return counted(context, caller, "posts", _invalid({"max_results": [size]}, message))
    written = context.state.posts(lambda post: post.author.id == user_id)
    older = [post for post in reversed(written) if not before or int(post.id) < int(before)]
    answer = as_json(200, _page(older[: int(size)], len(older) > int(size), request))
    return counted(context, caller, "posts", answer)


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
    return {"data": [_post(post, request) for post in shown], "meta": meta}


def _post(post: Post, request: Request) -> dict[str, object]:
    when = datetime.fromtimestamp(post.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    extra = {"author_id": post.author.id, "created_at": when}
    basic: dict[str, object] = {
        "id": post.id,
        "text": post.text,
        "edit_history_tweet_ids": [post.id],
    }
    return {**basic, **_chosen(request, "tweet.fields", extra)}


def _chosen(request: Request, name: str, extra: Mapping[str, object]) -> dict[str, object]:
    asked: Iterable[str] = request.asked(name).split(",")
    return {field: extra[field] for field in asked if field in extra}


def _text_of(body: bytes) -> str:
    """The text of a JSON body, or an empty one where there is none to be had."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    text = fields.get("text")
    # JSON can spell half of a surrogate pair, which is no text.
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def _invalid(parameters: Mapping[str, object], message: str) -> Response:
    problem = {
        "errors": [{"parameters": parameters, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request",
    }
    return as_json(400, problem)


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


ROUTES: Final = (
    Route("GET", "/2/users/me", me, at_v2),
    Route("POST", "/2/tweets", create_post, at_v2),
    Route("GET", "/2/tweets/{id}", one_post, at_v2),
    Route("GET", "/2/users/{id}/tweets", posts_of_user, at_v2),
)
