"""Proves that a person can sign a bot in, or refuse, as on X's pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from tests.support.sandbox_app import (
    authorize_url,
    exchange_verifier,
    get_signed,
    obtain_access_token,
    obtain_request_token,
    parse_query,
)
from tests.support.sandbox_browser import SandboxBrowser
from twauth_gui.sandbox.server import Sandbox

CALLBACK = "http://127.0.0.1:8739/callback"


def test_pin(sandbox: Sandbox) -> None:
    pending, person = obtain_request_token(sandbox), SandboxBrowser()
    assert re.fullmatch(r"[\w-]{27}", pending.token)
    assert re.fullmatch(r"[0-9A-Za-z]{32}", pending.secret)
    assert person.open(authorize_url(sandbox, pending)).heading == "Log in"
    assert person.log_in("@marsh_weather").heading == "Let Sandbox app use your account?"
    assert "Marsh Weather" in person.page.text
    pin = person.press("Allow").pin
    assert re.fullmatch(r"\d{7}", pin)
    assert person.session.cookies.get_dict() != {}

    answer = exchange_verifier(sandbox, pending, pin)
    fields = dict(parse_qsl(answer.text))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.fullmatch(r"1688150934417182725-[0-9A-Za-z]{40}", fields["oauth_token"])
    assert re.fullmatch(r"[0-9A-Za-z]{45}", fields["oauth_token_secret"])
    assert fields["user_id"] == "1688150934417182725"
    assert fields["screen_name"] == "marsh_weather"


def test_callback_in_a_browser_that_stays_logged_in(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    first = obtain_request_token(sandbox, CALLBACK)
    person.open(authorize_url(sandbox, first))
    person.press("TTTide Times")  # an account of the list, one click
    person.press("Allow")
    assert person.last_response.status_code == 302
    query = parse_query(person.redirect_url)
    assert person.redirect_url.startswith(CALLBACK + "?")
    assert query["oauth_token"] == [first.token]
    assert re.fullmatch(r"[0-9A-Za-z]{32}", query["oauth_verifier"][0])
    assert exchange_verifier(sandbox, first, query["oauth_verifier"][0]).status_code == 200

    second = obtain_request_token(sandbox, CALLBACK)
    page = person.open(authorize_url(sandbox, second))
    assert page.heading.startswith("Let Sandbox app")
    assert "form-action 'self' http://127.0.0.1:8739" in str(
        person.last_response.headers["content-security-policy"]
    )
    assert person.press("Use another account").heading == "Log in"
    assert "@brand_new_bot" in person.log_in("brand_new_bot").text


def test_force_login_prefills_the_expected_handle(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    person.open(authorize_url(sandbox, obtain_request_token(sandbox)))
    person.log_in("tidal_times")
    page = person.open(
        authorize_url(
            sandbox, obtain_request_token(sandbox), "&force_login=true&screen_name=%40ferry_delays7"
        )
    )
    assert page.heading == "Log in"
    assert page.forms[0].fields["handle"] == "ferry_delays7"
    person.press("Log in")
    assert "@ferry_delays7" in person.page.text


def test_authenticate_asks_once(sandbox: Sandbox) -> None:
    sandbox.change_settings(access_level="read")
    person = SandboxBrowser()
    person.open(
        authorize_url(sandbox, obtain_request_token(sandbox, CALLBACK), path="authenticate")
    )
    person.log_in("tidal_times")
    person.press("Allow")

    sandbox.change_settings(access_level="read-write")
    again = obtain_request_token(sandbox, CALLBACK)
    person.open(authorize_url(sandbox, again, path="authenticate"))
    verifier = parse_query(person.redirect_url)["oauth_verifier"][0]
    token = dict(parse_qsl(exchange_verifier(sandbox, again, verifier).text))
    keys = obtain_access_token(sandbox, "tidal_times")
    assert get_signed(sandbox, "/2/users/me", keys).headers["x-access-level"] == "read-write"
    narrow = type(keys)(
        keys.api_key, keys.api_secret, token["oauth_token"], token["oauth_token_secret"]
    )
    assert get_signed(sandbox, "/2/users/me", narrow).headers["x-access-level"] == "read"


def test_direct_messages_are_only_granted_by_authorize(sandbox: Sandbox) -> None:
    sandbox.change_settings(access_level="read-write-directmessages")
    keys = obtain_access_token(sandbox, "tidal_times")
    level = get_signed(sandbox, "/2/users/me", keys).headers["x-access-level"]
    assert level == "read-write-directmessages"
    reduced = obtain_access_token(sandbox, "tidal_times", "?x_auth_access_type=write")
    assert get_signed(sandbox, "/2/users/me", reduced).headers["x-access-level"] == "read-write"


def test_refusing_leads_back_with_denied(sandbox: Sandbox) -> None:
    pending, person = obtain_request_token(sandbox, CALLBACK), SandboxBrowser()
    person.open(authorize_url(sandbox, pending))
    person.log_in("tidal_times")
    page = person.press("Do not allow")
    assert page.links["Return to Sandbox app"] == f"{CALLBACK}?denied={pending.token}"
    assert exchange_verifier(sandbox, pending, "1234567").text == "Invalid request token"
    assert person.open(authorize_url(sandbox, pending)).heading == "Whoa there!"

    person.open(authorize_url(sandbox, obtain_request_token(sandbox)))
    assert person.press("Do not allow").links == {}


def test_a_handle_that_is_none_is_asked_for_again(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    person.open(authorize_url(sandbox, obtain_request_token(sandbox)))
    page = person.log_in('"><script>no handle</script>')
    assert (person.last_response.status_code, page.heading) == (422, "Log in")
    assert "<script" not in person.last_response.text
    assert page.forms[0].fields["handle"].startswith('">')
    assert person.log_in("tidal_times").heading.startswith("Let")


def test_pressing_allow_twice_shows_the_same_pin(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    person.open(authorize_url(sandbox, obtain_request_token(sandbox)))
    person.log_in("tidal_times")
    consent_page, url = person.page, person.last_response.url
    first = person.press("Allow").pin
    person.page, person.last_response.url = consent_page, url
    assert person.press("Allow").pin == first


def test_forms_need_this_browser_and_this_page(sandbox: Sandbox) -> None:
    person, stranger = SandboxBrowser(), SandboxBrowser()
    person.open(authorize_url(sandbox, obtain_request_token(sandbox)))
    person.log_in("tidal_times")
    stranger.page, stranger.last_response = person.page, person.last_response
    assert stranger.press("Allow").heading == "This page is out of date"
    assert stranger.last_response.status_code == 403

    consent_page, url = person.page, person.last_response.url
    person.session.headers["Origin"] = "https://elsewhere.example"
    assert person.press("Allow").heading == "This page is out of date"
    person.session.headers["Origin"] = sandbox.url
    person.page, person.last_response.url = consent_page, url
    assert person.press("Allow").pin


def test_another_tab_changing_the_account_is_noticed(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    person.open(authorize_url(sandbox, obtain_request_token(sandbox)))
    person.log_in("tidal_times")
    page = person.press("Allow", account="1688150934417182725")
    assert not page.pin
    assert "@tidal_times" in page.text


def test_pages_can_be_used_by_keyboard_and_ear(sandbox: Sandbox) -> None:
    person = SandboxBrowser()
    pending = obtain_request_token(sandbox, CALLBACK)
    pages = [person.open(authorize_url(sandbox, pending)), person.log_in("tidal_times")]
    pages.append(person.press("Do not allow"))
    for page in pages:
        assert page.autofocus == 1
        assert page.field_ids <= page.labels
        assert page.heading
        assert "This is a pretend X." in page.text
