"""Lucide icons painted in one colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from twauth_gui.gui.assets import asset_path

_LARGE_ICON = 20  # from here on the stroke is thinner


@lru_cache(maxsize=128)
def read_icon(name: str) -> str:
    """Return the SVG text of a vendored icon.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    return asset_path("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def paint_icon(name: str, colour: str, size: int, dpr: float, *, filled: bool) -> QPixmap:
    """Paint an icon, size in logical pixels, for a screen with that pixel ratio."""
    svg = read_icon(name).replace("currentColor", colour)
    if size >= _LARGE_ICON:
        svg = svg.replace('stroke-width="2"', 'stroke-width="1.75"')
    if filled:
        svg = svg.replace('fill="none"', f'fill="{colour}"')
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
