"""Authentication of calls by signature, bearer token or Basic header, and checks of their rights.

The order of the checks is fixed: readable, token known, clock, key with signature, nonce, app
suspended. A nonce is stored only once the signature is verified, so that no other client can use
it up.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final
from urllib.parse import unquote_plus

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.error_responses import Refusal, RefusalReason, spending_limit_problem
from twauth_gui.sandbox.http_messages import Pairs, Request
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.settings import Level, SandboxSettings, lower_level
from twauth_gui.sandbox.signature import (
    MalformedSignatureError,
    SignedRequest,
    is_signed,
    is_valid_signature,
    parse_signed_request,
)
from twauth_gui.sandbox.state import StoredRequestToken
from twauth_gui.sandbox.token_codec import TokenGrant


def has_basic_credentials(request: Request, name: str, secret: str) -> bool:
    """Whether the request authenticates with this pair, both form-encoded (RFC 6749, 2.3.1)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    first, _, second = (unquote_plus(part) for part in decoded.partition(":"))
    sent = f"{first}:{second}".encode("utf-8", "replace")
    return scheme.lower() == "basic" and compare_digest(sent, f"{name}:{secret}".encode())


_REQUIRED: Final = (
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_signature",
    "oauth_signature_method",
)
_MAX_LENGTH: Final = 4096
_MAX_TIMESTAMP_LENGTH: Final = 12


def verify_app_request(context: RequestContext, request: Request) -> dict[str, str]:
    """Check a request signed with the app's keys alone; return its OAuth parameters.

    Raises:
        Refusal: the request is refused. If it has a token, that is a stale one, so X answers as for
            a revoked token.
    """
    signed = _parse_signature(request)
    if signed.oauth.get("oauth_token"):
        raise Refusal(RefusalReason.TOKEN_UNKNOWN)
    _check_signature(context, request, signed, "")
    _check_sign_in_limit(context)
    return signed.oauth


def verify_request_token(
    context: RequestContext, request: Request
) -> tuple[StoredRequestToken, dict[str, str]]:
    """Check a request signed with a request token; return that token and the OAuth parameters.

    Raises:
        Refusal: the request is refused.
    """
    signed = _parse_signature(request)
    pending = context.request_token(_token_of(signed))
    if pending is None:
        raise Refusal(RefusalReason.TOKEN_UNKNOWN)
    _check_signature(context, request, signed, pending.secret)
    _check_sign_in_limit(context)
    return pending, signed.oauth


def verify_access_token(context: RequestContext, request: Request) -> tuple[str, TokenGrant]:
    """Check a request signed with an access token; return the token and its grant.

    Raises:
        Refusal: the request is refused.
    """
    signed = _parse_signature(request)
    token = _token_of(signed)
    grant = context.oauth1_tokens.read(token)
    is_revoked = context.settings.tokens_revoked or context.state.is_revoked(token)
    if grant is None or is_revoked:
        raise Refusal(RefusalReason.TOKEN_UNKNOWN)
    _check_signature(context, request, signed, context.oauth1_tokens.access_secret(token))
    return token, grant


def _parse_signature(request: Request) -> SignedRequest:
    if not is_signed(request) and request.headers.get("authorization"):
        raise Refusal(RefusalReason.MALFORMED)
    try:
        signed = parse_signed_request(request)
    except MalformedSignatureError:
        raise Refusal(RefusalReason.MALFORMED) from None
    oauth = signed.oauth
    timestamp, nonce = oauth.get("oauth_timestamp", ""), oauth.get("oauth_nonce", "")
    is_valid = (
        all(oauth.get(name) for name in _REQUIRED)
        and max(len(value) for value in oauth.values()) <= _MAX_LENGTH
        and timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= _MAX_TIMESTAMP_LENGTH
        and nonce.isascii()
        and oauth.get("oauth_version", "1.0") == "1.0"
    )
    if not is_valid:
        raise Refusal(RefusalReason.MALFORMED)
    return signed


