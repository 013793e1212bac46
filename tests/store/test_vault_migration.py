"""Everything moves from one vault to another, or nothing does, wherever it is cut off."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from typing_extensions import override

from tests.store.store_changes import Fuse, PowerCutError, State, referenced_items, state_of
from tests.support import sample_records
from tests.support.run_records import FaultProof
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
    make_pending,
)
from tests.support.vaults import PASSPHRASE, MemoryVault, make_file_vault
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultFailedError, VaultHungError, VaultLockedError
from twauth_gui.store.vault_migration import MigrationResult, MigrationSide
from twauth_gui.store.vault_selection import MigrationStage, SelectedVault, VaultKind

KEYCHAIN, FILE = VaultKind.KEYCHAIN, VaultKind.FILE


@dataclass
class TwoVaults:
    """A directory with both vaults; each start() is a fresh start of the program."""

    folder: Path
    ring: MemoryVault = field(default_factory=MemoryVault)

    def file(self) -> FileVault:
        vault = make_file_vault(self.folder)
        if vault.exists:
            vault.unlock()
        return vault

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        make_file_vault(self.folder).create(PASSPHRASE)

    def sides(self, file: FileVault) -> dict[VaultKind, MigrationSide]:
        return {
            KEYCHAIN: MigrationSide(KEYCHAIN, self.ring),
            FILE: MigrationSide(FILE, file, file.discard_if_empty),
        }

    def start(self, file: FileVault, fuse: Fuse | None = None) -> Store:
        store: Store | None = None
        vault = SelectedVault(
            lambda: (store.vault_selection.selected() if store else None) or KEYCHAIN,
            {KEYCHAIN: self.ring, FILE: file},
        )
        store = Store.open(self.folder, vault, now=FakeClock(), on_step=fuse or Fuse(-1))
        return store


def fill_vaults(folder: Path, first: VaultKind) -> tuple[TwoVaults, State]:
    vaults = TwoVaults(folder)
    vaults.create()
    file = vaults.file()
    store = vaults.start(file)
    store.vault_selection.select(first)
    _ = store.apps.add(APP, OLD_KEYS)
    _ = store.accounts.add(replace(make_account(), note="mine"), OLD_CREDENTIALS)
    _ = store.accounts.add(make_account(2, "7002", "tidal_times"), NEW_CREDENTIALS)
    store.accounts.hide(make_account(2).id)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    _ = store.placements.fingerprint_key()
    before = state_of(store)
    store.close()
    return vaults, before


def move(vaults: TwoVaults, first: VaultKind, fuse: Fuse | None = None) -> MigrationResult | None:
    """Start, move from the first vault to the other; None where the power was cut."""
    second = FILE if first is KEYCHAIN else KEYCHAIN
    file = vaults.file()
    store = vaults.start(file, fuse)
    sides = vaults.sides(file)
    try:
        return store.vault_selection.migrate(sides[first], sides[second])
    except PowerCutError:
        return None
    finally:
        store.close()


def items(vaults: TwoVaults) -> dict[VaultKind, set[str]]:
    file = vaults.file()
    in_file = set(file.services()) if file.exists else set[str]()
    return {KEYCHAIN: set(vaults.ring.items), FILE: in_file}


@pytest.mark.parametrize("first", VaultKind)
def test_interrupted_at_every_step(tmp_path: Path, first: VaultKind) -> None:
    second = FILE if first is KEYCHAIN else KEYCHAIN
    fuse = Fuse(-1)
    vaults, before = fill_vaults(tmp_path / "whole", first)
    assert move(vaults, first, fuse) == MigrationResult(4)
    assert fuse.count >= 5
    for cut in range(1, fuse.count + 1):
        vaults, _ = fill_vaults(tmp_path / str(cut), first)
        assert move(vaults, first, Fuse(cut)) is None
        file = vaults.file()
        store = vaults.start(file)
        assert state_of(store) == before, f"cut after step {cut}, before settling"
        recovery = store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values())
        assert (
            store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values()) is None
        )
        assert state_of(store) == before
        in_use = first if recovery is not None and recovery.is_undone else second
        assert store.vault_selection.selected() is in_use
        remaining = items(vaults)
        assert len(remaining[in_use]) == 5
        assert remaining[first if in_use is second else second] == set()
        assert referenced_items(store) < remaining[in_use]
        assert file.exists or (first, in_use) == (FILE, KEYCHAIN)
        assert store.vault_selection.pending_migration() is None
        store.close()
        if recovery is not None and recovery.is_undone:
            assert move(vaults, first) == MigrationResult(4)


def test_recovery_itself_interrupted_at_every_step(tmp_path: Path, proof: FaultProof) -> None:
    cuts = 0
    for cut in range(1, 14):
        for second in range(1, 8):
            cuts += 2
            vaults, before = fill_vaults(tmp_path / f"{cut}-{second}", FILE)
            _ = move(vaults, FILE, Fuse(cut))
            file = vaults.file()
            store = vaults.start(file, Fuse(second))
            finished = True
            try:
                _ = store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values())
            except PowerCutError:
                finished = False
            store.close()
            file = vaults.file()
            store = vaults.start(file)
            _ = store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values())
            assert state_of(store) == before
            assert sorted(map(len, items(vaults).values())) == [0, 5]
            store.close()
            if finished:
                break
    proof.record(
        "Settling a move is cut off itself",
        "Everything is in one vault, and nothing is left in the other",
        cuts=cuts,
        lost=0,
    )


def test_what_the_new_vault_refuses_changes_nothing(tmp_path: Path) -> None:
    vaults, before = fill_vaults(tmp_path, FILE)
    for operation in ("probe", "write", "read"):
        vaults.ring.fail_with, vaults.ring.fail_on = VaultFailedError("Test Keyring"), operation
        with pytest.raises(VaultFailedError):
            _ = move(vaults, FILE)
        vaults.ring.fail_with = None
        store = vaults.start(vaults.file())
        assert state_of(store) == before
        assert store.vault_selection.pending_migration() is None
        store.close()
        assert items(vaults)[KEYCHAIN] == set()


def test_a_late_write_of_the_new_vault_is_deleted(tmp_path: Path) -> None:
    vaults, before = fill_vaults(tmp_path, FILE)
    vaults.ring.fail_with, vaults.ring.fail_on = VaultHungError("Test Keyring"), "write"
    vaults.ring.fail_late = True
    with pytest.raises(VaultHungError):
        _ = move(vaults, FILE)
    vaults.ring.fail_with = None
    file = vaults.file()
    store = vaults.start(file)
    assert len(vaults.ring.items) == 1
    recovery = store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values())
    assert recovery is not None
    assert "all are in the encrypted file" in recovery.message
    assert (vaults.ring.items, state_of(store)) == ({}, before)
    store.close()


def test_what_the_old_vault_keeps_is_deleted_later(tmp_path: Path) -> None:
    vaults, before = fill_vaults(tmp_path, KEYCHAIN)
    vaults.ring.fail_with, vaults.ring.fail_on = VaultLockedError("Test Keyring"), "delete"
    assert move(vaults, KEYCHAIN) == MigrationResult(4, not_deleted=4)
    file = vaults.file()
    store = vaults.start(file)
    note = store.vault_selection.pending_migration()
    assert note is not None
    assert note.stage is MigrationStage.CLEANING
    with pytest.raises(VaultLockedError):
        _ = store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values())
    assert state_of(store) == before
    vaults.ring.fail_with = None
    recovery = store.vault_selection.finish_interrupted_migration(*vaults.sides(file).values())
    assert recovery is not None
    assert not recovery.is_undone
    assert vaults.ring.items == {}
    store.close()


def test_a_lost_item_stays_lost_and_is_named(tmp_path: Path) -> None:
    vaults, _ = fill_vaults(tmp_path, KEYCHAIN)
    del vaults.ring.items["twauth/account/account-1/1"]
    assert move(vaults, KEYCHAIN) == MigrationResult(3, ("twauth/account/account-1/1",))


def test_a_journaled_change_is_finished_first(tmp_path: Path) -> None:
    vaults, _ = fill_vaults(tmp_path, KEYCHAIN)
    store = vaults.start(vaults.file())
    vaults.ring.fail_with, vaults.ring.fail_on = VaultHungError("Test Keyring"), "write"
    vaults.ring.fail_late = True
    with pytest.raises(VaultHungError):
        _ = store.accounts.replace_credentials(make_account(), NEW_CREDENTIALS)
    vaults.ring.fail_on = "read"
    store.close()
    with pytest.raises(VaultFailedError, match="Cleaning up waits"):
        _ = move(vaults, KEYCHAIN)
    vaults.ring.fail_with = None
    assert move(vaults, KEYCHAIN) == MigrationResult(4)
    file = vaults.file()
    store = vaults.start(file)
    assert store.accounts.read_credentials(make_account().id) == NEW_CREDENTIALS
    assert vaults.ring.items == {}
    store.close()


class SwitchingVault(MemoryVault):
    """Is emptied by another process right before the next read."""

    vaults: TwoVaults | None = None

    @override
    def read(self, service: str) -> Secret | None:
        vaults, self.vaults = self.vaults, None
        if vaults is not None:
            assert move(vaults, KEYCHAIN) == MigrationResult(4)
        return super().read(service)


def test_a_move_by_another_process_is_no_loss(tmp_path: Path) -> None:
    ring = SwitchingVault()
    vaults, _ = fill_vaults(tmp_path, KEYCHAIN)
    ring.items, vaults.ring = vaults.ring.items, ring
    store = vaults.start(vaults.file())
    ring.vaults = vaults
    assert store.accounts.read_credentials(make_account().id) == OLD_CREDENTIALS
    assert ring.items == {}
    assert store.vault.name == "The encrypted file"
    store.vault.unlock()
    store.vault.probe()
    store.close()


def test_there_and_back_again_with_progress(tmp_path: Path) -> None:
    vaults, before = fill_vaults(tmp_path, KEYCHAIN)
    file = vaults.file()
    store = vaults.start(file)
    sides = vaults.sides(file)
    reports: list[tuple[int, int]] = []
    done = store.vault_selection.migrate(
        sides[KEYCHAIN], sides[FILE], lambda n, of: reports.append((n, of))
    )
    assert (done, reports) == (MigrationResult(4), [(4, 4)])
    assert store.vault_selection.migrate(sides[FILE], sides[KEYCHAIN]) == MigrationResult(4)
    assert not file.exists
    assert state_of(store) == before
    store.close()
