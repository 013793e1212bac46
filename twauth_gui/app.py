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
from twauth_gui.gui.qt_messages import QtMessageHandler
from twauth_gui.gui.session_end import SessionEnd, find_own_command
from twauth_gui.gui.start_request import StartRequest, take_activation_token
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.time_format import local_now
from twauth_gui.gui.window import MainWindow
from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.services.app_paths import AppPaths, find_app_paths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.instance_lock import InstanceLock, InstanceState
from twauth_gui.services.log_file import configure_logging
from twauth_gui.services.process_hardening import harden_process
from twauth_gui.services.unexpected_errors import install_excepthooks
from twauth_gui.services.vault_service import make_keychain_vault
from twauth_gui.store.vault_selection import VaultKind

_NO_ANSWER = "Another window of this list is open and does not answer, so this one opened beside it"
_APP_ID = "dev.twauth.Twauth"
_APPROVAL_SECONDS = 3600.0  # a dialog may be closed meanwhile; an older link is hardly approved


def parse_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments; none of them is ever a secret."""
    parser = argparse.ArgumentParser(prog="twauth-gui", description="Sign X bot accounts in.")
    parser.add_argument("--version", action="version", version=f"Twauth {__version__}")
    parser.add_argument("--data-dir", type=Path, help="folder of the account list and settings")
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="profile to open, which has a folder of its own; --data-dir counts before it",
    )
    parser.add_argument(
        "--vault",
        choices=[kind.value for kind in VaultKind],
        default=os.environ.get("TWAUTH_VAULT") or None,
        help="where credentials are stored; needed once, for a new folder",
    )
    parser.add_argument("--palette", action="store_true", help="open the palette")
    parser.add_argument("paths", nargs="*", type=Path, help="files and folders to import")
    parser.add_argument("--theme", choices=("light", "dark"), help="colours; default: the system's")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="try every part of this installation once, without touching your accounts, and exit",
    )
    for action in ("install", "remove"):
        parser.add_argument(
            f"--{action}-desktop-entry",
            action="store_true",
            help=f"{action} Twauth's entry in your applications menu, and exit (Linux)",
        )
    # For the settings dialog, which must not load the engine into its own process.
    parser.add_argument("--engine-version", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(list(argv))
    if options.vault not in {None, *VaultKind}:  # argparse does not look at a default
        parser.error(f"TWAUTH_VAULT is neither {' nor '.join(VaultKind)}")
    return options


def make_application() -> QApplication:
    """Make the QApplication, ready for a web view that may be opened later."""
    _name_taskbar_entry()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(["twauth-gui"])
    app.setApplicationName("Twauth")
    app.setApplicationDisplayName("Twauth")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(_APP_ID)
    app.setWindowIcon(QIcon(str(resource_path("twauth.svg"))))
    return app


def _name_taskbar_entry() -> None:
    """Give the process the AppUserModelID of its entry in Windows' start menu.

    The taskbar groups windows by it. It counts only if it is there before the first window, and
    without it a window that Python runs belongs to Python.
    https://learn.microsoft.com/windows/win32/shell/appids
    """
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only there

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(_APP_ID)


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
    """Run the window, or hand over to the one that is open; return the exit code."""
    options = parse_arguments(sys.argv[1:] if argv is None else argv)
    code = _run_without_window(options)
    if code is not None:
        return code
    request = _make_request(options)  # Qt takes the desktop's token out of the environment
    qt_messages = QtMessageHandler()
    app = make_application()
    look = Look(app, options.theme)
    look.apply()
    try:
        paths = find_app_paths(options.data_dir, options.profile)
        instance = _claim_instance(paths, request)
        if instance is None:
            return 0
        services = _open_services(paths, qt_messages, options.vault, instance)
    except DiagnosedError as error:
        from twauth_gui.gui.parts.diagnosis_view import StartFailureWindow  # noqa: PLC0415 - seldom

        failure = StartFailureWindow(look, error.diagnosis)
        failure.show()
        return app.exec()
    window = open_window(services, look)
    install_excepthooks(partial(_show_problem_later, window))
    window.ready.connect(partial(begin_listening, window, instance, request))
    session = SessionEnd(app, _restart_command(options), window)
    session.saving.connect(window.save_state)
    session.ended.connect(window.end_session)
    exit_code = app.exec()
    session.close()
    return exit_code


def _run_without_window(options: argparse.Namespace) -> int | None:
    """Do what an option asks for in place of the window; None if there is no such option."""
    if options.engine_version:
        from twauth_gui.gui.settings.about_section import load_engine_version  # noqa: PLC0415 - loads the engine

        sys.stdout.write(load_engine_version())
        return 0
    if options.install_desktop_entry or options.remove_desktop_entry:
        return _change_desktop_entry(remove=options.remove_desktop_entry)
    if options.self_test:
        from twauth_gui.self_test.runner import run_self_test  # noqa: PLC0415 - only when asked for

        return run_self_test(make_application())
    return None


def _change_desktop_entry(*, remove: bool) -> int:
    """Install or remove the desktop's entry, say what was done, and return the exit code."""
    from twauth_gui.services import desktop_entry  # noqa: PLC0415 - only when asked for

    if not sys.platform.startswith("linux"):
        sys.stderr.write("twauth-gui: Only desktops on Linux have such an entry.\n")
        return 1
    try:
        if remove:
            changes = desktop_entry.remove_desktop_entry()
        else:
            program = desktop_entry.find_window_command(sys.argv)
            changes = desktop_entry.install_desktop_entry(program)
    except DiagnosedError as error:
        sys.stderr.write(f"twauth-gui: {error.diagnosis.to_sentence()}\n")
        return 1
    for path, change in changes:
        sys.stdout.write(f"{change.value}: {path}\n")
    return 0


