"""Every dialog of the stage: Tab reaches all of it in reading order, and each stop has a name."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from tests.journeys import stage
from tests.journeys.stage_steps import press, wait_idle
from tests.support.qt import focus_widget
from tests.support.vaults import MemoryVault
from tests.window.conftest import WindowFixtures
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.dialog import Dialog
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_MS = 10_000

# Scene: words that are there once it is complete, on a label or a button.
SCENES = {
    "options": "Ask always",
    "oauth2-scopes": "Direct messages",
    "several": "Handles",
    "walk": "0 of 5 signed in",
    "resume": "Approve, then type the PIN",
    "link": "Copy message",
    "other-account": "Discard",
    "oauth2-browser": "Open again",
    "oauth2-missing": "X granted less than was requested",
    "app": "Callback URLs",
    "pretend": "Start and add an account",
    "export": "Copy 4 values",
    "export-folder": "11 files, 1 of them there already",
    "import-found": "Skipped 3",
    "settings": "Row height",
    "diagnose": "Diagnose",
    "explain": "Choose a file…",
    "explained": "Copy report",
    "back-up": "Choose…",
    "restore": "Choose…",
    "rebuilt": "The list of accounts was rebuilt",
    "move": "Move everything",
    "create": "Passphrase",
    "remove": "Remove @fernwick_news?",
    "tag-dialog": "Save tags",
    "note-dialog": "Note of 3 accounts",
    "guide": "Keyboard shortcuts",
    "profiles": "Create and open",
    "shortcuts": "Done",
    "failed": "Try 5 again",
    "restore-inside": "Restore",  # the last, because it removes accounts
}
# Buttons of the export's dialog: words on what they open.
EXPORTS = {"File": "Choose…", "Secret store": "Check", "New preset…": "Save preset"}
_NOT_A_STOP = {
    QAccessible.Role.NoRole,
    QAccessible.Role.Client,
    QAccessible.Role.Pane,
}


@pytest.fixture
def staged(person: WindowFixtures, tmp_path: Path) -> Generator[tuple[MainWindow, MemoryVault]]:
    """Provide the window of the stage, as a program that is read by a screen reader sees it."""
    QAccessible.setActive(True)
    vault = MemoryVault("GNOME Keyring")
    services = open_services(AppPaths(tmp_path), vault, lambda: stage.NOW)
    stage.fill_store(services)
    window = MainWindow(services, person.look, lambda: stage.NOW)
    window.resize(1120, 720)
    with person.qtbot.waitSignal(window.ready, timeout=_MS):
        window.show()
        window.start()
    window.activateWindow()
    person.qtbot.waitUntil(lambda: window.isActiveWindow() and not window.context.tasks.is_busy)
    yield window, vault
    QAccessible.setActive(False)
    window.close()
    person.qtbot.waitUntil(lambda: not window.context.tasks.is_busy, timeout=_MS)
    window.deleteLater()


def test_each_stop_of_each_dialog(
    staged: tuple[MainWindow, MemoryVault], qtbot: QtBot, subtests: pytest.Subtests
) -> None:
    window, vault = staged
    for button, words in EXPORTS.items():
        stage.show_scene(window, vault, "export")
        press(window, button)
        with subtests.test(button):
            dialog = wait_for_dialog(window, qtbot, words)
            require_order(dialog, press_tab_around(dialog))
            require_names(dialog)
            require_headings(dialog)
        window.context.dialogs.close_all()
    for scene, words in SCENES.items():
        stage.show_scene(window, vault, scene)
        with subtests.test(scene):
            dialog = wait_for_dialog(window, qtbot, words)
            require_order(dialog, press_tab_around(dialog))
            require_names(dialog)
            require_headings(dialog)
        window.context.dialogs.close_all()


def wait_for_dialog(window: MainWindow, qtbot: QtBot, words: str) -> Dialog:
    def find() -> list[Dialog]:
        dialog = window.context.dialogs.top()
        if dialog is None or window.context.tasks.is_busy:
            return []
        parts: list[QLabel | QAbstractButton] = [*dialog.findChildren(QLabel)]
        parts += dialog.findChildren(QAbstractButton)
        shown = (one for one in parts if one.isVisible())
        return [dialog] if any(words in {one.text(), one.accessibleName()} for one in shown) else []

    found: list[Dialog] = []

    def is_there() -> bool:
        found[:] = find()
        return bool(found)

    try:
        qtbot.waitUntil(is_there, timeout=_MS)
    except qtbot.TimeoutError as error:
        raise AssertionError(f"{words!r} is not there") from error
    QApplication.processEvents()  # it scrolls to what has just opened
    return found[0]


def press_tab_around(dialog: Dialog) -> list[QWidget]:
    """Press Tab until the focus is where it was; return its stops, each of which is in view."""
    stops = [focus_widget()]
    while len(stops) < 200:
        QTest.keyClick(stops[-1], Qt.Key.Key_Tab)
        stop = focus_widget()
        if stop.visibleRegion().isEmpty():
            QApplication.processEvents()  # the dialog is still being laid out
        assert not stop.visibleRegion().isEmpty(), f"{name_of(stop)!r} has the focus out of sight"
        if stop is stops[0]:
            break
        assert stop not in stops, f"{name_of(stop)!r} a second time"
        stops.append(stop)
    takers = [one for one in dialog.findChildren(QWidget) if takes_tab(one)]
    missed = [name_of(one) for one in takers if one not in stops]
    assert not missed, f"Tab does not reach {missed}"
    QTest.keyClick(stops[0], Qt.Key.Key_Backtab)
    assert focus_widget() is stops[-1]
    return stops


def takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not widget.focusProxy()
    return takes and widget.isVisible() and widget.isEnabled()


def require_order(dialog: Dialog, stops: Sequence[QWidget]) -> None:
    """Require that Tab never goes up in a column nor back in a row: first body, then footer."""
    for area in dialog.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(0)
    in_foot = [dialog.footer.isAncestorOf(one) for one in stops]
    start = next((n for n, foot in enumerate(in_foot) if in_foot[n - 1] and not foot), 0)
    ordered = [*stops[start:], *stops[:start]]
    parts = [*in_foot[start:], *in_foot[:start]]
    assert parts == sorted(parts), "the footer comes before the body"
    for is_foot in (False, True):
        part = [one for one, there in zip(ordered, parts, strict=True) if there is is_foot]
        boxes = [QRect(one.mapTo(dialog, QPoint(0, 0)), one.size()) for one in part]
        for number, later in enumerate(boxes):
            for earlier_number, earlier in enumerate(boxes[:number]):
                same_column = earlier.left() < later.right() and later.left() < earlier.right()
                same_row = earlier.top() < later.bottom() and later.top() < earlier.bottom()
                is_back = (same_column and later.bottom() <= earlier.top()) or (
                    same_row and later.right() <= earlier.left()
                )
                names = name_of(part[earlier_number]), name_of(part[number])
                assert not is_back, f"{names[1]!r} comes after {names[0]!r}"


def require_names(dialog: Dialog) -> None:
    """Require a role, a name of its own, and no name said twice."""
    stops = [one for one in dialog.findChildren(QWidget) if takes_tab(one)]
    spoken: set[tuple[QAccessible.Role, str]] = set()
    for one in stops:
        interface = QAccessible.queryAccessibleInterface(one)
        role, name = interface.role(), name_of(one)
        assert role not in _NOT_A_STOP, f"{name!r} has the role {role.name}"
        assert name, f"{type(one).__name__} has no name"
        assert interface.text(QAccessible.Text.Description) != name, f"{name!r} is said twice"
        # What closes a dialog may be in its footer and in its corner.
        assert name == "Close" or (role, name) not in spoken, f"two are called {name!r}"
        spoken.add((role, name))


def require_headings(pane: QWidget) -> None:
    """Require that what is set larger than the text is a heading, and that there is one."""
    larger = QApplication.font().pointSizeF() + 1
    titles = {
        one.text(): QAccessible.queryAccessibleInterface(one).role()
        for one in pane.findChildren(Text)
        if one.isVisible() and one.font().pointSizeF() > larger
    }
    assert titles
    assert set(titles.values()) == {QAccessible.Role.Heading}, titles


def name_of(widget: QWidget) -> str:
    """Return what a screen reader calls it; a drop-down list is called by its label."""
    interface = QAccessible.queryAccessibleInterface(widget)
    if isinstance(widget, ComboBox):
        labels = [
            one.text(QAccessible.Text.Name)
            for one, relation in interface.relations()
            if relation & QAccessible.RelationFlag.Label
        ]
        return labels[0] if labels else ""
    return interface.text(QAccessible.Text.Name)


def test_the_window_names_its_panes_and_says_no_name_twice(
    staged: tuple[MainWindow, MemoryVault],
) -> None:
    window, _vault = staged
    named = require_single_names(window)
    for name in ("Sections and apps", "Account list", "Selected account"):
        assert (QAccessible.Role.Border, name) in named  # a panel in AT-SPI
    assert (QAccessible.Role.RadioButton, "All accounts, 12") in named
    assert (QAccessible.Role.Heading, "Apps") in named
    require_headings(window)
    press(window, "Add tag")
    assert (QAccessible.Role.EditableText, "Add a tag") in require_single_names(window)
    window.resize(640, 720)
    wait_idle(window)
    assert (QAccessible.Role.Button, "Check all") in require_single_names(window)


def require_single_names(window: MainWindow) -> set[tuple[QAccessible.Role, str]]:
    """Require that no name is the description too; return roles and names of what is shown."""
    shown = [
        QAccessible.queryAccessibleInterface(one)
        for one in window.findChildren(QWidget)
        if one.isVisible()
    ]
    texts = [
        (one.text(QAccessible.Text.Name), one.text(QAccessible.Text.Description)) for one in shown
    ]
    assert not [name for name, description in texts if name and name == description]
    return {(one.role(), name) for one, (name, _) in zip(shown, texts, strict=True)}
