"""A client of the Model Context Protocol: starts a server from its configuration, calls a tool."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

_SECONDS = 60
_PASSED_ON = frozenset({"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"})
"""What the protocol's own libraries for Python and TypeScript pass on to a server."""


class McpClient:
    """Starts one server of a configuration file, as desktop clients do: over standard streams."""

    def __init__(self, configuration: Path, server: str, env: Mapping[str, str]) -> None:
        entry = json.loads(configuration.read_text("utf-8"))["mcpServers"][server]
        self._process = subprocess.Popen(
            [entry["command"], *entry["args"]],
            env={name: env[name] for name in env.keys() & _PASSED_ON} | entry.get("env", {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._deadline = threading.Timer(_SECONDS, self._process.kill)
        self._calls = 0

    def __enter__(self) -> Self:
        self._deadline.start()
        about = {"name": "client", "version": "1"}
        start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": about}
        _ = self.call("initialize", start)
        self._send({"method": "notifications/initialized"})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Close the server's input, which ends it."""
        if kind is not None:
            self._process.kill()
        with self._process:
            self._stream(self._process.stdin).close()
            code = self._process.wait()
        self._deadline.cancel()
        assert code == 0 or kind is not None

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream

    def _send(self, message: Mapping[str, object]) -> None:
        stream = self._stream(self._process.stdin)
        _ = stream.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        stream.flush()

    def call(self, method: str, parameters: Mapping[str, object]) -> dict[str, Any]:
        """Call a method and return its result; an error of the server ends the test."""
        self._calls += 1
        self._send({"id": self._calls, "method": method, "params": parameters})
        reply = json.loads(self._stream(self._process.stdout).readline())
        assert reply["id"] == self._calls
        result: dict[str, Any] = reply["result"]
        return result
