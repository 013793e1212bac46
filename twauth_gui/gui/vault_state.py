"""The state of the vault as the window knows it, and how it is unlocked and locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.services.vault_service import VaultService
from twauth_gui.store.crash_recovery import RecoveryReport
from twauth_gui.store.vault_errors import VaultError
from twauth_gui.store.vault_selection import VaultKind

_VAULT_PROBLEMS = frozenset(
    {
        ProblemKind.KEYCHAIN_ABSENT,
        ProblemKind.KEYCHAIN_LOCKED,
        ProblemKind.KEYCHAIN_DISMISSED,
        ProblemKind.KEYCHAIN_HUNG,
        ProblemKind.KEYCHAIN_FAILED,
    }
)
_LOCKED_PROBLEMS = frozenset({ProblemKind.KEYCHAIN_LOCKED, ProblemKind.KEYCHAIN_DISMISSED})


@dataclass(frozen=True, slots=True)
class _VaultReport:
    """What a look at the vault showed. told: what a person should know, "" for nothing."""

    problem: Diagnosis | None = None
    is_fresh: bool = False
    message: str = ""
    move_problem: Diagnosis | None = None
    recovery: RecoveryReport = field(default_factory=RecoveryReport)


class VaultState(QObject):
    """Remembers what the last word of the vault was.

    It asks on the lane of what may wait for a person: a keychain that hangs must not hold up the
    disk's lane.

    Signals:
        changed: it opened, locked, went away, or came back.
        locked_now: Twauth was locked: what is shown of secrets has to go.
        told: carries a sentence on what was noticed or tidied up on opening.
        move_waits: a move that was cut off cannot be settled; carries the Diagnosis.
        recovered: what had waited for it to open is finished or undone; carries the Recovery.
        failed: something else than the vault failed; carries the Diagnosis.
    """

    changed = Signal()
    locked = Signal()
    message = Signal(str)
    move_interrupted = Signal(object)
    recovered = Signal(object)
    failed = Signal(object)

    def __init__(
        self, storage: VaultService, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._storage = storage
        self._tasks = tasks
        self._kind_and_name: tuple[VaultKind, str] | None = None
        self._is_fresh = False
        self.problem: Diagnosis | None = None

    @property
    def name(self) -> str:
        """What people call what is open or shut: the vault, or Twauth itself."""
        if self.is_app_locked:
            return "Twauth"
        return "Keychain" if self._kind_and_name is None else self._kind_and_name[1]

    @property
    def is_file(self) -> bool:
        return self._storage.selected_kind is VaultKind.FILE

    @property
    def is_open(self) -> bool:
        """Whether it gives something out, as far as is known."""
        return self.problem is None

    @property
    def is_locked(self) -> bool:
        return self.problem is not None and self.problem.kind in _LOCKED_PROBLEMS

    @property
    def is_app_locked(self) -> bool:
        """Whether Twauth's own lock stands before a keychain that may be open itself."""
        return self._storage.is_locked and not self.is_file

    @property
    def can_create_file(self) -> bool:
        """Whether the encrypted file may be created.

        No vault is there, and nothing is kept yet; or the file that is in use was lost.
        """
        absent = self.problem is not None and self.problem.kind is ProblemKind.KEYCHAIN_ABSENT
        return absent and (self._is_fresh or self.is_file)

    @property
    def unlock_label(self) -> str:
        """What the button says that opens it."""
        if self.is_app_locked:
            return "Unlock Twauth"
        return "Unlock" if self.is_file else "Unlock keyring"

    # -- asking ------------------------------------------------------------------------------------

    def probe(self) -> None:
        """Ask the vault how it is, without waking a prompt."""
        self.run(self._storage.vault.probe)

    def unlock(
        self,
        passphrase: Secret | None = None,
        on_refused: Callable[[Diagnosis], None] | None = None,
    ) -> None:
        """Open it: a file with its passphrase, a keychain with the prompt that the system shows.

        Args:
            passphrase: of the file.
            on_refused: called with the reason if it stays locked.
        """
        self.run(lambda: self._storage.unlock(passphrase), on_refused)

    def create_file(
        self, passphrase: Secret, on_refused: Callable[[Diagnosis], None] | None = None
    ) -> None:
        """Create the encrypted file and keep everything in it."""
        self.run(lambda: self._storage.create_file_vault(passphrase), on_refused)

    def run(
        self, action: Callable[[], None], on_refused: Callable[[Diagnosis], None] | None = None
    ) -> None:
        """Do something with the vault, then look how it is."""

        def work(_job: Job) -> _VaultReport:
            try:
                action()
            except VaultError as error:
                return self._report_failure(error.diagnosis)
            return self._report_success()

        def done(seen: _VaultReport) -> None:
            problem = seen.problem
            if problem is None or on_refused is None:
                self._apply_report(seen)
                return
            if not self._is_shown_by_caller(problem):
                self._apply_report(seen)
            on_refused(problem)

        self._tasks.run_over_network(self, Task(work, done, self._on_failed))

    def note_problem(self, diagnosis: Diagnosis) -> bool:
        """Take in what some job found out; tells whether it was about the vault."""
        if diagnosis.kind not in _VAULT_PROBLEMS:
            return False
        self._set_problem(diagnosis)
        return True

    def check_for_move(self) -> None:
        """Look again where another process has moved everything meanwhile."""

        def work(_job: Job) -> VaultKind:
            return self._storage.read_selected_kind()

        def done(kind: VaultKind) -> None:
            if self._kind_and_name is not None and self._kind_and_name[0] is not kind:
                self.probe()

        self._tasks.run_in_store(self, Task(work, done, self._on_failed))

    # -- locking -----------------------------------------------------------------------------------

    def lock(self) -> None:
        """Give nothing out from now on, until somebody unlocks."""
        if self._storage.is_locked:
            return
        self._set_problem(self._storage.block_access())
        self.locked.emit()
        self._tasks.run_over_network(
            self, Task(lambda _job: self._storage.lock(), _ignore, self._on_failed)
        )

    # -- on the worker -----------------------------------------------------------------------------

    def _report_failure(self, problem: Diagnosis) -> _VaultReport:
        absent = problem.kind is ProblemKind.KEYCHAIN_ABSENT
        _ = self._storage.read_selected_kind()
        return _VaultReport(problem, is_fresh=absent and self._storage.is_empty())

    def _report_success(self) -> _VaultReport:
        news = [*self._storage.warnings]
        self._storage.warnings.clear()
        recovery = self._storage.recover()
        news += recovery.messages
        settled = unsettled = None
        try:
            settled = self._storage.finish_interrupted_migration()
        except VaultError as error:
            unsettled = error.diagnosis
        if settled is not None:
            news.append(settled.message)
        _ = self._storage.read_selected_kind()
        return _VaultReport(message=" ".join(news), move_problem=unsettled, recovery=recovery)

    # -- on the window's thread --------------------------------------------------------------------

    def _apply_report(self, seen: _VaultReport) -> None:
        if seen.problem is None and self._storage.is_locked:
            return  # it was locked after that look
        self._is_fresh = seen.is_fresh
        self._set_problem(seen.problem)
        if seen.message:
            self.message.emit(seen.message)
        if seen.recovery != RecoveryReport():
            self.recovered.emit(seen.recovery)
        if seen.move_problem is not None:
            self.move_interrupted.emit(seen.move_problem)

    def _is_shown_by_caller(self, problem: Diagnosis) -> bool:
        """Whether it is said where it was asked for, and nowhere else.

        A wrong passphrase, or a disk that did not take the file: the vault itself is as before.
        """
        wrong = self.is_file and self.is_locked and problem.kind in _LOCKED_PROBLEMS
        return wrong or problem.kind not in _VAULT_PROBLEMS

    def _on_failed(self, diagnosis: Diagnosis) -> None:
        self._set_problem(diagnosis)
        self.failed.emit(diagnosis)

    def _set_problem(self, problem: Diagnosis | None) -> None:
        self._kind_and_name = self._storage.selected_kind, self._storage.name
        self.problem = problem
        self.changed.emit()


def _ignore(_result: None) -> None:
    """Locking has said what is to be said already."""
