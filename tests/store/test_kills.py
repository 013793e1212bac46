"""Killed with SIGKILL at any moment, the store has the old or the new record, whole."""

from __future__ import annotations

import os
import random
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.store.killing import Fuse, Killer, Order, Place, numbered, restore
from tests.store.samples import OLD, account
from tests.store.test_crashes import CHANGES, State, referred, state_of
from tests.support.secret_service import SecretService
from twauth_gui.store.durable_file import fresh_name
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.recovery import Recovery
from twauth_gui.store.store import Store

FULL = os.environ.get("TWAUTH_FULL") == "1"
ROUNDS = 1_000 if FULL else 12

FEW = ("add account", "replace", "update app", "move", "purge", "restore", "finish code", "renew")
SCENARIOS = (*CHANGES, "move", "restore") if FULL else FEW
ON_KEYCHAIN = SCENARIOS if FULL else ("replace", "purge", "move", "renew")


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


@pytest.fixture
def here(service: SecretService, monkeypatch: pytest.MonkeyPatch) -> SecretService:
    service.activate(monkeypatch)
    return service


def reopened(folder: Path, *, real: bool) -> tuple[Place, Store]:
    place = Place(folder, Fuse(0), real=real)
    return place, place.open(Fuse(0))


def items(place: Place) -> set[str]:
    """Everything in both vaults; fails where a file is left half written."""
    found: set[str] = set()
    for vault in (place.file, place.ring):
        if isinstance(vault, FileVault):
            assert not fresh_name(vault.path).exists()
            found |= set(vault.services()) if vault.exists else set()
    return found


def checked(folder: Path, name: str, expected: tuple[State, State], *, real: bool) -> None:
    """Start again after a kill, recover, and look at everything."""
    place, store = reopened(folder, real=real)
    _ = store.recover()
    _ = store.settle_move(*place.ends)
    if name == "restore":
        before, after = expected
        found = state_of(store)
        for part, whole in after.items():
            now = found[part]
            assert isinstance(now, dict)
            assert isinstance(whole, dict)
            assert now.items() <= whole.items()
        restore(place, store)
        expected = (after, before)
        assert state_of(store) == after
    assert state_of(store) in expected
    store.purge_hidden()
    if not real:
        assert items(place) == referred(store)
    assert store.recover() == Recovery()
    assert store.move_under_way() is None
    store.close()


def emptied(folder: Path) -> None:
    """Take everything out of the keychain that a scenario left there."""
    _, store = reopened(folder, real=True)
    for service in referred(store):
        store.vault.delete(service)
    store.close()


def killed_everywhere(killer: Killer, folder: Path, name: str, *, real: bool) -> int:
    """Kill at every step of a scenario; give the number of kills."""
    whole = folder / "whole"
    _ = killer.run(Order(str(whole), name, real=real, preparing=True))
    _, store = reopened(whole, real=real)
    before = state_of(store)
    store.close()
    killed, steps = killer.run(Order(str(whole), name, real=real))
    assert not killed
    _, store = reopened(whole, real=real)
    after = state_of(store)
    store.close()
    if real:
        emptied(whole)
    for cut in range(1, steps + 1):
        place = folder / str(cut)
        _ = killer.run(Order(str(place), name, real=real, preparing=True))
        killed, _ = killer.run(Order(str(place), name, real=real, steps=cut))
        assert killed, f"step {cut} of {steps} was not reached"
        checked(place, name, (before, after), real=real)
        if real:
            emptied(place)
    return steps


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_every_step_on_the_file(killer: Killer, tmp_path: Path, name: str) -> None:
    assert killed_everywhere(killer, tmp_path, name, real=False) >= 6


@pytest.mark.keychain
@pytest.mark.parametrize("name", ON_KEYCHAIN)
def test_killed_at_every_step_on_the_secret_service(
    here: SecretService, keychain_killer: Killer, tmp_path: Path, name: str
) -> None:
    assert killed_everywhere(keychain_killer, tmp_path, name, real=True) >= 3
    assert not {one for one in here.services() if one.startswith("twauth/")}


def test_killed_at_random_moments(killer: Killer, tmp_path: Path) -> None:
    """What was said to be kept is kept; at most the one under way came on top."""
    chance = random.Random(7)  # noqa: S311 - the same moments in every run
    _ = killer.run(Order(str(tmp_path), "replace", preparing=True))
    kept = 0
    for _ in range(ROUNDS):
        order = Order(
            str(tmp_path), "replace", milliseconds=chance.randrange(5, 90), first=kept + 1
        )
        killed, said = killer.run(order)
        assert killed
        acknowledged = max(said, kept)
        place, store = reopened(tmp_path, real=False)
        _ = store.recover()
        found = store.credentials(account().id)
        expected = [numbered(acknowledged), numbered(acknowledged + 1)]
        if not acknowledged:
            expected.append(OLD)
        assert found in expected
        assert items(place) == referred(store)
        assert store.account(account().id).note == "mine"
        kept = 0 if found == OLD else int(found.access_token.reveal().partition("-")[2])
        store.close()
    assert kept > 0
