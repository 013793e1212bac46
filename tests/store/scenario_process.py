"""Changes of a store, killed at a step or a moment; run as a program, it forks children."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.store.store_changes import CHANGES, State, state_of, with_account_and_grant
from tests.support.fork_server import ForkServer, run_child, serve_orders
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEXT_OAUTH2_TOKENS,
    NOON,
    OAUTH2_TOKENS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
    make_placement,
    make_token_metadata,
)
from tests.support.system_vaults import (
    CHEAP_COST,
    PASSPHRASE,
    VaultSystem,
    list_items,
    open_killable_file,
    open_killable_vault,
)
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import collect_backup, read_backup, seal_backup
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import plan_restore
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_migration import MigrationSide
from twauth_gui.store.vault_selection import SelectedVault, VaultKind

BACKUP_NAME = "all.twauth-backup"


class KillAtStep:
    """Lets so many steps happen, then kills the process; 0 never does."""

    def __init__(self, steps: int) -> None:
        self.remaining = steps
        self.count = 0

    def __call__(self, _name: str) -> None:
        self.count += 1
        if self.count == self.remaining:
            os.kill(os.getpid(), signal.SIGKILL)


class TwoVaultStore:
    """A directory with a store over two vaults: the encrypted file, with a keychain beside it.

    If the keychain is another encrypted file, the first one is in use; else the keychain is.
    """

    def __init__(
        self,
        folder: Path,
        fuse: KillAtStep,
        ring: VaultSystem,
        patch: pytest.MonkeyPatch | None = None,
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "other").mkdir(exist_ok=True)
        self.file = open_killable_file(folder / "credentials.twauth", fuse)
        self.keychain = open_killable_vault(
            ring, folder / "other", fuse, patch or pytest.MonkeyPatch()
        )
        self.store: Store | None = None
        self.default = VaultKind.FILE if ring is VaultSystem.FILE else VaultKind.KEYCHAIN

    def open(self, fuse: KillAtStep) -> Store:
        vaults: dict[VaultKind, Vault] = {
            VaultKind.FILE: self.file,
            VaultKind.KEYCHAIN: self.keychain,
        }
        vault = SelectedVault(
            lambda: (self.store.vault_selection.selected() if self.store else None) or self.default,
            vaults,
        )
        self.store = Store.open(self.folder, vault, now=FakeClock(), on_step=fuse)
        return self.store

    @property
    def move_ends(self) -> tuple[MigrationSide, MigrationSide]:
        """The vault in use at first, and the other one."""
        file = MigrationSide(VaultKind.FILE, self.file, self.file.discard_if_empty)
        ring = MigrationSide(VaultKind.KEYCHAIN, self.keychain)
        return (file, ring) if self.default is VaultKind.FILE else (ring, file)

    def list_items(self) -> set[str]:
        """List the items of both vaults."""
        return list_items(self.file, self.folder) | list_items(self.keychain, self.folder / "other")


def fill_store(store: Store) -> None:
    """Something of each kind: both kinds of credentials, and an account that has only the new."""
    with_account_and_grant(store)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, make_token_metadata())
    _ = store.tokens.save(
        make_account(2, "7002", "tidal_times"),
        NEXT_OAUTH2_TOKENS,
        make_token_metadata(NEXT_OAUTH2_TOKENS),
    )


def prepare_scenario(place: TwoVaultStore, name: str) -> None:
    """Bring a place into the state before a scenario."""
    for vault in (place.file, place.keychain):
        if isinstance(vault, FileVault) and not vault.exists:
            vault.create(PASSPHRASE)
    store = place.open(KillAtStep(0))
    before = {"move": fill_store, "restore": fill_store, "import": require_empty}.get(name)
    (before or CHANGES[name][0])(store)
    if before is fill_store:
        _ = store.placements.fingerprint_key()
        store.placements.save([make_placement(), make_placement(None)])
    if name == "restore":
        path = place.folder / BACKUP_NAME
        _ = path.write_bytes(
            seal_backup(collect_backup(store, NOON), PASSPHRASE, path, cost=CHEAP_COST)
        )
        for one in store.accounts.list_all():
            store.accounts.hide(one.id)
        store.accounts.purge_hidden()
        for pending in store.pending_sign_ins.list_all():
            store.pending_sign_ins.discard(pending.id)
        store.apps.remove(store.apps.list_all()[0].id)
    store.close()


def require_empty(store: Store) -> None:
    assert store.apps.list_all() == []


def import_accounts(store: Store) -> None:
    """Add an app with several accounts, one by one; those that are there already stay."""
    if not store.apps.list_all():
        _ = store.apps.add(APP, OLD_KEYS)
    for number in range(1, 4):
        if store.accounts.find(APP.id, f"700{number}") is None:
            one = make_account(number, f"700{number}", f"bot_{number}")
            _ = store.accounts.add(one, make_credentials(number))


def restore_backup(place: TwoVaultStore, store: Store) -> None:
    """Restore the place's backup."""
    backup = read_backup(place.folder / BACKUP_NAME, PASSPHRASE)
    _ = apply_restore(store, plan_restore(store, backup))


