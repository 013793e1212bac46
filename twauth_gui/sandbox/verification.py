"""Whether a signed request may pass.

The order of the checks is fixed: readable, token known, clock, key with signature, nonce, app
suspended. A nonce is noted only once the signature is good, so that nobody else can burn it.
"""

from __future__ import annotations

from typing import Final

from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Request
from twauth_gui.sandbox.refusals import Reason, Refused
from twauth_gui.sandbox.signature import (
    MalformedError,
    SignedRequest,
    is_genuine,
    is_signed,
    take_apart,
)
from twauth_gui.sandbox.state import StoredRequestToken
from twauth_gui.sandbox.tokens import TokenGrant

_REQUIRED: Final = (
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_signature",
    "oauth_signature_method",
)
_LONGEST: Final = 4096
_LONGEST_TIMESTAMP: Final = 12


def app_request(context: Context, request: Request) -> dict[str, str]:
    """Check a request signed with the app's keys alone; returns its OAuth parameters.

    Raises:
        Refused: it may not pass. A token it carries is a stale one, so X answers as for a
            revoked token.
    """
    signed = _readable(request)
    if signed.oauth.get("oauth_token"):
        raise Refused(Reason.TOKEN_UNKNOWN)
    _check(context, request, signed, "")
    _check_allowance(context)
    return signed.oauth


def attempt_request(
    context: Context, request: Request
) -> tuple[StoredRequestToken, dict[str, str]]:
    """Check a request signed with a request token; returns its attempt, its OAuth parameters.

    Raises:
        Refused: it may not pass.
    """
    signed = _readable(request)
    attempt = context.attempt(_token_of(signed))
    if attempt is None:
        raise Refused(Reason.TOKEN_UNKNOWN)
    _check(context, request, signed, attempt.secret)
    _check_allowance(context)
    return attempt, signed.oauth


def token_request(context: Context, request: Request) -> tuple[str, TokenGrant]:
    """Check a request signed with an access token; returns the token, what it stands for.

    Raises:
        Refused: it may not pass.
    """
    signed = _readable(request)
    token = _token_of(signed)
    grant = context.tokens.read(token)
    revoked = context.settings.tokens_revoked or context.state.is_revoked(token)
    if grant is None or revoked:
        raise Refused(Reason.TOKEN_UNKNOWN)
    _check(context, request, signed, context.tokens.access_secret(token))
    return token, grant


def _readable(request: Request) -> SignedRequest:
    if not is_signed(request) and request.headers.get("authorization"):
        raise Refused(Reason.MALFORMED)
    try:
        signed = take_apart(request)
    except MalformedError:
        raise Refused(Reason.MALFORMED) from None
    oauth = signed.oauth
    timestamp, nonce = oauth.get("oauth_timestamp", ""), oauth.get("oauth_nonce", "")
    good = (
        all(oauth.get(name) for name in _REQUIRED)
        and max(len(value) for value in oauth.values()) <= _LONGEST
        and timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= _LONGEST_TIMESTAMP
        and nonce.isascii()
        and oauth.get("oauth_version", "1.0") == "1.0"
    )
    if not good:
        raise Refused(Reason.MALFORMED)
    return signed


def _token_of(signed: SignedRequest) -> str:
    token = signed.oauth.get("oauth_token", "")
    if not token:
        raise Refused(Reason.TOKEN_MISSING)
    return token


def _check(context: Context, request: Request, signed: SignedRequest, token_secret: str) -> None:
    oauth, window = signed.oauth, context.settings.clock_window
    if abs(context.time - int(oauth["oauth_timestamp"])) > window:
        raise Refused(Reason.CLOCK)
    known = oauth["oauth_consumer_key"] == context.app.api_key
    supported = oauth["oauth_signature_method"] == "HMAC-SHA1"
    # Never from the Host header: what was signed is the address people are told.
    uri = context.base + request.path
    if context.settings.keys_outdated:
        raise Refused(Reason.NOT_GENUINE)
    if not (known and supported and is_genuine(signed, uri, context.app.api_secret, token_secret)):
        raise Refused(Reason.NOT_GENUINE)
    token = oauth.get("oauth_token", "")
    seen = (oauth["oauth_consumer_key"], token, oauth["oauth_timestamp"], oauth["oauth_nonce"])
    if context.state.is_replay(seen, context.time, 2 * window):
        raise Refused(Reason.NOT_GENUINE)
    if context.settings.suspended:
        raise Refused(Reason.SUSPENDED)


def _check_allowance(context: Context) -> None:
    if context.settings.limit == "sign-in":
        raise Refused(Reason.RATE_LIMITED)
