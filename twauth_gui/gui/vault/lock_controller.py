"""What the window hides, closes, clears or tells as the vault locks and unlocks."""

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
    """What happens in the window when Twauth locks, or the vault has something to say.

    Signals:
        hidden_changed: Twauth's own lock was closed or opened before a keychain.
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
        # On the window: it locks while a sheet is open too.
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

    def _show_recovery(self, recovery: RecoveryReport) -> None:
        self._context.snapshots.reload()
        if recovery.rebuilt is not None:
            self._context.window.show_problem(recovery.rebuilt)

    def _offer_finish_move(self, diagnosis: Diagnosis) -> None:
        open_finish_move(self._context, diagnosis)
