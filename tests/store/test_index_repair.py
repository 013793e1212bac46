"""A damaged index is kept aside, and the list is rebuilt from its copy with the keychain."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.scenario_process import fill_store, make_used_folder, open_store
from tests.store.store_changes import referenced_items, state_of
from tests.support.keychain import SecretService
from tests.support.run_records import FaultProof
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    make_account,
    make_pending,
)
from tests.support.vaults import PASSPHRASE, MemoryVault, make_file_vault
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.errors import IndexDamagedError
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import INDEX_FILE_NAME, damage_marker
from twauth_gui.store.index_repair import COPY_NAME
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.record_metadata import read_metadata
from twauth_gui.store.records import encode
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_selection import VaultKind

ELSE = replace(make_account(), id=AccountId("account-of-another"), app_id=AppId("app-of-another"))

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "nonsense": lambda _whole: b"not a database at all" * 100,
    "header": lambda whole: b"\0" * 16 + whole[16:],
    "page": lambda whole: whole[:100] + b"\xff" * 3000 + whole[3100:],
    "half": lambda whole: whole[: len(whole) // 2],
}


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    (tmp_path / "data").mkdir()
    vault = make_file_vault(tmp_path / "data")
    vault.create(PASSPHRASE)
    yield vault
    vault.close()


def damage_index(folder: Path, damage: Callable[[bytes], bytes]) -> bytes:
    """Damage the index of a closed store; give what it is now."""
    path = folder / INDEX_FILE_NAME
    raw = damage(path.read_bytes())
    _ = path.write_bytes(raw)
    return raw


def aside(folder: Path) -> list[Path]:
    return sorted(folder.glob("index-damaged-*.sqlite3"))


@pytest.mark.parametrize("case", [(damage, copy) for damage in DAMAGES for copy in (True, False)])
def test_rebuilt_with_the_encrypted_file(
    tmp_path: Path, vault: FileVault, case: tuple[str, bool], proof: FaultProof
) -> None:
    folder = tmp_path / "data"
    damage, copy = case
    state = make_used_folder(folder, vault, copy=copy)
    raw = damage_index(folder, DAMAGES[damage])
    vault.unlock()
    store = open_store(folder, vault)
    assert [one.read_bytes() for one in aside(folder)] == [raw]
    assert aside(folder)[0].stat().st_mode & 0o777 == 0o600
    assert aside(folder)[0].name in store.describe_index_repair()
    diagnosis = store.recover().rebuilt
    assert diagnosis is not None
    assert diagnosis.kind is ProblemKind.INDEX_UNUSABLE
    assert aside(folder)[0].name in diagnosis.advice
    assert ("There was no copy" in diagnosis.advice) != copy
    assert "It has 3 accounts now" in diagnosis.advice
    found = state_of(store)
    if copy:
        assert found == state
    else:
        assert found["apps"] == state["apps"]
        assert found["attempts"] == state["attempts"]
        assert [
            (one.handle, store.apps.get(one.app_id).label) for one in store.accounts.list_all()
        ] == [
            ("fernwick_news", "Newsroom"),
            ("marsh_times", "Newsroom"),
            ("tidal_times", "Newsroom"),
        ]
        assert store.accounts.read_credentials(make_account().id) == NEW_CREDENTIALS
        assert set(store.tokens.list_metadata()) == {make_account().id, make_account(2).id}
    assert set(vault.services()) == referenced_items(store)
    assert store.vault_selection.selected() is VaultKind.FILE
    assert store.describe_index_repair() == ""
    assert store.recover().rebuilt is None
    store.close()
    proof.record(
        "The index is damaged: overwritten, cut in half, a page or its header lost",
        "The damaged file is kept aside; the list is rebuilt from its copy with the encrypted file,"
        " and the person is told",
        damages=1,
        lost=0,
    )


@pytest.mark.keychain
def test_rebuilt_with_a_real_keychain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proof: FaultProof
) -> None:
    """Items of another folder in the same keychain stay out of it."""
    with SecretService(tmp_path / "ss") as service:
        service.activate(monkeypatch)
        vault = DeadlineVault(lambda: open_system_vault("linux"))
        other = open_store(tmp_path / "other", vault)
        _ = other.apps.add(replace(APP, id=ELSE.app_id), OLD_KEYS)
        _ = other.accounts.add(ELSE, OLD_CREDENTIALS)
        other.close()
        state = make_used_folder(tmp_path / "data", vault, copy=True)
        _ = damage_index(tmp_path / "data", DAMAGES["page"])
        store = open_store(tmp_path / "data", vault)
        assert store.recover().rebuilt is not None
        assert state_of(store) == state
        store.close()
        other = open_store(tmp_path / "other", vault)
        assert other.accounts.read_credentials(ELSE.id) == OLD_CREDENTIALS
        other.close()
    proof.record(
        "The index is damaged, and several folders keep their items in one GNOME Keyring",
        "The list is rebuilt with what is its own; the items of the others stay as they are",
        damages=1,
        lost=0,
    )


def rebuild_by_names(
    folder: Path, damage: Callable[[bytes], bytes], *, copy: bool
) -> tuple[Store, Diagnosis]:
    """Rebuild with a keychain that cannot list; return the store and the report."""
    vault = MemoryVault()
    _ = make_used_folder(folder, vault, copy=copy)
    items = dict(vault.items)
    _ = damage_index(folder, damage)
    store = open_store(folder, vault)
    diagnosis = store.recover().rebuilt
    assert diagnosis is not None
    assert vault.items == items
    return store, diagnosis


def test_a_keychain_that_cannot_list_is_searched_by_name(tmp_path: Path) -> None:
    """As on Windows and macOS: what the copy knows is found, in whatever generation it is now."""
    store, diagnosis = rebuild_by_names(tmp_path, DAMAGES["half"], copy=True)
    assert "It has 2 accounts now" in diagnosis.advice
    assert store.accounts.read_credentials(make_account().id) == NEW_CREDENTIALS
    assert store.accounts.get(make_account().id).note == "mine"
    store.close()


def test_without_a_copy_such_a_keychain_gives_nothing_back(tmp_path: Path) -> None:
    store, diagnosis = rebuild_by_names(tmp_path, DAMAGES["nonsense"], copy=False)
    assert "It has 0 accounts now" in diagnosis.advice
    assert "or restore a backup" in diagnosis.advice
    store.close()


def test_a_locked_keychain_lets_it_wait(tmp_path: Path, vault: Vault) -> None:
    folder = tmp_path / "data"
    state = make_used_folder(folder, vault, copy=True)
    _ = damage_index(folder, DAMAGES["header"])
    store = open_store(folder, vault)  # lived_in() has closed it, so it is locked
    (message,) = store.recover().messages
    assert message.startswith("Rebuilding the list of accounts waits: The encrypted file is lock")
    assert len(store.accounts.list_all()) == 2
    vault.unlock()
    assert store.recover().rebuilt is not None
    assert state_of(store) == state
    store.close()


def test_damage_found_later_is_repaired_at_the_next_start(tmp_path: Path, vault: Vault) -> None:
    folder = tmp_path / "data"
    state = make_used_folder(folder, vault, copy=True)
    path = folder / INDEX_FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'accounts'"
        (page,) = connection.execute(sql).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * size : (page - 1) * size + 200] = b"\xff" * 200
    _ = path.write_bytes(bytes(raw))
    vault.unlock()
    store = open_store(folder, vault)
    with pytest.raises(IndexDamagedError, match="Start Twauth again"):
        _ = store.accounts.list_all()
    assert damage_marker(path).exists()
    store.close()
    vault.unlock()
    store = open_store(folder, vault)
    assert store.recover().rebuilt is not None
    assert state_of(store) == state
    assert not damage_marker(path).exists()
    store.close()


def test_a_mark_without_damage_is_taken_away(tmp_path: Path) -> None:
    open_store(tmp_path, MemoryVault()).close()
    damage_marker(tmp_path / INDEX_FILE_NAME).touch()
    open_store(tmp_path, MemoryVault()).close()
    assert not damage_marker(tmp_path / INDEX_FILE_NAME).exists()
    assert aside(tmp_path) == []


def test_a_lost_item_is_marked(tmp_path: Path, vault: Vault) -> None:
    folder = tmp_path / "data"
    _ = make_used_folder(folder, vault, copy=True)
    vault.unlock()
    vault.delete("twauth/account/account-1/2")
    _ = damage_index(folder, DAMAGES["page"])
    store = open_store(folder, vault)
    diagnosis = store.recover().rebuilt
    assert diagnosis is not None
    assert "1 account has no credentials" in diagnosis.advice
    assert store.accounts.get(make_account().id).health.state is HealthState.CREDENTIAL_MISSING
    store.close()


def test_records_of_before_are_taken_by_what_they_hold(tmp_path: Path, vault: Vault) -> None:
    """They do not say whose they are; X begins an access token with the user id."""
    vault.write("twauth/app/app-1/1", encode(OLD_KEYS))
    vault.write("twauth/account/account-1/4", encode(OLD_CREDENTIALS))
    _ = (tmp_path / "data" / INDEX_FILE_NAME).write_bytes(b"not a database at all" * 99)
    store = open_store(tmp_path / "data", vault)
    assert store.recover().rebuilt is not None
    (one,) = store.accounts.list_all()
    assert (one.user_id, one.handle, one.generation) == ("7001", "7001", 4)
    assert store.accounts.read_credentials(one.id) == OLD_CREDENTIALS
    assert store.apps.read_keys(one.app_id) == OLD_KEYS
    store.close()


def test_the_copy_is_renewed_when_it_is_old(tmp_path: Path) -> None:
    store = open_store(tmp_path, MemoryVault())
    copy = tmp_path / COPY_NAME
    store.renew_index_copy()
    assert copy.stat().st_mode & 0o777 == 0o600
    first = copy.stat().st_ino
    _ = store.apps.add(APP, OLD_KEYS)
    store.renew_index_copy()
    assert copy.stat().st_ino == first
    for age in (1200, -9000):  # older, or from the future of a clock that was put back
        moment = (tmp_path / INDEX_FILE_NAME).stat().st_mtime - age
        os.utime(copy, (moment, moment))
        store.renew_index_copy()
        assert (copy.stat().st_mtime != moment) == (age > 0)
    store.close()


def test_a_record_says_whose_it_is(tmp_path: Path) -> None:
    vault = MemoryVault()
    store = open_store(tmp_path, vault)
    fill_store(store)
    place = (tmp_path / "place-id").read_text(encoding="ascii")
    metadata = {
        name.split("/")[1]: read_metadata(one) for name, one in read_all(vault, store).items()
    }
    assert metadata["app"] == {
        "place": place,
        "label": "Newsroom",
        "callback": APP.callback,
        "api_host": APP.hosts.api,
        "page_host": APP.hosts.page,
    }
    assert metadata["account"]["handle"] == "fernwick_news"
    assert metadata["tokens"]["user_id"] == "7002"
    assert metadata["attempt"]["app_id"] == make_pending().app_id
    store.close()


def read_all(vault: MemoryVault, store: Store) -> dict[str, Secret]:
    return {name: Secret(vault.items[name]) for name in sorted(referenced_items(store))}
