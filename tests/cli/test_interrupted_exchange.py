"""Proves that a sign-in whose process died between X's grant and the disk says so afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.command import CommandResult, TwauthCommand, approve_link
from tests.support.sandbox_hooks import HookedSandbox
from twauth_gui.xapi import endpoints

pytestmark = pytest.mark.keychain

HANDLE = "fernwick_news"
WAYS = {
    "oauth1": (endpoints.ACCESS_TOKEN, ("--method", "pin")),
    "oauth2": (endpoints.OAUTH2_TOKEN, ("--oauth2",)),
}
MAYBE = "X may have granted this sign-in already."


@pytest.fixture
def sandbox() -> Iterator[HookedSandbox]:
    with HookedSandbox() as running:
        yield running


@pytest.fixture
def app(twauth: TwauthCommand, app: str, sandbox: HookedSandbox) -> str:
    """The app, with an OAuth 2.0 client too."""
    demo = sandbox.demo_app
    keys = {
        "api_key": demo.api_key,
        "api_secret": demo.api_secret,
        "client_id": demo.client_id,
        "client_secret": demo.client_secret,
    }
    assert twauth("app", "add", app, "--replace", stdin=json.dumps(keys)).code == 0
    return app


def begin(twauth: TwauthCommand, app: str, way: str) -> dict[str, Any]:
    authorization = twauth("authorize", "--app", app, *WAYS[way][1], "--no-wait", "--json")
    assert authorization.code == 0, authorization.err
    pending: dict[str, Any] = json.loads(authorization.out)
    return pending


def resume_with(twauth: TwauthCommand, pending: dict[str, Any], answer: str) -> CommandResult:
    return twauth("resume", pending["id"], "--pin", "-", stdin=answer)


def kill_at_the_grant(
    twauth: TwauthCommand, sandbox: HookedSandbox, way: str, pending: dict[str, Any]
) -> str:
    """Kill the command after X has granted, before its response arrives; return the PIN."""
    answer = approve_link(pending["url"], HANDLE)
    with twauth.start("resume", pending["id"], "--pin", "-") as process:
        sandbox.on_request(WAYS[way][0], process.kill, answers_first=True)
        process.communicate(answer, timeout=60)
        assert process.returncode < 0
    assert sandbox.is_done
    assert (WAYS[way][0], 200) in sandbox.answered
    return answer


@pytest.mark.parametrize("way", WAYS)
def test_what_x_may_have_granted_is_reported(
    twauth: TwauthCommand, app: str, sandbox: HookedSandbox, way: str
) -> None:
    pending = begin(twauth, app, way)
    answer = kill_at_the_grant(twauth, sandbox, way, pending)
    listed = twauth("attempts")
    assert "X may have granted it" in listed.out
    assert json.loads(twauth("attempts", "--json").out)[0]["may_be_granted"] is True
    for result in (twauth("resume", pending["id"]), resume_with(twauth, pending, answer)):
        assert result.code != 0
        assert MAYBE in result.err
        assert "Connected apps" in result.err
        assert f"Next: twauth renew {pending['id']}" in result.err
        assert "already been used" not in result.err

    renewed = twauth("renew", pending["id"], "--json")
    assert MAYBE in renewed.err
    again = resume_with(twauth, pending, approve_link(json.loads(renewed.out)["url"], HANDLE))
    assert again.code == 0, again.err
    assert twauth("attempts").out == ""


@pytest.mark.parametrize("way", WAYS)
def test_giving_it_up_says_what_is_left_at_x(
    twauth: TwauthCommand, app: str, sandbox: HookedSandbox, way: str
) -> None:
    pending = begin(twauth, app, way)
    _ = kill_at_the_grant(twauth, sandbox, way, pending)
    result = twauth("resume", pending["id"], "--discard")
    assert result.code == 0
    assert "X may have granted it. End it under Connected apps" in result.out


@pytest.mark.parametrize("way", WAYS)
def test_a_running_exchange_does_not_count_as_interrupted(
    twauth: TwauthCommand, app: str, sandbox: HookedSandbox, way: str
) -> None:
    pending = begin(twauth, app, way)
    answer = approve_link(pending["url"], HANDLE)
    results: list[CommandResult] = []
    sandbox.on_request(WAYS[way][0], lambda: results.append(twauth("attempts")), answers_first=True)
    assert resume_with(twauth, pending, answer).code == 0
    assert "waiting" in results[0].out
