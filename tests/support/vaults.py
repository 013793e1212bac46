"""Vaults for tests: one in memory, and encrypted files with a cheap key derivation."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.sealed_format import KdfCost
from twauth_gui.store.vault import require_fit
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME

_LONGEST_READ_SECONDS = 30


class MemoryVault:
    """Keeps items in a dict; fails on request.

    fail_with: raised by every operation, or by the one that fail_on names ("read", "write",
    "delete", "unlock", "probe"); None for no failure. fail_late: whether a write is kept although
    it raises. may_read: a read waits for it; it is set. calls: (operation, service) in order.
    """

    def __init__(self, name: str = "Test Keyring") -> None:
        self.items: dict[str, str] = {}
        self.fail_with: VaultError | None = None
        self.fail_on = ""
        self.fail_late = False
        self.may_read = threading.Event()
        self.may_read.set()
        self.calls: list[tuple[str, str]] = []
        self._name = name
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    def read(self, service: str) -> Secret | None:
        assert self.may_read.wait(_LONGEST_READ_SECONDS)
        with self._lock:
            self._record_call("read", service)
            value = self.items.get(service)
        return None if value is None else Secret(value)

    def write(self, service: str, value: Secret) -> None:
        require_fit(value)
        with self._lock:
            if self.fail_late:
                self.items[service] = value.reveal()
            self._record_call("write", service)
            self.items[service] = value.reveal()

    def delete(self, service: str) -> None:
        with self._lock:
            self._record_call("delete", service)
            _ = self.items.pop(service, None)

    def unlock(self) -> None:
        with self._lock:
            self._record_call("unlock")

    def probe(self) -> None:
        with self._lock:
            self._record_call("probe")

    def close(self) -> None:
        """Nothing is held; the items stay, as in a keychain."""

    def count_calls(self, operation: str) -> int:
        """Return how often an operation has ended, with or without a failure."""
        with self._lock:
            return sum(called == operation for called, _ in self.calls)

    def _record_call(self, operation: str, service: str = "") -> None:
        self.calls.append((operation, service))
        if self.fail_with is not None and self.fail_on in {"", operation}:
            raise self.fail_with


CHEAP_COST = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("marsh marigold ferry")
ITEM_SERVICE = "twauth/account/one/1"


def make_file_vault(folder: Path, **options: Any) -> FileVault:
    """Return the vault of a folder; it has to be created or unlocked."""
    chosen: dict[str, Any] = {"cost": CHEAP_COST, "passphrase": lambda: PASSPHRASE, **options}
    return FileVault(folder / FILE_VAULT_FILE_NAME, **chosen)


def open_file_vault(folder: Path, **options: Any) -> FileVault:
    vault = make_file_vault(folder, **options)
    vault.unlock()
    return vault
