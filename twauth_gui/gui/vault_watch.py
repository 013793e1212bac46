"""What the window knows of the keychain's state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.diagnosis import Diagnosis, Kind
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.store.vault import Vault

_KEYCHAIN = frozenset(
    {
        Kind.KEYCHAIN_ABSENT,
        Kind.KEYCHAIN_LOCKED,
        Kind.KEYCHAIN_DISMISSED,
        Kind.KEYCHAIN_HUNG,
        Kind.KEYCHAIN_FAILED,
    }
)
_LOCKED = frozenset({Kind.KEYCHAIN_LOCKED, Kind.KEYCHAIN_DISMISSED})


class VaultWatch(QObject):
    """Remembers what the last word of the keychain was.

    Signals:
        changed: it opened, locked, went away, or came back.
    """

    changed = Signal()

    def __init__(self, vault: Vault, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vault = vault
        self._tasks = tasks
        self.name = "Keychain"
        self.problem: Diagnosis | None = None

    @property
    def locked(self) -> bool:
        return self.problem is not None and self.problem.kind in _LOCKED

    def probe(self) -> None:
        """Ask the keychain how it is, without waking a prompt."""
        self._run(self._vault.probe)

    def unlock(self) -> None:
        """Ask the system to unlock it; the system shows its own prompt."""
        self._run(self._vault.unlock)

    def note(self, diagnosis: Diagnosis) -> bool:
        """Take in what some job found out; tells whether it was about the keychain."""
        if diagnosis.kind not in _KEYCHAIN:
            return False
        self.name = self._vault.name
        self._set(diagnosis)
        return True

    def _run(self, ask: Callable[[], None]) -> None:
        def work(_job: Job) -> str:
            ask()
            return self._vault.name

        def done(name: str) -> None:
            self.name = name
            self._set(None)

        self._tasks.store(self, Task(work, done, self._failed))

    def _failed(self, diagnosis: Diagnosis) -> None:
        self.name = self._vault.name
        self._set(diagnosis)

    def _set(self, problem: Diagnosis | None) -> None:
        self.problem = problem
        self.changed.emit()
