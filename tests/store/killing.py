"""Changes of a store, killed at a chosen moment; run as a program, it forks one per order."""

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

from tests.store.forking import Forker, fork, serve
from tests.store.rings import CHEAP, PASSPHRASE, Ring, names_in, open_file, open_ring
from tests.store.samples import APP, NEXT_PAIR, NOON, OLD_KEYS, PAIR, Clock, account, facts
from tests.store.test_crashes import CHANGES, with_account_and_grant
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import collect, read_backup, sealed_backup
from twauth_gui.store.choice import ChosenVault, VaultKind
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.moving import End
from twauth_gui.store.restore import plan_restore
from twauth_gui.store.restoring import carry_out
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

BACKUP = "all.twauth-backup"


class Fuse:
    """Lets so many steps happen, then ends the process as nothing else would; 0 never does."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.seen = 0

    def __call__(self, _name: str) -> None:
        self.seen += 1
        if self.seen == self.left:
            os.kill(os.getpid(), signal.SIGKILL)


class Place:
    """A directory with a store over two vaults: the encrypted file, with a keychain beside it.

    Where the keychain is another encrypted file, the first one is in use; else the keychain is.
    """

    def __init__(
        self, folder: Path, fuse: Fuse, ring: Ring, patch: pytest.MonkeyPatch | None = None
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "other").mkdir(exist_ok=True)
        self.file = open_file(folder / "credentials.twauth", fuse)
        self.ring = open_ring(ring, folder / "other", fuse, patch or pytest.MonkeyPatch())
        self.store: Store | None = None
        self.default = VaultKind.FILE if ring is Ring.FILE else VaultKind.KEYCHAIN

    def open(self, fuse: Fuse) -> Store:
        vaults: dict[VaultKind, Vault] = {VaultKind.FILE: self.file, VaultKind.KEYCHAIN: self.ring}
        vault = ChosenVault(
            lambda: (self.store.vault_selection.chosen() if self.store else None) or self.default,
            vaults,
        )
        self.store = Store.open(self.folder, vault, now=Clock(), on_step=fuse)
        return self.store

    @property
    def ends(self) -> tuple[End, End]:
        """The vault in use at first, and the other one."""
        file = End(VaultKind.FILE, self.file, self.file.discard_if_empty)
        ring = End(VaultKind.KEYCHAIN, self.ring)
        return (file, ring) if self.default is VaultKind.FILE else (ring, file)

    def names(self) -> set[str]:
        """Name everything in both vaults."""
        return names_in(self.file, self.folder) | names_in(self.ring, self.folder / "other")


def everything(store: Store) -> None:
    """Something of each kind: both kinds of credentials, and an account that has only the new."""
    with_account_and_grant(store)
    _ = store.tokens.save(account(), PAIR, facts())
    _ = store.tokens.save(account(2, "7002", "tidal_times"), NEXT_PAIR, facts(NEXT_PAIR))


def prepare(place: Place, name: str) -> None:
    """Bring a place into the state before a scenario."""
    for vault in (place.file, place.ring):
        if isinstance(vault, FileVault) and not vault.exists:
            vault.create(PASSPHRASE)
    store = place.open(Fuse(0))
    before = {"move": everything, "restore": everything, "import": nothing}.get(name)
    (before or CHANGES[name][0])(store)
    if name == "restore":
        path = place.folder / BACKUP
        _ = path.write_bytes(sealed_backup(collect(store, NOON), PASSPHRASE, path, cost=CHEAP))
        for one in store.accounts.all():
            store.accounts.hide(one.id)
        store.accounts.purge_hidden()
        for attempt in store.pending_sign_ins.all():
            store.pending_sign_ins.discard(attempt.id)
        store.apps.remove(store.apps.all()[0].id)
    store.close()


def nothing(store: Store) -> None:
    assert store.apps.all() == []


def bring_in(store: Store) -> None:
    """Add an app with several accounts, one by one; those that are there already stay."""
    if not store.apps.all():
        _ = store.apps.add(APP, OLD_KEYS)
    for number in range(1, 4):
        if store.accounts.find(APP.id, f"700{number}") is None:
            one = account(number, f"700{number}", f"bot_{number}")
            _ = store.accounts.add(one, numbered(number))


def restore(place: Place, store: Store) -> None:
    """Restore the place's backup."""
    backup = read_backup(place.folder / BACKUP, PASSPHRASE)
    _ = carry_out(store, plan_restore(store, backup))


REPEATED = ("restore", "import")
"""What is many changes in a row: cut off, it is done as far as it came, and done again it ends."""


def repeat(place: Place, store: Store, name: str) -> None:
    """Do it, from wherever it is."""
    if name == "restore":
        restore(place, store)
    else:
        bring_in(store)


def change(place: Place, store: Store, name: str) -> None:
    """Do what the scenario is about."""
    if name == "move":
        _ = store.vault_selection.move(*place.ends)
    elif name in REPEATED:
        repeat(place, store, name)
    elif name != "open":
        _ = CHANGES[name][1](store)


def numbered(number: int) -> Credentials:
    return Credentials(Secret(f"7001-{number}"), Secret(f"secret-{number}"))


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to do.

    steps: after so many it is killed; 0 for never. milliseconds: or after so long, while it
    replaces the same credentials again and again, counting up from first.
    """

    folder: str
    name: str
    ring: str = Ring.FILE
    preparing: bool = False
    steps: int = 0
    milliseconds: int = 0
    first: int = 0


def obey(order: Order, said: int) -> None:
    """Do it, in the child; say how many steps there were, or how far counting came."""
    fuse = Fuse(order.steps)
    place = Place(Path(order.folder), fuse, Ring(order.ring))
    if order.preparing:
        prepare(place, order.name)
        return
    fuse.seen = 0
    store = place.open(fuse)
    _ = store.recover()
    if order.milliseconds:
        _ = os.write(said, f"{order.first - 1}\n".encode())  # from now on its time is counted
        for number in range(order.first, sys.maxsize):
            _ = store.accounts.replace_credentials(
                replace(account(), note="mine"), numbered(number)
            )
            _ = os.write(said, f"{number}\n".encode())
    change(place, store, order.name)
    _ = os.write(said, f"{fuse.seen}\n".encode())


def _listen(heard: int, child: int, milliseconds: int) -> bytes:
    words = os.read(heard, 65536)
    end = time.monotonic() + milliseconds / 1000
    killed = not milliseconds
    while True:
        patience = None if killed else max(0.0, end - time.monotonic())
        if select.select([heard], [], [], patience)[0]:
            more = os.read(heard, 65536)
            if not more:
                return words
            words += more
        if not killed and time.monotonic() >= end:
            os.kill(child, signal.SIGKILL)
            killed = True


class Killer(Forker):
    """Has such children killed."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        super().__init__("tests.store.killing", env)

    def run(self, order: Order) -> tuple[bool, int]:
        """Give whether the child was killed, and the number it said last; -1 for none."""
        killed, said = self.ask(order)
        return killed, int(said or -1)


def main() -> None:
    def answer(fields: dict[str, Any]) -> tuple[int, str]:
        order = Order(**fields)
        return fork(
            lambda said: obey(order, said),
            lambda heard, child: _listen(heard, child, order.milliseconds),
        )

    serve(answer)


if __name__ == "__main__":
    main()
