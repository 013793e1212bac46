"""Proves that a sign-in survives interrupts, wrong accounts and a keychain that closes."""

from __future__ import annotations

import json
import signal
import subprocess
import threading

import pytest
import requests

from tests.support.command import CALL_SECONDS, TwauthCommand, approve_link, interrupt
from tests.support.keychain import SecretService
from tests.support.sandbox_hooks import HookedClock
from tests.support.wait import wait_until
from twauth_gui.cli.json_output import JSON_KEYS
from twauth_gui.domain.hosts import CONNECTED_APPS_URL, MANUAL_REVOCATION_HINT
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.keychain


def authorize(twauth: TwauthCommand, app: str, *more: str) -> dict[str, str]:
    result = twauth("authorize", "--app", app, "--no-wait", "--json", *more)
    assert result.code == 0, result.err
    pending: dict[str, str] = json.loads(result.out)
    return pending


def handles(twauth: TwauthCommand) -> list[str]:
    return [one["handle"] for one in twauth("list", "--json").json]


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_the_browser_comes_back_by_itself(twauth: TwauthCommand, app: str) -> None:
    with twauth.start("authorize", "--app", app, "--method", "browser", "--json") as process:
        back = approve_link(json.loads(first_line(process))["url"], "fernwick_news")
        assert requests.get(back, timeout=CALL_SECONDS).status_code == 200
        out, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == 0, err
    assert json.loads(out)["handle"] == "fernwick_news"


def test_an_interrupted_wait_goes_on_with_the_address(twauth: TwauthCommand, app: str) -> None:
    with twauth.start("authorize", "--app", app, "--method", "browser", "--json") as process:
        pending = json.loads(first_line(process))
        assert process.stderr is not None
        assert "Waiting" in process.stderr.readline()
        assert interrupt(process).code == 130
    back = approve_link(pending["url"], "fernwick_news")
    result = twauth("resume", pending["id"], "--pin", "-", "--json", stdin=back)
    assert result.code == 0, result.err
    assert result.json["handle"] == "fernwick_news"


def test_an_interrupt_at_the_question_leaves_the_sign_in(twauth: TwauthCommand, app: str) -> None:
    with twauth.start("authorize", "--app", app, "--json") as process:
        pending = json.loads(first_line(process))
        result = interrupt(process)
    assert result.code == 130
    assert f"twauth resume {pending['id']}" in result.err
    assert pending["id"] in twauth("attempts").out
    silent = twauth("resume", pending["id"], "--pin", "-")
    assert (silent.code, "Standard input has no PIN" in silent.err) == (2, True)
    assert twauth("resume", pending["id"], "--pin", "-", stdin="not a PIN!\n").code == 2
    wrong = twauth("resume", pending["id"], "--pin", "-", stdin="0000000\n")
    assert (wrong.code, "does not match" in wrong.err) == (5, True)
    assert wrong.err.endswith(f"Next: twauth resume {pending['id']}\n")
    given_up = twauth("resume", pending["id"], "--discard", "--json").json
    assert given_up == {"id": pending["id"], "state": "cancelled"}
    assert set(given_up) == set(JSON_KEYS["ended"])
    assert twauth("resume", pending["id"]).code == 3


def test_another_account_waits_for_a_decision(twauth: TwauthCommand, app: str) -> None:
    for choice in ("--discard", "--keep"):
        pending = authorize(twauth, app, "--expect", "@marsh_weather")
        pin = approve_link(pending["url"], "tidal_times")
        result = twauth("resume", pending["id"], "--pin", "-", stdin=pin)
        assert result.code == 1
        assert "@tidal_times approved, not @marsh_weather." in result.err
        (waiting,) = twauth("attempts", "--json").json
        assert waiting["state"] == "wrong-account"
        assert twauth("resume", pending["id"]).code == 1
        assert twauth("resume", pending["id"], choice).code == 0
        assert handles(twauth) == (["tidal_times"] if choice == "--keep" else [])


