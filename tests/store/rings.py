"""The keychains that a process can be killed over: what was given to them outlives it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from keyring.backends import Windows, macOS
from typing_extensions import override

from tests.store.macos_imitation import SecurityFramework, load_api
from tests.store.win32_imitation import PyWinTypes, Win32Cred
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.keychain import KeyringVault, system_vault
from twauth_gui.store.other_rings import CredentialLocker, LoginKeychain
from twauth_gui.store.rollback import SeenGenerations
from twauth_gui.store.sealed_header import Cost
from twauth_gui.store.vault import Vault

if TYPE_CHECKING:
    import pytest

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("kill me any time")

K = TypeVar("K")
V = TypeVar("V")


class Ring(StrEnum):
    """The vault that is tried; beside it there is always the encrypted file."""

    FILE = "file"
    SERVICE = "service"
    WINDOWS = "windows"
    MACOS = "macos"


class KeptDict(dict[K, V]):
    """A dict that is in a file before a change returns, as a system's own store is."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8") if path.exists() else "{}"
        super().__init__(ast.literal_eval(text))
        self._path = path

    @override
    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self._keep()

    @override
    def __delitem__(self, key: K) -> None:
        super().__delitem__(key)
        self._keep()

    @override
    def pop(self, key: K, default: Any = None) -> Any:
        value = super().pop(key, default)
        self._keep()
        return value

    def _keep(self) -> None:
        fresh = self._path.with_suffix(".new")
        _ = fresh.write_text(repr(dict(self)), encoding="utf-8")
        _ = fresh.replace(self._path)


def open_file(
    path: Path, on_step: Callable[[str], None], seen: SeenGenerations | None = None
) -> FileVault:
    """Give an encrypted file, unlocked where it is there."""
    vault = FileVault(path, lambda: PASSPHRASE, cost=CHEAP, on_step=on_step, seen=seen)
    if vault.exists:
        vault.unlock()
    return vault


def open_ring(
    ring: Ring, folder: Path, on_step: Callable[[str], None], patch: pytest.MonkeyPatch
) -> Vault:
    """Open the keychain of a folder; on_step is told each call of the system before it happens."""
    if ring is Ring.FILE:
        return open_file(folder / "ring.twauth", on_step)
    if ring is Ring.SERVICE:
        return system_vault("linux")
    path = folder / "items"
    kind: Any
    if ring is Ring.WINDOWS:
        locker = Win32Cred()
        locker.items, locker.before = KeptDict(path), on_step
        patch.setattr(Windows, "win32cred", locker, raising=False)
        patch.setattr(Windows, "pywintypes", PyWinTypes, raising=False)
        kind = CredentialLocker
    else:
        framework = SecurityFramework()
        framework.items, framework.before = KeptDict(path), on_step
        patch.setattr(macOS, "api", load_api(framework, patch), raising=False)
        kind = LoginKeychain
    return KeyringVault(kind())


def names_in(ring: Vault, folder: Path) -> set[str]:
    """Name everything in a file or an imitation."""
    if isinstance(ring, FileVault):
        return set(ring.services()) if ring.exists else set()
    kept: KeptDict[str | tuple[str, str], object] = KeptDict(folder / "items")
    return {name if isinstance(name, str) else name[0] for name in kept}
