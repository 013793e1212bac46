"""The system's keychain, through the one keyring backend that is allowed for the system.

Sources of the error codes: keyring/errors.py, keyring/backends/macOS/api.py (codes of SecBase.h),
secretstorage/exceptions.py, jeepney's DBusErrorResponse, winerror.h. Types are recognised by their
names, so that none of these libraries has to be loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from twauth_gui.domain.secret import Secret
from twauth_gui.store.result import Err, capture
from twauth_gui.store.vault import RECORD_USER, Vault, require_fit
from twauth_gui.store.vault_errors import (
    DEFAULT_KEYCHAIN_NAME,
    RecordTooLargeError,
    VaultAbsentError,
    VaultDismissedError,
    VaultError,
    VaultFailedError,
    VaultHungError,
    VaultLockedError,
)

_ErrorFactory = Callable[[Exception, str], VaultError]
T = TypeVar("T")
_REINSTALL = "The system does not trust this copy of Twauth. Install it again, then try again."

# Trying again would change nothing, or would show a prompt a second time.
_NOT_RETRIED = (VaultLockedError, VaultDismissedError, VaultHungError, RecordTooLargeError)


class KeyringBackend(Protocol):
    """A keyring backend, with the methods that keyring lacks."""

    @property
    def display_name(self) -> str: ...

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...

    def services(self) -> list[str] | None: ...

    def probe(self) -> None: ...

    def unlock_all(self) -> None: ...

    def reset(self) -> None: ...


def open_system_vault(system: str = sys.platform) -> Vault:
    """Open the system's keychain: Secret Service, Credential Locker or login keychain.

    Neither PYTHON_KEYRING_BACKEND nor keyringrc.cfg nor KEYRING_PROPERTY_* changes the choice. The
    result belongs to the calling thread; DeadlineVault makes it usable from any.

    Raises:
        VaultAbsentError: this system's keychain is not there.
    """
    backend = capture(lambda: _open_backend(system))
    if isinstance(backend, Err):
        raise to_vault_error(backend.error, DEFAULT_KEYCHAIN_NAME)
    return KeyringVault(backend)


def _open_backend(system: str) -> KeyringBackend:
    kind = _backend_class(system)
    if kind is None:
        raise VaultAbsentError(f"Twauth does not know a keychain for this system ({system}).")
    return cast("KeyringBackend", kind.open())


def _backend_class(system: str) -> Any:
    """Choose the class; keyring takes 0.1 s to load, so it is loaded at the first use."""
    if system.startswith("linux"):
        from twauth_gui.store.secret_service_probe import LazySecretService  # noqa: PLC0415

        return LazySecretService
    from twauth_gui.store.windows_macos_keyrings import CredentialLocker, LoginKeychain  # noqa: PLC0415 - above

    return {"win32": CredentialLocker, "darwin": LoginKeychain}.get(system)


class KeyringVault:
    """A vault over a keyring backend that verifies what the backend reports.

    keyring also raises for writes that succeeded, so after an error the item is read to find out.
    What may be a passing failure is tried once more, on a fresh connection.
    """

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        return self._backend.display_name

    def read(self, service: str) -> Secret | None:
        return self._call_with_retry(lambda: self._get(service))

    def write(self, service: str, value: Secret) -> None:
        require_fit(value)
        self._call_with_retry(lambda: self._set(service, value))

    def delete(self, service: str) -> None:
        self._call_with_retry(lambda: self._remove(service))

    def services(self) -> list[str] | None:
        return self._call_with_retry(self._backend.services)

    def unlock(self) -> None:
        self._call(self._backend.unlock_all)

    def probe(self) -> None:
        self._call_with_retry(self._backend.probe)

    def close(self) -> None:
        self._call(self._backend.reset)

    def _get(self, service: str) -> Secret | None:
        text = self._backend.get_password(service, RECORD_USER)
        return None if text is None else Secret(text)

    def _set(self, service: str, value: Secret) -> None:
        outcome = capture(
            lambda: self._backend.set_password(service, RECORD_USER, value.reveal()),
        )
        if self._get(service) == value:
            return
        if isinstance(outcome, Err):
            raise outcome.error
        raise VaultFailedError(self.name, "another value than the one written")

    def _remove(self, service: str) -> None:
        outcome = capture(lambda: self._backend.delete_password(service, RECORD_USER))
        if isinstance(outcome, Err) and self._get(service) is not None:
            raise outcome.error

    def _call(self, operation: Callable[[], T]) -> T:
        outcome = capture(operation)
        if isinstance(outcome, Err):
            raise to_vault_error(outcome.error, self.name)
        return outcome

    def _call_with_retry(self, operation: Callable[[], T]) -> T:
        outcome = capture(operation)
        if not isinstance(outcome, Err):
            return outcome
        error = to_vault_error(outcome.error, self.name)
        if isinstance(error, _NOT_RETRIED):
            raise error
        self._call(self._backend.reset)
        return self._call(operation)


def to_vault_error(error: Exception, name: str) -> VaultError:
    """Return the VaultError for an exception; no value that it holds is passed on.

    Args:
        error: what a keychain library raised.
        name: the display name of the keychain.
    """
    if isinstance(error, VaultError):
        return error
    for kind in type(error).__mro__:
        make_error = _BY_TYPE.get(f"{kind.__module__}.{kind.__qualname__}")
        if make_error is not None:
            return make_error(error, name)
    return _unknown(error, name)


def _unknown(error: Exception, name: str) -> VaultError:
    return VaultFailedError(name, type(error).__name__)


def _absent(_error: Exception, _name: str) -> VaultError:
    return VaultAbsentError("No running program provides one.")


def _locked(_error: Exception, name: str) -> VaultError:
    return VaultLockedError(name)


def _dismissed(_error: Exception, name: str) -> VaultError:
    return VaultDismissedError(name)


def _hung(_error: Exception, name: str) -> VaultError:
    return VaultHungError(name)


def _too_large(_error: Exception, _name: str) -> VaultError:
    return RecordTooLargeError()


def _from_keyring(error: Exception, name: str) -> VaultError:
    """Look at the cause of keyring's error: only there does the macOS backend keep the status."""
    cause = error.__cause__
    if not isinstance(cause, Exception):
        return _unknown(error, name)
    status = cause.args[0] if cause.args else None
    if isinstance(status, int) and status in _BY_MACOS_STATUS:
        return _BY_MACOS_STATUS[status](cause, name)
    return to_vault_error(cause, name)


