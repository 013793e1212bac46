"""The vault's state as the window knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.callbacks import ignore
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
    """What the worker found out. message: news for the user, "" for none."""

    problem: Diagnosis | None = None
    is_fresh: bool = False
    message: str = ""
    move_problem: Diagnosis | None = None
    recovery: RecoveryReport = field(default_factory=RecoveryReport)


class VaultState(QObject):
    """Tracks whether the vault is open, locked or failing; unlocks and locks it.

    Its jobs run in the network pool, because they may wait for a user: a keychain that hangs
    must not hold up the store's only worker.

    Signals:
        changed: the vault opened, locked, went away, or came back.
        locked: Twauth was locked: secrets on screen have to go.
        message: carries a sentence on what was noticed or tidied up on opening.
        move_interrupted: an interrupted move cannot be finished; carries the Diagnosis.
        recovered: interrupted changes are finished or undone; carries the RecoveryReport.
        failed: something other than the vault failed; carries the Diagnosis.
    """

    changed = Signal()
    locked = Signal()
    message = Signal(str)
    move_interrupted = Signal(object)
    recovered = Signal(object)
    failed = Signal(object)

    def __init__(
        self, service: VaultService, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._tasks = tasks
        self._kind_and_name: tuple[VaultKind, str] | None = None
        self._is_fresh = False
        self.problem: Diagnosis | None = None

    @property
    def name(self) -> str:
        """The display name of what is open or locked: the vault, or Twauth itself."""
        if self.is_app_locked:
            return "Twauth"
        return "Keychain" if self._kind_and_name is None else self._kind_and_name[1]

    @property
    def is_file(self) -> bool:
        return self._service.selected_kind is VaultKind.FILE

    @property
    def is_known(self) -> bool:
        """Whether the vault has answered yet."""
        return self._kind_and_name is not None

    @property
    def is_open(self) -> bool:
        """Whether credentials can be read, as far as is known."""
        return self.problem is None

    @property
    def is_locked(self) -> bool:
        return self.problem is not None and self.problem.kind in _LOCKED_PROBLEMS

    @property
    def is_app_locked(self) -> bool:
        """Whether Twauth's own lock is on; the keychain behind it may be open."""
        return self._service.is_locked and not self.is_file

    @property
    def can_create_file(self) -> bool:
        """Whether an encrypted file may be created.

        True if there is no vault and nothing is stored yet, or if the file in use was lost.
        """
        absent = self.problem is not None and self.problem.kind is ProblemKind.KEYCHAIN_ABSENT
        return absent and (self._is_fresh or self.is_file)

    @property
    def unlock_label(self) -> str:
        """The label of the button that unlocks it."""
        if self.is_app_locked:
            return "Unlock Twauth"
        return "Unlock" if self.is_file else "Unlock keyring"

    # -- asking ------------------------------------------------------------------------------------

    def probe(self) -> None:
        """Query the vault's state without opening a prompt."""
        self.run(self._service.vault.probe)

    def unlock(
        self,
        passphrase: Secret | None = None,
        on_refused: Callable[[Diagnosis], None] | None = None,
    ) -> None:
        """Unlock a file with its passphrase, a keychain with the system's own prompt.

        Args:
            passphrase: of the file.
            on_refused: called with the reason if it stays locked.
        """
        self.run(lambda: self._service.unlock(passphrase), on_refused)

    def create_file(
        self, passphrase: Secret, on_refused: Callable[[Diagnosis], None] | None = None
    ) -> None:
        """Create the encrypted file and use it as the vault."""
        self.run(lambda: self._service.create_file_vault(passphrase), on_refused)

    def run(
        self, action: Callable[[], None], on_refused: Callable[[Diagnosis], None] | None = None
    ) -> None:
        """Run an action on the vault in a worker, then update the state."""

        def work(_job: Job) -> _VaultReport:
            try:
                action()
            except VaultError as error:
                return self._report_failure(error.diagnosis)
            return self._report_success()

        def done(report: _VaultReport) -> None:
            problem = report.problem
            if problem is None or on_refused is None:
                self._apply_report(report)
                return
            if not self._is_shown_by_caller(problem):
                self._apply_report(report)
            on_refused(problem)

        self._tasks.run_over_network(self, Task(work, done, self._on_failed))

    def note_problem(self, diagnosis: Diagnosis) -> bool:
        """Record a job's failure if it is about the vault; return whether it is."""
        if diagnosis.kind not in _VAULT_PROBLEMS:
            return False
        self._set_problem(diagnosis)
        return True

    def check_for_move(self) -> None:
        """Query the vault again if another process has moved the credentials meanwhile."""

        def work(_job: Job) -> VaultKind:
            return self._service.read_selected_kind()

        def done(kind: VaultKind) -> None:
            if self._kind_and_name is not None and self._kind_and_name[0] is not kind:
                self.probe()

        self._tasks.run_in_store(self, Task(work, done, self._on_failed))

    # -- locking -----------------------------------------------------------------------------------

    def lock(self) -> None:
        """Block access to credentials until they are unlocked."""
        if self._service.is_locked:
            return
        self._set_problem(self._service.block_access())
        self.locked.emit()
        self._tasks.run_over_network(
            self, Task(lambda _job: self._service.forget_key(), ignore, self._on_failed)
        )

    # -- on the worker -----------------------------------------------------------------------------

    def _report_failure(self, problem: Diagnosis) -> _VaultReport:
        absent = problem.kind is ProblemKind.KEYCHAIN_ABSENT
        _ = self._service.read_selected_kind()
        return _VaultReport(problem, is_fresh=absent and self._service.is_empty())

    def _report_success(self) -> _VaultReport:
        messages = [*self._service.warnings]
        self._service.warnings.clear()
        recovery = self._service.recover()
        messages += recovery.messages
        migration = problem = None
        try:
            migration = self._service.finish_interrupted_migration()
        except VaultError as error:
            problem = error.diagnosis
        if migration is not None:
            messages.append(migration.message)
        _ = self._service.read_selected_kind()
        return _VaultReport(message=" ".join(messages), move_problem=problem, recovery=recovery)

    # -- on the window's thread --------------------------------------------------------------------

    def _apply_report(self, report: _VaultReport) -> None:
        if report.problem is None and self._service.is_locked:
            return  # it was locked after that report
        self._is_fresh = report.is_fresh
        self._set_problem(report.problem)
        if report.message:
            self.message.emit(report.message)
        if report.recovery != RecoveryReport():
            self.recovered.emit(report.recovery)
        if report.move_problem is not None:
            self.move_interrupted.emit(report.move_problem)

    def _is_shown_by_caller(self, problem: Diagnosis) -> bool:
        """Whether only the caller shows the problem, because the vault itself is as before.

        A wrong passphrase, for example, or a disk on which the file could not be written.
        """
        wrong = self.is_file and self.is_locked and problem.kind in _LOCKED_PROBLEMS
        return wrong or problem.kind not in _VAULT_PROBLEMS

    def _on_failed(self, diagnosis: Diagnosis) -> None:
        self._set_problem(diagnosis)
        self.failed.emit(diagnosis)

    def _set_problem(self, problem: Diagnosis | None) -> None:
        self._kind_and_name = self._service.selected_kind, self._service.name
        self.problem = problem
        self.changed.emit()
