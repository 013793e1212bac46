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

from tests.support.certificates import SERVER_NAME, Authority, ServerCertificate
from tests.support.http_servers import CannedServer, HttpProxy
from tests.support.sample_credentials import (
    ACCESS_BODY,
    AUTHORIZATION_CODE,
    AUTHORIZATION_REQUEST,
    CALLBACK,
    CONFIDENTIAL_CLIENT,
    CREDENTIALS,
    HTML_HEADERS,
    KEYS,
    OAUTH2_TOKENS,
    PUBLIC_CLIENT,
    REQUEST_TOKEN,
    TOKEN_BODY,
    read_diagnosis,
)
from tests.xapi.error_bodies import OTHER_PAGE, errors_json
from tests.xapi.network_calls import PROXIED_HOST, USER_BODY, make_call_settings
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.callback_response import (
    CodeResponse,
    DeniedResponse,
    OAuth1Response,
    VerifierResponse,
    parse_oauth1_response,
)
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.domain.oauth2 import TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.bearer_token import obtain_bearer_token
from twauth_gui.xapi.identity import verify_credentials, verify_oauth2_token
from twauth_gui.xapi.oauth1 import (
    check_verifier_response,
    exchange_verifier,
    invalidate_access_token,
    obtain_request_token,
)
from twauth_gui.xapi.redaction import silence_library_loggers
from twauth_gui.xapi.session import new_session

PIN = Secret("1234567")


def diagnose_refusal(canned: CannedServer) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    return caught.value.diagnosis


def test_p1_the_callback_is_sent_every_time_and_no_stale_token(canned: CannedServer) -> None:
    canned.set_reply(200, TOKEN_BODY, HTML_HEADERS)
    for callback in (CALLBACK, "oob", ""):
        token = obtain_request_token(canned.hosts, KEYS, callback, CancelToken())
        assert token == type(token)(REQUEST_TOKEN.token, REQUEST_TOKEN.secret, callback or "oob")
    sent = [request.oauth for request in canned.requests]
    assert [oauth["oauth_callback"] for oauth in sent] == [CALLBACK, "oob", "oob"]
    assert not any("oauth_token" in oauth for oauth in sent)
    assert {request.method for request in canned.requests} == {"POST"}
    assert {request.target for request in canned.requests} == {"/oauth/request_token"}


def test_p2_every_call_has_an_end() -> None:
    over = CallSettings(NetworkSettings(read_seconds=0.1, total_seconds=0.2))
    cancel = CancelToken()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = Hosts.from_api_url(f"http://127.0.0.1:{silent.getsockname()[1]}")
        for call in (
            lambda: obtain_request_token(hosts, KEYS, "oob", cancel, settings=over),
            lambda: exchange_verifier(hosts, KEYS, REQUEST_TOKEN, PIN, cancel, settings=over),
            lambda: verify_credentials(hosts, KEYS, CREDENTIALS, cancel, settings=over),
            lambda: invalidate_access_token(hosts, KEYS, CREDENTIALS, cancel, settings=over),
            lambda: obtain_bearer_token(hosts, KEYS, cancel, settings=over),
            lambda: verify_oauth2_token(hosts, OAUTH2_TOKENS.access_token, cancel, settings=over),
            lambda: oauth2.refresh_tokens(
                hosts, PUBLIC_CLIENT, OAUTH2_TOKENS, cancel, settings=over
            ),
        ):
            started = time.monotonic()
            with pytest.raises(DiagnosedError) as caught:
                call()
            assert caught.value.diagnosis.kind is ProblemKind.TIMED_OUT
            assert time.monotonic() - started < 10


def test_p3_the_second_step_keeps_the_proxy_and_the_certificates(
    authority: Authority, plain_environment: None
) -> None:
    with (
        CannedServer(tls=authority.context(ServerCertificate(SERVER_NAME))) as server,
        HttpProxy(server.port) as proxy,
    ):
        server.set_reply(200, ACCESS_BODY, HTML_HEADERS)
        over = make_call_settings(authority, proxy.url)
        grant = exchange_verifier(
            PROXIED_HOST, KEYS, REQUEST_TOKEN, PIN, CancelToken(), settings=over
        )
    assert grant.handle == "fernwick_news"
    assert len(proxy.heads) == 1


