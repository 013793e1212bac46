"""Qt in tests: the light look, key presses, and objects that a collection would destroy."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from twauth_gui.gui.theme.look import Look


@pytest.fixture
def look(qapp: QApplication) -> Generator[Look]:
    """Provide the light look at 10 points, and restore the font afterwards."""
    before = qapp.font()
    font = QFont("Inter")
    font.setPointSizeF(10)
    qapp.setFont(font)
    look = Look(qapp, "light")
    look.apply()
    yield look
    look.stop()
    qapp.setFont(before)
    qapp.setStyleSheet("")


def find_unowned_objects() -> list[str]:
    """Collect, and name what would have been taken although something alive in C++ owns it.

    An object may go with the whole tree it belongs to, where Python owns that tree and nothing
    refers to it any more. Anything else would vanish from a window that is open.
    """
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
    finally:
        gc.set_debug(0)
    garbage = [*gc.garbage]
    gc.garbage.clear()
    known = {id(one) for one in garbage}
    objects = [one for one in garbage if isinstance(one, QObject) and shiboken6.isValid(one)]
    return sorted(_describe(one) for one in objects if id(_top_parent(one)) not in known)


def _top_parent(one: QObject) -> QObject:
    above = one.parent()
    while above is not None:
        one, above = above, above.parent()
    return one


def _describe(one: QObject) -> str:
    text = getattr(one, "text", None)
    return f"{type(one).__name__} {text()!r}" if callable(text) else type(one).__name__


def press_key(
    widget: QWidget,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press and release a key on a widget."""
    QTest.keyClick(widget, key, modifiers)


def focus_widget() -> QWidget:
    """Return the widget that has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
