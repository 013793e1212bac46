"""Proves that a person can sign a bot in, or refuse, as on X's pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from tests.sandbox.bot import finish, get, page_url, query_of, sign_in, start
from tests.sandbox.person import Person
from twauth_gui.sandbox.server import Sandbox

CALLBACK = "http://127.0.0.1:8739/callback"


def test_pin(sandbox: Sandbox) -> None:
    attempt, person = start(sandbox), Person()
    assert re.fullmatch(r"[\w-]{27}", attempt.token)
    assert re.fullmatch(r"[0-9A-Za-z]{32}", attempt.secret)
    assert person.open(page_url(sandbox, attempt)).heading == "Log in"
    assert person.log_in("@marsh_weather").heading == "Let Sandbox app use your account?"
    assert "Marsh Weather" in person.page.text
    pin = person.press("Allow").pin
    assert re.fullmatch(r"\d{7}", pin)
    assert person.browser.cookies.get_dict() != {}

    answer = finish(sandbox, attempt, pin)
    fields = dict(parse_qsl(answer.text))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.fullmatch(r"1688150934417182725-[0-9A-Za-z]{40}", fields["oauth_token"])
    assert re.fullmatch(r"[0-9A-Za-z]{45}", fields["oauth_token_secret"])
    assert fields["user_id"] == "1688150934417182725"
    assert fields["screen_name"] == "marsh_weather"


def test_callback_in_a_browser_that_stays_logged_in(sandbox: Sandbox) -> None:
    person = Person()
    first = start(sandbox, CALLBACK)
    person.open(page_url(sandbox, first))
    person.press("TTTide Times")  # an account of the list, one click
    person.press("Allow")
    assert person.last.status_code == 302
    query = query_of(person.sent_to)
    assert person.sent_to.startswith(CALLBACK + "?")
    assert query["oauth_token"] == [first.token]
    assert re.fullmatch(r"[0-9A-Za-z]{32}", query["oauth_verifier"][0])
    assert finish(sandbox, first, query["oauth_verifier"][0]).status_code == 200

    second = start(sandbox, CALLBACK)
    page = person.open(page_url(sandbox, second))
    assert page.heading.startswith("Let Sandbox app")
    assert "form-action 'self' http://127.0.0.1:8739" in str(
        person.last.headers["content-security-policy"]
    )
    assert person.press("Use another account").heading == "Log in"
    assert "@brand_new_bot" in person.log_in("brand_new_bot").text


def test_force_login_prefills_the_expected_handle(sandbox: Sandbox) -> None:
    person = Person()
    person.open(page_url(sandbox, start(sandbox)))
    person.log_in("tidal_times")
    page = person.open(
        page_url(sandbox, start(sandbox), "&force_login=true&screen_name=%40ferry_delays7")
    )
    assert page.heading == "Log in"
    assert page.forms[0].fields["handle"] == "ferry_delays7"
    person.press("Log in")
    assert "@ferry_delays7" in person.page.text


def test_authenticate_asks_once(sandbox: Sandbox) -> None:
    sandbox.change(access_level="read")
    person = Person()
    person.open(page_url(sandbox, start(sandbox, CALLBACK), path="authenticate"))
    person.log_in("tidal_times")
    person.press("Allow")

    sandbox.change(access_level="read-write")
    again = start(sandbox, CALLBACK)
    person.open(page_url(sandbox, again, path="authenticate"))
    verifier = query_of(person.sent_to)["oauth_verifier"][0]
    token = dict(parse_qsl(finish(sandbox, again, verifier).text))
    keys = sign_in(sandbox, "tidal_times")
    assert get(sandbox, "/2/users/me", keys).headers["x-access-level"] == "read-write"
    narrow = type(keys)(
        keys.api_key, keys.api_secret, token["oauth_token"], token["oauth_token_secret"]
    )
    assert get(sandbox, "/2/users/me", narrow).headers["x-access-level"] == "read"


def test_direct_messages_are_only_granted_by_authorize(sandbox: Sandbox) -> None:
    sandbox.change(access_level="read-write-directmessages")
    keys = sign_in(sandbox, "tidal_times")
    level = get(sandbox, "/2/users/me", keys).headers["x-access-level"]
    assert level == "read-write-directmessages"
    reduced = sign_in(sandbox, "tidal_times", "?x_auth_access_type=write")
    assert get(sandbox, "/2/users/me", reduced).headers["x-access-level"] == "read-write"


def test_refusing_leads_back_with_denied(sandbox: Sandbox) -> None:
    attempt, person = start(sandbox, CALLBACK), Person()
    person.open(page_url(sandbox, attempt))
    person.log_in("tidal_times")
    page = person.press("Do not allow")
    assert page.links["Return to Sandbox app"] == f"{CALLBACK}?denied={attempt.token}"
    assert finish(sandbox, attempt, "1234567").text == "Invalid request token"
    assert person.open(page_url(sandbox, attempt)).heading == "Whoa there!"

    person.open(page_url(sandbox, start(sandbox)))
    assert person.press("Do not allow").links == {}


def test_a_handle_that_is_none_is_asked_for_again(sandbox: Sandbox) -> None:
    person = Person()
    person.open(page_url(sandbox, start(sandbox)))
    page = person.log_in('"><script>no handle</script>')
    assert (person.last.status_code, page.heading) == (422, "Log in")
    assert "<script" not in person.last.text
    assert page.forms[0].fields["handle"].startswith('">')
    assert person.log_in("tidal_times").heading.startswith("Let")


def test_pressing_allow_twice_shows_the_same_pin(sandbox: Sandbox) -> None:
    person = Person()
    person.open(page_url(sandbox, start(sandbox)))
    person.log_in("tidal_times")
    asked, url = person.page, person.last.url
    first = person.press("Allow").pin
    person.page, person.last.url = asked, url
    assert person.press("Allow").pin == first


def test_forms_need_this_browser_and_this_page(sandbox: Sandbox) -> None:
    person, stranger = Person(), Person()
    person.open(page_url(sandbox, start(sandbox)))
    person.log_in("tidal_times")
    stranger.page, stranger.last = person.page, person.last
    assert stranger.press("Allow").heading == "This page is out of date"
    assert stranger.last.status_code == 403

    asked, url = person.page, person.last.url
    person.browser.headers["Origin"] = "https://elsewhere.example"
    assert person.press("Allow").heading == "This page is out of date"
    person.browser.headers["Origin"] = sandbox.url
    person.page, person.last.url = asked, url
    assert person.press("Allow").pin


def test_another_tab_changing_the_account_is_noticed(sandbox: Sandbox) -> None:
    person = Person()
    person.open(page_url(sandbox, start(sandbox)))
    person.log_in("tidal_times")
    page = person.press("Allow", account="1688150934417182725")
    assert not page.pin
    assert "@tidal_times" in page.text


def test_pages_can_be_used_by_keyboard_and_ear(sandbox: Sandbox) -> None:
    person = Person()
    attempt = start(sandbox, CALLBACK)
    pages = [person.open(page_url(sandbox, attempt)), person.log_in("tidal_times")]
    pages.append(person.press("Do not allow"))
    for page in pages:
        assert page.autofocus == 1
        assert page.field_ids <= page.labels
        assert page.heading
        assert "This is a pretend X." in page.text
