"""Whether things may move."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle, QWidget

FADE_MS = 120


def motion_allowed(widget: QWidget) -> bool:
    """Tell whether the system leaves animations on."""
    if not widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget):
        return False
    hints = QApplication.styleHints()
    if not hasattr(hints, "accessibility"):  # Qt before 6.10 does not know
        return True
    reduced = getattr(Qt, "MotionPreference", None)
    asked = getattr(hints.accessibility(), "motionPreference", None)
    return reduced is None or asked is None or asked() != reduced.ReducedMotion
