"""Rows of the import dialog: a check box, where the item comes from, how its import ended."""

from __future__ import annotations

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

_STATES = {
    ImportAction.NEW: "",
    ImportAction.SAME: "Already here",
    ImportAction.CONFLICT: "Here with other credentials",
    ImportAction.NO_APP: "App not named",
}
_HINTS = {
    ImportAction.CONFLICT: "Check it to replace the saved credentials.",
    ImportAction.NO_APP: "The file does not say which app it belongs to. Choose the app below.",
}
_RESULTS = {
    ImportStatus.IMPORTED: ("Imported", "ok"),
    ImportStatus.NOT_VERIFIED: ("Imported, not verified", "warn"),
    ImportStatus.REPLACED: ("Replaced", "ok"),
    ImportStatus.SAME: ("Already here", "text-3"),
    ImportStatus.CONFLICT: ("Skipped: already here with other credentials", "warn"),
    ImportStatus.NO_APP: ("Skipped: app not named", "warn"),
    ImportStatus.REFUSED: ("X does not accept it", "bad"),
    ImportStatus.FAILED: ("Not saved", "bad"),
}


class FoundRow(QWidget):
    """A row that can be chosen.

    Signals:
        toggled: the check box was checked or cleared.
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
        """Check or clear the box; possible: enable it."""
        self.box.setChecked(on)
        self.box.setEnabled(possible)

    def settle(self) -> None:
        """End the choice: a chosen row has a name instead of a check box."""
        self.box.setEnabled(False)
        self.box.setVisible(not self.box.isChecked())
        self._name.setVisible(self.box.isChecked())

    def rename(self, name: str) -> None:
        self._name.setText(name)

    def tell(self, state: str, role: str = "text-2", why: str = "") -> None:
        """Show the state of the import, and why."""
        self._state.setText(state)
        self._state.set_role(role)
        if why:
            self._hint.setText(why)
        self._hint.setVisible(bool(why))


class ImportAccountRow(FoundRow):
    """The row of an account."""

    def __init__(self, candidate: ImportItem) -> None:
        self.candidate = candidate
        parts = (candidate.app_name, candidate.place)
        detail = " · ".join(part for part in parts if part)
        action = candidate.action
        super().__init__(candidate.name, detail, _STATES[action], _HINTS.get(action, ""))
        self.choose(
            on=action is ImportAction.NEW,
            possible=action in {ImportAction.NEW, ImportAction.CONFLICT},
        )

    def ask_for_app(self) -> None:
        """Say that its app is missing, if there is none to choose."""
        self.tell(
            _STATES[ImportAction.NO_APP], why="The file does not say its app. Add that app first."
        )

    def allow(self, *, app: bool) -> None:
        """Enable its check box once an app is chosen."""
        if self.candidate.action is ImportAction.NO_APP:
            self.choose(on=app, possible=app)

    def show_result(self, result: ImportResult) -> None:
        state, role = _RESULTS[result.outcome]
        diagnosis = result.diagnosis if result.outcome is not ImportStatus.SAME else None
        self.tell(state, role, diagnosis.to_sentence() if diagnosis else "")
        if result.account is not None:
            self.rename(result.account.at_handle)


class AppRow(FoundRow):
    """The row of an app's keys, without an account."""

    def __init__(self, candidate: ImportAppItem) -> None:
        self.candidate = candidate
        is_saved = candidate.app is not None
        detail = f"An app, without an account · {candidate.place}"
        super().__init__(candidate.name, detail, "Already here" if is_saved else "")
        self.choose(on=not is_saved, possible=not is_saved)
