"""Classification of X's error responses by status, code, type, reason and text."""

from __future__ import annotations

import re
from collections.abc import Callable

from twauth_gui.xapi import endpoints
from twauth_gui.xapi.errors.error_response import ErrorResponse
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors, network_errors, oauth2_errors, plan_errors


def classify_response(response: ErrorResponse) -> ErrorTemplate:
    """Return the template for an error response.

    The status, code, type and reason decide first, the message's text last.
    """
    for rule in _RULES:
        if (template := rule(response)) is not None:
            return template
    return api_errors.UNKNOWN


# X's numbers: docs.x.com, "Response codes", and threads of tweepy, twurl and others.
CODES: dict[int, ErrorTemplate] = {
    34: api_errors.NO_SUCH_CALL,
    50: api_errors.NOT_FOUND,
    63: api_errors.ACCOUNT_SUSPENDED,
    64: api_errors.ACCOUNT_SUSPENDED,
    68: api_errors.NO_SUCH_CALL,
    87: api_errors.APP_NOT_PERMITTED,
    88: api_errors.RATE_LIMITED,
    92: api_errors.NOT_UNDERSTOOD,
    93: api_errors.NO_MESSAGES,
    99: oauth2_errors.APP_ONLY_REFUSED,
    130: network_errors.X_DOWN,
    131: network_errors.X_DOWN,
    135: api_errors.CLOCK_UNMEASURED,
    187: api_errors.NOT_ACCEPTED,
    215: api_errors.KEYS_MISSING,
    220: api_errors.WRONG_CREDENTIAL_KIND,
    226: api_errors.ACCOUNT_WATCHED,
    231: api_errors.ACCOUNT_LOCKED,
    251: api_errors.NO_SUCH_CALL,
    261: api_errors.WRITE_RESTRICTED,
    326: api_errors.ACCOUNT_LOCKED,
    348: api_errors.NOT_REVOCABLE,
    349: api_errors.NOT_ACCEPTED,
    354: api_errors.NOT_ACCEPTED,
    415: api_errors.CALLBACK,
    416: api_errors.APP_SUSPENDED,
    417: api_errors.CALLBACK_NEEDS_PIN,
    453: plan_errors.NEEDS_V2,
}

_NOT_AUTHENTICATED = 32
_INVALID_TOKEN = 89
_NOT_IN_PLAN = 453

# Titles of problems: they decide if the types are the same.
TITLES: dict[str, ErrorTemplate] = {
    "SpendCapReached": plan_errors.SPENDING_LIMIT,
    "CreditsDepleted": api_errors.NO_CREDITS,
    "CredentialsDepleted": api_errors.NO_CREDITS,
}

# Last segments of a problem's type, reasons, and OAuth 2.0 errors (RFC 6749, section 5.2).
NAMES: dict[str, ErrorTemplate] = {
    "client-not-enrolled": api_errors.NOT_ENROLLED,
    "official-client-forbidden": api_errors.APP_NOT_PERMITTED,
    "oauth1-permissions": api_errors.READ_ONLY,
    "unsupported-authentication": api_errors.WRONG_CREDENTIAL_KIND,
    "client-forbidden": api_errors.NOT_ENROLLED,
    "usage-capped": api_errors.USAGE_CAPPED,
    "credits": api_errors.NO_CREDITS,
    "rate-limit-exceeded": api_errors.RATE_LIMITED,
    "not-authorized-for-resource": api_errors.APP_NOT_PERMITTED,
    "not-authorized-for-field": api_errors.APP_NOT_PERMITTED,
    "field-unauthorized": api_errors.APP_NOT_PERMITTED,
    "disallowed-resource": api_errors.APP_NOT_PERMITTED,
    "resource-not-found": api_errors.NO_SUCH_CALL,
    "resource-unavailable": network_errors.X_DOWN,
    "internal-error": network_errors.X_DOWN,
    "unauthorized_client": oauth2_errors.WRONG_CLIENT,
    "invalid_client": oauth2_errors.WRONG_CLIENT,
    "invalid_grant": oauth2_errors.CODE_EXPIRED,
    "invalid_scope": oauth2_errors.SCOPE,
    "unsupported_grant_type": api_errors.SCOPE,
    "access_denied": api_errors.DENIED,
    "server_error": network_errors.X_DOWN,
    "temporarily_unavailable": network_errors.X_DOWN,
}

