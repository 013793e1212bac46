"""Encrypted files that cost little to open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FILE_NAME, FileVault
from twauth_gui.store.sealed_header import Cost

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = Secret("marsh marigold ferry")
SERVICE = "twauth/account/one/1"


def closed(folder: Path, **options: Any) -> FileVault:
    """Give the vault of a folder; it has to be created or unlocked."""
    chosen: dict[str, Any] = {"cost": CHEAP, "passphrase": lambda: PASSPHRASE, **options}
    return FileVault(folder / FILE_NAME, **chosen)


def opened(folder: Path, **options: Any) -> FileVault:
    vault = closed(folder, **options)
    vault.unlock()
    return vault
