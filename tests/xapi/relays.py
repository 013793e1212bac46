"""Two real proxies on loopback, HTTP (CONNECT) and SOCKS 5, that lead every name to one server."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from typing import Self

from typing_extensions import override


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
        self._start(self._accept)

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

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._serve, self._listening.accept()[0])

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if self.greet(client):
                with socket.create_connection(("127.0.0.1", self._target)) as server:
                    back = threading.Thread(target=_copy, args=(server, client), daemon=True)
                    back.start()
                    _copy(client, server)
                    back.join(5)

    def greet(self, client: socket.socket) -> bool:
        """Read the request and answer it; say whether a tunnel follows."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += _exactly(client, 1)
        self.heads.append(head)
        client.sendall(self._refuse or b"HTTP/1.1 200 Connection established\r\n\r\n")
        return not self._refuse


class SocksProxy(HttpProxy):
    """SOCKS 5 without a password (RFC 1928); the name is looked up by the proxy."""

    scheme = "socks5h"

    @override
    def greet(self, client: socket.socket) -> bool:
        _version, methods = _exactly(client, 2)
        _exactly(client, methods)
        client.sendall(b"\x05\x00")
        kind = _exactly(client, 4)[3]
        assert kind == 3, "a name, not an address"
        self.heads.append(_exactly(client, _exactly(client, 1)[0]))
        _exactly(client, 2)
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01" + struct.pack("!H", self._target))
        return True


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        if not part:
            raise ConnectionResetError
        data += part
    return data


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
