"""The context that every part of the window gets: services, workers, shared parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.gui.accounts.account_filter import Section
from twauth_gui.gui.auto_lock import AutoLock
from twauth_gui.gui.background_sign_ins import BackgroundSignIns
from twauth_gui.gui.clipboard import SecretClipboard
from twauth_gui.gui.parts.dialog_host import DialogHost
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.snapshot_store import SnapshotStore
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.vault_state import VaultState
from twauth_gui.gui.watch_controller import WatchController
from twauth_gui.services.container import Services

_PERIOD_MS = 30_000


class Ticker(QObject):
    """The window's one clock for relative times: all parts update them at the same moment.

    Signals:
        ticked: sent twice a minute; update every text that depends on the time.
    """

    ticked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self.ticked)
        self._timer.start()


T = TypeVar("T")


class MainWindowApi(Protocol):
    """What panes and dialogs may ask of the main window."""

    def show_status(
        self,
        text: str,
        is_current: Callable[[], bool] | None = None,
        button: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Show one line in the status bar, with a button for what can follow.

        It ends when is_current says that it is overtaken.
        """
        ...

    def offer_undo(
        self, text: str, undo: Callable[[], object], keep: Callable[[], object] = ignore
    ) -> None:
        """Say what was changed; undo it on request, else keep it after a while."""
        ...

    def show_problem(self, diagnosis: Diagnosis, retry: Callable[[], None] | None = None) -> None:
        """Show a failure that has no better place; retry repeats what failed after a remedy."""
        ...

    def add_app(self, pasted: str = "") -> None: ...
    def edit_app(self, app_id: AppId) -> None: ...
    def add_account(self, app_id: AppId | None = None) -> None: ...
    def sign_in_again(self, account_id: AccountId, kind: CredentialKind | None = None) -> None: ...
    def sign_in_several_again(self, account_ids: list[AccountId]) -> None: ...
    def resume_sign_in(self, pending_id: PendingSignInId) -> None: ...
    def open_export(
        self, account_ids: list[AccountId], *, to_secret_store: bool = False, preset_id: str = ""
    ) -> None: ...
    def open_palette(self, *, switching: bool = False) -> None: ...
    def show_section(self, section: Section) -> None: ...
    def show_tag(self, tag: str) -> None: ...
    def select_account(self, account_id: AccountId) -> None: ...
    def select_accounts(self, account_ids: Sequence[AccountId]) -> None: ...
    def open_address(self, url: Secret | str) -> bool: ...
    def open_sandbox(self) -> None: ...
    def quit(self) -> None: ...


@dataclass(frozen=True, slots=True)
class AppContext:
    """The services, the workers, and the window's shared objects."""

    services: Services
    tasks: TaskRunner
    snapshots: SnapshotStore
    clipboard: SecretClipboard
    preferences: Preferences
    vault: VaultState
    auto_lock: AutoLock
    background_sign_ins: BackgroundSignIns
    dialogs: DialogHost
    window: MainWindowApi
    home: Path
    now: Callable[[], datetime]
    ticker: Ticker
    watch: WatchController

    def run_in_store(
        self,
        owner: QObject,
        work: Callable[[Job], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[Diagnosis], None] | None = None,
        *,
        on_ended: Callable[[], None] | None = None,
    ) -> Job:
        """Run work that touches the keychain or the disk; show a failure unless on_failed is given.

        If the vault is locked, the window offers to unlock it, and then runs the work again.
        """

        def retry() -> None:
            _ = self.run_in_store(owner, work, on_done, on_failed, on_ended=on_ended)

        task = Task(
            work, on_done, on_failed or self._problem_handler(owner, retry), on_ended=on_ended
        )
        return self.tasks.run_in_store(owner, task)

    def run_over_network(
        self,
        owner: QObject,
        work: Callable[[Job], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[Diagnosis], None] | None = None,
        *,
        on_report: Callable[[object], None] | None = None,
        on_ended: Callable[[], None] | None = None,
        must_finish: bool = False,
        is_sign_in: bool = False,
    ) -> Job:
        """Run work that waits for X; show a failure unless on_failed is given.

        Notices of the X client, such as a wrong clock, go into the status bar.
        """

        def ended() -> None:
            for notice in self.services.x_clients.take_notices():
                self.window.show_status(notice.to_sentence())
            if on_ended is not None:
                on_ended()

        def retry() -> None:
            _ = self.run_over_network(
                owner,
                work,
                on_done,
                on_failed,
                on_report=on_report,
                on_ended=on_ended,
                must_finish=must_finish,
            )

        task = Task(
            work,
            on_done,
            on_failed or self._problem_handler(owner, retry),
            on_report=on_report,
            on_ended=ended,
            must_finish=must_finish,
            is_sign_in=is_sign_in,
        )
        return self.tasks.run_over_network(owner, task)

    def _problem_handler(
        self, owner: QObject, retry: Callable[[], None]
    ) -> Callable[[Diagnosis], None]:
        def retry_if_owned() -> None:
            if isValid(owner):
                retry()

        return lambda diagnosis: self.window.show_problem(diagnosis, retry_if_owned)
