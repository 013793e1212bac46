"""The settings: one sheet, section below section."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.settings.about import AboutSection
from twauth_gui.gui.settings.appearance import AppearanceSection
from twauth_gui.gui.settings.backup import BackupSection
from twauth_gui.gui.settings.clipboard import ClipboardSection
from twauth_gui.gui.settings.keychain import KeychainSection
from twauth_gui.gui.settings.lock import LockSection
from twauth_gui.gui.settings.network import NetworkSection
from twauth_gui.gui.settings.section import SettingsSection
from twauth_gui.gui.theme.measure import XXL

# In the order in which they are shown. A new section is a file of its own and one line here.
_SECTIONS: tuple[Callable[[AppContext], SettingsSection], ...] = (
    lambda desk: AppearanceSection(desk.preferences),
    KeychainSection,
    lambda desk: LockSection(desk.locks),
    lambda desk: ClipboardSection(desk.preferences),
    NetworkSection,
    BackupSection,
    AboutSection,
)


class SettingsSheet(Dialog):
    """What is chosen here is in effect at once; there is nothing to save.

    Args:
        desk: what the sections work with.
        section: the key of the one to be brought into sight; "" for the first.
    """

    def __init__(self, desk: AppContext, section: str = "") -> None:
        super().__init__("Settings", width=DialogWidth.W640)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.setSpacing(XXL)
        self._sections = [make(desk) for make in _SECTIONS]
        for one in self._sections:
            column.addWidget(one)
        self.set_body(body)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self.add_right(done)
        self.set_default(done)
        wanted = next((one for one in self._sections if one.key == section), None)
        if wanted is not None:
            # Once the sheet has its size: before, there is nothing to scroll.
            QTimer.singleShot(0, self, lambda: self.show_part(wanted))
