"""Classify an error response of X by status, code, type, reason and text."""

from __future__ import annotations

import re
from collections.abc import Callable

from twauth_gui.xapi import endpoints
from twauth_gui.xapi.errors.error_response import ErrorResponse
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors as words
from twauth_gui.xapi.errors.messages import network_errors, oauth2_errors, plan_errors


def classify_response(response: ErrorResponse) -> ErrorTemplate:
    """Go by status, code, type or reason first, and by the message last."""
    for rule in _RULES:
        if (entry := rule(response)) is not None:
            return entry
    return words.UNKNOWN


# X's numbers: docs.x.com, "Response codes", and threads of tweepy, twurl and others.
CODES: dict[int, ErrorTemplate] = {
    34: words.NO_SUCH_CALL,
    50: words.NOT_FOUND,
    63: words.ACCOUNT_SUSPENDED,
    64: words.ACCOUNT_SUSPENDED,
    68: words.NO_SUCH_CALL,
    87: words.APP_NOT_PERMITTED,
    88: words.RATE_LIMITED,
    92: words.NOT_UNDERSTOOD,
    93: words.NO_MESSAGES,
    99: oauth2_errors.APP_ONLY_REFUSED,
    130: network_errors.X_DOWN,
    131: network_errors.X_DOWN,
    135: words.CLOCK_UNMEASURED,
    187: words.NOT_ACCEPTED,
    215: words.KEYS_MISSING,
    220: words.WRONG_CREDENTIAL_KIND,
    226: words.ACCOUNT_WATCHED,
    231: words.ACCOUNT_LOCKED,
    251: words.NO_SUCH_CALL,
    261: words.WRITE_RESTRICTED,
    326: words.ACCOUNT_LOCKED,
    348: words.NOT_REVOCABLE,
    349: words.NOT_ACCEPTED,
    354: words.NOT_ACCEPTED,
    415: words.CALLBACK,
    416: words.APP_SUSPENDED,
    417: words.CALLBACK_NEEDS_PIN,
    453: plan_errors.NEEDS_V2,
}

_NOT_AUTHENTICATED = 32
_INVALID_TOKEN = 89
_NOT_IN_PLAN = 453

# Titles of problems: they decide where the types are the same.
TITLES: dict[str, ErrorTemplate] = {
    "SpendCapReached": plan_errors.SPENDING_LIMIT,
    "CreditsDepleted": words.NO_CREDITS,
    "CredentialsDepleted": words.NO_CREDITS,
}

# Last segments of a problem's type, with reasons, and the errors of OAuth 2.0 (RFC 6749, 5.2).
NAMES: dict[str, ErrorTemplate] = {
    "client-not-enrolled": words.NOT_ENROLLED,
    "official-client-forbidden": words.APP_NOT_PERMITTED,
    "oauth1-permissions": words.READ_ONLY,
    "unsupported-authentication": words.WRONG_CREDENTIAL_KIND,
    "client-forbidden": words.NOT_ENROLLED,
    "usage-capped": words.USAGE_CAPPED,
    "credits": words.NO_CREDITS,
    "rate-limit-exceeded": words.RATE_LIMITED,
    "not-authorized-for-resource": words.APP_NOT_PERMITTED,
    "not-authorized-for-field": words.APP_NOT_PERMITTED,
    "field-unauthorized": words.APP_NOT_PERMITTED,
    "disallowed-resource": words.APP_NOT_PERMITTED,
    "resource-not-found": words.NO_SUCH_CALL,
    "resource-unavailable": network_errors.X_DOWN,
    "internal-error": network_errors.X_DOWN,
    "unauthorized_client": oauth2_errors.WRONG_CLIENT,
    "invalid_client": oauth2_errors.WRONG_CLIENT,
    "invalid_grant": oauth2_errors.CODE_EXPIRED,
    "invalid_scope": oauth2_errors.SCOPE,
    "unsupported_grant_type": words.SCOPE,
    "access_denied": words.DENIED,
    "server_error": network_errors.X_DOWN,
    "temporarily_unavailable": network_errors.X_DOWN,
}

