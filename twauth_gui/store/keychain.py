"""The system's keychain, through the one keyring backend that is allowed for the system."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from twauth_gui.domain.secret import Secret
from twauth_gui.store.fault_map import as_vault_error
from twauth_gui.store.limits import require_fit
from twauth_gui.store.outcome import Err, capture
from twauth_gui.store.vault import RECORD_USER, Vault
from twauth_gui.store.vault_errors import (
    NAMELESS,
    RecordTooLargeError,
    VaultAbsentError,
    VaultDismissedError,
    VaultFailedError,
    VaultHungError,
    VaultLockedError,
)

T = TypeVar("T")

# Asking again would change nothing, or would show a prompt a second time.
_SETTLED = (VaultLockedError, VaultDismissedError, VaultHungError, RecordTooLargeError)


class Ring(Protocol):
    """A keyring backend with what keyring leaves out."""

    @property
    def display_name(self) -> str: ...

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...

    def services(self) -> list[str] | None: ...

    def probe(self) -> None: ...

    def unlock_all(self) -> None: ...

    def reset(self) -> None: ...


def system_vault(system: str = sys.platform) -> Vault:
    """Open the system's keychain: Secret Service, Credential Locker or login keychain.

    Neither PYTHON_KEYRING_BACKEND nor keyringrc.cfg nor KEYRING_PROPERTY_* changes the choice. The
    result belongs to the calling thread; DeadlineVault makes it usable from any.

    Raises:
        VaultAbsentError: this system's keychain is not there; it says what was looked for.
    """
    opened = capture(lambda: _ring_of(system))
    if isinstance(opened, Err):
        raise as_vault_error(opened.error, NAMELESS)
    return KeyringVault(opened)


def _ring_of(system: str) -> Ring:
    kind = _kind_of(system)
    if kind is None:
        raise VaultAbsentError(f"Twauth knows none for this system ({system}).")
    return cast("Ring", kind.opened())


def _kind_of(system: str) -> Any:
    """Choose the class; keyring takes 0.1 s to load, so only the first use loads it."""
    if system.startswith("linux"):
        from twauth_gui.store.secret_service_glance import SecretServiceAtFirst  # noqa: PLC0415

        return SecretServiceAtFirst
    from twauth_gui.store.other_rings import CredentialLocker, LoginKeychain  # noqa: PLC0415 - above

    return {"win32": CredentialLocker, "darwin": LoginKeychain}.get(system)


class KeyringVault:
    """Makes a keyring backend tell the truth.

    keyring raises for writes that did succeed, so after a failure the item is read to learn the
    outcome. A failure that may be spurious is tried once more, on a fresh connection.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    @property
    def name(self) -> str:
        return self._ring.display_name

    def read(self, service: str) -> Secret | None:
        return self._twice(lambda: self._get(service))

    def write(self, service: str, value: Secret) -> None:
        require_fit(value)
        self._twice(lambda: self._set(service, value))

    def delete(self, service: str) -> None:
        self._twice(lambda: self._remove(service))

    def services(self) -> list[str] | None:
        return self._twice(self._ring.services)

    def unlock(self) -> None:
        self._once(self._ring.unlock_all)

    def probe(self) -> None:
        self._twice(self._ring.probe)

    def close(self) -> None:
        self._once(self._ring.reset)

    def _get(self, service: str) -> Secret | None:
        text = self._ring.get_password(service, RECORD_USER)
        return None if text is None else Secret(text)

    def _set(self, service: str, value: Secret) -> None:
        outcome = capture(
            lambda: self._ring.set_password(service, RECORD_USER, value.reveal()),
        )
        if self._get(service) == value:
            return
        if isinstance(outcome, Err):
            raise outcome.error
        raise VaultFailedError(self.name, "another value than the one it was given")

    def _remove(self, service: str) -> None:
        outcome = capture(lambda: self._ring.delete_password(service, RECORD_USER))
        if isinstance(outcome, Err) and self._get(service) is not None:
            raise outcome.error

    def _once(self, operation: Callable[[], T]) -> T:
        outcome = capture(operation)
        if isinstance(outcome, Err):
            raise as_vault_error(outcome.error, self.name)
        return outcome

    def _twice(self, operation: Callable[[], T]) -> T:
        outcome = capture(operation)
        if not isinstance(outcome, Err):
            return outcome
        error = as_vault_error(outcome.error, self.name)
        if isinstance(error, _SETTLED):
            raise error
        self._once(self._ring.reset)
        return self._once(operation)
