"""One theme reaches palette, style sheet, icons; it can be switched at run time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMenu
from typing_extensions import override

import twauth_gui.gui
from tests.support.qt import PartWindow
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.theme.colours import DARK, LIGHT, make_system_theme
from twauth_gui.gui.theme.look import (
    Look,
    LookWindow,
    look_of,
    make_palette,
    make_style_sheet,
)
from twauth_gui.gui.theme.metrics import TextStyle, scale_control_height, text_font
from twauth_gui.osfiles.resource_files import resource_path

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_switching_the_theme_repaints(look: Look, qtbot: QtBot) -> None:
    button = primary_button("Export…")
    window = PartWindow(look, button)
    qtbot.addWidget(window)
    for name, theme in (("dark", DARK), ("light", LIGHT)):
        look.set_override(name)
        assert look.theme is theme
        palette = QApplication.palette()
        assert palette.color(QPalette.ColorRole.Base) == QColor(theme.base)
        corner = button.grab().toImage().pixelColor(4, button.height() // 2)
        assert corner == QColor(theme.accent)


class _StyleChanges(LookWindow):
    """Records the theme at each change of the style."""

    def __init__(self, look: Look) -> None:
        self.themes: list[str] = []
        super().__init__(look)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        if event.type() is QEvent.Type.StyleChange:
            self.themes.append(look_of(self).theme.name)


def test_a_switch_restyles_once(look: Look, qtbot: QtBot) -> None:
    window = _StyleChanges(look)
    qtbot.addWidget(window)
    window.show()
    window.themes.clear()
    look.set_override("dark")
    look.set_override("dark")
    look.set_override("light")
    assert window.themes == ["dark", "light"]


def test_the_look_is_that_of_the_window(look: Look, qtbot: QtBot) -> None:
    button = primary_button("Export…")
    with pytest.raises(RuntimeError, match=r"Button is in no LookWindow, so it has no look\."):
        look_of(button)
    menu = QMenu(button)
    window = PartWindow(look, button)
    qtbot.addWidget(window)
    assert menu.isWindow()
    assert look_of(menu) is look


def test_style_sheet_has_no_open_token(look: Look) -> None:
    for theme in (LIGHT, DARK):
        text = make_style_sheet(theme)
        assert "$" not in text
        assert not re.search(r"font-size:\s*[\d.]+px", text)
        assert theme.field_line in text


def test_every_rule_of_the_style_sheet_has_a_widget() -> None:
    """A selector names a class, an object name or a property that the code uses."""
    template = resource_path("themes", "twauth.qss").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/|\{(?:[^{}]|\$\{\w+\})*\}", "\n", template, flags=re.DOTALL)
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in Path(twauth_gui.gui.__path__[0]).rglob("*.py")
    )
    made_by_qt = {"QToolTip", "QScrollBar", "QAbstractScrollArea"}
    classes = set(re.findall(r"\bQ[A-Z]\w+", rules))
    assert classes >= made_by_qt
    assert classes - made_by_qt <= set(re.findall(r"\bQ[A-Z]\w+", code))
    names = set(re.findall(r"#(\w+)", rules))
    assert names
    assert names <= set(re.findall(r'setObjectName\("(\w+)"\)', code))
    properties = set(re.findall(r"\[(\w+)=", rules))
    assert properties
    assert properties <= set(re.findall(r'setProperty\("(\w+)"', code))


def test_every_icon_named_in_the_code_exists(look: Look) -> None:
    vendored = {path.stem for path in resource_path("icons").glob("*.svg")}
    assert len(vendored) >= 45
    calls = re.compile(
        r'(?:IconButton|IconLabel|set_icon|\.icon|\.pixmap)\(\s*"([a-z0-9-]+)"|icon="([a-z0-9-]+)"'
    )
    named: set[str] = set()
    for path in Path(twauth_gui.gui.__path__[0]).rglob("*.py"):
        for match in calls.finditer(path.read_text(encoding="utf-8")):
            named.add(match.group(1) or match.group(2))
    assert named
    assert named <= vendored
    for name in vendored:
        assert _has_ink(look.pixmap(name, "accent-text", 16).toImage()), name


def _has_ink(image: QImage) -> bool:
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return any(image.pixelColor(x, y).alpha() > 128 for x, y in points)


def test_icons_are_sharp_on_dense_screens(look: Look) -> None:
    pixmap = look.pixmap("x", size=16, dpr=2.0)
    assert pixmap.width() == 32
    assert look.icon("x").availableSizes()
    with pytest.raises(FileNotFoundError):
        look.pixmap("no-such-icon")


def test_type_follows_the_application_font(look: Look, qapp: QApplication) -> None:
    small, normal = text_font(TextStyle.SMALL).pointSizeF(), scale_control_height()
    assert small == pytest.approx(9.25)
    font = qapp.font()
    font.setPointSizeF(20)
    qapp.setFont(font)
    assert text_font(TextStyle.SMALL).pointSizeF() == pytest.approx(19.25)
    assert scale_control_height() > normal
    assert normal == 32
    assert f"min-height: {scale_control_height() - 2}px" in qapp.styleSheet()


def test_high_contrast_takes_the_systems_colours(look: Look) -> None:
    palette = make_palette(DARK)
    theme = make_system_theme(palette)
    assert theme.text == palette.color(QPalette.ColorRole.WindowText).name()
    assert theme.accent == palette.color(QPalette.ColorRole.Highlight).name()
    assert theme.warn == theme.text


def test_the_program_icon_reads_at_16_px(look: Look) -> None:
    renderer = QSvgRenderer(str(resource_path("twauth.svg")))
    assert renderer.isValid()
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    white = sum(
        image.pixelColor(x, y).lightness() > 200 and image.pixelColor(x, y).alpha() > 200
        for x in range(16)
        for y in range(16)
    )
    assert 15 < white < 90
