"""OAuth 2.0 from a shell: signed in over pipes, renewed, shown, handed over, revoked."""

from __future__ import annotations

import json
import sys

import pytest
import requests

from tests.cli.moment import Moment
from tests.cli.test_sign_in import first_line
from tests.cli.twauth import SECONDS, Twauth, approve
from tests.support.secret_service import SecretService
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.keychain


@pytest.fixture
def app(twauth: Twauth, sandbox: Sandbox, app: str) -> str:
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


def sign_in(twauth: Twauth, app: str, *more: str) -> dict[str, object]:
    """Begin in one process and end in another, as two calls over ssh do; nothing is a terminal."""
    begun = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json", *more)
    assert begun.code == 0, begun.err
    assert (begun.json["kind"], begun.json["method"]) == ("oauth2", "address")
    back = approve(begun.json["url"], "fernwick_news")
    ended = twauth("resume", begun.json["id"], "--pin", "-", "--json", stdin=back)
    assert ended.code == 0, ended.err
    account: dict[str, object] = ended.json
    return account


def test_signed_in_shown_renewed_handed_over_revoked(
    twauth: Twauth, app: str, sandbox: Sandbox
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
    assert "good until" in twauth("refresh", "--near-end").out
    script = "import os; print(os.environ['X_OAUTH2_ACCESS_TOKEN'])"
    ran = twauth("run", "--preset", "oauth2", "--", sys.executable, "-c", script)
    after = twauth("show", "--json", "--reveal").json["credentials"]
    assert ran.out.strip() == after["oauth2_access_token"] != before["oauth2_access_token"]
    assert after["oauth2_refresh_token"] in twauth("export", "--preset", "twauth-json").out
    classic = twauth("export")
    assert (classic.code, "no credentials of OAuth 1.0a" in classic.err) == (3, True)
    assert classic.err.endswith(f"Next: twauth authorize --app {app} --expect @fernwick_news\n")
    assert "Refresh token" in twauth("show").out
    assert twauth("revoke", "@fernwick_news", "--oauth2", "--yes").code == 0
    assert twauth("check").code == 5
    spent = twauth("refresh")
    assert (spent.code, "cannot be renewed any more" in spent.err) == (5, True)
    again = f"Next: twauth authorize --app {app} --expect @fernwick_news --oauth2\n"
    assert spent.err.endswith(again)


def test_the_browser_comes_back_by_itself(twauth: Twauth, app: str) -> None:
    arguments = ("authorize", "--app", app, "--oauth2", "--method", "browser", "--json")
    with twauth.running(*arguments) as process:
        back = approve(json.loads(first_line(process))["url"], "fernwick_news")
        assert requests.get(back, timeout=SECONDS).status_code == 200
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert json.loads(out)["handle"] == "fernwick_news"


def test_several_get_it_beside_what_they_have(twauth: Twauth, app: str) -> None:
    begun = twauth("authorize", "--app", app, "--no-wait", "--json")
    pin = approve(begun.json["url"], "fernwick_news")
    assert twauth("resume", begun.json["id"], "--pin", "-", stdin=pin).code == 0
    both = ("--expect", "@fernwick_news", "--expect", "@tidal_times")
    how = ("--oauth2", "--method", "browser", "--json")
    with twauth.running("authorize", "--app", app, *how, *both) as process:
        for handle in ("fernwick_news", "tidal_times"):
            back = approve(json.loads(first_line(process))["url"], handle)
            assert requests.get(back, timeout=SECONDS).status_code == 200
            assert json.loads(first_line(process))["handle"] == handle
        told = json.loads(first_line(process))["several"]
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert [one["standing"] for one in told] == ["in", "in"]


def test_fewer_scopes_than_asked_are_told(twauth: Twauth, app: str, sandbox: Sandbox) -> None:
    scopes = [one["name"] for one in twauth("scopes", "--json").json]
    sandbox.break_with("scopes-reduced")
    every = [word for name in scopes for word in ("--scope", name)]
    begun = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json", *every)
    back = approve(begun.json["url"], "fernwick_news")
    ended = twauth("resume", begun.json["id"], "--pin", "-", stdin=back)
    assert "X did not grant all that was asked for" in ended.err
    assert ": " in ended.err.splitlines()[-1]  # the scope with what it is for


def test_what_does_not_go_together(twauth: Twauth, app: str) -> None:
    for wrong, words in (
        (("--scope", "tweet.write"), "--scope belongs to --oauth2"),
        (("--oauth2", "--method", "link"), "works with OAuth 1.0a only"),
        (("--oauth2", "--scope", "everything"), "X knows no scope everything"),
    ):
        ended = twauth("authorize", "--app", app, "--no-wait", *wrong)
        assert (ended.code, words in ended.err) == (2, True)
    begun = twauth("authorize", "--app", app, "--oauth2", "--no-wait", "--json")
    pin = twauth("resume", begun.json["id"], "--pin", "-", stdin="1234567\n")
    assert (pin.code, "no address of a sign-in" in pin.err) == (2, True)
    assert "always" in twauth("scopes").out


def test_a_keychain_that_closes_while_x_renews(
    twauth: Twauth, app: str, moment: Moment, keychain: SecretService
) -> None:
    _ = sign_in(twauth, app)
    moment.action = keychain.lock
    with twauth.running("refresh", "--json") as process:
        assert process.stderr is not None
        try:
            told = iter(process.stderr.readline, "")
            assert any("gives it only once" in line for line in told)
        finally:
            keychain.unlock()
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert json.loads(out)["renewable"] is True
    assert twauth("refresh").code == 0


def test_the_bearer_token_of_an_app(twauth: Twauth, app: str, sandbox: Sandbox) -> None:
    none_yet = twauth("app", "bearer", app, "--reveal")
    assert (none_yet.code, "no bearer token here yet" in none_yet.err) == (3, True)
    assert "kept with its keys" in twauth("app", "bearer", app).out
    assert twauth("app", "bearer", app, "--check").code == 0
    token = twauth("app", "bearer", app, "--reveal").out.strip()
    assert token.startswith("AAAA")
    _ = sign_in(twauth, app)
    assert token in twauth("export", "--preset", "twauth-json", "--bearer").out
    assert token not in twauth("export", "--preset", "twauth-json").out
    assert twauth("app", "bearer", app, "--check", "--end").code == 2
    sandbox.break_with("bearer-not-revocable")
    refused = twauth("app", "bearer", app, "--end")
    assert (refused.code, "Regenerate" in refused.err) == (5, True)
    sandbox.mend()
    assert twauth("app", "bearer", app, "--end").code == 0
    assert twauth("app", "bearer", app, "--reveal").code == 3
