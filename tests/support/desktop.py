"""A whole private desktop for journeys: screen, window manager, buses, keychain.

``python -m tests.support.desktop [--size WxH] [--no-keychain] -- COMMAND…`` runs a command inside
such a desktop and ends with its exit code.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from PIL import ImageGrab

from tests.support.bus import Bus, BusError, Call
from tests.support.eventually import eventually
from tests.support.keyring_daemon import KeyringDaemon
from tests.support.program import Program
from tests.support.reaper import Reaper
from tests.support.session_bus import write_config
from tests.support.system_browser import SystemBrowser

A11Y_LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
A11Y_BUS = Call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")


class Desktop:
    """A context: everything starts on entry, every process of it is dead on exit.

    Attributes:
        home: the person's home; XDG folders lie in it at their default places.
        runtime: XDG_RUNTIME_DIR, mode 0700, removed at exit.
        temporary: where programs put their temporary files, inside runtime.
        env: what a program inside the desktop is started with. Nothing of the test's own
            environment is in it but the search path and coverage settings.
        browser: what plays the system's browser; see SystemBrowser.
        keyring: the keychain's daemon; only with keychain=True.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: tuple[int, int] = (1280, 800),
        keychain: bool = True,
        keychain_password: str = "desktop password",  # noqa: S107 - locks nothing but test data
    ) -> None:
        self.folder = folder
        self.size = size
        self.home = folder / "home"
        self.logs = folder / "logs"
        self.env: dict[str, str] = {}
        self.programs: list[Program] = []
        self.browser = SystemBrowser(folder / "browser")
        self._with_keychain = keychain
        self._password = keychain_password
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with self._exit:  # ends what already runs when a later part does not start
            self._make_folders()
            self._start_session()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    @property
    def display(self) -> str:
        """The X display, such as ":42"."""
        return self.env["DISPLAY"]

    @property
    def a11y_address(self) -> str:
        """The address of the bus that assistive technology speaks on."""
        return str(self.bus.call(A11Y_BUS)[0])

    def start(self, argv: Sequence[str | Path], **extra_env: str) -> Program:
        """Start a program inside the desktop; its output lies in logs/."""
        words = [str(word) for word in argv]
        log = self.logs / f"{len(self.programs):02}-{Path(words[0]).name}"
        return self._end_later(Program(words, {**self.env, **extra_env}, log))

    def run(self, argv: Sequence[str | Path], *, stdin: str = "") -> str:
        """Run a short tool inside the desktop and return its standard output.

        Raises:
            subprocess.CalledProcessError: it ended with another exit code than 0.
        """
        words = [str(word) for word in argv]
        done = subprocess.run(
            words, env=self.env, input=stdin, capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout

    def screenshot(self, path: Path) -> Path:
        """Write what the screen shows to path (PNG by its suffix) and return path."""
        ImageGrab.grab(xdisplay=self.display).save(path)
        return path

    def lock_keyring(self) -> None:
        self.keyring.lock()

    def unlock_keyring(self) -> None:
        self.keyring.unlock()

    def _make_folders(self) -> None:
        # Socket paths end at 108 bytes, so the runtime folder cannot lie below a test's own.
        self.runtime = Path(tempfile.mkdtemp(prefix="twd-"))
        self.temporary = self.runtime / "tmp"
        self.temporary.mkdir()
        self._reaper = Reaper(self.runtime)
        self._exit.callback(self._reaper.finish)
        self._exit.callback(self._kill_programs)
        for name in (".local/share", ".local/state", ".config", ".cache"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        self.browser.install()

    def _start_session(self) -> None:
        config, address = write_config(self.runtime, services=self._with_keychain)
        self.env = self._environment(address)
        self.env["DISPLAY"] = self._start_screen()
        self.start(["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={config}"])
        bus = eventually(lambda: _connected(address), 10, "the session bus listens")
        self.bus = self._exit.enter_context(bus)
        self.start(["openbox", "--sm-disable"])
        self.start([A11Y_LAUNCHER, "--launch-immediately", "--a11y=1", "--screen-reader=0"])
        if self._with_keychain:
            self.keyring = KeyringDaemon(self.bus, self._password)
            self._end_later(self.keyring.start(self.env, self.logs / "keyring"))
            self.keyring.wait_ready()
        eventually(self._a11y_is_there, 10, "the accessibility bus listens")
        eventually(self._is_managed, 10, "the window manager runs")

    def _environment(self, bus_address: str) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        return (
            env
            | self._reaper.mark
            | {
                "DBUS_SESSION_BUS_ADDRESS": bus_address,
                "HOME": str(self.home),
                "LANG": "C.UTF-8",
                "NO_AT_BRIDGE": "0",
                "PATH": f"{self.browser.bin}:{os.environ['PATH']}",
                "PYTHONUNBUFFERED": "1",
                "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
                "QT_QPA_PLATFORM": "xcb",
                "TMPDIR": str(self.temporary),
                "XDG_CACHE_HOME": str(self.home / ".cache"),
                "XDG_CONFIG_HOME": str(self.home / ".config"),
                "XDG_DATA_HOME": str(self.home / ".local/share"),
                "XDG_RUNTIME_DIR": str(self.runtime),
                "XDG_SESSION_TYPE": "x11",
                "XDG_STATE_HOME": str(self.home / ".local/state"),
            }
        )

    def _start_screen(self) -> str:
        """Start the X server on a display number it finds free itself; return ":number"."""
        read_end, write_end = os.pipe()
        width, height = self.size
        argv = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24"]
        argv += ["-nolisten", "tcp", "-noreset"]
        try:
            log = self.logs / "screen"
            self._end_later(Program(argv, self.env, log, pass_fds=[write_end]))
        finally:
            os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        assert number, f"no X server: {self.programs[-1].err}"
        return f":{number}"

    def _end_later(self, program: Program) -> Program:
        self.programs.append(program)
        self._reaper.end_group(program.pid)
        return program

    def _a11y_is_there(self) -> bool:
        try:
            return bool(self.a11y_address)
        except BusError:
            return False

    def _is_managed(self) -> bool:
        return "window id" in self.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"])

    def _kill_programs(self) -> None:
        for program in reversed(self.programs):
            program.kill()


def _connected(address: str) -> Bus | None:
    """Connect to a bus that may be about to start: its socket is there before it listens."""
    try:
        return Bus(address)
    except (FileNotFoundError, ConnectionRefusedError):
        return None


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.desktop")
    parser.add_argument("--size", default="1280x800", metavar="WxH")
    parser.add_argument("--no-keychain", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    width, height = map(int, options.size.split("x"))
    with (
        tempfile.TemporaryDirectory(prefix="twauth-desktop-") as folder,
        Desktop(Path(folder), size=(width, height), keychain=not options.no_keychain) as desktop,
    ):
        return subprocess.run(options.command, env=desktop.env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
