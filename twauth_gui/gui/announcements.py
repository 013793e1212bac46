"""What the status bar says: one thing at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from twauth_gui.domain.accounts import AccountId
from twauth_gui.gui.account_actions import UNDO_SECONDS, AccountActions
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.parts.status_message import StatusMessage
from twauth_gui.gui.vault.doors import unlock_first

_LEAST_SECONDS = 12.0
_SECONDS_PER_LETTER = 0.1


class Announcements(QObject):
    """Connects what happens to the one line that tells of it."""

    def __init__(
        self, bar: StatusBar, desk: AppContext, actions: AccountActions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bar = bar
        self._actions = actions
        self._clipboard, self._vault = desk.clipboard, desk.vault
        self._progress: StatusMessage | None = None
        self._countdown: StatusMessage | None = None
        bar.unlock_requested.connect(lambda: unlock_first(desk))
        desk.clipboard.copied.connect(self._copied)
        desk.clipboard.cleared.connect(self._cleared)
        desk.pending.told.connect(self.say_unasked)
        actions.removed.connect(self._removed)
        actions.checks.progress.connect(self._checking)
        actions.checks.summed.connect(self._checked)
        desk.vault.changed.connect(self._show_vault)
        self._show_vault()

    def say(self, text: str) -> None:
        """Show a line until the next one comes, or it has been read."""
        message = self._bar.show_message(text)
        seconds = max(_LEAST_SECONDS, len(text) * _SECONDS_PER_LETTER)
        message.read.connect(lambda: self._take_away(message, seconds))
        message.stay(seconds)

    def say_unasked(self, text: str) -> None:
        """Show what nobody waits for: no sooner than a countdown that runs has ended."""
        shown = self._bar.message()
        if shown is None or not shown.seconds:
            self.say(text)
        else:
            shown.gone.connect(lambda: QTimer.singleShot(0, self, lambda: self.say_unasked(text)))

    def _take_away(self, message: StatusMessage, seconds: float) -> None:
        """End a message; in a window that nobody looks at it stays."""
        if self._bar.window().isActiveWindow():
            self._bar.clear(message)
        else:
            message.stay(seconds)

    def settle(self) -> None:
        """Bring to its end what still waits, before the window goes."""
        self._bar.clear()

    def _copied(self, seconds: int) -> None:
        words = "Copied. Clipboard clears in {s} s"
        self._countdown = self._bar.show_countdown(words, seconds, "Clear now")
        self._countdown.pressed.connect(self._clipboard.clear)

    def _cleared(self) -> None:
        if self._countdown is not None and self._bar.message() is self._countdown:
            self.say("Clipboard cleared")
        self._countdown = None

    def _removed(self, account_id: str, handle: str, revoked: bool) -> None:  # noqa: FBT001 - a slot
        rest = "Its credentials are revoked." if revoked else "X still accepts its credentials."
        words = f"Removed {handle}. {rest}"
        message = self._bar.show_countdown(words, UNDO_SECONDS, "Undo")
        undone: list[bool] = []
        message.pressed.connect(lambda: undone.append(True))
        message.gone.connect(
            lambda: self._actions.settle_removal(AccountId(account_id), undone=bool(undone))
        )

    def _checking(self, words: str) -> None:
        """Show how far a run of checks is; a countdown that runs is left its place meanwhile."""
        shown = self._bar.message()
        if shown is not None and shown is self._progress:
            self._bar.reword(shown, words)
        elif shown is None or not shown.seconds:
            self._progress = self._bar.show_message(words, "Stop")
            self._progress.pressed.connect(self._actions.checks.stop)

    def _checked(self, words: str) -> None:
        """Sum a run up, once no countdown needs the place."""
        self._progress = None
        self.say_unasked(words)

    def _show_vault(self) -> None:
        problem = self._vault.problem
        if problem is None or self._vault.locked:
            # Behind Twauth's own lock the page has the button.
            self._bar.set_storage(self._vault.name, locked=self._vault.locked)
            self._bar.unlock.setVisible(self._vault.locked and not self._vault.hidden)
        else:
            self._bar.set_trouble(problem.title.rstrip("."))
