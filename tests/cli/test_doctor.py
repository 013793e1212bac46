"""Proves that the doctor names what is wrong, and goes on to the next thing."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.diagnosis import Kind
from twauth_gui.services.doctor import Doctor, Finding
from twauth_gui.services.places import Places
from twauth_gui.store.vault_errors import VaultLockedError


def problems(findings: list[Finding]) -> dict[str, Kind]:
    return {one.topic: one.problem.kind for one in findings if one.problem is not None}


def test_all_is_well_on_a_fresh_folder(tmp_path: Path) -> None:
    vault = MemoryVault()
    found = list(Doctor(Places(tmp_path / "data"), vault, ["https://bots.example/x"]).findings())
    assert problems(found) == {}
    assert [one.topic for one in found[3:]] == ["folder", "index", "keychain", "callback"]
    assert vault.items == {}


def test_everything_that_is_wrong_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "index.sqlite3").write_bytes(b"this is no list of accounts at all" * 100)
    vault = MemoryVault()
    vault.fail_with = VaultLockedError("Test Keyring")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
        found = list(Doctor(Places(folder), vault, [url]).findings())
    assert problems(found) == {
        "folder": Kind.FILE_NOT_WRITTEN,
        "index": Kind.INDEX_UNUSABLE,
        "keychain": Kind.KEYCHAIN_LOCKED,
        "callback": Kind.PORT_TAKEN,
    }


def test_a_folder_that_cannot_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = list(Doctor(Places(tmp_path / "file" / "data"), MemoryVault(), []).findings())
    assert problems(found) == {
        "folder": Kind.FILE_NOT_WRITTEN,
        "index": Kind.FILE_NOT_WRITTEN,
    }
