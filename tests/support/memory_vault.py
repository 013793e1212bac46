"""A keychain in memory for tests; it passes the contract that the real ones pass."""

from __future__ import annotations

import threading

from twauth_gui.domain.secret import Secret
from twauth_gui.store.limits import require_fit
from twauth_gui.store.vault_errors import VaultError


class MemoryVault:
    """Keeps items in a dict; fails when it is told to.

    fail_with: raised by every operation, or by the one that fail_on names ("read", "write",
    "delete", "unlock", "probe"); None for no failure. fail_late: whether a write is kept although
    it raises. calls: (operation, service) in order.
    """

    def __init__(self, name: str = "Test Keyring") -> None:
        self.items: dict[str, str] = {}
        self.fail_with: VaultError | None = None
        self.fail_on = ""
        self.fail_late = False
        self.calls: list[tuple[str, str]] = []
        self._name = name
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    def read(self, service: str) -> Secret | None:
        with self._lock:
            self._enter("read", service)
            value = self.items.get(service)
        return None if value is None else Secret(value)

    def write(self, service: str, value: Secret) -> None:
        require_fit(value)
        with self._lock:
            if self.fail_late:
                self.items[service] = value.reveal()
            self._enter("write", service)
            self.items[service] = value.reveal()

    def delete(self, service: str) -> None:
        with self._lock:
            self._enter("delete", service)
            _ = self.items.pop(service, None)

    def unlock(self) -> None:
        with self._lock:
            self._enter("unlock")

    def probe(self) -> None:
        with self._lock:
            self._enter("probe")

    def close(self) -> None:
        """Nothing is held; the items stay, as in a keychain."""

    def _enter(self, operation: str, service: str = "") -> None:
        self.calls.append((operation, service))
        if self.fail_with is not None and self.fail_on in {"", operation}:
            raise self.fail_with
