"""The status bar's messages: which event shows which, and for how long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.gui.account_actions import UNDO_SECONDS, AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.status_bar import StatusBar, StatusMessage
from twauth_gui.gui.vault.vault_dialogs import unlock_then

_MIN_SECONDS = 12.0
_SECONDS_PER_CHARACTER = 0.1


class StatusAnnouncer(QObject):
    """Connects the window's events to the one message in the status bar."""

    def __init__(
        self, bar: StatusBar, context: AppContext, actions: AccountActions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bar = bar
        self._actions = actions
        self._clipboard, self._vault = context.clipboard, context.vault
        self._progress: StatusMessage | None = None
        self._countdown: StatusMessage | None = None
        bar.unlock_requested.connect(lambda: unlock_then(context))
        context.clipboard.copied.connect(self._on_copied)
        context.clipboard.cleared.connect(self._on_cleared)
        context.background_sign_ins.message.connect(self.show_after_countdown)
        actions.removed.connect(self._on_removed)
        actions.checks.progress.connect(self._on_check_progress)
        actions.checks.finished.connect(self._on_checks_finished)
        context.vault.changed.connect(self._show_vault)
        self._show_vault()

    def show(self, text: str, button: str = "", on_pressed: Callable[[], None] = ignore) -> None:
        """Show a line until the next one comes or there was time to read it."""
        message = self._bar.show_message(text, button)
        message.pressed.connect(on_pressed)
        seconds = max(_MIN_SECONDS, len(text) * _SECONDS_PER_CHARACTER)
        message.read.connect(lambda: self._clear_when_seen(message, seconds))
        message.keep_for(seconds)

    def show_after_countdown(self, text: str) -> None:
        """Show news that can wait until a running countdown has ended."""
        shown = self._bar.current_message()
        if shown is None or not shown.seconds:
            self.show(text)
        else:
            shown.removed.connect(
                lambda: QTimer.singleShot(0, self, lambda: self.show_after_countdown(text))
            )

    def _clear_when_seen(self, message: StatusMessage, seconds: float) -> None:
        """Clear a message; in a window that is not active it stays."""
        if self._bar.window().isActiveWindow():
            self._bar.clear(message)
        else:
            message.keep_for(seconds)

    def clear(self) -> None:
        """End the current message and its countdown, before the window closes."""
        self._bar.clear()

    def _on_copied(self, seconds: int) -> None:
        words = "Copied. Clipboard clears in {s} s"
        self._countdown = self._bar.show_countdown(words, seconds, "Clear now")
        self._countdown.pressed.connect(self._clipboard.clear)

    def _on_cleared(self) -> None:
        if self._countdown is not None and self._bar.current_message() is self._countdown:
            self.show("Clipboard cleared")
        self._countdown = None

    def _on_removed(self, account_id: str, handle: str, revoked: bool) -> None:  # noqa: FBT001 - a slot
        rest = "Its credentials are revoked." if revoked else "X still accepts its credentials."
        words = f"Removed {handle}. {rest}"
        message = self._bar.show_countdown(words, UNDO_SECONDS, "Undo")
        undone: list[bool] = []
        message.pressed.connect(lambda: undone.append(True))
        message.removed.connect(
            lambda: self._actions.finish_removal(AccountId(account_id), undo=bool(undone))
        )

    def _on_check_progress(self, words: str) -> None:
        """Show how far a run of checks is, unless a countdown is running."""
        shown = self._bar.current_message()
        if shown is not None and shown is self._progress:
            self._bar.set_message_text(shown, words)
        elif shown is None or not shown.seconds:
            self._progress = self._bar.show_message(words, "Stop")
            self._progress.pressed.connect(self._actions.checks.stop)

    def _on_checks_finished(self, words: str) -> None:
        """Show the summary of a run, once no countdown is running."""
        self._progress = None
        self.show_after_countdown(words)

    def _show_vault(self) -> None:
        problem = self._vault.problem
        if problem is None or self._vault.is_locked:
            # Twauth's own lock has the button on its page.
            self._bar.set_vault(self._vault.name, locked=self._vault.is_locked)
            self._bar.unlock.setVisible(self._vault.is_locked and not self._vault.is_app_locked)
        else:
            self._bar.set_vault_problem(problem.title.rstrip("."))