def _from_keyring_lock(error: Exception, name: str) -> VaultError:
    return _locked(error, name) if error.__cause__ is None else _from_keyring(error, name)


def _from_bus(error: Exception, name: str) -> VaultError:
    bus_name = getattr(error, "name", None)
    code = bus_name.rpartition(".")[2] if isinstance(bus_name, str) else type(error).__name__
    make_error = _BY_BUS_NAME.get(code)
    return VaultFailedError(name, code) if make_error is None else make_error(error, name)


def _from_windows(error: Exception, name: str) -> VaultError:
    code = error.args[0] if error.args else None
    make_error = _BY_WINDOWS_CODE.get(code) if isinstance(code, int) else None
    if make_error is None:
        return VaultFailedError(name, f"Windows code {code}")
    return make_error(error, name)


def _untrusted(_error: Exception, name: str) -> VaultError:
    return VaultFailedError(name, "a signature that it does not accept", _REINSTALL)


_BY_MACOS_STATUS: dict[int, _ErrorFactory] = {
    -128: _dismissed,  # errSecUserCanceled
    -25308: _locked,  # errSecInteractionNotAllowed: keyring calls it "Unknown Error"
    -25293: _untrusted,  # errSecAuthFailed
    -67030: _untrusted,  # errSecCSInfoPlistFailed
}

_BY_WINDOWS_CODE: dict[int, _ErrorFactory] = {
    1783: _too_large,  # RPC_X_BAD_STUB_DATA: more than CRED_MAX_CREDENTIAL_BLOB_SIZE
    1312: _absent,  # ERROR_NO_SUCH_LOGON_SESSION: a network or SSH logon
    1223: _dismissed,  # ERROR_CANCELLED
}

_BY_BUS_NAME: dict[str, _ErrorFactory] = {
    "IsLocked": _locked,
    "ServiceUnknown": _absent,
    "NameHasNoOwner": _absent,
    "Disconnected": _absent,
    "NoReply": _hung,
    "Timeout": _hung,
    "TimedOut": _hung,
    "LimitsExceeded": _too_large,
}

_BY_TYPE: dict[str, _ErrorFactory] = {
    "keyring.errors.KeyringLocked": _from_keyring_lock,
    "keyring.errors.NoKeyringError": _absent,
    "keyring.errors.KeyringError": _from_keyring,  # also InitError and Password*Error
    "secretstorage.exceptions.SecretServiceNotAvailableException": _absent,
    "secretstorage.exceptions.LockedException": _locked,
    "secretstorage.exceptions.PromptDismissedException": _dismissed,
    "jeepney.wrappers.DBusErrorResponse": _from_bus,
    "jeepney.low_level.SizeLimitError": _too_large,
    "dbus.exceptions.DBusException": _from_bus,
    "win32ctypes.pywin32.pywintypes.error": _from_windows,
    "pywintypes.error": _from_windows,
    "builtins.TimeoutError": _hung,
}
