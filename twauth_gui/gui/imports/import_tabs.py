"""Parts of the import dialog: its pages, what it says while it works, what it says if empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.surfaces import clear_layout
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M, S

_EMPTY_WIDTH = 520


@dataclass(frozen=True, slots=True)
class Tab:
    """One page: its key, its title with a count, its widget."""

    key: str
    title: str
    page: QWidget


class ImportTabs(QWidget):
    """Shows one of several pages; a segmented control chooses if there is more than one.

    beside: a widget at the right of the control.

    Signals:
        changed: another page is shown; carries its key.
    """

    changed = Signal(str)

    def __init__(self, beside: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._tabs: Sequence[Tab] = ()
        self._control: SegmentedControl | None = None
        holder = QWidget()
        self._control_row = QHBoxLayout(holder)
        self._control_row.setContentsMargins(0, 0, 0, 0)
        head = ResponsiveRow(holder, beside, spacing=S, stretch=(0, 0), apart=True)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(head)
        column.addWidget(self._stack, 1)

    @property
    def shown_key(self) -> str:
        return next((one.key for one in self._tabs if one.page is self._stack.currentWidget()), "")

    def set_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show these pages; the one with the same key stays on top."""
        key = self.shown_key
        has_focus = self._control is not None and self._control.isAncestorOf(self.focusWidget())
        self._tabs = tabs
        for one in tabs:
            if self._stack.indexOf(one.page) < 0:
                self._stack.addWidget(one.page)
        clear_layout(self._control_row)
        self._control = None
        if len(tabs) > 1:
            self._control = SegmentedControl([(one.key, one.title, "") for one in tabs], "Shown")
            self._control.changed.connect(self.show_tab)
            self._control_row.addWidget(self._control)
        self.show_tab(key if key in {one.key for one in tabs} else tabs[0].key)
        if has_focus and self._control is not None:
            self._control.setFocus()

    def show_tab(self, key: str) -> None:
        """Bring one page to the top."""
        page = next(one.page for one in self._tabs if one.key == key)
        if self._control is not None:
            self._control.select(key)
        if page is not self._stack.currentWidget():
            self._stack.setCurrentWidget(page)
            self.changed.emit(key)


class EmptyImport(QWidget):
    """What is shown in place of a table: a sentence, a line, a button.

    Signals:
        pressed: the button was.
    """

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._title = Text(strong=True, wrap=True, heading=True)
        self._line = Text(role="text-2", wrap=True)
        for label in (self._title, self._line):
            label.setAlignment(middle)
        self._button = secondary_button("Choose files…", "file-text")
        self._button.clicked.connect(self.pressed)
        self._content = QWidget()
        self._content.setMaximumWidth(_EMPTY_WIDTH)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addStretch(1)
        column.addWidget(IconLabel("download", "text-3", 24), 0, middle)
        column.addWidget(self._title)
        column.addWidget(self._line)
        column.addSpacing(S)
        column.addWidget(self._button, 0, middle)
        column.addStretch(2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self._content, 100)
        row.addStretch(1)

    def set_busy(self, *, on: bool) -> None:
        """Show nothing while it is not known yet whether there is something."""
        self._content.setVisible(not on)

    def show_texts(self, title: str, line: str) -> None:
        self._title.setText(title)
        self._line.setText(line)
