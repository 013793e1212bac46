"""A real gnome-keyring, killed in the middle of a write, keeps everything it said it kept."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.store.scenario_process import make_credentials
from tests.store.store_changes import referenced_items
from tests.support.keychain import SecretService
from tests.support.run_records import FaultProof
from tests.support.sample_records import APP, OLD_CREDENTIALS, OLD_KEYS, FakeClock, make_account
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError

pytestmark = pytest.mark.keychain

ROUNDS = 110 if os.environ.get("TWAUTH_FULL") == "1" else 10


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[SecretService]:
    with SecretService(tmp_path / "ss") as service:
        service.activate(monkeypatch)
        yield service


@dataclass
class Writer:
    """Replaces the same credentials with higher and higher numbers until the keychain fails."""

    store: Store
    acknowledged: int = 0
    refusals: list[VaultError] = field(default_factory=list[VaultError])
    finished: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Write; any failure but one of ours ends the thread with a traceback, and the test."""
        try:
            while True:
                _ = self.store.accounts.replace_credentials(
                    make_account(), make_credentials(self.acknowledged + 1)
                )
                self.acknowledged += 1
        except VaultError as error:
            self.refusals.append(error)
        finally:
            self.finished.set()


def test_killed_in_the_middle_of_writes(
    service: SecretService, tmp_path: Path, proof: FaultProof
) -> None:
    chance = random.Random(11)  # noqa: S311 - the same moments in every run
    vault = DeadlineVault(lambda: open_system_vault("linux"))
    store = Store.open(tmp_path / "data", vault, now=FakeClock())
    _ = store.apps.add(APP, OLD_KEYS)
    _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
    writer = Writer(store)
    for _ in range(ROUNDS):
        writer.finished.clear()
        threading.Thread(target=writer.run, name="writer").start()
        assert not writer.finished.wait(chance.uniform(0.005, 0.12)), writer.refusals
        service.kill()
        assert writer.finished.wait(60)
        service.kill()  # the bus may have started a locked one for the writer's last question
        service.start()
        recovery = store.recover()
        assert len(recovery.messages) == recovery.finished + recovery.undone
        found = store.accounts.read_credentials(make_account().id)
        expected = [
            make_credentials(writer.acknowledged),
            make_credentials(writer.acknowledged + 1),
        ]
        assert found in ([*expected, OLD_CREDENTIALS] if not writer.acknowledged else expected)
        assert store.apps.read_keys(APP.id) == OLD_KEYS
        item_names = {name for name in service.service_names() if name.startswith("twauth/")}
        assert item_names == referenced_items(store)
        writer.acknowledged = (
            0 if found == OLD_CREDENTIALS else int(found.access_token.reveal()[5:])
        )
    assert writer.acknowledged > 0
    assert len(writer.refusals) == ROUNDS
    store.close()
    proof.record(
        "GNOME Keyring is killed (SIGKILL) in the middle of a write",
        "What it said it kept is kept; only our own failures are seen; it goes on by itself once"
        " the keychain is back, and no orphan stays",
        kills=ROUNDS,
        saved=writer.acknowledged,
        lost=0,
    )
