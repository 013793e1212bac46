"""Proves that many accounts are checked at once, wait for X, stop, and report."""

from __future__ import annotations

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import TwauthCommand, interrupt
from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import KEYS
from twauth_gui.sandbox.server import Sandbox

KEY, SECRET = KEYS.api_key.reveal(), KEYS.api_secret.reveal()

pytestmark = pytest.mark.keychain


@pytest.fixture
def accounts(twauth: TwauthCommand, app: str) -> list[str]:
    handles = ["fernwick_news", "marsh_weather", "tidal_times"]
    for handle in handles:
        sign_in(twauth.env, app, handle)
    return handles


def test_all_at_once_a_limit_and_a_stop(
    twauth: TwauthCommand, accounts: list[str], sandbox: Sandbox
) -> None:
    result = twauth("check", "--all")
    assert result.code == 0, result.err
    assert result.out.count("Working") == len(accounts)
    assert result.err.endswith("3 working.\n")
    sandbox.enable_faults("rate-limited")
    with twauth.start("check", "--all", "--json") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("X asks to wait until ")
        result = interrupt(process)
    assert result.code == 130
    assert result.json == []
    assert result.err.endswith("3 not checked.\n")
    states = {one["health"]["state"] for one in twauth("list", "--json").json}
    assert states == {"working"}
    alone = twauth("check", "@tidal_times")
    assert (alone.code, "X asks to wait until" in alone.out) == (5, True), (
        "nobody waits for one alone"
    )
    assert "Could not be checked; working on " in alone.out
    assert "Working, last check failed" in twauth("list").out
    shown = twauth("show", "@tidal_times").out
    assert "Last check" in shown
    assert "Failed " in shown
    health = twauth("show", "@tidal_times", "--json").json["health"]
    assert (health["state"], health["at"] < health["failed_at"]) == ("working", True)
    assert health["failure"].startswith("X asks to wait until ")
    sandbox.disable_faults()
    sandbox.enable_faults("tokens-read-only")
    result = twauth("check", "--all", "--json")
    assert result.code == 0
    assert result.err == "3 need attention.\n"
    assert {one["health"]["state"] for one in result.json} == {"read-only"}


def test_what_nobody_knows_comes_with_a_report(twauth: TwauthCommand) -> None:
    with CannedServer() as server:
        server.set_reply(418, "short and stout", {"x-transaction-id": "00ab12cd34ef5678"})
        added = twauth("app", "add", "Teapot", "--api-url", server.url, stdin=f"{KEY}\n{SECRET}\n")
        assert added.code == 0, added.err
        result = twauth("app", "check", "Teapot")
    assert result.code == 5
    for part in ("status: 418", "body: short and stout", "transaction: 00ab12cd34ef5678"):
        assert part in result.err


def test_what_has_changed_is_told_once(
    twauth: TwauthCommand, accounts: list[str], sandbox: Sandbox
) -> None:
    quiet = ("--quiet", "check", "--all", "--changes")
    first = twauth(*quiet)
    assert (first.code, first.out, first.err) == (0, "", ""), "the first check changes nothing"
    assert twauth("changes").code == 0
    sandbox.enable_faults("tokens-read-only")
    fell = "Access fell from read and write to read only"
    changed = twauth(*quiet)
    lines = [f"Newsroom/@{handle}  {fell}" for handle in accounts]
    assert (changed.code, sorted(changed.out.splitlines())) == (7, lines)
    again = twauth(*quiet)
    assert (again.code, again.out) == (0, "")
    assert twauth("list").out.count("changed: access") == len(accounts)
    assert f"Changed        {fell}" in twauth("show", "@tidal_times").out
    listed = twauth("changes", "--json")
    assert listed.code == 7
    assert {(one["aspect"], one["trend"]) for one in listed.json} == {("access", "worse")}
    sandbox.disable_faults()
    alone = twauth("check", "@tidal_times", "--json").json[0]
    assert [one["after"] for one in alone["changes"]] == ["read-write"]
    left = twauth("changes", "--seen")
    assert (left.code, len(left.out.splitlines())) == (7, 2), "one is what it was before"
    assert twauth("changes").code == 0
    assert {tuple(one["changed"]) for one in twauth("list", "--json").json} == {()}
    sandbox.enable_faults("captive-portal")
    unreached = twauth(*quiet)
    assert (unreached.code, unreached.out) == (6, "")
