"""Type into the search of the real window, and scroll its list, with a clock; run as a program."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from twauth_gui.app import make_application, open_window
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.accounts.search_field import SearchField
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import open_services
from twauth_gui.services.vault_service import make_keychain_vault

# Words that match many rows, few, one, none; an operator; what is deleted again.
_TYPED = ("fern", "tidal news", "quay_00123", "nothing", "is:broken marsh", "app:news b")
_STEP = 120  # of the wheel, in eighths of a degree; three rows
_STEPS = 150
_SETTLE_MS = 1500


def time_keys(field: SearchField) -> list[float]:
    """Return the seconds from each key until the list is painted."""
    seconds: list[float] = []
    field.setFocus()
    for words in _TYPED:
        keys: list[Callable[[], object]] = [partial(QTest.keyClicks, field, key) for key in words]
        keys += [partial(QTest.keyClick, field, Qt.Key.Key_Backspace)] * 3
        keys.append(partial(QTest.keyClick, field, Qt.Key.Key_Escape))
        seconds += map(_time, keys)
        field.clear_query()
        QApplication.processEvents()
    return seconds


def time_scrolling(view: AccountListView) -> list[float]:
    """Return the seconds that each step of the wheel takes until the list is painted."""
    return [_time(lambda: _turn_wheel(view.viewport())) for _ in range(_STEPS)]


def _time(action: Callable[[], object]) -> float:
    gc.collect(0)
    begin = time.perf_counter()
    action()
    QApplication.processEvents()
    return time.perf_counter() - begin


def _turn_wheel(target: QWidget) -> None:
    place = QPointF(target.rect().center())
    QApplication.sendEvent(
        target,
        QWheelEvent(
            place,
            QPointF(target.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, -_STEP),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,  # noqa: FBT003 - Qt's own signature
        ),
    )


def main(directory: str) -> int:
    app = make_application()
    look = Look(app)
    look.apply()
    services = open_services(find_app_paths(Path(directory)), make_keychain_vault())
    window = open_window(services, look)

    def measure() -> None:
        view, field = window.findChild(AccountListView), window.findChild(SearchField)
        assert view is not None
        assert field is not None
        result = {"keys": time_keys(field), "scrolling": time_scrolling(view)}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
        QApplication.quit()

    window.ready.connect(lambda: QTimer.singleShot(_SETTLE_MS, window, measure))
    code = app.exec()
    window.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
