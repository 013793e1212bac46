"""The card with what happened to the account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QWidget

from twauth_gui.domain.events import Event, EventKind
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.when import ago

_ICONS = {
    EventKind.SIGNED_IN: "log-in",
    EventKind.SIGNED_IN_AGAIN: "log-in",
    EventKind.BROUGHT_IN: "download",
    EventKind.CHECKED: "rotate-cw",
    EventKind.REVEALED: "eye",
    EventKind.COPIED: "copy",
    EventKind.EXPORTED: "upload",
    EventKind.REVOKED: "unlink",
    EventKind.RENEWED: "refresh-cw",
}


class HistoryCard(Card):
    """The last events, newest first."""

    def __init__(self) -> None:
        super().__init__("History")
        self._lines: list[_Line] = []
        self._shown: object = None
        self.body.setContentsMargins(0, 0, 0, 8)

    def show_events(self, events: Sequence[Event], now: datetime) -> None:
        """Reword the lines; a line that is made anew has to be styled and laid out, too."""
        told = [(event.kind, event.text, ago(event.at, now)) for event in events]
        shown = (current_look().theme, told)
        if shown == self._shown:
            return  # a snapshot comes every second while all are checked
        self._shown = shown
        while len(self._lines) < len(told):
            self._lines.append(_Line())
            self.body.addWidget(self._lines[-1])
        for line, words in zip(self._lines, told, strict=False):
            line.say(*words)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(told))
        self.setVisible(bool(told))


class _Line(QWidget):
    """What happened, and when."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = Text("")
        self._what = ElidedLabel("")
        self._when = Text("", type=Type.SMALL, role="text-3")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._what, 1)
        row.addWidget(self._when)

    def say(self, kind: EventKind, what: str, when: str) -> None:
        self._icon.setPixmap(current_look().pixmap(_ICONS[kind], "text-3", 14))
        self._what.setText(what)
        self._when.setText(when)
        self.setAccessibleName(f"{what}, {when}")
