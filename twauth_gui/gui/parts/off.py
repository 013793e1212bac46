"""When a widget looks disabled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_VEILED = "veiled"


def veil(widget: QWidget, *, on: bool) -> None:
    """Disable a whole page under a sheet, but leave it looking as it was."""
    widget.setProperty(_VEILED, on)
    widget.setEnabled(not on)


def is_off(widget: QWidget) -> bool:
    """Tell whether the widget was disabled for a reason of its own, not by a veil."""
    current: QWidget | None = widget
    while current is not None and not current.isEnabled():
        forced = current.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled)
        if forced and not current.property(_VEILED):
            return True
        current = current.parentWidget()
    return False
