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
        self._lines: list[QWidget] = []
        self.body.setContentsMargins(0, 0, 0, 8)

    def show_events(self, events: Sequence[Event], now: datetime) -> None:
        """Replace the lines."""
        for line in self._lines:
            line.setParent(None)
            line.deleteLater()
        self._lines = [_line(event, now) for event in events]
        for line in self._lines:
            self.body.addWidget(line)
        self.setVisible(bool(events))


def _line(event: Event, now: datetime) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 4, 16, 4)
    row.setSpacing(12)
    icon = Text("")
    icon.setPixmap(current_look().pixmap(_ICONS[event.kind], "text-3", 14))
    row.addWidget(icon)
    row.addWidget(ElidedLabel(event.text), 1)
    row.addWidget(Text(ago(event.at, now), type=Type.SMALL, role="text-3"))
    holder.setAccessibleName(f"{event.text}, {ago(event.at, now)}")
    return holder