def test_a_link_is_sent_reminded_of_and_renewed(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    options = ("--signin-page", "authenticate", "--access", "read", "--no-force-login")
    sent = twauth(
        "authorize", "--app", app, "--expect", "@tidal_times", "--method", "link", *options
    )
    assert "/oauth/authenticate?" in sent.out
    (waiting,) = twauth("attempts", "--json").json
    assert (waiting["method"], waiting["access"]) == ("link", "read")
    assert waiting["signin_page"] == "authenticate"
    assert "0 min" in twauth("attempts").out
    reminder = twauth("remind", waiting["id"]).out
    (link,) = [line for line in reminder.splitlines() if line.startswith(sandbox.url)]
    assert link in sent.out
    renewed = twauth("renew", waiting["id"], "--json").json
    assert (renewed["id"], renewed["url"] == link) == (waiting["id"], False)
    pin = approve_link(renewed["url"], "tidal_times")
    assert twauth("resume", waiting["id"], "--pin", "-", stdin=pin).code == 0
    (account,) = twauth("list", "--json").json
    assert twauth("check", "@tidal_times", "--json").json[0]["access"] == "read"
    assert account["method"] == "link"
    assert twauth("renew", waiting["id"]).code == 3


def test_several_one_after_the_other(twauth: TwauthCommand, app: str) -> None:
    pasted = "@fernwick_news, https://x.com/tidal_times\n@marsh_weather @Fernwick_News"
    method = ("--method", "browser", "--expect", "-", "--json")
    with twauth.start("authorize", "--app", app, *method) as process:
        assert process.stdin is not None
        process.stdin.write(pasted)
        process.stdin.close()
        process.stdin = None
        for handle, who in (
            ("fernwick_news", "fernwick_news"),
            ("tidal_times", "ferry_delays7"),
            ("marsh_weather", "marsh_weather"),
        ):
            begun_one = json.loads(first_line(process))
            assert begun_one["expected_handle"] == handle
            back = approve_link(begun_one["url"], who)
            assert requests.get(back, timeout=CALL_SECONDS).status_code == 200
            if handle == who:
                assert json.loads(first_line(process))["handle"] == handle
        batch = json.loads(first_line(process))["batch"]
        _, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == 1, err
    assert "@ferry_delays7 approved, not @tidal_times." in err
    assert [one["status"] for one in batch] == ["signed-in", "pending", "signed-in"]
    assert batch[1]["more"] == f"twauth resume {batch[1]['attempt']}"
    assert {frozenset(one) for one in batch} == {frozenset(JSON_KEYS["batch"])}
    assert handles(twauth) == ["fernwick_news", "marsh_weather"]


def test_several_need_their_responses_from_somewhere(twauth: TwauthCommand, app: str) -> None:
    both = twauth("authorize", "--app", app, "--expect", "-", stdin="@fernwick_news")
    assert (both.code, "cannot hold both the handles and the PINs" in both.err) == (2, True)
    none = twauth("authorize", "--app", app, "--expect", "not a handle!", "--no-wait")
    assert (none.code, "is not a handle" in none.err) == (2, True)
    two = ("--expect", "@fernwick_news", "--expect", "@tidal_times")
    links = twauth("authorize", "--app", app, "--no-wait", *two)
    assert links.code == 0, links.err
    assert links.out.count("/oauth/authorize?") == 2
    assert links.err.count("twauth resume") >= 2


def test_what_x_does_not_end_is_reported_and_dropped(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    pending = authorize(twauth, app, "--expect", "@marsh_weather")
    pin = approve_link(pending["url"], "tidal_times")
    assert twauth("resume", pending["id"], "--pin", "-", stdin=pin).code == 1
    assert twauth("resume", pending["id"], "--keep").code == 0
    other = authorize(twauth, app, "--expect", "@marsh_weather")
    pin = approve_link(other["url"], "fernwick_news")
    assert twauth("resume", other["id"], "--pin", "-", stdin=pin).code == 1
    sandbox.stop()
    refused = twauth("resume", other["id"], "--discard")
    assert (refused.code, f"{other['id']} --forget" in refused.err) == (6, True)
    assert "x.com/settings/connected_apps" in refused.err
    dropped = twauth("resume", other["id"], "--forget")
    assert (
        dropped.code,
        f"{MANUAL_REVOCATION_HINT} The page is {CONNECTED_APPS_URL}" in dropped.out,
    ) == (0, True)
    stays = twauth("remove", "@tidal_times", "--revoke", "--yes")
    assert (stays.code, "X did not revoke the credentials of @tidal_times" in stays.err) == (
        6,
        True,
    )
    assert handles(twauth) == ["tidal_times"], "later there would be nothing to end them with"
    assert twauth("attempts", "--json").json == []


def test_an_interrupt_while_x_grants_loses_nothing(
    twauth: TwauthCommand, app: str, clock: HookedClock
) -> None:
    pending = authorize(twauth, app)
    pin = approve_link(pending["url"], "fernwick_news")
    with twauth.start("resume", pending["id"], "--pin", "-") as process:
        clock.action = lambda: process.send_signal(signal.SIGINT)
        _, err = process.communicate(pin, timeout=CALL_SECONDS)
    assert process.returncode == 0, err
    assert handles(twauth) == ["fernwick_news"]


@pytest.mark.parametrize("patient", [True, False])
def test_a_keychain_that_closes_while_x_grants(
    twauth: TwauthCommand, app: str, clock: HookedClock, keychain: SecretService, *, patient: bool
) -> None:
    pending = authorize(twauth, app)
    pin = approve_link(pending["url"], "fernwick_news")
    clock.action = keychain.lock
    with twauth.start("resume", pending["id"], "--pin", "-") as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(f"{pin}\n")
        process.stdin.flush()
        try:
            output = iter(process.stderr.readline, "")
            assert any("only once" in line for line in output)
            if not patient:
                process.send_signal(signal.SIGINT)
                assert any(MANUAL_REVOCATION_HINT in line for line in output)
        finally:
            keychain.unlock()
        _, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == (0 if patient else 130), err
    assert handles(twauth) == (["fernwick_news"] if patient else [])


def test_a_job_that_hangs_can_be_ended(twauth: TwauthCommand, app: str, clock: HookedClock) -> None:
    arrived, released = threading.Event(), threading.Event()

    def hang() -> None:
        arrived.set()
        released.wait(CALL_SECONDS)

    clock.action = hang
    with twauth.start("authorize", "--app", app, "--no-wait") as process:
        assert arrived.wait(CALL_SECONDS)

        def result() -> bool:
            process.send_signal(signal.SIGINT)
            return process.poll() is not None

        try:
            wait_until(result, CALL_SECONDS / 2, "the second Ctrl+C ends it")
        finally:
            released.set()
    assert process.returncode == 130
    assert twauth("attempts", "--json").json == []


def test_an_app_is_checked_with_its_callback(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    found = twauth("app", "check", app, "--json").json
    assert [one["topic"] for one in found] == ["network", "clock", "keys", "app", "callback"]
    assert all(set(one) == set(JSON_KEYS["finding"]) and one["ok"] for one in found)
    sandbox.change_settings(callbacks=("https://bots.example/callback",))
    result = twauth("app", "check", app)
    assert result.code == 5
    assert "X does not know this callback address" in result.out
    keys = f"{sandbox.demo_app.client_id}\n{'S' * 50}\n"
    added = twauth("app", "add", "Mixed up", "--api-url", sandbox.url, stdin=keys)
    if added.code == 0:
        result = twauth("app", "check", "Mixed up")
        assert (result.code, "client ID" in result.out) == (5, True)
    assert twauth("app", "check", "nonsense").code == 3


def test_an_unreachable_x_is_a_network_error(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    sandbox.stop()
    result = twauth("authorize", "--app", app, "--no-wait")
    assert result.code == 6
    assert "Next: twauth sandbox" in result.err


def test_keys_x_does_not_know_are_refused_by_x(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    keys = f"{'K' * 25}\n{'S' * 50}\n"
    assert twauth("app", "add", app, "--replace", "--api-url", sandbox.url, stdin=keys).code == 0
    result = twauth("authorize", "--app", app, "--no-wait")
    assert result.code == 5
    assert f"Next: twauth app add {app} --replace" in result.err


def test_new_keys_leave_everything_else_as_it_is(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    demo = sandbox.demo_app
    keys = {"api_key": demo.api_key, "api_secret": demo.api_secret}
    client = {"client_id": demo.client_id, "client_secret": demo.client_secret}
    whole = json.dumps({**keys, **client, "bearer_token": "B" * 40})
    assert twauth("app", "add", app, "--replace", stdin=whole).code == 0
    before = twauth("app", "list", "--json").json
    assert before[0]["api_url"] == sandbox.url
    assert twauth("app", "add", app, "--replace", stdin=json.dumps(keys)).code == 0
    assert twauth("app", "list", "--json").json == before
    assert twauth("app", "bearer", app, "--reveal").out.strip() == "B" * 40
    code = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json")
    assert code.code == 0, code.err


def test_an_app_stays_while_a_sign_in_holds_what_x_granted(twauth: TwauthCommand, app: str) -> None:
    pending = authorize(twauth, app, "--expect", "@marsh_weather")
    unasked = twauth("app", "remove", app)
    assert (unasked.code, "Cancel 1 pending sign-in of" in unasked.err) == (2, True)
    pin = approve_link(pending["url"], "tidal_times")
    assert twauth("resume", pending["id"], "--pin", "-", stdin=pin).code == 1
    remove_result = twauth("app", "remove", app, "--yes")
    assert (remove_result.code, "holds credentials that X has granted" in remove_result.err) == (
        1,
        True,
    )
    assert twauth("resume", pending["id"], "--keep").code == 0
    assert handles(twauth) == ["tidal_times"]
    assert twauth("remove", "@tidal_times", "--yes").code == 0
    _ = authorize(twauth, app)
    assert twauth("app", "remove", app, "--yes").code == 0
    assert twauth("attempts", "--json").json == []
