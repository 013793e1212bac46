"""A server on loopback that answers what it was told to, byte for byte."""

from __future__ import annotations

import re
import socket
import ssl
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
class Received:
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


class Canned:
    """Answers each path with its reply, any other with the default one."""

    def __init__(self, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Received] = []
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
        return Hosts.at(self.url)

    def says(
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

    def take(self, request: Received) -> Reply:
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

    def __init__(self, canned: Canned, address: str) -> None:
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
        request = Received(self.command, self.path, dict(self.headers.items()), body)
        reply = self.server.canned.take(request)
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
