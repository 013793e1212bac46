"""Cut off after any step, a change leaves the old or the new record, never neither, never both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import sample_records
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEW_KEYS,
    NEXT_OAUTH2_TOKENS,
    OAUTH2_TOKENS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
    make_pending,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind, service_name


class PowerCutError(BaseException):
    """Nobody's handler catches it, as nobody catches a power cut."""


@dataclass
class Fuse:
    """Lets so many steps happen, then cuts; below zero it never cuts."""

    steps: int
    seen: int = 0

    def __call__(self, _name: str) -> None:
        self.seen += 1
        if self.seen == self.steps:
            raise PowerCutError


State = Mapping[str, Mapping[Any, object]]


def state_of(store: Store) -> State:
    """Everything that can be told apart, secrets included; fails where one is missing."""
    return {
        "apps": {
            app.id: (app.label, store.apps.read_keys(app.id)) for app in store.apps.list_all()
        },
        "accounts": {
            one.id: (
                one.handle,
                one.note,
                store.accounts.read_credentials(one.id) if one.has_oauth1 else None,
            )
            for one in store.accounts.list_all()
        },
        "tokens": {
            one.id: (store.tokens.facts(one.id), store.tokens.get(one.id))
            for one in store.accounts.list_all()
            if one.id in store.tokens.all_facts()
        },
        "attempts": {
            one.id: (one.state, store.pending_sign_ins.read_secrets(one.id))
            for one in store.pending_sign_ins.list_all()
        },
    }


def without_ids(state: State) -> dict[str, list[object]]:
    """The same of a folder whose ids are its own."""
    return {name: sorted(of.values(), key=repr) for name, of in state.items()}


def referred(store: Store) -> set[str]:
    tokens = store.tokens.all_facts().items()
    return {
        *(service_name(ItemKind.TOKENS, one, facts.generation) for one, facts in tokens),
        *(service_name(ItemKind.APP, one.id, one.generation) for one in store.apps.list_all()),
        *(
            service_name(ItemKind.ACCOUNT, one.id, one.generation)
            for one in store.accounts.list_all()
            if one.has_oauth1
        ),
        *(
            service_name(ItemKind.PENDING_SIGN_IN, one.id, one.generation)
            for one in store.pending_sign_ins.list_all()
        ),
    }


KNOWN_CODE = sample_records.make_pending_oauth2(state=PendingState.GRANTED)
GRANTED_ATTEMPT = make_pending(state=PendingState.GRANTED)


def empty(store: Store) -> None:
    assert store.apps.list_all() == []


def with_app(store: Store) -> None:
    _ = store.apps.add(APP, OLD_KEYS)


def with_attempt(store: Store) -> None:
    with_app(store)
    _ = store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS)


def with_grant(store: Store) -> None:
    with_attempt(store)
    _ = store.pending_sign_ins.update(GRANTED_ATTEMPT, sample_records.GRANTED_SECRETS)


def with_account(store: Store) -> None:
    with_app(store)
    _ = store.accounts.add(replace(make_account(), note="mine"), OLD_CREDENTIALS)


def with_account_and_grant(store: Store) -> None:
    with_grant(store)
    _ = store.accounts.add(replace(make_account(), note="mine"), OLD_CREDENTIALS)


def with_hidden(store: Store) -> None:
    with_attempt(store)
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    store.accounts.hide(make_account().id)


def with_code(store: Store) -> None:
    with_app(store)
    _ = store.pending_sign_ins.add(
        sample_records.make_pending_oauth2(), sample_records.OAUTH2_WAITING_SECRETS
    )


def with_known_code(store: Store) -> None:
    with_code(store)
    _ = store.pending_sign_ins.update(KNOWN_CODE, sample_records.OAUTH2_KNOWN_SECRETS)


def with_account_and_known_code(store: Store) -> None:
    with_known_code(store)
    _ = store.accounts.add(replace(make_account(), note="mine"), OLD_CREDENTIALS)


def with_tokens(store: Store) -> None:
    with_app(store)
    _ = store.tokens.save(
        replace(make_account(), note="mine"), OAUTH2_TOKENS, sample_records.make_token_facts()
    )
    store.tokens.record_renewal_start(make_account().id, sample_records.NOON, 1)


def with_both(store: Store) -> None:
    with_account(store)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, sample_records.make_token_facts())


def with_both_hidden(store: Store) -> None:
    with_both(store)
    store.accounts.hide(make_account().id)


def finish_code(store: Store) -> object:
    return store.finish_sign_in_with_tokens(
        make_pending().id, make_account(2), OAUTH2_TOKENS, sample_records.make_token_facts()
    )


Act = Callable[[Store], object]

