"""Proves that what another process removes or replaces meanwhile is told, and never overwritten."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.command import CommandResult, TwauthCommand, approve_link
from tests.support.sandbox_hooks import HookedSandbox
from twauth_gui.xapi import endpoints

pytestmark = pytest.mark.keychain

ACCOUNT = "@fernwick_news"


@pytest.fixture
def sandbox() -> Iterator[HookedSandbox]:
    with HookedSandbox() as running:
        yield running


def require_success(result: CommandResult) -> None:
    assert result.code == 0, result.err


@pytest.mark.parametrize(
    "command",
    [
        ("check", ACCOUNT),
        ("check", "--all", "--json"),
        ("revoke", ACCOUNT, "--yes"),
        ("remove", ACCOUNT, "--revoke", "--yes"),
    ],
)
@pytest.mark.usefixtures("account")
def test_an_account_that_goes_while_x_is_asked(
    twauth: TwauthCommand, sandbox: HookedSandbox, command: tuple[str, ...]
) -> None:
    checks = command[0] == "check"
    path = endpoints.VERIFY_CREDENTIALS if checks else endpoints.INVALIDATE_TOKEN
    sandbox.on_request(path, lambda: require_success(twauth("remove", ACCOUNT, "--yes")))
    result = twauth(*command)
    assert sandbox.is_done
    assert result.code == 3, result.err
    assert "is no longer here." in result.err
    assert "unexpected" not in result.err


def test_an_app_that_goes_while_x_is_asked(
    twauth: TwauthCommand, app: str, sandbox: HookedSandbox
) -> None:
    sandbox.on_request(
        endpoints.BEARER_TOKEN, lambda: require_success(twauth("app", "remove", app, "--yes"))
    )
    result = twauth("app", "bearer", app)
    assert sandbox.is_done
    assert result.code == 3
    assert "This app is no longer here." in result.err


def test_a_sign_in_whose_app_goes_while_x_is_asked(
    twauth: TwauthCommand, app: str, sandbox: HookedSandbox
) -> None:
    authorization = json.loads(twauth("authorize", "--app", app, "--no-wait", "--json").out)
    pin = approve_link(authorization["url"], "fernwick_news")
    sandbox.on_request(
        endpoints.ACCESS_TOKEN, lambda: require_success(twauth("app", "remove", app, "--yes"))
    )
    result = twauth("resume", authorization["id"], "--pin", "-", stdin=pin)
    assert sandbox.is_done
    assert result.code == 3
    assert "The app was removed during this sign-in." in result.err
    assert "Connected apps" in result.err
    assert twauth("attempts").out == ""


def test_keys_replaced_while_x_gives_a_bearer_token(
    twauth: TwauthCommand, app: str, sandbox: HookedSandbox
) -> None:
    newer = "\n".join(("n" * 25, "e" * 50))
    sandbox.on_request(
        endpoints.BEARER_TOKEN,
        lambda: require_success(twauth("app", "add", app, "--replace", stdin=newer)),
    )
    result = twauth("app", "bearer", app)
    assert sandbox.is_done
    assert result.code == 5
    assert "X gives no bearer token for these keys." in result.err
    pairs = [line for line in sandbox.answered if line[0] == endpoints.BEARER_TOKEN]
    assert [status for _path, status in pairs] == [200, 403], "asked again with the newer keys"
    assert "no bearer token yet" in twauth("app", "bearer", app, "--check").err