_PAGES_OF_X = ("whoa there", "able to give access to the app")
_TOKEN_INVALID = ("value passed for the token was invalid",)

# X's messages, in lower case, for responses without any of the above. All parts of a row must
# occur; the first row wins.
TEXTS: tuple[tuple[tuple[str, ...], ErrorTemplate], ...] = (
    (("whoa there",), api_errors.SIGN_IN_EXPIRED),
    (("able to give access to the app",), oauth2_errors.PAGE_ERROR),
    (("invalid oauth_verifier",), api_errors.WRONG_PIN),
    (("request token", "missing"), api_errors.SIGN_IN_EXPIRED),
    (("invalid request token",), api_errors.SIGN_IN_EXPIRED),
    (("invalid / expired token",), api_errors.SIGN_IN_EXPIRED),
    (("called with a request_token",), api_errors.SIGN_IN_EXPIRED),
    (("temporarily unavailable",), api_errors.UNAVAILABLE),
    (("desktop applications only",), api_errors.CALLBACK_NEEDS_PIN),
    (("callback url not approved",), api_errors.CALLBACK),
    (("suspended application",), api_errors.APP_SUSPENDED),
    (("client is not permitted",), api_errors.APP_NOT_PERMITTED),
    (("not permitted to use oauth2",), api_errors.WRONG_CREDENTIAL_KIND),
    (("read-only application",), api_errors.READ_ONLY),
    (("cannot perform write actions",), api_errors.WRITE_RESTRICTED),
    (("temporarily locked",), api_errors.ACCOUNT_LOCKED),
    (("account is suspended",), api_errors.ACCOUNT_SUSPENDED),
    (("user has been suspended",), api_errors.ACCOUNT_SUSPENDED),
    (("not permitted to access this feature",), plan_errors.FEATURE_NOT_PERMITTED),
    (("limited v1.1 endpoints",), plan_errors.NEEDS_V2),
    (("spend cap",), plan_errors.SPENDING_LIMIT),
    (("duplicate content",), api_errors.NOT_ACCEPTED),
    (("direct messages", "not allowed"), api_errors.NO_MESSAGES),
    (("timestamp", "out of"), api_errors.CLOCK_UNMEASURED),
    (("failed to validate oauth signature",), api_errors.WRONG_KEYS),
    (("missing valid authorization header",), oauth2_errors.WRONG_CLIENT),
    (("unable to verify your credentials",), oauth2_errors.APP_ONLY_REFUSED),
    (("bad authentication data",), api_errors.KEYS_MISSING),
    (("credits", "does not have"), api_errors.NO_CREDITS),
    (("usage cap exceeded",), api_errors.USAGE_CAPPED),
    (("authorization code was invalid",), oauth2_errors.CODE_EXPIRED),
    (("code verifier did not match",), oauth2_errors.CODE_FOREIGN),
    (("redirect uri did not match",), oauth2_errors.REDIRECT_DIFFERS),
    (_TOKEN_INVALID, api_errors.REVOKED),
    (("missing required parameter", "client_id"), oauth2_errors.WRONG_CLIENT),
    (("missing required parameter",), api_errors.NOT_UNDERSTOOD),
    (("internal error",), network_errors.X_DOWN),
    (("over capacity",), network_errors.X_DOWN),
)

STATUSES: dict[int, ErrorTemplate] = {
    401: api_errors.NO_REASON,
    402: api_errors.NO_CREDITS,
    404: api_errors.NO_SUCH_CALL,
    407: network_errors.PROXY_SIGN_IN,
    408: network_errors.TIMED_OUT,
    410: api_errors.NO_SUCH_CALL,
    420: api_errors.RATE_LIMITED,
    429: api_errors.RATE_LIMITED,
    511: network_errors.NOT_X,
}

