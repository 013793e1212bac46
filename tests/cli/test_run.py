"""Proves that a command gets the account's values alone, under all names of the preset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cli.test_journey import signed_in
from tests.support.command import TwauthCommand
from twauth_gui.cli.errors import CliError
from twauth_gui.cli.run_environment import name_variables
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import PRESETS, FileSyntax

pytestmark = pytest.mark.keychain

SHAPES = [one for one in PRESETS if one.syntax is FileSyntax.DOTENV and not one.needs_oauth2]
STALE = "stale-of-another-app"


@pytest.fixture
def account(twauth: TwauthCommand, app: str) -> str:
    signed_in(twauth, app, "fernwick_news")
    return "@fernwick_news"


def seen(
    twauth: TwauthCommand, account: str, preset: str, *options: str, **env: str
) -> dict[str, str]:
    """Return the environment that the command gets."""
    return seen_of(twauth, account, "--preset", preset, *options, **env)


def seen_of(twauth: TwauthCommand, *words: str, **env: str) -> dict[str, str]:
    ended = twauth("run", *words, "--", "env", "-0", **env)
    assert ended.code == 0, ended.err
    pairs = (line.partition("=") for line in ended.out.split("\0") if line)
    return {name: value for name, _, value in pairs}


def test_what_the_account_has_no_value_for_is_withheld(twauth: TwauthCommand, account: str) -> None:
    for shape in SHAPES:
        found = seen(twauth, account, shape.id, **dict.fromkeys(shape.all_names, STALE))
        assert STALE not in found.values(), shape.id
        assert shape.all_names & set(found), shape.id


def test_others_are_passed_on(twauth: TwauthCommand, account: str) -> None:
    found = seen(twauth, account, "classic-bot", X_BEARER_TOKEN="another's", MY_OWN="mine")
    assert (found["X_BEARER_TOKEN"], found["MY_OWN"]) == ("another's", "mine")


def test_a_person_can_have_them_passed_on(twauth: TwauthCommand, account: str) -> None:
    stale = {"TWITTER_BEARER_TOKEN": STALE, "TWITTER_ACCESS_TOKEN": STALE}
    found = seen(twauth, account, "classic-bot", "--keep-env", **stale)
    assert found["TWITTER_BEARER_TOKEN"] == STALE
    assert found["TWITTER_ACCESS_TOKEN"] != STALE, "the account has a value for this one"


def test_several_accounts_in_one_environment(twauth: TwauthCommand, app: str, account: str) -> None:
    signed_in(twauth, app, "marsh_weather")
    names = ("TWITTER_CONSUMER_KEY", "TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET")
    fields = ("api_key", "access_token", "access_secret")
    both = (account, "@marsh_weather")
    values = [
        twauth("credential", one, *(f"--field={field}" for field in fields)).out.splitlines()
        for one in both
    ]
    stale = {f"TWITTER_ACCESS_TOKEN{end}": STALE for end in ("", "_1", "_3")}
    stale["MARSH_WEATHER_TWITTER_BEARER_TOKEN"] = STALE
    prefixed = seen_of(twauth, *both, **stale)
    numbered = seen_of(twauth, *both, "--number", **stale)
    for at, handle in enumerate(("FERNWICK_NEWS", "MARSH_WEATHER")):
        assert [prefixed[f"{handle}_{name}"] for name in names] == values[at]
        assert [numbered[f"{name}_{at + 1}"] for name in names] == values[at]
    kept = {name for name, value in prefixed.items() if value == STALE}
    assert kept == {"TWITTER_ACCESS_TOKEN_1", "TWITTER_ACCESS_TOKEN_3"}, "not of these accounts"
    assert {name for name, value in numbered.items() if value == STALE} == {
        "MARSH_WEATHER_TWITTER_BEARER_TOKEN"
    }
    only = seen_of(twauth, account, "--number")
    assert only["TWITTER_ACCESS_TOKEN_1"] == values[0][1]
    assert "TWITTER_ACCESS_TOKEN" not in only
    masked = twauth("run", "--mask", *both, "--", "printenv", *prefixed_names(names))
    assert masked.out == "***\n" * 6


def prefixed_names(names: tuple[str, ...]) -> list[str]:
    return [f"{one}_{name}" for one in ("FERNWICK_NEWS", "MARSH_WEATHER") for name in names]


def test_accounts_that_would_share_a_name_are_refused() -> None:
    clash = replace(PRESETS[0], names={Field.API_KEY: "KEY", Field.API_SECRET: "B_KEY"})
    values = [{"KEY": Secret("1"), "B_KEY": Secret("2")}] * 2
    with pytest.raises(CliError):
        _ = name_variables(clash, ["a", "a_b"], values, number=False)
    assert len(name_variables(clash, ["a", "a_b"], values, number=True).variables) == 4
