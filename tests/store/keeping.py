"""Keeps a sample of what this version writes: ``python -m tests.store.keeping``.

One index per schema version, one encrypted file per version of its format, for ever: later versions
are tested with them (tests/store/test_kept.py). What is kept already is never written again.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.store import samples
from tests.store.samples import APP, NOON, Clock, account, attempt
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.attempts import PendingState
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import FILE_NAME
from twauth_gui.store.schema import MIGRATIONS
from twauth_gui.store.store import Store

FOLDER = Path(__file__).parent / "kept"
PASSPHRASE = Secret("an old friend's ferry")
ITEMS = {f"twauth/account/{number}/1": Secret(f'{{"v":1,"n":"{number}"}}') for number in range(3)}


class PowerCutError(BaseException):
    """Ends a change where it stands."""


def index_sample(version: int) -> Path:
    return FOLDER / f"index-{version}.sqlite3"


def vault_sample(version: int) -> Path:
    return FOLDER / f"credentials-{version}.twauth"


def write_index(folder: Path) -> None:
    """Fill an index with one of everything, an account under way included."""
    cutting = False

    def step(name: str) -> None:
        if cutting and name == "account.journaled":
            raise PowerCutError

    clock = Clock()  # also for how long the computer runs, so that any computer can go on from it
    store = Store.open(folder, MemoryVault(), now=clock, on_step=step, running=clock.running)
    _ = store.apps.add(APP, samples.OLD_KEYS)
    seen = Health(HealthState.READ_ONLY, NOON, "it may read only")
    kept = replace(account(), name="Fernwick News", note="mine", tags=("uk", "news"), health=seen)
    _ = store.accounts.add(kept, samples.OLD)
    _ = store.accounts.replace_credentials(kept, samples.NEW)
    _ = store.accounts.add(account(2, "7002", "marsh_times"), samples.OLD)
    store.accounts.hide(account(2).id)
    granted = attempt(state=PendingState.GRANTED)
    _ = store.pending_sign_ins.begin(attempt(), samples.WAITING)
    _ = store.pending_sign_ins.update(granted, samples.GRANTED)
    _ = store.tokens.save(kept, samples.PAIR, samples.facts())
    store.settings.set_active_account(kept.id)
    store.settings.set("look", "dark")
    store.events.add(Event(kept.id, EventKind.SIGNED_IN, NOON, "in the browser"))
    cutting = True
    try:
        _ = store.accounts.add(account(3, "7003", "tidal_bot"), samples.OLD)
    except PowerCutError:
        store.close()


def write_vault(folder: Path) -> Path:
    """Fill an encrypted file with one change behind the other."""
    vault = FileVault(folder / "credentials.twauth")
    vault.create(PASSPHRASE)
    for service, value in ITEMS.items():
        vault.write(service, value)
    vault.write("twauth/account/gone/1", Secret("gone"))
    vault.delete("twauth/account/gone/1")
    vault.close()
    return vault.path


def keep(made: Path, sample: Path) -> None:
    if sample.exists():
        _ = sys.stdout.write(f"{sample.name} is kept already\n")
        return
    _ = shutil.copyfile(made, sample)
    _ = sys.stdout.write(f"{sample.name} is new\n")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_index(folder)
        keep(folder / FILE_NAME, index_sample(len(MIGRATIONS)))
        vault = write_vault(folder)
        keep(vault, vault_sample(vault.read_bytes()[6]))


if __name__ == "__main__":
    main()
