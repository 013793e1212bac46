"""Buttons in every kind of the look."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.enter import pressed_by_enter
from twauth_gui.gui.parts.focus_ring import FocusRing
from twauth_gui.gui.parts.off import is_off
from twauth_gui.gui.parts.tooltip import tooltip
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_CONTROL, Type, control_height, type_font
from twauth_gui.gui.theme.shapes import rounded


class ButtonKind(Enum):
    """What a button is for; the value names fill, line, text, each at rest."""

    PRIMARY = ("accent", "accent", "on-accent")
    SECONDARY = ("card", "line-strong", "text")
    QUIET = ("", "", "text-2")
    DANGER = ("danger", "danger", "on-accent")
    QUIET_DANGER = ("", "", "bad")


class ButtonSize(Enum):
    """Height, padding, gap beside the icon, in pixels with normal text."""

    NORMAL = (32, 13, 8)
    SMALL = (28, 11, 6)
    TINY = (24, 9, 6)


_ICON = 14
_FILLED = {ButtonKind.PRIMARY: "accent-hover", ButtonKind.DANGER: "danger-hover"}


class Button(QPushButton):
    """A button with a verb on it, and an icon before or after."""

    def __init__(
        self,
        text: str,
        *,
        kind: ButtonKind = ButtonKind.SECONDARY,
        size: ButtonSize = ButtonSize.NORMAL,
        icon: str | None = None,
        icon_after: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._size = size
        self._icon = icon
        self._icon_after = icon_after
        self._folded = False
        self._rest: tuple[str, str, str | None] | None = None
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(self, RADIUS_CONTROL)
        self._dress()

    @property
    def kind(self) -> ButtonKind:
        return self._kind

    def set_icon(self, name: str | None) -> None:
        self._icon = name
        self.updateGeometry()
        self.update()

    def show_copied(self, *, on: bool) -> None:
        """Say whether what it copies lies on the clipboard; its name keeps the verb."""
        if on is (self._rest is not None):
            return
        if on:
            self._rest = (self.text(), self.accessibleName(), self._icon)
            self.setAccessibleName(f"{self.accessibleName() or self.text()}, copied")
            self.setText("Copied")
            self._icon = "check"
        elif self._rest is not None:
            text, name, self._icon = self._rest
            self._rest = None
            self.setText(text)
            self.setAccessibleName(name)
        self.updateGeometry()
        self.update()

    def set_folded(self, *, folded: bool) -> None:
        """Show the icon alone, where there is one and no room for the words as well."""
        if self._folded is folded or self._icon is None:
            return
        self._folded = folded
        self.setToolTip(tooltip(_bare(self.text())) if folded else "")
        self.updateGeometry()
        self.update()

    @property
    def unfolded_width(self) -> int:
        """The width in pixels with the words."""
        return self._width(_bare(self.text()))

    @property
    def flush(self) -> int:
        """Padding in pixels that a button without border has before its text."""
        return self._size.value[1]

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width(self._words()), control_height(self._size.value[0]))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}:
            self._dress()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = current_look()
        fill, line, ink = self._colours()
        if fill or line:
            area = look.colour(fill) if fill else None
            border = look.colour(line) if line else None
            rounded(painter, self.rect(), RADIUS_CONTROL, area, line=border)
        painter.setFont(self.font())
        painter.setPen(look.colour(ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        icon_at, text_at = self._places()
        painter.drawText(text_at, int(flags), "" if self._folded else self.text())
        if self._icon is not None:
            role = "text-2" if ink == "text" else ink
            painter.drawPixmap(
                icon_at, look.pixmap(self._icon, role, _ICON, dpr=self.devicePixelRatioF())
            )

    def _words(self) -> str:
        return "" if self._folded else _bare(self.text())

    def _width(self, words: str) -> int:
        _height, padding, gap = self._size.value
        width = self.fontMetrics().horizontalAdvance(words) + 2 * padding
        return width if self._icon is None else width + _ICON + (gap if words else 0)

    def _places(self) -> tuple[QRect, QRect]:
        words = self._words()
        gap = self._size.value[2] if words else 0
        text = self.fontMetrics().horizontalAdvance(words)
        whole = text + (_ICON + gap if self._icon is not None else 0)
        left = max(0, (self.width() - whole) // 2)
        top = (self.height() - _ICON) // 2
        if self._icon is None:
            return QRect(), QRect(left, 0, text + 1, self.height())
        if self._icon_after:
            icon = QRect(left + text + gap, top, _ICON, _ICON)
            return icon, QRect(left, 0, text + 1, self.height())
        return (
            QRect(left, top, _ICON, _ICON),
            QRect(left + _ICON + gap, 0, text + 1, self.height()),
        )

    def _colours(self) -> tuple[str, str, str]:
        fill, line, ink = self._kind.value
        if is_off(self):
            return self._off_colours()
        filled = _FILLED.get(self._kind)
        if filled and (self.isDown() or self.underMouse()):
            return filled, filled, ink
        if self.isDown() or self.isChecked():
            return "pressed", line, ink
        if self.underMouse() and self.isEnabled():
            return "hover", line, "text" if self._kind is ButtonKind.QUIET else ink
        return fill, line, ink

    def _off_colours(self) -> tuple[str, str, str]:
        if self._kind in _FILLED:
            return "inset", "inset", "text-off"
        if self._kind is ButtonKind.SECONDARY:
            return "card", "line", "text-off"
        return "", "", "text-off"

    def _dress(self) -> None:
        kind = Type.BODY if self._size is ButtonSize.NORMAL else Type.SMALL
        font = type_font(kind, strong=True)
        if font != self.font():
            self.setFont(font)
            self.updateGeometry()


def _bare(text: str) -> str:
    """Return the text without the marks of its keyboard shortcut."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def primary_button(
    text: str, icon: str | None = None, *, size: ButtonSize = ButtonSize.NORMAL
) -> Button:
    """Make the one button of a view that goes on."""
    return Button(text, kind=ButtonKind.PRIMARY, icon=icon, size=size)


def secondary_button(
    text: str, icon: str | None = None, *, size: ButtonSize = ButtonSize.NORMAL
) -> Button:
    """Make a button with a border."""
    return Button(text, kind=ButtonKind.SECONDARY, icon=icon, size=size)


def quiet_button(
    text: str, icon: str | None = None, *, size: ButtonSize = ButtonSize.NORMAL
) -> Button:
    """Make a button without a border."""
    return Button(text, kind=ButtonKind.QUIET, icon=icon, size=size)


def danger_button(
    text: str, icon: str | None = None, *, size: ButtonSize = ButtonSize.NORMAL
) -> Button:
    """Make the filled red button; only confirmations have one."""
    return Button(text, kind=ButtonKind.DANGER, icon=icon, size=size)


def quiet_danger_button(
    text: str, icon: str | None = None, *, size: ButtonSize = ButtonSize.NORMAL
) -> Button:
    """Make red text that leads to a confirmation."""
    return Button(text, kind=ButtonKind.QUIET_DANGER, icon=icon, size=size)
