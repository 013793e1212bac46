"""The rows of what was found: a box to choose it, where it comes from, what became of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.services.import_plan import (
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportResult,
    ImportStatus,
)

_WOULD = {
    ImportAction.NEW: "",
    ImportAction.SAME: "Is here already",
    ImportAction.CONFLICT: "Here with other credentials",
    ImportAction.NO_APP: "App not named",
}
_HINTS = {
    ImportAction.CONFLICT: "Choose it to replace the credentials that are kept.",
    ImportAction.NO_APP: "The file does not say which app it belongs to. Choose the app below.",
}
_WAS = {
    ImportStatus.IMPORTED: ("Brought in", "ok"),
    ImportStatus.NOT_VERIFIED: ("Brought in, not verified", "warn"),
    ImportStatus.REPLACED: ("Replaced", "ok"),
    ImportStatus.SAME: ("Is here already", "text-3"),
    ImportStatus.CONFLICT: ("Left: kept with other credentials", "warn"),
    ImportStatus.NO_APP: ("Left: app not named", "warn"),
    ImportStatus.REFUSED: ("X does not accept it", "bad"),
    ImportStatus.FAILED: ("Not kept", "bad"),
}


class FoundRow(QWidget):
    """One thing that can be chosen.

    Signals:
        toggled: the box was ticked, or not any more.
    """

    toggled = Signal()

    def __init__(self, name: str, detail: str, state: str, hint: str = "") -> None:
        super().__init__()
        self.box = CheckBox(name)
        self.box.setAccessibleName(f"{name}, {detail}{f', {state}' if state else ''}")
        self.box.toggled.connect(lambda: self.toggled.emit())
        self._name = Text(name)
        self._name.hide()
        self._detail = Text(detail, style=TextStyle.SMALL, role="text-2", wrap=True)
        self._hint = Text(hint, style=TextStyle.SMALL, role="text-3", wrap=True)
        self._hint.setVisible(bool(hint))
        self._state = Text(state, style=TextStyle.SMALL, role="text-2")
        column = QVBoxLayout()
        column.setContentsMargins(26, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._name)
        column.addWidget(self._detail)
        column.addWidget(self._hint)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.box)
        words.addLayout(column)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self._state, alignment=Qt.AlignmentFlag.AlignVCenter)

    @property
    def chosen(self) -> bool:
        return self.box.isChecked() and self.box.isEnabled()

    def choose(self, *, on: bool, possible: bool = True) -> None:
        """Tick the box, or switch it off where there is nothing to do."""
        self.box.setChecked(on)
        self.box.setEnabled(possible)

    def settle(self) -> None:
        """Leave the choosing: what is under way has no box any more."""
        self.box.setEnabled(False)
        self.box.setVisible(not self.box.isChecked())
        self._name.setVisible(self.box.isChecked())

    def rename(self, name: str) -> None:
        self._name.setText(name)

    def tell(self, state: str, role: str = "text-2", why: str = "") -> None:
        """Say what becomes of it."""
        self._state.setText(state)
        self._state.set_role(role)
        if why:
            self._hint.setText(why)
        self._hint.setVisible(bool(why))


class ImportAccountRow(FoundRow):
    """An account."""

    def __init__(self, candidate: ImportItem, home: Path) -> None:
        self.candidate = candidate
        parts = (candidate.app_name, short(candidate.path, home))
        detail = " · ".join(part for part in parts if part)
        fate = candidate.action
        super().__init__(candidate.name, detail, _WOULD[fate], _HINTS.get(fate, ""))
        self.choose(
            on=fate is ImportAction.NEW, possible=fate in {ImportAction.NEW, ImportAction.CONFLICT}
        )

    def ask_for_app(self) -> None:
        """Say what is missing where there is no app to choose."""
        self.tell(
            _WOULD[ImportAction.NO_APP], why="The file does not say its app. Add that app first."
        )

    def allow(self, *, app: bool) -> None:
        """Let it be chosen once there is an app for it."""
        if self.candidate.action is ImportAction.NO_APP:
            self.choose(on=app, possible=app)

    def show_result(self, brought: ImportResult) -> None:
        words, role = _WAS[brought.outcome]
        told = brought.diagnosis
        self.tell(
            words, role, told.to_sentence() if told and brought.outcome.value != "same" else ""
        )
        if brought.account is not None:
            self.rename(brought.account.at_handle)


class AppRow(FoundRow):
    """The keys of an app, without an account."""

    def __init__(self, candidate: ImportAppItem, home: Path) -> None:
        self.candidate = candidate
        kept = candidate.app is not None
        detail = f"An app, without an account · {short(candidate.path, home)}"
        super().__init__(candidate.name, detail, "Is here already" if kept else "")
        self.choose(on=not kept, possible=not kept)


def short(path: Path, home: Path) -> str:
    """Write a path below the home folder with ~."""
    try:
        return f"~/{path.relative_to(home).as_posix()}"
    except ValueError:
        return str(path)
