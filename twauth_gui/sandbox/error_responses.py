"""X's error responses: numbered errors of version 1.1, problem documents of version 2."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from twauth_gui.sandbox.http_messages import (
    PROBLEM,
    XML,
    Pairs,
    Response,
    json_response,
    text_response,
)
from twauth_gui.sandbox.settings import ErrorFormat

_REALM: Final = ("www-authenticate", 'OAuth realm="https://api.twitter.com"')

# code: (HTTP status, message)
_NUMBERED: Final = {
    32: (401, "Could not authenticate you."),
    64: (403, "Your account is suspended and is not permitted to access this feature."),
    88: (429, "Rate limit exceeded"),
    89: (401, "Invalid or expired token."),
    135: (401, "Timestamp out of bounds."),
    215: (400, "Bad Authentication data."),
    326: (
        403,
        (
            "To protect our users from spam and other malicious activity, this account is "
            "temporarily locked. Please log in to https://twitter.com to unlock your account."
        ),
    ),
    348: (403, "Client application is not permitted to to invalidate this token."),
    453: (
        403,
        (
            "You currently have access to a subset of X API V2 endpoints and limited v1.1 "
            "endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may "
            "need a different access level. You can learn more here: "
            "https://developer.x.com/en/portal/product"
        ),
    ),
}
_ABOUT_THE_APP: Final = {
    415: (
        403,
        (
            "Callback URL not approved for this client application. Approved callback URLs can be "
            "adjusted in your application settings"
        ),
    ),
    416: (401, "Invalid / suspended application"),
    417: (401, "Desktop applications only support the oauth_callback value 'oob'"),
}


class RefusalReason(Enum):
    """Why a request is refused."""

    MALFORMED = auto()
    TOKEN_MISSING = auto()
    TOKEN_UNKNOWN = auto()
    CLOCK = auto()
    NOT_GENUINE = auto()
    SUSPENDED = auto()
    APP_ONLY = auto()
    OAUTH2 = auto()
    SCOPE = auto()
    ACCOUNT_SUSPENDED = auto()
    ACCOUNT_LOCKED = auto()
    NOT_ENROLLED = auto()
    NO_CREDITS = auto()
    SPENDING_LIMIT = auto()
    NOT_PERMITTED = auto()
    NOT_IN_PLAN = auto()
    WANTS_OAUTH1 = auto()
    WANTS_OAUTH2 = auto()
    UNAVAILABLE = auto()
    RATE_LIMITED = auto()
    USAGE_CAPPED = auto()


_CODES: Final = {
    RefusalReason.MALFORMED: 215,
    RefusalReason.TOKEN_MISSING: 215,
    RefusalReason.TOKEN_UNKNOWN: 89,
    RefusalReason.CLOCK: 135,
    RefusalReason.ACCOUNT_SUSPENDED: 64,
    RefusalReason.ACCOUNT_LOCKED: 326,
    RefusalReason.NOT_IN_PLAN: 453,
    RefusalReason.RATE_LIMITED: 88,
}


class Refusal(Exception):  # noqa: N818 - a refusal is a response, not an error of the sandbox
    """Raised by checks to refuse a request; the route turns it into an error response.

    Args:
        headers: further headers, such as those of the limit that is used up.
        response: the response itself, if it depends on more than the reason.
    """

    def __init__(
        self, reason: RefusalReason, headers: Pairs = (), response: Response | None = None
    ) -> None:
        super().__init__(reason.name)
        self.reason = reason
        self.headers = headers
        self.response = response


def add_realm(response: Response) -> Response:
    """Return the response with the header that X sends with a 401."""
    return response.with_headers(_REALM) if response.status == 401 else response  # noqa: PLR2004 - the HTTP status


def numbered_error(code: int) -> Response:
    """Return a version 1.1 response with one numbered message."""
    status, message = _NUMBERED[code]
    return add_realm(json_response(status, {"errors": [{"code": code, "message": message}]}))


def app_error(code: int, wording: ErrorFormat) -> Response:
    """Return a response of the token endpoints about the app: 415, 416 or 417."""
    status, message = _ABOUT_THE_APP[code]
    if wording == "json":
        return add_realm(json_response(status, {"errors": [{"code": code, "message": message}]}))
    errors = f'<errors><error code="{code}">{message}</error></errors>'
    return add_realm(text_response(status, f"<?xml version='1.0' encoding='UTF-8'?>{errors}", XML))


def not_found_error() -> Response:
    """Return X's response to a path that it does not have."""
    return json_response(
        404, {"errors": [{"message": "Sorry, that page does not exist", "code": 34}]}
    )


def app_only_error() -> Response:
    """Return X's response of the bearer token endpoint, the same whatever is wrong."""
    message = "Unable to verify your credentials"
    error = {"code": 99, "label": "authenticity_token_error", "message": message}
    return json_response(403, {"errors": [error]})


def request_token_error(reason: RefusalReason, wording: ErrorFormat = "xml") -> Response:
    """Return X's refusal of a request token."""
    return (
        app_error(416, wording) if reason is RefusalReason.SUSPENDED else v1_error(reason, wording)
    )


