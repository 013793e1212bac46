"""Turn a failed call, whether X refused it or the libraries raised, into a Diagnosis."""

from __future__ import annotations

import http.client
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]
import urllib3.exceptions
from oauthlib.oauth1.rfc5849.errors import OAuth1Error
from oauthlib.oauth2 import OAuth2Error

from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import (
    DiagnosedError,
    Diagnosis,
    Evidence,
    NotSentError,
    ProblemKind,
)
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.clock import format_skew, is_clock_off, read_clock_skew
from twauth_gui.xapi.deadline import DeadlineExceededError
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.error_response import (
    ErrorResponse,
    find_date,
    parse_error_response,
    strip_tags,
)
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.exception_rules import (
    classify_exception,
    is_unsent,
    iter_exception_chain,
)
from twauth_gui.xapi.errors.messages import api_errors, network_errors, oauth2_errors, plan_errors
from twauth_gui.xapi.errors.response_rules import classify_response, read_accepted_credentials
from twauth_gui.xapi.limits import LimitSpan, format_date, format_reset_time, read_exhausted_limit
from twauth_gui.xapi.proxies import SocksMissingError
from twauth_gui.xapi.redaction import EXCERPT_LENGTH, excerpt, redact_secrets
from twauth_gui.xapi.session import RequestRefusedError, ResponseTooLargeError

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_REDIRECTS = range(300, 400)
_LONGEST_CODE = 60
_ABOUT_KEYS = frozenset({api_errors.WRONG_KEYS, api_errors.WRONG_PAIR, api_errors.NO_REASON})


def diagnose_exception(error: BaseException, call: CallContext) -> Diagnosis:
    """Explain any exception that a call to X can end with. Never raises."""
    chain = tuple(iter_exception_chain(error))
    for one in chain:
        if isinstance(one, DiagnosedError):
            return one.diagnosis
        response = getattr(one, "response", None)
        if isinstance(response, requests.Response):
            return _diagnose_http_response(response, call)
        if isinstance(one, OAuth2Error):
            return _diagnose_oauth2_error(one, call)
    names = " < ".join(dict.fromkeys(type(one).__name__ for one in chain))
    words = (getattr(one, "verify_message", None) for one in chain)
    checks = [word for word in words if isinstance(word, str)]
    # Names of classes and OpenSSL's own words hold no secret, and some are as long as one.
    evidence = Evidence(
        endpoint=call.endpoint, excerpt=": ".join((names, *checks))[:EXCERPT_LENGTH]
    )
    told = classify_exception(error, call.hosts).to_diagnosis(evidence)
    return replace(told, address=call.hosts.api) if told.kind is ProblemKind.SANDBOX_OFF else told


def diagnose_oauth2_redirect(error: str, words: str, callback: str) -> Diagnosis:
    """Explain what the page of OAuth 2.0 came back with in place of a code. Never raises."""
    call = CallContext(endpoints.OAUTH2_AUTHORIZE, Hosts(), callback=callback)
    refusal = ErrorResponse(
        _FORBIDDEN, reason=error, text=words, endpoint=call.endpoint, body=words
    )
    entry = classify_response(refusal)
    if entry is api_errors.UNKNOWN:
        entry = oauth2_errors.PAGE_REFUSED
    return _fill_template(
        entry, refusal, replace(_collect_evidence(refusal, {}, call), status=None), call
    )


def diagnose_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    call: CallContext,
    *,
    now: datetime | None = None,
) -> Diagnosis:
    """Explain an answer of X. Never raises; what is unknown keeps its status and an excerpt."""
    moment = now or datetime.now(UTC)
    refusal = parse_error_response(status, headers, body, call.endpoint)
    entry = classify_response(refusal)
    evidence = _collect_evidence(refusal, headers, call)
    if entry.kind is ProblemKind.RATE_LIMITED:
        return _diagnose_rate_limit(entry, evidence, headers, moment)
    # X says the same to wrong keys as to a wrong clock: its own Date tells them apart.
    about_keys = entry in _ABOUT_KEYS and status == _UNAUTHORIZED and call.signed
    if entry.kind is ProblemKind.CLOCK or about_keys:
        skew = read_clock_skew(headers, moment)
        # With X's time in the signature it is that which counts; told is how far the clock is off.
        if skew is not None and is_clock_off(skew + call.clock_offset):
            return diagnose_clock(skew, evidence)
    if entry is api_errors.NO_SUCH_CALL and not call.hosts.is_x and not call.hosts.is_local:
        entry = network_errors.NOT_X
    return _fill_template(entry, refusal, evidence, call)


def _fill_template(
    entry: ErrorTemplate, refusal: ErrorResponse, evidence: Evidence, call: CallContext
) -> Diagnosis:
    if entry is plan_errors.SPENDING_LIMIT:
        return _diagnose_spending_limit(refusal, evidence)
    callback = call.callback or "the callback of this sign-in"
    wanted = " or ".join(read_accepted_credentials(refusal))
    return entry.to_diagnosis(
        evidence, status=str(evidence.status), callback=callback, wanted=wanted
    )


