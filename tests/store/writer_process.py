"""Change one store without a pause; run as a program, several at once.

Its arguments: the store's folder, "file" or "service", a name of its own, how often. It writes one
line of JSON: what it was told was saved. Any failure ends it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from tests.store.scenario_process import make_credentials
from tests.support.sample_records import (
    APP,
    WAITING_SECRETS,
    make_account,
    make_pending,
    make_placement,
)
from tests.support.system_vaults import PASSPHRASE, open_killable_file
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.services.container import utc_now
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.errors import ChangedMeanwhileError
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.rollback_detection import IndexGenerationMemory
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

SHARED_ACCOUNT = make_account(1)
"""The account that all of them change."""


def open_store(folder: Path, kind: str) -> Store:
    vault: Vault
    if kind == "service":
        vault = DeadlineVault(lambda: open_system_vault("linux"))
    else:
        # As the program does it: the file's generation is kept in the index, over a second
        # connection of this process.
        generations = IndexGenerationMemory(folder)
        vault = file = open_killable_file(
            folder / "credentials.twauth", lambda _name: None, generations
        )
        if not file.exists:
            file.create(PASSPHRASE)
    return Store.open(folder, vault, now=utc_now)


def make_own_account(name: str, number: int) -> Account:
    """Invent an account that no other process adds."""
    one = make_account(number, f"{name}-{number}", f"{name}_{number}")
    return replace(one, id=AccountId(f"{name}-{number}"))


def increment_counter(store: Store) -> None:
    """Read the app's keys, and write what follows from them; again where another one was faster."""
    while True:
        app, keys = store.apps.get(APP.id), store.apps.read_keys(APP.id)
        counted = 0 if keys.bearer_token is None else int(keys.bearer_token.reveal())
        try:
            _ = store.apps.update(app, replace(keys, bearer_token=Secret(str(counted + 1))))
        except ChangedMeanwhileError:
            continue
        return


def run_changes(store: Store, name: str, count: int) -> dict[str, int]:
    """Add, replace, note, remove, sign in, count and read, in turns; give what has to be there."""
    counters: dict[str, int] = {}
    for number in range(count):
        one = store.accounts.add(make_own_account(name, number), make_credentials(number))
        _ = store.accounts.replace_credentials(one, make_credentials(number + 1000))
        assert store.accounts.read_credentials(one.id) == make_credentials(number + 1000)
        counters[one.id] = number + 1000
        _ = store.accounts.replace_credentials(SHARED_ACCOUNT, make_credentials(number))
        _ = store.accounts.read_credentials(SHARED_ACCOUNT.id)
        _ = store.placements.fingerprint_key()
        store.placements.save([make_placement(SHARED_ACCOUNT.id)])
        _ = store.accounts.update(replace(store.accounts.get(one.id), note=name))
        pending = replace(make_pending(), id=PendingSignInId(f"{name}-{number}"))
        _ = store.pending_sign_ins.add(pending, WAITING_SECRETS)
        store.pending_sign_ins.discard(pending.id)
        _ = store.recover()
        increment_counter(store)
        if number % 3 == 0:
            store.accounts.hide(one.id)
            store.accounts.purge_hidden([one.id])
            del counters[one.id]
    return counters


def main(folder: str, kind: str, name: str, count: str) -> None:
    store = open_store(Path(folder), kind)
    _ = sys.stdout.write("ready\n")
    _ = sys.stdout.flush()  # then all start together
    _ = sys.stdin.readline()
    counters = run_changes(store, name, int(count))
    store.close()
    _ = sys.stdout.write(json.dumps(counters))


if __name__ == "__main__":
    main(*sys.argv[1:])
