"""The main menu: settings, lock, import, backup, help, quit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.imports.import_drop import DroppedItems
from twauth_gui.gui.parts.accessibility import PopupMenu
from twauth_gui.gui.vault.lock_controller import LOCK_KEYS
from twauth_gui.services.documentation import find_documentation

SETTINGS_SHORTCUT = "Ctrl+,"
QUIT_KEYS = "Ctrl+Q"
HELP_KEYS = ("F1", "Ctrl+?")
PALETTE_SHORTCUT = "Ctrl+K"

_GAP = 4

# Dialogs are imported when they are opened: none of them is needed at the start.


def open_settings(context: AppContext, section: str = "") -> None:
    """Open the settings, scrolled to a section; do nothing while Twauth is locked."""
    if context.vault.is_app_locked:
        return
    from twauth_gui.gui.settings.settings_dialog import SettingsDialog  # noqa: PLC0415 - see above

    context.dialogs.open(SettingsDialog(context, section))


def open_back_up(context: AppContext) -> None:
    """Open the dialog that writes a backup."""
    from twauth_gui.gui.backup.backup_dialogs import BackupDialog  # noqa: PLC0415 - see above

    context.dialogs.open(BackupDialog(context))


def open_restore(context: AppContext) -> None:
    """Open the dialog that restores a backup."""
    from twauth_gui.gui.backup.backup_dialogs import RestoreDialog  # noqa: PLC0415 - see above

    context.dialogs.open(RestoreDialog(context))


def open_import(context: AppContext, items: DroppedItems | None = None) -> None:
    """Open the dialog that imports credentials, or add to the one that is open.

    items: what to read; None for the known places of other tools.
    """
    from twauth_gui.gui.imports.import_dialog import ImportDialog  # noqa: PLC0415 - see above

    if not takes_import(context):
        return
    dialog = context.dialogs.top()
    if not isinstance(dialog, ImportDialog):
        dialog = ImportDialog(context)
        context.dialogs.open(dialog)
    if items is None:
        dialog.look_in_known_places()
    else:
        dialog.take(items)


def takes_import(context: AppContext) -> bool:
    """Whether an import can begin: not behind the lock, another dialog, or a running import."""
    if context.vault.is_app_locked:
        return False
    top = context.dialogs.top()
    if top is None:
        return True
    from twauth_gui.gui.imports.import_dialog import ImportDialog  # noqa: PLC0415 - see above

    return isinstance(top, ImportDialog) and top.takes_items


def open_diagnose(context: AppContext) -> None:
    """Open the dialog that checks what Twauth needs on this computer."""
    from twauth_gui.gui.diagnose_dialog import DiagnoseDialog  # noqa: PLC0415 - see above

    context.dialogs.open(DiagnoseDialog(context))


def open_explain_error(context: AppContext) -> None:
    """Open the dialog that explains a bot's error message."""
    from twauth_gui.gui.explain_error_dialog import ExplainErrorDialog  # noqa: PLC0415 - see above

    context.dialogs.open(ExplainErrorDialog(context))


def open_profiles(context: AppContext) -> None:
    """Open the dialog that opens and makes profiles."""
    from twauth_gui.gui.profiles_dialog import ProfilesDialog  # noqa: PLC0415 - see above

    context.dialogs.open(ProfilesDialog(context))


def open_guide(context: AppContext) -> None:
    """Open the guide."""
    from twauth_gui.gui.help.guide_dialog import GuideDialog  # noqa: PLC0415 - see above

    context.dialogs.open(GuideDialog(context))


def open_documentation(context: AppContext) -> None:
    """Open the documentation in the browser, or the guide if the system opens none."""
    if context.window.open_address(find_documentation()):
        context.window.show_status("The documentation opens in your browser.")
    else:
        open_guide(context)


def open_shortcuts(context: AppContext) -> None:
    """Open the overview of the keyboard shortcuts, also above another dialog."""
    from twauth_gui.gui.help.shortcuts import ShortcutsDialog  # noqa: PLC0415 - see above

    top = context.dialogs.top()
    if not context.vault.is_app_locked and not isinstance(top, ShortcutsDialog):
        context.dialogs.open(ShortcutsDialog())


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu: icon, label, what it opens, its keys.

    is_offered: whether this copy of the program has what it opens.
    """

    icon: str
    label: str
    open_dialog: Callable[[AppContext], None]
    shortcut: str = ""
    is_offered: Callable[[], bool] = lambda: True


# In the order shown; None is a line between two groups.
MENU_ENTRIES: tuple[MenuEntry | None, ...] = (
    MenuEntry("settings", "Settings…", open_settings, SETTINGS_SHORTCUT),
    MenuEntry("lock", "Lock Twauth", lambda context: context.auto_lock.lock(), LOCK_KEYS),
    None,
    MenuEntry("download", "Import…", lambda context: open_import(context)),
    None,
    MenuEntry("hard-drive", "Back up…", open_back_up),
    MenuEntry("undo-2", "Restore…", open_restore),
    MenuEntry("users-round", "Profiles…", open_profiles),
    None,
    MenuEntry("circle-question-mark", "Explain an error…", open_explain_error),
    MenuEntry("stethoscope", "Diagnose…", open_diagnose),
    MenuEntry("book-open", "Guide", open_guide),
    MenuEntry(
        "external-link",
        "Documentation",
        open_documentation,
        is_offered=lambda: bool(find_documentation()),
    ),
    MenuEntry("keyboard", "Keyboard shortcuts", open_shortcuts, HELP_KEYS[0]),
    MenuEntry("info", "About Twauth", lambda context: open_settings(context, "about")),
    None,
    MenuEntry("log-out", "Quit", lambda context: context.window.quit(), QUIT_KEYS),
)


def show_main_menu(context: AppContext, button: QWidget) -> None:
    """Show the menu above the button it belongs to."""
    menu = PopupMenu(button, "Menu")
    for entry in MENU_ENTRIES:
        if entry is None:
            menu.addSeparator()
            continue
        if not entry.is_offered():
            continue
        action = menu.add_action(entry.icon, entry.label)
        action.setShortcut(QKeySequence(entry.shortcut))
        action.triggered.connect(partial(_open_entry, entry, context))
    top = button.mapToGlobal(QPoint(0, 0))
    menu.popup(QPoint(top.x(), top.y() - menu.sizeHint().height() - _GAP))


def _open_entry(entry: MenuEntry, context: AppContext, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
    entry.open_dialog(context)
