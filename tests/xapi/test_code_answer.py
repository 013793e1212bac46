"""Proves that what comes back from OAuth 2.0's page is understood, or refused in words."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xapi.samples import BEGUN, CALLBACK, CODE
from twauth_gui.domain.answer import AnswerError
from twauth_gui.domain.code_answer import CodeAnswer, CodeApproved, CodeRefused, parse_code_answer
from twauth_gui.domain.diagnosis import DiagnosedError, Kind
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.callback_request import Expectation, Verdict, judge
from twauth_gui.xapi.oauth2 import check_code_answer

STATE, APPROVED = BEGUN.state, CodeApproved(CODE, BEGUN.state)
QUERY = urlencode({"state": STATE.reveal(), "code": CODE.reveal()})


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
    assert parse_code_answer(text) == APPROVED


def test_a_refusal_with_and_without_its_state() -> None:
    full = f"{CALLBACK}?error=access_denied&error_description=No+thanks&state={STATE.reveal()}"
    assert parse_code_answer(full) == CodeRefused("access_denied", "No thanks", STATE)
    assert parse_code_answer(f"{CALLBACK}?error=access_denied") == CodeRefused("access_denied")
    odd = parse_code_answer(f"{CALLBACK}?error=%3Cscript%3E&state=x")
    assert odd == CodeRefused("unknown", "", Secret("x"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "1234567",
        CALLBACK,
        f"{CALLBACK}?code={CODE.reveal()}",
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
    with pytest.raises(AnswerError) as caught:
        parse_code_answer(text)
    assert str(caught.value).endswith(".")
    assert CODE.reveal() not in str(caught.value)


PIECES = st.sampled_from(
    ["code=", "state=", "error=", "&", "?", "=", "http://", "[", "%", "#", "a", STATE.reveal()]
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=16).map("".join) | st.text(max_size=60))
def test_the_parser_is_total(text: str) -> None:
    try:
        answer = parse_code_answer(text)
    except AnswerError:
        return
    assert isinstance(answer, CodeRefused) or (answer.code and answer.state)


@settings(max_examples=800, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_listener_takes_nothing_without_the_state(query: str) -> None:
    head = f"GET /callback?{query} HTTP/1.1\r\nHost: h:1\r\n\r\n".encode()
    judgement = judge(head, Expectation("h:1", "/callback", state=STATE))
    assert (judgement.answer is None) == (judgement.verdict is not Verdict.APPROVED)
    assert judgement.answer is None or STATE.reveal() in query
    assert judge(head, Expectation("h:1", "/callback", Secret("token"))).answer is None


def test_the_answer_must_be_of_this_sign_in() -> None:
    assert check_code_answer(BEGUN, APPROVED) == CODE
    refusals: dict[CodeAnswer, Kind] = {
        CodeApproved(CODE, Secret("another")): Kind.WRONG_ANSWER,
        CodeRefused("access_denied", "", Secret("another")): Kind.WRONG_ANSWER,
        CodeRefused("access_denied", "", STATE): Kind.DENIED,
        CodeRefused("access_denied"): Kind.DENIED,
        CodeRefused("invalid_scope", "", STATE): Kind.APP_NOT_PERMITTED,
        CodeRefused("unauthorized_client", "", STATE): Kind.WRONG_KEYS,
        CodeRefused("temporarily_unavailable", "", STATE): Kind.X_DOWN,
        CodeRefused("server_error", "", STATE): Kind.X_DOWN,
        CodeRefused("unknown", "Went wrong.", STATE): Kind.UNKNOWN,
    }
    for answer, kind in refusals.items():
        with pytest.raises(DiagnosedError) as caught:
            check_code_answer(BEGUN, answer)
        assert caught.value.diagnosis.kind is kind
        assert "None" not in caught.value.diagnosis.sentence()
