"""Reads what a person brings back from a sign-in page of either kind."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from twauth_gui.domain.answer import Answer, AnswerError, parse_answer
from twauth_gui.domain.code_answer import CodeAnswer, parse_code_answer
from twauth_gui.domain.credential_kind import CredentialKind


def read_address(text: str) -> Answer | CodeAnswer:
    """Understand the address that a page ended on, of whichever kind its sign-in is.

    Raises:
        AnswerError: it carries no answer.
    """
    try:
        fields = dict(parse_qsl(urlsplit(text).query, keep_blank_values=True))
    except ValueError as error:
        raise AnswerError("This address is damaged. Copy it again from the browser.") from error
    is_code = {"code", "state", "error"} & set(fields)
    return parse_code_answer(text) if is_code else parse_answer(text)


def read_brought_back(kind: CredentialKind, text: str) -> Answer | CodeAnswer:
    """Understand what was typed or pasted.

    Raises:
        AnswerError: it is nothing that this kind of sign-in ends with; the message says what is.
    """
    return parse_answer(text) if kind is CredentialKind.OAUTH1 else parse_code_answer(text)
