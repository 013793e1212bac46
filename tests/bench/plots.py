"""Paint the plots of the performance page with Qt's own painter."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, QPen

from tests.bench.comparison import UNITS

_SCALE = 2.0  # pixels for each point of the plot
_WIDTH, _ROW, _HEAD, _LABELS, _EDGE = 960, 22, 48, 520, 24
_INK, _QUIET, _LINE = QColor("#1f2328"), QColor("#656d76"), QColor("#d0d7de")
_OURS, _THEIRS, _OVER = QColor("#0969da"), QColor("#8c959f"), QColor("#cf222e")
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_PANEL = 300
_NO_DITHER = Qt.ImageConversionFlag.ThresholdDither


def paint_ratios(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Paint each row's ratio with its range, on a logarithmic scale."""
    height = _HEAD + _ROW * len(rows) + _EDGE

    def paint(painter: QPainter) -> None:
        low = min(0.5, *(row["low"] for row in rows)) / 1.1
        high = max(2.0, *(row["high"] for row in rows)) * 1.1
        span = math.log(high / low)

        def place(ratio: float) -> float:
            return _LABELS + (_WIDTH - _LABELS - _EDGE) * math.log(ratio / low) / span

        for tick in _TICKS:
            if low <= tick <= high:
                x = place(tick)
                painter.setPen(QPen(_INK if tick == 1 else _LINE, 1))
                painter.drawLine(QPointF(x, _HEAD - 8), QPointF(x, height - _EDGE))
                area = QRectF(x - 20, _HEAD - 26, 40, 16)
                _write(painter, area, f"{tick:g}", _QUIET, Qt.AlignmentFlag.AlignHCenter)
        _write(painter, QRectF(_EDGE, 14, _LABELS, 18), "Ratio to the reference", _INK)
        for number, row in enumerate(rows):
            _paint_ratio(painter, _HEAD + _ROW * number, row, place)

    _save(path, height, paint)


def _paint_ratio(
    painter: QPainter, top: float, row: dict[str, Any], place: Callable[[float], float]
) -> None:
    label = f"{row['name']}  /  {row['reference']}"
    area = QRectF(_EDGE, top, _LABELS - 2 * _EDGE, _ROW)
    shown = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(area.width()))
    _write(painter, area, shown, _INK)
    middle = top + _ROW / 2
    misses = row["aim"] is not None and row["ratio"] > row["aim"]
    painter.setPen(QPen(_OVER if misses else _OURS, 2))
    painter.drawLine(QPointF(place(row["low"]), middle), QPointF(place(row["high"]), middle))
    painter.setBrush(_OVER if misses else _OURS)
    painter.drawEllipse(QPointF(place(row["ratio"]), middle), 3, 3)


def paint_growth(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Paint start, processor time and memory of window and bare window by number of rows."""
    panels = {
        "Start": _find_growth(rows, r"until its ([\d,]+) accounts are painted"),
        "Processor time of the start": _find_growth(rows, r"processor time, ([\d,]+) accounts"),
        "Peak of memory": _find_growth(rows, r"window with ([\d,]+) accounts"),
    }

    def paint(painter: QPainter) -> None:
        for number, (title, points) in enumerate(panels.items()):
            area = QRectF(_EDGE + number * 312, _HEAD, 288, _PANEL - 2 * _HEAD)
            _paint_panel(painter, area, title, points)

    _save(path, _PANEL, paint)


def _find_growth(rows: Sequence[dict[str, Any]], pattern: str) -> list[tuple[int, dict[str, Any]]]:
    found = ((re.fullmatch(pattern, row["name"]), row) for row in rows)
    return [(int(match[1].replace(",", "")), row) for match, row in found if match is not None]


def _paint_panel(
    painter: QPainter, area: QRectF, title: str, points: Sequence[tuple[int, dict[str, Any]]]
) -> None:
    """Paint a bar of each for each size."""
    _write(painter, QRectF(area.left(), 12, area.width(), 18), title, _INK)
    most = max(max(row["ours"], row["theirs"]) for _, row in points)
    step = area.width() / len(points)
    painter.setPen(QPen(_LINE, 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    for number, (size, row) in enumerate(points):
        left = area.left() + number * step
        for place, (name, colour) in enumerate((("ours", _OURS), ("theirs", _THEIRS))):
            height = area.height() * row[name] / most
            bar = QRectF(left + 4 + place * step * 0.42, area.bottom() - height, step * 0.4, height)
            painter.fillRect(bar, colour)
            value = f"{row[name] * UNITS[row['unit']]:.0f}"
            over = QRectF(bar.left() - 8, bar.top() - 15, bar.width() + 16, 14)
            _write(painter, over, value, _QUIET, Qt.AlignmentFlag.AlignHCenter)
        below = QRectF(left, area.bottom() + 4, step, 16)
        _write(painter, below, f"{size:,}", _QUIET, Qt.AlignmentFlag.AlignHCenter)
    unit = f"{points[0][1]['unit']}, by accounts: Twauth, bare window"
    _write(painter, QRectF(area.left(), area.bottom() + 22, area.width(), 16), unit, _QUIET)


def _write(  # noqa: PLR0917 - what, where and how
    painter: QPainter,
    area: QRectF,
    text: str,
    colour: QColor,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setPen(colour)
    painter.drawText(area, int(alignment | Qt.AlignmentFlag.AlignVCenter), text)


def _save(path: Path, height: float, paint: Callable[[QPainter], None]) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(round(_WIDTH * _SCALE), round(height * _SCALE), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont("Inter")
    font.setPixelSize(12)
    painter.setFont(font)
    paint(painter)
    painter.end()
    assert app is not None
    few_colours = image.convertToFormat(QImage.Format.Format_Indexed8, _NO_DITHER)
    assert few_colours.save(str(path)), path
