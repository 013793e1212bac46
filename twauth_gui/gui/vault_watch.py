"""What the window knows of the vault's state, and how it is opened and locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.services.storage import Storage
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.recovery import Recovery
from twauth_gui.store.vault_errors import VaultError

_KEYCHAIN = frozenset(
    {
        ProblemKind.KEYCHAIN_ABSENT,
        ProblemKind.KEYCHAIN_LOCKED,
        ProblemKind.KEYCHAIN_DISMISSED,
        ProblemKind.KEYCHAIN_HUNG,
        ProblemKind.KEYCHAIN_FAILED,
    }
)
_LOCKED = frozenset({ProblemKind.KEYCHAIN_LOCKED, ProblemKind.KEYCHAIN_DISMISSED})


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at the vault showed. told: what a person should know, "" for nothing."""

    problem: Diagnosis | None = None
    fresh: bool = False
    told: str = ""
    unsettled: Diagnosis | None = None
    recovery: Recovery = field(default_factory=Recovery)


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
    locked_now = Signal()
    told = Signal(str)
    move_waits = Signal(object)
    recovered = Signal(object)
    failed = Signal(object)

    def __init__(self, storage: Storage, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._storage = storage
        self._tasks = tasks
        self._known: tuple[VaultKind, str] | None = None
        self._is_fresh = False
        self.problem: Diagnosis | None = None

    @property
    def name(self) -> str:
        """What people call what is open or shut: the vault, or Twauth itself."""
        if self.hidden:
            return "Twauth"
        return "Keychain" if self._known is None else self._known[1]

    @property
    def is_file(self) -> bool:
        return self._storage.kind is VaultKind.FILE

    @property
    def is_open(self) -> bool:
        """Whether it gives something out, as far as is known."""
        return self.problem is None

    @property
    def locked(self) -> bool:
        return self.problem is not None and self.problem.kind in _LOCKED

    @property
    def hidden(self) -> bool:
        """Whether Twauth's own lock stands before a keychain that may be open itself."""
        return self._storage.locked and not self.is_file

    @property
    def can_create_file(self) -> bool:
        """Whether the encrypted file may be created.

        No vault is there, and nothing is kept yet; or the file that is in use was lost.
        """
        absent = self.problem is not None and self.problem.kind is ProblemKind.KEYCHAIN_ABSENT
        return absent and (self._is_fresh or self.is_file)

    @property
    def unlock_words(self) -> str:
        """What the button says that opens it."""
        if self.hidden:
            return "Unlock Twauth"
        return "Unlock" if self.is_file else "Unlock keyring"

    # -- asking ------------------------------------------------------------------------------------

    def probe(self) -> None:
        """Ask the vault how it is, without waking a prompt."""
        self.run(self._storage.vault.probe)

    def unlock(
        self,
        passphrase: Secret | None = None,
        refused: Callable[[Diagnosis], None] | None = None,
    ) -> None:
        """Open it: a file with its passphrase, a keychain with the prompt that the system shows.

        Args:
            passphrase: of the file.
            refused: told why it stays shut.
        """
        self.run(lambda: self._storage.unlock(passphrase), refused)

    def create_file(
        self, passphrase: Secret, refused: Callable[[Diagnosis], None] | None = None
    ) -> None:
        """Create the encrypted file and keep everything in it."""
        self.run(lambda: self._storage.create_file(passphrase), refused)

    def run(
        self, ask: Callable[[], None], refused: Callable[[Diagnosis], None] | None = None
    ) -> None:
        """Do something with the vault, then look how it is."""

        def work(_job: Job) -> _Seen:
            try:
                ask()
            except VaultError as error:
                return self._after_failure(error.diagnosis)
            return self._after_success()

        def done(seen: _Seen) -> None:
            problem = seen.problem
            if problem is None or refused is None:
                self._take_in(seen)
                return
            if not self._is_said_there(problem):
                self._take_in(seen)
            refused(problem)

        self._tasks.network(self, Task(work, done, self._failed))

    def note(self, diagnosis: Diagnosis) -> bool:
        """Take in what some job found out; tells whether it was about the vault."""
        if diagnosis.kind not in _KEYCHAIN:
            return False
        self._set(diagnosis)
        return True

    def follow(self) -> None:
        """Look again where another process has moved everything meanwhile."""

        def work(_job: Job) -> VaultKind:
            return self._storage.look_up()

        def done(kind: VaultKind) -> None:
            if self._known is not None and self._known[0] is not kind:
                self.probe()

        self._tasks.store(self, Task(work, done, self._failed))

    # -- locking -----------------------------------------------------------------------------------

    def lock(self) -> None:
        """Give nothing out from now on, until somebody unlocks."""
        if self._storage.locked:
            return
        self._set(self._storage.shut())
        self.locked_now.emit()
        self._tasks.network(self, Task(lambda _job: self._storage.lock(), _nothing, self._failed))

    # -- on the worker -----------------------------------------------------------------------------

    def _after_failure(self, problem: Diagnosis) -> _Seen:
        absent = problem.kind is ProblemKind.KEYCHAIN_ABSENT
        _ = self._storage.look_up()
        return _Seen(problem, fresh=absent and self._storage.is_fresh())

    def _after_success(self) -> _Seen:
        news = [*self._storage.news]
        self._storage.news.clear()
        recovery = self._storage.recover()
        news += recovery.messages
        settled = unsettled = None
        try:
            settled = self._storage.settle()
        except VaultError as error:
            unsettled = error.diagnosis
        if settled is not None:
            news.append(settled.message)
        _ = self._storage.look_up()
        return _Seen(told=" ".join(news), unsettled=unsettled, recovery=recovery)

    # -- on the window's thread --------------------------------------------------------------------

    def _take_in(self, seen: _Seen) -> None:
        if seen.problem is None and self._storage.locked:
            return  # it was locked after that look
        self._is_fresh = seen.fresh
        self._set(seen.problem)
        if seen.told:
            self.told.emit(seen.told)
        if seen.recovery != Recovery():
            self.recovered.emit(seen.recovery)
        if seen.unsettled is not None:
            self.move_waits.emit(seen.unsettled)

    def _is_said_there(self, problem: Diagnosis) -> bool:
        """Whether it is said where it was asked for, and nowhere else.

        A wrong passphrase, or a disk that did not take the file: the vault itself is as before.
        """
        wrong = self.is_file and self.locked and problem.kind in _LOCKED
        return wrong or problem.kind not in _KEYCHAIN

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._set(diagnosis)
        self.failed.emit(diagnosis)

    def _set(self, problem: Diagnosis | None) -> None:
        self._known = self._storage.kind, self._storage.name
        self.problem = problem
        self.changed.emit()


def _nothing(_result: None) -> None:
    """Locking has said what is to be said already."""
