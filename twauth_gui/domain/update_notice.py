"""Notice of a newer version: what it says, and when it may be believed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

from twauth_gui.domain.display_text import to_printable_line

ASK_PERIOD = timedelta(days=1)
MAX_SUMMARY = 300
MAX_PAGE = 500
_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)


class UpdateNoticeError(ValueError):
    """The notice cannot be believed; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class UpdateNotice:
    """One notice. summary: one line. page: an https address. issued, expires: with a zone."""

    version: str
    summary: str
    page: str
    issued: datetime
    expires: datetime


def parse_version(text: str) -> tuple[int, ...]:
    """Return the three numbers of a version, which compare as versions do.

    Raises:
        UpdateNoticeError: it is no version of Twauth.
    """
    if not _VERSION.fullmatch(text):
        raise UpdateNoticeError("The notice names no version.")
    return tuple(int(number) for number in text.split("."))


def parse_notice(text: str) -> UpdateNotice:
    """Read a notice.

    Raises:
        UpdateNoticeError: a field is missing, or has a value that it cannot have.
    """
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UpdateNoticeError("The notice is no JSON.") from error
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    texts = {name: one for name, one in fields.items() if isinstance(one, str)}
    try:
        version, summary, page = texts["version"], texts["summary"], texts["page"]
        issued, expires = (datetime.fromisoformat(texts[name]) for name in ("issued", "expires"))
    except (KeyError, ValueError) as error:
        raise UpdateNoticeError("The notice lacks a field.") from error
    _ = parse_version(version)
    if not issued.tzinfo or not expires.tzinfo:
        raise UpdateNoticeError("The notice has a time without a zone.")
    if len(summary) > MAX_SUMMARY or len(page) > MAX_PAGE or not _is_https(page):
        raise UpdateNoticeError("The notice has an unusable text or page.")
    return UpdateNotice(version, to_printable_line(summary), page, issued, expires)


def require_current(notice: UpdateNotice, now: datetime, last_issued: datetime | None) -> None:
    """Refuse a notice that has run out, or is older than the last one.

    Without this, whoever answers in the server's place could hide a version by repeating an old
    notice for ever.

    Raises:
        UpdateNoticeError: it is one of those.
    """
    if notice.expires <= now:
        raise UpdateNoticeError("The notice has expired.")
    if last_issued is not None and notice.issued < last_issued:
        raise UpdateNoticeError("The notice is older than the last one.")


def _is_https(page: str) -> bool:
    try:
        parts = urlsplit(page)
    except ValueError:
        return False
    return (
        parts.scheme == "https" and bool(parts.hostname) and page.isascii() and page.isprintable()
    )
