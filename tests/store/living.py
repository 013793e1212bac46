"""A data folder with something of everything in it, left closed."""

from __future__ import annotations

from pathlib import Path

from tests.store.killing import everything
from tests.store.samples import NEW, OLD, Clock, account
from tests.store.test_crashes import State, state_of
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault


def opened(folder: Path, vault: Vault) -> Store:
    return Store.open(folder, vault, now=Clock())


def lived_in(folder: Path, vault: Vault, *, copy: bool) -> State:
    """Keep something of everything, with changes after the copy was made; give the whole state."""
    store = opened(folder, vault)
    everything(store)
    if copy:
        store.renew_copy()
    _ = store.accounts.replace_credentials(account(), NEW)
    _ = store.accounts.add(account(3, "7003", "marsh_times"), OLD)
    state = state_of(store)
    store.close()
    return state
