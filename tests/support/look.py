"""The look that the tests of the window have."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QFont

from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture
def look(qapp: QApplication) -> Generator[Look]:
    """Give the light look at 10 points, and put the font back afterwards."""
    before = qapp.font()
    font = QFont("Inter")
    font.setPointSizeF(10)
    qapp.setFont(font)
    made = Look(qapp, "light")
    made.apply()
    yield made
    made.stop()
    qapp.setFont(before)
    qapp.setStyleSheet("")
