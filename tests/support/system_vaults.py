"""Imitations of the macOS Keychain and the Credential Locker; vaults that survive a kill."""

from __future__ import annotations

import ast
import ctypes
import importlib.util
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import keyring.backends
from keyring.backends import Windows, macOS
from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.keychain import KeyringVault, open_system_vault
from twauth_gui.store.rollback_detection import GenerationMemory
from twauth_gui.store.sealed_format import KdfCost
from twauth_gui.store.vault import Vault
from twauth_gui.store.windows_macos_keyrings import CredentialLocker, LoginKeychain

if TYPE_CHECKING:
    import pytest


NOT_FOUND = -25300
DUPLICATE = -25299
INTERACTION_NOT_ALLOWED = -25308
FUNCTION_NAME = "keyring.backends.macOS.api"


class SecurityFramework:
    """Generic passwords by service with account; status: answered by every call unless zero.

    before: called with the name of each call before it happens.
    """

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], bytes] = {}
        self.status = 0
        self.before: Callable[[str], None] = lambda _name: None
        self._results: list[bytes] = []

    def add(self, query: dict[str, Any], _result: None) -> int:
        """SecItemAdd: refuses what is there already."""
        self.before("SecItemAdd")
        if self.status:
            return self.status
        if self._key(query) in self.items:
            return DUPLICATE
        self.items[self._key(query)] = _c_string(query["kSecValueData"])
        return 0

    def copy_matching(self, query: dict[str, Any], result: Any) -> int:
        """SecItemCopyMatching: puts a handle of the data where the caller wants it."""
        self.before("SecItemCopyMatching")
        if self.status:
            return self.status
        if self._key(query) not in self.items:
            return NOT_FOUND
        self._results.append(self.items[self._key(query)])
        ctypes.cast(result, ctypes.POINTER(ctypes.c_void_p))[0] = len(self._results)
        return 0

    def delete(self, query: dict[str, Any]) -> int:
        """SecItemDelete."""
        self.before("SecItemDelete")
        if self.status:
            return self.status
        return 0 if self.items.pop(self._key(query), None) is not None else NOT_FOUND

    def text(self, handle: ctypes.c_void_p) -> str:
        """What CFDataGetBytePtr with CFDataGetLength leads to."""
        assert handle.value
        return self._results[handle.value - 1].decode()

    def _key(self, query: dict[str, Any]) -> tuple[str, str]:
        return query["kSecAttrService"].split("\0")[0], query["kSecAttrAccount"]


class _FrameworkLibrary:
    """Stands for a framework while the module looks its functions up."""

    def __init__(self, _path: str | None) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return type(name, (), {})


def load_macos_api(framework: SecurityFramework, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load keyring's own api.py: its order of calls and its errors, over this framework."""
    path = Path(keyring.backends.__path__[0]) / "macOS" / "api.py"
    spec = importlib.util.spec_from_file_location(FUNCTION_NAME, path)
    assert spec is not None
    assert spec.loader is not None
    api = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as loading:
        loading.setattr(ctypes, "CDLL", _FrameworkLibrary)
        spec.loader.exec_module(api)
    replaced: dict[str, Any] = {
        "SecItemAdd": framework.add,
        "SecItemCopyMatching": framework.copy_matching,
        "SecItemDelete": framework.delete,
        "k_": str,
        "create_query": dict,
        "cfstr_to_str": framework.text,
    }
    for name, value in replaced.items():
        setattr(api, name, value)
    return api


def _c_string(text: str) -> bytes:
    """CFStringCreateWithCString ends at the first NUL."""
    return text.encode().split(b"\0")[0]


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


CHEAP_COST = KdfCost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("kill me any time")

K = TypeVar("K")
V = TypeVar("V")


class VaultSystem(StrEnum):
    """The vault that is tried; beside it there is always the encrypted file."""

    FILE = "file"
    SERVICE = "service"
    WINDOWS = "windows"
    MACOS = "macos"


class FileDict(dict[K, V]):
    """A dict that is in a file before a change returns, as a system's own store is."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8") if path.exists() else "{}"
        super().__init__(ast.literal_eval(text))
        self._path = path

    @override
    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self._write_file()

    @override
    def __delitem__(self, key: K) -> None:
        super().__delitem__(key)
        self._write_file()

    @override
    def pop(self, key: K, default: Any = None) -> Any:
        value = super().pop(key, default)
        self._write_file()
        return value

    def _write_file(self) -> None:
        fresh = self._path.with_suffix(".new")
        _ = fresh.write_text(repr(dict(self)), encoding="utf-8")
        _ = fresh.replace(self._path)


def open_killable_file(
    path: Path, on_step: Callable[[str], None], generations: GenerationMemory | None = None
) -> FileVault:
    """Return an encrypted file, unlocked if it exists."""
    vault = FileVault(
        path, lambda: PASSPHRASE, cost=CHEAP_COST, on_step=on_step, generations=generations
    )
    if vault.exists:
        vault.unlock()
    return vault


def open_killable_vault(
    system: VaultSystem, folder: Path, on_step: Callable[[str], None], patch: pytest.MonkeyPatch
) -> Vault:
    """Open the keychain of a folder; on_step gets each system call's name first."""
    if system is VaultSystem.FILE:
        return open_killable_file(folder / "ring.twauth", on_step)
    if system is VaultSystem.SERVICE:
        return open_system_vault("linux")
    path = folder / "items"
    kind: Any
    if system is VaultSystem.WINDOWS:
        locker = Win32Cred()
        locker.items, locker.before = FileDict(path), on_step
        patch.setattr(Windows, "win32cred", locker, raising=False)
        patch.setattr(Windows, "pywintypes", PyWinTypes, raising=False)
        kind = CredentialLocker
    else:
        framework = SecurityFramework()
        framework.items, framework.before = FileDict(path), on_step
        patch.setattr(macOS, "api", load_macos_api(framework, patch), raising=False)
        kind = LoginKeychain
    return KeyringVault(kind())


def list_items(ring: Vault, folder: Path) -> set[str]:
    """Name everything in a file or an imitation."""
    if isinstance(ring, FileVault):
        return set(ring.services()) if ring.exists else set()
    items: FileDict[str | tuple[str, str], object] = FileDict(folder / "items")
    return {name if isinstance(name, str) else name[0] for name in items}
