"""The Windows Credential Locker as keyring sees it, with the limits that wincred.h names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_BLOB_BYTES = 5 * 512  # CRED_MAX_CREDENTIAL_BLOB_SIZE
MAX_TARGET_CHARACTERS = 32767  # CRED_MAX_GENERIC_TARGET_NAME_LENGTH
MAX_USER_CHARACTERS = 513  # CRED_MAX_USERNAME_LENGTH


class WindowsError(Exception):
    """pywintypes.error: number, name of the function, text."""

    def __init__(self, winerror: int, funcname: str, strerror: str) -> None:
        super().__init__(winerror, funcname, strerror)
        self.winerror = winerror
        self.funcname = funcname
        self.strerror = strerror


# fault_map tells types by the names that the library gives them.
WindowsError.__module__, WindowsError.__qualname__ = "win32ctypes.pywin32.pywintypes", "error"


class PyWinTypes:
    """The module pywintypes."""

    error = WindowsError


class Win32Cred:
    """The module win32cred; before: called with the name of each call before it happens."""

    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_SESSION = 1
    CRED_PERSIST_LOCAL_MACHINE = 2
    CRED_PERSIST_ENTERPRISE = 3

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.before: Callable[[str], None] = lambda _name: None

    def CredWrite(self, credential: dict[str, Any], flags: int) -> None:  # noqa: N802 - its name
        self.before("CredWrite")
        blob = credential["CredentialBlob"].encode("utf-16-le")
        if len(blob) > MAX_BLOB_BYTES:
            raise WindowsError(1783, "CredWrite", "The stub received bad data.")
        target, user = credential["TargetName"], credential["UserName"]
        if not 0 < len(target) <= MAX_TARGET_CHARACTERS or len(user) > MAX_USER_CHARACTERS:
            raise WindowsError(87, "CredWrite", "The parameter is incorrect.")
        assert credential["Type"] == self.CRED_TYPE_GENERIC
        assert credential["Persist"] == self.CRED_PERSIST_LOCAL_MACHINE, "it would roam"
        assert flags == 0
        self.items[target.lower()] = {**credential, "CredentialBlob": blob}

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803 - its names
        self.before("CredRead")
        assert Type == self.CRED_TYPE_GENERIC
        return dict(self._found(TargetName, "CredRead"))

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803 - its names
        self.before("CredDelete")
        assert Type == self.CRED_TYPE_GENERIC
        _ = self._found(TargetName, "CredDelete")
        del self.items[TargetName.lower()]

    def _found(self, target: str, function: str) -> dict[str, Any]:
        if target.lower() not in self.items:
            raise WindowsError(1168, function, "Element not found.")
        return self.items[target.lower()]
