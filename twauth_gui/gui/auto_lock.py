"""Automatic locking: on idle, with the screen, before sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWindow
from typing_extensions import override

from twauth_gui.domain.callbacks import ignore
from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.vault_state import VaultState
from twauth_gui.services.container import Services
from twauth_gui.services.session_monitor import SessionMonitor
from twauth_gui.services.settings import NEVER, LockSettings, default_idle_minutes

_ACTIVITY_EVENTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)
_RETRY_MS = 1000
_MAX_TIMER_SECONDS = 60.0


def seconds_since_boot() -> float:
    """Return the seconds since the system started, time asleep included.

    Linux counts them in CLOCK_BOOTTIME only, macOS in CLOCK_MONOTONIC (their manual pages of
    clock_gettime), which is not what Python's monotonic() reads there. Windows always does.
    """
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        clock: int | None = getattr(time, name, None)
        if clock is not None:
            return time.clock_gettime(clock)
    return time.monotonic()


class AutoLock(QObject):
    """Locks Twauth by the rules that are set, but not while a credential is unsaved.

    Signals:
        changed: the rules changed.
        postponed: something is being saved; Twauth locks once it is.
    """

    changed = Signal()
    postponed = Signal()
    _session_left = Signal()

    def __init__(
        self,
        services: Services,
        tasks: TaskRunner,
        vault: VaultState,
        clock: Callable[[], float] = seconds_since_boot,
    ) -> None:
        super().__init__(vault)
        self._services = services
        self._tasks = tasks
        self._vault = vault
        self._clock = clock
        self._last_activity = clock()
        self._was_file = False
        self.rules = LockSettings()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.check_idle)
        self._retry_timer = QTimer(self)
        self._retry_timer.setInterval(_RETRY_MS)
        self._retry_timer.timeout.connect(self._retry)
        self._session = SessionMonitor(self._session_left.emit)
        self._session_left.connect(self._on_session_left, Qt.ConnectionType.QueuedConnection)
        vault.changed.connect(self._on_vault_changed)

    def start(self, window: QWindow) -> None:
        """Watch this window for input, and the session for its screen lock."""
        window.installEventFilter(self)
        self._load_rules()
        self._session.start()

    def stop(self) -> None:
        """Stop watching."""
        self._session.stop()
        self._timer.stop()
        self._retry_timer.stop()

    # -- the rules ---------------------------------------------------------------------------------

    @property
    def default_idle_minutes(self) -> int:
        """The minutes without input after which Twauth locks if nothing was chosen."""
        return default_idle_minutes(self._services.vaults.selected_kind)

    def set_idle_minutes(self, minutes: int) -> None:
        """Lock after so many minutes without input; NEVER turns this off."""
        self._save_rules(
            replace(self.rules, idle_minutes=minutes),
            lambda _job: self._services.lock_settings.set_idle_minutes(minutes),
        )

    def set_lock_with_screen(self, *, enabled: bool) -> None:
        """Lock when the screen locks and before sleep."""
        self._save_rules(
            replace(self.rules, with_screen=enabled),
            lambda _job: self._services.lock_settings.set_with_screen(wanted=enabled),
        )

    def _save_rules(self, rules: LockSettings, write: Callable[[Job], None]) -> None:
        self._apply_rules(rules)
        self._tasks.run_in_store(
            self, Task(write, ignore, self._vault.failed.emit, must_finish=True)
        )

    def _load_rules(self) -> None:
        kind = self._services.vaults.selected_kind
        self._was_file = self._vault.is_file
        work = Task(
            lambda _job: self._services.lock_settings.load(kind),
            self._apply_rules,
            self._vault.failed.emit,
        )
        self._tasks.run_in_store(self, work)

    def _apply_rules(self, rules: LockSettings) -> None:
        self.rules = rules
        self._last_activity = self._clock()
        self._restart_timer()
        self.changed.emit()

    def _on_vault_changed(self) -> None:
        if self._vault.is_file is not self._was_file:
            self._load_rules()
        if self._vault.problem is None:
            self._last_activity = self._clock()
            self._restart_timer()

    # -- idle --------------------------------------------------------------------------------------

    def check_idle(self) -> None:
        """Lock if there was no input for too long, else check again later."""
        if self.rules.idle_minutes is NEVER or self._vault.is_locked:
            return
        if self._seconds_left() <= 0:
            self.lock()
        else:
            self._restart_timer()

    def _seconds_left(self) -> float:
        return self._last_activity + self.rules.idle_minutes * 60 - self._clock()

    def _restart_timer(self) -> None:
        self._timer.stop()
        if self.rules.idle_minutes is not NEVER:
            # A timer may stop while the computer sleeps; the clock does not.
            self._timer.start(int(min(max(self._seconds_left(), 1), _MAX_TIMER_SECONDS) * 1000))

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in _ACTIVITY_EVENTS:
            if self._seconds_left() <= 0:
                self.check_idle()  # the first input after a sleep must not count as activity
            self._last_activity = self._clock()
        return False

    # -- locking -----------------------------------------------------------------------------------

    def _on_session_left(self) -> None:
        if self.rules.with_screen:
            self.lock()

    def lock(self) -> None:
        """Lock now, or as soon as new credentials and those being moved are in the vault."""
        if self._has_unsaved_work:
            self._retry_timer.start()
            self.postponed.emit()
            return
        self._retry_timer.stop()
        self._vault.lock()

    @property
    def _has_unsaved_work(self) -> bool:
        return self._services.has_unsaved_grants or self._services.vaults.is_migrating

    def _retry(self) -> None:
        if not self._has_unsaved_work:
            self.lock()
