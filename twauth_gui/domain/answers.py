"""Reads what a person brings back from a sign-in page of either kind."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from twauth_gui.domain.answer import CallbackResponseError, OAuth1Response, parse_oauth1_response
from twauth_gui.domain.code_answer import OAuth2Response, parse_oauth2_response
from twauth_gui.domain.credential_kind import CredentialKind


def read_address(text: str) -> OAuth1Response | OAuth2Response:
    """Understand the address that a page ended on, of whichever kind its sign-in is.

    Raises:
        AnswerError: it carries no answer.
    """
    try:
        fields = dict(parse_qsl(urlsplit(text).query, keep_blank_values=True))
    except ValueError as error:
        raise CallbackResponseError(
            "This address is damaged. Copy it again from the browser."
        ) from error
    is_code = {"code", "state", "error"} & set(fields)
    return parse_oauth2_response(text) if is_code else parse_oauth1_response(text)


def read_brought_back(kind: CredentialKind, text: str) -> OAuth1Response | OAuth2Response:
    """Understand what was typed or pasted.

    Raises:
        AnswerError: it is nothing that this kind of sign-in ends with; the message says what is.
    """
    return (
        parse_oauth1_response(text)
        if kind is CredentialKind.OAUTH1
        else parse_oauth2_response(text)
    )
