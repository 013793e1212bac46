"""How version 2 says no: problem documents, worded as logs of X show them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from twauth_gui.sandbox.messages import PROBLEM, Response, as_json, text
from twauth_gui.sandbox.refusals import Reason, unauthorized
from twauth_gui.sandbox.settings import Wording

_TYPES: Final = "https://api.twitter.com/2/problems/"
# Invented, in X's shape.
_CLIENT: Final = "27510000"
_ENROLLED_ACCOUNT: Final = 1949000000000000000


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


def _app_only() -> Response:
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        "Supported authentication types are [OAuth 1.0a User Context, "
        "OAuth 2.0 User Context]."
    )
    return _problem(403, "Unsupported Authentication", detail, "unsupported-authentication")


def _not_permitted() -> Response:
    return _forbidden("You are not permitted to perform this action.")


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
        Reason.RATE_LIMITED: too_many,
        Reason.USAGE_CAPPED: _usage_capped,
    }
)
