"""The sheet that shows a list of accounts: who is in, who is not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.domain.several import BatchStatus
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.buttons import (
    Button,
    ButtonSize,
    primary_button,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.health_mark import HealthMark
from twauth_gui.gui.parts.keep_focus import keeping_focus
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.measure import Type

_LOOKS = {
    BatchStatus.IN: (Severity.OK, "Signed in", ""),
    BatchStatus.BEGUN: (Severity.BUSY, "Waits for its answer", "Continue"),
    BatchStatus.WAITS: (Severity.UNKNOWN, "Not begun", "Sign in"),
    BatchStatus.SKIPPED: (Severity.UNKNOWN, "Skipped", "Sign in"),
    BatchStatus.OUT: (Severity.BROKEN, "", "Try again"),
}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One of the list as it is shown."""

    handle: str
    standing: BatchStatus
    why: str = ""


class WalkSheet(Dialog):
    """Decides nothing.

    Signals:
        sign_in_wanted, skip_wanted: carry the handle.
        end_wanted: the list is to be forgotten.
    """

    sign_in_wanted = Signal(str)
    skip_wanted = Signal(str)
    end_wanted = Signal()

    def __init__(self, app_label: str) -> None:
        super().__init__("Add several accounts", width=DialogWidth.W640, app_name=app_label)
        self._next = ""
        self._lines: list[BatchRow] = []
        self._title = Text("", type=Type.TITLE, strong=True, wrap=True)
        self._note = Text("", type=Type.SMALL, role="text-2", wrap=True)
        self._place = QVBoxLayout()
        self._card: Card | None = None
        self._end = quiet_button("End this list")
        self._end.clicked.connect(self.end_wanted)
        self._later = secondary_button("Finish later")
        self._later.clicked.connect(self.dismiss)
        self._primary = primary_button("Done")
        self._primary.clicked.connect(self._primary_pressed)
        body, column = sheet_page()
        column.addWidget(self._title)
        column.addWidget(self._note)
        column.addLayout(self._place)
        self.set_body(body)
        self.add_left(self._end)
        self.add_right(self._later)
        self.add_right(self._primary)
        self.set_default(self._primary)
        self.set_initial_focus(self._primary)

    def show_lines(self, lines: Sequence[BatchRow]) -> None:
        """Show where each stands, and offer the next one."""
        if list(lines) == self._lines:
            return  # new rows would take the focus away from the old ones
        self._lines = list(lines)
        done = sum(line.standing is BatchStatus.IN for line in lines)
        self._next = next((one.handle for one in lines if one.standing is BatchStatus.WAITS), "")
        whole = f"{done} of {len(lines)} are in"
        self._title.setText(whole)
        self._note.setText(_note(lines, over=not self._next))
        self._primary.setText("Go on" if self._next else "Done")
        self._later.setVisible(bool(self._next))
        self._end.setVisible(done < len(lines))
        with keeping_focus(self, lambda: self._later.setFocus(Qt.FocusReason.OtherFocusReason)):
            self._show_rows()
        announce(self._title, whole)

    def _show_rows(self) -> None:
        if self._card is not None:
            self._card.hide()
            self._place.removeWidget(self._card)
            self._card.deleteLater()
        self._card = Card()
        for line in self._lines:
            self._card.add_row(self._row(line))
        self._place.addWidget(self._card)

    def _row(self, line: BatchRow) -> QWidget:
        severity, word, button = _LOOKS[line.standing]
        words = line.why or word
        holder = QWidget()
        holder.setAccessibleName(f"@{line.handle}, {words}")
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(ElidedLabel(f"@{line.handle}", strong=True))
        texts.addWidget(ElidedLabel(words, type=Type.SMALL, role="text-2"))
        row.addWidget(HealthMark(severity, 12))
        row.addLayout(texts, 1)
        if line.standing is BatchStatus.WAITS:
            skip = quiet_button("Skip", size=ButtonSize.SMALL)
            row.addWidget(_named(skip, f"Skip @{line.handle}"))
            skip.clicked.connect(partial(self.skip_wanted.emit, line.handle))
        if button:
            go = secondary_button(button, size=ButtonSize.SMALL)
            row.addWidget(_named(go, f"{button} @{line.handle}"))
            go.clicked.connect(partial(self.sign_in_wanted.emit, line.handle))
        return holder

    def _primary_pressed(self) -> None:
        if self._next:
            self.sign_in_wanted.emit(self._next)
        else:
            self.dismiss()


def _named(button: Button, name: str) -> Button:
    button.setAccessibleName(name)
    return button


def _note(lines: Sequence[BatchRow], *, over: bool) -> str:
    if all(line.standing is BatchStatus.IN for line in lines):
        return "That was the last one."
    if over:
        return (
            "The others can be tried again, now or another day: the list is kept until you end it."
        )
    return "One after the other. The list is kept, so you can go on another day."
