"""Diagnoses of the errors that a bot has printed, worded for the bot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind
from twauth_gui.domain.hosts import Hosts, is_loopback
from twauth_gui.xapi.error_text.error_fields import ErrorFields, add_problem_type
from twauth_gui.xapi.error_text.printed_errors import PrintedError, is_foreign_host
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_response
from twauth_gui.xapi.errors.error_response import ErrorResponse, parse_error_response
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors, bot_errors, network_errors
from twauth_gui.xapi.errors.messages.posting_errors import NOT_PERMITTED
from twauth_gui.xapi.errors.posting_rules import POSTS, classify_posting_response
from twauth_gui.xapi.errors.response_rules import classify_response
from twauth_gui.xapi.limits import format_reset_time
from twauth_gui.xapi.redaction import excerpt

# The status that X sends with a code, for texts that leave it out.
_USUAL_STATUS = {32: 401, 88: 429, 89: 401, 130: 503, 131: 500, 135: 401, 215: 400, 416: 401}
_FORBIDDEN, _BAD_REQUEST, _MEANINGLESS = 403, 400, 418
_WITHOUT_REASON = {
    401: bot_errors.UNAUTHORIZED,
    403: bot_errors.FORBIDDEN,
    404: bot_errors.NOT_FOUND,
}

_BY_STATUS_ALONE = frozenset({api_errors.UNKNOWN, network_errors.NOT_X})

# Phrases of web pages, in lower case; the first row wins.
_PAGES: tuple[tuple[str, ErrorTemplate], ...] = (
    ("arkose", bot_errors.HUMAN_CHECK),
    ("funcaptcha", bot_errors.HUMAN_CHECK),
    ("cloudflare", bot_errors.CLOUDFLARE),
    ("just a moment...", bot_errors.CLOUDFLARE),
    ("javascript is not available", bot_errors.WEB_PAGE),
    ("javascript is disabled in this browser", bot_errors.WEB_PAGE),
    ("something went wrong, but don", bot_errors.WEB_PAGE),
)


def diagnose_printed_error(printed: PrintedError, now: datetime, callback: str = "") -> Diagnosis:
    """Return the diagnosis of one printed error. Never raises; asks neither X nor the keychain.

    callback: the app's callback address, if known; the diagnosis names it if X refused it.
    """
    answered = _diagnose_as_response(printed, now, callback)
    if printed.template is not None:
        return _diagnose_exception(printed, answered.evidence)
    response = _rebuild_response(printed)
    template = _choose_bot_template(printed, response)
    if template is None:
        return _mark_limit_over(answered, now)
    status = str(printed.status or "")
    return template.to_diagnosis(answered.evidence, status=status, host=excerpt(printed.host))


def _diagnose_exception(printed: PrintedError, evidence: Evidence) -> Diagnosis:
    template = printed.template or bot_errors.UNREAD
    if is_foreign_host(printed.host):
        return bot_errors.ELSEWHERE.to_diagnosis(evidence, host=excerpt(printed.host))
    if template is network_errors.REFUSED and is_loopback(printed.host):
        template = network_errors.SANDBOX_OFF
    return bot_errors.BOT_VARIANTS.get(template, template).to_diagnosis(evidence)


def _diagnose_as_response(printed: PrintedError, now: datetime, callback: str) -> Diagnosis:
    """Diagnose a printed error as if X had sent its response to Twauth."""
    call = CallContext(_endpoint(printed), Hosts(), callback=callback)
    body = _body(printed).encode("utf-8", "replace")
    # Without Date: the response is older than now, so it says nothing about a clock.
    found = diagnose_response(_status(printed), printed.headers, body, call, now=now)
    endpoint = f"{printed.method} {printed.endpoint}".strip()
    evidence = replace(found.evidence, status=printed.status, endpoint=excerpt(endpoint))
    return replace(found, evidence=evidence)


def _rebuild_response(printed: PrintedError) -> ErrorResponse:
    body = _body(printed).encode("utf-8", "replace")
    return parse_error_response(_status(printed), printed.headers, body, _endpoint(printed))


def _endpoint(printed: PrintedError) -> str:
    """Return the path for the rules; "" for the path of posts if they were only read."""
    reads = printed.method == "GET" and printed.endpoint in POSTS
    return "" if reads else printed.endpoint


def _status(printed: PrintedError) -> int:
    if printed.status is not None:
        return printed.status
    if "error" in printed.fields:
        return _BAD_REQUEST
    errors = cast("list[ErrorFields]", printed.fields.get("errors") or [{}])
    code, own = errors[0].get("code"), printed.fields.get("status")
    if isinstance(own, int):
        return own
    return _USUAL_STATUS.get(code, _FORBIDDEN) if isinstance(code, int) else _FORBIDDEN


def _body(printed: PrintedError) -> str:
    if printed.page:
        return printed.page
    return json.dumps(add_problem_type(printed.fields)) if printed.fields else ""


def _choose_bot_template(printed: PrintedError, response: ErrorResponse) -> ErrorTemplate | None:
    """Return the template that is worded for bots; None if Twauth's own fits."""
    general = classify_response(response)
    by_words = classify_response(replace(response, status=_MEANINGLESS)) not in _BY_STATUS_ALONE
    posting = (
        None if response.endpoint.startswith("/oauth") else classify_posting_response(response)
    )
    if not by_words and posting is None and is_foreign_host(printed.host):
        return bot_errors.ELSEWHERE
    if printed.page and general is network_errors.NOT_X:
        return _classify_page(printed.page)
    return posting or _choose_bot_variant(printed, response, general)


def _choose_bot_variant(
    printed: PrintedError, response: ErrorResponse, general: ErrorTemplate
) -> ErrorTemplate | None:
    if general is api_errors.APP_NOT_PERMITTED and response.type_segment == "about:blank":
        return NOT_PERMITTED
    if general is api_errors.UNKNOWN:
        return _classify_unknown(printed)
    return bot_errors.BOT_VARIANTS.get(general)


def _classify_page(page: str) -> ErrorTemplate | None:
    lower = page.lower()
    return next((template for words, template in _PAGES if words in lower), None)


def _classify_unknown(printed: PrintedError) -> ErrorTemplate:
    if printed.status is None or printed.fields:
        return bot_errors.UNREAD
    return _WITHOUT_REASON.get(printed.status, bot_errors.NO_REASON)


def _mark_limit_over(found: Diagnosis, now: datetime) -> Diagnosis:
    """Replace the diagnosis of a rate limit that is over by now."""
    until = found.wait_until
    if found.kind is not ProblemKind.RATE_LIMITED or until is None or until > now:
        return found
    limit_over = bot_errors.LIMIT_OVER.to_diagnosis(
        found.evidence, until=format_reset_time(until, now)
    )
    return replace(limit_over, wait_until=until)


def extract_message(error_fields: Mapping[str, object]) -> str:
    """Return X's message, without anything that looks like a credential."""
    for name in ("detail", "error_description", "message", "title", "error"):
        if isinstance(value := error_fields.get(name), str) and value:
            return excerpt(value)
    errors = cast("list[ErrorFields]", error_fields.get("errors") or [{}])
    return excerpt(str(errors[0].get("message") or errors[0].get("detail") or ""))
