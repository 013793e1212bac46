"""Proves that the self test tries a whole installation, cleans up, names what is broken."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from jeepney.io.blocking import (  # pyright: ignore[reportMissingTypeStubs] - it has none
    open_dbus_connection,
)
from secretstorage import Collection

from tests.support.command import PROGRAM
from tests.support.desktop import Desktop
from tests.support.namespaces import enter_user_namespace
from tests.support.processes import Program, require_isolation

REPOSITORY = Path(__file__).resolve().parents[2]
CHECKS = [
    "window opens",
    "icons",
    "keychain",
    "licences",
    "loopback listener",
    "sandbox",
    "sign-in",
    "export",
    "browser engine",
    "nothing left behind",
]

KEYS = "K" * 25 + "\n" + "S" * 50 + "\n"

pytestmark = pytest.mark.journey


@pytest.fixture
def desktop(tmp_path: Path) -> Generator[Desktop]:
    with Desktop(tmp_path) as running:
        yield running


def self_test(desktop: Desktop, *prefix: str, **env: str) -> tuple[int, list[str]]:
    argv = [*prefix, sys.executable, "-m", "twauth_gui", "--self-test"]
    program: Program = desktop.start(argv, PYTHONPATH=str(REPOSITORY), **env)
    code = program.wait(90)
    return code, [line for line in program.out.splitlines() if line[:4] in {"ok  ", "FAIL"}]


def read_what_is_kept(desktop: Desktop) -> tuple[dict[Path, bytes], set[tuple[str, bytes]]]:
    """Return the files of the person's Twauth, and the names of all keychain items with secrets."""
    kept = {path: path.read_bytes() for path in desktop.home.glob(".*/**/*") if path.is_file()}
    files = {path: data for path, data in kept.items() if "twauth" in str(path)}
    with closing(open_dbus_connection(desktop.env["DBUS_SESSION_BUS_ADDRESS"])) as connection:
        items = Collection(connection).get_all_items()
        return files, {(item.get_attributes()["service"], item.get_secret()) for item in items}


def test_everything_is_tried_and_nothing_stays(desktop: Desktop) -> None:
    require_isolation()
    added = desktop.run([*PROGRAM, "app", "add", "News"], stdin=KEYS)
    assert "News" in added
    before = read_what_is_kept(desktop)
    assert all(before)
    temporary = desktop.home / "tmp"
    temporary.mkdir()
    code, lines = self_test(desktop, TMPDIR=str(temporary))
    assert [line[5:].partition(":")[0] for line in lines] == CHECKS
    assert code == 0, lines
    assert "ok   browser engine: Home · Sandbox" in lines
    assert not list(temporary.glob("twauth-self-test-*"))
    assert read_what_is_kept(desktop) == before


def test_a_broken_keychain_is_named_without_a_prompt(desktop: Desktop) -> None:
    desktop.lock_keyring()
    code, lines = self_test(desktop)
    assert code == 1
    verdicts = {line[5:].partition(":")[0]: line for line in lines}
    assert list(verdicts) == CHECKS
    assert verdicts["keychain"].startswith("FAIL keychain: GNOME Keyring is locked.")
    assert verdicts["sign-in"].startswith("FAIL")
    assert verdicts["loopback listener"].startswith("ok")
    assert verdicts["nothing left behind"].startswith("ok")


def test_root_gets_no_view_and_is_told_why(desktop: Desktop) -> None:
    """Root of a user namespace; its keychain refuses it, which is not what this is about."""
    _, lines = self_test(desktop, *enter_user_namespace())
    assert "ok   browser engine: skipped: The view cannot be isolated as root." in "\n".join(lines)
