"""Avatars of accounts (circles) and apps (squares): letters on a colour."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from typing_extensions import override

from twauth_gui.gui.parts.surfaces import ScaledSquare
from twauth_gui.gui.theme.look import look_of
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


_CHIP_SIZE = 16


class Avatar(ScaledSquare):
    """Two letters in a circle of 20 to 48 px with normal text. Screen readers pass over it."""

    def __init__(self, letters: str = "", hue: int = 0, size: int = 32) -> None:
        super().__init__(size)
        self._letters = letters
        self._hue = hue

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
        back, ink = look_of(self).theme.hue(self._hue)
        paint_avatar(QPainter(self), self.rect(), self._letters, (QColor(back), QColor(ink)))


class Chip(ScaledSquare):
    """The first letter of an app's label in a rounded square of 16 to 32 px with normal text."""

    def __init__(self, label: str, identity: str = "", size: int = _CHIP_SIZE) -> None:
        super().__init__(size)
        self.set_app(label, identity)

    def set_app(self, label: str, identity: str = "") -> None:
        """Show another app; identity (its id) keeps the hue when the label changes."""
        self._letter = _first_letter(label)
        self._hue = hue_of(identity or label)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        back, ink = look_of(self).theme.hue(self._hue)
        paint_chip(QPainter(self), self.rect(), self._letter, (QColor(back), QColor(ink)))


def _first_letter(label: str) -> str:
    return label.strip()[:1].upper() or "?"