_PAGES_OF_X = ("whoa there", "able to give access to the app")
_TOKEN_INVALID = ("value passed for the token was invalid",)

# Where X gives words only. All parts of a row must occur; lower case; the first row wins.
TEXTS: tuple[tuple[tuple[str, ...], ErrorTemplate], ...] = (
    (("whoa there",), words.SIGN_IN_EXPIRED),
    (("able to give access to the app",), oauth2_errors.PAGE_ERROR),
    (("invalid oauth_verifier",), words.WRONG_PIN),
    (("request token", "missing"), words.SIGN_IN_EXPIRED),
    (("invalid request token",), words.SIGN_IN_EXPIRED),
    (("invalid / expired token",), words.SIGN_IN_EXPIRED),
    (("called with a request_token",), words.SIGN_IN_EXPIRED),
    (("temporarily unavailable",), words.UNAVAILABLE),
    (("desktop applications only",), words.CALLBACK_NEEDS_PIN),
    (("callback url not approved",), words.CALLBACK),
    (("suspended application",), words.APP_SUSPENDED),
    (("client is not permitted",), words.APP_NOT_PERMITTED),
    (("not permitted to use oauth2",), words.WRONG_CREDENTIAL_KIND),
    (("read-only application",), words.READ_ONLY),
    (("cannot perform write actions",), words.WRITE_RESTRICTED),
    (("temporarily locked",), words.ACCOUNT_LOCKED),
    (("account is suspended",), words.ACCOUNT_SUSPENDED),
    (("user has been suspended",), words.ACCOUNT_SUSPENDED),
    (("not permitted to access this feature",), plan_errors.FEATURE_NOT_PERMITTED),
    (("limited v1.1 endpoints",), plan_errors.NEEDS_V2),
    (("spend cap",), plan_errors.SPENDING_LIMIT),
    (("duplicate content",), words.NOT_ACCEPTED),
    (("direct messages", "not allowed"), words.NO_MESSAGES),
    (("timestamp", "out of"), words.CLOCK_UNMEASURED),
    (("failed to validate oauth signature",), words.WRONG_KEYS),
    (("missing valid authorization header",), oauth2_errors.WRONG_CLIENT),
    (("unable to verify your credentials",), oauth2_errors.APP_ONLY_REFUSED),
    (("bad authentication data",), words.KEYS_MISSING),
    (("credits", "does not have"), words.NO_CREDITS),
    (("usage cap exceeded",), words.USAGE_CAPPED),
    (("authorization code was invalid",), oauth2_errors.CODE_EXPIRED),
    (("code verifier did not match",), oauth2_errors.CODE_FOREIGN),
    (("redirect uri did not match",), oauth2_errors.REDIRECT_DIFFERS),
    (_TOKEN_INVALID, words.REVOKED),
    (("missing required parameter", "client_id"), oauth2_errors.WRONG_CLIENT),
    (("missing required parameter",), words.NOT_UNDERSTOOD),
    (("internal error",), network_errors.X_DOWN),
    (("over capacity",), network_errors.X_DOWN),
)

STATUSES: dict[int, ErrorTemplate] = {
    401: words.NO_REASON,
    402: words.NO_CREDITS,
    404: words.NO_SUCH_CALL,
    407: network_errors.PROXY_SIGN_IN,
    408: network_errors.TIMED_OUT,
    410: words.NO_SUCH_CALL,
    420: words.RATE_LIMITED,
    429: words.RATE_LIMITED,
    511: network_errors.NOT_X,
}

