"""A vault that refuses every call while Twauth itself is locked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault import Vault, list_services
from twauth_gui.store.vault_errors import VaultError


class LockableVault:
    """Passes calls on to another vault, unless it is locked.

    Args:
        inner: the other vault; any thread can use it.
        name: returns the display name; never blocks, although the inner vault might.
        refusal: makes the error to raise while it is locked.
    """

    def __init__(
        self, inner: Vault, name: Callable[[], str], refusal: Callable[[], VaultError]
    ) -> None:
        self._inner = inner
        self._name = name
        self._refusal = refusal
        self._locked = threading.Event()

    @property
    def name(self) -> str:
        return self._name()

    @property
    def is_locked(self) -> bool:
        return self._locked.is_set()

    def lock(self) -> None:
        """Refuse every call from now on; a running call still completes."""
        self._locked.set()

    def release(self) -> None:
        """Pass calls on again."""
        self._locked.clear()

    def read(self, service: str) -> Secret | None:
        return self._require_unlocked().read(service)

    def write(self, service: str, value: Secret) -> None:
        self._require_unlocked().write(service, value)

    def delete(self, service: str) -> None:
        self._require_unlocked().delete(service)

    def unlock(self) -> None:
        self._require_unlocked().unlock()

    def probe(self) -> None:
        self._require_unlocked().probe()

    def services(self) -> list[str] | None:
        return list_services(self._require_unlocked())

    def close(self) -> None:
        """Close the inner vault, even while locked."""
        self._inner.close()

    def _require_unlocked(self) -> Vault:
        if self.is_locked:
            raise self._refusal()
        return self._inner
