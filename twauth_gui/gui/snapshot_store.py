"""The window's snapshot of the store, read again by a worker when that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from twauth_gui.domain.account_changes import AccountChange, net_changes
from twauth_gui.domain.accounts import Account, AccountId, TokenMetadata
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.batch_sign_in import BatchSignIn, BatchStatus
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, SignInMethod
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.services.batch_sign_in import load_batch

if TYPE_CHECKING:  # it loads the keychain's part
    from twauth_gui.store.store import Store


@dataclass(frozen=True, slots=True)
class LastSignIn:
    """The app, the method and the kind of the latest sign-in."""

    app_id: AppId
    method: SignInMethod
    kind: CredentialKind


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the panes show, as it was at one moment.

    changes: those not seen yet, net. newest_change: the id of the last one that is part of them.
    """

    apps: Mapping[AppId, App] = field(default_factory=dict[AppId, App])
    accounts: Mapping[AccountId, Account] = field(default_factory=dict[AccountId, Account])
    pending_sign_ins: Mapping[PendingSignInId, PendingSignIn] = field(
        default_factory=dict[PendingSignInId, PendingSignIn]
    )
    active_account_id: AccountId | None = None
    tokens: Mapping[AccountId, TokenMetadata] = field(
        default_factory=dict[AccountId, TokenMetadata]
    )
    batch: BatchSignIn | None = None
    changes: tuple[AccountChange, ...] = ()
    newest_change: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.apps or self.accounts or self.pending_sign_ins)

    @property
    def batch_progress(self) -> str:
        """How many accounts of the list that was begun are signed in; "" without a list."""
        batch = self.batch
        if batch is None:
            return ""
        accounts, pending = self.accounts.values(), self.pending_sign_ins.values()
        stands = [batch.status_of(one, accounts, pending, self.tokens) for one in batch.items]
        return f"{stands.count(BatchStatus.SIGNED_IN)} of {len(stands)}"

    @property
    def last_sign_in(self) -> LastSignIn | None:
        """How the latest sign-in, pending or complete, was made; None if there was none."""
        oauth1, oauth2 = CredentialKind.OAUTH1, CredentialKind.OAUTH2
        used = [
            (one.signed_in_at, LastSignIn(one.app_id, one.method, oauth1))
            for one in self.accounts.values()
            if one.has_oauth1
        ]
        used += [
            (one.started_at, LastSignIn(one.app_id, one.method, one.kind))
            for one in self.pending_sign_ins.values()
        ]
        used += [
            (one.signed_in_at, LastSignIn(self.accounts[account_id].app_id, one.method, oauth2))
            for account_id, one in self.tokens.items()
            if account_id in self.accounts
        ]
        return max(used, key=lambda one: one[0])[1] if used else None

    def label_of(self, app_id: AppId) -> str:
        app = self.apps.get(app_id)
        return app.label if app else ""


def read_snapshot(store: Store) -> Snapshot:
    """Read all that the window shows from the index; the keychain is not asked."""
    accounts = {account.id: account for account in store.accounts.list_all()}
    changes = store.account_changes.list_unseen()
    return Snapshot(
        {app.id: app for app in store.apps.list_all()},
        accounts,
        {pending.id: pending for pending in store.pending_sign_ins.list_all()},
        store.settings.active_account(),
        store.tokens.list_metadata(),
        load_batch(store),
        net_changes(changes, accounts),
        changes[-1].id if changes else 0,
    )


class SnapshotStore(QObject):
    """Holds the latest snapshot, and reads again when another process changes the store.

    Args:
        read: reads everything; called on a worker.
        data_version: a number that changes with the store; called on a worker.

    Signals:
        changed: a new snapshot is there.
        failed: the store could not be read; carries a Diagnosis.
    """

    changed = Signal()
    failed = Signal(object)

    POLL_MS = 600

    def __init__(
        self,
        read: Callable[[], Snapshot],
        data_version: Callable[[], int],
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._data_version = data_version
        self._tasks = tasks
        self._version = -1
        self._is_polling = False
        self._has_failed = False
        self.current = Snapshot()
        self._poll = QTimer(self)
        self._poll.setInterval(self.POLL_MS)
        self._poll.timeout.connect(self._poll_version)

    def start(self) -> None:
        """Read for the first time, then poll for changes."""
        self.reload()
        self._poll.start()

    def reload(self, on_done: Callable[[], None] | None = None) -> None:
        """Read again; on_done is called after the panes have shown the new snapshot."""

        def work(_job: Job) -> tuple[int, Snapshot]:
            return self._data_version(), self._read()

        def done(result: tuple[int, Snapshot]) -> None:
            self._has_failed = False
            self._version, self.current = result
            self.changed.emit()
            if on_done is not None:
                on_done()

        self._tasks.run_in_store(self, Task(work, done, self._on_failed))

    def _poll_version(self) -> None:
        def work(_job: Job) -> int:
            return self._data_version()

        def done(version: int) -> None:
            self._is_polling = False
            if version != self._version:
                self.reload()

        def failed(diagnosis: Diagnosis) -> None:
            self._is_polling = False
            self._on_failed(diagnosis)

        if not self._is_polling:  # the one before may wait behind a keychain that does not answer
            self._is_polling = True
            self._tasks.run_in_store(self, Task(work, done, failed))

    def _on_failed(self, diagnosis: Diagnosis) -> None:
        if not self._has_failed:  # once, not at every poll
            self._has_failed = True
            self.failed.emit(diagnosis)
