"""Write samples of what this version stores: python -m tests.store.stored_samples.

One index per schema version, one encrypted file per version of its format, for ever: later versions
are tested with them (tests/store/test_old_formats.py). What is kept already is never written again.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.store.store_changes import PowerCutError
from tests.support import sample_records
from tests.support.sample_records import (
    APP,
    NOON,
    FakeClock,
    make_account,
    make_pending,
    make_placement,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountEvent, AccountEventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import INDEX_FILE_NAME
from twauth_gui.store.index_schema import MIGRATIONS
from twauth_gui.store.store import Store

SAMPLES_FOLDER = Path(__file__).parent / "kept"
PASSPHRASE = Secret("an old friend's ferry")
ITEMS = {f"twauth/account/{number}/1": Secret(f'{{"v":1,"n":"{number}"}}') for number in range(3)}


def index_sample(version: int) -> Path:
    return SAMPLES_FOLDER / f"index-{version}.sqlite3"


def vault_sample(version: int) -> Path:
    return SAMPLES_FOLDER / f"credentials-{version}.twauth"


def write_index(folder: Path) -> None:
    """Fill an index with one of everything, an interrupted account included."""
    cutting = False

    def step(name: str) -> None:
        if cutting and name == "account.journaled":
            raise PowerCutError

    # Also for how long the computer runs, so that any computer can go on from it.
    clock = FakeClock()
    store = Store.open(folder, MemoryVault(), now=clock, on_step=step, read_uptime=clock.uptime)
    _ = store.apps.add(APP, sample_records.OLD_KEYS)
    health = Health(HealthState.READ_ONLY, NOON, "it may read only")
    account = replace(
        make_account(),
        name="Fernwick News",
        note="mine",
        tags=("uk", "news"),
        is_favourite=True,
        health=health,
    )
    _ = store.accounts.add(account, sample_records.OLD_CREDENTIALS)
    _ = store.accounts.replace_credentials(account, sample_records.NEW_CREDENTIALS)
    _ = store.accounts.add(make_account(2, "7002", "marsh_times"), sample_records.OLD_CREDENTIALS)
    store.accounts.hide(make_account(2).id)
    granted = make_pending(state=PendingState.GRANTED)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)
    _ = store.pending_sign_ins.update(granted, sample_records.GRANTED_SECRETS)
    _ = store.tokens.save(
        account, sample_records.OAUTH2_TOKENS, sample_records.make_token_metadata()
    )
    store.settings.set_active_account(account.id)
    store.settings.set("look", "dark")
    store.events.add(AccountEvent(account.id, AccountEventKind.SIGNED_IN, NOON, "in the browser"))
    store.placements.save([make_placement()])
    _ = store.account_changes.record_expiring(NOON + timedelta(days=170))
    cutting = True
    try:
        _ = store.accounts.add(make_account(3, "7003", "tidal_bot"), sample_records.OLD_CREDENTIALS)
    except PowerCutError:
        store.close()


def write_vault(folder: Path) -> Path:
    """Fill an encrypted file with several changes."""
    vault = FileVault(folder / "credentials.twauth")
    vault.create(PASSPHRASE)
    for service, value in ITEMS.items():
        vault.write(service, value)
    vault.write("twauth/account/gone/1", Secret("gone"))
    vault.delete("twauth/account/gone/1")
    vault.close()
    return vault.path


def copy_if_new(source: Path, sample: Path) -> None:
    if sample.exists():
        _ = sys.stdout.write(f"{sample.name} is kept already\n")
        return
    _ = shutil.copyfile(source, sample)
    _ = sys.stdout.write(f"{sample.name} is new\n")


def main() -> None:
    SAMPLES_FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_index(folder)
        copy_if_new(folder / INDEX_FILE_NAME, index_sample(len(MIGRATIONS)))
        vault = write_vault(folder)
        copy_if_new(vault, vault_sample(vault.read_bytes()[6]))


if __name__ == "__main__":
    main()
