"""Spacing, radii, text styles, heights that grow with the font."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication

XS, S, M, L, XL, XXL, XXXL = 4, 8, 12, 16, 20, 24, 32

RADIUS_BADGE = 4
RADIUS_CONTROL = 6
RADIUS_CARD = 8
RADIUS_DIALOG = 12

PANE_HEADER_HEIGHT = 60

_GRID = 4


class TextStyle(Enum):
    """A step of the type scale: points added to the application font's size."""

    MICRO = -1.5
    SMALL = -0.75
    BODY = 0.0
    TITLE = 1.5
    HEADING = 3.0
    DISPLAY = 8.0
    MONO = "mono"  # the system's fixed font at the size of SMALL


_LINE_HEIGHTS = {
    TextStyle.MICRO: 14,
    TextStyle.SMALL: 16,
    TextStyle.BODY: 20,
    TextStyle.TITLE: 20,
    TextStyle.HEADING: 24,
    TextStyle.DISPLAY: 32,
    TextStyle.MONO: 18,
}


def base_points() -> float:
    """Return the application font's size in points, even if it was set in pixels."""
    font = QApplication.font()
    return font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()


def text_font(style: TextStyle = TextStyle.BODY, *, strong: bool = False) -> QFont:
    """Return the font of one step of the scale; strong is weight 600."""
    return QFont(_text_font(style, QApplication.font().key(), strong=strong))


@lru_cache(maxsize=64)
def _text_font(kind: TextStyle, _base: str, *, strong: bool) -> QFont:
    """Make a font once for each application font, whose key is _base."""
    if kind is TextStyle.MONO:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        step = TextStyle.SMALL.value
    else:
        font = QFont(QApplication.font())
        step = kind.value
    font.setPointSizeF(max(6.0, base_points() + float(step)))
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return font


def line_height(style: TextStyle = TextStyle.BODY) -> int:
    """Return the height of one line in pixels: that of the look, or more for larger text."""
    return _line_height(style, QApplication.font().key())


@lru_cache(maxsize=64)
def _line_height(kind: TextStyle, _base: str) -> int:
    return max(_LINE_HEIGHTS[kind], QFontMetrics(text_font(kind)).height())


def scale_height(height: int, *kinds: TextStyle) -> int:
    """Return a height in pixels that keeps its padding when its lines of text grow."""
    natural = sum(_LINE_HEIGHTS[kind] for kind in kinds)
    needed = sum(line_height(kind) for kind in kinds)
    grown = height + max(0, needed - natural)
    return -(-grown // _GRID) * _GRID if grown > height else height


def scale_icon(size: int) -> int:
    """Return the side in pixels of an icon, mark or avatar that is so large with normal text.

    It stays even, so that the icon's lines stay sharp with text that is a little larger.
    """
    return 2 * round(size * line_height() / _LINE_HEIGHTS[TextStyle.BODY] / 2)


def scale_control_height(height: int = 32) -> int:
    """Return the height in pixels of a control that is 32, 28 or 24 high with normal text."""
    kind = TextStyle.BODY if height >= XXXL else TextStyle.SMALL
    return scale_height(height, kind)