def access_token_error(reason: RefusalReason, wording: ErrorFormat = "xml") -> Response:
    """Return X's refusal to exchange a request token."""
    if reason is RefusalReason.TOKEN_MISSING:
        return add_realm(text_response(401, "Request token missing"))
    if reason is RefusalReason.TOKEN_UNKNOWN:
        return add_realm(text_response(401, "Invalid request token"))
    return request_token_error(reason, wording)


def wrong_verifier_error() -> Response:
    """Return X's refusal of a PIN or verifier."""
    body = "Error processing your OAuth request: Invalid oauth_verifier parameter"
    return add_realm(text_response(401, body))


def v1_error(reason: RefusalReason, _wording: ErrorFormat = "xml") -> Response:
    """Return X's refusal of a call of version 1.1."""
    if reason is RefusalReason.APP_ONLY:
        message = "Your credentials do not allow access to this resource"
        return json_response(403, {"errors": [{"message": message, "code": 220}]})
    if reason is RefusalReason.OAUTH2:
        problem = {
            "title": "Forbidden",
            "type": "about:blank",
            "status": 403,
            "detail": "You are not permitted to use OAuth2 on this endpoint",
        }
        return json_response(403, problem, PROBLEM)
    return numbered_error(_CODES.get(reason, 32))


_TYPES: Final = "https://api.twitter.com/2/problems/"
# Invented, in X's shape.
_CLIENT: Final = "27510000"
_ENROLLED_ACCOUNT: Final = 1949000000000000000
_OF_USER_1: Final = "OAuth 1.0a User Context"
_OF_USER_2: Final = "OAuth 2.0 User Context"
_OF_APP: Final = "OAuth 2.0 Application-Only"
_MAX_MONTH_DAYS: Final = 31  # days


def v2_problem(reason: RefusalReason, _wording: ErrorFormat = "xml") -> Response:
    """Return a version 2 problem; for authentication errors it is always the same."""
    make = _PROBLEM_BY_REASON.get(reason)
    return make() if make else add_realm(_problem(401, "Unauthorized", "Unauthorized"))


def wrong_permission_problem() -> Response:
    """Return the response to a token that can only read."""
    detail = (
        "Your client app is not configured with the appropriate oauth1 app permissions "
        "for this endpoint."
    )
    return _problem(403, "Forbidden", detail, "oauth1-permissions")


def too_many_requests_problem() -> Response:
    """Return X's response of version 2 once a limit is used up."""
    return json_response(
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
    """Return a problem document; kind is the last part of its type's address."""
    address = kind if kind == "about:blank" else _TYPES + kind
    value = {"title": title, "type": address, "status": status, "detail": detail}
    return text_response(status, json.dumps(value, indent=2), PROBLEM)


def spending_limit_problem(now: float) -> Response:
    """Return the response for a reached spending limit, which ends with the month."""
    today = datetime.fromtimestamp(max(0.0, now), UTC).date()
    begins = (today.replace(day=1) + timedelta(days=_MAX_MONTH_DAYS)).replace(day=1).isoformat()
    value = {
        "account_id": _ENROLLED_ACCOUNT,
        "title": "SpendCapReached",
        "detail": f"Your enrolled account [{_ENROLLED_ACCOUNT}] has reached its billing cycle "
        "spend cap. API requests will be blocked until the next cycle begins on "
        f"{begins}.",
        "reset_date": begins,
        "type": "https://api.x.com/2/problems/credits",
    }
    return json_response(403, value, PROBLEM)


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
    return json_response(503, value, PROBLEM)


def _account_suspended() -> Response:
    return _forbidden("Your account is suspended and is not permitted to access this feature.")


def _account_locked() -> Response:
    return _forbidden(
        "Your account is temporarily locked. Please log in to https://x.com to unlock your account."
    )


def _forbidden(detail: str) -> Response:
    return json_response(
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
    return json_response(403, value, PROBLEM)


def _no_credits() -> Response:
    value = {
        "account_id": _ENROLLED_ACCOUNT,
        "title": "CreditsDepleted",
        "detail": f"Your enrolled account [{_ENROLLED_ACCOUNT}] does not have any credits to "
        "fulfill this request.",
        "type": f"{_TYPES}credits",
    }
    return json_response(402, value, PROBLEM)


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
    return json_response(429, value, PROBLEM)


_PROBLEM_BY_REASON: Final[Mapping[RefusalReason, Callable[[], Response]]] = MappingProxyType(
    {
        RefusalReason.APP_ONLY: _app_only,
        RefusalReason.SCOPE: _not_permitted,
        RefusalReason.ACCOUNT_SUSPENDED: _account_suspended,
        RefusalReason.ACCOUNT_LOCKED: _account_locked,
        RefusalReason.NOT_ENROLLED: _not_enrolled,
        RefusalReason.NO_CREDITS: _no_credits,
        RefusalReason.NOT_PERMITTED: _feature_not_permitted,
        RefusalReason.WANTS_OAUTH1: _wants_oauth1,
        RefusalReason.WANTS_OAUTH2: _wants_oauth2,
        RefusalReason.UNAVAILABLE: _unavailable,
        RefusalReason.RATE_LIMITED: too_many_requests_problem,
        RefusalReason.USAGE_CAPPED: _usage_capped,
    }
)
