"""Proves what is sent at each step of a sign-in, and that what X gives is never lost."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import (
    ACCESS_BODY,
    CALLBACK,
    HTML_HEADERS,
    KEYS,
    REQUEST_TOKEN,
    TOKEN_BODY,
)
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import AuthorizationPage, SignInOptions
from twauth_gui.xapi.oauth1 import build_authorization_url, exchange_verifier, obtain_request_token


def test_a_lower_access_is_asked_for_in_the_query(canned: CannedServer) -> None:
    canned.set_reply(200, TOKEN_BODY, HTML_HEADERS)
    obtain_request_token(canned.hosts, KEYS, "oob", CancelToken(), access="read")
    assert canned.requests[0].target == "/oauth/request_token?x_auth_access_type=read"


@pytest.mark.parametrize("confirmed", ["false", "", "True"])
def test_an_unconfirmed_callback_is_refused(canned: CannedServer, confirmed: str) -> None:
    body = TOKEN_BODY.replace("confirmed=true", f"confirmed={confirmed}")
    canned.set_reply(200, body, HTML_HEADERS)
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.CALLBACK_NOT_APPROVED


@pytest.mark.parametrize(
    "body",
    ["<!doctype html><title>Hotel</title><h1>Welcome</h1>", "", "[]", "oauth_token=only", "\xff"],
)
def test_a_success_that_is_none_is_not_x(canned: CannedServer, body: str) -> None:
    canned.set_reply(200, body.encode("latin-1"), HTML_HEADERS)
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.NOT_X
    assert caught.value.diagnosis.evidence.status == 200


def test_the_page_names_the_handle_and_forces_the_login() -> None:
    hosts = Hosts(page="https://x.com")
    full = urlsplit(build_authorization_url(hosts, REQUEST_TOKEN, expected_handle="@marsh_weather"))
    assert (full.netloc, full.path) == ("x.com", "/oauth/authorize")
    assert parse_qs(full.query) == {
        "oauth_token": [REQUEST_TOKEN.token.reveal()],
        "force_login": ["true"],
        "screen_name": ["marsh_weather"],
    }
    calm = SignInOptions(AuthorizationPage.AUTHENTICATE, force_login=False, prefill_handle=False)
    bare = build_authorization_url(
        hosts, REQUEST_TOKEN, expected_handle="marsh_weather", options=calm
    )
    assert urlsplit(bare).query == f"oauth_token={REQUEST_TOKEN.token.reveal()}"


def test_the_exchange_keeps_id_and_handle_and_strips_the_pin(canned: CannedServer) -> None:
    canned.set_reply(200, ACCESS_BODY, HTML_HEADERS)
    grant = exchange_verifier(
        canned.hosts, KEYS, REQUEST_TOKEN, Secret(" 0234567\n"), CancelToken()
    )
    assert (grant.user_id, grant.handle) == ("1712904478206513153", "fernwick_news")
    oauth = canned.requests[0].oauth
    assert oauth["oauth_verifier"] == "0234567"
    assert oauth["oauth_token"] == REQUEST_TOKEN.token.reveal()
    assert canned.requests[0].body == b""


def test_the_user_id_comes_from_the_token_where_it_is_left_out(canned: CannedServer) -> None:
    canned.set_reply(200, ACCESS_BODY.partition("&user_id")[0], HTML_HEADERS)
    grant = exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("1234567"), CancelToken())
    assert (grant.user_id, grant.handle) == ("1712904478206513153", "")


def test_an_empty_pin_is_not_sent(canned: CannedServer) -> None:
    with pytest.raises(DiagnosedError) as caught:
        exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("  "), CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_PIN
    assert not canned.requests


def test_a_grant_survives_a_cancel_that_comes_too_late(canned: CannedServer) -> None:
    cancel = CancelToken()
    canned.set_reply(200, ACCESS_BODY, HTML_HEADERS, before=cancel.cancel)
    grant = exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("1234567"), cancel)
    assert cancel.is_cancelled
    assert grant.handle == "fernwick_news"


def test_a_cancel_before_or_during_ends_the_rest(canned: CannedServer) -> None:
    early, during, failing = CancelToken(), CancelToken(), CancelToken()
    early.cancel()
    with pytest.raises(CancelledError):
        exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("1234567"), early)
    assert not canned.requests
    canned.set_reply(200, TOKEN_BODY, HTML_HEADERS, before=during.cancel)
    with pytest.raises(CancelledError):
        obtain_request_token(canned.hosts, KEYS, "oob", during)
    canned.set_reply(401, "Request token missing", before=failing.cancel)
    with pytest.raises(CancelledError):
        exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("1234567"), failing)


def test_a_failure_inside_the_handling_of_another_is_its_own(canned: CannedServer) -> None:
    canned.set_reply(401, '{"errors":[{"code":32,"message":"Could not authenticate you."}]}')
    with pytest.raises(DiagnosedError) as first:
        obtain_request_token(canned.hosts, KEYS, "oob", CancelToken())
    try:
        raise first.value
    except DiagnosedError:
        with pytest.raises(DiagnosedError) as second:
            obtain_request_token(
                Hosts.from_api_url("http://127.0.0.1:1"), KEYS, "oob", CancelToken()
            )
    kinds = [caught.value.diagnosis.kind for caught in (first, second)]
    assert kinds == [ProblemKind.WRONG_KEYS, ProblemKind.SANDBOX_OFF]
