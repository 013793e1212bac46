"""HTTP server for callbacks; each port is shared by all sign-ins that wait there."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Protocol

from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.xapi import callback_pages
from twauth_gui.xapi.callback_request import MAX_HEAD_BYTES, CallbackResult, CallbackStatus
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import network_errors

_SECONDS_TO_BEGIN = 2.0
_SECONDS_PER_CONNECTION = 5.0
_SECONDS_TO_DRAIN = 0.5
_MAX_DRAIN_BYTES = 256 * 1024
_MAX_CONNECTIONS = 32
_CUT_OFF = 400
_TOO_SLOW = 408
_TOO_LARGE = 431

Responder = Callable[[bytes], bytes]


class _ConnectionStage(IntEnum):
    """How far a connection has come; those of the lowest stage are dropped first."""

    SILENT = auto()
    SPEAKING = auto()
    ANSWERED = auto()


@dataclass
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    stage: _ConnectionStage = _ConnectionStage.SILENT


class CallbackServer:
    """HTTP server that answers each request with what a responder returns for its head.

    The responder runs on the server's thread and must return quickly. It is not called for a head
    that is too large, too slow or incomplete. There is always room for one more connection: the
    oldest one that has sent nothing is dropped for it, then the oldest whose head is incomplete.
    A browser sends its whole head at once.
    """

    def __init__(
        self,
        listening: socket.socket,
        respond: Responder,
        seconds: float = _SECONDS_PER_CONNECTION,
        begin_seconds: float = _SECONDS_TO_BEGIN,
    ) -> None:
        """Start to serve, and own the socket from now on.

        If the server cannot start, the socket is closed and the reason raised.

        seconds: how long a client may take for its request, and then for the response.
        begin_seconds: how long it may take for the first byte.
        """
        self._respond = respond
        self._seconds = seconds
        self._begin_seconds = begin_seconds
        self._tasks: dict[asyncio.Task[None], _Connection] = {}
        self._ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(listening,), name="callback", daemon=True
        )
        self._thread.start()
        self._loop, self._stop = self._ready.result()

    def close(self) -> None:
        """Close all connections and wait for the thread to end."""
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self, listening: socket.socket) -> None:
        try:
            asyncio.run(self._serve(listening))
        except BaseException as error:
            if self._ready.done():
                raise
            listening.close()
            self._ready.set_exception(error)

    async def _serve(self, listening: socket.socket) -> None:
        stop = asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=listening, limit=MAX_HEAD_BYTES)
        self._ready.set_result((asyncio.get_running_loop(), stop))
        async with server:
            await stop.wait()
            server.close()
            tasks = dict(self._tasks)
            for task, connection in tasks.items():
                connection.writer.close()
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= _MAX_CONNECTIONS:
            # The oldest of the lowest stage: the tasks are in the order of their connections.
            oldest = min(self._tasks, key=lambda task: self._tasks[task].stage)
            # Closed here, too: the task may not have started.
            self._tasks.pop(oldest).writer.transport.abort()
            oldest.cancel()
        connection = _Connection(reader, writer)
        task = asyncio.ensure_future(self._serve_connection(connection))
        self._tasks[task] = connection
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def _serve_connection(self, connection: _Connection) -> None:
        writer = connection.writer
        try:
            async with asyncio.timeout(2 * self._seconds):
                writer.write(await self._reply(connection))
                connection.stage = _ConnectionStage.ANSWERED
                await writer.drain()
                writer.write_eof()
                await _drain(connection.reader)
        except (OSError, TimeoutError):
            pass  # the client is gone or does not read
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _reply(self, connection: _Connection) -> bytes:
        reader = connection.reader
        try:
            async with asyncio.timeout(self._begin_seconds):
                first = await reader.readexactly(1)
            connection.stage = _ConnectionStage.SPEAKING
            async with asyncio.timeout(self._seconds):
                return self._respond(first + await reader.readuntil(b"\r\n\r\n"))
        except TimeoutError:
            status = _TOO_SLOW
        except asyncio.LimitOverrunError:
            status = _TOO_LARGE
        except asyncio.IncompleteReadError:
            status = _CUT_OFF
        return callback_pages.http_response(status, callback_pages.REFUSED)


async def _drain(reader: asyncio.StreamReader) -> None:
    """Read what the client still sends: closing on unread bytes would discard the response."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS_TO_DRAIN):
            size = 0
            while size < _MAX_DRAIN_BYTES and (chunk := await reader.read(16 * 1024)):
                size += len(chunk)


_ADDRESS = "127.0.0.1"
_BACKLOG = 64
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_OPEN_TO_ALL = 1024


class CallbackRecipient(Protocol):
    """A sign-in that waits at a port; its methods are called on the server's thread."""

    def evaluate(self, head: bytes) -> CallbackResult:
        """Return whether the request is this sign-in's callback; changes nothing."""
        ...

    def accept(self, result: CallbackResult) -> bytes:
        """Take the response from the callback, and return the page for the browser."""
        ...


@dataclass(eq=False)
class _Port:
    """One server and the sign-ins behind it."""

    recipients: list[CallbackRecipient] = field(default_factory=list[CallbackRecipient])
    server: CallbackServer | None = None

    def respond(self, head: bytes) -> bytes:
        """Pass the request to the sign-in that it belongs to, if there is one."""
        results = [(one, one.evaluate(head)) for one in tuple(self.recipients)]
        for recipient, result in results:
            if result.response is not None:
                return recipient.accept(result)
        status = results[0][1].status if results else CallbackStatus.TOO_LATE
        return callback_pages.http_response(status.value, callback_pages.REFUSED)


class CallbackPorts:
    """The ports that sign-ins wait at: opened for the first sign-in, closed after the last.

    X compares the callback with the app's list exactly, so two sign-ins of one app wait at the same
    port; the request token or the state says which of them a callback belongs to.
    """

    def __init__(self, seconds: float = 300) -> None:
        """seconds: how long a sign-in waits here for its callback."""
        self.seconds = seconds
        self._lock = threading.Lock()
        self._ports: dict[int, _Port] = {}

    def register(self, port: int, recipient: CallbackRecipient) -> int:
        """Add a recipient at a port; return the port, which the system chooses for port 0.

        Raises:
            DiagnosedError: PORT_TAKEN; the port is in use, or the system forbids it.
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

    def unregister(self, port: int, recipient: CallbackRecipient) -> None:
        """Remove a recipient; the port is closed when none is left."""
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
            # With SO_REUSEADDR any other program could take the port over on Windows.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # The port is fixed: without this the next sign-in waits for TIME_WAIT to pass.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_ADDRESS, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise DiagnosedError(
            _template_for_error(error, port).to_diagnosis(Evidence(), port=str(port))
        ) from error
    return listening


def _template_for_error(error: OSError | OverflowError, port: int) -> ErrorTemplate:
    if not isinstance(error, OSError) or error.errno not in _FORBIDDEN:
        return network_errors.PORT_TAKEN
    # Windows forbids higher ports, too: those it reserves (netsh interface ipv4 show
    # excludedportrange), and those that a program uses exclusively.
    return network_errors.PORT_FORBIDDEN if port < _OPEN_TO_ALL else network_errors.PORT_RESERVED
