"""A dialog takes the focus, keeps it, gives it back; it fits its window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.support.qt import PartWindow, focus_widget, press_key, read_tooltip
from twauth_gui.gui.parts.buttons import Button, primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.dialog import Dialog, DialogFooter, DialogWidth
from twauth_gui.gui.parts.dialog_host import DialogHost
from twauth_gui.gui.parts.fields import LineField
from twauth_gui.gui.parts.steps import Step, StepLayout, Steps, StepState
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.theme.shapes import looks_disabled

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
    page = QWidget()
    button = secondary_button("Behind")
    QVBoxLayout(page).addWidget(button)
    window = PartWindow(look, page)
    qtbot.addWidget(window)
    window.resize(1120, 720)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    button.setFocus()
    return Stage(window, page, button, DialogHost(window, page))


def make_dialog() -> tuple[Dialog, LineField, Button]:
    dialog = Dialog("Add an account", width=DialogWidth.W640, app_name="Newsroom")
    body = QWidget()
    column = QVBoxLayout(body)
    field = LineField("Handle")
    column.addWidget(Text("Checked against the account that signs in.", wrap=True))
    column.addWidget(field)
    dialog.set_body(body)
    go = primary_button("Open browser")
    dialog.add_left(secondary_button("Cancel"))
    dialog.add_right(go)
    dialog.set_default(go)
    dialog.set_initial_focus(field)
    return dialog, field, go


def test_focus_is_trapped_and_given_back(stage: Stage, qtbot: QtBot) -> None:
    dialog, field, go = make_dialog()
    stage.host.open(dialog)
    assert QApplication.focusWidget() is field
    assert not stage.page.isEnabled()
    assert not looks_disabled(stage.button)  # disabled, but not greyed
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        for _ in range(9):
            press_key(focus_widget(), key)
            assert dialog.isAncestorOf(focus_widget())
    field.setFocus()
    with qtbot.waitSignal(go.clicked):
        press_key(field, Qt.Key.Key_Return)
    with qtbot.waitSignals([dialog.dismissed, dialog.closed], order="strict"):
        press_key(field, Qt.Key.Key_Escape)
    assert stage.host.count() == 0
    assert stage.page.isEnabled()
    assert QApplication.focusWidget() is stage.button


def test_enter_on_a_button_presses_that_button(stage: Stage, qtbot: QtBot) -> None:
    dialog, _, go = make_dialog()
    stage.host.open(dialog)
    pressed: list[str] = []
    go.clicked.connect(lambda: pressed.append("go"))
    cancel = next(b for b in dialog.findChildren(Button) if b.text() == "Cancel")
    cancel.clicked.connect(lambda: pressed.append("cancel"))
    cancel.setFocus()
    press_key(cancel, Qt.Key.Key_Return)
    assert pressed == ["cancel"]


def test_size_follows_content_and_window(stage: Stage, qtbot: QtBot) -> None:
    dialog, _, _ = make_dialog()
    stage.host.open(dialog)
    qtbot.waitUntil(lambda: dialog.height() == dialog.height_for(640))
    assert dialog.width() == 640
    assert dialog.height() < 300
    assert dialog.geometry().center().x() in {559, 560}
    tall = QWidget()
    tall.setMinimumHeight(2000)
    dialog.set_body(tall)
    assert dialog.height() == stage.window.height() - 80
    stage.window.resize(640, 480)
    assert dialog.is_narrow
    assert dialog.geometry() == stage.window.rect()
    stage.window.resize(1120, 720)
    assert not dialog.is_narrow


def test_the_rail_becomes_a_line_when_narrow(stage: Stage, qtbot: QtBot) -> None:
    steps = Steps(
        [
            Step(StepState.DONE, "Got a sign-in token", "In 0.4 s"),
            Step(StepState.NOW, "Waiting for approval"),
            Step(StepState.TODO, "Save in GNOME Keyring"),
        ]
    )
    dialog = Dialog("Sign in @marsh_weather", width=DialogWidth.W800)
    dialog.set_body(StepLayout(steps, QWidget()))
    stage.host.open(dialog)
    assert len(steps.findChildren(Text)) == 4
    stage.window.resize(700, 600)

    def shown() -> list[str]:
        return [label.text() for label in steps.findChildren(Text) if label.isVisible()]

    qtbot.waitUntil(lambda: shown() == ["Step 2 of 3: Waiting for approval"])
    assert steps.accessibleName() == "Steps"


def test_dialogs_stack(stage: Stage, qtbot: QtBot) -> None:
    dialog, field, _ = make_dialog()
    stage.host.open(dialog)
    question = ask_confirmation(
        stage.host,
        "Revoke @fernwick_news at X?",
        "X stops accepting these credentials at once. This cannot be undone.",
        safe_text="Keep",
        danger_text="Revoke",
    )
    assert stage.host.count() == 2
    assert QApplication.focusWidget() is question.safe_button
    assert question.safe_button.ring.is_shown()
    assert not field.isEnabled()
    with qtbot.waitSignal(question.accepted), qtbot.assertNotEmitted(question.dismissed):
        question.danger_button.click()
    assert stage.host.top() is dialog
    assert field.isEnabled()
    again = ask_confirmation(stage.host, "Sure?", "It stays.", safe_text="Keep", danger_text="Go")
    with qtbot.waitSignal(again.dismissed), qtbot.assertNotEmitted(again.accepted):
        press_key(again.safe_button, Qt.Key.Key_Return)
    stage.host.close_all()
    assert stage.host.top() is None
    assert stage.page.isEnabled()


def test_large_text_folds_what_is_at_the_left_of_the_foot(look: Look, qtbot: QtBot) -> None:
    window = PartWindow(look)
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
    assert read_tooltip(several) == several.text()
    foot.resize(640, foot.height())
    assert several.sizeHint().width() == wide
    assert not read_tooltip(several)