def test_p4_the_response_must_be_of_this_sign_in() -> None:
    verifier = Secret("InventedVerifier00000000000000032")
    assert check_verifier_response(REQUEST_TOKEN, VerifierResponse(verifier)) == verifier
    assert (
        check_verifier_response(REQUEST_TOKEN, VerifierResponse(verifier, REQUEST_TOKEN.token))
        == verifier
    )
    cases: dict[OAuth1Response, ProblemKind] = {
        VerifierResponse(verifier, Secret("another")): ProblemKind.WRONG_RESPONSE,
        DeniedResponse(Secret("another")): ProblemKind.WRONG_RESPONSE,
        DeniedResponse(REQUEST_TOKEN.token): ProblemKind.DENIED,
        DeniedResponse(): ProblemKind.DENIED,
        parse_oauth1_response(
            f"{CALLBACK}?denied={REQUEST_TOKEN.token.reveal()}"
        ): ProblemKind.DENIED,
    }
    for answer, kind in cases.items():
        with pytest.raises(DiagnosedError) as caught:
            check_verifier_response(REQUEST_TOKEN, answer)
        assert caught.value.diagnosis.kind is kind
        assert verifier.reveal() not in read_diagnosis(caught.value.diagnosis)


def test_p5_keys_are_stripped_and_broken_ones_never_sent(canned: CannedServer) -> None:
    canned.set_reply(200, TOKEN_BODY, HTML_HEADERS)
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


def test_p6_a_whole_sign_in_logs_nothing(
    canned: CannedServer, caplog: pytest.LogCaptureFixture
) -> None:
    silence_library_loggers()
    canned.set_reply(200, TOKEN_BODY, path="/oauth/request_token")
    canned.set_reply(200, ACCESS_BODY, path="/oauth/access_token")
    canned.set_reply(200, '{"id":1,"screen_name":"fernwick_news"}')
    with caplog.at_level(logging.DEBUG):
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
        exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("1234567"), CancelToken())
        verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())
        canned.set_reply(
            200, '{"token_type":"bearer","access_token":"fresh","refresh_token":"new"}'
        )
        oauth2.exchange_code(
            canned.hosts,
            CONFIDENTIAL_CLIENT,
            AUTHORIZATION_REQUEST,
            AUTHORIZATION_CODE,
            CancelToken(),
        )
        oauth2.refresh_tokens(canned.hosts, PUBLIC_CLIENT, OAUTH2_TOKENS, CancelToken())
        oauth2.revoke_token(
            canned.hosts,
            PUBLIC_CLIENT,
            OAUTH2_TOKENS.access_token,
            TokenTypeHint.ACCESS,
            CancelToken(),
        )
        obtain_bearer_token(canned.hosts, KEYS, CancelToken())
    assert len(canned.requests) == 7
    assert not caplog.records


def test_p7_netrc_is_not_read(
    canned: CannedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", str(file))
    canned.set_reply(200, "{}")
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
        (200, OTHER_PAGE, ProblemKind.NOT_X),
    ],
)
def test_p8_no_form_of_a_body_hides_the_reason(
    canned: CannedServer, status: int, body: str, kind: ProblemKind
) -> None:
    canned.set_reply(status, body)
    found = diagnose_refusal(canned)
    assert found.kind is kind
    assert found.evidence.status == status


def test_p9_a_limit_is_a_value_and_nobody_waits_or_asks_again(canned: CannedServer) -> None:
    reset = int(time.time()) + 600
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
    canned.set_reply(429, errors_json(88, "Rate limit exceeded"), headers)
    started = time.monotonic()
    found = diagnose_refusal(canned)
    assert time.monotonic() - started < 60
    assert found.kind is ProblemKind.RATE_LIMITED
    assert found.wait_until is not None
    assert found.wait_until.timestamp() == reset
    assert len(canned.requests) == 1


