"""Killed with SIGKILL at any moment, the store has the old or the new record, whole."""

from __future__ import annotations

import os
import random
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.store.scenario_process import (
    REPEATABLE,
    KillAtStep,
    ScenarioKiller,
    ScenarioOrder,
    TwoVaultStore,
    make_credentials,
    repeat_scenario,
)
from tests.store.store_changes import CHANGES, State, referenced_items, state_of, without_ids
from tests.support.keychain import SecretService
from tests.support.run_records import FaultProof
from tests.support.sample_records import OLD_CREDENTIALS, make_account
from tests.support.system_vaults import VaultSystem
from twauth_gui.osfiles.durable_file import temporary_path
from twauth_gui.store.crash_recovery import RecoveryReport
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.store import Store

pytestmark = pytest.mark.no_cover

FULL = os.environ.get("TWAUTH_FULL") == "1"
ROUNDS = 1_000 if FULL else 12

FEW = ("add account", "replace", "update app", "move", "purge", "restore", "finish code", "renew")
EVERY = (*CHANGES, "move", "restore", "import")
SCENARIOS = {
    VaultSystem.FILE: (*FEW, "import"),
    VaultSystem.SERVICE: ("replace", "purge", "move", "renew"),
    VaultSystem.WINDOWS: ("add account", "replace", "move"),
    VaultSystem.MACOS: ("add account", "replace", "move"),
}
FEWEST = {VaultSystem.FILE: 6, VaultSystem.SERVICE: 3, VaultSystem.WINDOWS: 6, VaultSystem.MACOS: 4}
"""Steps of the shortest change: our own, with those of the file or of the system's own calls."""

ALL = [(ring, name) for ring in VaultSystem for name in (EVERY if FULL else SCENARIOS[ring])]
WORDS = {
    VaultSystem.FILE: "the encrypted file",
    VaultSystem.SERVICE: "a real GNOME Keyring",
    VaultSystem.WINDOWS: "an imitation of the Credential Locker",
    VaultSystem.MACOS: "an imitation of the macOS Keychain",
}


@pytest.fixture(scope="module")
def killer() -> Generator[ScenarioKiller]:
    with ScenarioKiller() as killer:
        yield killer


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[SecretService]:
    with SecretService(tmp_path_factory.mktemp("ss")) as service:
        yield service


@pytest.fixture(scope="module")
def keychain_killer(service: SecretService) -> Generator[ScenarioKiller]:
    with ScenarioKiller(service.env) as killer:
        yield killer


class KillTarget:
    """Places over one keychain, in this process and in the ones that are killed."""

    def __init__(
        self, killer: ScenarioKiller, ring: VaultSystem, patch: pytest.MonkeyPatch
    ) -> None:
        self.killer = killer
        self.ring = ring
        self._patch = patch

    def reopen(self, folder: Path) -> tuple[TwoVaultStore, Store]:
        place = TwoVaultStore(folder, KillAtStep(0), self.ring, self._patch)
        return place, place.open(KillAtStep(0))

    def order(self, folder: Path, name: str, **how: int | bool) -> tuple[bool, int]:
        return self.killer.run(ScenarioOrder(str(folder), name, system=self.ring, **how))  # type: ignore[arg-type]

    def names(self, place: TwoVaultStore) -> set[str]:
        """List the items of both vaults; fail if a file is left half written."""
        for vault in (place.file, place.keychain):
            assert not isinstance(vault, FileVault) or not temporary_path(vault.path).exists()
        return place.list_items()

    def empty(self, folder: Path) -> None:
        """Delete everything that a scenario left in the keychain."""
        _, store = self.reopen(folder)
        for service in referenced_items(store):
            store.vault.delete(service)
        store.close()


