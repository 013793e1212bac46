"""What concerns the whole program: its settings, and what keeps it well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.vault.keeper import LOCK_KEYS

SETTINGS_KEYS = "Ctrl+,"

_GAP = 4

# Sheets are imported when they are opened: none of them is needed at the start.


def open_settings(desk: AppContext, section: str = "") -> None:
    """Open the settings, at one section of them; not in front of Twauth's own lock."""
    if desk.vault.hidden:
        return
    from twauth_gui.gui.settings.sheet import SettingsSheet  # noqa: PLC0415 - see above

    desk.sheets.open(SettingsSheet(desk, section))


def open_back_up(desk: AppContext) -> None:
    """Open the sheet that writes everything into one file."""
    from twauth_gui.gui.backup.back_up_sheet import BackUpSheet  # noqa: PLC0415 - see above

    desk.sheets.open(BackUpSheet(desk))


def open_restore(desk: AppContext) -> None:
    """Open the sheet that brings a backup in."""
    from twauth_gui.gui.backup.restore_sheet import RestoreSheet  # noqa: PLC0415 - see above

    desk.sheets.open(RestoreSheet(desk))


def open_bringing(desk: AppContext) -> None:
    """Open the sheet that brings in what other tools left."""
    from twauth_gui.gui.bringing.sheet import BringSheet  # noqa: PLC0415 - see above

    desk.sheets.open(BringSheet(desk))


def open_diagnose(desk: AppContext) -> None:
    """Open the sheet that looks whether everything needed is there."""
    from twauth_gui.gui.diagnose.sheet import DiagnoseSheet  # noqa: PLC0415 - see above

    desk.sheets.open(DiagnoseSheet(desk))


def open_explain_error(desk: AppContext) -> None:
    """Open the dialog that explains what a bot has printed."""
    from twauth_gui.gui.explain_error.explain_error_dialog import (  # noqa: PLC0415 - see above
        ExplainErrorDialog,
    )

    desk.sheets.open(ExplainErrorDialog(desk))


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu: what it is called, and what it opens."""

    icon: str
    words: str
    opens: Callable[[AppContext], None]
    keys: str = ""


# In the order in which they are shown; None is a line between two groups.
_ENTRIES: tuple[MenuEntry | None, ...] = (
    MenuEntry("settings", "Settings…", open_settings, SETTINGS_KEYS),
    MenuEntry("lock", "Lock Twauth", lambda desk: desk.locks.lock(), LOCK_KEYS),
    None,
    MenuEntry("download", "Bring in…", open_bringing),
    None,
    MenuEntry("hard-drive", "Back up…", open_back_up),
    MenuEntry("undo-2", "Restore…", open_restore),
    None,
    MenuEntry("circle-question-mark", "Explain an error…", open_explain_error),
    MenuEntry("stethoscope", "Diagnose…", open_diagnose),
    MenuEntry("info", "About Twauth", lambda desk: open_settings(desk, "about")),
)


def show_main_menu(desk: AppContext, button: QWidget) -> None:
    """Show the menu above the button it belongs to."""
    menu = QMenu(button)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in _ENTRIES:
        if entry is None:
            menu.addSeparator()
            continue
        action = menu.addAction(current_look().icon(entry.icon), entry.words)
        action.setShortcut(QKeySequence(entry.keys))
        action.triggered.connect(partial(_open, entry, desk))
    top = button.mapToGlobal(QPoint(0, 0))
    menu.popup(QPoint(top.x(), top.y() - menu.sizeHint().height() - _GAP))


def _open(entry: MenuEntry, desk: AppContext, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
    entry.opens(desk)
