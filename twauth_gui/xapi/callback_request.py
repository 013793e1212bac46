"""Evaluation of one request to the callback address."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, urlsplit

from twauth_gui.domain.callback_response import (
    CallbackResponseError,
    CodeDeniedResponse,
    CodeResponse,
    DeniedResponse,
    OAuth1Response,
    OAuth2Response,
    VerifierResponse,
    read_oauth2_callback,
)
from twauth_gui.domain.secret import Secret

MAX_HEAD_BYTES = 32 * 1024  # cookies of other servers on this computer come along

_MAX_TARGET_LENGTH = 2048
_MAX_FIELDS = 8
_MAX_HEADERS = 100
_REQUEST_LINE = re.compile(r"([A-Z]{1,16}) (\S+) HTTP/1\.[01]")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_VERIFIER = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PREFETCH_HEADERS = frozenset(
    {
        *("sec-purpose", "sec-speculation-tags"),  # Chromium since 2021
        *("purpose", "x-purpose", "x-moz"),  # Chromium and Safari, Safari's previews, Firefox
        *("upgrade", "sec-websocket-key"),  # a WebSocket
    }
)
"""Headers of requests that open no tab: WebSockets and pages fetched in advance."""


class CallbackStatus(Enum):
    """Verdict on a request; the value is the HTTP status of the page that answers it."""

    APPROVED = 200
    MALFORMED = 400
    FORBIDDEN = 403
    ELSEWHERE = 404
    WRONG_METHOD = 405
    TOO_LATE = 410
    TOO_LONG = 414
    WRONG_HOST = 421


@dataclass(frozen=True, slots=True)
class CallbackResult:
    """The verdict on a request to the callback server, with the response of X that it brought."""

    status: CallbackStatus
    response: OAuth1Response | OAuth2Response | None = None


@dataclass(frozen=True, slots=True)
class ExpectedCallback:
    """The address and the values that a callback must have to be accepted.

    host: as in the Host header, with the port. token: the OAuth 1.0a request token. state: the
    OAuth 2.0 state. While neither is known, nothing is accepted.
    """

    host: str
    path: str
    token: Secret | None = None
    state: Secret | None = None


def evaluate_request(head: bytes, expected: ExpectedCallback) -> CallbackResult:
    """Evaluate the head of a request. Never raises; only the expected callback is APPROVED.

    head: the bytes up to and including the empty line.
    """
    first, *rest = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    headers = _parse_headers(rest)
    if line is None or headers is None:
        return CallbackResult(CallbackStatus.MALFORMED)
    method, target = line.groups()
    refused = _find_rejection(method, target, headers, expected)
    return CallbackResult(refused) if refused else _evaluate_target(target, expected)


def _parse_headers(lines: list[str]) -> dict[str, list[str]] | None:
    """Parse header lines; None if one is malformed (RFC 9112, section 5)."""
    headers: dict[str, list[str]] = {}
    for line in lines:
        found = _HEADER.fullmatch(line)
        if found is None or len(lines) > _MAX_HEADERS:
            return None
        headers.setdefault(found.group(1).lower(), []).append(found.group(2).strip())
    return headers


def _find_rejection(
    method: str, target: str, headers: dict[str, list[str]], expected: ExpectedCallback
) -> CallbackStatus | None:
    """Return the status for a request that is not a browser following X's redirect in a tab."""
    if method != "GET":
        return CallbackStatus.WRONG_METHOD
    if [host.lower() for host in headers.get("host", [])] != [expected.host.lower()]:
        return CallbackStatus.WRONG_HOST  # a rebinding page names its own host
    if len(target) > _MAX_TARGET_LENGTH:
        return CallbackStatus.TOO_LONG
    body = headers.get("content-length", ["0"]) != ["0"] or "transfer-encoding" in headers
    if body or not target.startswith("/"):
        return CallbackStatus.MALFORMED
    return None if _is_navigation(headers) else CallbackStatus.FORBIDDEN


def _is_navigation(headers: dict[str, list[str]]) -> bool:
    """Whether the Sec-Fetch headers, if the browser sends any, are those of a page in a tab."""
    mode = headers.get("sec-fetch-mode", ["navigate"])
    destination = headers.get("sec-fetch-dest", ["document"])
    return (
        mode == ["navigate"]
        and destination == ["document"]
        and not _PREFETCH_HEADERS & headers.keys()
    )


def _evaluate_target(target: str, expected: ExpectedCallback) -> CallbackResult:
    try:
        parts = urlsplit(target)
        fields = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return CallbackResult(CallbackStatus.MALFORMED)
    if parts.netloc or parts.path != expected.path:
        return CallbackResult(CallbackStatus.ELSEWHERE)
    values = dict(fields)
    if len(values) != len(fields):
        return CallbackResult(CallbackStatus.MALFORMED)
    return _evaluate_fields(values, expected)


def _evaluate_fields(values: dict[str, str], expected: ExpectedCallback) -> CallbackResult:
    """Accept a denial, too, only with the right token or state: any page could send one."""
    response: OAuth1Response | OAuth2Response | None
    wanted: Secret | None
    if expected.state:
        response, wanted = _parse_oauth2(values), expected.state
    else:
        response, wanted = _parse_oauth1(values), expected.token
    if response is None:
        return CallbackResult(CallbackStatus.MALFORMED)
    found = (
        response.state
        if isinstance(response, CodeResponse | CodeDeniedResponse)
        else response.token
    )
    if not _is_same_secret(found, wanted):
        return CallbackResult(CallbackStatus.FORBIDDEN)
    return CallbackResult(CallbackStatus.APPROVED, response)


def _parse_oauth2(values: dict[str, str]) -> OAuth2Response | None:
    try:
        return read_oauth2_callback(values)
    except CallbackResponseError:
        return None


def _parse_oauth1(values: dict[str, str]) -> OAuth1Response | None:
    """Parse oauth_token with oauth_verifier, or denied alone, as X sends them."""
    token, verifier = values.get("oauth_token", ""), values.get("oauth_verifier", "")
    if denied := values.get("denied", ""):
        return None if token or verifier else DeniedResponse(Secret(denied))
    if token and _VERIFIER.fullmatch(verifier):
        return VerifierResponse(Secret(verifier), Secret(token))
    return None


def _is_same_secret(token: Secret | None, expected: Secret | None) -> bool:
    """Compare in constant time; text that has no UTF-8 form raises nothing."""
    if token is None or not expected:
        return False
    one, other = (secret.reveal().encode("utf-8", "surrogatepass") for secret in (token, expected))
    return hmac.compare_digest(one, other)
