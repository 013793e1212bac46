"""Whatever is done in whatever order, the store says what a dict would say."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from typing_extensions import override

from tests.support import sample_records
from tests.support.sample_records import APP, OLD_KEYS, make_account, make_pending
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError, VaultFailedError, VaultHungError

users = st.sampled_from(["1", "2", "3"])
secrets = st.text(max_size=8).map(Secret)


class StoreMachine(RuleBasedStateMachine):
    """Accounts by user id, as the model; a random failure of the keychain changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="twauth-model-"))
        self.vault = MemoryVault()
        self.clock = sample_records.FakeClock()
        self.number = 0
        self.expected_accounts: dict[str, tuple[Account, Credentials]] = {}
        self.hidden: dict[str, tuple[Account, Credentials]] = {}
        self.pending_sign_ins: set[PendingSignInId] = set()
        self.store = self.open()
        _ = self.store.apps.add(APP, OLD_KEYS)

    def open(self) -> Store:
        return Store.open(self.directory, self.vault, now=self.clock)

    @rule(user=users, token=secrets, secret=secrets)
    def sign_in(self, user: str, token: Secret, secret: Secret) -> None:
        self.number += 1
        pending = self.store.pending_sign_ins.add(
            make_pending(self.number), sample_records.WAITING_SECRETS
        )
        fresh = make_account(self.number, user, f"bot_{self.number}")
        credentials = Credentials(token, secret)
        saved = self.store.finish_sign_in(pending.id, fresh, credentials)
        old = self.expected_accounts.get(user) or self.hidden.pop(user, None)
        if old is not None:
            assert (saved.id, saved.note) == (old[0].id, old[0].note)
        self.expected_accounts[user] = (saved, credentials)

    @rule()
    def begin(self) -> None:
        self.number += 1
        self.pending_sign_ins.add(
            self.store.pending_sign_ins.add(
                make_pending(self.number), sample_records.WAITING_SECRETS
            ).id
        )

    @precondition(lambda self: bool(self.pending_sign_ins))
    @rule()
    def discard(self) -> None:
        self.store.pending_sign_ins.discard(self.pending_sign_ins.pop())

    @precondition(lambda self: bool(self.expected_accounts))
    @rule(data=st.data(), note=st.text(max_size=5))
    def annotate(self, data: st.DataObject, note: str) -> None:
        user = data.draw(st.sampled_from(sorted(self.expected_accounts)))
        old, credentials = self.expected_accounts[user]
        self.expected_accounts[user] = (
            self.store.accounts.update(replace(old, note=note)),
            credentials,
        )

    @precondition(lambda self: bool(self.expected_accounts))
    @rule(data=st.data(), hung=st.booleans(), late=st.booleans())
    def fail_to_replace(self, data: st.DataObject, hung: bool, late: bool) -> None:  # noqa: FBT001 - drawn
        user = data.draw(st.sampled_from(sorted(self.expected_accounts)))
        failure: VaultError = VaultHungError() if hung else VaultFailedError()
        self.vault.fail_with, self.vault.fail_on, self.vault.fail_late = failure, "write", late
        new = Credentials(Secret("late"), Secret("late"))
        try:
            _ = self.store.accounts.replace_credentials(self.expected_accounts[user][0], new)
        except VaultError:
            self.vault.fail_with = None
        assert self.vault.fail_with is None
        if self.store.recover().finished:
            old = self.expected_accounts[user][0]
            self.expected_accounts[user] = (self.store.accounts.get(old.id), new)

    @precondition(lambda self: bool(self.expected_accounts))
    @rule(data=st.data())
    def hide(self, data: st.DataObject) -> None:
        user = data.draw(st.sampled_from(sorted(self.expected_accounts)))
        self.hidden[user] = self.expected_accounts.pop(user)
        self.store.accounts.hide(self.hidden[user][0].id)

    @precondition(lambda self: bool(self.hidden))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        user = data.draw(st.sampled_from(sorted(self.hidden)))
        self.expected_accounts[user] = self.hidden.pop(user)
        assert (
            self.store.accounts.restore(self.expected_accounts[user][0].id)
            == self.expected_accounts[user][0]
        )

    @rule()
    def purge(self) -> None:
        self.store.accounts.purge_hidden()
        self.hidden.clear()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = self.open()
        recovery = self.store.recover()
        assert recovery.messages == ()

    @invariant()
    def agrees(self) -> None:
        expected = {
            AccountId(one.id): pair for pair in self.expected_accounts.values() for one in [pair[0]]
        }
        assert {one.id: one for one in self.store.accounts.list_all()} == {
            key: one for key, (one, _) in expected.items()
        }
        for key, (_, credentials) in expected.items():
            assert self.store.accounts.read_credentials(key) == credentials
        assert {one.id for one in self.store.pending_sign_ins.list_all()} == self.pending_sign_ins
        items = len(self.expected_accounts) + len(self.hidden) + len(self.pending_sign_ins) + 1
        assert len(self.vault.items) == items

    @override
    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.directory)


StoreMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestStoreModel = pytest.mark.slow(StoreMachine.TestCase)
