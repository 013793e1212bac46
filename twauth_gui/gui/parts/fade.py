"""The one motion of the window: a short cross-fade."""

from __future__ import annotations

from PySide6.QtCore import Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from twauth_gui.gui.theme.motion import FADE_MS, motion_allowed


class _Ghost(QWidget):
    """The picture of a moment ago, growing transparent above the present."""

    def __init__(self, window: QWidget, picture: QPixmap) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setGeometry(window.rect())
        self._picture = picture
        self._strength = 1.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(FADE_MS)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.valueChanged.connect(self._fade)
        self._animation.finished.connect(self.deleteLater)

    def start(self) -> None:
        self.show()
        self.raise_()
        self._animation.start()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setOpacity(self._strength)
        painter.drawPixmap(0, 0, self._picture)

    def _fade(self, value: object) -> None:
        self._strength = float(value) if isinstance(value, float) else 0.0
        self.update()


class CrossFade:
    """Take one before a change and start it after: the change then fades in."""

    def __init__(self, window: QWidget) -> None:
        allowed = window.isVisible() and motion_allowed(window)
        self._ghost = _Ghost(window, window.grab()) if allowed else None

    def start(self) -> None:
        if self._ghost is not None:
            self._ghost.start()
