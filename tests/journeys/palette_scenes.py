"""Scenes of the stage: the palette, typed into."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.journeys.stage_steps import wait_idle
from twauth_gui.gui.window import MainWindow


def palette_scenes(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Return the scenes by name."""
    down, tab = Qt.Key.Key_Down, Qt.Key.Key_Tab
    return {
        "palette": partial(_type, window, "fern", down),
        "palette-empty": partial(_type, window, ""),
        "palette-mixed": partial(_type, window, "news"),
        "palette-actions": partial(_type, window, "fern", down, tab),
        "palette-nothing": partial(_type, window, "zzz"),
        "switcher": partial(_type, window, "", switching=True),
    }


def _type(window: MainWindow, text: str, *keys: Qt.Key, switching: bool = False) -> None:
    window.open_palette(switching=switching)
    dialog = window.context.dialogs.top()
    assert dialog is not None
    field = dialog.findChild(QLineEdit, "paletteField")
    assert field is not None
    wait_idle(window)  # until presets and places have been read from the disk
    QTest.keyClicks(field, text)
    for key in keys:
        QTest.keyClick(field, key)
