"""Notice an encrypted file that is older than the one seen before."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.store.index import Index

_SETTING_KEY = "store.vault-seen"


@dataclass(frozen=True, slots=True)
class Rollback:
    """An older file took the place of a newer one.

    found: the generation of the file. known: the newest that was ever seen of it.
    """

    path: Path
    found: int
    known: int

    def sentence(self) -> str:
        lost = self.known - self.found
        changes = "The last change is" if lost == 1 else f"The last {lost:,} changes are"
        return (
            f"An older copy of the encrypted file is in its place. {changes} missing. If nobody"
            f" put a backup there, look who can write to {self.path}."
        )


@dataclass(frozen=True, slots=True)
class TornWrite:
    """The last change was being saved when the program or the computer stopped; it is gone."""

    path: Path

    def sentence(self) -> str:
        return (
            "The last change to the encrypted file was cut off while it was being saved, so it was"
            " undone. Everything before it is there."
        )


class GenerationMemory(Protocol):
    """Remembers the newest generation of each vault, outside of its file."""

    def newest(self, vault_id: str) -> int:
        """Give the newest that was noted; 0 for a vault never seen."""
        ...

    def note(self, vault_id: str, generation: int) -> None:
        """Remember a generation; an older one than the newest changes nothing."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


class ProcessGenerationMemory:
    """Remembers for as long as the process lives."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}

    def newest(self, vault_id: str) -> int:
        return self._newest.get(vault_id, 0)

    def note(self, vault_id: str, generation: int) -> None:
        self._newest[vault_id] = max(generation, self.newest(vault_id))

    def close(self) -> None:
        """Nothing is held."""


class IndexGenerationMemory:
    """Remembers in the index of a directory, which is opened at the first use.

    An index that fails is passed over: the store tells of it, and a rollback is only reported,
    never prevented.
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
            seen = self._all()
            if generation > seen.get(vault_id, 0):
                text = f"{vault_id} {generation}"
                sql = "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)"
                _ = self._index().execute(sql, (_SETTING_KEY, text))

    def close(self) -> None:
        index, self._open = self._open, None
        if index is not None:
            index.close()

    def _index(self) -> Index:
        if self._open is None:
            self._open = Index.open(self._directory)
        return self._open

    def _all(self) -> dict[str, int]:
        rows = self._index().query("SELECT value FROM settings WHERE key = ?", (_SETTING_KEY,))
        text = str(rows[0][0]) if rows else ""
        vault_id, _, generation = text.partition(" ")
        return {vault_id: int(generation)} if generation.isdecimal() else {}
