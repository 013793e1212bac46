"""Where the window is on the screen: remembered, restored, brought to the front."""

from __future__ import annotations

import os

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_GRIP = 120  # pixels of the upper edge that have to be on a screen, so that the mouse can move it


def read_geometry(window: QWidget) -> tuple[int, ...]:
    """Return x, y, width and height of the window, of before it was maximised."""
    area = window.normalGeometry() if window.isMaximized() else window.geometry()
    return (area.x(), area.y(), area.width(), area.height())


def restore_geometry(window: QWidget, geometry: tuple[int, ...], *, is_maximized: bool) -> None:
    """Put the window where it was, if that is on a screen that exists; call it before show().

    geometry: as read_geometry() returned it; () to only make the window fit on its screen.
    """
    wanted = QRect(*geometry) if geometry else window.geometry()
    screens = (one.availableGeometry() for one in QGuiApplication.screens())
    screen = next((one for one in screens if geometry and _has_grip(one, wanted)), None)
    room = screen or window.screen().availableGeometry()
    window.resize(wanted.size().boundedTo(room.size()).expandedTo(window.minimumSize()))
    if screen is not None:
        window.setGeometry(QRect(wanted.topLeft(), window.size()))
    if is_maximized:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def _has_grip(screen: QRect, wanted: QRect) -> bool:
    edge = QRect(wanted.x(), wanted.y(), max(wanted.width(), 1), 1).intersected(screen)
    return edge.width() >= min(_GRIP, wanted.width())


def bring_to_front(window: QWidget, activation_token: str) -> None:
    """Show the window above all others; the desktop decides, by the token, whether it may be."""
    on_wayland = QGuiApplication.platformName().startswith("wayland")
    if activation_token and on_wayland:
        os.environ["XDG_ACTIVATION_TOKEN"] = activation_token  # Qt has no other way to pass it
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    if on_wayland:
        _ = os.environ.pop("XDG_ACTIVATION_TOKEN", None)
