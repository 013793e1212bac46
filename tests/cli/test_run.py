"""Proves that a command gets the account's values alone, under all names of the preset."""

from __future__ import annotations

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import TwauthCommand
from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.preset_catalog import builtin_presets

pytestmark = [pytest.mark.keychain, pytest.mark.no_cover]

SHAPES = [
    one
    for one in builtin_presets()
    if one.syntax is FileSyntax.DOTENV and one.needs_oauth1 and not one.is_always_grouped
]
STALE = "stale-of-another-app"
LATER = (
    *("PySide6", "requests", "tweepy", "yaml"),
    *("twauth_gui.gui", "twauth_gui.sandbox", "twauth_gui.services.sign_in"),
)


def run_env(twauth: TwauthCommand, *words: str, **env: str) -> dict[str, str]:
    """Return the environment that the command gets."""
    result = twauth("run", *words, "--", "env", "-0", **env)
    assert result.code == 0, result.err
    pairs = (line.partition("=") for line in result.out.split("\0") if line)
    return {name: value for name, _, value in pairs}


def test_what_the_account_has_no_value_for_is_withheld(twauth: TwauthCommand, account: str) -> None:
    for shape in SHAPES:
        found = run_env(
            twauth, account, "--preset", shape.id, **dict.fromkeys(shape.all_names, STALE)
        )
        assert STALE not in found.values(), shape.id
        assert shape.all_names & set(found), shape.id


def test_others_are_passed_on(twauth: TwauthCommand, account: str) -> None:
    found = run_env(twauth, account, X_BEARER_TOKEN="another's", MY_OWN="mine")
    assert (found["X_BEARER_TOKEN"], found["MY_OWN"]) == ("another's", "mine")


def test_no_bot_waits_for_what_it_does_not_need(twauth: TwauthCommand, account: str) -> None:
    result = twauth("run", account, "--", "true", PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip() for line in result.err.splitlines()}
    assert "keyring.backends.SecretService" in loaded
    assert [name for name in sorted(loaded) if name.startswith(LATER)] == []


def test_a_person_can_have_them_passed_on(twauth: TwauthCommand, account: str) -> None:
    stale = {"TWITTER_BEARER_TOKEN": STALE, "TWITTER_ACCESS_TOKEN": STALE}
    found = run_env(twauth, account, "--keep-env", **stale)
    assert found["TWITTER_BEARER_TOKEN"] == STALE
    assert found["TWITTER_ACCESS_TOKEN"] != STALE, "the account has a value for this one"


def test_several_accounts_in_one_environment(twauth: TwauthCommand, app: str, account: str) -> None:
    sign_in(twauth.env, app, "marsh_weather")
    names = ("TWITTER_CONSUMER_KEY", "TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET")
    fields = ("api_key", "access_token", "access_secret")
    both = (account, "@marsh_weather")
    values = [
        twauth("credential", one, *(f"--field={field}" for field in fields)).out.splitlines()
        for one in both
    ]
    stale = {f"TWITTER_ACCESS_TOKEN{end}": STALE for end in ("", "_1", "_3")}
    stale["MARSH_WEATHER_TWITTER_BEARER_TOKEN"] = STALE
    prefixed = run_env(twauth, *both, **stale)
    numbered = run_env(twauth, *both, "--number", **stale)
    for at, handle in enumerate(("FERNWICK_NEWS", "MARSH_WEATHER")):
        assert [prefixed[f"{handle}_{name}"] for name in names] == values[at]
        assert [numbered[f"{name}_{at + 1}"] for name in names] == values[at]
    kept = {name for name, value in prefixed.items() if value == STALE}
    assert kept == {"TWITTER_ACCESS_TOKEN_1", "TWITTER_ACCESS_TOKEN_3"}, "not of these accounts"
    assert {name for name, value in numbered.items() if value == STALE} == {
        "MARSH_WEATHER_TWITTER_BEARER_TOKEN"
    }
    only = run_env(twauth, account, "--number")
    assert only["TWITTER_ACCESS_TOKEN_1"] == values[0][1]
    assert "TWITTER_ACCESS_TOKEN" not in only
    masked = twauth("run", "--mask", *both, "--", "printenv", *prefixed_names(names))
    assert masked.out == "***\n" * 6


def prefixed_names(names: tuple[str, ...]) -> list[str]:
    return [f"{one}_{name}" for one in ("FERNWICK_NEWS", "MARSH_WEATHER") for name in names]