# What the rules below decide beyond the tables, in words for the documentation.
SPECIAL: tuple[tuple[ErrorTemplate, str], ...] = (
    (words.WRONG_KEYS, "code 32 at a sign-in"),
    (words.WRONG_PAIR, "code 32 elsewhere"),
    (words.CLOCK, "code 32, 135 or status 401, where the answer's Date is far away"),
    (words.STALE_REQUEST, "code 89 at request_token"),
    (words.SIGN_IN_EXPIRED, "code 89 at access_token"),
    (words.REVOKED, "code 89 elsewhere"),
    (words.RATE_LIMITED_UNTIL, "the same, where x-rate-limit-reset says until when"),
    (plan_errors.APP_DAY_UNTIL, "status 429 with 0 left in x-app-limit-24hour"),
    (plan_errors.APP_DAY, "the same, without x-app-limit-24hour-reset"),
    (plan_errors.ACCOUNT_DAY_UNTIL, "status 429 with 0 left in x-user-limit-24hour"),
    (plan_errors.ACCOUNT_DAY, "the same, without x-user-limit-24hour-reset"),
    (plan_errors.SPENDING_LIMIT_UNTIL, "the same, with a day in reset_date or in the words"),
    (words.NOT_ENROLLED, "code 453 at a call of version 2"),
    (words.WANTS_OAUTH1, "`unsupported-authentication` that names OAuth 1.0a"),
    (words.WANTS_OAUTH2, "`unsupported-authentication` that names OAuth 2.0 of a user"),
    (words.WANTS_BEARER, "`unsupported-authentication` that names the app alone"),
    (words.NOT_ACCEPTED, "`not-authorized-for-resource` about replies and quotes"),
    (words.USAGE_CAPPED, "status 429 with calls left in the window"),
    (words.APP_NOT_PERMITTED, "status 403 with `about:blank`"),
    (words.UNKNOWN, "anything else"),
    (oauth2_errors.REFRESH_SPENT, "“value passed for the token was invalid” at /2/oauth2/token"),
    (network_errors.REDIRECTED, "status 300 to 399"),
    (network_errors.X_DOWN, "status 500 to 599"),
    (network_errors.POSTING_UNAVAILABLE, "status 503 at /2/tweets"),
    (network_errors.NOT_X, "status 200 to 299 without what X sends, or a page"),
)

_REDIRECTS = range(300, 400)
_SUCCESSES = range(200, 300)
_SERVER_FAULTS = range(500, 600)
_UNAVAILABLE = 503
_FORBIDDEN = 403


def _by_status_range(refusal: ErrorResponse) -> ErrorTemplate | None:
    if refusal.status in _REDIRECTS:
        return network_errors.REDIRECTED
    if refusal.status in _SUCCESSES:
        return network_errors.NOT_X  # it said yes, but with nothing that X would send
    return None


def _by_code(refusal: ErrorResponse) -> ErrorTemplate | None:
    if refusal.code == _NOT_AUTHENTICATED:
        return _not_authenticated(refusal)
    if refusal.code == _INVALID_TOKEN:
        return _invalid_token(refusal)
    if refusal.code == _NOT_IN_PLAN and refusal.endpoint.startswith("/2/"):
        return words.NOT_ENROLLED
    return CODES.get(refusal.code) if refusal.code is not None else None


def _not_authenticated(refusal: ErrorResponse) -> ErrorTemplate:
    return words.WRONG_KEYS if refusal.endpoint in endpoints.SIGN_IN else words.WRONG_PAIR


def _invalid_token(refusal: ErrorResponse) -> ErrorTemplate:
    by_endpoint = {
        endpoints.REQUEST_TOKEN: words.STALE_REQUEST,
        endpoints.ACCESS_TOKEN: words.SIGN_IN_EXPIRED,
    }
    return by_endpoint.get(refusal.endpoint, words.REVOKED)


def _by_title(refusal: ErrorResponse) -> ErrorTemplate | None:
    """Go by the title: a spending limit has the type of missing credits (docs.x.com, pricing)."""
    if refusal.type_segment == "credits" and "spend cap" in refusal.text.lower():
        return plan_errors.SPENDING_LIMIT
    return TITLES.get("".join(refusal.title.split()))