# What the rules below decide beyond the tables, described for docs/diagnoses.md.
SPECIAL: tuple[tuple[ErrorTemplate, str], ...] = (
    (api_errors.WRONG_KEYS, "code 32 at a sign-in"),
    (api_errors.WRONG_PAIR, "code 32 elsewhere"),
    (
        api_errors.CLOCK,
        "code 32, 135 or status 401, if the answer's Date is more than 5 minutes off",
    ),
    (api_errors.STALE_REQUEST, "code 89 at request_token"),
    (api_errors.SIGN_IN_EXPIRED, "code 89 at access_token"),
    (api_errors.REVOKED, "code 89 elsewhere"),
    (api_errors.RATE_LIMITED_UNTIL, "the same, if x-rate-limit-reset says until when"),
    (plan_errors.APP_DAY_UNTIL, "status 429 with 0 left in x-app-limit-24hour"),
    (plan_errors.APP_DAY, "the same, without x-app-limit-24hour-reset"),
    (plan_errors.ACCOUNT_DAY_UNTIL, "status 429 with 0 left in x-user-limit-24hour"),
    (plan_errors.ACCOUNT_DAY, "the same, without x-user-limit-24hour-reset"),
    (plan_errors.SPENDING_LIMIT_UNTIL, "the same, with a date in reset_date or in the message"),
    (api_errors.NOT_ENROLLED, "code 453 at a call of version 2"),
    (api_errors.WANTS_OAUTH1, "`unsupported-authentication` that names OAuth 1.0a"),
    (api_errors.WANTS_OAUTH2, "`unsupported-authentication` that names a user's OAuth 2.0"),
    (api_errors.WANTS_BEARER, "`unsupported-authentication` that names the app alone"),
    (api_errors.NOT_ACCEPTED, "`not-authorized-for-resource` about replies and quotes"),
    (api_errors.USAGE_CAPPED, "status 429 with calls left in the window"),
    (api_errors.APP_NOT_PERMITTED, "status 403 with `about:blank`"),
    (api_errors.UNKNOWN, "anything else"),
    (oauth2_errors.REFRESH_SPENT, "“value passed for the token was invalid” at /2/oauth2/token"),
    (network_errors.REDIRECTED, "status 300 to 399"),
    (network_errors.X_DOWN, "status 500 to 599"),
    (network_errors.POSTING_UNAVAILABLE, "status 503 at /2/tweets"),
    (network_errors.NOT_X, "status 200 to 299 without what X sends, or a web page"),
)

_REDIRECTS = range(300, 400)
_SUCCESSES = range(200, 300)
_SERVER_FAULTS = range(500, 600)
_UNAVAILABLE = 503
_FORBIDDEN = 403


def _by_status_range(response: ErrorResponse) -> ErrorTemplate | None:
    if response.status in _REDIRECTS:
        return network_errors.REDIRECTED
    if response.status in _SUCCESSES:
        return network_errors.NOT_X  # a success, but with nothing that X would send
    return None


def _by_code(response: ErrorResponse) -> ErrorTemplate | None:
    if response.code == _NOT_AUTHENTICATED:
        return _not_authenticated(response)
    if response.code == _INVALID_TOKEN:
        return _invalid_token(response)
    if response.code == _NOT_IN_PLAN and response.endpoint.startswith("/2/"):
        return api_errors.NOT_ENROLLED
    return CODES.get(response.code) if response.code is not None else None


def _not_authenticated(response: ErrorResponse) -> ErrorTemplate:
    return (
        api_errors.WRONG_KEYS if response.endpoint in endpoints.SIGN_IN else api_errors.WRONG_PAIR
    )


def _invalid_token(response: ErrorResponse) -> ErrorTemplate:
    by_endpoint = {
        endpoints.REQUEST_TOKEN: api_errors.STALE_REQUEST,
        endpoints.ACCESS_TOKEN: api_errors.SIGN_IN_EXPIRED,
    }
    return by_endpoint.get(response.endpoint, api_errors.REVOKED)


