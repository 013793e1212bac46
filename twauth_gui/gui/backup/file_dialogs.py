"""The system's dialogs that name the file of a backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from twauth_gui.services.backups import AGE_SUFFIX, NATIVE_SUFFIX

_FILTER = f"Backups (*{NATIVE_SUFFIX} *{AGE_SUFFIX});;All files (*)"


def ask_where_to_write(
    parent: QWidget, folder: Path, name: str, chosen: Callable[[str], None]
) -> None:
    """Let the person name a file. Whether to replace one is asked by the sheet."""
    dialog = _dialog(parent, "Back up", folder, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(name)
    dialog.open()


def ask_what_to_read(parent: QWidget, folder: Path, chosen: Callable[[str], None]) -> None:
    """Let the person choose a file."""
    dialog = _dialog(parent, "Restore", folder, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def _dialog(
    parent: QWidget, title: str, folder: Path, chosen: Callable[[str], None]
) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder), _FILTER)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    return dialog
