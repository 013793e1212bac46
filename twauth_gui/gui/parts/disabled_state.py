"""Tell a widget that is disabled itself from one that is blocked behind a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_BLOCKED = "veiled"


def set_blocked(widget: QWidget, *, on: bool) -> None:
    """Disable a whole page under a sheet, but leave it looking as it was."""
    widget.setProperty(_BLOCKED, on)
    widget.setEnabled(not on)


def looks_disabled(widget: QWidget) -> bool:
    """Tell whether the widget was disabled for a reason of its own, not by a veil."""
    current: QWidget | None = widget
    while current is not None and not current.isEnabled():
        forced = current.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled)
        if forced and not current.property(_BLOCKED):
            return True
        current = current.parentWidget()
    return False
