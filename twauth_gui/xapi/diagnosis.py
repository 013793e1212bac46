"""Turns an answer of X, or an exception on the way there, into a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

import requests
from oauthlib.oauth2 import OAuth2Error

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi import catalogue, endpoints, oauth2_words, obstacles, plan_words
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.clock import is_off, skew_seconds, skew_words
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.failures import entry_for_failure, wrapped
from twauth_gui.xapi.limits import Span, day_words, read_limit, until_words
from twauth_gui.xapi.reading import ErrorResponse, day_in, read_refusal, without_tags
from twauth_gui.xapi.redaction import EXCERPT, excerpt, redact_known
from twauth_gui.xapi.rules import entry_for, wanted_kinds

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_REDIRECTS = range(300, 400)
_LONGEST_CODE = 60
_ABOUT_KEYS = frozenset({catalogue.WRONG_KEYS, catalogue.WRONG_PAIR, catalogue.NO_REASON})


def explain(error: BaseException, call: Call) -> Diagnosis:
    """Explain any exception that a call to X can end with. Never raises."""
    chain = tuple(wrapped(error))
    for one in chain:
        if isinstance(one, DiagnosedError):
            return one.diagnosis
        response = getattr(one, "response", None)
        if isinstance(response, requests.Response):
            return _of_response(response, call)
        if isinstance(one, OAuth2Error):
            return _of_oauth2(one, call)
    names = " < ".join(dict.fromkeys(type(one).__name__ for one in chain))
    words = (getattr(one, "verify_message", None) for one in chain)
    checks = [word for word in words if isinstance(word, str)]
    # Names of classes and OpenSSL's own words hold no secret, and some are as long as one.
    evidence = Evidence(endpoint=call.endpoint, excerpt=": ".join((names, *checks))[:EXCERPT])
    told = entry_for_failure(error, call.hosts).diagnosis(evidence)
    return replace(told, address=call.hosts.api) if told.kind is ProblemKind.SANDBOX_OFF else told


def explain_words(error: str, words: str, callback: str) -> Diagnosis:
    """Explain what the page of OAuth 2.0 came back with in place of a code. Never raises."""
    call = Call(endpoints.OAUTH2_AUTHORIZE, Hosts(), callback=callback)
    refusal = ErrorResponse(
        _FORBIDDEN, reason=error, text=words, endpoint=call.endpoint, body=words
    )
    entry = entry_for(refusal)
    if entry is catalogue.UNKNOWN:
        entry = oauth2_words.PAGE_REFUSED
    return _filled(entry, refusal, replace(_evidence(refusal, {}, call), status=None), call)


def diagnose_response(
    status: int, headers: Mapping[str, str], body: bytes, call: Call, *, now: datetime | None = None
) -> Diagnosis:
    """Explain an answer of X. Never raises; what is unknown keeps its status and an excerpt."""
    moment = now or datetime.now(UTC)
    refusal = read_refusal(status, headers, body, call.endpoint)
    entry = entry_for(refusal)
    evidence = _evidence(refusal, headers, call)
    if entry.kind is ProblemKind.RATE_LIMITED:
        return _of_limit(entry, evidence, headers, moment)
    # X says the same to wrong keys as to a wrong clock: its own Date tells them apart.
    about_keys = entry in _ABOUT_KEYS and status == _UNAUTHORIZED and call.signed
    if entry.kind is ProblemKind.CLOCK or about_keys:
        skew = skew_seconds(headers, moment)
        # With X's time in the signature it is that which counts; told is how far the clock is off.
        if skew is not None and is_off(skew + call.clock_offset):
            return clock_diagnosis(skew, evidence)
    if entry is catalogue.NO_SUCH_CALL and not call.hosts.is_x and not call.hosts.is_local:
        entry = obstacles.NOT_X
    return _filled(entry, refusal, evidence, call)


def _filled(
    entry: ErrorTemplate, refusal: ErrorResponse, evidence: Evidence, call: Call
) -> Diagnosis:
    if entry is plan_words.SPENDING_LIMIT:
        return _of_spending_limit(refusal, evidence)
    callback = call.callback or "the callback of this sign-in"
    wanted = " or ".join(wanted_kinds(refusal))
    return entry.diagnosis(evidence, status=str(evidence.status), callback=callback, wanted=wanted)


def _of_spending_limit(refusal: ErrorResponse, evidence: Evidence) -> Diagnosis:
    """Say until which day; X names no hour, so the wait ends as that day begins in UTC."""
    day = day_in(refusal.reset_date) or day_in(refusal.text)
    if day is None:
        return plan_words.SPENDING_LIMIT.diagnosis(evidence)
    told = plan_words.SPENDING_LIMIT_UNTIL.diagnosis(evidence, until=day_words(day))
    return replace(told, wait_until=datetime.combine(day, time(tzinfo=UTC)))


def _of_response(response: requests.Response, call: Call) -> Diagnosis:
    try:
        body = response.content
    except (requests.RequestException, RuntimeError):
        body = b""  # it broke off, or was read by somebody else: the status still tells much
    return diagnose_response(response.status_code, response.headers, body, call)


def _of_oauth2(error: OAuth2Error, call: Call) -> Diagnosis:
    """The response is lost by then; oauthlib keeps the error's name and its description."""
    name, text = str(error.error or ""), str(error.description or "")
    refusal = ErrorResponse(
        error.status_code, reason=name, text=text, endpoint=call.endpoint, body=text
    )
    return _filled(entry_for(refusal), refusal, _evidence(refusal, {}, call), call)


