"""An index that is lost or empty is rebuilt like a damaged one, even after a cut-off repair."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.store.scenario_process import make_used_folder, open_store
from tests.store.store_changes import state_of
from tests.support.sample_records import APP, NEW_CREDENTIALS, OLD_KEYS, make_account
from tests.support.vaults import PASSPHRASE, MemoryVault, make_file_vault
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import INDEX_FILE_NAME
from twauth_gui.store.vault_selection import VaultKind


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    (tmp_path / "data").mkdir()
    vault = make_file_vault(tmp_path / "data")
    vault.create(PASSPHRASE)
    yield vault
    vault.close()


def delete_index(path: Path) -> str:
    path.unlink()
    return ""


def empty_index(path: Path) -> str:
    _ = path.write_bytes(b"")
    return ""


def cut_off_when_set_aside(path: Path) -> str:
    """As a start leaves it that is killed right after it set the damaged file aside."""
    damaged_file = path.with_name("index-damaged-20260303-120000.sqlite3")
    _ = path.rename(damaged_file)
    os.utime(damaged_file)
    return damaged_file.name


def cut_off_while_copying(path: Path) -> str:
    """As above, killed while it wrote the new one."""
    fresh = path.with_name("index.new")
    fresh.mkdir()
    _ = (fresh / INDEX_FILE_NAME).write_bytes(path.read_bytes()[:5000])
    return cut_off_when_set_aside(path)


LOSSES = (delete_index, empty_index, cut_off_when_set_aside, cut_off_while_copying)


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("copy", [True, False])
def test_a_lost_index_is_no_first_start(
    tmp_path: Path, vault: FileVault, lose: Callable[[Path], str], *, copy: bool
) -> None:
    folder = tmp_path / "data"
    state = make_used_folder(folder, vault, copy=copy)
    damaged_file = lose(folder / INDEX_FILE_NAME)
    vault.unlock()
    store = open_store(folder, vault)
    diagnosis = store.recover().rebuilt
    assert diagnosis is not None
    assert ("missing" in diagnosis.advice) != bool(damaged_file)
    assert damaged_file in diagnosis.advice
    assert "It has 3 accounts now" in diagnosis.advice
    found = state_of(store)
    assert (found["apps"], found["attempts"]) == (state["apps"], state["attempts"])
    assert store.accounts.read_credentials(make_account().id) == NEW_CREDENTIALS
    assert store.vault_selection.selected() is VaultKind.FILE
    assert not (folder / "index.new").exists()
    store.close()
    store = open_store(folder, vault)
    assert store.recover().rebuilt is None
    store.close()


def test_an_index_that_is_open_elsewhere_is_whole(tmp_path: Path) -> None:
    """What it holds may stand in SQLite's log alone."""
    store = open_store(tmp_path, MemoryVault())
    _ = store.apps.add(APP, OLD_KEYS)
    again = open_store(tmp_path, store.vault)
    assert [app.id for app in again.apps.list_all()] == [APP.id]
    assert again.describe_index_repair() == ""
    again.close()
    store.close()
