"""Type into a search field and turn the wheel over a list, with a clock."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QWidget

# Words that match many rows, few, one, none; an operator; what is deleted again.
_TYPED = ("fern", "tidal news", "quay_00123", "nothing", "is:broken marsh", "app:news b")
_STEP = 120  # of the wheel, in eighths of a degree; three rows
_STEPS = 150


def write_input_times(field: QLineEdit, clear: Callable[[], object], view: QWidget) -> None:
    """Measure and print both, then end the program. clear: empties the search."""
    result = {"keys": _time_keys(field, clear), "scrolling": _time_scrolling(view)}
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    QApplication.quit()


def _time_keys(field: QLineEdit, clear: Callable[[], object]) -> list[float]:
    """Return the seconds from each key until the list is painted."""
    seconds: list[float] = []
    field.setFocus()
    for words in _TYPED:
        keys: list[Callable[[], object]] = [partial(QTest.keyClicks, field, key) for key in words]
        keys += [partial(QTest.keyClick, field, Qt.Key.Key_Backspace)] * 3
        seconds += map(_time, keys)
        clear()
        QApplication.processEvents()
    return seconds


def _time_scrolling(view: QWidget) -> list[float]:
    """Return the seconds that each step of the wheel takes until the list is painted."""
    target = view.viewport() if isinstance(view, QAbstractScrollArea) else view
    return [_time(lambda: _turn_wheel(target)) for _ in range(_STEPS)]


def _time(action: Callable[[], object]) -> float:
    gc.collect(0)
    begin = time.perf_counter()
    action()
    QApplication.processEvents()
    return time.perf_counter() - begin


def _turn_wheel(target: QWidget) -> None:
    place = QPointF(target.rect().center())
    QApplication.sendEvent(
        target,
        QWheelEvent(
            place,
            QPointF(target.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, -_STEP),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,  # noqa: FBT003 - Qt's own signature
        ),
    )
