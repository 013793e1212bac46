"""The headers that tell a caller its level, its window, how much of it is left."""

from __future__ import annotations

from typing import Final

from twauth_gui.sandbox.callers import Caller
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Response

_PER_WINDOW: Final = 75  # X's figure for both endpoints that say who the caller is
_APP: Final = "app"


def counted(context: Context, caller: Caller | None, endpoint: str, answer: Response) -> Response:
    """Count the request against a window of 15 minutes; nothing is refused for being too many.

    `x-access-level` comes with OAuth 1.0a alone. None as the caller is the app's bearer token.
    """
    who = caller.account.id if caller else _APP
    used, ends = context.state.count(who, endpoint, context.time)
    answer = answer.plus(
        ("x-rate-limit-limit", str(_PER_WINDOW)),
        ("x-rate-limit-remaining", str(max(0, _PER_WINDOW - used))),
        ("x-rate-limit-reset", str(ends)),
    )
    if caller is None or caller.level is None:
        return answer
    return answer.plus(("x-access-level", caller.level))
