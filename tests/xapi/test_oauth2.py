"""Proves what is sent in OAuth 2.0, and that what X gives is never lost."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.support.http_servers import CannedServer, ReceivedRequest
from tests.support.sample_credentials import (
    AUTHORIZATION_CODE,
    AUTHORIZATION_REQUEST,
    CALLBACK,
    CONFIDENTIAL_CLIENT,
    KEYS,
    OAUTH2_TOKENS,
    PUBLIC_CLIENT,
)
from tests.xapi.error_bodies import blank_problem_json
from twauth_gui.domain.access import (
    OFFLINE_ACCESS,
    REQUIRED_SCOPES,
    SCOPES,
    add_required_scopes,
    describe_scope,
)
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.callback_response import (
    CodeDeniedResponse,
    CodeResponse,
    parse_oauth2_response,
)
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.oauth2 import OAuth2Client, TokenSet, TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.callback_listener import CallbackListener
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import oauth2_errors
from twauth_gui.xapi.identity import verify_oauth2_token

GIVEN = {
    "token_type": "bearer",
    "expires_in": 7200,
    "access_token": "InventedFreshAccess000000000000000000OmF0OjE",
    "scope": "tweet.read users.read offline.access",
    "refresh_token": "InventedFreshRefresh00000000000000000OnJ0OjE",
}


def form(request: ReceivedRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def basic(client: OAuth2Client) -> str:
    assert client.secret
    pair = f"{client.id.reveal()}:{client.secret.reveal()}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def exchange(canned: CannedServer, client: OAuth2Client = PUBLIC_CLIENT) -> TokenSet:
    return oauth2.exchange_code(
        canned.hosts, client, AUTHORIZATION_REQUEST, AUTHORIZATION_CODE, CancelToken()
    )


def test_the_page_is_on_x_com_and_proves_who_began() -> None:
    scopes = add_required_scopes(["tweet.write", "users.read"])
    authorization = oauth2.create_authorization_request(Hosts(), PUBLIC_CLIENT, CALLBACK, scopes)
    parts = urlsplit(authorization.url)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "x.com", "/i/oauth2/authorize")
    digest = hashlib.sha256(authorization.code_verifier.reveal().encode()).digest()
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": [PUBLIC_CLIENT.id.reveal()],
        "redirect_uri": [CALLBACK],
        "scope": ["users.read tweet.read tweet.write"],
        "state": [authorization.state.reveal()],
        "code_challenge": [base64.urlsafe_b64encode(digest).decode().rstrip("=")],
        "code_challenge_method": ["S256"],
    }
    assert "%20" in parts.query
    assert "+" not in parts.query
    again = oauth2.create_authorization_request(Hosts(), PUBLIC_CLIENT, CALLBACK, scopes)
    assert (
        len({authorization.state, again.state, authorization.code_verifier, again.code_verifier})
        == 4
    )
    assert 43 <= len(authorization.code_verifier.reveal()) <= 128
    assert authorization.state.reveal() not in repr(replace(authorization, url=""))


def test_hosts_distinguish_x_from_the_sandbox() -> None:
    assert Hosts() == Hosts(oauth2_page="https://x.com", token="https://api.x.com")
    local = "http://127.0.0.1:8740"
    assert Hosts.from_api_url(local) == Hosts(local, local) == Hosts(local, local, local, local)


def test_a_public_client_names_its_id_and_sends_no_secret(canned: CannedServer) -> None:
    canned.set_reply(200, json.dumps(GIVEN))
    exchange(canned)
    (request,) = canned.requests
    assert (request.method, request.target) == ("POST", "/2/oauth2/token")
    assert "Authorization" not in request.headers
    assert form(request) == {
        "grant_type": "authorization_code",
        "code": AUTHORIZATION_CODE.reveal(),
        "redirect_uri": CALLBACK,
        "code_verifier": AUTHORIZATION_REQUEST.code_verifier.reveal(),
        "client_id": PUBLIC_CLIENT.id.reveal(),
    }


def test_a_confidential_client_proves_itself_in_the_header(canned: CannedServer) -> None:
    canned.set_reply(200, json.dumps(GIVEN))
    exchange(canned, CONFIDENTIAL_CLIENT)
    (request,) = canned.requests
    assert request.headers["Authorization"] == basic(CONFIDENTIAL_CLIENT)
    assert "client_id" not in form(request)
    assert "client_secret" not in form(request)


def test_the_tokens_with_their_end_and_scopes(canned: CannedServer) -> None:
    canned.set_reply(200, json.dumps(GIVEN))
    before = datetime.now(UTC)
    tokens = exchange(canned)
    assert tokens.access_token.reveal() == GIVEN["access_token"]
    assert tokens.refresh_token is not None
    assert tokens.refresh_token.reveal() == GIVEN["refresh_token"]
    assert tokens.scopes == ("tweet.read", "users.read", "offline.access")
    assert abs(tokens.expires_at - before - timedelta(hours=2)) < timedelta(seconds=10)
    assert tokens.expires_within(7300, before)
    assert not tokens.expires_within(7000, before)


@pytest.mark.parametrize("scope", ["users.read", "users.read something.new", None, "", 7])
def test_fewer_scopes_are_no_failure_and_are_reported(canned: CannedServer, scope: object) -> None:
    canned.set_reply(200, json.dumps(GIVEN | {"scope": scope}))
    tokens = exchange(canned)
    fewer = isinstance(scope, str) and scope.startswith("users")
    assert tokens.missing_scopes(AUTHORIZATION_REQUEST.scopes) == (
        ("tweet.read", "offline.access") if fewer else ()
    )


@pytest.mark.parametrize("expires", [None, "soon", -1, 0, True, 10**12, 1.5, [1]])
def test_an_odd_end_is_taken_for_two_hours(canned: CannedServer, expires: object) -> None:
    canned.set_reply(200, json.dumps(GIVEN | {"expires_in": expires, "token_type": "Bearer"}))
    lifetime = exchange(canned).expires_at - datetime.now(UTC)
    assert timedelta(minutes=119) < lifetime <= timedelta(hours=2)


def test_a_renewal_sends_what_each_kind_of_client_must(canned: CannedServer) -> None:
    canned.set_reply(200, json.dumps(GIVEN))
    assert OAUTH2_TOKENS.refresh_token
    for client in (PUBLIC_CLIENT, CONFIDENTIAL_CLIENT):
        tokens = oauth2.refresh_tokens(canned.hosts, client, OAUTH2_TOKENS, CancelToken())
        assert tokens.refresh_token == Secret(str(GIVEN["refresh_token"]))
    sent = {"grant_type": "refresh_token", "refresh_token": OAUTH2_TOKENS.refresh_token.reveal()}
    public, confidential = canned.requests
    assert form(public) == sent | {"client_id": PUBLIC_CLIENT.id.reveal()}
    assert form(confidential) == sent
    assert confidential.headers["Authorization"] == basic(CONFIDENTIAL_CLIENT)


def test_a_renewal_without_a_new_pair_keeps_the_old_one(canned: CannedServer) -> None:
    canned.set_reply(200, json.dumps({"token_type": "bearer", "access_token": "fresh"}))
    tokens = oauth2.refresh_tokens(canned.hosts, PUBLIC_CLIENT, OAUTH2_TOKENS, CancelToken())
    assert (tokens.refresh_token, tokens.scopes) == (
        OAUTH2_TOKENS.refresh_token,
        OAUTH2_TOKENS.scopes,
    )


def test_without_a_refresh_token_nothing_is_sent(canned: CannedServer) -> None:
    with pytest.raises(DiagnosedError) as caught:
        oauth2.refresh_tokens(
            canned.hosts, PUBLIC_CLIENT, replace(OAUTH2_TOKENS, refresh_token=None), CancelToken()
        )
    assert caught.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "offline.access" in caught.value.diagnosis.advice
    assert not canned.requests


@pytest.mark.parametrize("hint", TokenTypeHint)
def test_a_revocation_names_the_kind_of_token(canned: CannedServer, hint: TokenTypeHint) -> None:
    canned.set_reply(200, '{"revoked":true}')
    for client in (PUBLIC_CLIENT, CONFIDENTIAL_CLIENT):
        oauth2.revoke_token(canned.hosts, client, OAUTH2_TOKENS.access_token, hint, CancelToken())
    sent = {"token": OAUTH2_TOKENS.access_token.reveal(), "token_type_hint": hint.value}
    public, confidential = canned.requests
    assert public.target == "/2/oauth2/revoke"
    assert form(public) == sent | {"client_id": PUBLIC_CLIENT.id.reveal()}
    assert form(confidential) == sent
    canned.set_reply(200, "")
    oauth2.revoke_token(
        canned.hosts, PUBLIC_CLIENT, OAUTH2_TOKENS.access_token, hint, CancelToken()
    )


def test_what_x_gave_survives_a_cancel_that_comes_too_late(canned: CannedServer) -> None:
    calls: tuple[Callable[[CancelToken], object], ...] = (
        lambda cancel: oauth2.exchange_code(
            canned.hosts, PUBLIC_CLIENT, AUTHORIZATION_REQUEST, AUTHORIZATION_CODE, cancel
        ),
        lambda cancel: oauth2.refresh_tokens(canned.hosts, PUBLIC_CLIENT, OAUTH2_TOKENS, cancel),
        lambda cancel: oauth2.revoke_token(
            canned.hosts, PUBLIC_CLIENT, OAUTH2_TOKENS.access_token, TokenTypeHint.ACCESS, cancel
        ),
    )
    for call in calls:
        cancel = CancelToken()
        canned.set_reply(200, json.dumps(GIVEN), before=cancel.cancel)
        call(cancel)
        assert cancel.is_cancelled
        with pytest.raises(CancelledError):
            call(cancel)
    assert len(canned.requests) == 3


def test_a_client_is_taken_from_the_keys_without_blanks() -> None:
    keys = replace(KEYS, client_id=Secret(" id\n"), client_secret=Secret("\tsecret "))
    assert oauth2.read_oauth2_client(keys) == OAuth2Client(Secret("id"), Secret("secret"))
    assert oauth2.read_oauth2_client(replace(keys, client_secret=Secret(" "))).secret is None
    bad: tuple[tuple[AppKeys, ErrorTemplate], ...] = (
        (KEYS, oauth2_errors.NO_CLIENT_ID),
        (replace(keys, client_id=Secret("  ")), oauth2_errors.NO_CLIENT_ID),
        (replace(keys, client_id=Secret("i d")), oauth2_errors.CLIENT_ID_MALFORMED),
        (replace(keys, client_secret=Secret("gehéim")), oauth2_errors.CLIENT_SECRET_MALFORMED),
        (replace(keys, client_secret=Secret("a\x00b")), oauth2_errors.CLIENT_SECRET_MALFORMED),
    )
    for one, entry in bad:
        with pytest.raises(DiagnosedError) as caught:
            oauth2.read_oauth2_client(one)
        assert caught.value.diagnosis == entry.to_diagnosis(Evidence())
        assert caught.value.diagnosis.kind is ProblemKind.WRONG_KEYS


def test_an_access_token_tells_whose_it_is(canned: CannedServer) -> None:
    limits = {
        "x-rate-limit-limit": "75",
        "x-rate-limit-remaining": "74",
        "x-rate-limit-reset": "1800000000",
    }
    canned.set_reply(200, '{"data":{"id":"17","username":"fernwick_news","name":"F"}}', limits)
    identity = verify_oauth2_token(canned.hosts, OAUTH2_TOKENS.access_token, CancelToken())
    assert (identity.user_id, identity.handle, identity.access) == ("17", "fernwick_news", None)
    assert identity.rate is not None
    assert identity.rate.remaining == 74
    (request,) = canned.requests
    assert request.headers["Authorization"] == f"Bearer {OAUTH2_TOKENS.access_token.reveal()}"
    canned.set_reply(401, blank_problem_json("Unauthorized", "Unauthorized", 401))
    with pytest.raises(DiagnosedError) as caught:
        verify_oauth2_token(canned.hosts, OAUTH2_TOKENS.access_token, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED
    canned.set_reply(402, "")
    with pytest.raises(DiagnosedError) as caught:
        verify_oauth2_token(canned.hosts, OAUTH2_TOKENS.access_token, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.NO_CREDITS


@pytest.mark.parametrize("answer", ["code=TheCode", "error=access_denied"])
def test_the_browser_returns_by_itself(answer: str) -> None:
    with CallbackListener("http://127.0.0.1:0/callback") as listener:
        authorization = oauth2.create_authorization_request(
            Hosts(), PUBLIC_CLIENT, listener.callback_url, REQUIRED_SCOPES
        )
        listener.expect_state(authorization.state)
        for wrong in ("state=other", "state=", "", f"state={authorization.state.reveal()}x"):
            page = requests.get(f"{listener.callback_url}?{answer}&{wrong}", timeout=10)
            assert page.status_code in {400, 403}
        url = f"{listener.callback_url}?{answer}&state={authorization.state.reveal()}"
        assert "You can close this tab" in requests.get(url, timeout=10).text
        assert requests.get(url, timeout=10).status_code == 410
        found = listener.wait_for_code(CancelToken(), seconds=10)
        assert found == parse_oauth2_response(url)
        assert isinstance(found, CodeDeniedResponse if answer.startswith("error") else CodeResponse)
        with pytest.raises(TypeError):
            listener.wait_for_verifier(CancelToken(), seconds=1)


def test_each_scope_has_plain_words_of_its_own() -> None:
    names = [scope.name for scope in SCOPES]
    assert len(set(names)) == len(names) == 25
    assert len({scope.description for scope in SCOPES}) == len(names)
    assert {*REQUIRED_SCOPES, OFFLINE_ACCESS} <= set(names)
    assert [scope.name for scope in SCOPES if scope.can_change][:2] == [
        "tweet.write",
        "tweet.moderate.write",
    ]
    assert describe_scope("users.read").startswith("See profiles")
    assert describe_scope("something.new") == "something.new"