CHANGES: dict[str, tuple[Act, Act]] = {
    "add app": (empty, lambda store: store.apps.add(APP, OLD_KEYS)),
    "update app": (
        with_app,
        lambda store: store.apps.update(replace(APP, label="Alerts"), NEW_KEYS),
    ),
    "remove app": (with_hidden, lambda store: store.apps.remove(APP.id)),
    "begin attempt": (
        with_app,
        lambda store: store.pending_sign_ins.add(make_pending(), sample_records.WAITING_SECRETS),
    ),
    "grant": (
        with_attempt,
        lambda store: store.pending_sign_ins.update(
            GRANTED_ATTEMPT, sample_records.GRANTED_SECRETS
        ),
    ),
    "finish": (
        with_grant,
        lambda store: store.finish_sign_in(make_pending().id, make_account(), NEW_CREDENTIALS),
    ),
    "finish again": (
        with_account_and_grant,
        lambda store: store.finish_sign_in(make_pending().id, make_account(2), NEW_CREDENTIALS),
    ),
    "discard": (with_grant, lambda store: store.pending_sign_ins.discard(make_pending().id)),
    "add account": (with_app, lambda store: store.accounts.add(make_account(), OLD_CREDENTIALS)),
    "replace": (
        with_account,
        lambda store: store.accounts.replace_credentials(make_account(), NEW_CREDENTIALS),
    ),
    "purge": (with_hidden, lambda store: store.accounts.purge_hidden()),
    "grant code": (
        with_code,
        lambda store: store.pending_sign_ins.update(
            KNOWN_CODE, sample_records.OAUTH2_GRANTED_SECRETS
        ),
    ),
    "finish code": (with_known_code, finish_code),
    "finish code beside": (with_account_and_known_code, finish_code),
    "sign in beside tokens": (
        with_tokens,
        lambda store: store.accounts.replace_credentials(make_account(), NEW_CREDENTIALS),
    ),
    "renew": (
        with_tokens,
        lambda store: store.tokens.renew(make_account().id, NEXT_OAUTH2_TOKENS, 1),
    ),
    "renew beside": (
        with_both,
        lambda store: store.tokens.renew(make_account().id, NEXT_OAUTH2_TOKENS, 1),
    ),
    "drop tokens": (with_both, lambda store: store.tokens.delete(make_account().id, 1)),
    "purge both": (with_both_hidden, lambda store: store.accounts.purge_hidden()),
}


def opened(directory: Path, vault: MemoryVault, fuse: Fuse) -> Store:
    return Store.open(directory, vault, now=FakeClock(), on_step=fuse)


def play(directory: Path, name: str, cut: int) -> tuple[MemoryVault, State, int]:
    """Prepare, then change with a cut after that many steps; give the state before the change."""
    prepare, change = CHANGES[name]
    vault = MemoryVault()
    store = opened(directory, vault, Fuse(-1))
    prepare(store)
    before = state_of(store)
    store.close()
    fuse = Fuse(cut)
    store = opened(directory, vault, fuse)
    try:
        _ = change(store)
    except PowerCutError:
        pass
    finally:
        store.close()
    return vault, before, fuse.seen


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_cut_off_at_every_step(tmp_path: Path, name: str) -> None:
    vault, before, steps = play(tmp_path / "whole", name, -1)
    whole = opened(tmp_path / "whole", vault, Fuse(-1))
    after = state_of(whole)
    assert whole.recover().orphans == 0
    assert set(vault.items) == referred(whole)
    whole.close()
    assert steps >= 3
    for cut in range(1, steps + 1):
        directory = tmp_path / str(cut)
        vault, _, _ = play(directory, name, cut)
        store = opened(directory, vault, Fuse(-1))
        _ = store.recover()
        assert state_of(store) in (before, after), f"cut after step {cut}"
        store.accounts.purge_hidden()
        assert set(vault.items) == referred(store), f"cut after step {cut}"
        vault.calls.clear()
        assert store.recover().messages == ()
        assert vault.calls == []
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_recovery_itself_cut_off_at_every_step(tmp_path: Path, name: str) -> None:
    _, before, steps = play(tmp_path / "whole", name, -1)
    for cut in range(1, steps + 1):
        for second in range(1, 10):
            directory = tmp_path / f"{cut}-{second}"
            vault, _, _ = play(directory, name, cut)
            fuse = Fuse(second)
            store = opened(directory, vault, fuse)
            finished = True
            try:
                _ = store.recover()
            except PowerCutError:
                finished = False
            store.close()
            store = opened(directory, vault, Fuse(-1))
            _ = store.recover()
            store.accounts.purge_hidden()
            assert set(vault.items) == referred(store)
            assert state_of(store)["apps"] or name in {"remove app", "add app"}
            store.close()
            if finished:
                break
        else:
            pytest.fail(f"recovery takes more steps than tried; before: {before}")


def test_what_x_granted_is_never_lost(tmp_path: Path) -> None:
    """From the moment the grant is in the keychain it is found again, wherever the cut is."""
    _, _, steps = play(tmp_path / "whole", "grant", -1)
    for cut in range(2, steps + 1):
        vault, _, _ = play(tmp_path / str(cut), "grant", cut)
        store = opened(tmp_path / str(cut), vault, Fuse(-1))
        _ = store.recover()
        assert (
            store.pending_sign_ins.read_oauth1_secrets(make_pending().id)
            == sample_records.GRANTED_SECRETS
        )
        store.close()
