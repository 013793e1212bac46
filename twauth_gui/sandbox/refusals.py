"""How X says no at the endpoints older than version 2."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from twauth_gui.sandbox.messages import PROBLEM, XML, Pairs, Response, as_json, text
from twauth_gui.sandbox.settings import Wording

_REALM: Final = ("www-authenticate", 'OAuth realm="https://api.twitter.com"')

# code: (HTTP status, message)
_LEGACY: Final = {
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


class Reason(Enum):
    """Why a request is not accepted."""

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
    Reason.MALFORMED: 215,
    Reason.TOKEN_MISSING: 215,
    Reason.TOKEN_UNKNOWN: 89,
    Reason.CLOCK: 135,
    Reason.ACCOUNT_SUSPENDED: 64,
    Reason.ACCOUNT_LOCKED: 326,
    Reason.NOT_IN_PLAN: 453,
    Reason.RATE_LIMITED: 88,
}


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Raised where a request is judged; the route words it.

    Args:
        headers: what the answer carries besides, such as the limit that is used up.
        answer: the answer itself, where its words depend on more than the reason.
    """

    def __init__(self, reason: Reason, headers: Pairs = (), answer: Response | None = None) -> None:
        super().__init__(reason.name)
        self.reason = reason
        self.headers = headers
        self.answer = answer


def unauthorized(answer: Response) -> Response:
    """The answer, with the header that goes with a 401."""
    return answer.plus(_REALM) if answer.status == 401 else answer  # noqa: PLR2004 - the HTTP status


def legacy(code: int) -> Response:
    """An answer of version 1.1 with one numbered message."""
    status, message = _LEGACY[code]
    return unauthorized(as_json(status, {"errors": [{"code": code, "message": message}]}))


def about_the_app(code: int, wording: Wording) -> Response:
    """An answer of the token steps about the app: 415, 416 or 417."""
    status, message = _ABOUT_THE_APP[code]
    if wording == "json":
        return unauthorized(as_json(status, {"errors": [{"code": code, "message": message}]}))
    errors = f'<errors><error code="{code}">{message}</error></errors>'
    return unauthorized(text(status, f"<?xml version='1.0' encoding='UTF-8'?>{errors}", XML))


def page_not_found() -> Response:
    return as_json(404, {"errors": [{"message": "Sorry, that page does not exist", "code": 34}]})


def app_only_credentials() -> Response:
    """The token endpoint of app-only sign-in; whatever is wrong, X says this."""
    message = "Unable to verify your credentials"
    error = {"code": 99, "label": "authenticity_token_error", "message": message}
    return as_json(403, {"errors": [error]})


def at_request_token(reason: Reason, wording: Wording = "xml") -> Response:
    return about_the_app(416, wording) if reason is Reason.SUSPENDED else at_v1(reason, wording)


def at_access_token(reason: Reason, wording: Wording = "xml") -> Response:
    if reason is Reason.TOKEN_MISSING:
        return unauthorized(text(401, "Request token missing"))
    if reason is Reason.TOKEN_UNKNOWN:
        return unauthorized(text(401, "Invalid request token"))
    return at_request_token(reason, wording)


def wrong_verifier() -> Response:
    body = "Error processing your OAuth request: Invalid oauth_verifier parameter"
    return unauthorized(text(401, body))


def at_v1(reason: Reason, _wording: Wording = "xml") -> Response:
    if reason is Reason.APP_ONLY:
        message = "Your credentials do not allow access to this resource"
        return as_json(403, {"errors": [{"message": message, "code": 220}]})
    if reason is Reason.OAUTH2:
        problem = {
            "title": "Forbidden",
            "type": "about:blank",
            "status": 403,
            "detail": "You are not permitted to use OAuth2 on this endpoint",
        }
        return as_json(403, problem, PROBLEM)
    return legacy(_CODES.get(reason, 32))