def _by_title(response: ErrorResponse) -> ErrorTemplate | None:
    """Go by the title: a spending limit has the type of missing credits (docs.x.com, pricing)."""
    if response.type_segment == "credits" and "spend cap" in response.text.lower():
        return plan_errors.SPENDING_LIMIT
    return TITLES.get("".join(response.title.split()))


def _by_name(response: ErrorResponse) -> ErrorTemplate | None:
    if response.reason == "invalid_grant" and _is_spent(response):
        return oauth2_errors.REFRESH_SPENT
    if response.type_segment == "unsupported-authentication":
        return _by_accepted_credentials(response)
    if response.type_segment == "not-authorized-for-resource" and _is_reply_rule(response):
        return api_errors.NOT_ACCEPTED
    return NAMES.get(response.reason) or NAMES.get(response.type_segment)


def _is_spent(response: ErrorResponse) -> bool:
    """Whether a refresh token is meant: RFC 6749 has one error for it and for a used code."""
    return "refresh token" in response.text.lower()


def _is_reply_rule(response: ErrorResponse) -> bool:
    return "reply to or quote" in response.text.lower()


def read_accepted_credentials(response: ErrorResponse) -> tuple[str, ...]:
    """Return the kinds of credentials that the call takes by X's message, in Twauth's words."""
    found = _SUPPORTED.search(response.text)
    named = found.group(1).lower() if found else ""
    return tuple(ours for theirs, (ours, _entry) in _AUTHENTICATIONS.items() if theirs in named)


def _by_accepted_credentials(response: ErrorResponse) -> ErrorTemplate:
    """Choose the sign-in that helps: the first of those that the call takes."""
    wanted = read_accepted_credentials(response)
    templates = (template for ours, template in _AUTHENTICATIONS.values() if ours in wanted)
    return next(templates, api_errors.WRONG_CREDENTIAL_KIND)


_SUPPORTED = re.compile(r"authentication types are \[([^\[\]]{1,200})\]", re.IGNORECASE)
# As X names them in brackets, in lower case; the first that a call takes decides what to do.
_AUTHENTICATIONS: dict[str, tuple[str, ErrorTemplate]] = {
    "oauth 1.0a": ("an account's access token and secret (OAuth 1.0a)", api_errors.WANTS_OAUTH1),
    "oauth 2.0 user": ("an account's OAuth 2.0 access token", api_errors.WANTS_OAUTH2),
    "application-only": ("the app's bearer token", api_errors.WANTS_BEARER),
}


def _by_text(response: ErrorResponse) -> ErrorTemplate | None:
    text = response.text.lower()
    if "could not authenticate you" in text:
        return _not_authenticated(response)
    if "invalid or expired token" in text:
        return _invalid_token(response)
    if response.endpoint == endpoints.OAUTH2_TOKEN and _TOKEN_INVALID[0] in text:
        return oauth2_errors.REFRESH_SPENT
    if response.html and not any(part in text for part in _PAGES_OF_X):
        return None  # the text of an unknown page means nothing
    return next(
        (template for parts, template in TEXTS if all(part in text for part in parts)), None
    )


def _by_status(response: ErrorResponse) -> ErrorTemplate | None:
    if response.status in STATUSES and not (response.html and response.status == 404):  # noqa: PLR2004
        return STATUSES[response.status]
    if response.status == _UNAVAILABLE and response.endpoint == endpoints.POSTS:
        return network_errors.POSTING_UNAVAILABLE
    if response.status in _SERVER_FAULTS:
        return network_errors.X_DOWN
    if response.html:
        return network_errors.NOT_X
    forbidden = response.status == _FORBIDDEN and response.type_segment == "about:blank"
    return api_errors.APP_NOT_PERMITTED if forbidden else None


_RULES: tuple[Callable[[ErrorResponse], ErrorTemplate | None], ...] = (
    _by_status_range,
    _by_code,
    _by_title,
    _by_name,
    _by_text,
    _by_status,
)
