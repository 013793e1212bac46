"""What comes back from the sign-in page of OAuth 2.0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from twauth_gui.domain.answer import CallbackResponseError
from twauth_gui.domain.secret import Secret

_LONGEST = 4096
_MOST_FIELDS = 16
_CODE = re.compile(r"[\x21-\x7e]{1,2048}")
_ERROR = re.compile(r"[a-z_]{1,60}")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@dataclass(frozen=True, slots=True)
class CodeResponse:
    """The authorization code, with the state that shows which sign-in it belongs to."""

    code: Secret
    state: Secret


@dataclass(frozen=True, slots=True)
class CodeDeniedResponse:
    """The page ended without a code (RFC 6749, section 4.1.2.1).

    error: "access_denied" where the person chose so; else what X says. state: None where left out.
    """

    error: str
    words: str = ""
    state: Secret | None = None


OAuth2Response = CodeResponse | CodeDeniedResponse


def parse_oauth2_response(text: str) -> OAuth2Response:
    """Understand the address that the browser ended on, or its part behind the question mark.

    Raises:
        AnswerError: nothing of that kind; the message says what to look for.
    """
    clean = text.translate(_INVISIBLE).strip().strip("\"'<>").strip()
    if not clean:
        raise CallbackResponseError(
            "Paste the whole address of the page that the browser ended on."
        )
    if "=" not in clean or len(clean) > _LONGEST:
        raise CallbackResponseError(
            "This is no address of a sign-in. Copy all of it from the browser."
        )
    return code_answer(_fields(clean))


def _fields(text: str) -> Mapping[str, str]:
    damaged = CallbackResponseError("This address is damaged. Copy it again from the browser.")
    try:
        query = urlsplit(text).query or text.lstrip("?")
        fields = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise damaged from error
    values = dict(fields)
    if len(values) != len(fields):
        raise CallbackResponseError(
            "This address names a value twice. Copy it again from the browser."
        )
    return values


def code_answer(values: Mapping[str, str]) -> OAuth2Response:
    """Read the fields of a callback.

    Raises:
        AnswerError: they are of no callback of OAuth 2.0.
    """
    code, state, error = (values.get(name, "").strip() for name in ("code", "state", "error"))
    if error and not code:
        known = error if _ERROR.fullmatch(error) else "unknown"
        words = values.get("error_description", "")[:200]
        return CodeDeniedResponse(known, words, Secret(state) if state else None)
    if values.get("code_challenge"):
        raise CallbackResponseError(
            "This is the address of the sign-in page, not of the page after approving."
        )
    if not (code and state) or error or not _CODE.fullmatch(code):
        raise CallbackResponseError("This address carries no sign-in. Copy the one you ended on.")
    return CodeResponse(Secret(code), Secret(state))
