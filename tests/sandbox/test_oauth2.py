"""Proves that OAuth 2.0 works as at X: consent, codes, rotation, revocation, scopes."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit

import pytest
import tweepy  # pyright: ignore[reportMissingTypeStubs]

from tests.sandbox.conftest import ShiftedClock
from tests.support.sandbox_app import (
    CODE_VERIFIER,
    OAUTH2_CALLBACK,
    SandboxSession,
    call_api,
    consent_url,
    exchange_code,
    obtain_code,
    parse_query,
    post_token_endpoint,
    read_token_pair,
    refresh_tokens,
    send_request,
    sign_in_oauth2,
)
from tests.support.sandbox_browser import SandboxBrowser
from twauth_gui.sandbox.scopes import SCOPE_TEXTS
from twauth_gui.sandbox.server import Sandbox

Untyped = Any
BAD_TOKEN = "Value passed for the token was invalid."


def describe(answer: Untyped) -> str:
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert list(body) == ["error", "error_description"]
    return f"{answer.status_code} {body['error']}: {body['error_description']}"


def test_the_page_asks_in_words_and_leads_back(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    assert person.open(consent_url(sandbox)).heading == "Log in"
    page = person.log_in("@marsh_weather")
    assert page.heading == "Let Sandbox app use your account?"
    for scope in ("users.read", "tweet.read", "tweet.write", "offline.access"):
        assert SCOPE_TEXTS[scope] in page.text
    assert SCOPE_TEXTS["dm.read"] not in page.text
    assert page.autofocus == 1
    assert "form-action 'self' http://127.0.0.1:8739" in str(
        person.last_response.headers["content-security-policy"]
    )
    person.press("Allow")
    assert person.redirect_url.startswith(f"{OAUTH2_CALLBACK}?state=")
    code = parse_query(person.redirect_url)["code"][0]
    plain = urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode()
    assert re.fullmatch(r"[0-9A-Za-z]{45}:\d{13}:1:1:ac:1", plain)


def test_cancelling_leads_back_without_a_code(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    person.open(consent_url(sandbox))
    person.log_in("tidal_times")
    assert person.press("Use another account").heading == "Log in"
    assert person.log_in("not a handle").heading == "Log in"
    person.log_in("ferry_delays7")
    assert "@ferry_delays7" in person.page.text
    person.press("Cancel")
    assert parse_query(person.redirect_url) == {
        "error": ["access_denied"],
        "state": ["one/two three"],
    }


def test_forms_of_the_page_need_this_browser(sandbox: Sandbox) -> None:
    person, stranger = SandboxBrowser(), SandboxBrowser()
    person.open(consent_url(sandbox))
    person.log_in("tidal_times")
    stranger.page, stranger.last_response = person.page, person.last_response
    assert stranger.press("Allow").heading == "This page is out of date"
    assert not person.press("Allow", account="1688150934417182725").pin
    assert "@tidal_times" in person.page.text


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"client_id": ""},
        {"redirect_uri": f"{OAUTH2_CALLBACK}/"},
        {"redirect_uri": ""},
        {"scope": "tweet.read tweet.eat"},
        {"scope": ""},
        {"response_type": "token"},
        {"state": ""},
        {"state": "x" * 501},
        {"code_challenge": ""},
    ],
)
def test_a_wrong_link_leads_nowhere(sandbox: Sandbox, changed: dict[str, str]) -> None:
    answer = send_request("GET", consent_url(sandbox, **changed))
    assert "Something went wrong" in answer.text
    assert (
        "You weren't able to give access to the App. Go back and try logging in again."
        in answer.text
    )
    assert answer.status_code == 400
    assert "location" not in answer.headers
    posted = send_request("POST", consent_url(sandbox, **changed))
    assert "Something went wrong" in posted.text


def test_confidential_sign_in(sandbox: Sandbox) -> None:
    pair = sign_in_oauth2(sandbox, "marsh_weather")
    assert pair.scopes == {"users.read", "tweet.read", "tweet.write", "offline.access"}
    me = call_api(sandbox, pair.access)
    assert me.json()["data"]["username"] == "marsh_weather"
    assert me.headers["x-rate-limit-limit"] == "75"
    assert "x-access-level" not in me.headers
    post = call_api(sandbox, pair.access, "POST", "/2/tweets", json={"text": "Rain"})
    assert post.status_code == 201
    assert [(p.author.handle, p.text) for p in sandbox.posts()] == [("marsh_weather", "Rain")]


def test_tweepy_posts_with_an_oauth2_token(sandbox: Sandbox) -> None:
    bot: Untyped = tweepy.Client(sign_in_oauth2(sandbox).access)
    bot.session = SandboxSession(sandbox.url)
    assert bot.get_me(user_auth=False).data.username == "tidal_times"
    assert bot.create_tweet(text="High water", user_auth=False).data["text"] == "High water"


@pytest.mark.parametrize(
    ("method", "challenge"), [("S256", ""), ("plain", CODE_VERIFIER), ("", CODE_VERIFIER)]
)
def test_public_sign_in(sandbox: Sandbox, method: str, challenge: str) -> None:
    sandbox.change_settings(app_type="native")
    changed = {"code_challenge_method": method} | (
        {"code_challenge": challenge} if challenge else {}
    )
    code = obtain_code(sandbox, **changed)
    first = read_token_pair(exchange_code(sandbox, code, public=True))
    second = read_token_pair(refresh_tokens(sandbox, first.refresh, public=True))
    assert call_api(sandbox, second.access).status_code == 200
    assert (
        describe(exchange_code(sandbox, code))
        == "400 invalid_request: Missing required parameter [client_id]."
    )
    assert describe(exchange_code(sandbox, code, public=True, client_id="x")).startswith(
        "400 invalid_client"
    )


def test_only_offline_access_gives_a_refresh_token(sandbox: Sandbox) -> None:
    pair = sign_in_oauth2(sandbox, scope="users.read tweet.read")
    assert not pair.refresh
    assert call_api(sandbox, pair.access).status_code == 200
    refused = call_api(sandbox, pair.access, "POST", "/2/tweets", json={"text": "Hi"})
    assert (refused.status_code, refused.json()) == (
        403,
        {
            "detail": "You are not permitted to perform this action.",
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
        },
    )
    assert call_api(sandbox, sign_in_oauth2(sandbox, scope="users.read").access).status_code == 403


BAD_CODE = "400 invalid_request: Value passed for the authorization code was invalid."
MISMATCH = (
    "400 invalid_request: Value passed for the code verifier did not match the code challenge."
)


def test_a_code_works_once_for_thirty_seconds(sandbox: Sandbox, clock: ShiftedClock) -> None:
    code, late = obtain_code(sandbox), obtain_code(sandbox)
    assert exchange_code(sandbox, code).status_code == 200
    assert describe(exchange_code(sandbox, code)) == BAD_CODE
    clock.ahead = 31
    assert describe(exchange_code(sandbox, late)) == BAD_CODE
    assert describe(exchange_code(sandbox, "nonsense")) == BAD_CODE


def test_the_verifier_has_to_match(sandbox: Sandbox) -> None:
    code = obtain_code(sandbox)
    assert describe(exchange_code(sandbox, code, code_verifier="another")) == MISMATCH
    assert exchange_code(sandbox, code).status_code == 200
    # Lower case is not S256, so the challenge itself would have to be sent.
    assert (
        describe(exchange_code(sandbox, obtain_code(sandbox, code_challenge_method="s256")))
        == MISMATCH
    )


def test_the_redirect_has_to_be_the_same(sandbox: Sandbox) -> None:
    other = "http://127.0.0.1:8741/callback"
    assert describe(exchange_code(sandbox, obtain_code(sandbox), redirect_uri=other)) == (
        "400 invalid_request: Value passed for the redirect uri did not match the uri of the "
        "authorization code."
    )


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier"])
def test_missing_parameters(sandbox: Sandbox, name: str) -> None:
    fields = {
        "grant_type": "authorization_code",
        "code": obtain_code(sandbox),
        "redirect_uri": OAUTH2_CALLBACK,
        "code_verifier": CODE_VERIFIER,
        name: "",
    }
    answer = post_token_endpoint(sandbox, "token", fields)
    assert describe(answer) == f"400 invalid_request: Missing required parameter [{name}]."


def test_other_missing_parameters(sandbox: Sandbox) -> None:
    for name in ("token", "token_type_hint"):
        fields = {"token": "x", "token_type_hint": "access_token", name: ""}
        assert describe(post_token_endpoint(sandbox, "revoke", fields)) == (
            f"400 invalid_request: Missing required parameter [{name}]."
        )
    assert describe(refresh_tokens(sandbox, "")).endswith(
        "Missing required parameter [refresh_token]."
    )
    wrong = post_token_endpoint(sandbox, "token", {"grant_type": "password"})
    assert describe(wrong).startswith("400 unsupported_grant_type: ")


def test_a_confidential_client_shows_its_secret(sandbox: Sandbox) -> None:
    code, app = obtain_code(sandbox), sandbox.demo_app
    refused = "401 unauthorized_client: Missing valid authorization header"
    assert describe(exchange_code(sandbox, code, public=True)) == refused
    fields = {"grant_type": "authorization_code", "code": code}
    for auth in ((app.client_id, "wrong"), (app.api_key, app.api_secret)):
        assert describe(post_token_endpoint(sandbox, "token", fields, auth=auth)) == refused
    sandbox.change_settings(suspended=True)
    assert describe(exchange_code(sandbox, code)) == refused
    assert "Something went wrong" in send_request("GET", consent_url(sandbox)).text


def test_refresh_tokens_rotate_and_a_replay_ends_them_all(sandbox: Sandbox) -> None:
    first, stranger = sign_in_oauth2(sandbox), sign_in_oauth2(sandbox)
    second = read_token_pair(refresh_tokens(sandbox, first.refresh))
    assert second.refresh != first.refresh
    assert second.scopes == first.scopes
    assert call_api(sandbox, first.access).status_code == 200
    assert describe(refresh_tokens(sandbox, first.refresh)) == f"400 invalid_request: {BAD_TOKEN}"
    assert describe(refresh_tokens(sandbox, second.refresh)) == f"400 invalid_request: {BAD_TOKEN}"
    assert call_api(sandbox, second.access).status_code == 401
    assert call_api(sandbox, stranger.access).status_code == 200


def test_a_replay_may_be_forgiven(sandbox: Sandbox) -> None:
    sandbox.change_settings(replay_ends_family=False)
    first = sign_in_oauth2(sandbox)
    second = read_token_pair(refresh_tokens(sandbox, first.refresh))
    assert describe(refresh_tokens(sandbox, first.refresh)).endswith(BAD_TOKEN)
    assert refresh_tokens(sandbox, second.refresh).status_code == 200


def test_tokens_grow_old(sandbox: Sandbox, clock: ShiftedClock) -> None:
    pair = sign_in_oauth2(sandbox)
    clock.ahead = 7201
    assert call_api(sandbox, pair.access).status_code == 401
    clock.ahead = 181 * 24 * 3600
    assert describe(refresh_tokens(sandbox, pair.refresh)).endswith(BAD_TOKEN)
    clock.ahead = 179 * 24 * 3600
    assert refresh_tokens(sandbox, pair.refresh).status_code == 200


def test_revoking(sandbox: Sandbox) -> None:
    pair, other = sign_in_oauth2(sandbox), sign_in_oauth2(sandbox)
    for token, hint in ((pair.access, "access_token"), ("gone", "refresh_token")):
        answer = post_token_endpoint(sandbox, "revoke", {"token": token, "token_type_hint": hint})
        assert (answer.status_code, answer.json()) == (200, {"revoked": True})
    refused = call_api(sandbox, pair.access)
    assert (refused.status_code, refused.json()["title"]) == (401, "Unauthorized")
    renewed = read_token_pair(refresh_tokens(sandbox, pair.refresh))
    fields = {"token": renewed.refresh, "token_type_hint": "refresh_token"}
    assert post_token_endpoint(sandbox, "revoke", fields).json() == {"revoked": True}
    assert call_api(sandbox, renewed.access).status_code == 401
    assert describe(refresh_tokens(sandbox, renewed.refresh)).endswith(BAD_TOKEN)
    assert call_api(sandbox, other.access).status_code == 200


def test_oauth2_tokens_are_no_good_at_version_1(sandbox: Sandbox) -> None:
    token = sign_in_oauth2(sandbox).access
    for method, path in (
        ("GET", "/1.1/account/verify_credentials.json"),
        ("POST", "/1.1/oauth/invalidate_token.json"),
    ):
        answer = call_api(sandbox, token, method, path)
        assert answer.status_code == 403
        assert answer.json()["detail"] == "You are not permitted to use OAuth2 on this endpoint"


def test_tokens_survive_a_restart_but_what_was_spent_is_forgotten() -> None:
    with Sandbox(0) as first:
        pair = sign_in_oauth2(first)
        tokens = sign_in_oauth2(first)
        _ = read_token_pair(refresh_tokens(first, tokens.refresh))
        code = obtain_code(first)
        port = urlsplit(first.url).port or 0
    with Sandbox(port) as second:
        assert call_api(second, pair.access).status_code == 200
        assert refresh_tokens(second, pair.refresh).status_code == 200
        assert refresh_tokens(second, tokens.refresh).status_code == 200  # forgotten, as documented
        assert describe(exchange_code(second, code)) == BAD_CODE
        second.change_settings(seed="another")
        assert call_api(second, pair.access).status_code == 401


def test_the_app_only_token_is_invalidated(sandbox: Sandbox) -> None:
    app = sandbox.demo_app
    keys = (app.api_key, app.api_secret)

    def bearer() -> str:
        fields = {"grant_type": "client_credentials"}
        response = send_request("POST", f"{sandbox.url}/oauth2/token", data=fields, auth=keys)
        return str(response.json()["access_token"])

    def invalidate(body: Untyped, auth: Untyped) -> Untyped:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{sandbox.url}/oauth2/invalidate_token"
        return send_request("POST", url, data=body, auth=auth, headers=headers)

    token = bearer()
    for body, auth in (({"access_token": token}, None), ({"access_token": "another"}, keys)):
        wrong = invalidate(body, auth)
        assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (403, 99)
    answer = invalidate(f"access_token={token}", keys)
    assert (answer.status_code, answer.json()) == (200, {"access_token": token})
    assert bearer() != token
    assert call_api(sandbox, token, path="/2/tweets/1").status_code == 401
    assert call_api(sandbox, bearer(), path="/2/tweets/1").status_code == 200
    assert invalidate({"access_token": bearer()}, keys).status_code == 200
