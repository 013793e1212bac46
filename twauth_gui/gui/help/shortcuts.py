"""The table of keyboard shortcuts, and the dialog that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout

from twauth_gui.gui.parts.badges import Badge
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import L, M, S


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What keys do. keys: as QKeySequence reads them; each does the same."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShortcutGroup:
    """The shortcuts of one part of the window.

    is_native: Qt's lists and fields bring them; all others are a QShortcut or a QAction.
    """

    title: str
    shortcuts: tuple[Shortcut, ...]
    is_native: bool = False


SHORTCUT_GROUPS = (
    ShortcutGroup(
        "Everywhere",
        (
            Shortcut("Keyboard shortcuts", ("F1", "Ctrl+?")),
            Shortcut("Menu of what has the focus", ("Shift+F10",)),
            Shortcut("Lock Twauth", ("Ctrl+L",)),
            Shortcut("Quit", ("Ctrl+Q",)),
        ),
    ),
    ShortcutGroup(
        "Accounts",
        (
            Shortcut("Find and do anything", ("Ctrl+K",)),
            Shortcut("Search accounts", ("Ctrl+F",)),
            Shortcut("Add account", ("Ctrl+N",)),
            Shortcut("Change an app in the sidebar", ("F2",)),
            Shortcut("Undo", ("Ctrl+Z",)),
            Shortcut("Settings", ("Ctrl+,",)),
            Shortcut("Back to the list, in a narrow window", ("Esc", "Alt+Left")),
        ),
    ),
    ShortcutGroup(
        "Selected accounts",
        (
            Shortcut("Check now", ("F5",)),
            Shortcut("Export", ("Ctrl+E",)),
            Shortcut("Copy handles", ("Ctrl+C",)),
            Shortcut("Remove", ("Del",)),
        ),
    ),
    ShortcutGroup(
        "In a list",
        (
            Shortcut("Previous or next row", ("Up", "Down")),
            Shortcut("Select several", ("Shift+Up", "Shift+Down")),
            Shortcut("Select all", ("Ctrl+A",)),
        ),
        is_native=True,
    ),
    ShortcutGroup(
        "In the search",
        (
            Shortcut("Move in the list", ("Up", "Down")),
            Shortcut("Open the selected account", ("Return",)),
            Shortcut("Remove the last filter", ("Backspace",)),
            Shortcut("Clear the search, then go to the list", ("Esc",)),
        ),
        is_native=True,
    ),
    ShortcutGroup(
        "Import",
        (
            Shortcut("Paste text to read", ("Ctrl+V",)),
            Shortcut("Choose files", ("Ctrl+O",)),
        ),
    ),
    ShortcutGroup(
        "Export",
        (
            Shortcut("Change the selected preset", ("F2",)),
            Shortcut("Delete the selected preset", ("Del",)),
        ),
    ),
)


class ShortcutRow(QFrame):
    """What it does at the left, its keys at the right; a screen reader says both as one text."""

    def __init__(self, shortcut: Shortcut) -> None:
        super().__init__()
        names = [name_keys(keys) for keys in shortcut.keys]
        self.setAccessibleName(f"{shortcut.text}: {' or '.join(names)}")
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(S)
        row.addWidget(Text(shortcut.text, wrap=True), 1)
        for name in names:
            row.addWidget(Badge(name), 0, Qt.AlignmentFlag.AlignVCenter)


def name_keys(keys: str) -> str:
    """Return keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


class ShortcutsDialog(Dialog):
    """All keyboard shortcuts, by the part of the window that they work in."""

    def __init__(self) -> None:
        super().__init__("Keyboard shortcuts", width=DialogWidth.W440)
        body, column = make_dialog_body(S)
        for number, group in enumerate(SHORTCUT_GROUPS):
            if number:
                column.addSpacing(M)
            column.addWidget(Text(group.title, strong=True, heading=True))
            card = Card()
            card.setAccessibleName(group.title)
            for shortcut in group.shortcuts:
                card.add_row(ShortcutRow(shortcut))
            column.addWidget(card)
        self.set_body(body)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self.add_right(done)
        self.set_default(done)
        self.set_initial_focus(done)