def _token_of(signed: SignedRequest) -> str:
    token = signed.oauth.get("oauth_token", "")
    if not token:
        raise Refusal(RefusalReason.TOKEN_MISSING)
    return token


def _check_signature(
    context: RequestContext, request: Request, signed: SignedRequest, token_secret: str
) -> None:
    oauth, window = signed.oauth, context.settings.clock_window
    if abs(context.time - int(oauth["oauth_timestamp"])) > window:
        raise Refusal(RefusalReason.CLOCK)
    is_supported = (
        oauth["oauth_consumer_key"] == context.app.api_key
        and oauth["oauth_signature_method"] == "HMAC-SHA1"
        and not context.settings.keys_outdated
    )
    # Not from the Host header: clients sign the public address.
    uri = context.base + request.path
    if not is_supported or not is_valid_signature(
        signed, uri, context.app.api_secret, token_secret
    ):
        raise Refusal(RefusalReason.NOT_GENUINE)
    token = oauth.get("oauth_token", "")
    nonce = (oauth["oauth_consumer_key"], token, oauth["oauth_timestamp"], oauth["oauth_nonce"])
    if context.state.is_replay(nonce, context.time, 2 * window):
        raise Refusal(RefusalReason.NOT_GENUINE)
    if context.settings.suspended:
        raise Refusal(RefusalReason.SUSPENDED)


def _check_sign_in_limit(context: RequestContext) -> None:
    if context.settings.limit == "sign-in":
        raise Refusal(RefusalReason.RATE_LIMITED)


_WINDOW: Final = 15 * 60
_PER_WINDOW: Final = 75
_PER_MONTH: Final = 40_000
_DAY: Final = 24 * 3600
_PER_DAY: Final = 25
_DAYS: Final = {"app-day": "x-app-limit-24hour", "account-day": "x-user-limit-24hour"}


@dataclass(frozen=True)
class Caller:
    """The account behind a call.

    Attributes:
        level: the access level of an OAuth 1.0a token; None for OAuth 2.0, which has scopes.
        grant: the grant of an OAuth 1.0a token; None for OAuth 2.0.
    """

    token: str
    account: SandboxAccount
    level: Level | None = None
    grant: TokenGrant | None = None
    scopes: frozenset[str] = frozenset()


def authenticate_user(
    context: RequestContext, request: Request, scopes: tuple[str, ...] = ()
) -> Caller:
    """Check a call that only a user may make.

    An OAuth 2.0 token must have all the scopes; without any, OAuth 2.0 is refused.

    Raises:
        Refusal: the call is refused; APP_ONLY if it is made with the app's bearer token.
    """
    caller = authenticate_user_or_app(context, request, scopes)
    if caller is None:
        raise Refusal(RefusalReason.APP_ONLY)
    return caller


