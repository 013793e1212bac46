"""Open the real window over a filled index and measure its first paint."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QListView, QWidget

from tests.bench.bare_window import FirstPaint
from twauth_gui.app import make_application, open_window
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import open_services
from twauth_gui.services.vault_service import make_keychain_vault


def measure_window(directory: str) -> int:
    """Open the window as twauth_gui.app does, until it has printed what was measured."""
    app = make_application()
    look = Look(app)
    look.apply()
    services = open_services(find_app_paths(Path(directory)), make_keychain_vault())
    window = open_window(services, look)
    window.ready.connect(lambda: FirstPaint(_main_widget(window)))
    code = app.exec()
    window.close()
    return code


def _main_widget(window: QWidget) -> QWidget:
    """What the user looks at: the list, or the page of the first run."""
    view = window.findChild(QListView)
    return window if view is None else view.viewport()
