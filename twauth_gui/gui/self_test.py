"""Tries every part of an installed program once, telling how each went."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.gui.collector import Collector
from twauth_gui.gui.patience import Patience, TimeUpError
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.trials import is_blank, try_pictures, try_web_engine
from twauth_gui.gui.window import MainWindow
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services import self_check
from twauth_gui.services.kit import Services, open_services
from twauth_gui.services.places import AppPaths
from twauth_gui.services.storage import keychain_vault
from twauth_gui.services.trial_person import LostError
from twauth_gui.services.unforeseen import unforeseen

SECONDS = 60.0
_UNDERSTOOD = (
    self_check.CheckFailedError,
    DiagnosedError,
    ImportError,
    LostError,
    OSError,
    TimeUpError,
)


def run_self_test(app: QApplication) -> int:
    """Run every check, one line each; returns 0 where all of them passed, else 1.

    It works in a folder of its own, and in the real keychain under ids of its own, which it
    removes again.
    """
    folder = Path(tempfile.mkdtemp(prefix="twauth-self-test-"))
    look = Look(app)
    look.apply()
    try:
        kit = open_services(AppPaths(folder), keychain_vault())
    except DiagnosedError as error:
        _say(f"FAIL index: {error}")
        return 1
    test = _SelfTest(app, look, kit)
    passed = test.run()
    if test.is_clean:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        _say(f"What was not removed from the keychain is listed in {folder}.")
    return 0 if passed else 1


class _SelfTest:
    """One run of the checks; later ones build on what earlier ones have made.

    is_clean: whether everything it kept has been removed again.
    """

    def __init__(self, app: QApplication, look: Look, kit: Services) -> None:
        self._app = app
        self._look = look
        self._kit = kit
        self._patience = Patience(SECONDS, app)
        self._sandbox = Sandbox(port=0)
        self._window = MainWindow(kit, look, _local_now)
        self.is_clean = False
        Collector(self._window)

    def run(self) -> bool:
        work = self._patience.for_work
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("window opens", self._open),
            ("icons", lambda: try_pictures(self._app, self._look)),
            ("keychain", lambda: work(lambda: self_check.try_keychain(self._kit.store.vault))),
            ("loopback listener", lambda: work(self_check.try_listener)),
            ("sandbox", self._start_sandbox),
            ("sign-in", self._sign_in),
            ("export", lambda: work(lambda: self_check.try_export(self._kit))),
            ("browser engine", lambda: try_web_engine(self._patience, f"{self._sandbox.url}/")),
        )
        outcomes = [_told(name, check) for name, check in checks]
        clean_up = lambda: work(lambda: self_check.clean_up(self._kit))  # noqa: E731 - like the rest
        self.is_clean = _told("nothing left behind", clean_up)
        self._sandbox.stop()
        self._window.close()
        return self.is_clean and all(outcomes)

    def _open(self) -> str:
        def begin(end: Callable[[], None]) -> None:
            self._window.ready.connect(end)
            self._window.show()
            self._window.begin()

        self._patience.until(begin)
        if not self._window.desk.library.snapshot.is_empty:
            raise self_check.CheckFailedError("The window shows what it should not know.")
        if is_blank(self._window.grab().toImage()):
            raise self_check.CheckFailedError("The window paints nothing.")
        return self._app.platformName()

    def _start_sandbox(self) -> str:
        self._sandbox.start()
        return self._sandbox.url

    def _sign_in(self) -> str:
        account = self._patience.for_work(lambda: self_check.try_sign_in(self._kit, self._sandbox))
        self._patience.until(lambda end: self._window.desk.library.reload(then=end))
        if account.id not in self._window.desk.library.snapshot.accounts:
            raise self_check.CheckFailedError("The window does not show the new account.")
        return f"{account.at_handle} {account.health.word.lower()}"


def _told(name: str, check: Callable[[], str]) -> bool:
    try:
        said = check()
    except _UNDERSTOOD as error:
        _say(f"FAIL {name}: {error}")
    except Exception as error:  # noqa: BLE001 - each check reports; none keeps the next from running
        _say(f"FAIL {name}: {unforeseen(error).evidence.code}")
    else:
        _say(f"ok   {name}: {said}")
        return True
    return False


def _say(line: str) -> None:
    """Write a line at once: what comes next may end the process."""
    if sys.stdout is not None:  # a program without a console on Windows has none
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _local_now() -> datetime:
    return datetime.now().astimezone()
