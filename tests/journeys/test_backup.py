"""Everything moves to another computer, looked after on the way, and nothing leaks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.window_user import REPOSITORY, TEST_ENVIRONMENT, WindowUser, read_clipboard
from tests.support.desktop import Desktop
from tests.support.secret_search import search_files
from tests.support.wait import wait_until
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

HANDLE = "marsh_weather"
PASSPHRASE = "tidal ferry lantern"
COMMAND = "import sys; from twauth_gui.cli.main import main; sys.exit(main())"


def type_into(person: WindowUser, path: Path, *fields: str) -> None:
    person.screen.find("text", "Path of the file").retype(str(path))
    for field in fields:
        person.screen.find("text", field).retype(PASSPHRASE)


def values(desktop: Desktop, folder: Path) -> dict[str, str]:
    shown = subprocess.run(
        [sys.executable, "-c", COMMAND, "--data-dir", str(folder), "show", "--json", "--reveal"],
        env={**desktop.env, **TEST_ENVIRONMENT},
        cwd=REPOSITORY,
        capture_output=True,
        timeout=60,
        check=True,
    )
    found: dict[str, str | None] = json.loads(shown.stdout)["credentials"]
    return {name: value for name, value in found.items() if value}


def test_from_one_computer_to_another(desktop: Desktop, sandbox: Sandbox) -> None:
    here, there = desktop.home / "here", desktop.home / "there"
    backup = desktop.home / "all.twauth"
    program = (sys.executable, "-m", "twauth_gui", "--data-dir")
    with WindowUser(desktop, command=(*program, str(here))) as person:
        person.add_first_app(sandbox, "Newsroom")
        person.sign_in_by_pin(HANDLE)
        secrets = [*values(desktop, here).values(), PASSPHRASE]
        backed_up(person, backup, secrets)
        copy_diagnosis(person, secrets)
        person.press("Settings")
        person.screen.find("radio button", "Compact").click()
        person.press("Done")
        person.close()
    with WindowUser(desktop, command=(*program, str(there))) as person:
        restore_backup(person, backup, secrets)
        person.press("Check now")
        person.screen.find("label", name_contains="Checked just now", seconds=20)
        person.close()
    assert values(desktop, there) == values(desktop, here)
    hits = search_files(secrets, [desktop.home, desktop.logs, desktop.runtime])
    assert not hits, hits


def backed_up(person: WindowUser, backup: Path, secrets: list[str]) -> None:
    person.open_entry(4, "Back up")
    type_into(person, backup, "Passphrase", "Repeat the passphrase")
    person.require_no_trace(secrets)
    person.press("Back up")
    wait_until(backup.exists, 20, "the backup is written")


def restore_backup(person: WindowUser, backup: Path, secrets: list[str]) -> None:
    """From the first window of a computer that knows nothing yet."""
    person.press("Restore a backup")
    type_into(person, backup, "Passphrase")
    person.press("Open backup")
    person.screen.find("label", name_contains="Apps and accounts: 2 new", seconds=20)
    person.require_no_trace(secrets)
    person.press("Restore")
    person.screen.find("list item", name_contains=f"@{HANDLE}", seconds=20)


def copy_diagnosis(person: WindowUser, secrets: list[str]) -> None:
    """Look, copy the report, and find no secret and no account in it."""
    person.open_entry(8, "Diagnose")
    person.screen.find("label", name_contains="Twauth can listen there", seconds=30)
    person.require_no_trace(secrets)
    person.press("Copy report")
    report = read_clipboard(person.desktop)
    assert "wrote, read and deleted a test item" in report
    assert "memory: protected from other programs of the same user" in report
    assert HANDLE not in report
    assert not [one for one in secrets if one in report]
    person.press("Done")
