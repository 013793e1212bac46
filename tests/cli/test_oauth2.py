"""OAuth 2.0 from a shell: sign in over pipes, show, renew, export, revoke."""

from __future__ import annotations

import json
import sys

import pytest
import requests

from tests.cli.test_sign_in import first_line
from tests.support.command import CALL_SECONDS, TwauthCommand, approve_link
from tests.support.installations import find_free_port
from tests.support.keychain import SecretService
from tests.support.sandbox_hooks import HookedClock
from twauth_gui.domain.check_cost import CREDITS_NOT_CHECKED
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi.errors.messages.oauth2_errors import diagnose_page_error

pytestmark = pytest.mark.keychain


@pytest.fixture
def app(twauth: TwauthCommand, sandbox: Sandbox, app: str) -> str:
    """The label of an app with a client id."""
    demo = sandbox.demo_app
    keys = {
        "api_key": demo.api_key,
        "api_secret": demo.api_secret,
        "client_id": demo.client_id,
        "client_secret": demo.client_secret,
    }
    replaced = twauth(
        *("app", "add", app, "--replace", "--api-url", sandbox.url),
        *("--callback", demo.callbacks[0]),
        stdin=json.dumps(keys),
    )
    assert replaced.code == 0, replaced.err
    return app


def sign_in(twauth: TwauthCommand, app: str, *more: str) -> dict[str, object]:
    """Start in one process and finish in another, as two calls over ssh do, without a terminal."""
    authorization = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json", *more)
    assert authorization.code == 0, authorization.err
    assert (authorization.json["kind"], authorization.json["method"]) == ("oauth2", "address")
    back = approve_link(authorization.json["url"], "fernwick_news")
    result = twauth("resume", authorization.json["id"], "--pin", "-", "--json", stdin=back)
    assert result.code == 0, result.err
    account: dict[str, object] = result.json
    return account


