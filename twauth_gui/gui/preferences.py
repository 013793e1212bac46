"""The window's preferences: colours, row height, clipboard time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.gui.clipboard import SecretClipboard
from twauth_gui.gui.tasks import Task, TaskRunner
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.settings import (
    MAX_RECENT_ITEMS,
    CloseAction,
    ColorScheme,
    RowSize,
    SavedFilter,
    WindowPlace,
    WindowSettings,
    WindowSettingsFile,
)


class Preferences(QObject):
    """Holds the current choices; a change takes effect at once, and a worker saves it.

    The file is read while the window is made, so that it does not open in one theme and switch to
    another. A theme given on the command line stays until the user chooses one.

    Signals:
        changed: a preference was changed.
        failed: it could not be saved; carries the Diagnosis. It stays in effect for this run.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, file: WindowSettingsFile, tasks: TaskRunner, look: Look, clipboard: SecretClipboard
    ) -> None:
        super().__init__(tasks)
        self._file = file
        self._tasks = tasks
        self._look = look
        self._clipboard = clipboard
        self.current: WindowSettings = file.read()
        if look.override is None:
            self._apply_scheme()
        clipboard.seconds = self.current.clipboard_seconds

    def set_scheme(self, scheme: ColorScheme) -> None:
        self._save(replace(self.current, scheme=scheme))
        self._apply_scheme()

    def set_row_size(self, row_size: RowSize) -> None:
        self._save(replace(self.current, row_size=row_size))

    def set_clipboard_seconds(self, seconds: int) -> None:
        self._clipboard.seconds = seconds
        self._save(replace(self.current, clipboard_seconds=seconds))

    def set_shows_tray(self, *, wanted: bool) -> None:
        self._save(replace(self.current, shows_tray=wanted))

    def set_close_action(self, action: CloseAction) -> None:
        self._save(replace(self.current, close_action=action))

    def dismiss_hint(self, hint_id: str) -> None:
        """Never show this hint again."""
        dismissed = (*self.current.dismissed_hints, hint_id)
        self._save(replace(self.current, dismissed_hints=dismissed))

    def set_saved_filters(self, saved_filters: tuple[SavedFilter, ...]) -> None:
        self._save(replace(self.current, saved_filters=saved_filters))

    def save_place(self, place: WindowPlace) -> None:
        """Save where the window is, at once: it is about to close.

        A disk that refuses has this window open at its usual place the next time.
        """
        before, self.current = self.current, replace(self.current, place=place)
        if before != self.current:
            with contextlib.suppress(DiagnosedError):
                self._file.write(before, self.current)

    def add_recent_item(self, key: str) -> None:
        """Put what was chosen in the palette before what was chosen earlier.

        A disk that refuses to save it is no reason to interrupt what was chosen.
        """
        others = [one for one in self.current.recent_items if one != key]
        recent = (key, *others)[:MAX_RECENT_ITEMS]
        before, self.current = self.current, replace(self.current, recent_items=recent)
        self._write(before, on_failed=ignore)

    def _apply_scheme(self) -> None:
        scheme = self.current.scheme
        self._look.set_override(None if scheme is ColorScheme.SYSTEM else scheme.value)

    def _save(self, after: WindowSettings) -> None:
        before, self.current = self.current, after
        if before != after:
            self._write(before, on_failed=self.failed.emit)
            self.changed.emit()

    def _write(self, before: WindowSettings, on_failed: Callable[[Diagnosis], None]) -> None:
        after = self.current
        write = Task(
            lambda _job: self._file.write(before, after), ignore, on_failed, must_finish=True
        )
        self._tasks.run_in_store(self, write)
