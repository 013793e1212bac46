"""Detection of an encrypted file that an older copy has replaced."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.store.index import Index
from twauth_gui.store.settings_repository import SettingsRepository

_SETTING_KEY = "store.vault-seen"


@dataclass(frozen=True, slots=True)
class Rollback:
    """An older file took the place of a newer one.

    found_generation: of the file. known_generation: the newest generation remembered.
    """

    path: Path
    found_generation: int
    known_generation: int

    def sentence(self) -> str:
        lost = self.known_generation - self.found_generation
        changes = "The last change is" if lost == 1 else f"The last {lost:,} changes are"
        return (
            f"An older copy of the encrypted file is in its place. {changes} missing. If you did"
            f" not put it there, check who can write to {self.path}."
        )


@dataclass(frozen=True, slots=True)
class TornWrite:
    """The last change was interrupted by a crash while it was being saved, and is lost."""

    path: Path

    def sentence(self) -> str:
        return (
            "The last change to the encrypted file was interrupted while it was being saved, so it"
            " was undone. Everything before it is there."
        )


class GenerationMemory(Protocol):
    """Remembers the newest generation of each vault, outside its file."""

    def newest(self, vault_id: str) -> int:
        """Return the newest generation of a vault; 0 for an unknown one."""
        ...

    def note(self, vault_id: str, generation: int) -> None:
        """Remember a generation, if it is the newest."""
        ...

    def close(self) -> None:
        """Close open files."""
        ...


class ProcessGenerationMemory:
    """Remembers generations as long as the process lives."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}

    def newest(self, vault_id: str) -> int:
        return self._newest.get(vault_id, 0)

    def note(self, vault_id: str, generation: int) -> None:
        self._newest[vault_id] = max(generation, self.newest(vault_id))

    def close(self) -> None:
        """Do nothing: no file is open."""


class IndexGenerationMemory:
    """Remembers the generation of one vault in the index of a directory.

    The index is opened at the first use. Its errors are ignored: the store reports them, and a
    rollback is only reported, never prevented.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open: Index | None = None

    def newest(self, vault_id: str) -> int:
        with contextlib.suppress(DiagnosedError):
            return self._all().get(vault_id, 0)
        return 0

    def note(self, vault_id: str, generation: int) -> None:
        with contextlib.suppress(DiagnosedError):
            if generation > self._all().get(vault_id, 0):
                SettingsRepository(self._index()).set(_SETTING_KEY, f"{vault_id} {generation}")

    def close(self) -> None:
        index, self._open = self._open, None
        if index is not None:
            index.close()

    def _index(self) -> Index:
        if self._open is None:
            self._open = Index.open(self._directory)
        return self._open

    def _all(self) -> dict[str, int]:
        text = SettingsRepository(self._index()).get(_SETTING_KEY) or ""
        vault_id, _, generation = text.partition(" ")
        return {vault_id: int(generation)} if generation.isdecimal() else {}
