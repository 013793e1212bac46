"""How version 2 says no: problem documents, worded as logs of X show them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from twauth_gui.sandbox.messages import PROBLEM, Response, as_json, text
from twauth_gui.sandbox.refusals import Reason, unauthorized
from twauth_gui.sandbox.settings import Wording

_TYPES: Final = "https://api.twitter.com/2/problems/"
# Invented, in X's shape.
_CLIENT: Final = "27510000"
_ENROLLED_ACCOUNT: Final = 1949000000000000000
_OF_USER_1: Final = "OAuth 1.0a User Context"
_OF_USER_2: Final = "OAuth 2.0 User Context"
_OF_APP: Final = "OAuth 2.0 Application-Only"
_LONGEST_MONTH: Final = 31  # days


def at_v2(reason: Reason, _wording: Wording = "xml") -> Response:
    """Version 2 tells apart what is no matter of authentication, and nothing else."""
    worded = _WORDED.get(reason)
    return worded() if worded else unauthorized(_problem(401, "Unauthorized", "Unauthorized"))


def wrong_permission() -> Response:
    """The token may read only: it keeps the level it was given until the next sign-in."""
    detail = (
        "Your client app is not configured with the appropriate oauth1 app permissions "
        "for this endpoint."
    )
    return _problem(403, "Forbidden", detail, "oauth1-permissions")


def too_many() -> Response:
    return as_json(
        429,
        {
            "title": "Too Many Requests",
            "detail": "Too Many Requests",
            "type": "about:blank",
            "status": 429,
        },
        PROBLEM,
    )


def _problem(status: int, title: str, detail: str, kind: str = "about:blank") -> Response:
    """A problem document; kind is the last part of its type's address."""
    address = kind if kind == "about:blank" else _TYPES + kind
    value = {"title": title, "type": address, "status": status, "detail": detail}
    return text(status, json.dumps(value, indent=2), PROBLEM)


def spending_limit(now: float) -> Response:
    """The billing cycle's spending limit is reached; the next one begins with the next month."""
    today = datetime.fromtimestamp(max(0.0, now), UTC).date()
    begins = (today.replace(day=1) + timedelta(days=_LONGEST_MONTH)).replace(day=1).isoformat()
    value = {
        "account_id": _ENROLLED_ACCOUNT,
        "title": "SpendCapReached",
        "detail": f"Your enrolled account [{_ENROLLED_ACCOUNT}] has reached its billing cycle "
        "spend cap. API requests will be blocked until the next cycle begins on "
        f"{begins}.",
        "reset_date": begins,
        "type": "https://api.x.com/2/problems/credits",
    }
    return as_json(403, value, PROBLEM)


def _unsupported(used: str, *supported: str) -> Response:
    detail = (
        f"Authenticating with {used} is forbidden for this endpoint.  "
        f"Supported authentication types are [{', '.join(supported)}]."
    )
    return _problem(403, "Unsupported Authentication", detail, "unsupported-authentication")


def _app_only() -> Response:
    return _unsupported(_OF_APP, _OF_USER_1, _OF_USER_2)


def _wants_oauth1() -> Response:
    return _unsupported(_OF_USER_2, _OF_USER_1)


def _wants_oauth2() -> Response:
    return _unsupported(_OF_USER_1, _OF_APP, _OF_USER_2)


def _not_permitted() -> Response:
    return _forbidden("You are not permitted to perform this action.")


def _feature_not_permitted() -> Response:
    return _forbidden("Your account is not permitted to access this feature.")


def _unavailable() -> Response:
    value = {
        "title": "Service Unavailable",
        "detail": "Service Unavailable",
        "type": "about:blank",
        "status": 503,
    }
    return as_json(503, value, PROBLEM)


def _account_suspended() -> Response:
    return _forbidden("Your account is suspended and is not permitted to access this feature.")


def _account_locked() -> Response:
    return _forbidden(
        "Your account is temporarily locked. Please log in to https://x.com to unlock your account."
    )


def _forbidden(detail: str) -> Response:
    return as_json(
        403,
        {"detail": detail, "type": "about:blank", "title": "Forbidden", "status": 403},
        PROBLEM,
    )


def _not_enrolled() -> Response:
    value = {
        "client_id": _CLIENT,
        "detail": "When authenticating requests to the Twitter API v2 endpoints, you must use "
        "keys and tokens from a Twitter developer App that is attached to a Project. You can "
        "create a project via the developer portal.",
        "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
        "title": "Client Forbidden",
        "required_enrollment": "Appropriate Level of API Access",
        "reason": "client-not-enrolled",
        "type": f"{_TYPES}client-forbidden",
    }
    return as_json(403, value, PROBLEM)


def _no_credits() -> Response:
    value = {
        "account_id": _ENROLLED_ACCOUNT,
        "title": "CreditsDepleted",
        "detail": f"Your enrolled account [{_ENROLLED_ACCOUNT}] does not have any credits to "
        "fulfill this request.",
        "type": f"{_TYPES}credits",
    }
    return as_json(402, value, PROBLEM)


def _usage_capped() -> Response:
    value = {
        "account_id": str(_ENROLLED_ACCOUNT),
        "product_name": "standard-basic",
        "title": "UsageCapExceeded",
        "period": "Monthly",
        "scope": "Product",
        "detail": "Usage cap exceeded: Monthly product cap",
        "type": f"{_TYPES}usage-capped",
    }
    return as_json(429, value, PROBLEM)


_WORDED: Final[Mapping[Reason, Callable[[], Response]]] = MappingProxyType(
    {
        Reason.APP_ONLY: _app_only,
        Reason.SCOPE: _not_permitted,
        Reason.ACCOUNT_SUSPENDED: _account_suspended,
        Reason.ACCOUNT_LOCKED: _account_locked,
        Reason.NOT_ENROLLED: _not_enrolled,
        Reason.NO_CREDITS: _no_credits,
        Reason.NOT_PERMITTED: _feature_not_permitted,
        Reason.WANTS_OAUTH1: _wants_oauth1,
        Reason.WANTS_OAUTH2: _wants_oauth2,
        Reason.UNAVAILABLE: _unavailable,
        Reason.RATE_LIMITED: too_many,
        Reason.USAGE_CAPPED: _usage_capped,
    }
)
