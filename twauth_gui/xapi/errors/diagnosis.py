"""Diagnoses of failed calls, made from X's error responses or the libraries' exceptions."""

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
_MAX_CODE_LENGTH = 60
_ABOUT_KEYS = frozenset({api_errors.WRONG_KEYS, api_errors.WRONG_PAIR, api_errors.NO_REASON})


def diagnose_exception(error: BaseException, call: CallContext) -> Diagnosis:
    """Return the diagnosis of any exception that a call to X can raise. Never raises."""
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
    # Class names and OpenSSL's messages contain no secret, but some are as long as one: they are
    # not redacted.
    evidence = Evidence(
        endpoint=call.endpoint, excerpt=": ".join((names, *checks))[:EXCERPT_LENGTH]
    )
    diagnosis = classify_exception(error, call.hosts).to_diagnosis(evidence)
    if diagnosis.kind is ProblemKind.SANDBOX_OFF:
        return replace(diagnosis, address=call.hosts.api)
    return diagnosis


def diagnose_oauth2_redirect(error: str, words: str, callback: str) -> Diagnosis:
    """Return the diagnosis of an OAuth 2.0 redirect that has an error instead of a code.

    Never raises.
    """
    call = CallContext(endpoints.OAUTH2_AUTHORIZE, Hosts(), callback=callback)
    error_response = ErrorResponse(
        _FORBIDDEN, reason=error, text=words, endpoint=call.endpoint, body=words
    )
    template = classify_response(error_response)
    if template is api_errors.UNKNOWN:
        template = oauth2_errors.PAGE_REFUSED
    return _fill_template(
        template,
        error_response,
        replace(_collect_evidence(error_response, {}, call), status=None),
        call,
    )


def diagnose_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    call: CallContext,
    *,
    now: datetime | None = None,
) -> Diagnosis:
    """Return the diagnosis of an error response. Never raises.

    An unknown error keeps its status and an excerpt of its body.
    """
    moment = now or datetime.now(UTC)
    error_response = parse_error_response(status, headers, body, call.endpoint)
    template = classify_response(error_response)
    evidence = _collect_evidence(error_response, headers, call)
    if template.kind is ProblemKind.RATE_LIMITED:
        return _diagnose_rate_limit(template, evidence, headers, moment)
    # X says the same to wrong keys as to a wrong clock: its own Date tells them apart.
    about_keys = template in _ABOUT_KEYS and status == _UNAUTHORIZED and call.signed
    if template.kind is ProblemKind.CLOCK or about_keys:
        skew = read_clock_skew(headers, moment)
        # The corrected time decides; the text says how far the clock itself is off.
        if skew is not None and is_clock_off(skew + call.clock_offset):
            return diagnose_clock(skew, evidence)
    if template is api_errors.NO_SUCH_CALL and not call.hosts.is_x and not call.hosts.is_local:
        template = network_errors.NOT_X
    return _fill_template(template, error_response, evidence, call)


def _fill_template(
    template: ErrorTemplate, error_response: ErrorResponse, evidence: Evidence, call: CallContext
) -> Diagnosis:
    if template is plan_errors.SPENDING_LIMIT:
        return _diagnose_spending_limit(error_response, evidence)
    callback = call.callback or "the callback of this sign-in"
    wanted = " or ".join(read_accepted_credentials(error_response))
    return template.to_diagnosis(
        evidence, status=str(evidence.status), callback=callback, wanted=wanted
    )


def _diagnose_spending_limit(error_response: ErrorResponse, evidence: Evidence) -> Diagnosis:
    """Name the day the limit ends; X names no hour, so the wait ends as that day begins in UTC."""
    day = find_date(error_response.reset_date) or find_date(error_response.text)
    if day is None:
        return plan_errors.SPENDING_LIMIT.to_diagnosis(evidence)
    diagnosis = plan_errors.SPENDING_LIMIT_UNTIL.to_diagnosis(evidence, until=format_date(day))
    return replace(diagnosis, wait_until=datetime.combine(day, time(tzinfo=UTC)))


