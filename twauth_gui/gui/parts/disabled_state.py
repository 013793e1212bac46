"""The difference between a disabled widget and one that a dialog blocks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_BLOCKED = "twauthBlocked"


def set_blocked(widget: QWidget, *, on: bool) -> None:
    """Disable a whole page behind a dialog without a change of its look."""
    widget.setProperty(_BLOCKED, on)
    widget.setEnabled(not on)


def looks_disabled(widget: QWidget) -> bool:
    """Whether the widget was disabled for a reason of its own, not by set_blocked()."""
    current: QWidget | None = widget
    while current is not None and not current.isEnabled():
        forced = current.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled)
        if forced and not current.property(_BLOCKED):
            return True
        current = current.parentWidget()
    return False
