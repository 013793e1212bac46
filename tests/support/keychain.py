"""A real Secret Service on its own bus, and the states that a keychain can be in."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from jeepney import DBusErrorResponse  # pyright: ignore[reportMissingTypeStubs] - it has none
from jeepney.io.blocking import (  # pyright: ignore[reportMissingTypeStubs] - it has none
    open_dbus_connection,
)
from secretstorage import Collection
from secretstorage.util import DBusAddressWrapper, format_secret, open_session

from tests.support.dbus import write_bus_config
from tests.support.processes import require_program

if TYPE_CHECKING:
    import pytest


KEYRING_PASSWORD = "a test's own password"
PATIENCE_SECONDS = 20.0

_SECRETS = "org.freedesktop.secrets"
_UNLOCK_INTERFACE = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
_SESSION_VARIABLES = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "GNOME_KEYRING_CONTROL",
    "DBUS_SESSION_BUS_ADDRESS",
)


class SecretService:
    """A bus and a keychain below a directory, without a screen; both end with the block.

    activatable: whether the bus starts the keychain again by itself, as in a real session.

    Use the same directory again to find the same items. env is a whole environment for child
    processes; activate() gives it to this process for one test.
    """

    def __init__(
        self, directory: Path, password: str = KEYRING_PASSWORD, *, activatable: bool = True
    ) -> None:
        self._activatable = activatable
        self.directory = directory
        self.password = password
        self.address = ""
        # Socket paths end at 108 bytes, so it cannot lie below a test's own folder.
        self._runtime = tempfile.TemporaryDirectory(prefix="twk-")
        self._bus: subprocess.Popen[str] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if name not in _SESSION_VARIABLES
        }
        return {**inherited, **self._folders(), "DBUS_SESSION_BUS_ADDRESS": self.address}

    @property
    def pid(self) -> int:
        """The process that owns the name on the bus; 0 if there is none."""
        with self._bus_object() as bus:
            try:
                return int(bus.call("GetConnectionUnixProcessID", "s", _SECRETS)[0])
            except DBusErrorResponse as error:
                # The second one: it is just ending, so that its socket tells nothing any more.
                if not re.search(r"\.(NameHasNoOwner|UnixProcessIdUnknown)\b", str(error)):
                    raise
                return 0

    def __enter__(self) -> Self:
        program = require_program("gnome-keyring-daemon")
        assert program
        for folder in self._folders().values():
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.start_bus()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.stop_bus()
        self._runtime.cleanup()

    def activate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make this process use it until the test ends."""
        for name in _SESSION_VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name in (*self._folders(), "DBUS_SESSION_BUS_ADDRESS"):
            monkeypatch.setenv(name, self.env[name])

    def start_bus(self) -> None:
        kind = ["--session"]
        if not self._activatable:
            config, _address = write_bus_config(Path(self._runtime.name), services=False)
            kind = [f"--config-file={config}"]
        self._bus = subprocess.Popen(
            [require_program("dbus-daemon"), *kind, "--nofork", "--print-address"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()

    def stop_bus(self) -> None:
        """End the bus; a keychain that the bus had started ends with it."""
        if self._bus is not None:
            self._bus.terminate()  # killed, it would leave its socket behind
            _ = self._bus.wait(PATIENCE_SECONDS)
            if self._bus.stdout is not None:
                self._bus.stdout.close()
            self._bus = None

    def start(self, *, unlocked: bool = True) -> None:
        """Start the keychain, unlocked with the password, and wait until it has its name."""
        mode = ["--unlock"] if unlocked else ["--start"]
        self._daemon = subprocess.Popen(
            [
                require_program("gnome-keyring-daemon"),
                *("--foreground", "--components=secrets", *mode),
            ],
            restore_signals=False,  # a write beyond the limit then fails, and does not end it
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        if unlocked:
            _ = self._daemon.stdin.write(self.password.encode())
        self._daemon.stdin.close()
        _wait_until(lambda: self.pid != 0, "the keychain takes its name")

    def kill(self) -> None:
        """End the keychain at once, even if the bus started it."""
        owner = self.pid if self._bus is not None else 0
        if owner:
            os.kill(owner, signal.SIGKILL)
        if self._daemon is not None:
            self._daemon.kill()
            _ = self._daemon.wait()
            self._daemon = None
        if owner:
            _wait_until(lambda: self.pid != owner, "the keychain loses its name")

    def pause(self) -> None:
        """Stop it with SIGSTOP: it keeps its name and answers nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def lock(self) -> None:
        with self._connection() as connection:
            Collection(connection).lock()

    def unlock(self, password: str | None = None) -> None:
        """Unlock without a prompt, through an interface that only gnome-keyring has."""
        with self._connection() as connection:
            session = open_session(connection)
            secret = format_secret(
                session, (self.password if password is None else password).encode(), "text/plain"
            )
            unlocker = DBusAddressWrapper("/org/freedesktop/secrets", _UNLOCK_INTERFACE, connection)
            unlocker.call(
                "UnlockWithMasterPassword",
                "o(oayays)",
                "/org/freedesktop/secrets/collection/login",
                secret,
            )

    def service_names(self) -> set[str]:
        """The service names of all items, as another program sees them."""
        with self._connection() as connection:
            items = Collection(connection).get_all_items()
            return {item.get_attributes().get("service", "") for item in items}

    def _folders(self) -> dict[str, str]:
        names = {"DATA_HOME": "data", "CONFIG_HOME": "config", "CACHE_HOME": "cache"}
        folders = {f"XDG_{name}": str(self.directory / part) for name, part in names.items()}
        return {**folders, "XDG_RUNTIME_DIR": self._runtime.name}

    @contextmanager
    def _connection(self) -> Generator[Any]:
        with closing(open_dbus_connection(self.address)) as connection:
            yield connection

    @contextmanager
    def _bus_object(self) -> Generator[DBusAddressWrapper]:
        with self._connection() as connection:
            bus = DBusAddressWrapper("/org/freedesktop/DBus", "org.freedesktop.DBus", connection)
            bus.bus_name = "org.freedesktop.DBus"
            yield bus


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        _ = threading.Event().wait(0.01)


@dataclass(frozen=True)
class KeychainState:
    """title, why: what is read. button: what is pressed next.

    bring: leads a working keychain into it. mend: out of it again. saving: whether only saving
    fails. activatable: whether the bus starts the keychain again by itself. anew: whether a
    connection that is open does not notice it.
    """

    title: str
    why: str
    button: str
    enter: Callable[[SecretService, pytest.MonkeyPatch], None]
    leave: Callable[[SecretService, pytest.MonkeyPatch], None]
    is_save_only: bool = False
    is_activatable: bool = True
    needs_new_connection: bool = False


def _keyrings_folder(service: SecretService) -> Path:
    return Path(service.env["XDG_DATA_HOME"]) / "keyrings"


def _lock(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.lock()


def _unlock(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.unlock()


def _kill(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()


def _start(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    service.start()


def _pause(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.pause()


def _resume(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.resume()


def _hide_bus(_service: SecretService, patch: pytest.MonkeyPatch) -> None:
    patch.delenv("DBUS_SESSION_BUS_ADDRESS")


def _show_bus(service: SecretService, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)


def _kill_bus(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    service.stop_bus()


def _start_bus(service: SecretService, patch: pytest.MonkeyPatch) -> None:
    service.start_bus()
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
    service.start()


def _forget_collection(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    _keyrings_folder(service).rename(service.directory / "away")
    service.start(unlocked=False)


def _remember_collection(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    service.kill()
    for file in (service.directory / "away").iterdir():
        _ = file.rename(_keyrings_folder(service) / file.name)
    service.start()


def _forbid_writes(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    """Forbid its files to grow, so that it saves nothing; this holds for root too."""
    _ = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _allow_writes(service: SecretService, _patch: pytest.MonkeyPatch) -> None:
    endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    _ = resource.prlimit(service.pid, resource.RLIMIT_FSIZE, endless)


_ABSENT = "No keychain on this computer."
_LOCKED = "GNOME Keyring is locked."

KEYCHAIN_STATES: Mapping[str, KeychainState] = {
    "absent": KeychainState(
        _ABSENT, "No running program", "Try again", _kill, _start, is_activatable=False
    ),
    "locked": KeychainState(
        _LOCKED, "The credentials are safe in it.", "Unlock keyring", _lock, _unlock
    ),
    "hung": KeychainState(
        "GNOME Keyring does not answer.", "Its unlock prompt", "Try again", _pause, _resume
    ),
    "killed": KeychainState(_LOCKED, "was restarted", "Unlock keyring", _kill, _start),
    "no bus": KeychainState(
        _ABSENT,
        "There is no session bus",
        "Try again",
        _hide_bus,
        _show_bus,
        needs_new_connection=True,
    ),
    "bus killed": KeychainState(
        _ABSENT, "The session bus (D-Bus) has ended.", "Try again", _kill_bus, _start_bus
    ),
    "no collection": KeychainState(
        *(_LOCKED, "no default keyring yet", "Unlock keyring"),
        _forget_collection,
        _remember_collection,
    ),
    "not writable": KeychainState(
        *("GNOME Keyring cannot save.", "may be full or read-only", "Save app"),
        _forbid_writes,
        _allow_writes,
        is_save_only=True,
    ),
}
