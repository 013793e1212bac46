"""Each kind of change of a store, to be cut off at any step.

A change comes with what prepares a store for it. What the store holds is read before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.support import sample_records
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    NEW_KEYS,
    NEXT_OAUTH2_TOKENS,
    OAUTH2_TOKENS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    make_account,
    make_pending,
)
from twauth_gui.domain.sign_in import PendingState
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind, fingerprint_key_name, service_name


class PowerCutError(BaseException):
    """Ends a change where it stands; no handler catches it."""


@dataclass
class Fuse:
    """Cuts the power after so many steps; below zero, never."""

    steps: int
    count: int = 0

    def __call__(self, _name: str) -> None:
        self.count += 1
        if self.count == self.steps:
            raise PowerCutError


State = Mapping[str, Mapping[Any, object]]


def state_of(store: Store) -> State:
    """Read everything that a store holds, secrets included; fail if a secret is missing."""
    return {
        "apps": {
            app.id: (app.label, store.apps.read_keys(app.id)) for app in store.apps.list_all()
        },
        "accounts": {
            one.id: (
                one.handle,
                (one.note, one.tags, one.is_favourite),
                store.accounts.read_credentials(one.id) if one.has_oauth1 else None,
            )
            for one in store.accounts.list_all()
        },
        "tokens": {
            one.id: (store.tokens.get_metadata(one.id), store.tokens.get(one.id))
            for one in store.accounts.list_all()
            if one.id in store.tokens.list_metadata()
        },
        "placements": {
            (one.place, one.account_id or one.app_id): (one.place, one.fields, one.fingerprint)
            for one in store.placements.list_all()
        },
        "attempts": {
            one.id: (one.state, store.pending_sign_ins.read_secrets(one.id))
            for one in store.pending_sign_ins.list_all()
        },
    }


def without_ids(state: State) -> dict[str, list[object]]:
    """Return the state without ids, which are different in every folder."""
    return {name: sorted(of.values(), key=repr) for name, of in state.items()}


def referenced_items(store: Store) -> set[str]:
    """Return the names of the keychain items that the index refers to."""
    tokens = store.tokens.list_metadata().items()
    key = fingerprint_key_name(store.existing_profile_id)
    return {
        *(() if store.vault.read(key) is None else (key,)),
        *(service_name(ItemKind.TOKENS, one, metadata.generation) for one, metadata in tokens),
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
        replace(make_account(), note="mine"), OAUTH2_TOKENS, sample_records.make_token_metadata()
    )
    store.tokens.record_renewal_start(make_account().id, sample_records.NOON, 1)


def with_both(store: Store) -> None:
    with_account(store)
    _ = store.tokens.save(make_account(), OAUTH2_TOKENS, sample_records.make_token_metadata())


def with_both_hidden(store: Store) -> None:
    with_both(store)
    store.accounts.hide(make_account().id)


def finish_code(store: Store) -> object:
    return store.finish_sign_in_with_tokens(
        make_pending().id, make_account(2), OAUTH2_TOKENS, sample_records.make_token_metadata()
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
