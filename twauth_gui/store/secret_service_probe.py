"""A light probe of the Secret Service, which loads keyring only at the first real use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from twauth_gui.store.session_bus import (
    NO_DEFAULT_KEYRING,
    NO_KEYCHAIN_SERVICE,
    OwnerTracker,
    SessionBus,
    keychain_name_of_process,
)
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

if TYPE_CHECKING:
    from twauth_gui.store.secret_service import ConnectedSecretService

_NAME = "org.freedesktop.secrets"
_SERVICE = ("/org/freedesktop/secrets", _NAME, "org.freedesktop.Secret.Service")
_COLLECTION = "org.freedesktop.Secret.Collection"
_NO_COLLECTION = "/"  # the answer of ReadAlias if there is none (Secret Service API, 0.2)


class LazySecretService:
    """Probes the keychain by itself, and loads ConnectedSecretService for everything else.

    That loads keyring and cryptography: 20 MiB, which a window that only shows its list does not
    need.
    """

    def __init__(self) -> None:
        self._bus: SessionBus | None = None
        self._backend: ConnectedSecretService | None = None
        self._name = "Secret Service"
        self._owner = OwnerTracker()

    @classmethod
    def open(cls) -> Self:
        """Connect to the bus, and check that a program provides the Secret Service.

        Raises:
            VaultAbsentError: there is no bus, or no such program.
        """
        backend = cls()
        _ = backend._require_bus()
        return backend

    @property
    def display_name(self) -> str:
        """The name of the keychain program, once it has answered."""
        return self._backend.display_name if self._backend is not None else self._name

    def probe(self) -> None:
        """Check that the default collection is there and unlocked.

        Raises:
            VaultAbsentError: no program provides the Secret Service any more.
            VaultLockedError: the collection is locked, or does not exist yet.
        """
        if self._backend is not None:
            self._backend.probe()
            return
        bus = self._require_bus()
        (path,) = bus.call(_SERVICE, "ReadAlias", "s", "default")
        process = bus.owner_process(_NAME)
        self._owner.record_process(process)
        self._name = keychain_name_of_process(process) or self._name
        if path == _NO_COLLECTION:
            raise VaultLockedError(self._name, NO_DEFAULT_KEYRING)
        properties = (path, _NAME, "org.freedesktop.DBus.Properties")
        ((_kind, locked),) = bus.call(properties, "Get", "ss", _COLLECTION, "Locked")
        if locked:
            raise self._owner.locked_error(self._name)

    def get_password(self, service: str, username: str) -> str | None:
        return self._load_backend().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._load_backend().set_password(service, username, password)  # pyright: ignore[reportUnknownMemberType]

    def delete_password(self, service: str, username: str) -> None:
        self._load_backend().delete_password(service, username)

    def services(self) -> list[str]:
        return self._load_backend().services()

    def unlock_all(self) -> None:
        self._load_backend().unlock_all()

    def reset(self) -> None:
        """Close the connection; the next call opens another."""
        if self._backend is not None:
            self._backend.reset()
        self._close()

    def _load_backend(self) -> ConnectedSecretService:
        from twauth_gui.store.secret_service import ConnectedSecretService  # noqa: PLC0415 - heavy

        if self._backend is None:
            self._close()
            self._backend = ConnectedSecretService.open(self._owner)
        return self._backend

    def _require_bus(self) -> SessionBus:
        bus = self._bus or SessionBus()
        self._bus = bus
        if not bus.is_name_available(_NAME):
            self._close()
            raise VaultAbsentError(NO_KEYCHAIN_SERVICE)
        return bus

    def _close(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.close()