def _by_name(refusal: ErrorResponse) -> ErrorTemplate | None:
    if refusal.reason == "invalid_grant" and _is_spent(refusal):
        return oauth2_errors.REFRESH_SPENT
    if refusal.type_segment == "unsupported-authentication":
        return _by_accepted_credentials(refusal)
    if refusal.type_segment == "not-authorized-for-resource" and _is_reply_rule(refusal):
        return words.NOT_ACCEPTED
    return NAMES.get(refusal.reason) or NAMES.get(refusal.type_segment)


def _is_spent(refusal: ErrorResponse) -> bool:
    """RFC 6749 has one name for a spent code and a spent refresh token; the words tell."""
    return "refresh token" in refusal.text.lower()


def _is_reply_rule(refusal: ErrorResponse) -> bool:
    return "reply to or quote" in refusal.text.lower()


def read_accepted_credentials(refusal: ErrorResponse) -> tuple[str, ...]:
    """Name the kinds of credentials that X's words say the call takes, in ours."""
    found = _SUPPORTED.search(refusal.text)
    named = found.group(1).lower() if found else ""
    return tuple(ours for theirs, (ours, _entry) in _AUTHENTICATIONS.items() if theirs in named)


def _by_accepted_credentials(refusal: ErrorResponse) -> ErrorTemplate:
    """Choose the sign-in that helps: the first of those that the call takes."""
    wanted = read_accepted_credentials(refusal)
    entries = (entry for ours, entry in _AUTHENTICATIONS.values() if ours in wanted)
    return next(entries, words.WRONG_CREDENTIAL_KIND)


_SUPPORTED = re.compile(r"authentication types are \[([^\[\]]{1,200})\]", re.IGNORECASE)
# As X names them in brackets, in lower case; the first that a call takes decides what to do.
_AUTHENTICATIONS: dict[str, tuple[str, ErrorTemplate]] = {
    "oauth 1.0a": ("an account's access token and secret (OAuth 1.0a)", words.WANTS_OAUTH1),
    "oauth 2.0 user": ("an account's access token of OAuth 2.0", words.WANTS_OAUTH2),
    "application-only": ("the app's bearer token", words.WANTS_BEARER),
}


def _by_text(refusal: ErrorResponse) -> ErrorTemplate | None:
    text = refusal.text.lower()
    if "could not authenticate you" in text:
        return _not_authenticated(refusal)
    if "invalid or expired token" in text:
        return _invalid_token(refusal)
    if refusal.endpoint == endpoints.OAUTH2_TOKEN and _TOKEN_INVALID[0] in text:
        return oauth2_errors.REFRESH_SPENT
    if refusal.html and not any(part in text for part in _PAGES_OF_X):
        return None  # the words of a strange page mean nothing
    return next((entry for parts, entry in TEXTS if all(part in text for part in parts)), None)


def _by_status(refusal: ErrorResponse) -> ErrorTemplate | None:
    if refusal.status in STATUSES and not (refusal.html and refusal.status == 404):  # noqa: PLR2004
        return STATUSES[refusal.status]
    if refusal.status == _UNAVAILABLE and refusal.endpoint == endpoints.POSTS:
        return network_errors.POSTING_UNAVAILABLE
    if refusal.status in _SERVER_FAULTS:
        return network_errors.X_DOWN
    if refusal.html:
        return network_errors.NOT_X
    forbidden = refusal.status == _FORBIDDEN and refusal.type_segment == "about:blank"
    return words.APP_NOT_PERMITTED if forbidden else None


_RULES: tuple[Callable[[ErrorResponse], ErrorTemplate | None], ...] = (
    _by_status_range,
    _by_code,
    _by_title,
    _by_name,
    _by_text,
    _by_status,
)
