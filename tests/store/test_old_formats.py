"""Everything that an older version kept still opens, and is kept again in today's form."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.stored_samples import ITEMS, PASSPHRASE, index_sample, vault_sample
from tests.store.test_vault_format import decrypt_json
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
from twauth_gui.domain.account_changes import ChangedAspect
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.store import sealed_format
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.index import INDEX_FILE_NAME as INDEX_NAME
from twauth_gui.store.index_schema import MIGRATIONS
from twauth_gui.store.records import encode
from twauth_gui.store.store import Store
from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME

NEWEST = len(MIGRATIONS)
WITH_TOKENS = 2
"""The version of the index that brought those of OAuth 2.0."""

WITH_PLACEMENTS = 6
"""The version of the index that brought placements."""

WITH_FAVOURITES = 7
"""The version of the index that brought favourites."""

WITH_CHANGES = 8
"""The version of the index that brought changes of accounts."""


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_every_index_there_ever_was_opens(tmp_path: Path, version: int) -> None:
    sample = index_sample(version)
    assert sample.exists(), "a new schema version: run python -m tests.store.stored_samples"
    _ = shutil.copyfile(sample, tmp_path / INDEX_NAME)
    vault = MemoryVault()
    vault.items = {
        "twauth/app/app-1/1": encode(sample_records.OLD_KEYS).reveal(),
        "twauth/account/account-1/2": encode(sample_records.NEW_CREDENTIALS).reveal(),
        "twauth/account/account-2/1": encode(sample_records.OLD_CREDENTIALS).reveal(),
        "twauth/tokens/account-1/1": encode(sample_records.OAUTH2_TOKENS).reveal(),
        "twauth/attempt/attempt-1/2": encode(sample_records.GRANTED_SECRETS).reveal(),
    }
    clock = FakeClock()
    store = Store.open(tmp_path, vault, now=clock, read_uptime=clock.uptime)
    recovery = store.recover()
    assert (recovery.undone, recovery.finished) == (1, 0)
    check_contents(store, version)
    store.close()
    assert (tmp_path / f"index-version-{version}.sqlite3").exists() == (version < NEWEST)
    with closing(sqlite3.connect(tmp_path / INDEX_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)


def check_contents(store: Store, version: int) -> None:
    (app,) = store.apps.list_all()
    assert (app.id, app.label, app.created_at, app.hosts) == (APP.id, "Newsroom", NOON, APP.hosts)
    assert store.apps.read_keys(app.id) == sample_records.OLD_KEYS
    (account,) = store.accounts.list_all()
    assert (account.name, account.handle, account.user_id) == (
        "Fernwick News",
        "fernwick_news",
        "7001",
    )
    assert (account.note, account.tags, account.generation) == ("mine", ("uk", "news"), 2)
    assert account.health == Health(HealthState.READ_ONLY, NOON, "it may read only")
    assert account.is_favourite == (version >= WITH_FAVOURITES)
    assert store.accounts.read_credentials(account.id) == sample_records.NEW_CREDENTIALS
    if version >= WITH_TOKENS:
        assert store.tokens.get(account.id) == sample_records.OAUTH2_TOKENS
    else:
        assert store.tokens.list_metadata() == {}
    assert [one.state for one in store.pending_sign_ins.list_all()] == [PendingState.GRANTED]
    assert (
        store.pending_sign_ins.read_oauth1_secrets(make_pending().id)
        == sample_records.GRANTED_SECRETS
    )
    assert store.settings.active_account() == account.id
    assert store.settings.all() == {"look": "dark"}
    *_, event = store.events.latest(account.id)
    assert (event.kind, event.at, event.text) == (
        AccountEventKind.SIGNED_IN,
        NOON,
        "in the browser",
    )
    changes = [one.aspect for one in store.account_changes.list_unseen()]
    assert changes == ([ChangedAspect.EXPIRY] if version >= WITH_CHANGES else [])
    placements = [make_placement()] if version >= WITH_PLACEMENTS else []
    assert store.placements.list_all() == placements
    assert store.accounts.restore(make_account(2).id).handle == "marsh_times"


@pytest.mark.parametrize("version", range(1, sealed_format.VERSION_RECORDS + 1))
def test_every_encrypted_file_there_ever_was_opens(tmp_path: Path, version: int) -> None:
    sample = vault_sample(version)
    assert sample.exists(), "a new format: run python -m tests.store.stored_samples"
    path = tmp_path / FILE_VAULT_FILE_NAME
    _ = shutil.copyfile(sample, path)
    assert decrypt_json(path, PASSPHRASE)["items"] == {
        name: value.reveal() for name, value in ITEMS.items()
    }
    vault = FileVault(path, lambda: PASSPHRASE)
    vault.unlock()
    assert {name: vault.read(name) for name in vault.services()} == ITEMS
    assert path.read_bytes() == sample.read_bytes()
    vault.write("twauth/account/new/1", Secret("new"))
    assert path.read_bytes()[6] == sealed_format.VERSION_RECORDS
    vault.close()
    vault.unlock()
    assert len(vault.services()) == len(ITEMS) + 1
    assert len(decrypt_json(path, PASSPHRASE)["items"]) == len(ITEMS) + 1
    vault.close()
