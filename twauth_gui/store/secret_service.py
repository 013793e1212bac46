"""keyring's Secret Service backend, over a persistent connection."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, Self

import secretstorage
from jeepney.wrappers import DBusErrorResponse  # pyright: ignore[reportMissingTypeStubs]
from keyring.backends.SecretService import Keyring
from keyring.errors import PasswordDeleteError
from secretstorage.exceptions import ItemNotFoundException, PromptDismissedException
from secretstorage.util import BUS_NAME, DBusAddressWrapper, open_session
from typing_extensions import override

from twauth_gui.osfiles.error_sentences import explain_os_error
from twauth_gui.store.session_bus import (
    NO_DEFAULT_KEYRING,
    NO_KEYCHAIN_SERVICE,
    OwnerTracker,
    keychain_name_of_process,
    missing_bus_error,
)
from twauth_gui.store.vault import RECORD_USER
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError, VaultNotWrittenError

UNKNOWN_REASON = "Its disk may be full or read-only. Check it, then try again."
_FAILED = "org.freedesktop.DBus.Error.Failed"


class ConnectedSecretService(Keyring):
    """Reads in 4 ms instead of 25: keyring itself opens a connection and a session per call.

    It shows a prompt only to unlock. A single thread has to use it: jeepney's blocking connection
    would deadlock. Items have keyring's own attributes, so that a bot can read them with plain
    keyring or secret-tool.
    """

    display_name = "Secret Service"
    _cached_collection: secretstorage.Collection | None = None
    _connection: Any = None
    _owner: OwnerTracker

    @override
    def set_properties_from_env(self) -> None:
        """Ignore KEYRING_PROPERTY_*: no variable redirects where secrets go."""

    @override
    def get_preferred_collection(self) -> secretstorage.Collection:
        """Return the default collection, which is unlocked.

        Raises:
            VaultLockedError: it is locked, or does not exist yet.
        """
        collection = self._collection()
        if collection.is_locked():
            self._update_name()  # the bus may have started another one meanwhile
            raise self._owner.locked_error(self.display_name)
        return collection

    @override
    def get_password(self, service: str, username: str) -> str | None:
        collection = self.get_preferred_collection()
        for item in collection.search_items(self._query(service, username)):
            self.unlock(item)
            return item.get_secret().decode()
        return None

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        attributes = self._query(service, username, application=self.appid)
        collection = self.get_preferred_collection()
        try:
            _ = collection.create_item(
                f"Twauth: {service}", attributes, password.encode(), replace=True
            )
        except DBusErrorResponse as error:
            if getattr(error, "name", "") != _FAILED:
                raise
            raise VaultNotWrittenError(self.display_name, _explain_write_failure()) from error

    @override
    def delete_password(self, service: str, username: str) -> None:
        collection = self.get_preferred_collection()
        for item in collection.search_items(self._query(service, username)):
            item.delete()
            return
        raise PasswordDeleteError

    def services(self) -> list[str]:
        """List all items of Twauth."""
        collection = self.get_preferred_collection()
        found = collection.search_items({"username": RECORD_USER, "application": self.appid})
        names = (item.get_attributes().get("service", "") for item in found)
        return sorted(name for name in names if name.startswith("twauth/"))

    @override
    def unlock(self, item: secretstorage.Item) -> None:
        """Unlock one item; KeePassXC may be set to ask for each."""
        if item.is_locked() and item.unlock():
            raise PromptDismissedException

    @classmethod
    def open(cls, owner: OwnerTracker | None = None) -> Self:
        """Create the backend and connect; raises VaultAbsentError as connect does.

        Args:
            owner: which process has answered so far, if any was asked.
        """
        kind: Any = cls  # keyring leaves its constructor untyped
        backend: Self = kind()
        backend.set_owner_tracker(owner or OwnerTracker())
        backend.connect()
        return backend

    def set_owner_tracker(self, owner: OwnerTracker) -> None:
        """Set the tracker that notices a keychain that was restarted."""
        self._owner = owner

    def connect(self) -> None:
        """Connect to the bus, and check that a program provides the Secret Service.

        Raises:
            VaultAbsentError: there is no bus, or no such program.
        """
        if self._connection is None:
            self._connection = _connect_to_bus()
        if not secretstorage.check_service_availability(self._connection):
            self.reset()
            raise VaultAbsentError(NO_KEYCHAIN_SERVICE)

    def probe(self) -> None:
        """Raise the error that keeps the default collection from being read, if any."""
        _ = self.get_preferred_collection()

    def unlock_all(self) -> None:
        """Unlock the default collection, or create one if there is none; may show a prompt.

        Raises:
            PromptDismissedException: the prompt was closed.
        """
        self.connect()
        collection = secretstorage.get_default_collection(self._connection)
        self._update_name()
        if collection.is_locked() and (collection.unlock() or collection.is_locked()):
            raise PromptDismissedException

    def reset(self) -> None:
        """Close the connection; the next call opens another."""
        self._cached_collection = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _collection(self) -> secretstorage.Collection:
        if self._cached_collection is None:
            self.connect()
            self._cached_collection = self._open_collection()
        return self._cached_collection

    def _open_collection(self) -> secretstorage.Collection:
        try:
            collection = secretstorage.Collection(self._connection)
            self._update_name()
        except ItemNotFoundException as error:
            self._update_name()
            raise VaultLockedError(self.display_name, NO_DEFAULT_KEYRING) from error
        collection.session = open_session(self._connection)
        return collection

    def _update_name(self) -> None:
        """Update the display name after a call, when a process is sure to own the bus name."""
        process = _owner_process(self._connection)
        self._owner.record_process(process)
        self.display_name = keychain_name_of_process(process) or self.display_name


def _explain_write_failure() -> str:
    """Return what is wrong with the folder of the user's keyrings, and what to do."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    try:
        return _explain_folder(Path(data) / "keyrings")
    except OSError:
        return UNKNOWN_REASON


def _explain_folder(folder: Path) -> str:
    disk = os.statvfs(folder)
    if disk.f_flag & os.ST_RDONLY:
        number = errno.EROFS
    elif disk.f_bavail == 0:
        number = errno.ENOSPC
    elif folder.is_dir() and os.access(folder, os.W_OK):
        return UNKNOWN_REASON
    else:
        number = errno.EACCES
    return explain_os_error(OSError(number, ""))


def _connect_to_bus() -> object:
    try:
        return secretstorage.dbus_init()
    except (secretstorage.SecretStorageException, OSError, RuntimeError) as error:
        raise missing_bus_error() from error


def _owner_process(connection: Any) -> int:
    """Return the id of the process that owns the Secret Service."""
    bus = DBusAddressWrapper("/org/freedesktop/DBus", "org.freedesktop.DBus", connection)
    bus.bus_name = "org.freedesktop.DBus"
    (process,) = bus.call("GetConnectionUnixProcessID", "s", BUS_NAME)
    return int(process)
