"""Whatever fails in the store, no secret is in what it raises, logs, answers or writes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tests.support.run_records import FaultProof
from tests.support.sample_records import (
    NOON,
    FakeClock,
    make_account,
    make_pending,
    make_token_metadata,
)
from tests.support.secret_search import search_files
from tests.support.vaults import CHEAP_COST, make_file_vault
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import AccessGrant, PendingSecrets, PendingState, RequestToken
from twauth_gui.store.backup import collect_backup, read_backup, seal_backup
from twauth_gui.store.restore_plan import plan_restore
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultFailedError

if TYPE_CHECKING:
    import pytest

T = TypeVar("T")
FULL = os.environ.get("TWAUTH_FULL") == "1"
LATE = (False, True)
STRIDE = 1 if FULL else 5
"""How many calls lie between two failures."""

NAMES = ("key", "key-secret", "bearer", "token", "token-secret", "request", "refresh", "passphrase")
CANARIES = {name: f"canary~{name}~Zx9Qw7" for name in NAMES}

KEYS = AppKeys(*(Secret(CANARIES[name]) for name in ("key", "key-secret", "bearer")))
CREDENTIALS = Credentials(Secret(CANARIES["token"]), Secret(CANARIES["token-secret"]))
REQUEST = RequestToken(Secret(CANARIES["request"]), Secret(CANARIES["request"]), "oob")
GRANT = AccessGrant(CREDENTIALS.access_token, CREDENTIALS.access_secret, "7001", "fernwick_news")
TOKENS = TokenSet(
    Secret(CANARIES["token"]), Secret(CANARIES["refresh"]), NOON, ("users.read", "offline.access")
)
PASSPHRASE = Secret(CANARIES["passphrase"])
APP = App(AppId("app-1"), "Newsroom", NOON)


@dataclass
class Fragile:
    """Passes calls on; one of them fails, before or after it took effect."""

    inner: Vault
    fails_at: int = 0
    late: bool = False
    calls: int = 0

    @property
    def name(self) -> str:
        return self.inner.name

    def read(self, service: str) -> Secret | None:
        return self._do(lambda: self.inner.read(service))

    def write(self, service: str, value: Secret) -> None:
        self._do(lambda: self.inner.write(service, value))

    def delete(self, service: str) -> None:
        self._do(lambda: self.inner.delete(service))

    def unlock(self) -> None:
        self._do(self.inner.unlock)

    def probe(self) -> None:
        self._do(self.inner.probe)

    def close(self) -> None:
        """Stay open for the next try."""

    def _do(self, operation: Callable[[], T]) -> T:
        self.calls += 1
        if self.calls != self.fails_at:
            return operation()
        if self.late:
            _ = operation()
        raise VaultFailedError(self.name, "a test")


def flow(store: Store, folder: Path) -> Iterator[Callable[[], object]]:
    """Yield every operation of the store that touches a secret."""
    yield lambda: store.apps.add(APP, KEYS)
    yield lambda: store.pending_sign_ins.add(make_pending(), PendingSecrets(REQUEST))
    granted = make_pending(state=PendingState.GRANTED)
    yield lambda: store.pending_sign_ins.update(granted, PendingSecrets(REQUEST, GRANT))
    yield lambda: store.finish_sign_in(make_pending().id, make_account(), CREDENTIALS)
    yield lambda: store.tokens.save(make_account(), TOKENS, make_token_metadata(TOKENS))
    yield lambda: store.tokens.renew(make_account().id, TOKENS, 1)
    yield lambda: store.accounts.replace_credentials(make_account(), CREDENTIALS)
    yield lambda: store.apps.update(APP, KEYS)
    yield lambda: (store.apps.read_keys(APP.id), store.accounts.read_credentials(make_account().id))
    yield lambda: (
        store.tokens.get(make_account().id),
        store.pending_sign_ins.list_all(),
        store.accounts.list_all(),
    )
    path = folder / "all.twauth-backup"
    yield lambda: path.write_bytes(
        seal_backup(collect_backup(store, NOON), PASSPHRASE, path, cost=CHEAP_COST)
    )
    yield lambda: plan_restore(store, read_backup(path, PASSPHRASE))
    yield lambda: read_backup(path, Secret("another"))
    yield store.recover
    yield lambda: store.accounts.hide(make_account().id)
    yield store.accounts.purge_hidden


def collect_output(operation: Callable[[], object]) -> str:
    """Return everything that the operation says, whether it succeeds or not."""
    try:
        return repr(operation())
    except DiagnosedError as error:
        chain: list[BaseException] = []
        one: BaseException | None = error
        while one is not None:
            chain.append(one)
            one = one.__cause__ or one.__context__
        texts = [(str(each), repr(each), each.args, vars(each)) for each in chain]
        return repr(texts) + repr(error.diagnosis)


def play(folder: Path, fails_at: int, *, late: bool) -> tuple[str, int]:
    """Do everything with one failure; return everything it said, and the number of calls."""
    folder.mkdir()
    file = make_file_vault(folder, passphrase=lambda: PASSPHRASE)
    file.create(PASSPHRASE)
    fragile = Fragile(file, fails_at, late)
    store = Store.open(folder, fragile, now=FakeClock())
    texts = [repr((store, fragile, file))]
    texts += [collect_output(operation) for operation in flow(store, folder)]
    texts.append(collect_output(lambda: file.unlock(Secret("another"))))
    store.close()
    file.close()
    return "\n".join(texts), fragile.calls


def test_no_secret_escapes_on_any_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, proof: FaultProof
) -> None:
    with caplog.at_level(logging.DEBUG):
        texts, calls = play(tmp_path / "whole", 0, late=False)
        leaks = [
            play(tmp_path / f"{number}-{late}", number, late=late)[0]
            for number in range(1, calls + 1, STRIDE)
            for late in LATE
        ]
    everything = "\n".join([texts, *leaks, caplog.text])
    assert "a test" in everything
    assert [name for name, value in CANARIES.items() if value in everything] == []
    assert search_files(CANARIES.values(), [tmp_path]) == []
    proof.record(
        "The keychain fails at any call of every operation, before or after it was done",
        "No secret is in an exception, a log record, an answer's repr, or a file in plain text",
        failures=len(leaks),
        found=0,
    )
