"""Enter presses the button that has the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton

_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Click and return True where the event is Enter; a dialog would press its default."""
    if event.key() not in _KEYS or event.isAutoRepeat():
        return False
    event.accept()
    button.click()
    return True
