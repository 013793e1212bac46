"""A sheet takes the keyboard, keeps it, gives it back; it fits its window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.gui.keys import focused, press
from twauth_gui.gui.parts.buttons import (
    Button,
    primary_button,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.confirm import confirm_sheet
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.off import is_off
from twauth_gui.gui.parts.rail_body import StepLayout
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_frame import DialogFooter
from twauth_gui.gui.parts.sheet_host import DialogHost
from twauth_gui.gui.parts.steps import Step, Steps, StepState
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@dataclass
class Stage:
    window: QWidget
    page: QWidget
    button: Button
    host: DialogHost


@pytest.fixture
def stage(look: Look, qtbot: QtBot) -> Stage:
    window = QWidget()
    qtbot.addWidget(window)
    page = QWidget()
    button = secondary_button("Behind")
    QVBoxLayout(page).addWidget(button)
    QVBoxLayout(window).addWidget(page)
    window.resize(1120, 720)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    button.setFocus()
    return Stage(window, page, button, DialogHost(window, page))


def make_sheet() -> tuple[Dialog, LineField, Button]:
    sheet = Dialog("Add an account", width=DialogWidth.W640, app_name="Newsroom")
    body = QWidget()
    column = QVBoxLayout(body)
    field = LineField("Handle")
    column.addWidget(Text("Compared with the account that comes back.", wrap=True))
    column.addWidget(field)
    sheet.set_body(body)
    go = primary_button("Open browser")
    sheet.add_left(secondary_button("Cancel"))
    sheet.add_right(go)
    sheet.set_default(go)
    sheet.set_initial_focus(field)
    return sheet, field, go


def test_focus_is_trapped_and_given_back(stage: Stage, qtbot: QtBot) -> None:
    sheet, field, go = make_sheet()
    stage.host.open(sheet)
    assert QApplication.focusWidget() is field
    assert not stage.page.isEnabled()
    assert not is_off(stage.button)  # disabled, but not greyed
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        for _ in range(9):
            press(focused(), key)
            assert sheet.isAncestorOf(focused())
    field.setFocus()
    with qtbot.waitSignal(go.clicked):
        press(field, Qt.Key.Key_Return)
    with qtbot.waitSignals([sheet.dismissed, sheet.closed], order="strict"):
        press(field, Qt.Key.Key_Escape)
    assert stage.host.count() == 0
    assert stage.page.isEnabled()
    assert QApplication.focusWidget() is stage.button


def test_enter_on_a_button_presses_that_button(stage: Stage, qtbot: QtBot) -> None:
    sheet, _, go = make_sheet()
    stage.host.open(sheet)
    pressed: list[str] = []
    go.clicked.connect(lambda: pressed.append("go"))
    cancel = next(b for b in sheet.findChildren(Button) if b.text() == "Cancel")
    cancel.clicked.connect(lambda: pressed.append("cancel"))
    cancel.setFocus()
    press(cancel, Qt.Key.Key_Return)
    assert pressed == ["cancel"]


def test_size_follows_content_and_window(stage: Stage, qtbot: QtBot) -> None:
    sheet, _, _ = make_sheet()
    stage.host.open(sheet)
    qtbot.waitUntil(lambda: sheet.height() == sheet.height_for(640))
    assert sheet.width() == 640
    assert sheet.height() < 300
    assert sheet.geometry().center().x() in {559, 560}
    tall = QWidget()
    tall.setMinimumHeight(2000)
    sheet.set_body(tall)
    assert sheet.height() == stage.window.height() - 80
    stage.window.resize(640, 480)
    assert sheet.narrow
    assert sheet.geometry() == stage.window.rect()
    stage.window.resize(1120, 720)
    assert not sheet.narrow


def test_the_rail_becomes_a_line_when_narrow(stage: Stage, qtbot: QtBot) -> None:
    steps = Steps(
        [
            Step(StepState.DONE, "Got a sign-in token", "In 0.4 s"),
            Step(StepState.NOW, "Waiting for approval"),
            Step(StepState.TODO, "Save in GNOME Keyring"),
        ]
    )
    sheet = Dialog("Sign in @marsh_weather", width=DialogWidth.W800)
    sheet.set_body(StepLayout(steps, QWidget()))
    stage.host.open(sheet)
    assert len(steps.findChildren(Text)) == 4
    stage.window.resize(700, 600)

    def shown() -> list[str]:
        return [label.text() for label in steps.findChildren(Text) if label.isVisible()]

    qtbot.waitUntil(lambda: shown() == ["Step 2 of 3: Waiting for approval"])
    assert steps.accessibleName() == "Steps"


def test_sheets_stack(stage: Stage, qtbot: QtBot) -> None:
    sheet, field, _ = make_sheet()
    stage.host.open(sheet)
    question = confirm_sheet(
        stage.host,
        "Revoke @fernwick_news at X?",
        "X stops accepting these credentials at once. This cannot be undone.",
        safe_text="Keep",
        danger_text="Revoke",
    )
    assert stage.host.count() == 2
    assert QApplication.focusWidget() is question.safe
    assert question.safe.ring.shown()
    assert not field.isEnabled()
    with qtbot.waitSignal(question.accepted), qtbot.assertNotEmitted(question.dismissed):
        question.danger.click()
    assert stage.host.top() is sheet
    assert field.isEnabled()
    again = confirm_sheet(stage.host, "Sure?", "It stays.", safe_text="Keep", danger_text="Go")
    with qtbot.waitSignal(again.dismissed), qtbot.assertNotEmitted(again.accepted):
        press(again.safe, Qt.Key.Key_Return)
    stage.host.close_all()
    assert stage.host.top() is None
    assert stage.page.isEnabled()


def test_large_text_folds_what_is_at_the_left_of_the_foot(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    foot = DialogFooter()
    foot.setParent(window)
    several, onward = quiet_button("Add several…", "list-plus"), primary_button("Open browser")
    foot.add_left(several)
    foot.add_right(onward)
    foot.resize(640, foot.height())
    window.show()
    wide = several.sizeHint().width()
    foot.resize(onward.width() + wide, foot.height())
    assert several.sizeHint().width() < wide
    assert several.toolTip() == several.text()
    foot.resize(640, foot.height())
    assert several.sizeHint().width() == wide
    assert not several.toolTip()
