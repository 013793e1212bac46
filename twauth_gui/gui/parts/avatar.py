"""Avatars of accounts (circles) and apps (squares): letters on a colour."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.shapes import paint_avatar, paint_chip

HUES = 8
_LETTER_COUNT = 2


def avatar_letters(handle: str) -> str:
    """Return two letters: of the handle's first two parts, else its first two."""
    parts = [part for part in handle.lstrip("@").split("_") if part]
    if len(parts) >= _LETTER_COUNT:
        return (parts[0][0] + parts[1][0]).upper()
    return parts[0][:_LETTER_COUNT].upper() if parts else "?"


def hue_of(identity: str) -> int:
    """Return the hue of a numeric user id (id mod 8), or of any other text."""
    if identity.isascii() and identity.isdecimal():
        return int(identity) % HUES
    return sum(identity.encode()) % HUES


__all__ = ["Avatar", "Chip", "avatar_letters", "hue_of", "make_chip_icon"]

_CHIP_SIZE = 16


class Avatar(QWidget):
    """Two letters in a circle of 20, 24, 32, 40 or 48 px. Screen readers pass over it."""

    def __init__(self, letters: str = "", hue: int = 0, size: int = 32) -> None:
        super().__init__()
        self._letters = letters
        self._hue = hue
        self.setFixedSize(size, size)

    @classmethod
    def of(cls, handle: str, identity: str, size: int = 32) -> Avatar:
        """Make the avatar of a handle; identity is the user id if it is known."""
        return cls(avatar_letters(handle), hue_of(identity or handle), size)

    def set_identity(self, letters: str, hue: int) -> None:
        if (letters, hue) != (self._letters, self._hue):
            self._letters = letters
            self._hue = hue
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        back, ink = current_look().theme.hue(self._hue)
        paint_avatar(QPainter(self), self.rect(), self._letters, (QColor(back), QColor(ink)))


class Chip(QWidget):
    """The first letter of an app's label in a rounded square of 16 px."""

    def __init__(self, label: str, identity: str = "") -> None:
        super().__init__()
        self.setFixedSize(_CHIP_SIZE, _CHIP_SIZE)
        self.set_app(label, identity)

    def set_app(self, label: str, identity: str = "") -> None:
        """Show another app; identity (its id) keeps the hue when the label changes."""
        self._letter = _first_letter(label)
        self._hue = hue_of(identity or label)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        back, ink = current_look().theme.hue(self._hue)
        paint_chip(QPainter(self), self.rect(), self._letter, (QColor(back), QColor(ink)))


def make_chip_icon(label: str, identity: str = "") -> QIcon:
    """Return the chip of an app as an icon, for combo boxes. Ask again when the look changes."""
    back, ink = current_look().theme.hue(hue_of(identity or label))
    app = QApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
    pixmap = QPixmap(round(_CHIP_SIZE * ratio), round(_CHIP_SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    paint_chip(
        painter,
        QRect(0, 0, _CHIP_SIZE, _CHIP_SIZE),
        _first_letter(label),
        (QColor(back), QColor(ink)),
    )
    painter.end()
    return QIcon(pixmap)


def _first_letter(label: str) -> str:
    return label.strip()[:1].upper() or "?"
