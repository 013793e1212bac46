"""Proves that twauth credential prints what is kept now, and that there is no second copy."""

from __future__ import annotations

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import TerminalUser, TwauthCommand
from tests.support.keychain import SecretService

pytestmark = pytest.mark.keychain

PAIR = ("--field", "access_token", "--field", "access_secret")


def test_the_name_stays_and_the_value_follows(
    twauth: TwauthCommand, app: str, keychain: SecretService
) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    first = twauth("credential", "@fernwick_news", *PAIR)
    assert (first.code, first.err) == (0, "")
    before = keychain.service_names()
    assert twauth("revoke", "@fernwick_news", "--yes").code == 0
    sign_in(twauth.env, app, "fernwick_news")
    second = twauth("credential", "@fernwick_news", *PAIR).out
    assert second != first.out
    kept = twauth("show", "--json", "--reveal").json["credentials"]
    assert second.splitlines() == [kept["access_token"], kept["access_secret"]]
    (item,) = keychain.service_names() - before
    assert item.split("/")[1] == "account"


def test_all_or_nothing(twauth: TwauthCommand, app: str) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    lacking = twauth("credential", *PAIR, "--field", "bearer_token")
    assert (lacking.code, lacking.out) == (3, "")
    assert "@fernwick_news has no bearer_token." in lacking.err
    assert twauth("credential").code == 2
    assert twauth("credential", "--field", "oauth2_refresh_token").code == 2
    with TerminalUser(twauth.env, "credential", "--field", "api_key") as person:
        assert person.wait_for_exit() == 0
        assert "Secrets follow." in person.seen
