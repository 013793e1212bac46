"""A first look at the Secret Service that loads next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from twauth_gui.store.session_bus import OwnerTracker, SessionBus, keychain_name_of_process
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

if TYPE_CHECKING:
    from twauth_gui.store.secret_service import ConnectedSecretService

_NAME = "org.freedesktop.secrets"
_SERVICE = ("/org/freedesktop/secrets", _NAME, "org.freedesktop.Secret.Service")
_COLLECTION = "org.freedesktop.Secret.Collection"
_NO_COLLECTION = "/"  # what ReadAlias answers where there is none (Secret Service API, 0.2)


class LazySecretService:
    """Answers whether the keychain is there and unlocked, and becomes the whole one when used.

    The whole one draws in keyring and cryptography: 20 MiB, which a window that shows only its
    list does not need.
    """

    def __init__(self) -> None:
        self._bus: SessionBus | None = None
        self._backend: ConnectedSecretService | None = None
        self._name = "Secret Service"
        self._owner = OwnerTracker()

    @classmethod
    def opened(cls) -> Self:
        """Reach the bus, and see that somebody offers the Secret Service on it.

        Raises:
            VaultAbsentError: there is no bus, or nobody does.
        """
        ring = cls()
        _ = ring._require_bus()
        return ring

    @property
    def display_name(self) -> str:
        """The program that answers, once it has."""
        return self._backend.display_name if self._backend is not None else self._name

    def probe(self) -> None:
        """Return where the default collection is there and unlocked.

        Raises:
            VaultAbsentError: nobody offers the Secret Service any more.
            VaultLockedError: it is locked, or does not exist yet.
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
            reason = "It has no default keyring yet. Unlock it to create one."
            raise VaultLockedError(self._name, reason)
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
        """Drop the connection; the next call opens another."""
        if self._backend is not None:
            self._backend.reset()
        self._close()

    def _load_backend(self) -> ConnectedSecretService:
        from twauth_gui.store.secret_service import ConnectedSecretService  # noqa: PLC0415 - heavy

        if self._backend is None:
            self._close()
            self._backend = ConnectedSecretService.opened(self._owner)
        return self._backend

    def _require_bus(self) -> SessionBus:
        bus = self._bus or SessionBus()
        self._bus = bus
        if not bus.is_name_available(_NAME):
            self._close()
            raise VaultAbsentError("No program offers the Secret Service to others.")
        return bus

    def _close(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.close()
