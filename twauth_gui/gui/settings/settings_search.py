"""The search field of the settings: it marks the settings that contain the words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.responsive_row import RowMark, SettingRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.settings.sections import SettingsSection
from twauth_gui.gui.theme.metrics import XXL, M, S, TextStyle

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class SettingsSearch(QWidget):
    """Marks what matches. Up and Down go from hit to hit, Enter to its control, Escape clears.

    Signals:
        found: carries the widget to scroll to: a row, or its section for the first of it.
    """

    found = Signal(object)

    def __init__(self, sections: Iterable[SettingsSection]) -> None:
        super().__init__()
        self._sections = list(sections)
        self._hits: list[SettingRow] = []
        self._current = 0
        self.field = LineField("Search settings", is_search=True)
        self.field.setAccessibleDescription("Down goes to the next hit, Enter into it")
        self.field.textChanged.connect(self._on_changed)
        self.field.installEventFilter(self)
        self._count = Text(style=TextStyle.SMALL, role="text-3")
        self._count.hide()
        self._nothing = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(XXL, M, XXL, M)
        column.setSpacing(S)
        line = QHBoxLayout()
        line.setSpacing(M)
        line.addWidget(self.field, 1)
        line.addWidget(self._count)
        column.addLayout(line)
        column.addWidget(self._nothing)

    def _on_changed(self, text: str) -> None:
        words = text.casefold().split()
        for row in self._hits:
            row.set_mark(RowMark.NONE)
        self._hits = [row for row in self._rows_with(words) if not row.isHidden()]
        for row in self._hits:
            row.set_mark(RowMark.HIT)
        self._current = 0
        self._nothing.setText(f"No setting contains “{text.strip()}”.")
        self._nothing.setVisible(bool(words) and not self._hits)
        self._show_current()
        if words:
            count = len(self._hits)
            announce(
                self.field, f"{pluralize(count, 'setting')} found" if count else "No setting found"
            )

    def _rows_with(self, words: list[str]) -> list[SettingRow]:
        return [
            row
            for section in self._sections
            for row in section.findChildren(SettingRow)
            if words and all(word in _text_of(section, row) for word in words)
        ]

    def _show_current(self) -> None:
        self._count.setVisible(bool(self._hits))
        if not self._hits:
            return
        for index, row in enumerate(self._hits):
            row.set_mark(RowMark.CURRENT if index == self._current else RowMark.HIT)
        self._count.setText(f"{self._current + 1} of {len(self._hits)}")
        hit = self._hits[self._current]
        firsts = (one for one in self._sections if one.findChild(SettingRow) is hit)
        self.found.emit(next(firsts, hit))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
            return True
        if not self._hits or not (key in _STEPS or key in _ENTER):
            return False
        if key in _STEPS:
            self._current = (self._current + _STEPS[key]) % len(self._hits)
            self._show_current()
        else:
            self._hits[self._current].focus_control()
        return True


def _text_of(section: SettingsSection, row: SettingRow) -> str:
    """Return all words of a setting: section, title, help, choices."""
    words = [section.accessibleName()]
    words += [one.text() for one in row.findChildren(QLabel) if not one.isHidden()]
    words += [one.text() for one in row.findChildren(QAbstractButton)]
    words += [one.accessibleName() for one in row.findChildren(QWidget)]
    for box in row.findChildren(ComboBox):
        words += [box.itemText(index) for index in range(box.count())]
    return "\n".join(words).casefold()
