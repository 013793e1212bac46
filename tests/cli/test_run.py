"""Proves that a command gets the account's values alone, under all names of the preset."""

from __future__ import annotations

import json

import pytest

from tests.cli.twauth import Twauth, approve
from twauth_gui.transfer.presets import PRESETS, Syntax

pytestmark = pytest.mark.keychain

SHAPES = [one for one in PRESETS if one.syntax is Syntax.DOTENV and not one.needs_oauth2]
STALE = "stale-of-another-app"


@pytest.fixture
def account(twauth: Twauth, app: str) -> str:
    begun = json.loads(
        twauth("authorize", "--app", app, "--method", "pin", "--no-wait", "--json").out
    )
    pin = approve(begun["url"], "fernwick_news")
    assert twauth("resume", begun["id"], "--pin", "-", stdin=pin).code == 0
    return "@fernwick_news"


def seen(twauth: Twauth, account: str, preset: str, *options: str, **env: str) -> dict[str, str]:
    """Give the environment that a command finds."""
    ended = twauth("run", account, "--preset", preset, *options, "--", "env", "-0", **env)
    assert ended.code == 0, ended.err
    pairs = (line.partition("=") for line in ended.out.split("\0") if line)
    return {name: value for name, _, value in pairs}


def test_what_the_account_has_no_value_for_is_withheld(twauth: Twauth, account: str) -> None:
    for shape in SHAPES:
        found = seen(twauth, account, shape.id, **dict.fromkeys(shape.every_name, STALE))
        assert STALE not in found.values(), shape.id
        assert shape.every_name & set(found), shape.id


def test_others_are_passed_on(twauth: Twauth, account: str) -> None:
    found = seen(twauth, account, "classic-bot", X_BEARER_TOKEN="another's", MY_OWN="mine")
    assert (found["X_BEARER_TOKEN"], found["MY_OWN"]) == ("another's", "mine")


def test_a_person_can_have_them_passed_on(twauth: Twauth, account: str) -> None:
    stale = {"TWITTER_BEARER_TOKEN": STALE, "TWITTER_ACCESS_TOKEN": STALE}
    found = seen(twauth, account, "classic-bot", "--keep-env", **stale)
    assert found["TWITTER_BEARER_TOKEN"] == STALE
    assert found["TWITTER_ACCESS_TOKEN"] != STALE, "the account has a value for this one"
