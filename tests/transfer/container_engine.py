"""An engine of containers that starts none: it notes what the Docker CLI or Podman asks for."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from tempfile import TemporaryDirectory
from typing import Any, Self

from typing_extensions import override

_IMAGE = "b" * 64
_REPLIES: Mapping[str, Mapping[str, object]] = {
    "/containers/create": {"Id": "a" * 64, "Warnings": []},
    "/images/pull": {"images": [_IMAGE], "id": _IMAGE},
}


class ContainerEngine:
    """Docker's and Podman's interface on a Unix socket; created: what containers were asked for."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()  # the path of a socket has to be short
        self.path = str(Path(self._folder.name) / "engine.sock")
        self.created: list[dict[str, Any]] = []
        self._server = ThreadingUnixStreamServer(self.path, partial(_EngineRequest, self.created))
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._folder.cleanup()


class _EngineRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, created: list[dict[str, Any]], *request: Any) -> None:
        self._created = created
        super().__init__(*request)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a Unix socket has no address to name."""

    def do_HEAD(self) -> None:
        self._reply()

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or self._read_chunks()
        if self.path.partition("?")[0].endswith("/containers/create"):
            self._created.append(json.loads(body))
        self._reply()

    def _read_chunks(self) -> bytes:
        body = b""
        while self.headers.get("Transfer-Encoding") == "chunked":
            size = int(self.rfile.readline(), 16)
            body += self.rfile.read(size)
            _ = self.rfile.readline()
            if not size:
                break
        return body

    def _reply(self) -> None:
        path = self.path.partition("?")[0]
        found = [reply for end, reply in _REPLIES.items() if path.endswith(end)]
        body = json.dumps(found[0] if found else {}).encode()
        self.send_response(201 if path.endswith("/containers/create") else 200)
        self.send_header("API-Version", "1.41")
        self.send_header("Libpod-API-Version", "4.3.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            _ = self.wfile.write(body)
