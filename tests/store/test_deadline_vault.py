"""Every call has an end, from any thread, and what hangs is left behind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from tests.support.vaults import MemoryVault
from twauth_gui.domain.secret import Secret
from twauth_gui.store.deadline_vault import MAX_STUCK, DeadlineVault
from twauth_gui.store.vault_errors import VaultAbsentError, VaultHungError, VaultLockedError


class SlowVault(MemoryVault):
    """Answers only when the gate is open; remembers which threads touched it."""

    def __init__(self) -> None:
        super().__init__("Slow Keyring")
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.threads: set[int] = set()

    @override
    def read(self, service: str) -> Secret | None:
        self.threads.add(threading.get_ident())
        _ = self.gate.wait(30)
        return super().read(service)

    @override
    def unlock(self) -> None:
        self.entered.set()
        _ = self.gate.wait(30)


def test_one_thread_serves_many() -> None:
    inner = SlowVault()
    inner.gate.set()
    inner.items["s"] = "value"
    vault = DeadlineVault(lambda: inner)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(vault.read, ["s"] * 200))
    assert set(found) == {Secret("value")}
    assert len(inner.threads) == 1
    assert threading.get_ident() not in inner.threads
    vault.close()


def test_a_hang_ends_and_the_next_call_starts_afresh() -> None:
    opened: list[SlowVault] = []

    def factory() -> SlowVault:
        opened.append(SlowVault())
        if len(opened) > 1:
            opened[-1].gate.set()
        return opened[-1]

    vault = DeadlineVault(factory, seconds=0.05)
    with pytest.raises(VaultHungError):
        _ = vault.read("s")
    assert vault.read("s") is None
    assert len(opened) == 2
    opened[0].gate.set()
    vault.close()


def test_a_call_that_waited_in_vain_never_happens() -> None:
    inner = SlowVault()
    vault = DeadlineVault(lambda: inner, seconds=0.1, unlock_seconds=30)
    with ThreadPoolExecutor(2) as pool:
        unlocking = pool.submit(vault.unlock)
        assert inner.entered.wait(30)
        with pytest.raises(VaultHungError):
            vault.write("s", Secret("late"))
        inner.gate.set()
        unlocking.result(10)
    vault.probe()
    assert inner.items == {}
    vault.close()


def test_too_many_hanging_threads_are_not_added_to() -> None:
    inner = SlowVault()
    vault = DeadlineVault(lambda: inner, seconds=0.02)
    for _ in range(MAX_STUCK + 3):
        with pytest.raises(VaultHungError):
            _ = vault.read("s")
    assert len(inner.threads) == MAX_STUCK
    inner.gate.set()
    patient = DeadlineVault(lambda: inner)
    assert patient.read("s") is None
    patient.close()


def test_a_factory_that_fails_is_asked_again() -> None:
    results: list[Exception | MemoryVault] = [VaultAbsentError("gone"), MemoryVault("Found")]

    def factory() -> MemoryVault:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    vault = DeadlineVault(factory, name="Before")
    assert vault.name == "Before"
    with pytest.raises(VaultAbsentError, match="gone"):
        vault.probe()
    vault.probe()
    assert vault.name == "Found"
    vault.close()
    results.append(MemoryVault("Again"))
    vault.probe()
    assert vault.name == "Again"
    vault.close()


def test_failures_of_the_inner_vault_come_through() -> None:
    inner = MemoryVault()
    inner.fail_with = VaultLockedError("Test Keyring")
    vault = DeadlineVault(lambda: inner)
    for operation in (vault.probe, vault.unlock, lambda: vault.delete("s")):
        with pytest.raises(VaultLockedError, match="Test Keyring is locked"):
            operation()
    vault.close()
