"""The status bar's messages: which event shows which, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.status_bar import StatusBar, StatusMessage
from twauth_gui.gui.vault.vault_dialogs import unlock_then

UNDO_SECONDS = 10

StatusButton = tuple[str, Callable[[], object]] | None
"""The text of a message's button, and what it does; None for no button."""

_MIN_SECONDS = 12.0
_SECONDS_PER_CHARACTER = 0.1


class _PendingUndo(QObject):
    """A change that can still be undone, also while another message is shown.

    Exactly one of undo and keep is called, once.

    Signals:
        settled: one of them was called.
    """

    settled = Signal()

    def __init__(
        self,
        message: StatusMessage,
        undo: Callable[[], object],
        keep: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.message = message
        self._undo, self._keep = undo, keep
        self._is_settled = False
        self._is_unseen = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.expire)
        message.pressed.connect(self.undo)
        message.finished.connect(self.expire)
        message.removed.connect(self._go_on_unseen)

    def set_paused(self, *, on: bool) -> None:
        """Stop the time for a while, or let it go on."""
        if not self._is_unseen:
            self.message.set_paused(on=on)
        elif on:
            self._timer.stop()
        else:
            self._timer.start()

    def _go_on_unseen(self) -> None:
        """Leave the rest of the time, now that another message is shown."""
        self._is_unseen = True
        self._timer.setInterval(1000 * self.message.seconds_left())
        if not self.message.is_paused:
            self._timer.start()

    def undo(self) -> None:
        self._settle(self._undo)

    def expire(self) -> None:
        self._settle(self._keep)

    def _settle(self, act: Callable[[], object]) -> None:
        if not self._is_settled:
            self._is_settled = True
            self.settled.emit()
            _ = act()
            self.deleteLater()


