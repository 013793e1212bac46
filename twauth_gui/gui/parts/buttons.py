"""Buttons of every kind: with words, with an icon alone, as a link."""

from __future__ import annotations

from enum import Enum
from functools import partial

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import FocusRing, click_on_enter
from twauth_gui.gui.parts.text import show_own_tooltip
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    RADIUS_BADGE,
    RADIUS_CONTROL,
    TextStyle,
    line_height,
    scale_control_height,
    scale_icon,
    text_font,
)
from twauth_gui.gui.theme.shapes import looks_disabled, paint_rounded


class ButtonKind(Enum):
    """What a button is for; the value: its fill, line and text when neither hovered nor down."""

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
_LINK_GAP = 5
_FILLED = {ButtonKind.PRIMARY: "accent-hover", ButtonKind.DANGER: "danger-hover"}


class Button(QPushButton):
    """A button with a verb on it, and an icon before or after."""

    def __init__(
        self,
        text: str,
        icon: str | None = None,
        *,
        kind: ButtonKind = ButtonKind.SECONDARY,
        size: ButtonSize = ButtonSize.NORMAL,
        icon_after: bool = False,
    ) -> None:
        super().__init__(text)
        self._kind = kind
        self._size = size
        self._icon = icon
        self._icon_after = icon_after
        self._icon_only = False
        self._is_short = False
        self.short_text = ""
        """What it shows where there is no room for all of its text; "" if that cannot be less."""
        self._normal_label: tuple[str, str, str | None] | None = None
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(self, RADIUS_CONTROL)
        self._apply_style()

    @property
    def kind(self) -> ButtonKind:
        return self._kind

    def set_kind(self, kind: ButtonKind) -> None:
        """Change how it looks: a page has one primary button at most."""
        self._kind = kind
        self.update()

    def set_icon(self, name: str | None) -> None:
        self._icon = name
        self.updateGeometry()
        self.update()

    def set_copied(self, *, on: bool) -> None:
        """Show whether what it copies is on the clipboard; its accessible name keeps the verb."""
        if on is (self._normal_label is not None):
            return
        if on:
            self._normal_label = (self.text(), self.accessibleName(), self._icon)
            self.setAccessibleName(f"{self.accessibleName() or self.text()}, copied")
            self.setText("Copied")
            self._icon = "check"
        elif self._normal_label is not None:
            text, name, self._icon = self._normal_label
            self._normal_label = None
            self.setText(text)
            self.setAccessibleName(name)
        self.updateGeometry()
        self.update()

    def set_icon_only(self, *, folded: bool) -> None:
        """Show the icon alone, if there is one and no room for the words as well."""
        if self._icon_only is folded or self._icon is None:
            return
        self._icon_only = folded
        self.updateGeometry()
        self.update()

    def set_short(self, *, on: bool) -> None:
        """Show the short text, if there is one; screen readers keep the whole one."""
        if on is not self._is_short:
            self._is_short = on
            self.updateGeometry()
            self.update()

    @property
    def full_width(self) -> int:
        """The width in pixels with the words."""
        return self._width(_without_mnemonic(self.text()))

    @property
    def text_inset(self) -> int:
        """Padding in pixels that a button without border has before its text."""
        return self._size.value[1]

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width(self._label()), scale_control_height(self._size.value[0]))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange}:
            self._apply_style()

    @override
    def event(self, event: QEvent, /) -> bool:
        is_cut = self._shown_text() != self.text()
        if is_cut and show_own_tooltip(self, event, _without_mnemonic(self.text())):
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        fill, line, ink = self._colours()
        if fill or line:
            area = look.colour(fill) if fill else None
            border = look.colour(line) if line else None
            paint_rounded(painter, self.rect(), RADIUS_CONTROL, area, line=border)
        painter.setFont(self.font())
        painter.setPen(look.colour(ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        icon_at, text_at = self._layout_rects()
        painter.drawText(text_at, int(flags), self._shown_text())
        if self._icon is not None:
            role = "text-2" if ink == "text" else ink
            side, ratio = icon_at.width(), self.devicePixelRatioF()
            painter.drawPixmap(icon_at, look.pixmap(self._icon, role, side, dpr=ratio))

    def _label(self) -> str:
        return _without_mnemonic(self._shown_text())

    def _shown_text(self) -> str:
        if self._icon_only:
            return ""
        return (self._is_short and self.short_text) or self.text()

    def _width(self, words: str) -> int:
        _height, padding, gap = self._size.value
        width = self.fontMetrics().horizontalAdvance(words) + 2 * padding
        return width if self._icon is None else width + scale_icon(_ICON) + (gap if words else 0)

    def _layout_rects(self) -> tuple[QRect, QRect]:
        words = self._label()
        gap = self._size.value[2] if words else 0
        text = self.fontMetrics().horizontalAdvance(words)
        side = 0 if self._icon is None else scale_icon(_ICON)
        left = max(0, (self.width() - text - side - (gap if side else 0)) // 2)
        top = (self.height() - side) // 2
        if self._icon_after or not side:
            icon = QRect(left + text + gap, top, side, side)
            return icon, QRect(left, 0, text + 1, self.height())
        icon = QRect(left, top, side, side)
        return icon, QRect(left + side + gap, 0, text + 1, self.height())

    def _colours(self) -> tuple[str, str, str]:
        fill, line, ink = self._kind.value
        if looks_disabled(self):
            return self._disabled_colours()
        filled = _FILLED.get(self._kind)
        if filled and (self.isDown() or self.underMouse()):
            return filled, filled, ink
        if self.isDown() or self.isChecked():
            return "pressed", line, ink
        if self.underMouse() and self.isEnabled():
            return "hover", line, "text" if self._kind is ButtonKind.QUIET else ink
        return fill, line, ink

    def _disabled_colours(self) -> tuple[str, str, str]:
        if self._kind in _FILLED:
            return "inset", "inset", "text-off"
        if self._kind is ButtonKind.SECONDARY:
            return "card", "line", "text-off"
        return "", "", "text-off"

    def _apply_style(self) -> None:
        kind = TextStyle.BODY if self._size is ButtonSize.NORMAL else TextStyle.SMALL
        font = text_font(kind, strong=True)
        if font != self.font():
            self.setFont(font)
            self.updateGeometry()


def _without_mnemonic(text: str) -> str:
    """Return a button's text without the & of its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


# primary: filled, each view has one at most. secondary: with a border; external: it opens the
# browser. quiet: without one. danger:
# filled and red, only in confirmations. quiet_danger: red text that leads to a confirmation.
primary_button = partial(Button, kind=ButtonKind.PRIMARY)
secondary_button = partial(Button, kind=ButtonKind.SECONDARY)
quiet_button = partial(Button, kind=ButtonKind.QUIET)
external_button = partial(
    Button, kind=ButtonKind.SECONDARY, icon="external-link", icon_after=True, size=ButtonSize.SMALL
)
danger_button = partial(Button, kind=ButtonKind.DANGER)
quiet_danger_button = partial(Button, kind=ButtonKind.QUIET_DANGER)


class IconButton(QAbstractButton):
    """A button with an icon alone; a tooltip shows its accessible name if it has no other one.

    icon_size, side: in pixels, with normal text. fills: whether the icon is filled while it is
    active.
    """

    def __init__(
        self,
        name: str,
        accessible_name: str,
        *,
        icon_size: int = 16,
        side: int = 28,
        fills: bool = False,
    ) -> None:
        super().__init__()
        self._icon_name = name
        self._icon_size = icon_size
        self._side = side
        self._is_active = False
        self._fills = fills
        self.setAccessibleName(accessible_name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(self, RADIUS_CONTROL)

    def set_icon(self, name: str) -> None:
        self._icon_name = name
        self.update()

    def set_active(self, *, on: bool) -> None:
        """Paint the icon in the accent colour while its state is on."""
        self._is_active = on
        self.update()

    @override
    def event(self, event: QEvent, /) -> bool:
        if not self.toolTip() and show_own_tooltip(self, event, self.accessibleName()):
            return True
        return super().event(event)

    @override
    def sizeHint(self) -> QSize:
        side = scale_control_height(self._side)
        return QSize(side, side)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.updateGeometry()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        off = looks_disabled(self)
        if not off and self.isEnabled() and (self.isDown() or self.underMouse()):
            fill = look.colour("pressed" if self.isDown() else "hover")
            paint_rounded(painter, self.rect(), RADIUS_CONTROL, fill)
        size = scale_icon(self._icon_size)
        place = QRect((self.width() - size) // 2, (self.height() - size) // 2, size, size)
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(
            place,
            look.pixmap(
                self._icon_name,
                self._colour_role(off=off),
                size,
                filled=self._fills and self._is_active,
                dpr=ratio,
            ),
        )

    def _colour_role(self, *, off: bool) -> str:
        if off:
            return "text-off"
        if self._is_active:
            return "accent-text"
        return "text" if self.underMouse() else "text-2"


class LinkButton(QAbstractButton):
    """A button that looks like a link: text in the accent, underlined under the pointer.

    is_external: it opens the browser, which a mark after the text says.
    """

    def __init__(self, text: str, *, is_external: bool = False) -> None:
        super().__init__()
        self._is_external = is_external
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.ring = FocusRing(self, RADIUS_BADGE)
        self.setFont(text_font())

    @override
    def sizeHint(self) -> QSize:
        mark = _LINK_GAP + scale_icon(_ICON) if self._is_external else 0
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 1 + mark, line_height())

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self.setFont(text_font())
            self.updateGeometry()

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if not click_on_enter(self, event):
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        off = looks_disabled(self)
        font = self.font()
        font.setUnderline(self.underMouse() and not off)
        painter.setFont(font)
        ink, look = "text-off" if off else "accent-text", look_of(self)
        painter.setPen(look.colour(ink))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self._is_external:
            size = scale_icon(_ICON)
            mark = look.pixmap("external-link", ink, size, dpr=self.devicePixelRatioF())
            painter.drawPixmap(self.width() - size, (self.height() - size) // 2, mark)
