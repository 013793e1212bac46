"""Proves that a keychain in any state ends the command with 4, and with its own words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.command import ROOT, TwauthCommand
from tests.support.keychain import KEYCHAIN_STATES, KeychainState, SecretService
from tests.support.namespaces import mount_small_disk

pytestmark = [pytest.mark.keychain, pytest.mark.no_cover]

KEYS = "K" * 25 + "\n" + "S" * 50 + "\n"
FULL = os.environ.get("TWAUTH_FULL") == "1"
# A command asks once, and a keychain that does not answer has not said its name.
SAID_HERE = {"GNOME Keyring does not answer.": "The keychain does not answer."}
QUICK = ("locked", "absent", "not writable")
NAMES = tuple(KEYCHAIN_STATES) if FULL else QUICK  # all of them are driven in the window every time


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: KeychainState
) -> Generator[SecretService]:
    with SecretService(tmp_path / "ss", activatable=state.is_activatable) as running:
        running.activate(monkeypatch)
        yield running


@pytest.fixture
def state(request: pytest.FixtureRequest) -> KeychainState:
    return KEYCHAIN_STATES[request.param]


def command(service: SecretService, tmp_path: Path) -> TwauthCommand:
    """Return the command as it is called now: without a bus if the state hides it."""
    env = {**service.env, "TWAUTH_DATA_DIR": str(tmp_path / "data")}
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        del env["DBUS_SESSION_BUS_ADDRESS"]
    return TwauthCommand(env)


@pytest.mark.parametrize("state", NAMES, indirect=True)
def test_it_ends_with_4_and_says_why(
    state: KeychainState, service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(service, tmp_path)("app", "add", "News", stdin=KEYS).code == 0
    state.enter(service, monkeypatch)
    twauth = command(service, tmp_path)
    refused = twauth("app", "add", "Alerts", stdin=KEYS)
    assert refused.code == 4, refused.err
    assert refused.err.startswith(f"twauth: {SAID_HERE.get(state.title, state.title)}\n")
    if state is not KEYCHAIN_STATES["killed"]:  # a command of its own has not met the one before
        assert state.why in refused.err
    assert "Traceback" not in refused.err
    assert [one["label"] for one in twauth("app", "list", "--json").json] == ["News"]
    state.leave(service, monkeypatch)
    assert command(service, tmp_path)("app", "add", "Alerts", stdin=KEYS).code == 0


@pytest.mark.parametrize("state", ["locked"], indirect=True)
def test_a_prompt_that_nobody_answers(
    state: KeychainState, service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.enter(service, monkeypatch)
    result = command(service, tmp_path)("unlock")  # there is no screen, so the prompt ends at once
    assert result.code == 4
    assert result.err.startswith("twauth: GNOME Keyring was not unlocked.\n")


def test_a_disk_that_is_full_then_read_only(tmp_path: Path) -> None:
    """Told apart by checking the disk: the keyring itself only reports that it failed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    program = [sys.executable, "-m", "tests.cli.full_disk_process", str(disk), str(tmp_path)]
    done = subprocess.run(
        [*mount_small_disk(disk), *program],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    full, no_room, read_only, closed, _ = done.stdout.split("--\n")
    assert full.startswith("4 twauth: GNOME Keyring cannot save.\nThe disk is full.")
    assert no_room.startswith("1 twauth: The change was not saved.\nThe disk is full."), no_room
    assert read_only.startswith("4 twauth: GNOME Keyring cannot save.\nThe disk is read-only.")
    assert closed.startswith("1 "), closed
    why = "The disk or the folder does not allow writing."
    assert f"\ntwauth: The list can only be read.\n{why}" in closed, closed
