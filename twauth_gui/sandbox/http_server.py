"""HTTP server on a loopback socket."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, cast

from typing_extensions import override

from twauth_gui.sandbox.http_messages import DeliveryMode, Request, Response, split_body

HOST: Final = "127.0.0.1"
_MAX_BODY_BYTES: Final = 64 * 1024
_DRAINED: Final = 1024 * 1024
_MAX_LENGTH_DIGITS: Final = 12  # digits
_CLIENT_TIMEOUT: Final = 10.0  # seconds a client may be silent
_JOIN: Final = 2.0
_DRIP: Final = 0.25  # seconds from byte to byte
_ARRIVAL: Final = 0.05  # seconds for what was sent to arrive before the reset
_LINGER: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_PIECE: Final = 4096
_OF_SERVER: Final = (("server", "twauth-sandbox"), ("connection", "close"))
_LOG: Final = logging.getLogger("twauth.sandbox")

_Connection = socket.socket | tuple[bytes, socket.socket]
Respond = Callable[[Request], Response]


class LoopbackServer(ThreadingHTTPServer):
    """HTTP server on 127.0.0.1 with one thread and one request per connection.

    Args:
        stopping: event to set before the server is stopped; it ends every pause.

    Raises:
        OSError: the port is in use.
    """

    daemon_threads = True
    # On Windows this option would let two programs listen on one port.
    allow_reuse_address = os.name != "nt"
    allow_reuse_port = False

    def __init__(
        self, port: int, respond: Respond, clock: Callable[[], float], stopping: threading.Event
    ) -> None:
        self.respond = respond
        self.clock = clock
        self.stopping = stopping
        self._reset: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._workers: set[threading.Thread] = set()
        self._lock = threading.Lock()
        super().__init__((HOST, port), _Handler)

    @override
    def server_bind(self) -> None:
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        # Not HTTPServer's own method: it looks the name of 127.0.0.1 up.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    @override
    def process_request(self, request: _Connection, client_address: object) -> None:
        connection = cast("socket.socket", request)
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(connection, client_address),
            name="sandbox-request",
            daemon=True,
        )
        with self._lock:
            self._open.add(connection)
            # A thread cannot remove itself: it is still running then.
            self._workers = {known for known in self._workers if known.is_alive()} | {thread}
        thread.start()

    @override
    def process_request_thread(self, request: _Connection, client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.discard(cast("socket.socket", request))

    def reset_at_end(self, connection: socket.socket) -> None:
        """Make the connection end with a reset instead of a shutdown."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        with self._lock:
            self._reset.add(connection)

    @override
    def shutdown_request(self, request: _Connection) -> None:
        connection = cast("socket.socket", request)
        with self._lock:
            reset = connection in self._reset
            self._reset.discard(connection)
        if reset:
            self.close_request(connection)  # without a shutdown before
        else:
            super().shutdown_request(connection)

    def close_connections(self) -> None:
        """Close the connections that are still open, and wait for their threads."""
        with self._lock:
            still_open, threads = set(self._open), set(self._workers)
        for connection in still_open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(_JOIN)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            _LOG.debug("a client went away: %s", type(error).__name__)
        else:
            _LOG.error("a request could not be answered", exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _CLIENT_TIMEOUT

    @property
    def _server(self) -> LoopbackServer:
        return cast("LoopbackServer", self.server)

    def _handle_request(self) -> None:
        body = self._read_body()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in reversed(self.headers.items())}
        method = self.command
        response = self._server.respond(Request(method, path, query, headers, body))
        _LOG.debug("%s %s: %d", method, path[:100], response.status)
        if response.delay and self._server.stopping.wait(response.delay):
            self.close_connection = True
        elif response.delivery in {"never", "reset-before-headers"}:
            self._stay_silent(response.delivery)
        else:
            self._send(response)

    def _stay_silent(self, delivery: DeliveryMode) -> None:
        self.close_connection = True
        if delivery == "reset-before-headers":
            self._server.reset_at_end(self.connection)
            return
        self.connection.settimeout(None)
        while self.connection.recv(_PIECE):  # until the client or the server closes it
            pass

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in (*response.headers, *_OF_SERVER):
            self.send_header(name, value)
        self.end_headers()
        for piece in split_body(response.body, response.delivery) if self.command != "HEAD" else ():
            self.wfile.write(piece)
            if response.delivery == "slow-drip" and self._server.stopping.wait(_DRIP):
                return
        if response.delivery == "reset-after-headers":
            _ = self._server.stopping.wait(_ARRIVAL)
            self._server.reset_at_end(self.connection)

    do_GET = do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle_request  # noqa: N815 - the base class's names

    def _read_body(self) -> bytes | None:
        """Return the body, or None if it was refused."""
        if "transfer-encoding" in self.headers:
            return self.send_error(HTTPStatus.LENGTH_REQUIRED)
        stated = self.headers.get("content-length", "0").strip()
        if not (stated.isascii() and stated.isdigit() and len(stated) <= _MAX_LENGTH_DIGITS):
            return self.send_error(HTTPStatus.BAD_REQUEST)
        length = int(stated)
        if length > _MAX_BODY_BYTES:
            # Unread bytes would reset the connection before the client saw the response.
            self.rfile.read(min(length, _DRAINED))
            return self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(length)
        return body if len(body) == length else self.send_error(HTTPStatus.BAD_REQUEST)

    @override
    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a malformed request, repeating nothing of it."""
        body = HTTPStatus(code).phrase.encode()
        self.request_version = self.protocol_version  # an unread request line counts as HTTP/0.9
        self.send_response_only(code)
        self.send_header("date", formatdate(max(0.0, self._server.clock()), usegmt=True))
        for name, value in _OF_SERVER:
            self.send_header(name, value)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Log nothing to standard error."""
