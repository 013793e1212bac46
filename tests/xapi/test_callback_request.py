"""Proves that no bytes make the evaluation of callbacks fail, or pass it by accident."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.callback_request import CallbackStatus, ExpectedCallback, evaluate_request

TOKEN = Secret("9Npq8Invented_Token-000x")
RIGHT = f"/callback?oauth_token={TOKEN.reveal()}&oauth_verifier=InventedVerifier0000000000000032"
DENIED = f"/callback?denied={TOKEN.reveal()}"
PIECES = st.sampled_from(
    [
        "GET ",
        "POST ",
        RIGHT,
        DENIED,
        "/callback",
        "?",
        "&",
        "=",
        " HTTP/1.1",
        "\r\n",
        "\n",
        "Host: ",
        "h:1",
        "Sec-Fetch-Mode: cors",
        "oauth_token=",
        TOKEN.reveal(),
        "oauth_verifier=",
        "%",
        "\x00",
        " ",
    ]
)


APPROVED = f"GET {RIGHT} HTTP/1.1\r\nHost: h:1\r\n\r\n"
ALMOST = st.tuples(st.integers(0, len(APPROVED)), st.lists(PIECES, max_size=2)).map(
    lambda drawn: f"{APPROVED[: drawn[0]]}{''.join(drawn[1])}{APPROVED[drawn[0] :]}".encode()
)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@example(APPROVED.encode())
@given(
    st.lists(PIECES, max_size=14).map(lambda parts: "".join(parts).encode())
    | ALMOST
    | st.binary(max_size=80)
)
def test_the_callback_parser_is_total_and_strict(head: bytes) -> None:
    result = evaluate_request(head, ExpectedCallback("h:1", "/callback", TOKEN))
    assert (result.response is None) == (result.status is not CallbackStatus.APPROVED)
    if result.response is not None:
        assert re.search(rb"\r\nHost: +h:1", head)
        assert TOKEN.reveal().encode() in head


def test_the_pieces_can_make_a_right_request() -> None:
    for target in (RIGHT, DENIED):
        head = f"GET {target} HTTP/1.1\r\nHost: h:1\r\n\r\n".encode()
        assert (
            evaluate_request(head, ExpectedCallback("h:1", "/callback", TOKEN)).status
            is CallbackStatus.APPROVED
        )
        assert evaluate_request(head, ExpectedCallback("h:1", "/callback", None)).response is None
