"""Turns what the keychain libraries raise into our own words.

The sources: keyring/errors.py, keyring/backends/macOS/api.py (codes of SecBase.h), secretstorage/
exceptions.py, jeepney's DBusErrorResponse, winerror.h. Types are told by their names, so that
none of those libraries is loaded for this.
"""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.store.vault_errors import (
    RecordTooLargeError,
    VaultAbsentError,
    VaultDismissedError,
    VaultError,
    VaultFailedError,
    VaultHungError,
    VaultLockedError,
)

_Maker = Callable[[Exception, str], VaultError]

_SIGN = "The system does not trust this copy of Twauth. Install it again, then try again."


def as_vault_error(error: Exception, name: str) -> VaultError:
    """Choose the typed failure for an exception; no value of it is passed on.

    Args:
        error: what a keychain library raised.
        name: the keychain's name for people.
    """
    if isinstance(error, VaultError):
        return error
    for kind in type(error).__mro__:
        maker = _BY_TYPE.get(f"{kind.__module__}.{kind.__qualname__}")
        if maker is not None:
            return maker(error, name)
    return _unknown(error, name)


def _unknown(error: Exception, name: str) -> VaultError:
    return VaultFailedError(name, type(error).__name__)


def _absent(_error: Exception, _name: str) -> VaultError:
    return VaultAbsentError("No program offers one to others.")


def _locked(_error: Exception, name: str) -> VaultError:
    return VaultLockedError(name)


def _dismissed(_error: Exception, name: str) -> VaultError:
    return VaultDismissedError(name)


def _hung(_error: Exception, name: str) -> VaultError:
    return VaultHungError(name)


def _too_large(_error: Exception, _name: str) -> VaultError:
    return RecordTooLargeError()


def _from_keyring(error: Exception, name: str) -> VaultError:
    """Look behind keyring's wrapper: the macOS backend keeps the status only in the cause."""
    cause = error.__cause__
    if not isinstance(cause, Exception):
        return _unknown(error, name)
    status = cause.args[0] if cause.args else None
    if isinstance(status, int) and status in _BY_MACOS_STATUS:
        return _BY_MACOS_STATUS[status](cause, name)
    return as_vault_error(cause, name)


def _from_keyring_lock(error: Exception, name: str) -> VaultError:
    return _locked(error, name) if error.__cause__ is None else _from_keyring(error, name)


def _from_bus(error: Exception, name: str) -> VaultError:
    bus_name = getattr(error, "name", None)
    code = bus_name.rpartition(".")[2] if isinstance(bus_name, str) else type(error).__name__
    maker = _BY_BUS_NAME.get(code)
    return VaultFailedError(name, code) if maker is None else maker(error, name)


def _from_windows(error: Exception, name: str) -> VaultError:
    code = error.args[0] if error.args else None
    maker = _BY_WINDOWS_CODE.get(code) if isinstance(code, int) else None
    return VaultFailedError(name, f"Windows code {code}") if maker is None else maker(error, name)


def _untrusted(_error: Exception, name: str) -> VaultError:
    return VaultFailedError(name, "a signature it does not accept", _SIGN)


_BY_MACOS_STATUS: dict[int, _Maker] = {
    -128: _dismissed,  # errSecUserCanceled
    -25308: _locked,  # errSecInteractionNotAllowed: keyring calls it "Unknown Error"
    -25293: _untrusted,  # errSecAuthFailed
    -67030: _untrusted,  # errSecCSInfoPlistFailed
}

_BY_WINDOWS_CODE: dict[int, _Maker] = {
    1783: _too_large,  # RPC_X_BAD_STUB_DATA: more than CRED_MAX_CREDENTIAL_BLOB_SIZE
    1312: _absent,  # ERROR_NO_SUCH_LOGON_SESSION: a network or SSH logon
    1223: _dismissed,  # ERROR_CANCELLED
}

_BY_BUS_NAME: dict[str, _Maker] = {
    "IsLocked": _locked,
    "ServiceUnknown": _absent,
    "NameHasNoOwner": _absent,
    "Disconnected": _absent,
    "NoReply": _hung,
    "Timeout": _hung,
    "TimedOut": _hung,
    "LimitsExceeded": _too_large,
}

_BY_TYPE: dict[str, _Maker] = {
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
