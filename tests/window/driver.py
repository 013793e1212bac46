"""A driver of the window that finds widgets by the names that a screen reader says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from tests.support.installations import NOON, Installation
from tests.support.qt import find_unowned_objects
from twauth_gui.gui.accounts.account_list_model import AccountRole
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.window import MainWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_MS = 10_000

W = TypeVar("W", bound=QWidget)


class WindowDriver:
    """Opens the window once, finds, presses and types; every wait has a deadline."""

    def __init__(self, qtbot: QtBot, installation: Installation, look: Look) -> None:
        self._qtbot = qtbot
        self.look = look
        self._window: MainWindow | None = None
        self.installation = installation
        self.now = NOON

    # -- the window --------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        assert self._window is not None
        return self._window

    def open(self, width: int = 1120) -> None:
        """Show the window and wait until it shows what is in the store; 0: its own width."""
        window = MainWindow(self.installation.services, self.look, lambda: self.now)
        self._window = window
        if width:
            window.resize(width, 720)
        with self._qtbot.waitSignal(window.ready, timeout=_MS):
            window.show()
            window.start()
        window.activateWindow()
        self.wait_until(window.isActiveWindow)
        self.wait_idle()

    def close(self) -> None:
        """Close the window as a user does, and wait until nothing of it is left."""
        window, self._window = self._window, None
        if window is None:
            return
        unowned = find_unowned_objects()
        window.close()
        self.wait_until(lambda: not window.context.tasks.is_busy)
        window.deleteLater()
        self.wait_until(lambda: not shiboken6.isValid(window))
        assert unowned == []

    def wait_idle(self) -> None:
        """Wait until no worker is busy."""
        self.wait_until(lambda: not self.window.context.tasks.is_busy)

    def wait_until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=_MS)

    # -- finding -----------------------------------------------------------------------------------

    def _find_all(self, kind: type[W]) -> list[W]:
        top = self.window.context.dialogs.top()
        parents: list[QWidget] = [top] if top is not None else [self.window]
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            parents = [menu]
        return [one for parent in parents for one in parent.findChildren(kind) if one.isVisible()]

    def has_button(self, name: str) -> bool:
        """Whether a button of that name is visible."""
        return any(_is_named(one, name) for one in self._find_all(QAbstractButton))

    def buttons(self, name: str) -> list[QAbstractButton]:
        """Return the visible buttons of that name, in the order of their creation."""
        return [one for one in self._find_all(QAbstractButton) if _is_named(one, name)]

    def button(self, name: str) -> QAbstractButton:
        """Return the one button of that name."""
        self.wait_until(lambda: self.has_button(name))
        found = [one for one in self._find_all(QAbstractButton) if _is_named(one, name)]
        if len(found) > 1:  # a dialog's close icon is called "Close" too
            found = [one for one in found if one.text() == name]
        assert len(found) == 1, f"{len(found)} buttons are called {name!r}"
        return found[0]

    def field(self, name: str) -> QLineEdit | QPlainTextEdit:
        """Return the field of that name."""

        def found() -> list[QLineEdit | QPlainTextEdit]:
            fields: list[QLineEdit | QPlainTextEdit] = []
            fields += self._find_all(QLineEdit)
            fields += self._find_all(QPlainTextEdit)
            return [one for one in fields if one.accessibleName() == name]

        self.wait_until(found)
        return found()[0]

    def line_edit(self, name: str) -> QLineEdit:
        field = self.field(name)
        assert isinstance(field, QLineEdit)
        return field

    @property
    def visible_text(self) -> str:
        """The text of the uppermost dialog, or of the window, one label a line."""
        return "\n".join(label.text() for label in self._find_all(QLabel) if label.text())

    def has_text(self, text: str) -> bool:
        return text in self.visible_text

    def wait_for_text(self, text: str) -> None:
        """Wait until this is visible."""
        try:
            self.wait_until(lambda: self.has_text(text))
        except self._qtbot.TimeoutError as error:
            raise AssertionError(f"{text!r} is not among:\n{self.visible_text}") from error

    # -- acting ------------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        """Click a button once it is visible, laid out and enabled."""
        self.wait_until(lambda: self.has_button(name) and self.button(name).isEnabled())
        self.wait_until(lambda: not self.button(name).size().isEmpty())
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Replace the text of a field."""
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, text)

    def choose_entry(self, menu_button: str, entry: str) -> None:
        """Open a menu and choose an entry that begins so."""
        self.press(menu_button)
        self.wait_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        found = [one for one in menu.actions() if one.text().startswith(entry)]
        assert found, f"{entry!r} is not among {[one.text() for one in menu.actions()]}"
        found[0].trigger()
        menu.close()

    # -- the list ----------------------------------------------------------------------------------

    @property
    def view(self) -> AccountListView:
        (view,) = self.window.findChildren(AccountListView)
        return view

    @property
    def rows(self) -> list[str]:
        """The titles in the list, from the top."""
        model = self.view.model()
        indexes = [model.index(row, 0) for row in range(model.rowCount())]
        return [index.data(AccountRole.ROW).title for index in indexes]

    def select(self, *titles: str) -> None:
        """Click the rows of these titles; from the second one on with Ctrl."""
        hold = Qt.KeyboardModifier.NoModifier
        for title in titles:
            self.wait_until(partial(self._has_row, title))
            index = self.view.model().index(self.rows.index(title), 0)
            place = self.view.visualRect(index).center()
            button = Qt.MouseButton.LeftButton
            QTest.mouseClick(self.view.viewport(), button, hold, place)
            hold = Qt.KeyboardModifier.ControlModifier
        self.wait_idle()

    def _has_row(self, title: str) -> bool:
        return title in self.rows

    # -- around ------------------------------------------------------------------------------------

    @property
    def clipboard(self) -> str:
        return QGuiApplication.clipboard().text()

    @clipboard.setter
    def clipboard(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)


def _is_named(button: QAbstractButton, name: str) -> bool:
    spoken = button.accessibleName() or button.text()
    return spoken == name or spoken.startswith(f"{name}, ")
