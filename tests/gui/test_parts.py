"""The parts have accessible names, take the focus, and cut no text."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.support.qt import (
    PartWindow,
    find_painting_widgets,
    press_key,
    read_tooltip,
    render_alone,
)
from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.avatar import Avatar, Chip, avatar_letters, hue_of
from twauth_gui.gui.parts.badges import Badge, HealthMark
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import IconButton, LinkButton, primary_button, secondary_button
from twauth_gui.gui.parts.choices import CheckBox, ComboBox
from twauth_gui.gui.parts.fields import FieldBlock, LineField, TextField
from twauth_gui.gui.parts.option_list import Option, OptionList
from twauth_gui.gui.parts.progress_ring import ProgressRing
from twauth_gui.gui.parts.secret_field import SecretDots
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.status_bar import StatusBar
from twauth_gui.gui.parts.steps import Step, Steps, StepState
from twauth_gui.gui.parts.surfaces import Card, CopyLine
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import Look
from twauth_gui.self_test.window_checks import is_blank

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_HEADING = QAccessible.Role.Heading
WAYS = (
    Option("browser", "globe", "In your browser", "Opens the page.", "Recommended"),
    Option("view", "app-window", "In this window", "Not installed.", enabled=False),
    Option("pin", "hash", "With a PIN", "Approve on any device."),
)


def test_identity() -> None:
    assert avatar_letters("@fernwick_news") == "FN"
    assert avatar_letters("tidal") == "TI"
    assert avatar_letters("_x_") == "X"
    assert avatar_letters("") == "?"
    assert hue_of("1684402917350612992") == 1684402917350612992 % 8
    assert 0 <= hue_of("marsh_weather") < 8


def make_parts() -> list[QWidget]:
    box = ComboBox()
    box.addItem("Newsroom")
    parts: list[QWidget] = [Avatar("FN", 5), Chip("Alerts"), Badge("daily"), Text("Words")]
    parts += [HealthMark(severity) for severity in Severity]
    parts += [ProgressRing(14, 0.3), SecretDots(), box, LinkButton("Where?"), IconButton("x", "No")]
    parts += [CheckBox("Name it"), Card("Credentials", tail=secondary_button("Copy all"))]
    parts += [CopyLine("http://127.0.0.1:8739/callback", [secondary_button("Copy")])]
    parts += [SegmentedControl([("a", "File", "file-text"), ("b", "Clipboard", "")], "Where")]
    parts += [OptionList(WAYS, "How"), Steps([Step(StepState.FAIL, "X refused")])]
    return parts


def test_every_part_paints_in_its_windows_look(
    look: Look, qtbot: QtBot, qapp: QApplication
) -> None:
    def show(theme: Look) -> tuple[PartWindow, list[QImage]]:
        parts = make_parts()
        window = PartWindow(theme, *parts)
        qtbot.addWidget(window)
        window.show()
        assert [part for part in parts if is_blank(part.grab().toImage())] == []
        pictures = [render_alone(part) for part in find_painting_widgets(window)]
        assert len(pictures) >= 18
        assert [picture for picture in pictures if is_blank(picture)] == []
        return window, pictures

    light_window, light = show(look)
    dark_look = Look(qapp, "dark")
    dark_look.apply()
    _, dark = show(dark_look)
    assert [render_alone(part) for part in find_painting_widgets(light_window)] == light
    assert [one for one, other in zip(light, dark, strict=True) if one == other] == []
    dark_look.stop()


def test_a_widget_that_paints_nothing_is_blank(look: Look, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(300, 200)
    assert is_blank(page.grab().toImage())
    assert is_blank(QImage())
    _ = QLabel("x", page)
    assert not is_blank(page.grab().toImage())


def test_a_line_goes_where_its_row_goes(look: Look, qtbot: QtBot) -> None:
    card = Card()
    window = PartWindow(look, card)
    qtbot.addWidget(window)
    rows = [QWidget() for _ in range(4)]
    for row in rows:
        row.setFixedHeight(20)
        card.add_row(row)
    window.resize(200, 100)

    def lines() -> list[int]:
        image, colour = card.grab().toImage(), look.colour("line")
        return [y for y in range(3, card.height() - 3) if image.pixelColor(100, y) == colour]

    assert lines() == [row.y() - 1 for row in rows[1:]]
    rows[0].hide()
    rows[2].hide()
    assert lines() == [rows[3].y() - 1]


def test_options_by_keyboard(look: Look, qtbot: QtBot) -> None:
    options = OptionList(WAYS, "How to sign in")
    window = PartWindow(look, options)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    assert options.selected() == "browser"
    options.card("browser").setFocus()
    keys: list[str] = []
    options.changed.connect(keys.append)
    press_key(options.card("browser"), Qt.Key.Key_Down)
    assert keys == ["pin"]  # the one that cannot be chosen is passed over
    assert options.card("pin").accessibleDescription() == "Approve on any device."
    with pytest.raises(KeyError):
        options.select("nothing")
    parts = SegmentedControl([("a", "File", ""), ("b", "Command", "")], "Destination")
    qtbot.addWidget(parts)
    with qtbot.waitSignal(parts.changed):
        parts.select("b")
    assert parts.selected() == "b"


def test_fields_tell_what_is_wrong(look: Look, qtbot: QtBot) -> None:
    block = FieldBlock("API key", LineField("API key"), "From the console.")
    window = PartWindow(look, block)
    qtbot.addWidget(window)
    window.show()
    assert block.editor.accessibleDescription() == "From the console."
    block.set_error("A key has no blanks.")
    assert block.editor.property("refused") is True
    assert block.editor.accessibleDescription() == "A key has no blanks."
    image = block.editor.grab().toImage()
    assert image.pixelColor(60, 0) == look.colour("bad-mark")
    block.set_error("")
    assert block.editor.accessibleDescription() == "From the console."


def test_the_ring_shows_for_the_keyboard_alone(look: Look, qtbot: QtBot) -> None:
    one, other = primary_button("One"), IconButton("copy", "Copy")
    page = PartWindow(look, one, other)
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    other.setFocus(Qt.FocusReason.MouseFocusReason)
    one.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not one.ring.is_shown()
    press_key(one, Qt.Key.Key_Tab)
    assert other.ring.is_shown()
    place = other.mapTo(page, QPoint(other.width() + 2, other.height() // 2))
    for theme in ("light", "dark"):
        look.set_override(theme)
        assert page.grab().toImage().pixelColor(place) == look.colour("accent-text")
    one.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not other.ring.is_shown()
    assert read_tooltip(other) == other.accessibleName() == "Copy"


def test_status_bar_says_one_thing_at_a_time(look: Look, qtbot: QtBot) -> None:
    bar = StatusBar()
    window = PartWindow(look, bar)
    qtbot.addWidget(window)
    window.show()
    bar.set_vault("GNOME Keyring", locked=True)
    with qtbot.waitSignal(bar.unlock_requested):
        bar.unlock.click()
    bar.set_vault("GNOME Keyring", locked=False)
    assert not bar.unlock.isVisible()
    first = bar.show_countdown("Clipboard clears in {s} s", 30, "Clear now")
    assert first.current_text() == "Clipboard clears in 30 s"
    with qtbot.waitSignal(first.removed), qtbot.assertNotEmitted(first.finished):
        second = bar.show_countdown("Removed @ferry_delays7", 10, "Undo")
    with qtbot.waitSignals([second.pressed, second.removed], order="strict"):
        bar.button.click()
    assert bar.current_message() is None
    third = bar.show_countdown("Copied. Clipboard clears in {s} s", 0.3)
    with qtbot.waitSignals([third.finished, third.removed]):
        assert bar.current_message() is third
    assert bar.current_message() is None


def test_nothing_turns_where_it_cannot_be_seen(look: Look, qtbot: QtBot) -> None:
    ring = ProgressRing()
    window = PartWindow(look, ring)
    qtbot.addWidget(window)
    ring.set_spinning(on=True)
    (frames,) = ring.findChildren(QTimer)
    assert not frames.isActive()
    window.show()
    assert frames.isActive()
    window.hide()
    assert not frames.isActive()


def test_steps_speak(look: Look, qtbot: QtBot) -> None:
    steps = Steps()
    qtbot.addWidget(steps)
    assert steps.summary_line() == ""
    steps.set_steps([Step(StepState.DONE, "Read the keys"), Step(StepState.DONE, "Saved")])
    assert steps.summary_line() == "Step 2 of 2: Saved"
    rows = [child for child in steps.children() if isinstance(child, QWidget)]
    assert rows[0].accessibleName() == "Read the keys, done"


def test_a_heading_lives_as_long_as_its_label(look: Look, qtbot: QtBot) -> None:
    lost = weakref.ref(Text("Nowhere", heading=True))
    gc.collect()
    assert lost() is None
    label = Text("Values", heading=True)
    window = PartWindow(look, label)
    qtbot.addWidget(window)
    window.show()
    gc.collect()
    heading = QAccessible.queryAccessibleInterface(label)
    assert (heading.role(), heading.text(QAccessible.Text.Name)) == (_HEADING, "Values")
    label.setText("Keys")
    assert heading.text(QAccessible.Text.Name) == "Keys"
    assert heading.rect() == QRect(label.mapToGlobal(QPoint()), label.size())
    assert heading.parent().object() is window.body
    assert not heading.state().invisible
    label.hide()
    assert heading.state().invisible
    shiboken6.delete(label)
    gc.collect()
    assert QAccessible.queryAccessibleInterface(window.body).childCount() == 0


def test_large_text_is_not_cut(look: Look, qtbot: QtBot, qapp: QApplication) -> None:
    banner = Banner(Severity.BROKEN, "X no longer accepts these", "Revoked.", "Sign in again")
    button, field = secondary_button("Check all", "refresh-cw"), LineField("Search", is_search=True)
    words = Text("Opens the sign-in page, then comes back by itself. " * 4, wrap=True)
    bar = StatusBar()
    parts = (banner, button, field, words)
    page = PartWindow(look, *parts, bar)
    qtbot.addWidget(page)
    page.resize(500, 300)
    page.show()
    before = [part.height() for part in parts]
    font = qapp.font()
    font.setPointSizeF(20)
    qapp.setFont(font)
    qtbot.waitUntil(lambda: button.height() > before[1])
    page.resize(500, page.body.heightForWidth(500))
    assert all(part.height() > old for part, old in zip(parts, before, strict=True))
    for part in (button, field):
        assert part.height() >= QFontMetrics(part.font()).height()
        assert part.width() >= part.minimumSizeHint().width()
    assert words.height() >= words.heightForWidth(words.width())


def test_elided_labels_tell_the_rest(look: Look, qtbot: QtBot) -> None:
    label = ElidedLabel("a very long address that does not fit into the space it has")
    window = PartWindow(look, label)
    qtbot.addWidget(window)
    window.resize(100, 20)
    window.show()
    assert label.shown_text().endswith("…")
    assert read_tooltip(label) == label.text()
    label.setText("short")
    assert read_tooltip(label) == ""


def test_a_hint_that_is_gone_takes_no_room(look: Look, qtbot: QtBot) -> None:
    field = LineField("Search", is_search=True, icon="search", hint="Ctrl F")
    qtbot.addWidget(field)
    bare = LineField("Search", is_search=True, icon="search")
    qtbot.addWidget(bare)
    assert field.textMargins().right() > bare.textMargins().right()
    field.setText("beck_bird159")
    assert field.textMargins() == bare.textMargins()
    field.clear()
    assert field.textMargins().right() > 0
    field.show()
    field.resize(110, field.height())
    assert field.textMargins() == bare.textMargins(), "the whole placeholder counts more"
    field.resize(400, field.height())
    assert field.textMargins().right() > 0
    digits = LineField(hint="7 digits")
    qtbot.addWidget(digits)
    digits.setText("123")
    assert digits.textMargins().right() > 0, "this one stays, and nothing is typed over it"


def test_the_placeholder_is_painted_in_its_token(look: Look, qtbot: QtBot) -> None:
    fields = (LineField("Search"), LineField("Search", is_search=True), TextField("Paste"))
    window = PartWindow(look, *fields)
    qtbot.addWidget(window)
    window.show()
    for theme in ("light", "dark"):
        look.set_override(theme)
        for field in fields:
            field.ensurePolished()
            assert field.palette().placeholderText().color() == look.colour("text-3")
