"""The real window over a filled index, measured."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QListView, QWidget

from tests.bench.usable import FirstPaint
from twauth_gui.app import make_application, open_window
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.kit import open_services
from twauth_gui.services.places import find_places
from twauth_gui.services.storage import keychain_vault


def measure(directory: str) -> int:
    """Open the window as twauth_gui.app does, until it has told what was measured."""
    app = make_application()
    look = Look(app)
    look.apply()
    kit = open_services(find_places(Path(directory)), keychain_vault())
    window = open_window(kit, look)
    window.ready.connect(lambda: FirstPaint(_shown(window)))
    code = app.exec()
    window.close()
    return code


def _shown(window: QWidget) -> QWidget:
    """What a person looks at: the list, or the page of the first run."""
    view = window.findChild(QListView)
    return window if view is None else view.viewport()
