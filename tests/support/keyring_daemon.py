"""The keychain of a test desktop, unlocked, lockable, killable."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from tests.support.bus import Bus, Call
from tests.support.eventually import eventually
from tests.support.program import Program

NAME = "org.freedesktop.secrets"
SERVICE_PATH = "/org/freedesktop/secrets"
SERVICE = "org.freedesktop.Secret.Service"
COLLECTION_PATH = "/org/freedesktop/secrets/collection/login"
# The daemon's own interface: the only way to unlock a running one without its dialog.
MASTER = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"


class KeyringDaemon:
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
        eventually(lambda: self._bus.has_owner(NAME), 10, "the keychain is on the bus")

    @property
    def pid(self) -> int:
        """The process that owns the keychain's name now."""
        return self._bus.process_id(NAME)

    def lock(self) -> None:
        """Lock the login collection, as the person does in the keychain's own program."""
        self._service("Lock", "ao", ([COLLECTION_PATH],))

    def unlock(self) -> None:
        """Unlock the login collection with its password, without a dialog."""
        _, session = self._service("OpenSession", "sv", ("plain", ("s", "")))
        secret = (session, b"", self._password.encode(), "text/plain")
        body = (COLLECTION_PATH, secret)
        self._bus.call(
            Call(NAME, SERVICE_PATH, MASTER, "UnlockWithMasterPassword", "o(oayays)", body)
        )

    def kill(self) -> None:
        """End the daemon without warning; the next call on the bus starts a locked one."""
        os.kill(self.pid, signal.SIGKILL)
        eventually(lambda: not self._bus.has_owner(NAME), 10, "the keychain is gone")

    def _service(self, member: str, signature: str, body: tuple[object, ...]) -> tuple[object, ...]:
        return self._bus.call(Call(NAME, SERVICE_PATH, SERVICE, member, signature, body))
