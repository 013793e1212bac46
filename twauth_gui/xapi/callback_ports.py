"""The ports on which this process waits for a browser, each shared by all sign-ins that need it."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from dataclasses import dataclass, field
from typing import Protocol

from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.xapi import callback_pages, obstacles
from twauth_gui.xapi.callback_request import Judgement, Verdict
from twauth_gui.xapi.callback_server import CallbackServer
from twauth_gui.xapi.entry import ErrorTemplate

_ADDRESS = "127.0.0.1"
_BACKLOG = 64
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_OPEN_TO_ALL = 1024


class Recipient(Protocol):
    """A sign-in that waits at a port; it is asked on the server's thread."""

    def judge(self, head: bytes) -> Judgement:
        """Return whether the request is this sign-in's answer; changes nothing."""
        ...

    def take(self, judgement: Judgement) -> bytes:
        """Take the answer that was found, and return the page for the browser."""
        ...


@dataclass(eq=False)
class _Port:
    """One server and the sign-ins behind it."""

    recipients: list[Recipient] = field(default_factory=list[Recipient])
    server: CallbackServer | None = None

    def respond(self, head: bytes) -> bytes:
        """Give the request to the sign-in that it answers, if there is one."""
        judged = [(one, one.judge(head)) for one in tuple(self.recipients)]
        for one, judgement in judged:
            if judgement.answer is not None:
                return one.take(judgement)
        verdict = judged[0][1].verdict if judged else Verdict.TOO_LATE
        return callback_pages.response(verdict.value, callback_pages.REFUSED)


class CallbackPorts:
    """Opens a port for its first sign-in and closes it behind the last one.

    X compares the callback with the app's list exactly, so two sign-ins of one app wait at the same
    port; the request token or the state tells whose answer it is.
    """

    def __init__(self, seconds: float = 300) -> None:
        """seconds: how long a sign-in waits here for its answer."""
        self.seconds = seconds
        self._lock = threading.Lock()
        self._ports: dict[int, _Port] = {}

    def enter(self, port: int, recipient: Recipient) -> int:
        """Wait at a port from now on; returns its number, which the system chooses for port 0.

        Raises:
            DiagnosedError: Kind.PORT_TAKEN, or the system forbids this port.
        """
        with self._lock:
            shared = self._ports.get(port)
            if shared is None:
                shared = _Port()
                listening = _listen(port)
                port = int(listening.getsockname()[1])
                shared.server = CallbackServer(listening, shared.respond)
                self._ports[port] = shared
            shared.recipients.append(recipient)
            return port

    def leave(self, port: int, recipient: Recipient) -> None:
        """Wait no longer; the port is free again when the last one has left."""
        with self._lock:
            shared = self._ports[port]
            shared.recipients.remove(recipient)
            if not shared.recipients and shared.server is not None:
                del self._ports[port]
                shared.server.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # SO_REUSEADDR would let any other program take the port over there.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # The port is fixed: without this the next sign-in waits for TIME_WAIT to pass.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_ADDRESS, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise DiagnosedError(_entry(error, port).diagnosis(Evidence(), port=str(port))) from error
    return listening


def _entry(error: OSError | OverflowError, port: int) -> ErrorTemplate:
    if not isinstance(error, OSError) or error.errno not in _FORBIDDEN:
        return obstacles.PORT_TAKEN
    # Windows forbids higher ports, too: those it keeps (netsh interface ipv4 show
    # excludedportrange), and those that a program holds for itself alone.
    return obstacles.PORT_FORBIDDEN if port < _OPEN_TO_ALL else obstacles.PORT_RESERVED