class StatusAnnouncer(QObject):
    """Connects the window's events to the one message in the status bar."""

    def __init__(
        self, bar: StatusBar, context: AppContext, actions: AccountActions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bar = bar
        self._actions = actions
        self._clipboard, self._vault = context.clipboard, context.vault
        self._dialogs = context.dialogs
        self._progress: StatusMessage | None = None
        self._countdown: StatusMessage | None = None
        self._undo: _PendingUndo | None = None
        self._is_current: Callable[[], bool] | None = None
        bar.unlock_requested.connect(lambda: unlock_then(context))
        context.clipboard.copied.connect(self._on_copied)
        context.clipboard.cleared.connect(self._on_cleared)
        context.background_sign_ins.message.connect(self.show_after_countdown)
        actions.checks.progress.connect(partial(self._show_progress, actions.checks.stop))
        actions.checks.finished.connect(self._on_checks_finished)
        actions.removals.progress.connect(partial(self._show_progress, actions.removals.stop))
        actions.removals.finished.connect(self._end_progress)
        context.snapshots.changed.connect(self._end_overtaken)
        context.vault.changed.connect(self._show_vault)
        context.dialogs.changed.connect(self._pause_undo)
        self._show_vault()

    def show(
        self, text: str, is_current: Callable[[], bool] | None = None, button: StatusButton = None
    ) -> None:
        """Show a line until the next one comes or there was time to read it.

        It ends earlier if is_current says that it is overtaken. It waits while a change can be
        undone: that button must not disappear.
        """
        if self._is_undo_shown():
            self.show_after_countdown(text, is_current, button)
            return
        label, press = button or ("", ignore)
        message = self._bar.show_message(text, label)
        message.pressed.connect(press)
        self._is_current = is_current
        message.removed.connect(self._forget_current)
        seconds = max(_MIN_SECONDS, len(text) * _SECONDS_PER_CHARACTER)
        message.read.connect(lambda: self._clear_when_seen(message, seconds))
        message.keep_for(seconds)

    def show_after_countdown(
        self, text: str, is_current: Callable[[], bool] | None = None, button: StatusButton = None
    ) -> None:
        """Show news that can wait until a running countdown has ended."""
        shown = self._bar.current_message()
        if shown is not None and shown.seconds:
            shown.removed.connect(
                lambda: QTimer.singleShot(
                    0, self, lambda: self.show_after_countdown(text, is_current, button)
                )
            )
        elif is_current is None or is_current():
            self.show(text, is_current, button)

    def _forget_current(self) -> None:
        self._is_current = None

    def _end_overtaken(self) -> None:
        """End a line that the new snapshot contradicts."""
        if self._is_current is not None and not self._is_current():
            self._bar.clear()

    def _clear_when_seen(self, message: StatusMessage, seconds: float) -> None:
        """Clear a message; in a window that is not active it stays."""
        if self._bar.window().isActiveWindow():
            self._bar.clear(message)
        else:
            message.keep_for(seconds)

    def clear(self) -> None:
        """End the current message and its countdown, before the window closes."""
        if self._undo is not None:
            self._undo.expire()
        self._bar.clear()

    # -- undo --------------------------------------------------------------------------------------

    def offer_undo(
        self, text: str, undo: Callable[[], object], keep: Callable[[], object] = ignore
    ) -> None:
        """Say what was changed, with a button; undo or, after UNDO_SECONDS, keep is called.

        An earlier change that can still be undone is kept.
        """
        if self._undo is not None:
            self._undo.expire()
        message = self._bar.show_countdown(text, UNDO_SECONDS, "Undo")
        self._undo = _PendingUndo(message, undo, keep, self)
        self._undo.settled.connect(self._forget_undo)
        self._pause_undo()

    def undo(self) -> None:
        """Undo the last change that can still be undone."""
        if self._undo is not None:
            message = self._undo.message
            self._undo.undo()
            self._bar.clear(message)

    def _pause_undo(self) -> None:
        """Stop the time while a dialog is open, because nothing behind it can be pressed."""
        if self._undo is not None:
            self._undo.set_paused(on=self._dialogs.count() > 0)

    def _forget_undo(self) -> None:
        self._undo = None

    def _is_undo_shown(self) -> bool:
        return self._undo is not None and self._bar.current_message() is self._undo.message

    # -- events ------------------------------------------------------------------------------------

    def _on_copied(self, seconds: int) -> None:
        words = "Copied. Clipboard clears in {s} s"
        self._countdown = self._bar.show_countdown(words, seconds, "Clear now")
        self._countdown.pressed.connect(self._clipboard.clear)

    def _on_cleared(self) -> None:
        if self._countdown is not None and self._bar.current_message() is self._countdown:
            self.show("Clipboard cleared")
        self._countdown = None

    def _show_progress(self, stop: Callable[[], object], words: str) -> None:
        """Show how far a run is, unless a countdown is running."""
        shown = self._bar.current_message()
        if shown is not None and shown is self._progress:
            self._bar.set_message_text(shown, words)
        elif shown is None or not shown.seconds:
            self._progress = self._bar.show_message(words, "Stop")
            self._progress.pressed.connect(stop)

    def _end_progress(self) -> None:
        """End the words about a run, which has its own way to say how it ended."""
        progress, self._progress = self._progress, None
        if progress is not None and self._bar.current_message() is progress:
            self._bar.clear(progress)

    def _on_checks_finished(
        self, words: str, needs_attention: int, unreached: list[AccountId]
    ) -> None:
        """Show the summary of a run, once no countdown is running, and what helps."""
        self._progress = None
        button: StatusButton = None
        if needs_attention:
            button = ("Show them", self._actions.attention_requested.emit)
        elif unreached:
            button = ("Try again", partial(self._actions.checks.check, unreached))
        self.show_after_countdown(words, button=button)

    def _show_vault(self) -> None:
        problem = self._vault.problem
        if problem is None or self._vault.is_locked:
            # Twauth's own lock has the button on its page.
            self._bar.set_vault(self._vault.name, locked=self._vault.is_locked)
            self._bar.unlock.setVisible(self._vault.is_locked and not self._vault.is_app_locked)
        else:
            self._bar.set_vault_problem(problem.title.rstrip("."))
