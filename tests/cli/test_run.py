"""Proves that a command gets the account's values alone, under all names of the preset."""

from __future__ import annotations

import json

import pytest

from tests.support.command import TwauthCommand, approve_link
from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.preset_catalog import builtin_presets

pytestmark = pytest.mark.keychain

SHAPES = [
    one
    for one in builtin_presets()
    if one.syntax is FileSyntax.DOTENV and one.needs_oauth1 and not one.is_always_grouped
]
STALE = "stale-of-another-app"


@pytest.fixture
def account(twauth: TwauthCommand, app: str) -> str:
    authorization = json.loads(
        twauth("authorize", "--app", app, "--method", "pin", "--no-wait", "--json").out
    )
    pin = approve_link(authorization["url"], "fernwick_news")
    assert twauth("resume", authorization["id"], "--pin", "-", stdin=pin).code == 0
    return "@fernwick_news"


def run_env(
    twauth: TwauthCommand, account: str, preset: str, *options: str, **env: str
) -> dict[str, str]:
    """Return the environment that the command gets."""
    result = twauth("run", account, "--preset", preset, *options, "--", "env", "-0", **env)
    assert result.code == 0, result.err
    pairs = (line.partition("=") for line in result.out.split("\0") if line)
    return {name: value for name, _, value in pairs}


def test_what_the_account_has_no_value_for_is_withheld(twauth: TwauthCommand, account: str) -> None:
    for shape in SHAPES:
        found = run_env(twauth, account, shape.id, **dict.fromkeys(shape.all_names, STALE))
        assert STALE not in found.values(), shape.id
        assert shape.all_names & set(found), shape.id


def test_others_are_passed_on(twauth: TwauthCommand, account: str) -> None:
    found = run_env(twauth, account, "classic-bot", X_BEARER_TOKEN="another's", MY_OWN="mine")
    assert (found["X_BEARER_TOKEN"], found["MY_OWN"]) == ("another's", "mine")


def test_a_person_can_have_them_passed_on(twauth: TwauthCommand, account: str) -> None:
    stale = {"TWITTER_BEARER_TOKEN": STALE, "TWITTER_ACCESS_TOKEN": STALE}
    found = run_env(twauth, account, "classic-bot", "--keep-env", **stale)
    assert found["TWITTER_BEARER_TOKEN"] == STALE
    assert found["TWITTER_ACCESS_TOKEN"] != STALE, "the account has a value for this one"
