"""Proves that what comes back from OAuth 2.0's page is understood, or refused in words."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sample_credentials import AUTHORIZATION_CODE, AUTHORIZATION_REQUEST, CALLBACK
from twauth_gui.domain.callback_response import (
    CallbackResponseError,
    CodeDeniedResponse,
    CodeResponse,
    OAuth2Response,
    parse_oauth2_response,
)
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.callback_request import CallbackStatus, ExpectedCallback, evaluate_request
from twauth_gui.xapi.oauth2 import check_code_response

STATE, APPROVED = (
    AUTHORIZATION_REQUEST.state,
    CodeResponse(AUTHORIZATION_CODE, AUTHORIZATION_REQUEST.state),
)
QUERY = urlencode({"state": STATE.reveal(), "code": AUTHORIZATION_CODE.reveal()})


@pytest.mark.parametrize(
    "text",
    [
        f"{CALLBACK}?{QUERY}",
        f"  <{CALLBACK}?{QUERY}>\n",
        f'"{CALLBACK}?{QUERY}#_=_"',
        f"?{QUERY}",
        QUERY,
        f"https://bots.fernwick.example/back?{QUERY}&extra=",
        f"{CALLBACK}?\u200b{QUERY}",
    ],
)
def test_the_address_that_the_browser_ended_on(text: str) -> None:
    assert parse_oauth2_response(text) == APPROVED


def test_a_refusal_with_and_without_its_state() -> None:
    full = f"{CALLBACK}?error=access_denied&error_description=No+thanks&state={STATE.reveal()}"
    assert parse_oauth2_response(full) == CodeDeniedResponse("access_denied", "No thanks", STATE)
    assert parse_oauth2_response(f"{CALLBACK}?error=access_denied") == CodeDeniedResponse(
        "access_denied"
    )
    odd = parse_oauth2_response(f"{CALLBACK}?error=%3Cscript%3E&state=x")
    assert odd == CodeDeniedResponse("unknown", "", Secret("x"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "1234567",
        CALLBACK,
        f"{CALLBACK}?code={AUTHORIZATION_CODE.reveal()}",
        f"{CALLBACK}?state={STATE.reveal()}",
        f"{CALLBACK}?{QUERY}&code=other",
        f"{CALLBACK}?{QUERY}&error=access_denied",
        f"{CALLBACK}?code=a%20b&state=c",
        f"{CALLBACK}?oauth_token=a&oauth_verifier=b",
        "https://x.com/i/oauth2/authorize?state=a&code_challenge=b&response_type=code",
        "http://[::1?code=a&state=b",
        "code=a&state=b&" + "x=1&" * 20,
        f"code={'a' * 5000}&state=b",
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(CallbackResponseError) as caught:
        parse_oauth2_response(text)
    assert str(caught.value).endswith(".")
    assert AUTHORIZATION_CODE.reveal() not in str(caught.value)


PIECES = st.sampled_from(
    ["code=", "state=", "error=", "&", "?", "=", "http://", "[", "%", "#", "a", STATE.reveal()]
)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=16).map("".join) | st.text(max_size=60))
def test_the_parser_is_total(text: str) -> None:
    try:
        answer = parse_oauth2_response(text)
    except CallbackResponseError:
        return
    assert isinstance(answer, CodeDeniedResponse) or (answer.code and answer.state)


@pytest.mark.slow
@settings(max_examples=800, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_listener_takes_nothing_without_the_state(query: str) -> None:
    head = f"GET /callback?{query} HTTP/1.1\r\nHost: h:1\r\n\r\n".encode()
    result = evaluate_request(head, ExpectedCallback("h:1", "/callback", state=STATE))
    assert (result.response is None) == (result.status is not CallbackStatus.APPROVED)
    assert result.response is None or STATE.reveal() in query
    assert (
        evaluate_request(head, ExpectedCallback("h:1", "/callback", Secret("token"))).response
        is None
    )


def test_the_response_must_be_of_this_sign_in() -> None:
    assert check_code_response(AUTHORIZATION_REQUEST, APPROVED) == AUTHORIZATION_CODE
    refusals: dict[OAuth2Response, ProblemKind] = {
        CodeResponse(AUTHORIZATION_CODE, Secret("another")): ProblemKind.WRONG_RESPONSE,
        CodeDeniedResponse("access_denied", "", Secret("another")): ProblemKind.WRONG_RESPONSE,
        CodeDeniedResponse("access_denied", "", STATE): ProblemKind.DENIED,
        CodeDeniedResponse("access_denied"): ProblemKind.DENIED,
        CodeDeniedResponse("invalid_scope", "", STATE): ProblemKind.APP_NOT_PERMITTED,
        CodeDeniedResponse("unauthorized_client", "", STATE): ProblemKind.WRONG_KEYS,
        CodeDeniedResponse("temporarily_unavailable", "", STATE): ProblemKind.X_DOWN,
        CodeDeniedResponse("server_error", "", STATE): ProblemKind.X_DOWN,
        CodeDeniedResponse("unknown", "Went wrong.", STATE): ProblemKind.UNKNOWN,
    }
    for answer, kind in refusals.items():
        with pytest.raises(DiagnosedError) as caught:
            check_code_response(AUTHORIZATION_REQUEST, answer)
        assert caught.value.diagnosis.kind is kind
        assert "None" not in caught.value.diagnosis.to_sentence()