def _make_request(options: argparse.Namespace) -> StartRequest:
    paths = tuple(path.absolute() for path in options.paths)
    return StartRequest(paths, options.palette, take_activation_token(os.environ))


def _open_services(
    paths: AppPaths, qt_messages: QtMessageHandler, vault: str | None, instance: InstanceLock
) -> Services:
    configure_logging(paths.log, sys.stderr)
    install_excepthooks(ignore)  # without a window, nothing can be shown
    qt_messages.start_logging()
    _ = harden_process()  # once the portals know this process: see the decision 0019
    try:
        services = open_services(paths, make_keychain_vault())
        services.vaults.select(VaultKind(vault) if vault else None)
    except DiagnosedError:
        instance.release()  # the window that says so takes no requests
        raise
    return services


def _claim_instance(paths: AppPaths, request: StartRequest) -> InstanceLock | None:
    """Become the window of this folder; None once the one that is open does what was requested."""
    instance = InstanceLock(paths.data)
    if instance.state is not InstanceState.TAKEN:
        return instance
    from twauth_gui.gui.single_instance import claim_instance  # noqa: PLC0415 - loads Qt's network

    return claim_instance(paths.data, request)


def begin_listening(window: MainWindow, instance: InstanceLock, request: StartRequest) -> None:
    """Do what this start was for, then wait for later starts."""
    if instance.state is InstanceState.TAKEN:
        window.show_status(_NO_ANSWER)
    window.handle_start(request)
    window.show_hint()
    if instance.state is not InstanceState.FIRST:
        return
    from twauth_gui.gui.single_instance import InstanceServer  # noqa: PLC0415 - loads Qt's network

    server = InstanceServer(instance.address, window)
    server.requested.connect(window.take_start_request)
    _ = server.listen()


def _restart_command(options: argparse.Namespace) -> list[str]:
    command = find_own_command()
    if options.data_dir is not None:
        command += ["--data-dir", str(options.data_dir.absolute())]
    if options.profile is not None:
        command += ["--profile", options.profile]
    return command
