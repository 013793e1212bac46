"""Proves that whatever the list shows can be named, also before X has told an account's handle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import CALL_SECONDS, TwauthCommand
from twauth_gui.sandbox.server import Sandbox

pytestmark = [pytest.mark.keychain, pytest.mark.no_cover]


@pytest.fixture
def number(twauth: TwauthCommand, app: str, sandbox: Sandbox, tmp_path: Path) -> str:
    """User ID of an account that was imported while X was out of reach: its only name."""
    sign_in(twauth.env, app, "fernwick_news")
    user_id: str = twauth("list", "--json").json[0]["user_id"]
    file = tmp_path / "bot.env"
    assert twauth("export", "--no-comment", "--output", str(file)).code == 0  # a comment names it
    assert twauth("remove", "@fernwick_news", "--yes").code == 0
    sandbox.stop()
    imported = twauth("import", str(file), "--yes", "--api-url", sandbox.url)
    assert imported.code == 0, imported.err
    (listed,) = twauth("list", "--json").json
    assert (listed["handle"], listed["user_id"]) == (user_id, user_id)
    return user_id


def test_an_account_without_a_handle_can_be_named(
    twauth: TwauthCommand, number: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    app = twauth("list", "--json").json[0]["app"]
    shown = twauth("list").out.splitlines()[1].split()[0]
    assert shown == number
    for name in (
        number,
        f"@{number}",
        f"{app}/{number}",
        f"{app}/@{number}",
        app.lower() + f"/@{number}",
    ):
        result = twauth("show", name, "--json")
        assert (result.code, result.json["user_id"]) == (0, number), result.err
    for words in (
        ("use", shown),
        ("export", shown),
        ("export", shown, "--output", str(tmp_path / "out.env")),
        ("show", shown, "--reveal"),
        ("run", shown, "--", "true"),
        ("run", "--", "true"),
    ):
        result = twauth(*words)
        assert result.code == 0, (words, result.err)
    script = f"from twauth_gui import client; client({number!r}); client('@{number}'); client()"
    bot = subprocess.run(
        [sys.executable, "-c", script],
        env=twauth.env,
        check=False,
        capture_output=True,
        timeout=CALL_SECONDS,
    )
    assert bot.returncode == 0, bot.stderr
    unreached = twauth("check", shown)
    assert unreached.code == 6
    sandbox.start()
    assert twauth("check", shown).code == 0
    assert "@fernwick_news" in twauth("list").out
    assert twauth("show", number, "--json").json["handle"] == "fernwick_news"
    assert twauth("revoke", number, "--yes").code == 0
    assert twauth("remove", f"{app}/{number}", "--yes").code == 0
    assert twauth("list", "--json").json == []


def test_nothing_is_expected_of_a_handle_that_nobody_knows(
    twauth: TwauthCommand, number: str, sandbox: Sandbox
) -> None:
    sandbox.start()
    assert twauth("revoke", number, "--yes").code == 0
    result = twauth("check", number)
    assert result.code == 5
    assert "--expect" not in result.out + result.err
    assert "Next: twauth authorize" in result.out + result.err


def test_a_name_that_is_none_says_so(bare: TwauthCommand) -> None:
    errors = {name: twauth_err(bare, name) for name in ("@", "not a handle", "1" * 25, "@nobody")}
    assert "A handle is empty." in errors["@"]
    assert "not a handle is not a handle." in errors["not a handle"]
    assert f"There is no account {'1' * 25}." in errors["1" * 25]
    assert "There is no account @nobody." in errors["@nobody"]


def twauth_err(bare: TwauthCommand, name: str) -> str:
    return bare("show", name).err
