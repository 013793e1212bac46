"""What the first version itself wrote opens: an index, the items that go with it, and a backup.

test_kept.py has an index of every version, with items encoded today and a last change that is to be
undone. Here the items are as the first version encoded them, and its last change had come so far
that a later version has to finish it. Neither sample can stand in for the other.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.store.store_changes import Fuse, referenced_items, state_of, without_ids
from tests.store.stored_samples import SAMPLES_FOLDER
from tests.support import sample_records
from tests.support.sample_records import NEW_CREDENTIALS, NOON, OLD_CREDENTIALS, OLD_KEYS, FakeClock
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingState, SignInMethod
from twauth_gui.store.backup import read_backup
from twauth_gui.store.index import INDEX_FILE_NAME
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import plan_restore
from twauth_gui.store.store import Store


def open_store(folder: Path, vault: MemoryVault) -> Store:
    return Store.open(folder, vault, now=FakeClock(), on_step=Fuse(-1))


def test_version_1_opens_with_a_change_that_was_interrupted(tmp_path: Path) -> None:
    vault = MemoryVault()
    vault.items.update(json.loads((SAMPLES_FOLDER / "items-version-1.json").read_text("utf-8")))
    _ = shutil.copy(SAMPLES_FOLDER / "index-version-1.sqlite3", tmp_path / INDEX_FILE_NAME)
    store = open_store(tmp_path, vault)
    assert (tmp_path / "index-version-1.sqlite3").stat().st_mode & 0o777 == 0o600
    assert [one.handle for one in store.accounts.list_all()] == ["fernwick_news"]
    assert store.recover().finished == 1
    first, second = store.accounts.list_all()
    assert (first.handle, first.note, first.tags) == ("fernwick_news", "mine", ("a", "b"))
    assert (
        store.accounts.read_credentials(first.id),
        store.accounts.read_credentials(second.id),
    ) == (
        OLD_CREDENTIALS,
        NEW_CREDENTIALS,
    )
    assert store.apps.read_keys(first.app_id) == OLD_KEYS
    assert store.tokens.list_metadata() == {}
    (pending,) = store.pending_sign_ins.list_all()
    assert (pending.kind, pending.state) == (CredentialKind.OAUTH1, PendingState.GRANTED)
    assert store.pending_sign_ins.read_oauth1_secrets(pending.id) == sample_records.GRANTED_SECRETS
    assert (store.settings.active_account(), store.settings.get("clipboard")) == (
        first.id,
        "30",
    )
    assert [event.text for event in store.events.latest(first.id)] == ["check"]
    assert set(vault.items) == referenced_items(store)
    _ = store.tokens.save(first, sample_records.OAUTH2_TOKENS, sample_records.make_token_metadata())
    assert store.tokens.get(first.id) == sample_records.OAUTH2_TOKENS
    store.close()


def test_a_backup_of_version_1_comes_in(tmp_path: Path) -> None:
    store = open_store(tmp_path, MemoryVault())
    backup = read_backup(SAMPLES_FOLDER / "version-1.twauth-backup", Secret("kept for ever"))
    assert backup.made_at == NOON
    assert backup.settings == ("clipboard",), "it has settings, which are left where they are"
    restored = apply_restore(store, plan_restore(store, backup))
    assert (restored.added, restored.pending_sign_ins, store.settings.all()) == (2, 1, {})
    state = without_ids(state_of(store))
    assert state["accounts"] == [("fernwick_news", ("mine", ("a", "b"), False), OLD_CREDENTIALS)]
    assert state["attempts"] == [(PendingState.GRANTED, sample_records.GRANTED_SECRETS)]
    store.close()


def test_the_first_words_for_an_import_are_understood() -> None:
    assert SignInMethod("brought-in") is SignInMethod.IMPORTED
    assert AccountEventKind("brought-in") is AccountEventKind.IMPORTED
