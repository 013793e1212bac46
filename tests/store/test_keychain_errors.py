"""Whatever a keychain library raises becomes one of our failures, without any value in it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest
from keyring.errors import (
    InitError,
    KeyringError,
    KeyringLocked,
    NoKeyringError,
    PasswordDeleteError,
    PasswordSetError,
)
from secretstorage.exceptions import (
    ItemNotFoundException,
    LockedException,
    PromptDismissedException,
    SecretServiceNotAvailableException,
)
from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.store import vault_errors as ours
from twauth_gui.store.keychain import KeyringVault, open_system_vault, to_vault_error

CANARY = "canary-value-of-a-secret"


def make_error(module: str, kind_name: str, *args: object, **fields: object) -> Exception:
    """Build an exception of a library that is not installed on every system."""
    kind: Any = type(kind_name, (Exception,), {"__module__": module, **fields})
    error = kind(*args)
    assert isinstance(error, Exception)
    return error


def bus_error(name: str) -> Exception:
    return make_error("jeepney.wrappers", "DBusErrorResponse", CANARY, name=name)


def windows(code: int) -> Exception:
    return make_error("win32ctypes.pywin32.pywintypes", "error", code, "CredWrite", CANARY)


def with_cause(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def macos(kind: type[Exception], status: int) -> Exception:
    return with_cause(
        kind(CANARY), make_error("keyring.backends.macOS.api", "Error", status, CANARY)
    )


CASES: list[tuple[Exception, type[ours.VaultError]]] = [
    (KeyringLocked(CANARY), ours.VaultLockedError),
    (NoKeyringError(CANARY), ours.VaultAbsentError),
    (InitError(CANARY), ours.VaultFailedError),
    (with_cause(InitError(CANARY), PromptDismissedException(CANARY)), ours.VaultDismissedError),
    (with_cause(InitError(CANARY), SecretServiceNotAvailableException()), ours.VaultAbsentError),
    (PasswordSetError(CANARY), ours.VaultFailedError),
    (PasswordDeleteError(CANARY), ours.VaultFailedError),
    (macos(KeyringLocked, -128), ours.VaultDismissedError),
    (macos(KeyringError, -25308), ours.VaultLockedError),
    (macos(PasswordSetError, -25293), ours.VaultFailedError),
    (macos(PasswordSetError, -1), ours.VaultFailedError),
    (SecretServiceNotAvailableException(CANARY), ours.VaultAbsentError),
    (LockedException(CANARY), ours.VaultLockedError),
    (ItemNotFoundException(CANARY), ours.VaultFailedError),
    (PromptDismissedException(CANARY), ours.VaultDismissedError),
    (bus_error("org.freedesktop.Secret.Error.IsLocked"), ours.VaultLockedError),
    (bus_error("org.freedesktop.Secret.Error.NoSession"), ours.VaultFailedError),
    (bus_error("org.freedesktop.DBus.Error.ServiceUnknown"), ours.VaultAbsentError),
    (bus_error("org.freedesktop.DBus.Error.NoReply"), ours.VaultHungError),
    (make_error("jeepney.low_level", "SizeLimitError", CANARY), ours.RecordTooLargeError),
    (make_error("dbus.exceptions", "DBusException", CANARY), ours.VaultFailedError),
    (windows(1783), ours.RecordTooLargeError),
    (windows(1312), ours.VaultAbsentError),
    (windows(1223), ours.VaultDismissedError),
    (windows(5), ours.VaultFailedError),
    (ConnectionResetError(CANARY), ours.VaultFailedError),
    (TimeoutError(CANARY), ours.VaultHungError),
    (UnicodeEncodeError("utf-8", CANARY, 0, 1, "lone"), ours.VaultFailedError),
    (ZeroDivisionError(CANARY), ours.VaultFailedError),
    (ours.VaultHungError("GNOME Keyring", 15), ours.VaultHungError),
]


class FailingBackend:
    """Raises one exception from every operation."""

    display_name = "Failing Keyring"

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.resets = 0

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error

    def services(self) -> list[str] | None:
        return None

    def probe(self) -> None:
        raise self.error

    def unlock_all(self) -> None:
        raise self.error

    def reset(self) -> None:
        self.resets += 1


@pytest.mark.parametrize(("error", "kind"), CASES, ids=range(len(CASES)))
def test_every_exception_has_its_type(error: Exception, kind: type[ours.VaultError]) -> None:
    assert type(to_vault_error(error, "Test Keyring")) is kind
    vault = KeyringVault(FailingBackend(error))
    operations: list[Callable[[], object]] = [
        vault.probe,
        vault.unlock,
        lambda: vault.read("s"),
        lambda: vault.write("s", Secret("v")),
        lambda: vault.delete("s"),
    ]
    for operation in operations:
        with pytest.raises(kind) as caught:
            operation()
        text = "".join(traceback.format_exception(caught.value)) + repr(caught.value.diagnosis)
        assert CANARY not in text


class LyingBackend(FailingBackend):
    """Does what it is asked, then raises; or forgets it."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.items: dict[str, str] = {}
        self.forgets = False
        self.faults = 10**9

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get(service)

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.items[service] = password
        self.fail()

    @override
    def delete_password(self, service: str, username: str) -> None:
        if not self.forgets:
            _ = self.items.pop(service, None)
        self.fail()

    def fail(self) -> None:
        self.faults -= 1
        if self.faults >= 0:
            raise self.error


def test_a_write_that_did_happen_is_none_that_failed() -> None:
    ring = LyingBackend(PasswordSetError("late"))
    vault = KeyringVault(ring)
    vault.write("s", Secret("v"))
    assert vault.read("s") == Secret("v")
    vault.delete("s")
    assert vault.read("s") is None


def test_a_write_that_did_not_happen_is_tried_once_more() -> None:
    ring = LyingBackend(PasswordSetError("spurious"))
    ring.forgets = True
    vault = KeyringVault(ring)
    with pytest.raises(ours.VaultFailedError, match="PasswordSetError"):
        vault.write("s", Secret("v"))
    assert ring.resets == 1
    ring.faults = 0
    with pytest.raises(ours.VaultFailedError, match="another value"):
        vault.write("s", Secret("v"))


def test_a_system_without_a_known_keychain_says_so() -> None:
    for system in ("win32", "darwin", "plan9"):
        with pytest.raises(ours.VaultAbsentError, match="plain text"):
            _ = open_system_vault(system)
