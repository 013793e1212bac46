"""The settings dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.settings.about_section import AboutSection
from twauth_gui.gui.settings.network_section import NetworkSection
from twauth_gui.gui.settings.sections import (
    AppearanceSection,
    BackupSection,
    ClipboardSection,
    KeychainSection,
    LockSection,
    SettingsSection,
    TraySection,
)
from twauth_gui.gui.settings.settings_search import SettingsSearch
from twauth_gui.gui.settings.watch_section import WatchSection
from twauth_gui.gui.theme.metrics import XXL, S

# In the order shown.
_SECTIONS: tuple[Callable[[AppContext], SettingsSection], ...] = (
    lambda context: AppearanceSection(context.preferences),
    KeychainSection,
    lambda context: LockSection(context.auto_lock),
    lambda context: ClipboardSection(context.preferences),
    WatchSection,
    TraySection,
    NetworkSection,
    BackupSection,
    AboutSection,
)


class SettingsDialog(Dialog):
    """All settings, section by section; each takes effect at once, there is nothing to save.

    Args:
        context: passed to the sections.
        section: the key of the section to scroll to; "" for the first.
    """

    def __init__(self, context: AppContext, section: str = "") -> None:
        super().__init__("Settings", width=DialogWidth.W640)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, S, XXL, XXL)
        column.setSpacing(XXL)
        self._sections = [make(context) for make in _SECTIONS]
        for one in self._sections:
            column.addWidget(one)
        search = SettingsSearch(self._sections)
        search.found.connect(self.scroll_to_part)
        self.add_strip(search)  # first, for the order of Tab
        self.set_body(body)
        self.set_initial_focus(search.field)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(lambda: search.field.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.closed.connect(self._finish_editing)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self.add_right(done)
        self.set_default(done)
        wanted = next((one for one in self._sections if one.key == section), None)
        if wanted is not None:
            # Once the dialog has its size: before, there is nothing to scroll.
            QTimer.singleShot(0, self, lambda: self.scroll_to_part(wanted))

    def _finish_editing(self) -> None:
        """Have the field that is being edited save its value."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            focus.clearFocus()
