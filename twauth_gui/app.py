"""The window's composition root: makes every part once and puts them together."""

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
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.gui.assets import asset
from twauth_gui.gui.collector import Collector
from twauth_gui.gui.plain_message import PlainMessage
from twauth_gui.gui.qt_messages import StartMessages
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.accidents import watch_for_accidents
from twauth_gui.services.kit import Services, open_services
from twauth_gui.services.logbook import begin_logbook
from twauth_gui.services.places import find_places
from twauth_gui.services.shield import shield
from twauth_gui.services.storage import keychain_vault
from twauth_gui.store.choice import VaultKind

_APPROVAL_SECONDS = 3600.0  # a sheet may be closed meanwhile; an older link is hardly approved


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; none of them is ever a secret."""
    parser = argparse.ArgumentParser(prog="twauth-gui", description="Sign X bot accounts in.")
    parser.add_argument("--version", action="version", version=f"Twauth {__version__}")
    parser.add_argument("--data-dir", type=Path, help="folder for what is not secret")
    parser.add_argument(
        "--vault",
        choices=[kind.value for kind in VaultKind],
        default=os.environ.get("TWAUTH_VAULT") or None,
        help="where credentials are kept; needed once, for a folder that is new",
    )
    parser.add_argument("--theme", choices=("light", "dark"), help="instead of the system's")
    parser.add_argument("--self-test", action="store_true", help="try every part, then end")
    # For the settings sheet, which must not load the engine into its own process.
    parser.add_argument("--engine-version", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(list(argv))
    if options.vault not in {None, *VaultKind}:  # argparse does not look at a default
        parser.error(f"TWAUTH_VAULT is neither {' nor '.join(VaultKind)}")
    return options


def make_application(name: str = "twauth-gui") -> QApplication:
    """Make the one QApplication, ready for a web view that may come later."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication([name])
    app.setApplicationName("Twauth")
    app.setApplicationDisplayName("Twauth")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("dev.twauth.Twauth")
    app.setWindowIcon(QIcon(str(asset("twauth.svg"))))
    return app


def local_now() -> datetime:
    """Tell the time in this computer's time zone."""
    return datetime.now().astimezone()


def open_window(kit: Services, look: Look, now: Callable[[], datetime] = local_now) -> MainWindow:
    """Show the window at once; it fills itself from a worker."""
    kit.approval_seconds = _APPROVAL_SECONDS
    window = MainWindow(kit, look, now)
    Collector(window)
    window.show()
    window.begin()
    return window


def _logged_already(_diagnosis: Diagnosis) -> None:
    """Before there is a window, nothing can be shown."""


def _explain_later(window: MainWindow, diagnosis: Diagnosis) -> None:
    """Not at once: the failure may have struck in the midst of painting."""
    QTimer.singleShot(0, window, lambda: window.show_problem(diagnosis))


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window; returns the exit code."""
    options = parse(sys.argv[1:] if argv is None else argv)
    if options.self_test:
        from twauth_gui.gui.self_test import run_self_test  # noqa: PLC0415 - only when asked for

        return run_self_test(make_application())
    if options.engine_version:
        from twauth_gui.gui.settings.versions import tell_engine_version  # noqa: PLC0415 - see above

        sys.stdout.write(tell_engine_version())
        return 0
    qt_messages = StartMessages()
    app = make_application()
    look = Look(app, options.theme)
    look.apply()
    try:
        places = find_places(options.data_dir)
        begin_logbook(places.log, sys.stderr)
        watch_for_accidents(_logged_already)
        qt_messages.log_from_here()
        _ = shield()  # once the portals know this process: see the decision 0019
        kit = open_services(places, keychain_vault())
        kit.storage.require(VaultKind(options.vault) if options.vault else None)
    except DiagnosedError as error:
        alone = PlainMessage(error.diagnosis)
        alone.show()
        return app.exec()
    window = open_window(kit, look)
    watch_for_accidents(partial(_explain_later, window))
    code = app.exec()
    del window
    return code
