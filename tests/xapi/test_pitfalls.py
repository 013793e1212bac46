"""Proves that none of tweepy's pitfalls is fallen into: one test for each, by the usual numbers.

P1 to P16: a handler used twice, calls without an end, sessions replaced, state only in memory,
blanks that are signed, talkative logs, netrc, lost reasons, waiting by itself, the wrong kind of
user, fixed hosts, no way to revoke, a lost refusal of the bearer, OAuth 2.0 made anew, odd keys,
async.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
import warnings
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.xapi.bodies import HOTEL, codes
from tests.xapi.canned import Canned
from tests.xapi.certificates import NAME, Authority, Wanted
from tests.xapi.over_network import PROXIED, V1, line
from tests.xapi.relays import HttpProxy
from tests.xapi.samples import (
    ACCESS_BODY,
    BEGUN,
    CALLBACK,
    CODE,
    CONFIDENTIAL,
    CREDENTIALS,
    HTML_HEADERS,
    KEYS,
    PUBLIC,
    REQUEST,
    TOKEN_BODY,
    TOKENS,
    all_text,
)
from twauth_gui.domain.answer import (
    DeniedResponse,
    OAuth1Response,
    VerifierResponse,
    parse_oauth1_response,
)
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import CodeResponse
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.domain.oauth2 import TokenHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.app_only import mint
from twauth_gui.xapi.identity import verify, verify_oauth2
from twauth_gui.xapi.oauth1 import check_answer, exchange_verifier, obtain_request_token
from twauth_gui.xapi.quiet import quiet_libraries
from twauth_gui.xapi.revocation import invalidate
from twauth_gui.xapi.session import new_session

PIN = Secret("1234567")


def refused(canned: Canned) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        verify(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    return caught.value.diagnosis


def test_p1_the_callback_is_sent_every_time_and_no_stale_token(canned: Canned) -> None:
    canned.says(200, TOKEN_BODY, HTML_HEADERS)
    for callback in (CALLBACK, "oob", ""):
        token = obtain_request_token(canned.hosts, KEYS, callback, CancelToken())
        assert token == type(token)(REQUEST.token, REQUEST.secret, callback or "oob")
    sent = [request.oauth for request in canned.requests]
    assert [oauth["oauth_callback"] for oauth in sent] == [CALLBACK, "oob", "oob"]
    assert not any("oauth_token" in oauth for oauth in sent)
    assert {request.method for request in canned.requests} == {"POST"}
    assert {request.target for request in canned.requests} == {"/oauth/request_token"}


def test_p2_every_call_has_an_end() -> None:
    over = CallSettings(NetworkSettings(read_seconds=0.1, total_seconds=0.2))
    cancel = CancelToken()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = Hosts.at(f"http://127.0.0.1:{silent.getsockname()[1]}")
        for call in (
            lambda: obtain_request_token(hosts, KEYS, "oob", cancel, line=over),
            lambda: exchange_verifier(hosts, KEYS, REQUEST, PIN, cancel, line=over),
            lambda: verify(hosts, KEYS, CREDENTIALS, cancel, line=over),
            lambda: invalidate(hosts, KEYS, CREDENTIALS, cancel, line=over),
            lambda: mint(hosts, KEYS, cancel, line=over),
            lambda: verify_oauth2(hosts, TOKENS.access, cancel, line=over),
            lambda: oauth2.refresh(hosts, PUBLIC, TOKENS, cancel, line=over),
        ):
            begun = time.monotonic()
            with pytest.raises(DiagnosedError) as caught:
                call()
            assert caught.value.diagnosis.kind is ProblemKind.TIMED_OUT
            assert time.monotonic() - begun < 10


def test_p3_the_second_step_keeps_the_proxy_and_the_certificates(
    authority: Authority, plain_environment: None
) -> None:
    with Canned(tls=authority.context(Wanted(NAME))) as server, HttpProxy(server.port) as proxy:
        server.says(200, ACCESS_BODY, HTML_HEADERS)
        over = line(authority, proxy.url)
        grant = exchange_verifier(PROXIED, KEYS, REQUEST, PIN, CancelToken(), line=over)
    assert grant.handle == "fernwick_news"
    assert len(proxy.heads) == 1


def test_p4_the_answer_must_be_of_this_sign_in() -> None:
    verifier = Secret("InventedVerifier00000000000000032")
    assert check_answer(REQUEST, VerifierResponse(verifier)) == verifier
    assert check_answer(REQUEST, VerifierResponse(verifier, REQUEST.token)) == verifier
    cases: dict[OAuth1Response, ProblemKind] = {
        VerifierResponse(verifier, Secret("another")): ProblemKind.WRONG_ANSWER,
        DeniedResponse(Secret("another")): ProblemKind.WRONG_ANSWER,
        DeniedResponse(REQUEST.token): ProblemKind.DENIED,
        DeniedResponse(): ProblemKind.DENIED,
        parse_oauth1_response(f"{CALLBACK}?denied={REQUEST.token.reveal()}"): ProblemKind.DENIED,
    }
    for answer, kind in cases.items():
        with pytest.raises(DiagnosedError) as caught:
            check_answer(REQUEST, answer)
        assert caught.value.diagnosis.kind is kind
        assert verifier.reveal() not in all_text(caught.value.diagnosis)


def test_p5_keys_are_stripped_and_broken_ones_never_sent(canned: Canned) -> None:
    canned.says(200, TOKEN_BODY, HTML_HEADERS)
    wide = AppKeys(Secret("  Zz0Invented0Key0000000025\n"), Secret("\tsecret "))
    obtain_request_token(canned.hosts, wide, "oob", CancelToken())
    assert canned.requests[0].oauth["oauth_consumer_key"] == "Zz0Invented0Key0000000025"
    for key, secret in (
        ("", "secret"),
        ("key", " "),
        ("ke y", "secret"),
        ("kéy", "s"),
        ("a\x00", "s"),
    ):
        with pytest.raises(DiagnosedError) as caught:
            obtain_request_token(
                canned.hosts, AppKeys(Secret(key), Secret(secret)), "oob", CancelToken()
            )
        assert caught.value.diagnosis.kind is ProblemKind.WRONG_KEYS
    assert len(canned.requests) == 1


def test_p6_a_whole_sign_in_logs_nothing(canned: Canned, caplog: pytest.LogCaptureFixture) -> None:
    quiet_libraries()
    canned.says(200, TOKEN_BODY, path="/oauth/request_token")
    canned.says(200, ACCESS_BODY, path="/oauth/access_token")
    canned.says(200, '{"id":1,"screen_name":"fernwick_news"}')
    with caplog.at_level(logging.DEBUG):
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
        exchange_verifier(canned.hosts, KEYS, REQUEST, Secret("1234567"), CancelToken())
        verify(canned.hosts, KEYS, CREDENTIALS, CancelToken())
        canned.says(200, '{"token_type":"bearer","access_token":"fresh","refresh_token":"new"}')
        oauth2.exchange(canned.hosts, CONFIDENTIAL, BEGUN, CODE, CancelToken())
        oauth2.refresh(canned.hosts, PUBLIC, TOKENS, CancelToken())
        oauth2.revoke(canned.hosts, PUBLIC, TOKENS.access, TokenHint.ACCESS, CancelToken())
        mint(canned.hosts, KEYS, CancelToken())
    assert len(canned.requests) == 7
    assert not caplog.records


def test_p7_netrc_is_not_read(
    canned: Canned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", str(file))
    canned.says(200, "{}")
    with new_session(canned.hosts) as session:
        session.get(f"{canned.url}/2/users/me", headers={"Authorization": "Bearer own"})
    assert canned.requests[0].headers["Authorization"] == "Bearer own"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, '{"errors":"User has been suspended."}', ProblemKind.ACCOUNT_SUSPENDED),
        (403, '["User has been suspended."]', ProblemKind.ACCOUNT_SUSPENDED),
        (403, '"Your account is temporarily locked."', ProblemKind.ACCOUNT_LOCKED),
        (402, '{"type":"https://api.x.com/2/problems/credits"}', ProblemKind.NO_CREDITS),
        (200, HOTEL, ProblemKind.NOT_X),
    ],
)
def test_p8_no_form_of_a_body_hides_the_reason(
    canned: Canned, status: int, body: str, kind: ProblemKind
) -> None:
    canned.says(status, body)
    found = refused(canned)
    assert found.kind is kind
    assert found.evidence.status == status


def test_p9_a_limit_is_a_value_and_nobody_waits_or_asks_again(canned: Canned) -> None:
    reset = int(time.time()) + 600
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
    canned.says(429, codes(88, "Rate limit exceeded"), headers)
    begun = time.monotonic()
    found = refused(canned)
    assert time.monotonic() - begun < 60
    assert found.kind is ProblemKind.RATE_LIMITED
    assert found.wait_until is not None
    assert found.wait_until.timestamp() == reset
    assert len(canned.requests) == 1


def test_p10_each_kind_of_token_signs_its_own_way(canned: Canned) -> None:
    canned.says(404, "", path="/1.1/account/verify_credentials.json")
    canned.says(200, '{"data":{"id":"17","username":"fernwick_news","name":"Fernwick"}}')
    verify(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    verify_oauth2(canned.hosts, TOKENS.access, CancelToken())
    first, second = (request.headers["Authorization"] for request in canned.requests[1:])
    assert first.startswith("OAuth ")
    assert second == f"Bearer {TOKENS.access.reveal()}"


def test_p11_the_host_is_the_apps_with_its_scheme(canned: Canned) -> None:
    canned.says(200, V1)
    verify(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    (request,) = canned.requests
    assert request.headers["Host"] == canned.url.removeprefix("http://")
    assert request.oauth["oauth_signature"]


def test_p12_a_token_can_be_ended_at_the_right_path(canned: Canned) -> None:
    canned.says(200, '{"access_token":"ended"}')
    invalidate(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    (request,) = canned.requests
    assert (request.method, request.target) == ("POST", "/1.1/oauth/invalidate_token.json")
    assert request.oauth["oauth_token"] == CREDENTIALS.access_token.reveal()
    canned.says(200, HOTEL)
    with pytest.raises(DiagnosedError) as caught:
        invalidate(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.NOT_X


def test_p13_a_refused_bearer_says_why(canned: Canned) -> None:
    told: list[ProblemKind] = []
    for status, body in (
        (403, codes(99, "Unable to verify your credentials")),
        (429, codes(88, "Rate limit exceeded")),
        (503, "<html><p>Over capacity</p></html>"),
    ):
        canned.says(status, body)
        with pytest.raises(DiagnosedError) as caught:
            mint(canned.hosts, KEYS, CancelToken())
        told.append(caught.value.diagnosis.kind)
    assert told == [ProblemKind.WRONG_KEYS, ProblemKind.RATE_LIMITED, ProblemKind.X_DOWN]


def test_p14_a_sign_in_made_anew_from_what_was_kept_proves_itself(canned: Canned) -> None:
    canned.says(200, '{"access_token":"t","token_type":"bearer","scope":"users.read"}')
    with pytest.raises(DiagnosedError) as caught:
        oauth2.check_code_answer(BEGUN, CodeResponse(CODE, Secret("another")))
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_ANSWER
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # fewer scopes are no accident
        tokens = oauth2.exchange(canned.hosts, PUBLIC, BEGUN, CODE, CancelToken())
    assert tokens.scopes == ("users.read",)
    form = parse_qs(canned.requests[0].body.decode())
    assert form["code_verifier"] == [BEGUN.code_verifier.reveal()]
    canned.says(
        400,
        '{"error":"invalid_request","error_description":"Missing required parameter '
        '[code_verifier]."}',
    )
    with pytest.raises(DiagnosedError) as caught:
        oauth2.exchange(canned.hosts, PUBLIC, BEGUN, CODE, CancelToken())
    assert caught.value.diagnosis.evidence.status == 400


def test_p15_odd_keys_are_told_before_they_are_signed(canned: Canned) -> None:
    canned.says(200, V1)
    for odd in ("k\u00e9y", "\u200bkey", "key\x00"):
        keys = AppKeys(Secret(odd), KEYS.api_secret)
        with pytest.raises(DiagnosedError) as caught:
            verify(canned.hosts, keys, CREDENTIALS, CancelToken())
        assert caught.value.diagnosis.kind is ProblemKind.WRONG_KEYS
    assert not canned.requests


def test_p16_nothing_asks_for_tweepys_async_extra() -> None:
    program = (
        "import importlib, pkgutil, sys, twauth_gui.xapi as room;"
        "[importlib.import_module(f'{room.__name__}.{one.name}')"
        " for one in pkgutil.iter_modules(room.__path__)];"
        "sys.exit(any(name in sys.modules for name in ('tweepy.asynchronous', 'aiohttp')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
