"""Proves that no request, however odd, makes the server fail."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.test_server import raw
from twauth_gui.sandbox.accounts import DEMO_ACCOUNTS
from twauth_gui.sandbox.dispatcher import ROUTES, respond
from twauth_gui.sandbox.faults import FAULTS, FaultState
from twauth_gui.sandbox.http_messages import Request
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.scopes import SCOPES
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.settings import (
    API_KEY,
    API_SECRET,
    CALLBACKS,
    CLIENT_ID,
    CLIENT_SECRET,
    SandboxSettings,
)
from twauth_gui.sandbox.state import SandboxState
from twauth_gui.sandbox.token_codec import OAuth2TokenCodec

PLAIN = SandboxSettings()
BASE = "http://127.0.0.1:8740"
PATHS = st.sampled_from([route.pattern.replace("{id}", "12") for route in ROUTES]) | st.text(
    st.characters(max_codepoint=255)
).map(lambda path: f"/{path}")
LATIN = st.text(st.characters(max_codepoint=255), max_size=60)
OAUTH = st.dictionaries(
    st.sampled_from(
        [
            "oauth_token",
            "oauth_nonce",
            "oauth_timestamp",
            "oauth_signature",
            "oauth_version",
            "oauth_callback",
            "realm",
        ]
    ),
    LATIN | st.sampled_from(["1.0", "9" * 5000, "1", "²", "%ff%00", API_KEY]),
).map(
    lambda found: (
        f'OAuth oauth_consumer_key="{API_KEY}", oauth_signature_method="HMAC-SHA1", '
        + ", ".join(f'{name}="{value}"' for name, value in found.items())
    )
)
NAMES = st.lists(st.sampled_from([fault.name for fault in FAULTS]), max_size=8)
MAKER = OAuth2TokenCodec(PLAIN.seed, CLIENT_ID)
GRANT = MAKER.new_grant(DEMO_ACCOUNTS[0], SCOPES)
REFRESH = MAKER.make("refresh", GRANT, 1e9)
TOKENS = [f"Bearer {MAKER.make('access', GRANT, 1e9)}", f"Bearer {REFRESH}"]


def basic(name: str, secret: str) -> str:
    return f"Basic {b64encode(f'{name}:{secret}'.encode()).decode()}"


APP_BASIC, CLIENT_BASIC = basic(API_KEY, API_SECRET), basic(CLIENT_ID, CLIENT_SECRET)
OAUTH2 = st.dictionaries(
    st.sampled_from(
        [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "code_challenge",
            "grant_type",
            "refresh_token",
            "token",
            "token_type_hint",
            "code",
            "code_verifier",
            "action",
            "handle",
        ]
    ),
    LATIN
    | st.sampled_from(["code", CLIENT_ID, CALLBACKS[0], "tweet.read offline.access", REFRESH])
    | st.sampled_from(["authorization_code", "refresh_token", "log_in", "allow", "refuse"]),
).map(urlencode)
HEADERS = st.fixed_dictionaries(
    {"host": st.sampled_from(["127.0.0.1:8740", "x"])},
    optional={
        "authorization": LATIN
        | OAUTH
        | st.sampled_from([APP_BASIC, CLIENT_BASIC, *TOKENS])
        | LATIN.map(lambda x: f"Basic {x}")
        | LATIN.map(lambda x: f"Bearer {x}"),
        "x-twauth-fault": LATIN | NAMES.map(",".join),
        "content-type": LATIN
        | st.sampled_from(["application/x-www-form-urlencoded", "application/json"]),
        "cookie": LATIN | LATIN.map(lambda x: f"twauth_sandbox_8740={x}"),
        "origin": LATIN,
    },
)
BODIES = (
    st.binary(max_size=80)
    | OAUTH2.map(str.encode)
    | st.sampled_from(
        [b"&" * 300, b"a=%ff&" * 300, b"action=log_in&handle=%00&oauth_token=x", b"grant_type"]
    )
)


@settings(deadline=None)
@given(
    request=st.builds(
        Request,
        st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
        PATHS,
        LATIN | OAUTH2,
        HEADERS,
        BODIES,
    ),
    now=st.floats(0, 1e10) | st.just(1e9),
    names=NAMES,
)
def test_every_request_gets_a_response(request: Request, now: float, names: list[str]) -> None:
    """Whatever is asked, whatever is broken: 503 is the only answer of 500 or more."""
    state, board = SandboxState(), FaultState(replace(PLAIN, allow_request_faults=len(names) > 4))
    for on in ((), names):
        board.set_active(on)
        answer = respond(RequestContext(BASE, board.settings, state, now, board), request)
        assert 200 <= answer.status < 500 or (
            answer.status == 503 and b"503 Service" in answer.body
        )
        assert b"\r" not in answer.content_type.encode()
        assert not any(set(value) & set("\r\n") for _, value in answer.headers)


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(0) as running:
        yield running


@settings(deadline=None, max_examples=60)
@given(head=st.binary(max_size=60), authorization=LATIN | OAUTH, body=BODIES)
def test_bytes_do_not_stop_the_server(
    server: Sandbox, head: bytes, authorization: str, body: bytes
) -> None:
    raw(server, head + b"\r\n\r\n")
    header = authorization.encode("latin-1").replace(b"\n", b" ").replace(b"\r", b" ")
    request = (
        b"POST /oauth/request_token HTTP/1.1\r\nAuthorization: %b\r\nContent-Length: %d\r\n\r\n"
    )
    answer = raw(server, request % (header, len(body)) + body)
    assert answer.startswith(b"HTTP/1.1 4")


QUICK = [f.name for f in FAULTS if f.name not in {"latency", "slow-drip", "oversized-body"}]
OPENED = st.sampled_from(
    [
        b"GET / HTTP/1.1\r\nHost: x",
        b"GET /2/users/me HTTP/1.1",
        b"POST /oauth/request_token HTTP/1.1",
        b"POST /2/oauth2/token HTTP/1.1",
        b"GET /i/oauth2/authorize?client_id=x HTTP/1.1",
        b"HEAD /elsewhere HTTP/1.1",
        b"nonsense",
    ]
)


@settings(deadline=None, max_examples=60)
@given(names=st.sets(st.sampled_from(QUICK), max_size=5), opened=OPENED, authorization=OAUTH)
def test_faults_do_not_stop_the_server(
    server: Sandbox, names: set[str], opened: bytes, authorization: str
) -> None:
    server.enable_faults(*names)
    header = authorization.encode("latin-1").replace(b"\n", b" ").replace(b"\r", b" ")
    try:
        answer = raw(server, b"%b\r\nAuthorization: %b\r\n\r\n" % (opened, header))
    except OSError:  # reset, perhaps before all was said
        answer = b""
    server.disable_faults()
    assert not answer or answer.startswith(b"HTTP/1.1 ")
    assert not answer.startswith(b"HTTP/1.1 500")
    assert b"Traceback" not in answer
    assert raw(server, b"GET /sandbox.json HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
