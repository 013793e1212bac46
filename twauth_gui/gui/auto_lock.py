"""Locks Twauth when nobody is there, and puts a lock off while something would be lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QWindow
from typing_extensions import override

from twauth_gui.gui.tasks import Job, Task, TaskRunner
from twauth_gui.gui.vault_watch import VaultState
from twauth_gui.services.kit import Services
from twauth_gui.services.lock_settings import OFF, LockRules
from twauth_gui.services.session_watch import SessionWatch

_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)
_SAVED_MS = 1000
_LONGEST_WAIT_SECONDS = 60.0


def awake_and_asleep() -> float:
    """Give the seconds since the start of the system, those of sleep included.

    Linux counts them in CLOCK_BOOTTIME only, macOS in CLOCK_MONOTONIC (their manual pages of
    clock_gettime), which is not what Python's monotonic() reads there. Windows always does.
    """
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        clock: int | None = getattr(time, name, None)
        if clock is not None:
            return time.clock_gettime(clock)
    return time.monotonic()


class AutoLock(QObject):
    """Applies the rules of the moment: on idle, with the screen, before sleep.

    Signals:
        changed: the rules are others.
        put_off: something is being saved; Twauth locks once it is.
    """

    changed = Signal()
    put_off = Signal()
    _away = Signal()

    def __init__(
        self,
        kit: Services,
        tasks: TaskRunner,
        vault: VaultState,
        clock: Callable[[], float] = awake_and_asleep,
    ) -> None:
        super().__init__(vault)
        self._kit = kit
        self._tasks = tasks
        self._vault = vault
        self._clock = clock
        self._last = clock()
        self._was_file = False
        self.rules = LockRules()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self._later = QTimer(self)
        self._later.setInterval(_SAVED_MS)
        self._later.timeout.connect(self._try_again)
        self._session = SessionWatch(self._away.emit)
        self._away.connect(self._on_away, Qt.ConnectionType.QueuedConnection)
        vault.changed.connect(self._vault_changed)

    def begin(self, window: QWindow) -> None:
        """Watch this window for signs of life, and the session for its screen's lock."""
        window.installEventFilter(self)
        self._read()
        self._session.start()

    def end(self) -> None:
        """Watch nothing any more."""
        self._session.stop()
        self._timer.stop()
        self._later.stop()

    # -- the rules ---------------------------------------------------------------------------------

    def choose_idle(self, minutes: int) -> None:
        """Lock after so many minutes without a sign of life; OFF for never."""
        self._choose(
            replace(self.rules, idle_minutes=minutes),
            lambda _job: self._kit.lock_settings.choose_idle(minutes),
        )

    def choose_with_screen(self, *, wanted: bool) -> None:
        """Lock when the screen locks and before sleep."""
        self._choose(
            replace(self.rules, with_screen=wanted),
            lambda _job: self._kit.lock_settings.choose_with_screen(wanted=wanted),
        )

    def _choose(self, rules: LockRules, write: Callable[[Job], None]) -> None:
        self._apply(rules)
        self._tasks.store(self, Task(write, _kept, self._vault.failed.emit, must_finish=True))

    def _read(self) -> None:
        kind = self._kit.storage.kind
        self._was_file = self._vault.is_file
        work = Task(
            lambda _job: self._kit.lock_settings.rules(kind), self._apply, self._vault.failed.emit
        )
        self._tasks.store(self, work)

    def _apply(self, rules: LockRules) -> None:
        self.rules = rules
        self._last = self._clock()
        self._wait()
        self.changed.emit()

    def _vault_changed(self) -> None:
        if self._vault.is_file is not self._was_file:
            self._read()
        if self._vault.problem is None:
            self._last = self._clock()
            self._wait()

    # -- idle --------------------------------------------------------------------------------------

    def look(self) -> None:
        """Lock where there was no sign of life for too long, else look again later."""
        if self.rules.idle_minutes is OFF or self._vault.locked:
            return
        if self._left() <= 0:
            self.lock()
        else:
            self._wait()

    def _left(self) -> float:
        return self._last + self.rules.idle_minutes * 60 - self._clock()

    def _wait(self) -> None:
        self._timer.stop()
        if self.rules.idle_minutes is not OFF:
            # A timer may stand still while the computer sleeps; the clock does not.
            self._timer.start(int(min(max(self._left(), 1), _LONGEST_WAIT_SECONDS) * 1000))

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            if self._left() <= 0:
                self.look()  # the first one after a sleep comes too late
            self._last = self._clock()
        return False

    # -- locking -----------------------------------------------------------------------------------

    def _on_away(self) -> None:
        if self.rules.with_screen:
            self.lock()

    def lock(self) -> None:
        """Lock now, or as soon as what X has granted, or what is being moved, is in the vault."""
        if self._must_wait:
            self._later.start()
            self.put_off.emit()
            return
        self._later.stop()
        self._vault.lock()

    @property
    def _must_wait(self) -> bool:
        return self._kit.holds_grants or self._kit.storage.moving

    def _try_again(self) -> None:
        if not self._must_wait:
            self.lock()


def _kept(_nothing: None) -> None:
    """It is in effect already."""
