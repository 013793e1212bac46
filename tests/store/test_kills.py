"""Killed with SIGKILL at any moment, the store has the old or the new record, whole."""

from __future__ import annotations

import os
import random
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.store.killing import REPEATED, Fuse, Killer, Order, Place, numbered, repeat
from tests.store.rings import Ring
from tests.store.samples import OLD, account
from tests.store.test_crashes import CHANGES, State, referred, state_of, without_ids
from tests.support.proof import Proof
from tests.support.secret_service import SecretService
from twauth_gui.store.durable_file import fresh_name
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.recovery import Recovery
from twauth_gui.store.store import Store

FULL = os.environ.get("TWAUTH_FULL") == "1"
ROUNDS = 1_000 if FULL else 12

FEW = ("add account", "replace", "update app", "move", "purge", "restore", "finish code", "renew")
EVERY = (*CHANGES, "move", "restore", "import")
SCENARIOS = {
    Ring.FILE: (*FEW, "import"),
    Ring.SERVICE: ("replace", "purge", "move", "renew"),
    Ring.WINDOWS: ("add account", "replace", "move"),
    Ring.MACOS: ("add account", "replace", "move"),
}
FEWEST = {Ring.FILE: 6, Ring.SERVICE: 3, Ring.WINDOWS: 6, Ring.MACOS: 4}
"""Steps of the shortest change: our own, with those of the file or of the system's own calls."""

ALL = [(ring, name) for ring in Ring for name in (EVERY if FULL else SCENARIOS[ring])]
WORDS = {
    Ring.FILE: "the encrypted file",
    Ring.SERVICE: "a real GNOME Keyring",
    Ring.WINDOWS: "an imitation of the Credential Locker",
    Ring.MACOS: "an imitation of the macOS Keychain",
}


@pytest.fixture(scope="module")
def killer() -> Generator[Killer]:
    with Killer() as killer:
        yield killer


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[SecretService]:
    with SecretService(tmp_path_factory.mktemp("ss")) as service:
        yield service


@pytest.fixture(scope="module")
def keychain_killer(service: SecretService) -> Generator[Killer]:
    with Killer(service.env) as killer:
        yield killer


class Ground:
    """Places over one keychain, in this process and in the ones that are killed."""

    def __init__(self, killer: Killer, ring: Ring, patch: pytest.MonkeyPatch) -> None:
        self.killer = killer
        self.ring = ring
        self._patch = patch

    def reopened(self, folder: Path) -> tuple[Place, Store]:
        place = Place(folder, Fuse(0), self.ring, self._patch)
        return place, place.open(Fuse(0))

    def order(self, folder: Path, name: str, **how: int | bool) -> tuple[bool, int]:
        return self.killer.run(Order(str(folder), name, ring=self.ring, **how))  # type: ignore[arg-type]

    def names(self, place: Place) -> set[str]:
        """Name everything in both vaults; fails where a file is left half written."""
        for vault in (place.file, place.ring):
            assert not isinstance(vault, FileVault) or not fresh_name(vault.path).exists()
        return place.names()

    def emptied(self, folder: Path) -> None:
        """Take everything out of the keychain that a scenario left there."""
        _, store = self.reopened(folder)
        for service in referred(store):
            store.vault.delete(service)
        store.close()


def checked(ground: Ground, folder: Path, name: str, expected: tuple[State, State]) -> Recovery:
    """Start again after a kill, recover, and look at everything; give what recovery did."""
    place, store = ground.reopened(folder)
    recovery = store.recover()
    # Whatever was finished or undone, the person is told, each with a sentence of its own.
    assert len(recovery.messages) == recovery.finished + recovery.undone
    moved = store.vault_selection.move_under_way() is not None
    settled = store.vault_selection.settle(*place.ends)
    assert (settled is not None and bool(settled.message)) == moved
    if name in REPEATED:
        assert_no_record_is_mixed(store, expected[1])
        repeat(place, store, name)
        assert without_ids(state_of(store)) == without_ids(expected[1])  # each folder has its own
    else:
        assert state_of(store) in expected
    store.accounts.purge_hidden()
    if ground.ring is not Ring.SERVICE:
        assert ground.names(place) == referred(store)
    assert store.recover() == Recovery()
    assert store.vault_selection.move_under_way() is None
    store.close()
    return recovery