def clock_diagnosis(
    skew: float, evidence: Evidence, entry: ErrorTemplate | None = None
) -> Diagnosis:
    """Say how far the clock is off; entry: other words than those for a clock that is refused."""
    told = (entry or catalogue.CLOCK).diagnosis(evidence, skew=skew_words(skew))
    return replace(told, clock_skew=skew)


def _of_limit(
    entry: ErrorTemplate, evidence: Evidence, headers: Mapping[str, str], now: datetime
) -> Diagnosis:
    limit = read_limit(headers)
    if limit.capped:
        return catalogue.USAGE_CAPPED.diagnosis(evidence)
    timeless, timed = _LIMITS.get(limit.span, (entry, catalogue.RATE_LIMITED_UNTIL))
    if limit.until is None:
        return timeless.diagnosis(evidence)
    told = timed.diagnosis(evidence, until=until_words(limit.until, now))
    return replace(told, wait_until=limit.until)


_LIMITS = {
    Span.APP_DAY: (plan_words.APP_DAY, plan_words.APP_DAY_UNTIL),
    Span.ACCOUNT_DAY: (plan_words.ACCOUNT_DAY, plan_words.ACCOUNT_DAY_UNTIL),
}


def _evidence(refusal: ErrorResponse, headers: Mapping[str, str], call: Call) -> Evidence:
    known = call.secrets
    # Known values go first, from the whole: cut before, and a part of one could remain.
    body = redact_known(_destination(refusal, headers) or refusal.body, known)
    code = "" if refusal.code is None else str(refusal.code)
    told = redact_known(code or refusal.reason or refusal.type_segment, known)
    transaction = refusal.transaction_id
    return Evidence(
        status=refusal.status,
        code=excerpt(told)[:_LONGEST_CODE],
        endpoint=refusal.endpoint,
        excerpt=excerpt(redact_known(without_tags(body), known) if refusal.html else body),
        transaction_id=transaction if redact_known(transaction, known) == transaction else "",
    )


def _destination(refusal: ErrorResponse, headers: Mapping[str, str]) -> str:
    """Name the host that a redirect leads to, without the query, which may hold tokens."""
    location = {name.lower(): value for name, value in headers.items()}.get("location", "")
    if refusal.status not in _REDIRECTS or not location:
        return ""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "redirect to an unreadable address"
    return f"redirect to {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
