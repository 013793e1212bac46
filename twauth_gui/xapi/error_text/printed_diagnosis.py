"""Tells a refusal that a bot has printed as the diagnosis that Twauth itself would give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind
from twauth_gui.domain.hosts import Hosts, is_loopback
from twauth_gui.xapi import bot_words, catalogue, obstacles
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.diagnosis import diagnose_response
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.error_text.places import is_elsewhere
from twauth_gui.xapi.error_text.printed_refusals import PrintedRefusal
from twauth_gui.xapi.error_text.problem_types import with_type
from twauth_gui.xapi.error_text.refusal_fields import Answer
from twauth_gui.xapi.limits import until_words
from twauth_gui.xapi.posting_rules import POSTS, posting_entry
from twauth_gui.xapi.posting_words import NOT_PERMITTED
from twauth_gui.xapi.reading import ErrorResponse, read_refusal
from twauth_gui.xapi.redaction import excerpt
from twauth_gui.xapi.rules import entry_for

# The status that X sends a code with, where a text leaves it out.
_USUAL_STATUS = {32: 401, 88: 429, 89: 401, 130: 503, 131: 500, 135: 401, 215: 400, 416: 401}
_FORBIDDEN, _BAD_REQUEST, _MEANINGLESS = 403, 400, 418
_WITHOUT_REASON = {401: bot_words.UNAUTHORIZED, 403: bot_words.FORBIDDEN, 404: bot_words.NOT_FOUND}

_BY_STATUS_ALONE = frozenset({catalogue.UNKNOWN, obstacles.NOT_X})

# What a page says, in lower case; the first row wins.
_PAGES: tuple[tuple[str, ErrorTemplate], ...] = (
    ("arkose", bot_words.HUMAN_CHECK),
    ("funcaptcha", bot_words.HUMAN_CHECK),
    ("cloudflare", bot_words.CLOUDFLARE),
    ("just a moment...", bot_words.CLOUDFLARE),
    ("javascript is not available", bot_words.WEB_PAGE),
    ("javascript is disabled in this browser", bot_words.WEB_PAGE),
    ("something went wrong, but don", bot_words.WEB_PAGE),
)


def explain_printed(printed: PrintedRefusal, now: datetime, callback: str = "") -> Diagnosis:
    """Explain one refusal. Never raises, never asks anyone.

    callback: of the app, where that is known; it is named where X does not accept it.
    """
    answered = _answered(printed, now, callback)
    if printed.entry is not None:
        return _of_exception(printed, answered.evidence)
    refusal = _refusal(printed)
    entry = _entry(printed, refusal)
    if entry is None:
        return _with_time(answered, now)
    status = str(printed.status or "")
    return entry.diagnosis(answered.evidence, status=status, host=excerpt(printed.host))


def _of_exception(printed: PrintedRefusal, evidence: Evidence) -> Diagnosis:
    entry = printed.entry or bot_words.UNREAD
    if is_elsewhere(printed.host):
        return bot_words.ELSEWHERE.diagnosis(evidence, host=excerpt(printed.host))
    if entry is obstacles.REFUSED and is_loopback(printed.host):
        entry = obstacles.SANDBOX_OFF
    return bot_words.SAID_TO_BOTS.get(entry, entry).diagnosis(evidence)


def _answered(printed: PrintedRefusal, now: datetime, callback: str) -> Diagnosis:
    """Let the rules of sign-in and use decide, as for an answer that X gave to Twauth."""
    call = Call(_endpoint(printed), Hosts(), callback=callback)
    body = _body(printed).encode("utf-8", "replace")
    # Without Date: the answer is older than this moment, so it tells nothing of a clock.
    found = diagnose_response(_status(printed), printed.headers, body, call, now=now)
    endpoint = f"{printed.method} {printed.endpoint}".strip()
    evidence = replace(found.evidence, status=printed.status, endpoint=excerpt(endpoint))
    return replace(found, evidence=evidence)


def _refusal(printed: PrintedRefusal) -> ErrorResponse:
    body = _body(printed).encode("utf-8", "replace")
    return read_refusal(_status(printed), printed.headers, body, _endpoint(printed))


def _endpoint(printed: PrintedRefusal) -> str:
    """Give the path for the rules; the one where posts are made is meant only where one was."""
    reads = printed.method == "GET" and printed.endpoint in POSTS
    return "" if reads else printed.endpoint


def _status(printed: PrintedRefusal) -> int:
    if printed.status is not None:
        return printed.status
    if "error" in printed.answer:
        return _BAD_REQUEST
    errors = cast("list[Answer]", printed.answer.get("errors") or [{}])
    code, own = errors[0].get("code"), printed.answer.get("status")
    if isinstance(own, int):
        return own
    return _USUAL_STATUS.get(code, _FORBIDDEN) if isinstance(code, int) else _FORBIDDEN


def _body(printed: PrintedRefusal) -> str:
    if printed.page:
        return printed.page
    return json.dumps(with_type(printed.answer)) if printed.answer else ""


def _entry(printed: PrintedRefusal, refusal: ErrorResponse) -> ErrorTemplate | None:
    """Choose words of the bot's own; None where those that Twauth has for itself fit."""
    general = entry_for(refusal)
    by_words = entry_for(replace(refusal, status=_MEANINGLESS)) not in _BY_STATUS_ALONE
    posting = None if refusal.endpoint.startswith("/oauth") else posting_entry(refusal)
    if not by_words and posting is None and is_elsewhere(printed.host):
        return bot_words.ELSEWHERE
    if printed.page and general is obstacles.NOT_X:
        return _of_page(printed.page)
    return posting or _of_general(printed, refusal, general)


def _of_general(
    printed: PrintedRefusal, refusal: ErrorResponse, general: ErrorTemplate
) -> ErrorTemplate | None:
    if general is catalogue.APP_NOT_PERMITTED and refusal.type_segment == "about:blank":
        return NOT_PERMITTED
    if general is catalogue.UNKNOWN:
        return _unknown(printed)
    return bot_words.SAID_TO_BOTS.get(general)


def _of_page(page: str) -> ErrorTemplate | None:
    lower = page.lower()
    return next((entry for words, entry in _PAGES if words in lower), None)


def _unknown(printed: PrintedRefusal) -> ErrorTemplate:
    if printed.status is None or printed.answer:
        return bot_words.UNREAD
    return _WITHOUT_REASON.get(printed.status, bot_words.NO_REASON)


def _with_time(found: Diagnosis, now: datetime) -> Diagnosis:
    """Say of a limit that is over that it is."""
    until = found.wait_until
    if found.kind is not ProblemKind.RATE_LIMITED or until is None or until > now:
        return found
    told = bot_words.LIMIT_OVER.diagnosis(found.evidence, until=until_words(until, now))
    return replace(told, wait_until=until)


def words_of(answer: Mapping[str, object]) -> str:
    """Return what X said in words, without anything that looks like a credential."""
    for name in ("detail", "error_description", "message", "title", "error"):
        if isinstance(value := answer.get(name), str) and value:
            return excerpt(value)
    errors = cast("list[Answer]", answer.get("errors") or [{}])
    return excerpt(str(errors[0].get("message") or errors[0].get("detail") or ""))
