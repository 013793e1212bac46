"""What the window does when the vault locks, unlocks or reports a problem."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.vault.vault_dialogs import open_create_file, open_finish_move
from twauth_gui.store.crash_recovery import RecoveryReport

LOCK_KEYS = "Ctrl+L"


class LockController(QObject):
    """Clears the window when Twauth locks, and shows what the vault reports.

    Signals:
        hidden_changed: Twauth locked or unlocked the window itself, whatever the keychain does.
    """

    hidden_changed = Signal()

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._was_hidden = False
        self._wants_file = context.services.vaults.is_file_requested
        vault = context.vault
        vault.changed.connect(self._update_hidden)
        vault.locked.connect(self._clear_window)
        vault.message.connect(context.window.show_status)
        vault.recovered.connect(self._show_recovery)
        vault.move_interrupted.connect(self._offer_finish_move)
        vault.failed.connect(context.window.show_problem)
        context.snapshots.changed.connect(vault.check_for_move)
        context.auto_lock.postponed.connect(self._announce_delay)
        # On the window, so that it also locks while a dialog is open.
        QShortcut(QKeySequence(LOCK_KEYS), window, context.auto_lock.lock)

    def _update_hidden(self) -> None:
        hidden = self._context.vault.is_app_locked
        if hidden is not self._was_hidden:
            self._was_hidden = hidden
            self.hidden_changed.emit()
        if self._wants_file and self._context.vault.can_create_file:
            self._wants_file = False
            open_create_file(self._context)

    def _clear_window(self) -> None:
        self._context.dialogs.close_all()
        self._context.clipboard.clear()

    def _announce_delay(self) -> None:
        self._context.window.show_status("Twauth locks as soon as everything is saved")

    def _show_recovery(self, report: RecoveryReport) -> None:
        self._context.snapshots.reload()
        if report.rebuilt is not None:
            self._context.window.show_problem(report.rebuilt)

    def _offer_finish_move(self, diagnosis: Diagnosis) -> None:
        open_finish_move(self._context, diagnosis)