def restart_and_check(
    target: KillTarget, folder: Path, name: str, expected: tuple[State, State]
) -> RecoveryReport:
    """Start again after a kill, recover, and check everything; return what recovery did."""
    place, store = target.reopen(folder)
    recovery = store.recover()
    # Whatever was finished or undone, the person is told, each with a sentence of its own.
    assert len(recovery.messages) == recovery.finished + recovery.undone
    moved = store.vault_selection.pending_migration() is not None
    move_recovery = store.vault_selection.finish_interrupted_migration(*place.move_ends)
    assert (move_recovery is not None and bool(move_recovery.message)) == moved
    if name in REPEATABLE:
        assert_no_record_is_mixed(store, expected[1])
        repeat_scenario(place, store, name)
        assert without_ids(state_of(store)) == without_ids(expected[1])  # each folder has its own
    else:
        assert state_of(store) in expected
    store.accounts.purge_hidden()
    if target.ring is not VaultSystem.SERVICE:
        assert target.names(place) == referenced_items(store)
    assert store.recover() == RecoveryReport()
    assert store.vault_selection.pending_migration() is None
    store.close()
    return recovery


def assert_no_record_is_mixed(store: Store, whole: State) -> None:
    """Each thing is there as it was meant to be, or not at all."""
    for part, found in state_of(store).items():
        expected = list(whole[part].values())
        assert all(one in expected for one in found.values())


def kill_everywhere(target: KillTarget, folder: Path, name: str) -> tuple[int, int]:
    """Kill at every step of a scenario; return the number of kills, and of changes undone."""
    whole = folder / "whole"
    _ = target.order(whole, name, is_preparation=True)
    _, store = target.reopen(whole)
    before = state_of(store)
    store.close()
    killed, steps = target.order(whole, name)
    assert not killed
    _, store = target.reopen(whole)
    after = state_of(store)
    store.close()
    target.empty(whole)
    undone = 0
    for cut in range(1, steps + 1):
        place = folder / str(cut)
        _ = target.order(place, name, is_preparation=True)
        killed, _ = target.order(place, name, steps=cut)
        assert killed, f"step {cut} of {steps} was not reached"
        undone += restart_and_check(target, place, name, (before, after)).undone
        target.empty(place)
    return steps, undone


@pytest.fixture
def target(
    ring: VaultSystem, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> KillTarget:
    if ring is not VaultSystem.SERVICE:
        return KillTarget(request.getfixturevalue("killer"), ring, monkeypatch)
    service: SecretService = request.getfixturevalue("service")
    service.activate(monkeypatch)
    return KillTarget(request.getfixturevalue("keychain_killer"), ring, monkeypatch)


@pytest.mark.keychain
@pytest.mark.parametrize(("ring", "name"), ALL)
def test_killed_at_every_step(
    target: KillTarget, name: str, tmp_path: Path, proof: FaultProof
) -> None:
    steps, undone = kill_everywhere(target, tmp_path, name)
    assert steps >= FEWEST[target.ring]
    proof.record(
        f"The program is killed (SIGKILL) at a step of a change, over {WORDS[target.ring]}",
        "The old or the new record, never neither, never mixed; no orphan stays; what was undone"
        " is told",
        kills=steps,
        undone=undone,
        lost=0,
    )


@pytest.mark.parametrize("ring", [VaultSystem.FILE])
def test_killed_at_random_moments(
    target: KillTarget, ring: VaultSystem, tmp_path: Path, proof: FaultProof
) -> None:
    """What was said to be kept is kept; at most the one under way came on top."""
    chance = random.Random(7)  # noqa: S311 - the same moments in every run
    _ = target.order(tmp_path, "replace", is_preparation=True)
    newest = saved = 0
    for _ in range(ROUNDS):
        how = {"milliseconds": chance.randrange(5, 90), "first": newest + 1}
        killed, output = target.order(tmp_path, "replace", **how)
        assert killed
        acknowledged = max(output, newest)
        place, store = target.reopen(tmp_path)
        _ = store.recover()
        found = store.accounts.read_credentials(make_account().id)
        expected = [make_credentials(acknowledged), make_credentials(acknowledged + 1)]
        if not acknowledged:
            expected.append(OLD_CREDENTIALS)
        assert found in expected
        assert target.names(place) == referenced_items(store)
        assert store.accounts.get(make_account().id).note == "mine"
        newest = (
            0 if found == OLD_CREDENTIALS else int(found.access_token.reveal().partition("-")[2])
        )
        saved = max(saved, newest)
        store.close()
    assert newest > 0
    proof.record(
        "The program is killed (SIGKILL) at a random moment while it replaces credentials, over"
        f" {WORDS[target.ring]}",
        "What was said to be kept is kept, whole; at most the change under way came on top",
        kills=ROUNDS,
        saved=saved,
        lost=0,
    )