REPEATABLE = ("restore", "import")
"""Scenarios of many changes, which are completed by doing them again after an interruption."""


def repeat_scenario(place: TwoVaultStore, store: Store, name: str) -> None:
    """Do the scenario again, after an interruption anywhere."""
    if name == "restore":
        restore_backup(place, store)
    else:
        import_accounts(store)


def run_scenario(place: TwoVaultStore, store: Store, name: str) -> None:
    """Carry out the change of a scenario."""
    if name == "move":
        _ = store.vault_selection.migrate(*place.move_ends)
    elif name in REPEATABLE:
        repeat_scenario(place, store, name)
    elif name != "open":
        _ = CHANGES[name][1](store)


def make_credentials(number: int) -> Credentials:
    return Credentials(Secret(f"7001-{number}"), Secret(f"secret-{number}"))


@dataclass(frozen=True, slots=True)
class ScenarioOrder:
    """What a child is to do.

    steps: after so many it is killed; 0 for never. milliseconds: or after so long, while it
    replaces the same credentials again and again, counting up from first.
    """

    folder: str
    name: str
    system: str = VaultSystem.FILE
    is_preparation: bool = False
    steps: int = 0
    milliseconds: int = 0
    first: int = 0


def carry_out_order(order: ScenarioOrder, output: int) -> None:
    """Carry out an order in the child; report the number of steps, or how far counting came."""
    fuse = KillAtStep(order.steps)
    place = TwoVaultStore(Path(order.folder), fuse, VaultSystem(order.system))
    if order.is_preparation:
        prepare_scenario(place, order.name)
        return
    fuse.count = 0
    store = place.open(fuse)
    _ = store.recover()
    if order.milliseconds:
        _ = os.write(output, f"{order.first - 1}\n".encode())  # from now on its time is counted
        for number in range(order.first, sys.maxsize):
            _ = store.accounts.replace_credentials(
                replace(make_account(), note="mine"), make_credentials(number)
            )
            _ = os.write(output, f"{number}\n".encode())
    run_scenario(place, store, order.name)
    _ = os.write(output, f"{fuse.count}\n".encode())


def _read_and_kill(source: int, child: int, milliseconds: int) -> bytes:
    words = os.read(source, 65536)
    end = time.monotonic() + milliseconds / 1000
    killed = not milliseconds
    while True:
        patience = None if killed else max(0.0, end - time.monotonic())
        if select.select([source], [], [], patience)[0]:
            more = os.read(source, 65536)
            if not more:
                return words
            words += more
        if not killed and time.monotonic() >= end:
            os.kill(child, signal.SIGKILL)
            killed = True


class ScenarioKiller(ForkServer):
    """Runs orders in children and kills them."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        super().__init__("tests.store.scenario_process", env)

    def run(self, order: ScenarioOrder) -> tuple[bool, int]:
        """Return whether the child was killed, and the last number it reported; -1 for none."""
        killed, output = self.send_order(order)
        return killed, int(output or -1)


def main() -> None:
    def answer(fields: dict[str, Any]) -> tuple[int, str]:
        order = ScenarioOrder(**fields)
        return run_child(
            lambda output: carry_out_order(order, output),
            lambda source, child: _read_and_kill(source, child, order.milliseconds),
        )

    serve_orders(answer)


if __name__ == "__main__":
    main()


def open_store(folder: Path, vault: Vault) -> Store:
    return Store.open(folder, vault, now=FakeClock())


def make_used_folder(folder: Path, vault: Vault, *, copy: bool) -> State:
    """Keep something of everything, with changes after the copy was made; return the state."""
    store = open_store(folder, vault)
    fill_store(store)
    if copy:
        store.renew_index_copy()
    _ = store.accounts.replace_credentials(make_account(), NEW_CREDENTIALS)
    _ = store.accounts.add(make_account(3, "7003", "marsh_times"), OLD_CREDENTIALS)
    state = state_of(store)
    store.close()
    return state
