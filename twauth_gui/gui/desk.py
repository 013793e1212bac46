"""What every pane of the window works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.clipboard import SecretClipboard
from twauth_gui.gui.library import SnapshotStore
from twauth_gui.gui.parts.sheet_host import DialogHost
from twauth_gui.gui.pending_sign_ins import BackgroundSignIns
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.ticker import Ticker
from twauth_gui.gui.vault_watch import VaultState
from twauth_gui.services.kit import Services

T = TypeVar("T")


class MainWindowApi(Protocol):
    """What a pane may ask of the window as a whole."""

    def show_status(self, text: str) -> None:
        """Show one line in the status bar."""
        ...

    def show_problem(self, diagnosis: Diagnosis, again: Callable[[], None] | None = None) -> None:
        """Show a failure that has no better place; again repeats what failed after a remedy."""
        ...

    def add_app(self, pasted: str = "") -> None: ...
    def edit_app(self, app_id: AppId) -> None: ...
    def add_account(self, app_id: AppId | None = None) -> None: ...
    def sign_in_again(self, account_id: AccountId, kind: CredentialKind | None = None) -> None: ...
    def resume(self, attempt_id: PendingSignInId) -> None: ...
    def export(self, account_ids: list[AccountId]) -> None: ...
    def select_account(self, account_id: AccountId) -> None: ...
    def open_address(self, url: Secret | str) -> bool: ...
    def pretend_x(self) -> None: ...


@dataclass(frozen=True, slots=True)
class AppContext:
    """The services, the workers, and the parts of the window that there is one of."""

    services: Services
    tasks: TaskRunner
    library: SnapshotStore
    clipboard: SecretClipboard
    look: Look
    preferences: Preferences
    vault: VaultState
    locks: AutoLock
    pending: BackgroundSignIns
    sheets: DialogHost
    window: MainWindowApi
    home: Path
    now: Callable[[], datetime]
    ticker: Ticker

    def in_store(
        self,
        owner: QObject,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[Diagnosis], None] | None = None,
        *,
        ended: Callable[[], None] | None = None,
    ) -> Job:
        """Run something that touches the keychain or the disk; a failure is explained.

        Where the vault is locked it is offered to unlock it, and then this is run again.
        """

        def again() -> None:
            _ = self.in_store(owner, work, done, failed, ended=ended)

        task = Task(work, done, failed or self._explained(owner, again), ended=ended)
        return self.tasks.store(owner, task)

    def over_network(
        self,
        owner: QObject,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[Diagnosis], None] | None = None,
        *,
        report: Callable[[object], None] | None = None,
        ended: Callable[[], None] | None = None,
        must_finish: bool = False,
        is_sign_in: bool = False,
    ) -> Job:
        """Run something that waits for X; a failure is explained, and so is a clock that is off."""

        def finished() -> None:
            for note in self.services.x_clients.take_notes():
                self.window.show_status(note.sentence())
            if ended is not None:
                ended()

        def again() -> None:
            _ = self.over_network(
                owner, work, done, failed, report=report, ended=ended, must_finish=must_finish
            )

        task = Task(
            work,
            done,
            failed or self._explained(owner, again),
            report=report,
            ended=finished,
            must_finish=must_finish,
            is_sign_in=is_sign_in,
        )
        return self.tasks.network(owner, task)

    def _explained(self, owner: QObject, again: Callable[[], None]) -> Callable[[Diagnosis], None]:
        def repeat() -> None:
            if isValid(owner):
                again()

        return lambda diagnosis: self.window.show_problem(diagnosis, repeat)
