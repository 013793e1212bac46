"""Try every part of an installed program once, and report how each went."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.gui.garbage_collector import GarbageCollector
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.time_format import local_now
from twauth_gui.gui.window import MainWindow
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.self_test import service_checks
from twauth_gui.self_test.service_checks import UnexpectedPageError
from twauth_gui.self_test.window_checks import (
    EventLoopWaiter,
    TimeUpError,
    is_blank,
    try_pictures,
    try_web_engine,
)
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.unexpected_errors import describe_unexpected_error
from twauth_gui.services.vault_service import make_keychain_vault

TIMEOUT_SECONDS = 60.0
_EXPECTED_ERRORS = (
    service_checks.SelfTestError,
    DiagnosedError,
    ImportError,
    UnexpectedPageError,
    OSError,
    TimeUpError,
)


def run_self_test(app: QApplication) -> int:
    """Run every check and print a line for each; return 0 if all passed, else 1.

    It works in a folder of its own, and in the real keychain under ids of its own, which it
    removes again.
    """
    folder = Path(tempfile.mkdtemp(prefix="twauth-self-test-"))
    look = Look(app)
    look.apply()
    try:
        services = open_services(AppPaths(folder), make_keychain_vault())
    except DiagnosedError as error:
        _print_line(f"FAIL index: {error}")
        shutil.rmtree(folder, ignore_errors=True)
        return 1
    test = _SelfTest(app, look, services)
    passed = test.run()
    if test.is_clean:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        _print_line(f"What was not removed from the keychain is listed in {folder}.")
    return 0 if passed else 1


class _SelfTest:
    """One run of the checks; later ones build on what earlier ones have made.

    is_clean: whether everything it kept has been removed again.
    """

    def __init__(self, app: QApplication, look: Look, services: Services) -> None:
        self._app = app
        self._look = look
        self._services = services
        self._waiter = EventLoopWaiter(TIMEOUT_SECONDS, app)
        self._sandbox = Sandbox(port=0)
        self._window = MainWindow(services, look, local_now)
        self.is_clean = False
        GarbageCollector(self._window)

    def run(self) -> bool:
        work = self._waiter.run
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("window opens", self._try_window),
            ("icons", lambda: try_pictures(self._app, self._look)),
            (
                "keychain",
                lambda: work(lambda: service_checks.check_keychain(self._services.store.vault)),
            ),
            ("licences", lambda: work(service_checks.check_licences)),
            ("loopback listener", lambda: work(service_checks.check_listener)),
            ("sandbox", self._try_sandbox),
            ("sign-in", self._try_sign_in),
            ("export", lambda: work(lambda: service_checks.check_export(self._services))),
            ("browser engine", lambda: try_web_engine(self._waiter, f"{self._sandbox.url}/")),
        )
        outcomes = [_run_check(name, check) for name, check in checks]
        self.is_clean = _run_check(
            "nothing left behind",
            lambda: work(lambda: service_checks.remove_test_data(self._services)),
        )
        self._sandbox.stop()
        self._window.close()
        return self.is_clean and all(outcomes)

    def _try_window(self) -> str:
        def begin(end: Callable[[], None]) -> None:
            self._window.ready.connect(end)
            self._window.show()
            self._window.start()

        self._waiter.wait_for(begin)
        if not self._window.context.snapshots.current.is_empty:
            raise service_checks.SelfTestError("The window shows what it should not know.")
        if is_blank(self._window.grab().toImage()):
            raise service_checks.SelfTestError("The window paints nothing.")
        return self._app.platformName()

    def _try_sandbox(self) -> str:
        self._sandbox.start()
        return self._sandbox.url

    def _try_sign_in(self) -> str:
        account = self._waiter.run(
            lambda: service_checks.check_sign_in(self._services, self._sandbox)
        )
        self._waiter.wait_for(lambda end: self._window.context.snapshots.reload(on_done=end))
        if account.id not in self._window.context.snapshots.current.accounts:
            raise service_checks.SelfTestError("The window does not show the new account.")
        return f"{account.at_handle} {account.health.label.lower()}"


def _run_check(name: str, check: Callable[[], str]) -> bool:
    try:
        result = check()
    except _EXPECTED_ERRORS as error:
        _print_line(f"FAIL {name}: {error}")
    except Exception as error:  # noqa: BLE001 - each check reports; none keeps the next from running
        _print_line(f"FAIL {name}: {describe_unexpected_error(error).evidence.code}")
    else:
        _print_line(f"ok   {name}: {result}")
        return True
    return False


def _print_line(line: str) -> None:
    """Write a line at once: what comes next may end the process."""
    if sys.stdout is not None:  # a program without a console on Windows has none
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