def test_p10_each_kind_of_token_signs_its_own_way(canned: CannedServer) -> None:
    canned.set_reply(404, "", path="/1.1/account/verify_credentials.json")
    canned.set_reply(200, '{"data":{"id":"17","username":"fernwick_news","name":"Fernwick"}}')
    verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    verify_oauth2_token(canned.hosts, OAUTH2_TOKENS.access_token, CancelToken())
    first, second = (request.headers["Authorization"] for request in canned.requests[1:])
    assert first.startswith("OAuth ")
    assert second == f"Bearer {OAUTH2_TOKENS.access_token.reveal()}"


def test_p11_the_host_is_the_apps_with_its_scheme(canned: CannedServer) -> None:
    canned.set_reply(200, USER_BODY)
    verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    (request,) = canned.requests
    assert request.headers["Host"] == canned.url.removeprefix("http://")
    assert request.oauth["oauth_signature"]


def test_p12_a_token_can_be_ended_at_the_right_path(canned: CannedServer) -> None:
    canned.set_reply(200, '{"access_token":"ended"}')
    invalidate_access_token(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    (request,) = canned.requests
    assert (request.method, request.target) == ("POST", "/1.1/oauth/invalidate_token.json")
    assert request.oauth["oauth_token"] == CREDENTIALS.access_token.reveal()
    canned.set_reply(200, OTHER_PAGE)
    with pytest.raises(DiagnosedError) as caught:
        invalidate_access_token(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.NOT_X


def test_p13_a_refused_bearer_says_why(canned: CannedServer) -> None:
    kinds: list[ProblemKind] = []
    for status, body in (
        (403, errors_json(99, "Unable to verify your credentials")),
        (429, errors_json(88, "Rate limit exceeded")),
        (503, "<html><p>Over capacity</p></html>"),
    ):
        canned.set_reply(status, body)
        with pytest.raises(DiagnosedError) as caught:
            obtain_bearer_token(canned.hosts, KEYS, CancelToken())
        kinds.append(caught.value.diagnosis.kind)
    assert kinds == [ProblemKind.WRONG_KEYS, ProblemKind.RATE_LIMITED, ProblemKind.X_DOWN]


def test_p14_a_sign_in_made_anew_from_what_was_kept_proves_itself(canned: CannedServer) -> None:
    canned.set_reply(200, '{"access_token":"t","token_type":"bearer","scope":"users.read"}')
    with pytest.raises(DiagnosedError) as caught:
        oauth2.check_code_response(
            AUTHORIZATION_REQUEST, CodeResponse(AUTHORIZATION_CODE, Secret("another"))
        )
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_RESPONSE
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # fewer scopes are no accident
        tokens = oauth2.exchange_code(
            canned.hosts, PUBLIC_CLIENT, AUTHORIZATION_REQUEST, AUTHORIZATION_CODE, CancelToken()
        )
    assert tokens.scopes == ("users.read",)
    form = parse_qs(canned.requests[0].body.decode())
    assert form["code_verifier"] == [AUTHORIZATION_REQUEST.code_verifier.reveal()]
    canned.set_reply(
        400,
        '{"error":"invalid_request","error_description":"Missing required parameter '
        '[code_verifier]."}',
    )
    with pytest.raises(DiagnosedError) as caught:
        oauth2.exchange_code(
            canned.hosts, PUBLIC_CLIENT, AUTHORIZATION_REQUEST, AUTHORIZATION_CODE, CancelToken()
        )
    assert caught.value.diagnosis.evidence.status == 400


def test_p15_odd_keys_are_reported_before_they_are_signed(canned: CannedServer) -> None:
    canned.set_reply(200, USER_BODY)
    for odd in ("k\u00e9y", "\u200bkey", "key\x00"):
        keys = AppKeys(Secret(odd), KEYS.api_secret)
        with pytest.raises(DiagnosedError) as caught:
            verify_credentials(canned.hosts, keys, CREDENTIALS, CancelToken())
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
