"""Brings the vault's state to the window: what is hidden, closed, cleared or told."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.vault.doors import create_file, settle_move
from twauth_gui.store.recovery import Recovery

LOCK_KEYS = "Ctrl+L"


class LockController(QObject):
    """What happens in the window when Twauth locks, or the vault has something to say.

    Signals:
        hidden_changed: Twauth's own lock was closed or opened before a keychain.
    """

    hidden_changed = Signal()

    def __init__(self, desk: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._was_hidden = False
        self._wants_file = desk.services.storage.wants_file
        vault = desk.vault
        vault.changed.connect(self._changed)
        vault.locked_now.connect(self._locked)
        vault.told.connect(desk.window.show_status)
        vault.recovered.connect(self._recovered)
        vault.move_waits.connect(self._move_waits)
        vault.failed.connect(desk.window.show_problem)
        desk.library.changed.connect(vault.follow)
        desk.locks.put_off.connect(self._put_off)
        # On the window: it locks while a sheet is open too.
        QShortcut(QKeySequence(LOCK_KEYS), window, desk.locks.lock)

    def _changed(self) -> None:
        hidden = self._desk.vault.hidden
        if hidden is not self._was_hidden:
            self._was_hidden = hidden
            self.hidden_changed.emit()
        if self._wants_file and self._desk.vault.can_create_file:
            self._wants_file = False
            create_file(self._desk)

    def _locked(self) -> None:
        self._desk.sheets.close_all()
        self._desk.clipboard.clear()

    def _put_off(self) -> None:
        self._desk.window.show_status("Twauth locks as soon as everything is saved")

    def _recovered(self, recovery: Recovery) -> None:
        self._desk.library.reload()
        if recovery.rebuilt is not None:
            self._desk.window.show_problem(recovery.rebuilt)

    def _move_waits(self, diagnosis: Diagnosis) -> None:
        settle_move(self._desk, diagnosis)
