"""Qt in tests: the light look, a window for parts, and objects that a collection would destroy."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFont, QHelpEvent, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget

from twauth_gui.gui.theme.look import Look, LookWindow


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


class PartWindow(LookWindow):
    """A window to put parts into, one below the other."""

    def __init__(self, look: Look, *parts: QWidget) -> None:
        super().__init__(look)
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            column.addWidget(part)
        self.setCentralWidget(self.body)


def find_painting_widgets(window: QWidget) -> list[QWidget]:
    """Return the widgets in a window that Twauth paints, not Qt alone."""
    return [one for one in window.findChildren(QWidget) if _paints_itself(type(one))]


def _paints_itself(kind: type[QWidget]) -> bool:
    own = (one for one in kind.__mro__ if one.__module__.startswith("twauth_gui"))
    return any("paintEvent" in vars(one) for one in own)


def render_alone(widget: QWidget) -> QImage:
    """Render what a widget itself paints, on a colour that no theme has."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return image


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


def read_tooltip(widget: QWidget) -> str:
    """Return the tooltip that the pointer over a widget brings; "" for none."""
    place = widget.rect().center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    return QToolTip.text() if event.isAccepted() else ""


def focus_widget() -> QWidget:
    """Return the widget that has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
