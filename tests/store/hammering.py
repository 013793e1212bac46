"""Changes one store without a pause: run as a program, several at once.

Its arguments: the store's folder, "file" or "service", a name of its own, how often. It writes one
line of JSON: what it was told was kept. Any failure ends it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from tests.store.killing import numbered
from tests.store.rings import PASSPHRASE, open_file
from tests.store.samples import APP, WAITING, account, attempt
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import wall_clock
from twauth_gui.store.deadline import DeadlineVault
from twauth_gui.store.errors import ChangedMeanwhileError
from twauth_gui.store.keychain import system_vault
from twauth_gui.store.rollback import SeenInIndex
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

SHARED = account(1)
"""The account that all of them change."""


def open_store(folder: Path, kind: str) -> Store:
    vault: Vault
    if kind == "service":
        vault = DeadlineVault(lambda: system_vault("linux"))
    else:
        # As the program does it: the file's generation is kept in the index, over a second
        # connection of this process.
        seen = SeenInIndex(folder)
        vault = file = open_file(folder / "credentials.twauth", lambda _name: None, seen)
        if not file.exists:
            file.create(PASSPHRASE)
    return Store.open(folder, vault, now=wall_clock)


def own(name: str, number: int) -> Account:
    """Invent an account that nobody else adds."""
    one = account(number, f"{name}-{number}", f"{name}_{number}")
    return replace(one, id=AccountId(f"{name}-{number}"))


def count_up(store: Store) -> None:
    """Read the app's keys, and write what follows from them; again where another one was faster."""
    while True:
        app, keys = store.apps.get(APP.id), store.apps.keys(APP.id)
        counted = 0 if keys.bearer_token is None else int(keys.bearer_token.reveal())
        try:
            _ = store.apps.update(app, replace(keys, bearer_token=Secret(str(counted + 1))))
        except ChangedMeanwhileError:
            continue
        return


def hammer(store: Store, name: str, count: int) -> dict[str, int]:
    """Add, replace, note, remove, sign in, count and read, in turns; give what has to be there."""
    kept: dict[str, int] = {}
    for number in range(count):
        one = store.accounts.add(own(name, number), numbered(number))
        _ = store.accounts.replace_credentials(one, numbered(number + 1000))
        assert store.accounts.credentials(one.id) == numbered(number + 1000)
        kept[one.id] = number + 1000
        _ = store.accounts.replace_credentials(SHARED, numbered(number))
        _ = store.accounts.credentials(SHARED.id)
        _ = store.accounts.update(replace(store.accounts.get(one.id), note=name))
        begun = replace(attempt(), id=PendingSignInId(f"{name}-{number}"))
        _ = store.pending_sign_ins.begin(begun, WAITING)
        store.pending_sign_ins.discard(begun.id)
        _ = store.recover()
        count_up(store)
        if number % 3 == 0:
            store.accounts.hide(one.id)
            store.accounts.purge_hidden(one.id)
            del kept[one.id]
    return kept


def main(folder: str, kind: str, name: str, count: str) -> None:
    store = open_store(Path(folder), kind)
    _ = sys.stdout.write("ready\n")
    _ = sys.stdout.flush()  # then all start together
    _ = sys.stdin.readline()
    kept = hammer(store, name, int(count))
    store.close()
    _ = sys.stdout.write(json.dumps(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
