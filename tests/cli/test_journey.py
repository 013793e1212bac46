"""Proves that the command does a whole account's life, scripted, with a real keychain."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import TwauthCommand, approve_link
from tests.support.keychain import SecretService
from tests.support.secret_search import search_files
from twauth_gui.cli.json_output import JSON_KEYS
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.keychain
NAMES = ("TWITTER_CONSUMER_KEY", "TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET")


def sign_in_and_read_notes(twauth: TwauthCommand, app: str, handle: str) -> str:
    """Sign in with a PIN; return what was printed beside the result."""
    authorization = twauth(
        "authorize", "--app", app, "--expect", f"@{handle}", "--no-wait", "--json"
    )
    assert authorization.code == 0, authorization.err
    pending = authorization.json
    (waiting,) = twauth("attempts", "--json").json
    assert waiting["id"] == pending["id"]
    assert set(waiting) == set(JSON_KEYS["attempt"])
    pin = approve_link(pending["url"], handle)
    resumed = twauth("resume", pending["id"], "--pin", "-", stdin=f"{pin}\n")
    assert resumed.code == 0, resumed.err
    assert f"{app}/@{handle}" in resumed.out
    return resumed.err


def values_of(twauth: TwauthCommand) -> dict[str, str]:
    shown = twauth("show", "--json", "--reveal").json["credentials"]
    return {str(name): str(value) for name, value in shown.items() if value is not None}


def test_the_life_of_an_account(  # noqa: PLR0917 - fixtures are asked for by name
    twauth: TwauthCommand, app: str, sandbox: Sandbox, keychain: SecretService, tmp_path: Path
) -> None:
    before = keychain.service_names()
    _ = sign_in_and_read_notes(twauth, app, "fernwick_news")
    (account,) = twauth("list", "--json").json
    assert set(account) == set(JSON_KEYS["account"])
    assert (account["handle"], account["app"], account["active"]) == ("fernwick_news", app, True)
    assert "••••" in twauth("show", "@Fernwick_News").out
    values = values_of(twauth)
    assert values["api_key"] == sandbox.demo_app.api_key

    (checked,) = twauth("check", "--all", "--json").json
    assert checked["diagnosis"] is None
    assert (checked["health"]["state"], checked["access"]) == ("working", "read-write")

    listed = twauth("list").out.splitlines()
    assert "@fernwick_news" in listed[1]
    assert "Working" in listed[1]

    check_exports(twauth, tmp_path, values)
    run_program(twauth, tmp_path, values)

    assert twauth("revoke", "@fernwick_news", "--yes").code == 0
    check_result = twauth("check")
    assert (check_result.code, "Revoked" in check_result.out) == (5, True)
    assert twauth("app", "remove", app).code == 1
    unasked = twauth("remove", "@fernwick_news", stdin="n\n")
    assert (unasked.code, "There is no terminal to ask on" in unasked.err) == (2, True)
    assert twauth("remove", "@fernwick_news", "--yes").code == 0
    assert twauth("app", "remove", app).code == 0
    assert twauth("list", "--json").json == []
    after = keychain.service_names()
    assert after < before, "nothing is left, and the app's item is gone"
    assert not search_files([*values.values()], [tmp_path / "data"])


def run_program(twauth: TwauthCommand, folder: Path, values: dict[str, str]) -> None:
    """Run commands with the credentials, some of which cannot be run."""
    names = ("run", "@fernwick_news", "--preset", "classic-bot", "--", "printenv", *NAMES)
    wanted = [values[key] for key in ("api_key", "access_token", "access_secret")]
    assert twauth(*names).out.splitlines() == wanted
    assert twauth("run", "--", "sh", "-c", "exit 7").code == 7
    assert twauth("run", "--", "/nowhere/at-all").code == 127
    assert twauth("run", "--", str(folder)).code == 126
    assert twauth("run", "--", "\udcff").code == 127, "a name that is no text"


def check_exports(twauth: TwauthCommand, folder: Path, values: dict[str, str]) -> None:
    """Export to standard output, to a full disk, to a file."""
    text = twauth("export", "--preset", "json-snake").json
    assert text["access_token_secret"] == values["access_secret"]
    full = twauth.call_in_shell(">/dev/full", "export")
    assert (full.code, "No space left" in full.err) == (1, True)
    path = folder / "bot.env"
    assert twauth("export", "@fernwick_news", "--output", str(path)).code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert values["access_secret"] in path.read_text()
    again = twauth("export", "--output", str(path))
    assert (again.code, "--force" in again.err) == (1, True)
    assert twauth("export", "--output", str(path), "--force", "--preset", "x").code == 0
    assert "X_API_KEY" in path.read_text()
    assert twauth("export", "--preset", "nonsense").code == 3
    odd = twauth("export", "--preset", "json-snake", "--no-comment", "--force")
    assert odd.json == text, "what changes nothing is told beside the result"
    assert "This format has no comments" in odd.err
    assert "--force has no effect" in odd.err
    assert "no effect" not in twauth("export", "--no-comment").err
    placeless = twauth("export", "--preset", "twitter4j", "--bearer")
    assert (placeless.code, placeless.out) == (2, "")
    assert "no name for a bearer token" in placeless.err


def test_a_handle_under_two_apps_needs_the_label(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    keys = {"api_key": sandbox.demo_app.api_key, "api_secret": sandbox.demo_app.api_secret}
    added = twauth("app", "add", "Alerts", "--api-url", sandbox.url, stdin=json.dumps(keys))
    assert added.code == 0, added.err
    add_result = twauth("app", "add", "alerts", stdin=json.dumps(keys))
    assert (add_result.code, "--replace" in add_result.err) == (1, True)
    for label in (app, "Alerts"):
        sign_in(twauth.env, label, "tidal_times")
    both = twauth("use", "@tidal_times")
    assert both.code == 2
    assert "Alerts/@tidal_times" in both.err
    assert f"{app}/@tidal_times" in both.err
    assert twauth("use", "alerts/@tidal_times").code == 0
    offered = complete_words(twauth, "twauth use ")
    assert sorted(offered) == ["Alerts/@tidal_times", f"{app}/@tidal_times"]
    assert complete_words(twauth, "twauth authorize --app ") == ["Alerts", app]
    assert [one["app"] for one in twauth("list", "--json").json if one["active"]] == ["Alerts"]
    assert {one["accounts"] for one in twauth("app", "list", "--json").json} == {1}
    prefix = twauth("use", "@tidal")
    assert prefix.code == 3, "a script must not rely on a beginning"


def complete_words(twauth: TwauthCommand, words: str) -> list[str]:
    """What the shell would offer for the next word."""
    offered = twauth(
        COMP_WORDS=words,
        COMP_CWORD=" ",
        _TWAUTH_COMPLETE="bash_complete",
    )
    return [line.removeprefix("plain,") for line in offered.out.splitlines()]


def test_the_doctor_finds_nothing_wrong_and_tells_nothing_secret(
    twauth: TwauthCommand, app: str, keychain: SecretService
) -> None:
    before = keychain.service_names()
    result = twauth("doctor", "--json", HTTPS_PROXY="http://me:a-password@proxy.example:8080")
    assert result.code == 0, result.out
    assert {set(one) == set(JSON_KEYS["finding"]) for one in result.json} == {True}
    assert "proxy.example:8080" in result.out
    assert "a-password" not in result.out
    assert keychain.service_names() == before
    assert "GNOME Keyring" in twauth("doctor").out


def test_a_locked_keychain_is_reported_with_the_next_step(
    twauth: TwauthCommand, app: str, keychain: SecretService
) -> None:
    keychain.lock()
    try:
        result = twauth("authorize", "--app", app, "--no-wait")
        assert result.code == 4
        assert "GNOME Keyring is locked." in result.err
        assert "Next: twauth unlock" in result.err
        assert twauth("list").code == 0
        assert twauth("doctor").code == 4
    finally:
        keychain.unlock()
    assert twauth("unlock").code == 0