def assert_no_record_is_mixed(store: Store, whole: State) -> None:
    """Each thing is there as it was meant to be, or not at all."""
    for part, found in state_of(store).items():
        meant = list(whole[part].values())
        assert all(one in meant for one in found.values())


def killed_everywhere(ground: Ground, folder: Path, name: str) -> tuple[int, int]:
    """Kill at every step of a scenario; give the number of kills, and of changes undone."""
    whole = folder / "whole"
    _ = ground.order(whole, name, preparing=True)
    _, store = ground.reopened(whole)
    before = state_of(store)
    store.close()
    killed, steps = ground.order(whole, name)
    assert not killed
    _, store = ground.reopened(whole)
    after = state_of(store)
    store.close()
    ground.emptied(whole)
    undone = 0
    for cut in range(1, steps + 1):
        place = folder / str(cut)
        _ = ground.order(place, name, preparing=True)
        killed, _ = ground.order(place, name, steps=cut)
        assert killed, f"step {cut} of {steps} was not reached"
        undone += checked(ground, place, name, (before, after)).undone
        ground.emptied(place)
    return steps, undone


@pytest.fixture
def ground(ring: Ring, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ground:
    if ring is not Ring.SERVICE:
        return Ground(request.getfixturevalue("killer"), ring, monkeypatch)
    service: SecretService = request.getfixturevalue("service")
    service.activate(monkeypatch)
    return Ground(request.getfixturevalue("keychain_killer"), ring, monkeypatch)


@pytest.mark.keychain
@pytest.mark.parametrize(("ring", "name"), ALL)
def test_killed_at_every_step(ground: Ground, name: str, tmp_path: Path, proof: Proof) -> None:
    steps, undone = killed_everywhere(ground, tmp_path, name)
    assert steps >= FEWEST[ground.ring]
    proof.saw(
        f"The program is killed (SIGKILL) at a step of a change, over {WORDS[ground.ring]}",
        "The old or the new record, never neither, never mixed; no orphan stays; what was undone"
        " is told",
        kills=steps,
        undone=undone,
        lost=0,
    )


@pytest.mark.parametrize("ring", [Ring.FILE])
def test_killed_at_random_moments(ground: Ground, ring: Ring, tmp_path: Path, proof: Proof) -> None:
    """What was said to be kept is kept; at most the one under way came on top."""
    chance = random.Random(7)  # noqa: S311 - the same moments in every run
    _ = ground.order(tmp_path, "replace", preparing=True)
    kept = saved = 0
    for _ in range(ROUNDS):
        how = {"milliseconds": chance.randrange(5, 90), "first": kept + 1}
        killed, said = ground.order(tmp_path, "replace", **how)
        assert killed
        acknowledged = max(said, kept)
        place, store = ground.reopened(tmp_path)
        _ = store.recover()
        found = store.accounts.credentials(account().id)
        expected = [numbered(acknowledged), numbered(acknowledged + 1)]
        if not acknowledged:
            expected.append(OLD)
        assert found in expected
        assert ground.names(place) == referred(store)
        assert store.accounts.get(account().id).note == "mine"
        kept = 0 if found == OLD else int(found.access_token.reveal().partition("-")[2])
        saved = max(saved, kept)
        store.close()
    assert kept > 0
    proof.saw(
        "The program is killed (SIGKILL) at a random moment while it replaces credentials, over"
        f" {WORDS[ground.ring]}",
        "What was said to be kept is kept, whole; at most the change under way came on top",
        kills=ROUNDS,
        saved=saved,
        lost=0,
    )
