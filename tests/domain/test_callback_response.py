"""PIN, verifier or address: every form of a response that people paste is parsed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twauth_gui.domain.callback_response import (
    CallbackResponseError,
    DeniedResponse,
    VerifierResponse,
    parse_oauth1_response,
)
from twauth_gui.domain.secret import Secret


@pytest.mark.parametrize(
    ("text", "verifier"),
    [
        ("4829163", "4829163"),
        (" 0029163\n", "0029163"),
        ("482 9163", "4829163"),
        ("482-9163", "4829163"),
        ("\u200b4829163\ufeff", "4829163"),
        ("OW1tQWzqk03cCKOpE9nyo1jY31zPiqAm", "OW1tQWzqk03cCKOpE9nyo1jY31zPiqAm"),
    ],
)
def test_pin_or_verifier(text: str, verifier: str) -> None:
    assert parse_oauth1_response(text) == VerifierResponse(Secret(verifier))


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8739/callback?oauth_token=T-k_1&oauth_verifier=V9",
        "https://bots.example/cb?oauth_verifier=V9&oauth_token=T-k_1",
        "?oauth_token=T-k_1&oauth_verifier=V9",
        "oauth_token=T-k_1&oauth_verifier=V9",
    ],
)
def test_address_carries_token_and_verifier(text: str) -> None:
    assert parse_oauth1_response(text) == VerifierResponse(Secret("V9"), Secret("T-k_1"))


def test_a_denial_is_a_response() -> None:
    assert parse_oauth1_response("http://127.0.0.1:8739/callback?denied=T1") == DeniedResponse(
        Secret("T1")
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "Type the PIN"),
        ("my pin?", "not a PIN"),
        ("12", "not a PIN"),
        ("https://api.x.com/oauth/authorize?oauth_token=T1", "sign-in page"),
        ("https://bots.example/?a=1", "carries no sign-in"),
        ("http://127.0.0.1/?oauth_token=a&oauth_token=b&oauth_verifier=c", "twice"),
        ("http://[::1/?oauth_token=a", "damaged"),
    ],
)
def test_anything_else_says_what_to_look_for(text: str, hint: str) -> None:
    with pytest.raises(CallbackResponseError, match=hint):
        parse_oauth1_response(text)


@example("4829163")
@example("?denied=T-k_1")
@given(st.text() | st.text("0123456789- \u200b") | st.text("oauth_tkenvrifd=&?"))
def test_any_text_is_a_response_or_a_hint(text: str) -> None:
    try:
        answer = parse_oauth1_response(text)
    except CallbackResponseError:
        return
    assert isinstance(answer, DeniedResponse) or answer.verifier
