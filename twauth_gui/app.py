"""The window's composition root."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from twauth_gui import __version__
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.gui.garbage_collector import GarbageCollector
from twauth_gui.gui.parts.accessibility import install_accessible_roles
from twauth_gui.gui.qt_messages import QtMessageHandler
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.time_format import local_now
from twauth_gui.gui.window import MainWindow
from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.log_file import configure_logging
from twauth_gui.services.process_hardening import harden_process
from twauth_gui.services.unexpected_errors import install_excepthooks
from twauth_gui.services.vault_service import make_keychain_vault
from twauth_gui.store.vault_selection import VaultKind

_APPROVAL_SECONDS = 3600.0  # a dialog may be closed meanwhile; an older link is hardly approved


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; none of them is ever a secret."""
    parser = argparse.ArgumentParser(prog="twauth-gui", description="Sign X bot accounts in.")
    parser.add_argument("--version", action="version", version=f"Twauth {__version__}")
    parser.add_argument("--data-dir", type=Path, help="folder of the account list and settings")
    parser.add_argument(
        "--vault",
        choices=[kind.value for kind in VaultKind],
        default=os.environ.get("TWAUTH_VAULT") or None,
        help="where credentials are stored; needed once, for a new folder",
    )
    parser.add_argument("--theme", choices=("light", "dark"), help="colours; default: the system's")
    # For the settings dialog, which must not load the engine into its own process.
    parser.add_argument("--engine-version", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(list(argv))
    if options.vault not in {None, *VaultKind}:  # argparse does not look at a default
        parser.error(f"TWAUTH_VAULT is neither {' nor '.join(VaultKind)}")
    return options


def make_application(name: str = "twauth-gui") -> QApplication:
    """Make the QApplication, ready for a web view that may be opened later."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication([name])
    app.setApplicationName("Twauth")
    app.setApplicationDisplayName("Twauth")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("dev.twauth.Twauth")
    app.setWindowIcon(QIcon(str(resource_path("twauth.svg"))))
    install_accessible_roles()
    return app


def open_window(
    services: Services, look: Look, now: Callable[[], datetime] = local_now
) -> MainWindow:
    """Show the window at once; a worker reads its content."""
    services.approval_seconds = _APPROVAL_SECONDS
    window = MainWindow(services, look, now)
    GarbageCollector(window)
    window.show()
    window.start()
    return window


def _show_problem_later(window: MainWindow, diagnosis: Diagnosis) -> None:
    """Show an unexpected error from the event loop: it may have happened while painting."""
    QTimer.singleShot(0, window, lambda: window.show_problem(diagnosis))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window; return the exit code."""
    options = parse_arguments(sys.argv[1:] if argv is None else argv)
    if options.engine_version:
        from twauth_gui.gui.settings.about_section import load_engine_version  # noqa: PLC0415 - loads the engine

        sys.stdout.write(load_engine_version())
        return 0
    qt_messages = QtMessageHandler()
    app = make_application()
    look = Look(app, options.theme)
    look.apply()
    try:
        paths = find_app_paths(options.data_dir)
        configure_logging(paths.log, sys.stderr)
        install_excepthooks(ignore)  # without a window, nothing can be shown
        qt_messages.start_logging()
        _ = harden_process()  # once the portals know this process: see the decision 0019
        services = open_services(paths, make_keychain_vault())
        services.vaults.select(VaultKind(options.vault) if options.vault else None)
    except DiagnosedError as error:
        from twauth_gui.gui.parts.diagnosis_view import StartFailureWindow  # noqa: PLC0415 - seldom

        failure = StartFailureWindow(look, error.diagnosis)
        failure.show()
        return app.exec()
    window = open_window(services, look)
    install_excepthooks(partial(_show_problem_later, window))
    code = app.exec()
    del window
    return code
