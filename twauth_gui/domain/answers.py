"""Reads what a person brings back from a sign-in page of either kind."""

from __future__ import annotations

from twauth_gui.domain.answer import Answer, parse_answer
from twauth_gui.domain.code_answer import CodeAnswer, parse_code_answer
from twauth_gui.domain.credential_kind import CredentialKind


def read_brought_back(kind: CredentialKind, text: str) -> Answer | CodeAnswer:
    """Understand what was typed or pasted.

    Raises:
        AnswerError: it is nothing that this kind of sign-in ends with; the message says what is.
    """
    return parse_answer(text) if kind is CredentialKind.OAUTH1 else parse_code_answer(text)
