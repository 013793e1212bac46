"""A private desktop for journeys: screen, window manager, buses, keychain and system browser.

Qt on a bare X11 session looks for ``xdg-open`` in the search path first, then for the programs
DEFAULT_BROWSER or BROWSER name, so a script of that name placed first in the path is the browser.

``python -m tests.support.desktop [--size WxH] [--no-keychain] -- COMMAND…`` runs a command inside
such a desktop and ends with its exit code.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, Self

from PIL import ImageGrab

from tests.support.dbus import PROPERTIES, Bus, BusError, MethodCall, write_bus_config
from tests.support.processes import Program, require_isolation
from tests.support.wait import wait_until

SECRETS_NAME = "org.freedesktop.secrets"
SECRETS_PATH = "/org/freedesktop/secrets"
SECRETS_INTERFACE = "org.freedesktop.Secret.Service"
COLLECTION_PATH = "/org/freedesktop/secrets/collection/login"
# The daemon's own interface: the only way to unlock a running one without its dialog.
UNLOCK_INTERFACE = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"


class DesktopKeyring:
    """A gnome-keyring on one session bus with one login collection."""

    def __init__(self, bus: Bus, password: str) -> None:
        self._bus = bus
        self._password = password

    def start(self, env: Mapping[str, str], log: Path) -> Program:
        """Start the daemon unlocked; ready() tells when it answers.

        The password goes through standard input without a newline, which would become part of it.
        """
        argv = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        return Program(argv, env, log, stdin=self._password.encode())

    def wait_ready(self) -> None:
        """Return once the name is owned: a call before that would start a second, locked daemon."""
        wait_until(lambda: self._bus.has_owner(SECRETS_NAME), 10, "the keychain is on the bus")

    @property
    def pid(self) -> int:
        """The process that owns the keychain's name now."""
        return self._bus.process_id(SECRETS_NAME)

    def lock(self) -> None:
        """Lock the login collection, as the user does in the keychain's own program."""
        self._call_service("Lock", "ao", ([COLLECTION_PATH],))

    def unlock(self) -> None:
        """Unlock the login collection with its password, without a dialog."""
        _, session = self._call_service("OpenSession", "sv", ("plain", ("s", "")))
        secret = (session, b"", self._password.encode(), "text/plain")
        body = (COLLECTION_PATH, secret)
        self._bus.call(
            MethodCall(
                SECRETS_NAME,
                SECRETS_PATH,
                UNLOCK_INTERFACE,
                "UnlockWithMasterPassword",
                "o(oayays)",
                body,
            )
        )

    def kill(self) -> None:
        """End the daemon without warning; the next call on the bus starts a locked one."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not self._bus.has_owner(SECRETS_NAME), 10, "the keychain is gone")

    def _call_service(
        self, member: str, signature: str, body: tuple[object, ...]
    ) -> tuple[object, ...]:
        return self._bus.call(
            MethodCall(SECRETS_NAME, SECRETS_PATH, SECRETS_INTERFACE, member, signature, body)
        )


MARKER = "TWAUTH_TEST_DESKTOP"

# It reads which groups there are until the end of its input, which comes with the end of the test
# run, however that came. A group is killed if its first process is still the one that was named:
# the twentieth word after the name in stat says when it started. Two rounds: a process may start
# another while the first round goes on.
REAPER_SCRIPT = """
groups=
while read -r group; do groups="$groups $group"; done
for group in $groups; do
  stat=$(cat /proc/${{group%:*}}/stat 2>/dev/null) || continue
  set -- ${{stat##*) }}
  [ "${{20}}" != "${{group#*:}}" ] || kill -9 -"${{group%:*}}"
done
for round in 1 2; do
  grep -lzsx {mark} /proc/[0-9]*/environ | cut -d/ -f3 | xargs -r kill -9 2>/dev/null
done
rm -rf {folder}
"""


class ProcessReaper:
    """A process beside the test run that kills everything marked, then removes a folder.

    The mark is an environment variable, so it reaches what left its parent's group too: daemons
    a bus started, helpers that called setsid. A process that is not dumpable, as the window is,
    hides its environment from all but root, so groups are named as well.
    """

    def __init__(self, folder: Path) -> None:
        self.mark = {MARKER: uuid.uuid4().hex}
        words = {
            "mark": shlex.quote(f"{MARKER}={self.mark[MARKER]}"),
            "folder": shlex.quote(str(folder)),
        }
        self._process = subprocess.Popen(
            ["sh", "-c", REAPER_SCRIPT.format_map(words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the terminal does not stop it
        )

    def add_group(self, pid: int) -> None:
        """Kill this process and its group at the end, also if their environment cannot be read."""
        started = Path("/proc", str(pid), "stat").read_text("ascii", "replace")
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pid}:{started.rpartition(') ')[2].split()[19]}\n".encode())
        self._process.stdin.flush()

    def finish(self) -> None:
        """Kill and remove now; returns when it is done."""
        self._process.communicate(timeout=30)


REPOSITORY = Path(__file__).resolve().parents[2]

BROWSER_SCRIPT = """#!/bin/sh
# Stands for the system's browser inside a test desktop.
cd {folder} || exit 1
printf '%s\\n' "$1" >> opened
[ -f person.sh ] || exit 0
. ./person.sh
PYTHONPATH={repository}${{PYTHONPATH:+:$PYTHONPATH}}
export PYTHONPATH
exec {python} -m tests.support.browser_process "$1" >> log 2>&1
"""


class SystemBrowser:
    """The browser and its user; by default URLs are only noted, not opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self._visits = 0

    def install(self) -> None:
        """Put the ``xdg-open`` of this desktop in place."""
        self.bin.mkdir(parents=True, exist_ok=True)
        words = {"folder": self.folder, "repository": REPOSITORY, "python": sys.executable}
        script = self.bin / "xdg-open"
        script.write_text(
            BROWSER_SCRIPT.format_map({k: shlex.quote(str(v)) for k, v in words.items()})
        )
        script.chmod(0o755)

    @property
    def opened_urls(self) -> list[str]:
        """Every URL a program asked to open, oldest first."""
        url_file = self.folder / "opened"
        return url_file.read_text("utf-8").splitlines() if url_file.exists() else []

    @property
    def log(self) -> str:
        """What the browser wrote to its standard output and error."""
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def sign_in_as(self, handle: str, decision: Literal["allow", "deny"] = "allow") -> BrowserVisit:
        """From now on a real browser opens URLs; in it handle logs in, then allows or denies."""
        require_isolation()
        self._visits += 1
        out = self.folder / f"visit-{self._visits}.json"
        person = {
            "TWAUTH_PERSON_HANDLE": handle,
            "TWAUTH_PERSON_DECISION": decision,
            "TWAUTH_PERSON_OUT": str(out),
        }
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in person.items()]
        (self.folder / "person.sh").write_text("".join(lines), "utf-8")
        return BrowserVisit(out)


class BrowserVisit:
    """What the next page opened in the browser comes to."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def wait_for_result(self, seconds: float = 60) -> dict[str, str]:
        """Wait for the end; return url (without query), text and, if one was shown, pin."""
        wait_until(self._out.exists, seconds, f"the browser wrote {self._out.name}")
        answer: dict[str, str] = json.loads(self._out.read_text("utf-8"))
        return answer


A11Y_LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
A11Y_BUS = MethodCall("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
A11Y_ENABLED = MethodCall(
    "org.a11y.Bus",
    "/org/a11y/bus",
    PROPERTIES,
    "Set",
    "ssv",
    ("org.a11y.Status", "IsEnabled", ("b", True)),
)


class Desktop:
    """A context: everything starts on entry, every process of it is dead on exit.

    Attributes:
        home: the person's home; XDG folders lie in it at their default places.
        runtime: XDG_RUNTIME_DIR, mode 0700, removed at exit.
        gnupg: the folder of GnuPG's keys and socket, inside runtime.
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
        return self._kill_on_exit(Program(words, {**self.env, **extra_env}, log))

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
        self.gnupg = self.runtime / "gnupg"
        self.gnupg.mkdir(mode=0o700)
        self._reaper = ProcessReaper(self.runtime)
        self._exit.callback(self._reaper.finish)
        self._exit.callback(self._kill_programs)
        for name in (".local/share", ".local/state", ".config", ".cache"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        self.browser.install()

    def _start_session(self) -> None:
        config, address = write_bus_config(self.runtime, services=self._with_keychain)
        self.env = self._environment(address)
        self.env["DISPLAY"] = self._start_screen()
        self.start(["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={config}"])
        bus = wait_until(lambda: _connect(address), 10, "the session bus listens")
        self.bus = self._exit.enter_context(bus)
        self.start(["openbox", "--sm-disable"])
        self.start([A11Y_LAUNCHER, "--launch-immediately"])
        if self._with_keychain:
            self.keyring = DesktopKeyring(self.bus, self._password)
            self._kill_on_exit(self.keyring.start(self.env, self.logs / "keyring"))
            self.keyring.wait_ready()
        wait_until(self._has_a11y_bus, 10, "the accessibility bus listens")
        _ = self.bus.call(
            A11Y_ENABLED
        )  # the launcher's option for it is refused by at-spi2-core 2.62
        wait_until(self._has_window_manager, 10, "the window manager runs")

    def _environment(self, bus_address: str) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        return (
            env
            | self._reaper.mark
            | {
                "DBUS_SESSION_BUS_ADDRESS": bus_address,
                "GNUPGHOME": str(self.gnupg),
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
            self._kill_on_exit(Program(argv, self.env, log, pass_fds=[write_end]))
        finally:
            os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        assert number, f"no X server: {self.programs[-1].err}"
        return f":{number}"

    def _kill_on_exit(self, program: Program) -> Program:
        self.programs.append(program)
        self._reaper.add_group(program.pid)
        return program

    def _has_a11y_bus(self) -> bool:
        try:
            return bool(self.a11y_address)
        except BusError:
            return False

    def _has_window_manager(self) -> bool:
        return "window id" in self.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"])

    def _kill_programs(self) -> None:
        for program in reversed(self.programs):
            program.kill()


def _connect(address: str) -> Bus | None:
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


EQUAL_PICTURES = 10
"""A screen reader knows a sheet before it is painted: two looks alike can be too few."""


class StillScreen:
    """A condition that takes a screenshot at each call; true once the last ones were the same.

    path: holds the latest picture.
    """

    def __init__(self, desktop: Desktop, path: Path) -> None:
        self._desktop = desktop
        self._path = path
        self._last = b""
        self._same = 0

    def __call__(self) -> bool:
        picture = self._desktop.screenshot(self._path).read_bytes()
        self._same = self._same + 1 if picture == self._last else 1
        self._last = picture
        return self._same >= EQUAL_PICTURES