def _diagnose_spending_limit(refusal: ErrorResponse, evidence: Evidence) -> Diagnosis:
    """Say until which day; X names no hour, so the wait ends as that day begins in UTC."""
    day = find_date(refusal.reset_date) or find_date(refusal.text)
    if day is None:
        return plan_errors.SPENDING_LIMIT.to_diagnosis(evidence)
    told = plan_errors.SPENDING_LIMIT_UNTIL.to_diagnosis(evidence, until=format_date(day))
    return replace(told, wait_until=datetime.combine(day, time(tzinfo=UTC)))


def _diagnose_http_response(response: requests.Response, call: CallContext) -> Diagnosis:
    try:
        body = response.content
    except (requests.RequestException, RuntimeError):
        body = b""  # it broke off, or was read by somebody else: the status still tells much
    return diagnose_response(response.status_code, response.headers, body, call)


def _diagnose_oauth2_error(error: OAuth2Error, call: CallContext) -> Diagnosis:
    """The response is lost by then; oauthlib keeps the error's name and its description."""
    name, text = str(error.error or ""), str(error.description or "")
    refusal = ErrorResponse(
        error.status_code, reason=name, text=text, endpoint=call.endpoint, body=text
    )
    return _fill_template(
        classify_response(refusal), refusal, _collect_evidence(refusal, {}, call), call
    )


def diagnose_clock(
    skew: float, evidence: Evidence, entry: ErrorTemplate | None = None
) -> Diagnosis:
    """Say how far the clock is off; entry: other words than those for a clock that is refused."""
    told = (entry or api_errors.CLOCK).to_diagnosis(evidence, skew=format_skew(skew))
    return replace(told, clock_skew=skew)


def _diagnose_rate_limit(
    entry: ErrorTemplate, evidence: Evidence, headers: Mapping[str, str], now: datetime
) -> Diagnosis:
    limit = read_exhausted_limit(headers)
    if limit.is_usage_cap:
        return api_errors.USAGE_CAPPED.to_diagnosis(evidence)
    timeless, timed = _LIMITS.get(limit.span, (entry, api_errors.RATE_LIMITED_UNTIL))
    if limit.until is None:
        return timeless.to_diagnosis(evidence)
    told = timed.to_diagnosis(evidence, until=format_reset_time(limit.until, now))
    return replace(told, wait_until=limit.until)


_LIMITS = {
    LimitSpan.APP_DAY: (plan_errors.APP_DAY, plan_errors.APP_DAY_UNTIL),
    LimitSpan.ACCOUNT_DAY: (plan_errors.ACCOUNT_DAY, plan_errors.ACCOUNT_DAY_UNTIL),
}


def _collect_evidence(
    refusal: ErrorResponse, headers: Mapping[str, str], call: CallContext
) -> Evidence:
    known = call.secrets
    # Known values go first, from the whole: cut before, and a part of one could remain.
    body = redact_secrets(_describe_redirect(refusal, headers) or refusal.body, known)
    code = "" if refusal.code is None else str(refusal.code)
    told = redact_secrets(code or refusal.reason or refusal.type_segment, known)
    transaction = refusal.transaction_id
    return Evidence(
        status=refusal.status,
        code=excerpt(told)[:_LONGEST_CODE],
        endpoint=refusal.endpoint,
        excerpt=excerpt(redact_secrets(strip_tags(body), known) if refusal.html else body),
        transaction_id=transaction if redact_secrets(transaction, known) == transaction else "",
    )


def _describe_redirect(refusal: ErrorResponse, headers: Mapping[str, str]) -> str:
    """Name the host that a redirect leads to, without the query, which may hold tokens."""
    location = {name.lower(): value for name, value in headers.items()}.get("location", "")
    if refusal.status not in _REDIRECTS or not location:
        return ""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "redirect to an unreadable address"
    return f"redirect to {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


# ValueError: what oauthlib, requests_oauthlib and urllib3 raise beside their own kinds.
_FAILURES = (
    DiagnosedError,
    RequestRefusedError,
    ResponseTooLargeError,
    DeadlineExceededError,
    SocksMissingError,
    tweepy.TweepyException,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OAuth1Error,
    OAuth2Error,
    OSError,
    ValueError,
)


@contextmanager
def diagnose_errors(call: CallContext, cancel: CancelToken) -> Generator[None]:
    """Wrap one call: only DiagnosedError or CancelledError comes out.

    A failure after the person cancelled is told to nobody: it becomes CancelledError.
    """
    cancel.raise_if_cancelled()
    try:
        yield
    except _FAILURES as error:
        if any(isinstance(one, CancelledError) for one in iter_exception_chain(error)):
            raise CancelledError from None
        cancel.raise_if_cancelled()
        # The libraries' own messages quote bodies and addresses: they are not shown with ours.
        kind = NotSentError if is_unsent(error) else DiagnosedError
        raise kind(diagnose_exception(error, call)) from None