def _diagnose_http_response(response: requests.Response, call: CallContext) -> Diagnosis:
    try:
        body = response.content
    except (requests.RequestException, RuntimeError):
        body = b""  # interrupted, or read by the library already: the status still says much
    return diagnose_response(response.status_code, response.headers, body, call)


def _diagnose_oauth2_error(error: OAuth2Error, call: CallContext) -> Diagnosis:
    """Go by the error's name and description: oauthlib keeps nothing else of the response."""
    name, text = str(error.error or ""), str(error.description or "")
    error_response = ErrorResponse(
        error.status_code, reason=name, text=text, endpoint=call.endpoint, body=text
    )
    return _fill_template(
        classify_response(error_response),
        error_response,
        _collect_evidence(error_response, {}, call),
        call,
    )


def diagnose_clock(
    skew: float, evidence: Evidence, template: ErrorTemplate | None = None
) -> Diagnosis:
    """Return the diagnosis of a clock that is off by skew seconds.

    template: other texts than those for a clock that X refused.
    """
    diagnosis = (template or api_errors.CLOCK).to_diagnosis(evidence, skew=format_skew(skew))
    return replace(diagnosis, clock_skew=skew)


def _diagnose_rate_limit(
    template: ErrorTemplate, evidence: Evidence, headers: Mapping[str, str], now: datetime
) -> Diagnosis:
    limit = read_exhausted_limit(headers)
    if limit.is_usage_cap:
        return api_errors.USAGE_CAPPED.to_diagnosis(evidence)
    timeless, timed = _LIMITS.get(limit.span, (template, api_errors.RATE_LIMITED_UNTIL))
    if limit.until is None:
        return timeless.to_diagnosis(evidence)
    diagnosis = timed.to_diagnosis(evidence, until=format_reset_time(limit.until, now))
    return replace(diagnosis, wait_until=limit.until)


_LIMITS = {
    LimitSpan.APP_DAY: (plan_errors.APP_DAY, plan_errors.APP_DAY_UNTIL),
    LimitSpan.ACCOUNT_DAY: (plan_errors.ACCOUNT_DAY, plan_errors.ACCOUNT_DAY_UNTIL),
}


def _collect_evidence(
    error_response: ErrorResponse, headers: Mapping[str, str], call: CallContext
) -> Evidence:
    known = call.secrets
    # Known values are redacted first and in the whole text: in an excerpt, a part of one could
    # remain.
    body = redact_secrets(_describe_redirect(error_response, headers) or error_response.body, known)
    code = "" if error_response.code is None else str(error_response.code)
    code = redact_secrets(code or error_response.reason or error_response.type_segment, known)
    transaction = error_response.transaction_id
    return Evidence(
        status=error_response.status,
        code=excerpt(code)[:_MAX_CODE_LENGTH],
        endpoint=error_response.endpoint,
        excerpt=excerpt(redact_secrets(strip_tags(body), known) if error_response.html else body),
        transaction_id=transaction if redact_secrets(transaction, known) == transaction else "",
    )


def _describe_redirect(error_response: ErrorResponse, headers: Mapping[str, str]) -> str:
    """Return the address that a redirect leads to, without the query, which may contain tokens."""
    location = {name.lower(): value for name, value in headers.items()}.get("location", "")
    if error_response.status not in _REDIRECTS or not location:
        return ""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "redirect to an unreadable address"
    return f"redirect to {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


# ValueError: what oauthlib, requests_oauthlib and urllib3 raise besides their own classes.
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
    """Turn every failure of one call into a DiagnosedError.

    A failure after a cancellation becomes CancelledError instead, as the user no longer waits.
    """
    cancel.raise_if_cancelled()
    try:
        yield
    except _FAILURES as error:
        if any(isinstance(one, CancelledError) for one in iter_exception_chain(error)):
            raise CancelledError from None
        cancel.raise_if_cancelled()
        # The libraries' messages quote bodies and addresses, so they are not chained.
        kind = NotSentError if is_unsent(error) else DiagnosedError
        raise kind(diagnose_exception(error, call)) from None
