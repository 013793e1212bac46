"""Every drop-down list there is: the wheel leaves it alone, a screen reader has a name for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

import twauth_gui.gui
from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.dialog import Dialog
from twauth_gui.gui.settings.licences_dialog import LicencesDialog
from twauth_gui.gui.workspace.main_menu import open_settings

# The dialog with each drop-down list of the program, by the module that makes the list.
PLACES = {
    "export/preset_form.py": "new preset",
    "export/push_target.py": "secret store",
    "settings/licences_dialog.py": "licences",
    "settings/sections.py": "settings",
    "settings/network_section.py": "settings",
    "settings/watch_section.py": "settings",
    "signin/add_account_dialog.py": "add account",
    "signin/batch_sign_in.py": "add several",
}


def test_every_module_with_a_list_is_looked_at() -> None:
    """Ruff lets only gui.parts.choices name QComboBox, so these are all there are."""
    root = Path(twauth_gui.gui.__file__).parent
    constructor = re.compile(r"\b(?:ComboBox|AppChoice)\(\w*[^):]*\)(?!:)")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(constructor.search(line) for line in path.read_text("utf-8").splitlines())
    }
    assert found == set(PLACES)


def show(driver: WindowDriver, place: str) -> Dialog:
    """Open the dialog that has these lists."""
    if place == "settings":
        open_settings(driver.window.context)
    elif place == "licences":
        driver.window.context.dialogs.open(LicencesDialog(driver.window.context))
    elif place in {"new preset", "secret store"}:
        driver.press("Export…")
        driver.press("New preset…" if place == "new preset" else "Secret store")
    else:
        driver.press("Add account")
        if place == "add several":
            driver.press("Add several…")
    driver.wait_idle()
    dialog = driver.window.context.dialogs.top()
    assert dialog is not None
    return dialog


def turn(over: QWidget, by: int) -> None:
    """Turn the wheel with the pointer over a widget, as the window system tells of it."""
    handle = over.window().windowHandle()
    assert handle is not None
    QTest.wheelEvent(handle, over.mapTo(over.window(), over.rect().center()), QPoint(0, by))
    QApplication.processEvents()


def page_of(box: QWidget) -> QScrollArea | None:
    """Return the dialog's scroll area that contains a box."""
    above = box.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


@pytest.fixture
def choices(installation: Installation, account: Account) -> None:
    """Something to choose from in each of them."""
    installation.add_app("Alerts")
    installation.add_app("Weather")


@pytest.mark.usefixtures("choices")
@pytest.mark.parametrize("place", sorted(set(PLACES.values())))
@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_leaves_it_alone(driver: WindowDriver, place: str, *, focused: bool) -> None:
    driver.open()
    dialog = show(driver, place)
    boxes = [box for box in dialog.findChildren(ComboBox) if box.isVisible()]
    assert boxes
    scrolled = 0
    for box in boxes:
        page = page_of(box)
        if page is not None:
            page.ensureWidgetVisible(box)
        if focused:
            box.setFocus()
        else:
            driver.button("Cancel" if driver.has_button("Cancel") else "Done").setFocus()
        for by in (-120, 120):
            before, chosen = _scroll_position(page), box.currentIndex()
            turn(box, by)
            assert box.currentIndex() == chosen, f"{box.accessibleName()} is changed by the wheel"
            assert (driver.window.focusWidget() is box) == (focused and box.isEnabled())
            scrolled += _scroll_position(page) != before
    assert scrolled or not _can_scroll(boxes), "the page scrolls in its place"


@pytest.mark.usefixtures("choices")
@pytest.mark.parametrize("place", sorted(set(PLACES.values())))
def test_a_label_names_it(driver: WindowDriver, place: str) -> None:
    """On Linux Qt gives the chosen value as the name of such a list: its label has to name it."""
    driver.open()
    dialog = show(driver, place)
    for box in dialog.findChildren(ComboBox):
        names = [
            interface.text(QAccessible.Text.Name)
            for interface, flag in QAccessible.queryAccessibleInterface(box).relations()
            if flag & QAccessible.RelationFlag.Label
        ]
        assert names, box.currentText()
        assert all(name and name != box.currentText() for name in names)


def test_its_choices_do_not_cover_it(driver: WindowDriver, account: Account) -> None:
    driver.open()
    dialog = show(driver, "settings")
    box = next(one for one in dialog.findChildren(ComboBox) if one.isVisible())
    box.showPopup()
    choices = box.view().window()
    assert choices.isVisible()
    inside = box.rect().adjusted(0, 1, 0, -1)  # their edges may share a line
    field = inside.translated(box.mapToGlobal(QPoint(0, 0)))
    assert not choices.frameGeometry().intersects(field)
    box.hidePopup()


def _scroll_position(page: QScrollArea | None) -> int:
    return 0 if page is None else page.verticalScrollBar().value()


def _can_scroll(boxes: list[ComboBox]) -> bool:
    pages = [page_of(box) for box in boxes]
    return any(page is not None and page.verticalScrollBar().maximum() for page in pages)
