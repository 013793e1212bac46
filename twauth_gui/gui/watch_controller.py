"""The watch in the window: checks of accounts that are due, and a notification if one breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from twauth_gui.domain.account_changes import AccountChange, Trend
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.watch import WatchInterval, WatchSettings
from twauth_gui.gui.snapshot_store import SnapshotStore
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.vault_state import VaultState
from twauth_gui.services.container import Services

if TYPE_CHECKING:  # they load what speaks to X, or to the desktop
    from twauth_gui.gui.notifier import Notifier
    from twauth_gui.services.health_check.account_watch import WatchRound

_PAUSE = timedelta(minutes=10)
"""After a round that X did not answer, and between two notifications."""
_EXPIRY_PERIOD = timedelta(hours=1)
_NAMED = 5


class WatchController(QObject):
    """Starts a round when accounts are due and nothing speaks against it.

    That is: the vault is open, no other check runs, and the last round reached X.

    Signals:
        changed: the settings changed.
        failed: they could not be saved, or a round failed; carries a Diagnosis.
        activated: a notification was clicked.
    """

    changed = Signal()
    failed = Signal(object)
    activated = Signal()

    def __init__(
        self,
        services: Services,
        tasks: TaskRunner,
        vault: VaultState,
        snapshots: SnapshotStore,
    ) -> None:
        super().__init__(snapshots)
        self._services = services
        self._tasks = tasks
        self._vault = vault
        self._snapshots = snapshots
        self._now = services.now  # of the times that checks are saved with
        self._is_checking: Callable[[], bool] = lambda: False
        self._job: Job | None = None
        self._has_failed = False
        self._paused_until: datetime | None = None
        self._expiry_looked_at: datetime | None = None
        self._notifier: Notifier | None = None
        self._broken: dict[AccountId, AccountChange] = {}
        self._is_notice_due = False
        self._noticed_at: datetime | None = None
        self.settings = WatchSettings()
        vault.changed.connect(self._on_vault_changed)

    def start(self, is_checking: Callable[[], bool]) -> None:
        """Load the settings; from then on each tick() starts what is due.

        is_checking: whether the user's own checks are running.
        """
        self._is_checking = is_checking
        load = Task(
            lambda _job: self._services.watch_settings.load(), self._apply, self.failed.emit
        )
        self._tasks.run_in_store(self, load)

    def stop(self) -> None:
        """Forget the notification server."""
        if self._notifier is not None:
            self._notifier.close()

    def set_settings(self, settings: WatchSettings) -> None:
        """Change the settings; they take effect at once."""
        if settings == self.settings:
            return
        save = Task(
            lambda _job: self._services.watch_settings.save(settings),
            ignore,
            self.failed.emit,
            must_finish=True,
        )
        self._tasks.run_in_store(self, save)
        self._apply(settings)

    def _apply(self, settings: WatchSettings) -> None:
        self.settings = settings
        self._paused_until = None
        self.changed.emit()
        self.tick()

    # -- rounds ------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Start what is due."""
        now = self._now()
        if self._expiry_looked_at is None or now - self._expiry_looked_at >= _EXPIRY_PERIOD:
            self._expiry_looked_at = now
            self._note_expiring_tokens(now)
        self._notify_if_due()
        is_paused = self._paused_until is not None and now < self._paused_until
        is_free = self._job is None and not self._is_checking()
        if is_free and not is_paused and self._vault.is_known and self._vault.is_open:
            self._start_round(now)

    def _note_expiring_tokens(self, now: datetime) -> None:
        def done(count: int) -> None:
            if count:
                self._snapshots.reload()

        changes = self._services.store.account_changes
        task = Task(lambda _job: changes.record_expiring(now), done, self.failed.emit)
        self._tasks.run_in_store(self, task)

    def _start_round(self, now: datetime) -> None:
        settings, services = self.settings, self._services
        if settings.interval is WatchInterval.OFF:
            return
        accounts = self._snapshots.current.accounts.values()
        if not any(settings.is_due(one, now) for one in accounts):
            return
        task = Task(
            lambda job: services.account_watch.run_round(settings, now, job.cancel),
            self._on_round_done,
            self._on_round_failed,
            on_ended=self._on_round_ended,
        )
        self._job = self._tasks.run_over_network(self, task)

    def _on_round_done(self, done: WatchRound) -> None:
        self._has_failed = False
        now = self._now()
        self._paused_until = now + _PAUSE if done.must_wait else None
        worse = {one.account_id: one for one in done.changes if one.trend is Trend.WORSE}
        self._is_notice_due |= bool(worse)
        self._broken.update(worse)
        self._snapshots.reload(on_done=None if done.left else self._notify_if_due)

    def _on_round_failed(self, diagnosis: Diagnosis) -> None:
        """Say once why a round failed, and try again later."""
        self._paused_until = self._now() + _PAUSE
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(diagnosis)

    def _on_round_ended(self) -> None:
        self._job = None

    def _on_vault_changed(self) -> None:
        if self._vault.is_open:
            self.tick()
        elif self._job is not None:
            self._job.cancel.cancel()

    # -- notifications -----------------------------------------------------------------------------

    def forget_broken(self) -> None:
        """Begin a new list for the next notification: the user has seen this one."""
        self._broken.clear()
        self._is_notice_due = False

    def _notify_if_due(self) -> None:
        """Show one notification for all that broke, unless there was one a moment ago."""
        now = self._now()
        is_early = self._noticed_at is not None and now - self._noticed_at < _PAUSE
        if not self._is_notice_due or is_early or self._vault.is_app_locked:
            return
        self._is_notice_due = False
        accounts = self._snapshots.current.accounts
        names = sorted(accounts[one].at_handle for one in self._broken if one in accounts)
        if not names or not self.settings.notifies:
            return
        self._noticed_at = now
        self._get_notifier().show(*_word_notification(names))

    def _get_notifier(self) -> Notifier:
        from twauth_gui.gui.notifier import Notifier  # noqa: PLC0415 - seldom needed

        if self._notifier is None:
            self._notifier = Notifier(self._tasks, self)
            self._notifier.activated.connect(self._on_activated, Qt.ConnectionType.QueuedConnection)
        return self._notifier

    def _on_activated(self) -> None:
        self.forget_broken()
        self.activated.emit()


def _word_notification(names: list[str]) -> tuple[str, str]:
    """Return title and text: handles, and nothing else about the accounts."""
    if len(names) == 1:
        return f"{names[0]} needs attention", "Show what has changed"
    rest = len(names) - _NAMED
    text = ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
    return f"{pluralize(len(names), 'account')} need attention", text
