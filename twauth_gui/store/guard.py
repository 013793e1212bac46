"""A vault that gives nothing out while Twauth itself is locked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from twauth_gui.domain.secret import Secret
from twauth_gui.store.listing_vaults import services_in
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import VaultError


class VaultManager:
    """Passes calls on, until it is shut.

    Args:
        inner: usable from every thread.
        name: what people call it; never blocks, where the inner one would look it up.
        refusal: makes what is raised while it is shut.
    """

    def __init__(
        self, inner: Vault, name: Callable[[], str], refusal: Callable[[], VaultError]
    ) -> None:
        self._inner = inner
        self._name = name
        self._refusal = refusal
        self._shut = threading.Event()

    @property
    def name(self) -> str:
        return self._name()

    @property
    def is_shut(self) -> bool:
        return self._shut.is_set()

    def shut(self) -> None:
        """Refuse every call from now on; one that is under way ends as it would."""
        self._shut.set()

    def open(self) -> None:
        """Pass calls on again."""
        self._shut.clear()

    def read(self, service: str) -> Secret | None:
        return self._passed().read(service)

    def write(self, service: str, value: Secret) -> None:
        self._passed().write(service, value)

    def delete(self, service: str) -> None:
        self._passed().delete(service)

    def unlock(self) -> None:
        self._passed().unlock()

    def probe(self) -> None:
        self._passed().probe()

    def services(self) -> list[str] | None:
        return services_in(self._passed())

    def close(self) -> None:
        """Close the inner one, whether shut or not."""
        self._inner.close()

    def _passed(self) -> Vault:
        if self.is_shut:
            raise self._refusal()
        return self._inner
