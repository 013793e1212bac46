"""What the first version itself wrote opens: an index, the items that go with it, and a backup.

test_kept.py has an index of every version, with items encoded today and a last change that is to be
undone. Here the items are as the first version encoded them, and its last change had come so far
that a later version has to finish it. Neither sample can stand in for the other.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.store import samples
from tests.store.keeping import FOLDER
from tests.store.samples import NEW, NOON, OLD, OLD_KEYS, Clock
from tests.store.test_crashes import Fuse, referred, state_of, without_ids
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.attempts import PendingState
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import read_backup
from twauth_gui.store.index import FILE_NAME
from twauth_gui.store.restore import plan_restore
from twauth_gui.store.restoring import carry_out
from twauth_gui.store.store import Store


def opened(folder: Path, vault: MemoryVault) -> Store:
    return Store.open(folder, vault, now=Clock(), on_step=Fuse(-1))


def test_version_1_opens_with_a_change_that_was_cut_off(tmp_path: Path) -> None:
    vault = MemoryVault()
    vault.items.update(json.loads((FOLDER / "items-version-1.json").read_text("utf-8")))
    _ = shutil.copy(FOLDER / "index-version-1.sqlite3", tmp_path / FILE_NAME)
    store = opened(tmp_path, vault)
    assert (tmp_path / "index-version-1.sqlite3").stat().st_mode & 0o777 == 0o600
    assert [one.handle for one in store.accounts.all()] == ["fernwick_news"]
    assert store.recover().finished == 1
    first, second = store.accounts.all()
    assert (first.handle, first.note, first.tags) == ("fernwick_news", "mine", ("a", "b"))
    assert (store.accounts.credentials(first.id), store.accounts.credentials(second.id)) == (
        OLD,
        NEW,
    )
    assert store.apps.keys(first.app_id) == OLD_KEYS
    assert store.tokens.all_facts() == {}
    (begun,) = store.pending_sign_ins.all()
    assert (begun.kind, begun.state) == (CredentialKind.OAUTH1, PendingState.GRANTED)
    assert store.pending_sign_ins.request_secrets(begun.id) == samples.GRANTED
    assert (store.settings.active_account(), store.settings.get("clipboard")) == (
        first.id,
        "30",
    )
    assert [event.text for event in store.events.latest(first.id)] == ["check"]
    assert set(vault.items) == referred(store)
    _ = store.tokens.save(first, samples.PAIR, samples.facts())
    assert store.tokens.get(first.id) == samples.PAIR
    store.close()


def test_a_backup_of_version_1_comes_in(tmp_path: Path) -> None:
    store = opened(tmp_path, MemoryVault())
    backup = read_backup(FOLDER / "version-1.twauth-backup", Secret("kept for ever"))
    assert backup.made_at == NOON
    assert backup.settings == ("clipboard",), "it has settings, which are left where they are"
    restored = carry_out(store, plan_restore(store, backup))
    assert (restored.added, restored.attempts, store.settings.all()) == (2, 1, {})
    state = without_ids(state_of(store))
    assert state["accounts"] == [("fernwick_news", "mine", OLD)]
    assert state["attempts"] == [(PendingState.GRANTED, samples.GRANTED)]
    store.close()
