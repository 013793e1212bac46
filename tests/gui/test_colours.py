"""The colours keep the contrast that the look promises, on every surface."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPalette

from tests.support.qt import PartWindow
from twauth_gui.gui.parts.fields import LineField, TextField
from twauth_gui.gui.theme.colours import DARK, LIGHT, Theme
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SURFACES = ("window", "base", "page", "card", "hover", "inset", "accent-soft")
WORST = {
    "text": (14.3, 10.9),
    "text-2": (6.6, 6.5),
    "text-3": (4.7, 4.6),
    "accent-text": (5.1, 6.2),
    "ok": (4.9, 6.3),
    "warn": (5.3, 7.0),
    "bad": (5.3, 5.7),
    "ok-mark": (3.0, 5.3),
    "warn-mark": (3.2, 6.0),
    "bad-mark": (4.1, 4.3),
    "none-mark": (3.3, 4.6),
    "field-line": (3.1, 3.1),
}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "column"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_worst_contrast_is_as_promised(theme: Theme, column: int) -> None:
    for role, promised in WORST.items():
        ink = theme.colour(role)
        worst = min(contrast(ink, theme.colour(surface)) for surface in SURFACES)
        assert worst >= promised[column] - 0.05, (role, worst)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_its_own_ground_is_legible(theme: Theme) -> None:
    pairs = [("on-accent", "accent"), ("on-accent", "accent-hover"), ("on-accent", "danger")]
    pairs += [("on-accent", "danger-hover")]
    pairs += [(verdict, f"{verdict}-soft") for verdict in ("ok", "warn", "bad", "busy", "none")]
    for ink, background in pairs:
        floor = 4.5
        assert contrast(theme.colour(ink), theme.colour(background)) >= floor, (ink, background)
    for back, ink in theme.hues:
        assert contrast(back, ink) >= 5.8 - 0.05


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_a_field_suggests_is_legible(theme: Theme, look: Look, qtbot: QtBot) -> None:
    look.set_override(theme.name)
    ground = {
        LineField("~/bots/.env"): theme.base,
        LineField("Search", is_search=True): theme.inset,
        TextField("Any format works"): theme.base,
    }
    window = PartWindow(look, *ground)
    qtbot.addWidget(window)
    window.show()
    for field, background in ground.items():
        ink = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert ink.alpha() == 255
        assert contrast(ink.name(), background) >= 4.5


def test_unknown_tokens_are_refused() -> None:
    for name in ("colour", "name", "hues", "text-4"):
        with pytest.raises(KeyError):
            LIGHT.colour(name)


def test_all_values_are_colours() -> None:
    for theme in (LIGHT, DARK):
        values = [value for pair in theme.hues for value in pair] + [theme.text, theme.scrim]
        assert all(re.fullmatch(r"#[0-9A-F]{6}([0-9A-F]{2})?", value) for value in values)