def test_sign_in_show_renew_export_and_revoke(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    account = sign_in(twauth, app, "--expect", "@fernwick_news")
    assert (account["handle"], account["missing_scopes"]) == ("fernwick_news", [])
    shown = twauth("show", "--json").json
    assert shown["oauth2"]["renewable"] is True
    assert "tweet.write" in shown["oauth2"]["scopes"]
    assert set(shown["credentials"].values()) == {None}
    assert twauth("check").code == 0
    before = twauth("show", "--json", "--reveal").json["credentials"]
    assert (before["access_token"], before["client_id"]) == (None, sandbox.demo_app.client_id)
    renewed = twauth("refresh", "--json")
    assert renewed.code == 0, renewed.err
    assert renewed.json["expires_at"] > shown["oauth2"]["expires_at"]
    assert "valid until" in twauth("refresh", "--near-end").out
    script = "import os; print(os.environ['X_OAUTH2_ACCESS_TOKEN'])"
    ran = twauth("run", "--preset", "oauth2", "--", sys.executable, "-c", script)
    after = twauth("show", "--json", "--reveal").json["credentials"]
    assert ran.out.strip() == after["oauth2_access_token"] != before["oauth2_access_token"]
    assert after["oauth2_refresh_token"] in twauth("export", "--preset", "twauth-json").out
    classic = twauth("export")
    assert (classic.code, "no OAuth 1.0a credentials" in classic.err) == (3, True)
    assert classic.err.endswith(f"Next: twauth authorize --app {app} --expect @fernwick_news\n")
    assert "Refresh token" in twauth("show").out
    assert twauth("revoke", "@fernwick_news", "--oauth2", "--yes").code == 0
    assert twauth("check").code == 5
    refresh_result = twauth("refresh")
    assert (refresh_result.code, "can no longer be renewed" in refresh_result.err) == (5, True)
    again = f"Next: twauth authorize --app {app} --expect @fernwick_news --oauth2\n"
    assert refresh_result.err.endswith(again)


def test_the_browser_comes_back_by_itself(twauth: TwauthCommand, app: str) -> None:
    arguments = ("authorize", "--app", app, "--oauth2", "--method", "browser", "--json")
    with twauth.start(*arguments) as process:
        back = approve_link(json.loads(first_line(process))["url"], "fernwick_news")
        assert requests.get(back, timeout=CALL_SECONDS).status_code == 200
        out, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == 0, err
    assert json.loads(out)["handle"] == "fernwick_news"


def test_several_accounts_add_oauth2_tokens(twauth: TwauthCommand, app: str) -> None:
    authorization = twauth("authorize", "--app", app, "--no-wait", "--json")
    pin = approve_link(authorization.json["url"], "fernwick_news")
    assert twauth("resume", authorization.json["id"], "--pin", "-", stdin=pin).code == 0
    both = ("--expect", "@fernwick_news", "--expect", "@tidal_times")
    how = ("--oauth2", "--method", "browser", "--json")
    with twauth.start("authorize", "--app", app, *how, *both) as process:
        for handle in ("fernwick_news", "tidal_times"):
            back = approve_link(json.loads(first_line(process))["url"], handle)
            assert requests.get(back, timeout=CALL_SECONDS).status_code == 200
            assert json.loads(first_line(process))["handle"] == handle
        batch = json.loads(first_line(process))["batch"]
        _, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == 0, err
    assert [one["status"] for one in batch] == ["signed-in", "signed-in"]


def test_the_reasons_of_a_page_that_leads_nowhere(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    both = ("--expect", "@fernwick_news", "--expect", "@tidal_times", "--no-wait")
    result = twauth("authorize", "--app", app, "--oauth2", *both)
    assert result.code == 0, result.err
    callback = sandbox.demo_app.callbacks[0]
    assert result.err.count("If X's page says that something went wrong") == 1, "once a command"
    for cause in diagnose_page_error(callback).causes:
        assert f"  Perhaps: {cause}\n" in result.err
    assert f"exactly {callback}\n" in result.err
    for quiet in (("--oauth2", "--json"), ()):
        assert "went wrong" not in twauth("authorize", "--app", app, "--no-wait", *quiet).err


def test_fewer_scopes_than_asked_are_reported(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    scopes = [one["name"] for one in twauth("scopes", "--json").json]
    sandbox.enable_faults("scopes-reduced")
    every = [word for name in scopes for word in ("--scope", name)]
    authorization = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json", *every)
    back = approve_link(authorization.json["url"], "fernwick_news")
    result = twauth("resume", authorization.json["id"], "--pin", "-", stdin=back)
    assert "X did not grant all requested scopes" in result.err
    assert ": " in result.err.splitlines()[-1]  # the scope with what it is for


def test_what_does_not_go_together(twauth: TwauthCommand, app: str) -> None:
    for wrong, words in (
        (("--scope", "tweet.write"), "--scope needs --oauth2"),
        (("--oauth2", "--method", "link"), "works with OAuth 1.0a only"),
        (("--oauth2", "--scope", "everything"), "X does not know the scope everything"),
    ):
        result = twauth("authorize", "--app", app, "--no-wait", *wrong)
        assert (result.code, words in result.err) == (2, True)
    authorization = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json")
    pin = twauth("resume", authorization.json["id"], "--pin", "-", stdin="1234567\n")
    assert (pin.code, "not the address of a sign-in" in pin.err) == (2, True)
    assert "always" in twauth("scopes").out


def test_a_keychain_that_closes_while_x_renews(
    twauth: TwauthCommand, app: str, clock: HookedClock, keychain: SecretService
) -> None:
    _ = sign_in(twauth, app)
    clock.action = keychain.lock
    with twauth.start("refresh", "--json") as process:
        assert process.stderr is not None
        try:
            output = iter(process.stderr.readline, "")
            assert any("only once" in line for line in output)
        finally:
            keychain.unlock()
        out, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == 0, err
    assert json.loads(out)["renewable"] is True
    assert twauth("refresh").code == 0


def test_the_bearer_token_of_an_app(twauth: TwauthCommand, app: str, sandbox: Sandbox) -> None:
    none_yet = twauth("app", "bearer", app, "--reveal")
    assert (none_yet.code, "no bearer token yet" in none_yet.err) == (3, True)
    assert "saved with its keys" in twauth("app", "bearer", app).out
    assert twauth("app", "bearer", app, "--check").code == 0
    token = twauth("app", "bearer", app, "--reveal").out.strip()
    assert token.startswith("AAAA")
    _ = sign_in(twauth, app)
    assert token in twauth("export", "--preset", "twauth-json", "--bearer").out
    assert token not in twauth("export", "--preset", "twauth-json").out
    assert twauth("app", "bearer", app, "--check", "--end").code == 2
    sandbox.enable_faults("bearer-not-revocable")
    refused = twauth("app", "bearer", app, "--end")
    assert (refused.code, "Regenerate" in refused.err) == (5, True)
    sandbox.disable_faults()
    assert twauth("app", "bearer", app, "--end").code == 0
    assert twauth("app", "bearer", app, "--reveal").code == 3


def test_what_x_bills_is_reported_before_a_check(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    demo = sandbox.demo_app
    sign_in(twauth, app, "--expect", "@fernwick_news")
    authorization = twauth("authorize", "--app", app, "--no-wait", "--json").json
    pin = approve_link(authorization["url"], "marsh_weather")
    assert twauth("resume", authorization["id"], "--pin", "-", stdin=pin).code == 0
    result = twauth("check", "--all")
    assert "X bills" not in result.err
    assert result.err.endswith(f"Working: {CREDITS_NOT_CHECKED}\n2 working.\n")
    assert [one["billed"] for one in twauth("check", "--all", "--json").json] == [False, False]
    moved = twauth(
        *("app", "add", app, "--replace", "--api-url", "https://x.example"),
        stdin=f"{demo.api_key}\n{demo.api_secret}\n",
    )
    assert moved.code == 0, moved.err
    # Nobody is there.
    assert twauth("network", "--proxy", f"127.0.0.1:{find_free_port()}").code == 0
    result = twauth("check", "--all", "--json")
    assert result.err.startswith("X bills up to 1 of these 2 checks as user reads ($0.010 each")
    assert {one["handle"]: one["billed"] for one in result.json} == {
        "fernwick_news": True,
        "marsh_weather": None,
    }
    alone = twauth("check", "@fernwick_news")
    assert alone.err.startswith("X bills this check as a user read ($0.010 per day).\n")
    assert CREDITS_NOT_CHECKED not in alone.err
    assert "X bills" not in twauth("check", "@marsh_weather").err
