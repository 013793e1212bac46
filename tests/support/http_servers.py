"""HTTP on loopback: a server with canned replies, an HTTP proxy and a SOCKS proxy."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote

from typing_extensions import override

from twauth_gui.domain.hosts import Hosts


@dataclass(frozen=True)
class ReceivedRequest:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def oauth(self) -> dict[str, str]:
        """The parameters of the Authorization header (RFC 5849, section 3.5.1)."""
        pairs = re.findall(r'(oauth_\w+)="([^"]*)"', self.headers.get("Authorization", ""))
        return {name: unquote(value) for name, value in pairs}


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    before: Callable[[], object] = lambda: None


class CannedServer:
    """Answers each path with its reply, any other with the default one."""

    def __init__(self, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[ReceivedRequest] = []
        self.default = Reply(404)
        self.replies: dict[str, Reply] = {}
        self._server = (_Server6 if ":" in address else _Server)(self, address)
        self._name = f"[{address}]" if ":" in address else address
        self._scheme = "https" if tls else "http"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self._name}:{self.port}"

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def hosts(self) -> Hosts:
        return Hosts.from_api_url(self.url)

    def set_reply(
        self,
        status: int,
        body: bytes | str,
        headers: Mapping[str, str] | None = None,
        *,
        path: str = "",
        before: Callable[[], object] = lambda: None,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        reply = Reply(status, data, headers or {}, before)
        if path:
            self.replies[path] = reply
        else:
            self.default = reply

    def reply_to(self, request: ReceivedRequest) -> Reply:
        self.requests.append(request)
        return self.replies.get(request.target.partition("?")[0], self.default)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, canned: CannedServer, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.canned = canned

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of these tests."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        assert isinstance(self.server, _Server)
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        request = ReceivedRequest(self.command, self.path, dict(self.headers.items()), body)
        reply = self.server.canned.reply_to(request)
        reply.before()
        headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True)} | dict(reply.headers)
        headers.setdefault("Content-Length", str(len(reply.body)))
        self.send_response_only(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = _answer  # noqa: N815 - http.server's names

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


class HttpProxy:
    """Tunnels to one local port, whatever host was asked for."""

    scheme = "http"

    def __init__(
        self, port: int, *, refuse: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> None:
        """refuse: the answer to every request, in place of a tunnel. tls: spoken to the client."""
        self.heads: list[bytes] = []
        self._target = port
        self._refuse = refuse
        self._listening = socket.create_server(("127.0.0.1", 0))
        if tls is not None:
            self.scheme = "https"
            self._listening = tls.wrap_socket(self._listening, server_side=True)
        self._threads: list[threading.Thread] = []
        self._start(self._accept_clients)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: object, *given: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept_clients(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._serve, self._listening.accept()[0])

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if self.greet(client):
                with socket.create_connection(("127.0.0.1", self._target)) as server:
                    back = threading.Thread(target=_forward, args=(server, client), daemon=True)
                    back.start()
                    _forward(client, server)
                    back.join(5)

    def greet(self, client: socket.socket) -> bool:
        """Read the request and answer it; say whether a tunnel follows."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += _read_exactly(client, 1)
        self.heads.append(head)
        client.sendall(self._refuse or b"HTTP/1.1 200 Connection established\r\n\r\n")
        return not self._refuse


class SocksProxy(HttpProxy):
    """SOCKS 5 without a password (RFC 1928); the name is looked up by the proxy."""

    scheme = "socks5h"

    @override
    def greet(self, client: socket.socket) -> bool:
        _version, methods = _read_exactly(client, 2)
        _read_exactly(client, methods)
        client.sendall(b"\x05\x00")
        kind = _read_exactly(client, 4)[3]
        assert kind == 3, "a name, not an address"
        self.heads.append(_read_exactly(client, _read_exactly(client, 1)[0]))
        _read_exactly(client, 2)
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01" + struct.pack("!H", self._target))
        return True


def _read_exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        if not part:
            raise ConnectionResetError
        data += part
    return data


def _forward(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
