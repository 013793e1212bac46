"""Proves what a person at a terminal is asked, and that a secret is not echoed."""

from __future__ import annotations

import signal

import pytest

from tests.support.command import TerminalUser, TwauthCommand, approve_link
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.keychain


def link(screen: str) -> str:
    return next(word for word in screen.split() if "/oauth/authorize" in word)


def test_a_person_signs_in_and_removes(twauth: TwauthCommand, sandbox: Sandbox) -> None:
    demo = sandbox.demo_app
    with TerminalUser(twauth.env, "app", "add", "Newsroom", "--api-url", sandbox.url) as person:
        person.wait_for("API key: ")
        person.type(f"{demo.api_key}\n")
        person.wait_for("API key secret: ")
        person.type(f"{demo.api_secret}\n")
        assert person.wait_for_exit() == 0
        assert demo.api_key not in person.seen
        assert demo.api_secret not in person.seen
    with TerminalUser(twauth.env, "authorize", "--app", "news") as person:
        person.wait_for("ended on: ")
        person.type("nonsense!\n")
        person.wait_for("This is not a PIN")
        pin = approve_link(link(person.seen), "fernwick_news")
        person.type(f"{pin}\n")
        person.wait_for("Signed in: Newsroom/@fernwick_news")
        assert person.wait_for_exit() == 0
    with TerminalUser(twauth.env, "export", "@fern") as person:
        assert person.wait_for_exit() == 0
        assert "Secrets follow" in person.seen
    with TerminalUser(twauth.env, "remove", "@fernwick_news") as person:
        person.wait_for("[y/N]")
        person.type("n\n")
        assert person.wait_for_exit() == 130
    assert len(twauth("list", "--json").json) == 1


def test_a_person_chooses_what_becomes_of_another_account(twauth: TwauthCommand, app: str) -> None:
    for choice, account_count in (("later", 0), ("discard", 0), ("keep", 1)):
        arguments = ("authorize", "--app", app, "--expect", "@marsh_weather")
        with TerminalUser(twauth.env, *arguments) as person:
            person.wait_for("ended on: ")
            person.type(f"{approve_link(link(person.seen), 'tidal_times')}\n")
            person.wait_for("[later]: ")
            person.type(f"{choice}\n")
            assert person.wait_for_exit() == 0, person.seen
        assert len(twauth("list", "--json").json) == account_count
    assert len(twauth("attempts", "--json").json) == 1


def test_a_terminal_that_goes_ends_the_command_also_where_the_tests_ignore_it(
    bare: TwauthCommand,
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    try:
        with TerminalUser(bare.env, "--vault", "file", "app", "add", "Newsroom") as person:
            person.wait_for("New passphrase: ")
            assert person.hang_up() == -signal.SIGHUP
    finally:
        signal.signal(signal.SIGHUP, before)


def test_colour_is_for_terminals_that_want_it(bare: TwauthCommand) -> None:
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        with TerminalUser({**bare.env, **env}, "show") as person:
            assert person.wait_for_exit() == 3
            assert ("\x1b[" in person.seen) is coloured
    assert "\x1b[" not in bare("show").err
