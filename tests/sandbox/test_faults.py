"""Proves that each fault shows exactly its own answer over HTTP, and that mending ends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest

from tests.sandbox.fault_probes import (
    BAD_TOKEN,
    CAPPED,
    DESKTOP,
    FEATURE,
    LOCKED,
    LOCKED_V2,
    ME,
    NO_CREDITS,
    NOT_APPROVED,
    NOT_ENROLLED,
    NOT_PERMITTED,
    SUSPENDED,
    UNAVAILABLE,
    UNSUPPORTED,
    V1_LIMIT,
    V2_LIMIT,
    VERIFY,
    WENT_WRONG,
    FaultProbe,
    errors_json,
    errors_xml,
    forbidden_json,
    send_unread_request,
)
from tests.support.sandbox_app import (
    call_api,
    consent_url,
    get_signed,
    obtain_access_token,
    send_request,
    sign_in_oauth2,
)
from tests.support.sandbox_browser import SandboxBrowser
from twauth_gui.sandbox.faults import FAULT_GROUPS, FAULTS, UnknownFaultError
from twauth_gui.sandbox.http_messages import OVERSIZED_BYTES
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.settings import SandboxSettings

Ask = Callable[[FaultProbe], str]
SHOWN: list[tuple[str, Ask, str]] = [
    ("app-type-native", FaultProbe.begin_sign_in, errors_xml(401, 417, DESKTOP)),
    ("callback-not-approved", FaultProbe.begin_sign_in, errors_xml(403, 415, NOT_APPROVED)),
    ("callback-not-approved-json", FaultProbe.begin_sign_in, errors_json(403, 415, NOT_APPROVED)),
    ("app-access-read", FaultProbe.new_access_level, "read"),
    (
        "app-access-direct-messages",
        FaultProbe.new_access_level,
        "read-write-directmessages",
    ),
    (
        "app-suspended",
        FaultProbe.begin_sign_in,
        errors_xml(401, 416, "Invalid / suspended application"),
    ),
    ("app-suspended", FaultProbe.verify, errors_json(401, 32, "Could not authenticate you.")),
    ("app-not-enrolled", FaultProbe.me, NOT_ENROLLED),
    ("app-not-enrolled", FaultProbe.me_with_oauth2, NOT_ENROLLED),
    ("no-credits", FaultProbe.me, NO_CREDITS),
    ("no-credits-to-post", FaultProbe.post, NO_CREDITS),
    ("feature-not-permitted", FaultProbe.me, forbidden_json(FEATURE)),
    ("feature-not-permitted", FaultProbe.post_with_oauth2, forbidden_json(FEATURE)),
    ("posting-unavailable", FaultProbe.post, UNAVAILABLE),
    (
        "keys-outdated",
        FaultProbe.begin_sign_in,
        errors_json(401, 32, "Could not authenticate you."),
    ),
    ("keys-outdated", FaultProbe.verify, errors_json(401, 32, "Could not authenticate you.")),
    ("callback-of-oauth2-only", FaultProbe.begin_sign_in, errors_xml(403, 415, NOT_APPROVED)),
    ("user-authentication-off", FaultProbe.begin_sign_in, errors_xml(403, 415, NOT_APPROVED)),
    ("user-authentication-off", FaultProbe.consent_page, WENT_WRONG),
    ("client-id-unknown", FaultProbe.consent_page, WENT_WRONG),
    ("scopes-not-allowed", FaultProbe.consent_page, WENT_WRONG),
    ("callback-of-oauth2-only", FaultProbe.consent_page, WENT_WRONG),
    ("account-suspended", FaultProbe.verify, errors_json(403, 64, SUSPENDED)),
    ("account-suspended", FaultProbe.me, forbidden_json(SUSPENDED)),
    ("account-locked", FaultProbe.verify, errors_json(403, 326, LOCKED)),
    ("account-locked", FaultProbe.me_with_oauth2, forbidden_json(LOCKED_V2)),
    ("rate-limited", FaultProbe.verify, V1_LIMIT),
    ("rate-limited", FaultProbe.me, V2_LIMIT),
    ("rate-limited", FaultProbe.rate_limit, "0/75"),
    ("sign-in-rate-limited", FaultProbe.begin_sign_in, V1_LIMIT),
    ("sign-in-rate-limited", FaultProbe.refresh, V2_LIMIT),
    ("usage-capped", FaultProbe.me, CAPPED),
    ("usage-capped", FaultProbe.rate_limit, "39999/40000"),
    ("app-day-limited", FaultProbe.me, V2_LIMIT),
    ("app-day-limited", FaultProbe.daily_limit, "x-app-limit-24hour 0/25, window 74/75"),
    ("account-day-limited", FaultProbe.me_with_oauth2, V2_LIMIT),
    ("account-day-limited", FaultProbe.daily_limit, "x-user-limit-24hour 0/25, window 74/75"),
    ("tokens-revoked", FaultProbe.verify, errors_json(401, 89, "Invalid or expired token.")),
    ("tokens-revoked", FaultProbe.refresh, BAD_TOKEN),
    ("tokens-read-only", FaultProbe.post_with_oauth2, NOT_PERMITTED),
    ("refresh-spent", FaultProbe.refresh, BAD_TOKEN),
    ("scopes-reduced", FaultProbe.new_scopes, "tweet.read users.read"),
    ("scopes-reduced", FaultProbe.post_with_oauth2, NOT_PERMITTED),
    (
        "wrong-pin-spends",
        FaultProbe.retry_wrong_pin,
        "401 text/html Invalid request token",
    ),
    (
        "bearer-not-revocable",
        FaultProbe.invalidate_bearer,
        errors_json(403, 348, "Client application is not permitted to to invalidate this token."),
    ),
    ("clock-ahead", FaultProbe.clock_skew, "11 401"),
    ("clock-behind", FaultProbe.clock_skew, "-11 401"),
    ("latency", FaultProbe.measure_delay, "slow"),
    ("redirect-301", FaultProbe.redirect_target, "301 http://localhost/oauth/request_token"),
    ("redirect-307", FaultProbe.redirect_target, "307 http://localhost/oauth/request_token"),
    ("slow-drip", FaultProbe.body_pace, "drip"),
    ("truncated-body", FaultProbe.connection_end, "49 of 99"),
    ("oversized-body", FaultProbe.connection_end, f"{OVERSIZED_BYTES} of {OVERSIZED_BYTES}"),
    ("reset-after-headers", FaultProbe.connection_end, "reset after some"),
    ("reset-before-headers", FaultProbe.connection_end, "reset after nothing"),
    ("hang", FaultProbe.first_byte, "nothing"),
]
# Those whose answer is matched in part.
PARTLY: list[tuple[str, Ask, tuple[str, ...]]] = [
    (
        "callback-unconfirmed",
        FaultProbe.begin_sign_in,
        ("200 text/html", "&oauth_callback_confirmed=false"),
    ),
    ("tokens-read-only", FaultProbe.post, ("403 application/problem+json", "oauth1-permissions")),
    ("tokens-revoked", FaultProbe.me_with_oauth2, ('"title": "Unauthorized"',)),
    ("v1-not-in-plan", FaultProbe.verify, ("403 application/json", '"code":453')),
    (
        "spending-limit",
        FaultProbe.me,
        ("403 application/problem+json", '"title":"SpendCapReached"', '"reset_date":"20'),
    ),
    (
        "wants-oauth2",
        FaultProbe.post,
        (
            UNSUPPORTED.format("OAuth 1.0a User Context"),
            "are [OAuth 2.0 Application-Only, OAuth 2.0 User Context].",
        ),
    ),
    (
        "wants-oauth1",
        FaultProbe.post_with_oauth2,
        (UNSUPPORTED.format("OAuth 2.0 User Context"), "are [OAuth 1.0a User Context]."),
    ),
    ("captive-portal", FaultProbe.begin_sign_in, ("200 text/html", "Harbour Hotel")),
    ("captive-portal", FaultProbe.me, ("200 text/html", "Harbour Hotel")),
    ("html-503", FaultProbe.verify, ("503 text/html", "503 Service Temporarily Unavailable")),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(0) as running:
        yield running


@pytest.fixture
def probe(shared: Sandbox) -> Iterator[FaultProbe]:
    yield FaultProbe(shared, obtain_access_token(shared, "tidal_times"), sign_in_oauth2(shared))
    shared.disable_faults()
    shared.change_settings(allow_request_faults=False)


@pytest.mark.parametrize(("name", "ask", "answer"), SHOWN)
def test_a_fault_shows_its_response(probe: FaultProbe, name: str, ask: Ask, answer: str) -> None:
    probe.sandbox.enable_faults(name)
    assert ask(probe) == answer
    probe.sandbox.disable_faults(name)
    assert ask(probe) != answer


@pytest.mark.parametrize(("name", "ask", "parts"), PARTLY)
def test_a_fault_shows(probe: FaultProbe, name: str, ask: Ask, parts: tuple[str, ...]) -> None:
    probe.sandbox.enable_faults(name)
    shown = ask(probe)
    assert all(part in shown for part in parts)
    probe.sandbox.disable_faults()
    shown = ask(probe)
    assert not any(part in shown for part in parts[-1:])


def test_every_fault_is_proven_and_well_named() -> None:
    names = [fault.name for fault in FAULTS]
    assert set(names) == {shown[0] for shown in (*SHOWN, *PARTLY)}
    assert len(names) == len(set(names))
    for fault in FAULTS:
        assert fault.name == fault.name.lower().replace("_", "-")
        assert fault.description.endswith(".")
        assert fault.group in FAULT_GROUPS
        assert fault.changes


def test_oauth2_pages_refuse_what_the_app_may_not(sandbox: Sandbox) -> None:
    for name in ("callback-not-approved", "app-suspended"):
        sandbox.enable_faults(name)
        assert "Something went wrong" in send_request("GET", consent_url(sandbox)).text
        sandbox.disable_faults(name)
    assert "Log in" in send_request("GET", consent_url(sandbox)).text


def test_no_plan_has_the_old_way_to_post(probe: FaultProbe) -> None:
    url = f"{probe.sandbox.url}/1.1/statuses/update.json"
    answer = send_request("POST", url, data={"status": "Hi"}, auth=probe.keys.auth())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, 453)
    probe.sandbox.enable_faults("tokens-revoked")
    answer = send_request("POST", url, data={"status": "Hi"}, auth=probe.keys.auth())
    assert answer.json()["errors"][0]["code"] == 89, "who asks is looked at first"


def test_the_next_billing_cycle_begins_with_a_month() -> None:
    days = {"2026-01-31": "2026-02-01", "2026-12-01": "2027-01-01", "2028-02-29": "2028-03-01"}
    for day, begins in days.items():
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        with Sandbox(0, now=partial(float, noon)) as sandbox:
            sandbox.enable_faults("spending-limit")
            answer = call_api(sandbox, sign_in_oauth2(sandbox).access)
        assert answer.json()["reset_date"] == begins
        assert begins in answer.json()["detail"]


def test_a_refused_account_still_learns_its_level(probe: FaultProbe) -> None:
    for name in ("account-locked", "rate-limited", "no-credits"):
        probe.sandbox.enable_faults(name)
        assert get_signed(probe.sandbox, ME, probe.keys).headers["x-access-level"] == "read-write"
        probe.sandbox.disable_faults(name)


def test_faults_are_switched_on_and_off(sandbox: Sandbox) -> None:
    sandbox.enable_faults("latency", "app-suspended")
    sandbox.enable_faults("hang", "html-503")
    assert list(sandbox.active_faults) == ["app-suspended", "latency", "html-503", "hang"]
    sandbox.change_settings(latency=5)
    assert sandbox.settings.latency == 1.5
    assert send_request("GET", f"{sandbox.url}/sandbox.json").status_code == 200
    sandbox.disable_faults("latency", "clock-ahead")
    assert sandbox.settings.latency == 5
    for turn in (sandbox.enable_faults, sandbox.disable_faults):
        with pytest.raises(UnknownFaultError):
            turn("app-suspended", "gremlins")
    assert list(sandbox.active_faults) == ["app-suspended", "html-503", "hang"]
    sandbox.disable_faults()
    sandbox.change_settings(latency=0)
    assert list(sandbox.active_faults) == []
    assert sandbox.settings == SandboxSettings()


def test_the_later_fault_of_the_list_wins(sandbox: Sandbox) -> None:
    sandbox.enable_faults("hang", "truncated-body", "clock-behind", "clock-ahead")
    assert (sandbox.settings.delivery, sandbox.settings.clock_offset) == ("never", -660)


def test_a_fault_may_apply_to_one_request_alone(probe: FaultProbe) -> None:
    named = {"X-Twauth-Fault": "clock-ahead, callback-not-approved"}
    assert probe.request_token(headers=named).status_code == 200  # not unless it is allowed
    probe.sandbox.change_settings(allow_request_faults=True)
    assert probe.request_token(headers=named).json()["errors"][0]["code"] == 135
    assert probe.request_token(headers={"X-Twauth-Fault": "captive-portal"}).status_code == 200
    unknown = probe.request_token(headers={"X-Twauth-Fault": "<gremlins>"})
    assert (unknown.status_code, unknown.text) == (400, "there is no such fault")
    assert probe.request_token().status_code == 200
    assert list(probe.sandbox.active_faults) == []


@pytest.mark.parametrize("name", ["hang", "latency", "slow-drip", "oversized-body"])
def test_stopping_ends_what_is_under_way(sandbox: Sandbox, name: str) -> None:
    before = set(threading.enumerate())  # other servers may still be saying goodbye

    def find_answering_threads() -> list[threading.Thread]:
        now = set(threading.enumerate()) - before
        return [thread for thread in now if thread.name == "sandbox-request"]

    if name == "latency":
        sandbox.change_settings(latency=60)
    else:
        sandbox.enable_faults(name)
    with send_unread_request(sandbox) as peer, send_unread_request(sandbox) as other:
        while len(find_answering_threads()) < 2:
            threading.Event().wait(0.01)
        if name == "slow-drip":
            assert peer.recv(10)
            assert other.recv(10)
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 1
        assert not find_answering_threads()


def test_a_client_that_gives_up_leaves_nothing_behind(sandbox: Sandbox) -> None:
    for name in ("hang", "slow-drip", "oversized-body"):
        sandbox.enable_faults(name)
        with send_unread_request(sandbox):
            pass
        sandbox.disable_faults()
    deadline = time.monotonic() + 5
    while [t for t in threading.enumerate() if t.name == "sandbox-request"]:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_the_menu_switches_faults_on_and_off(probe: FaultProbe) -> None:
    sandbox, person = probe.sandbox, SandboxBrowser()
    page = person.open(f"{sandbox.url}/")
    assert {fault.name for fault in FAULTS} <= page.field_ids <= page.labels
    assert person.session.cookies.get_dict()
    page = person.press("Apply", **{"hang": "on", "account-locked": "on"})
    assert list(sandbox.active_faults) == ["account-locked", "hang"]
    assert "Broken now:X has temporarily locked the account.No answer ever arrives." in page.text
    assert page.forms[0].fields["hang"] == "on"
    assert "latency" not in page.forms[0].fields
    live = person.open(f"{sandbox.url}/?live=1")
    assert "Broken now:" in live.text
    assert not live.forms  # what is ticked would not outlive the next reload
    person.open(f"{sandbox.url}/")
    assert "Broken now:" not in person.press("Turn all off").text
    assert list(sandbox.active_faults) == []
    assert get_signed(sandbox, VERIFY, probe.keys).status_code == 200


def test_only_a_form_of_the_menu_switches_a_fault_on(sandbox: Sandbox) -> None:
    person, stranger = SandboxBrowser(), SandboxBrowser()
    person.open(f"{sandbox.url}/")
    stranger.page, stranger.last_response = person.page, person.last_response
    page = stranger.press("Apply", hang="on")
    assert (stranger.last_response.status_code, page.links["Open it again"]) == (403, "/")
    person.session.headers["Origin"] = "https://elsewhere.example"
    assert person.press("Apply", hang="on").heading == "This page is out of date"
    assert send_request("POST", f"{sandbox.url}/faults", data={"hang": "on"}).status_code == 403
    assert list(sandbox.active_faults) == []