def authenticate_user_or_app(
    context: RequestContext, request: Request, scopes: tuple[str, ...] = ()
) -> Caller | None:
    """Check a call that users and the app may make; return None for the app's bearer token.

    Raises:
        Refusal: the call is refused.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        caller: Caller | None = _authenticate_oauth1(context, request)
    elif token.strip() == context.bearer_token:
        caller = None
    else:
        caller = _authenticate_oauth2(context, token.strip())
    if caller is None or caller.level is None:
        _check_app(context.settings)
    if caller is not None and caller.level is None and not scopes:
        raise Refusal(RefusalReason.OAUTH2)
    _check_restrictions(context, request, caller)
    if caller is not None and caller.level is None and not caller.scopes.issuperset(scopes):
        raise Refusal(RefusalReason.SCOPE)
    return caller


def _authenticate_oauth1(context: RequestContext, request: Request) -> Caller:
    token, grant = verify_access_token(context, request)
    level = lower_level(grant.level, "read") if context.settings.tokens_read_only else grant.level
    return Caller(token, grant.account, level, grant)


def _authenticate_oauth2(context: RequestContext, token: str) -> Caller:
    issued = context.oauth2_tokens.read("access", token)
    settings = context.settings
    if issued is None or settings.tokens_revoked:
        raise Refusal(RefusalReason.TOKEN_UNKNOWN)
    too_old = issued.issued_at + settings.access_token_lifetime <= context.now
    if too_old or context.state.oauth2.is_token_revoked(token, issued.grant.family):
        raise Refusal(RefusalReason.TOKEN_UNKNOWN)
    scopes = frozenset(issued.grant.scopes) & frozenset(settings.max_scopes)
    if settings.tokens_read_only:
        scopes = frozenset(scope for scope in scopes if not scope.endswith(".write"))
    return Caller(token, issued.grant.account, scopes=scopes)


def _check_app(settings: SandboxSettings) -> None:
    if settings.suspended:
        raise Refusal(RefusalReason.SUSPENDED)


def _check_restrictions(context: RequestContext, request: Request, caller: Caller | None) -> None:
    """Refuse for the plan, the account or a limit, which valid credentials do not change."""
    settings, is_v2 = context.settings, request.path.startswith("/2/")
    level = (("x-access-level", caller.level),) if caller and caller.level else ()
    if is_v2:
        _check_plan(context, level)
        _check_accepted_auth(settings, caller, level)
    if caller and settings.account_state != "good":
        suspended = settings.account_state == "suspended"
        reason = RefusalReason.ACCOUNT_SUSPENDED if suspended else RefusalReason.ACCOUNT_LOCKED
        raise Refusal(reason, level)
    if settings.limit == "window":
        raise Refusal(
            RefusalReason.RATE_LIMITED, (*level, *_window_headers(context, _PER_WINDOW, 0))
        )
    if is_v2:
        _check_longer_limits(context, level)


def _check_plan(context: RequestContext, level: Pairs) -> None:
    settings = context.settings
    if not settings.is_enrolled:
        raise Refusal(RefusalReason.NOT_ENROLLED, level)
    if not settings.has_credits:
        raise Refusal(RefusalReason.NO_CREDITS, level)
    if settings.spending_limit_reached:
        raise Refusal(RefusalReason.SPENDING_LIMIT, level, spending_limit_problem(context.time))
    if not settings.is_permitted:
        raise Refusal(RefusalReason.NOT_PERMITTED, level)


def _check_accepted_auth(settings: SandboxSettings, caller: Caller | None, level: Pairs) -> None:
    if caller is None or settings.v2_accepted_auth == "both":
        return
    used = "oauth2" if caller.level is None else "oauth1"
    if used != settings.v2_accepted_auth:
        raise Refusal(
            RefusalReason.WANTS_OAUTH2 if used == "oauth1" else RefusalReason.WANTS_OAUTH1, level
        )


def _check_longer_limits(context: RequestContext, level: Pairs) -> None:
    """Refuse for a limit of 24 hours or a month, with calls left in the window itself."""
    limit = context.settings.limit
    if limit == "month":
        left = _window_headers(context, _PER_MONTH, _PER_MONTH - 1)
        raise Refusal(RefusalReason.USAGE_CAPPED, (*level, *left))
    if limit in _DAYS:
        window = _window_headers(context, _PER_WINDOW, _PER_WINDOW - 1)
        ends = int(context.time) + _DAY
        day = _limit_headers(_DAYS[limit], _PER_DAY, 0, ends)
        raise Refusal(RefusalReason.RATE_LIMITED, (*level, *window, *day))


def _window_headers(context: RequestContext, most: int, left: int) -> Pairs:
    return _limit_headers("x-rate-limit", most, left, int(context.time) + _WINDOW)


def _limit_headers(name: str, most: int, left: int, ends: int) -> Pairs:
    return (
        (f"{name}-limit", str(most)),
        (f"{name}-remaining", str(left)),
        (f"{name}-reset", str(ends)),
    )
