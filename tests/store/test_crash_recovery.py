"""Cut off after any step, a change leaves the old or the new record, never neither, never both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.store_changes import (
    CHANGES,
    Fuse,
    PowerCutError,
    State,
    referenced_items,
    state_of,
)
from tests.support import sample_records
from tests.support.sample_records import FakeClock, make_pending
from tests.support.vaults import MemoryVault
from twauth_gui.store.store import Store


def open_store(directory: Path, vault: MemoryVault, fuse: Fuse) -> Store:
    return Store.open(directory, vault, now=FakeClock(), on_step=fuse)


def play(directory: Path, name: str, cut: int) -> tuple[MemoryVault, State, int]:
    """Prepare, then change with a cut after that many steps; return the state before the change."""
    prepare, change = CHANGES[name]
    vault = MemoryVault()
    store = open_store(directory, vault, Fuse(-1))
    prepare(store)
    before = state_of(store)
    store.close()
    fuse = Fuse(cut)
    store = open_store(directory, vault, fuse)
    try:
        _ = change(store)
    except PowerCutError:
        pass
    finally:
        store.close()
    return vault, before, fuse.count


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_interrupted_at_every_step(tmp_path: Path, name: str) -> None:
    vault, before, steps = play(tmp_path / "whole", name, -1)
    whole = open_store(tmp_path / "whole", vault, Fuse(-1))
    after = state_of(whole)
    assert whole.recover().orphans == 0
    assert set(vault.items) == referenced_items(whole)
    whole.close()
    assert steps >= 3
    for cut in range(1, steps + 1):
        directory = tmp_path / str(cut)
        vault, _, _ = play(directory, name, cut)
        store = open_store(directory, vault, Fuse(-1))
        _ = store.recover()
        assert state_of(store) in (before, after), f"cut after step {cut}"
        store.accounts.purge_hidden()
        assert set(vault.items) == referenced_items(store), f"cut after step {cut}"
        vault.calls.clear()
        assert store.recover().messages == ()
        assert vault.calls == []
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_recovery_itself_interrupted_at_every_step(tmp_path: Path, name: str) -> None:
    _, before, steps = play(tmp_path / "whole", name, -1)
    for cut in range(1, steps + 1):
        for second in range(1, 10):
            directory = tmp_path / f"{cut}-{second}"
            vault, _, _ = play(directory, name, cut)
            fuse = Fuse(second)
            store = open_store(directory, vault, fuse)
            finished = True
            try:
                _ = store.recover()
            except PowerCutError:
                finished = False
            store.close()
            store = open_store(directory, vault, Fuse(-1))
            _ = store.recover()
            store.accounts.purge_hidden()
            assert set(vault.items) == referenced_items(store)
            assert state_of(store)["apps"] or name in {"remove app", "add app"}
            store.close()
            if finished:
                break
        else:
            pytest.fail(f"recovery takes more steps than tried; before: {before}")


def test_what_x_granted_is_never_lost(tmp_path: Path) -> None:
    """From the moment the grant is in the keychain it is found again, wherever the power is cut."""
    _, _, steps = play(tmp_path / "whole", "grant", -1)
    for cut in range(2, steps + 1):
        vault, _, _ = play(tmp_path / str(cut), "grant", cut)
        store = open_store(tmp_path / str(cut), vault, Fuse(-1))
        _ = store.recover()
        assert (
            store.pending_sign_ins.read_oauth1_secrets(make_pending().id)
            == sample_records.GRANTED_SECRETS
        )
        store.close()
