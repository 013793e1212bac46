"""Proves that every command ends with a code and a sentence if something around it fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.call_cases import (
    CALLS,
    CALLS_WITH_QUESTION,
    QUICK_CALLS_WITH_QUESTION,
    open_terminal,
)
from tests.cli.command_environment import IS_FULL_RUN, CommandEnvironment, PreparedCall, run_call
from tests.support.command import PROGRAM, CommandResult, minimal_environment
from tests.support.sample_index import fill_index
from twauth_gui.cli.root import COMMANDS, root

pytestmark = [pytest.mark.keychain, pytest.mark.no_cover]

# Each prints in a way of its own.
_WRITERS = ("app list", "export", "list", "run", "sandbox", "show", "vault show")
_FEW = ("backup", "check", "list", "run", "sandbox")  # one of every kind
_FEW_AT_HOME = ("app add", "doctor", "import", "list", "presets show", "show", "vault show")
_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_every_command_is_called() -> None:
    assert set(CALLS) == set(_command_names(root))
    assert {name.split()[0] for name in CALLS} == set(COMMANDS)


def _command_names(group: click.Group) -> Iterator[str]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from (f"{name} {below}" for below in _command_names(command))
        else:
            assert command is not None, name
            yield name


@pytest.mark.parametrize("name", CALLS)
def test_closed_input_and_a_poor_locale_cost_nothing(
    environment: CommandEnvironment, name: str
) -> None:
    """Except what should be read from there."""
    prepared, unread = CALLS[name].prepare(environment), CALLS[name].no_input_message
    closed = ("sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM)
    result = run_call({**environment.twauth.env, **_ASCII}, prepared, closed)
    assert result.code == (2 if unread else 0), result.err
    assert unread in result.err
    assert "Traceback" not in result.err
    assert bool(result.out) is not bool(unread)
    if name in {"list", "app list", "check"}:
        assert "Z?rich" in result.out  # what the locale has no letter for
    environment.check_result(prepared, done=not unread)


@pytest.mark.parametrize("name", CALLS if IS_FULL_RUN else _WRITERS)
def test_a_full_disk_is_reported(environment: CommandEnvironment, name: str) -> None:
    prepared = CALLS[name].prepare(environment)
    with Path("/dev/full").open("w") as full:
        result = environment.call(prepared, stdout=full)
    assert result.code == (2 if name == "run" else 1)  # there it is printenv's own
    assert "No space left" in result.err
    assert "Traceback" not in result.err
    environment.check_result(prepared, done=True)


@pytest.mark.parametrize("name", CALLS if IS_FULL_RUN else _FEW)
@pytest.mark.parametrize("is_heard", [True, False])
def test_a_terminal_that_is_gone(
    environment: CommandEnvironment, name: str, *, is_heard: bool
) -> None:
    """If standard error is somewhere else, the reason is printed there."""
    prepared, unread = CALLS[name].prepare(environment), CALLS[name].no_input_message
    master, slave = os.openpty()
    os.close(master)
    streams = {"stdin": slave, "stdout": slave} | ({} if is_heard else {"stderr": slave})
    result = environment.call(prepared, **streams)
    os.close(slave)
    assert result.code == (2 if unread or name == "run" else 1)
    if is_heard:
        assert (unread or "rror") in result.err  # the system's "Input/output error"
        assert "Traceback" not in result.err
    environment.check_result(prepared, done=not unread)


@pytest.mark.parametrize("name", CALLS_WITH_QUESTION if IS_FULL_RUN else QUICK_CALLS_WITH_QUESTION)
def test_a_terminal_that_goes_while_it_asks(environment: CommandEnvironment, name: str) -> None:
    prepared = CALLS[name].prepare(environment)
    with open_terminal(environment, prepared) as person:
        person.wait_for(CALLS[name].question)
        assert person.hang_up() == -signal.SIGHUP
    # What was begun before it asked waits.
    environment.check_result(prepared, done=name == "authorize")


# Commands that need no home folder and end with 0.
_HOMELESS = {"completion", "explain", "presets show", "sandbox", "scopes"}
# Commands for which a read-only list is enough.
_READERS = {"app list", "attempts", "list", "network", "vault show"}
_FAILS_BEFORE = {"restore", "unlock", "use", "vault change-passphrase"}
# What keeps files beside the list of accounts: test_presets.py, test_push.py, test_setup_shell.py.
_BESIDE = {"presets", "destinations", "setup-shell"}
_AT_HOME = [name for name in CALLS if name.split()[0] not in _BESIDE or name == "presets show"]
_OTHERWISE = {
    "import": (2, "There is no home folder"),  # it searches there
    "restore": (3, "There is no file"),
}


@pytest.mark.parametrize("name", CALLS)
def test_no_home_is_reported_or_not_needed(name: str) -> None:
    result = run_call(
        {"PATH": os.environ["PATH"], "HOME": "nowhere"}, PreparedCall(CALLS[name].words)
    )
    assert "Traceback" not in result.err
    if name in _HOMELESS:
        assert (result.code, bool(result.out)) == (0, True), result.err
    else:
        code, words = _OTHERWISE.get(name, (1, "There is no home folder"))
        assert (result.code, words in result.err) == (code, True)


@pytest.mark.unprivileged
@pytest.mark.parametrize("name", _AT_HOME if IS_FULL_RUN else _FEW_AT_HOME)
def test_an_empty_home_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir(0o500)
    result = _at_home(tmp_path, home, name)
    assert "Traceback" not in result.err
    if name in _HOMELESS:
        assert (result.code, bool(result.out)) == (0, True), result.err
    else:
        assert result.code == (4 if name == "doctor" else 1), result.err
        assert "The list of accounts cannot be opened" in result.out + result.err


@pytest.mark.unprivileged
@pytest.mark.parametrize("name", _AT_HOME if IS_FULL_RUN else _FEW_AT_HOME)
def test_a_home_that_cannot_be_written_any_more(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    data = home / ".local" / "share" / "twauth"
    fill_index(data, 3)
    data.chmod(0o500)
    try:
        result = _at_home(tmp_path, home, name)
    finally:
        data.chmod(0o700)
    assert "Traceback" not in result.err
    if name in _HOMELESS | _READERS:
        assert (result.code, bool(result.out or result.err)) == (0, True), result.err
        assert name != "list" or result.out.count("@") == 3
    else:  # there is no keychain, and no account that the command names
        assert result.code in {2, 3, 4}, result.err
        assert name in _FAILS_BEFORE or "does not allow writing" in result.out + result.err


def _at_home(tmp_path: Path, home: Path, name: str) -> CommandResult:
    """Run a call in a home folder that is not writable."""
    env = {**minimal_environment(tmp_path), "HOME": str(home)}
    del env["TWAUTH_DATA_DIR"]
    return run_call(env, PreparedCall(CALLS[name].words))
