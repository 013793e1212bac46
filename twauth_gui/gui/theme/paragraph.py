"""Plain text broken into lines of a given height."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextLine, QTextOption


class Paragraph:
    """Sets text in one font, each line as high as told, in pixels."""

    def __init__(self, font: QFont, line_height: int) -> None:
        self._font = font
        self._height = line_height

    def height_for(self, text: str, width: int) -> int:
        """Return the height in pixels of the text at a width."""
        lines = sum(1 for part in text.split("\n") for _ in self._lines(part, width)[1])
        return max(1, lines) * self._height

    def paint(self, painter: QPainter, area: QRect, text: str, alignment: Qt.AlignmentFlag) -> None:
        """Paint the text into an area, from its top unless it is to be in the middle."""
        top = float(area.top())
        if alignment & Qt.AlignmentFlag.AlignVCenter:
            spare = area.height() - self.height_for(text, area.width())
            top += max(0, spare) / 2
        lead = (self._height - QFontMetricsF(self._font).height()) / 2
        for part in text.split("\n"):
            layout, lines = self._lines(part, area.width())
            for line in lines:
                left = float(area.left())
                if alignment & Qt.AlignmentFlag.AlignHCenter:
                    left += (area.width() - line.naturalTextWidth()) / 2
                line.draw(painter, QPointF(left, top + lead))
                top += self._height
            del layout

    def _lines(self, text: str, width: int) -> tuple[QTextLayout, list[QTextLine]]:
        """Break one part; the layout owns the lines, so it is returned with them."""
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = list(self._broken(layout, max(1, width)))
        layout.endLayout()
        return layout, lines

    def _broken(self, layout: QTextLayout, width: int) -> Iterator[QTextLine]:
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, 0))
            yield line
