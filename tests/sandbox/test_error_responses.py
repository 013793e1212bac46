"""Proves that each refusal has X's status, body and content type."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest
import requests
from requests_oauthlib import OAuth1

from tests.sandbox.conftest import ShiftedClock
from tests.support.sandbox_app import (
    OAuth1Keys,
    authorize_url,
    demo_app_keys,
    exchange_verifier,
    get_signed,
    obtain_access_token,
    obtain_request_token,
    post_signed,
    send_request,
)
from tests.support.sandbox_browser import SandboxBrowser
from twauth_gui.sandbox.server import Sandbox

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
REALM = 'OAuth realm="https://api.twitter.com"'
ME, VERIFY = "/2/users/me", "/1.1/account/verify_credentials.json"
CALLBACK = "http://127.0.0.1:8739/callback"
NOT_GENUINE = '{"errors":[{"code":32,"message":"Could not authenticate you."}]}'
REVOKED = '{"errors":[{"code":89,"message":"Invalid or expired token."}]}'
CLOCK = '{"errors":[{"code":135,"message":"Timestamp out of bounds."}]}'
BAD_DATA = '{"errors":[{"code":215,"message":"Bad Authentication data."}]}'


def xml(code: int, message: str) -> str:
    errors = f'<errors><error code="{code}">{message}</error></errors>'
    return f"<?xml version='1.0' encoding='UTF-8'?>{errors}"


def describe(answer: requests.Response) -> tuple[int, str, str]:
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == REALM
    return answer.status_code, answer.headers["content-type"], answer.text


def ask(
    sandbox: Sandbox, callback: str = "oob", keys: OAuth1Keys | None = None
) -> requests.Response:
    return post_signed(
        sandbox, "/oauth/request_token", keys or demo_app_keys(sandbox), callback_uri=callback
    )


@pytest.mark.parametrize(
    "callback",
    [CALLBACK + "/", "https://127.0.0.1:8739/callback", "http://localhost:8739/callback"],
)
def test_callback_not_approved(sandbox: Sandbox, callback: str) -> None:
    message = (
        "Callback URL not approved for this client application. Approved callback URLs can be "
        "adjusted in your application settings"
    )
    assert describe(ask(sandbox, callback)) == (403, XML, xml(415, message))


def test_native_app(sandbox: Sandbox) -> None:
    sandbox.change_settings(app_type="native")
    message = "Desktop applications only support the oauth_callback value 'oob'"
    assert describe(ask(sandbox, CALLBACK)) == (401, XML, xml(417, message))
    assert ask(sandbox).status_code == 200


def test_no_callback_at_all(sandbox: Sandbox) -> None:
    answer = post_signed(sandbox, "/oauth/request_token", demo_app_keys(sandbox))
    assert answer.status_code == 200
    sandbox.change_settings(callbacks=())
    assert post_signed(sandbox, "/oauth/request_token", demo_app_keys(sandbox)).status_code == 200


@pytest.mark.parametrize("wrong", ["api_key", "api_secret"])
def test_wrong_keys(sandbox: Sandbox, wrong: str) -> None:
    keys = replace(demo_app_keys(sandbox), **{wrong: "mistyped"})
    answer = ask(sandbox, keys=keys)
    assert describe(answer) == (401, JSON, NOT_GENUINE)
    assert answer.headers["content-length"] == "64"


def test_stale_token_at_the_first_step(sandbox: Sandbox) -> None:
    assert describe(ask(sandbox, keys=obtain_request_token(sandbox))) == (401, JSON, REVOKED)


@pytest.mark.parametrize("ahead", [-310, 310])
def test_clock(sandbox: Sandbox, clock: ShiftedClock, ahead: float) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    clock.ahead = ahead
    assert describe(ask(sandbox)) == (401, JSON, CLOCK)
    clock.ahead = 0
    sandbox.change_settings(clock_offset=ahead)
    answer = get_signed(sandbox, VERIFY, keys)
    assert describe(answer) == (401, JSON, CLOCK)
    skew = parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()
    assert skew == pytest.approx(ahead, abs=5)
    sandbox.change_settings(clock_offset=ahead * 0.9)
    assert get_signed(sandbox, VERIFY, keys).status_code == 200


def test_suspended_app(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    sandbox.change_settings(suspended=True)
    assert describe(ask(sandbox)) == (401, XML, xml(416, "Invalid / suspended application"))
    assert describe(get_signed(sandbox, VERIFY, keys)) == (401, JSON, NOT_GENUINE)
    assert get_signed(sandbox, ME, keys).status_code == 401


def test_wrong_pin_then_the_right_one(sandbox: Sandbox) -> None:
    pending, person = obtain_request_token(sandbox), SandboxBrowser()
    wrong = (
        401,
        HTML,
        "Error processing your OAuth request: Invalid oauth_verifier parameter",
    )
    assert describe(exchange_verifier(sandbox, pending, "1234567")) == wrong
    person.open(authorize_url(sandbox, pending))
    person.log_in("tidal_times")
    pin = person.press("Allow").pin
    assert describe(exchange_verifier(sandbox, pending, pin + "0")) == wrong
    assert exchange_verifier(sandbox, pending, pin).status_code == 200
    assert describe(exchange_verifier(sandbox, pending, pin)) == (
        401,
        HTML,
        "Invalid request token",
    )
    assert person.open(authorize_url(sandbox, pending)).heading == "Whoa there!"


def test_a_wrong_pin_can_end_the_sign_in(sandbox: Sandbox) -> None:
    sandbox.change_settings(wrong_pin_spends_token=True)
    pending = obtain_request_token(sandbox)
    exchange_verifier(sandbox, pending, "1234567")
    assert exchange_verifier(sandbox, pending, "1234567").text == "Invalid request token"


def test_expired_request_token(sandbox: Sandbox, clock: ShiftedClock) -> None:
    sandbox.change_settings(request_token_lifetime=60)
    pending, person = obtain_request_token(sandbox), SandboxBrowser()
    person.open(authorize_url(sandbox, pending))
    clock.ahead = 61
    assert person.log_in("tidal_times").heading == "Whoa there!"
    assert person.last_response.status_code == 403
    assert exchange_verifier(sandbox, pending, "1").text == "Invalid request token"


def test_page_without_token(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    assert "There is no request token" in person.open(f"{sandbox.url}/oauth/authorize").text
    assert (
        "token for this page is invalid"
        in person.open(f"{sandbox.url}/oauth/authorize?oauth_token=gone").text
    )
    assert describe(person.last_response)[:2] == (403, HTML)


def test_no_request_token_at_the_last_step(sandbox: Sandbox) -> None:
    answer = post_signed(sandbox, "/oauth/access_token", demo_app_keys(sandbox), verifier="1")
    assert describe(answer) == (401, HTML, "Request token missing")


def test_unconfirmed_callback(sandbox: Sandbox) -> None:
    sandbox.change_settings(confirmed=False)
    assert ask(sandbox).text.endswith("&oauth_callback_confirmed=false")


def test_revoked_token(sandbox: Sandbox) -> None:
    keys, other = (
        obtain_access_token(sandbox, "tidal_times"),
        obtain_access_token(sandbox, "tidal_times"),
    )
    answer = post_signed(sandbox, "/1.1/oauth/invalidate_token.json", keys)
    assert describe(answer) == (200, JSON, f'{{"access_token":"{keys.token}"}}')
    assert describe(get_signed(sandbox, VERIFY, keys)) == (401, JSON, REVOKED)
    status, kind, body = describe(get_signed(sandbox, ME, keys))
    assert (status, kind, len(body)) == (401, PROBLEM, 99)
    assert get_signed(sandbox, VERIFY, other).status_code == 200


def test_wrong_token_secret(sandbox: Sandbox) -> None:
    keys = replace(obtain_access_token(sandbox, "tidal_times"), secret="mistyped")
    assert describe(get_signed(sandbox, VERIFY, keys)) == (401, JSON, NOT_GENUINE)


def test_read_only_token_cannot_post(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times", "?x_auth_access_type=read")
    answer = send_request("POST", f"{sandbox.url}/2/tweets", json={"text": "Hi"}, auth=keys.auth())
    assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
    assert answer.json() == {
        "title": "Forbidden",
        "status": 403,
        "detail": "Your client app is not configured with the appropriate oauth1 app "
        "permissions for this endpoint.",
        "type": "https://api.twitter.com/2/problems/oauth1-permissions",
    }
    assert answer.headers["x-access-level"] == "read"
    assert sandbox.posts() == []


def test_replay_and_tampering(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    with requests.Session() as session:
        request = requests.Request("GET", sandbox.url + VERIFY, auth=keys.auth())
        ready = session.prepare_request(request)
        tampered = ready.copy()
        tampered.url = f"{ready.url}?skip_status=true"
        # A request that fails must not burn the nonce of the genuine one.
        assert describe(session.send(tampered)) == (401, JSON, NOT_GENUINE)
        assert session.send(ready).status_code == 200
        assert describe(session.send(ready)) == (401, JSON, NOT_GENUINE)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "OAuth",
        "OAuth nonsense",
        'OAuth oauth_nonce="1", oauth_nonce="2"',
        "Digest x",
        'OAuth oauth_consumer_key="", oauth_nonce="n", oauth_timestamp="1", oauth_signature="s"',
    ],
)
def test_unreadable_authorization(sandbox: Sandbox, header: str) -> None:
    answer = send_request("GET", sandbox.url + VERIFY, headers={"Authorization": header})
    assert describe(answer) == (400, JSON, BAD_DATA)


def test_other_signature_methods(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    auth = OAuth1(
        keys.api_key, keys.api_secret, keys.token, keys.secret, signature_method="PLAINTEXT"
    )
    assert describe(send_request("GET", sandbox.url + VERIFY, auth=auth)) == (
        401,
        JSON,
        NOT_GENUINE,
    )


@pytest.mark.parametrize(
    ("body", "secret"),
    [("grant_type=client_credentials", "wrong"), ("grant_type=password", None), ("", None)],
)
def test_app_only_sign_in_refused(sandbox: Sandbox, body: str, secret: str | None) -> None:
    app = sandbox.demo_app
    basic = base64.b64encode(f"{app.api_key}:{secret or app.api_secret}".encode()).decode()
    answer = send_request(
        "POST",
        f"{sandbox.url}/oauth2/token",
        data=body,
        headers={
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
        },
    )
    assert describe(answer) == (
        403,
        JSON,
        (
            '{"errors":[{"code":99,"label":"authenticity_token_error",'
            '"message":"Unable to verify your credentials"}]}'
        ),
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/oauth/invalidate_token"),
        ("GET", "/2/tweets"),
        ("GET", "/oauth/request_token"),
        ("DELETE", "/2/tweets/1"),
        ("GET", "/%2e%2e/"),
    ],
)
def test_no_such_page(sandbox: Sandbox, method: str, path: str) -> None:
    assert describe(send_request(method, sandbox.url + path)) == (
        404,
        JSON,
        '{"errors":[{"message":"Sorry, that page does not exist","code":34}]}',
    )
