"""Proves that the network settings can be seen and changed, and that the calls follow them."""

from __future__ import annotations

import pytest

from tests.support.command import TwauthCommand
from twauth_gui.cli.json_output import JSON_KEYS
from twauth_gui.sandbox.server import Sandbox


def test_settings_are_shown_changed_and_refused_with_words(bare: TwauthCommand) -> None:
    shown = bare("network")
    assert shown.code == 0, shown.err
    assert "system proxy" in shown.out
    changed = bare("network", "--proxy", "127.0.0.1:3128", "--read-seconds", "7", "--json")
    assert changed.code == 0, changed.err
    assert changed.json["proxy"] == "http://127.0.0.1:3128"
    assert set(changed.json) == set(JSON_KEYS["network"])
    assert bare("network", "--json").json == changed.json
    for wrong in (
        ("--proxy", "http://me:Passw0rd@proxy.example"),
        ("--ca", "/nowhere.pem"),
        ("--total-seconds", "0.1"),
    ):
        refused = bare("network", *wrong)
        assert refused.code == 2
        assert "were not changed" in refused.err
        assert "Passw0rd" not in refused.err
    assert bare("network", "--json").json == changed.json
    back = bare("network", "--proxy", "system", "--ca", "built-in")
    assert "system proxy" in back.out


@pytest.mark.keychain
def test_a_clock_that_is_off_is_reported_beside_the_result(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    sandbox.enable_faults("clock-ahead")
    result = twauth("authorize", "--app", app, "--no-wait")
    assert result.code == 0, result.err
    assert "The clock of the pretend X is 11 minutes ahead." in result.err
