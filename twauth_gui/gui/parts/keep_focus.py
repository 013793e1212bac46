"""Keeps the keyboard where it was while a pane is shown anew."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid


@contextmanager
def keeping_focus(
    pane: QWidget, harmless: Callable[[], None], *, same: bool = True
) -> Generator[None]:
    """Let the focus stay on what does the same, however the pane is built after this.

    Qt gives the focus of a part that is hidden or deleted to the next one, and the next key would
    do something that nobody asked for. harmless puts it where no key does anything by itself; it is
    called where nothing in the pane does the same any more, or the pane shows another subject.
    """
    before = QApplication.focusWidget()
    if before is None or not pane.isAncestorOf(before):
        yield
        return
    does = _does(before)
    yield
    if same and isValid(before) and _can_have_it(before):
        if not before.hasFocus():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    alike = [one for one in pane.findChildren(QAbstractButton) if _does(one) == does]
    there = next((one for one in alike if same and _can_have_it(one)), None)
    if there is not None:
        there.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        harmless()


def _does(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _can_have_it(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled()
