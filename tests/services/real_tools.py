"""The vendors' real commands, each with a store of its own on this computer."""

from __future__ import annotations

import json
import os
import pwd
import signal
import socketserver
import subprocess
import tempfile
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from tests.support.installations import find_free_port
from tests.support.namespaces import enter_user_namespace
from tests.support.processes import Program, require_program
from tests.support.wait import wait_until


@dataclass(frozen=True)
class RealStore:
    """A store that a destination's commands lead to.

    read: returns the value of a name as its reader gets it; fails if there is none. measure: if the
    vendor gives no value back, the length of what it has; else None.
    """

    target: Mapping[str, str]
    read: Callable[[str], str] = str
    measure: Callable[[str], int] | None = None


Stage = Callable[[Path, pytest.MonkeyPatch], Any]


@contextmanager
def open_pass(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Make a password store with a key without a passphrase."""
    for name in ("pass", "gpg", "gpgconf"):
        _ = require_program(name)
    with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp") as keys:
        monkeypatch.setenv("GNUPGHOME", keys)
        monkeypatch.setenv("PASSWORD_STORE_DIR", str(folder / "store"))
        name = "bot@example.com"
        _run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", name, "rsa1024")
        found = _run("gpg", "--list-keys", "--with-colons", name)
        key = next(line.split(":")[9] for line in found.splitlines() if line.startswith("fpr"))
        _run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-add-key", key, "rsa1024")
        _run("pass", "init", name)
        try:
            yield RealStore({"folder": "bots/news"}, lambda one: _run("pass", f"bots/news/{one}"))
        finally:
            _run("gpgconf", "--kill", "all")


@contextmanager
def open_shell(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Let a shell of this computer run what ssh would give to the server's."""
    _put_in_front(
        folder, "ssh", 'while test "$1" != --; do shift; done; exec sh -c "$2"', monkeypatch
    )
    path = folder / "my bot.env"
    yield RealStore({"host": "vps", "path": str(path)}, lambda _one: path.read_text())


@contextmanager
def open_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Start an SSH server of this user's own, and let ssh know it as vps."""
    ssh, server = require_program("ssh"), require_program("sshd")
    port = find_free_port()
    for name in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    _ = (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nUsePAM yes\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nPidFile none\n"
    )
    _ = (folder / "ssh_config").write_text(
        f"Host vps\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {folder}/user\n"
        f"  User {pwd.getpwuid(os.getuid()).pw_name}\n"
        f"  UserKnownHostsFile {folder}/known\n  StrictHostKeyChecking accept-new\n"
    )
    # ssh reads the configuration of the home in passwd, whatever HOME is.
    _put_in_front(folder, "ssh", f'exec {ssh} -F {folder}/ssh_config "$@"', monkeypatch)
    running = Program(
        [server, "-D", "-e", "-f", str(folder / "sshd_config")], os.environ, folder / "sshd"
    )
    wait_until(lambda: "listening" in running.err, 10, "the server listens")
    path = folder / "my bot.env"
    try:
        yield RealStore({"host": "vps", "path": str(path)}, lambda _one: path.read_text())
    finally:
        running.kill()


@contextmanager
def open_systemd(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Let systemd-creds have a host key of its own, below what is /var/lib/systemd to it.

    It refuses to keep the key on a temporary file system, which /tmp may be and /var/tmp is not
    (Filesystem Hierarchy Standard 3.0, section 5.15).
    """
    creds = require_program("systemd-creds")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as kept:
        mount = f'mount --bind {kept} /var/lib/systemd && exec {creds} "$@"'
        words = " ".join([*enter_user_namespace(), "--mount"])
        _put_in_front(
            folder, "systemd-creds", f"exec {words} sh -c '{mount}' creds \"$@\"", monkeypatch
        )
        store = folder / "credstore"
        yield RealStore(
            {"folder": str(store)},
            lambda one: _run("systemd-creds", "decrypt", f"--name={one}", str(store / one), "-"),
        )


@contextmanager
def open_podman(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Give podman folders of its own."""
    _ = require_program("podman")
    for name in ("XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        (folder / name).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder / name))
    data = folder / "XDG_DATA_HOME/containers/storage/secrets/filedriver/secretsdata.json"

    def read(name: str) -> str:
        number = _run("podman", "secret", "inspect", "--format", "{{.ID}}", name).strip()
        return b64decode(json.loads(data.read_text())[number]).decode()

    try:
        yield RealStore({"prefix": "{handle}."}, read)
    finally:  # podman leaves a process behind that keeps its namespace
        for path in (folder / "XDG_RUNTIME_DIR").rglob("pause.pid"):
            os.kill(int(path.read_text()), signal.SIGKILL)


@contextmanager
def open_openbao(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Start an OpenBao server in memory."""
    bao = require_program("bao")
    address = f"127.0.0.1:{find_free_port()}"
    monkeypatch.setenv("BAO_ADDR", f"http://{address}")
    monkeypatch.setenv("BAO_TOKEN", "root")
    words = [bao, "server", "-dev", "-dev-root-token-id=root", f"-dev-listen-address={address}"]
    running = Program(words, os.environ, folder / "bao")
    wait_until(lambda: "Development mode" in running.out, 30, "the server runs")

    def read(_name: str) -> str:
        return _run("bao", "kv", "get", "-format=json", "-mount=secret", "bots/news")

    try:
        yield RealStore({"mount": "secret", "path": "bots/news"}, read)
    finally:
        running.kill()


@contextmanager
def _open_moto(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Start an imitation of AWS."""
    _ = require_program("aws")
    port = find_free_port()
    for name, text in (
        ("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
    ):
        monkeypatch.setenv(name, text)
    running = Program(
        [require_program("moto_server"), "-p", str(port)], os.environ, folder / "moto"
    )
    wait_until(lambda: "Running on" in running.err, 30, "the server runs")
    try:
        yield
    finally:
        running.kill()


@contextmanager
def open_aws_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Let AWS Secrets Manager be moto's."""
    words = ("aws", "secretsmanager", "get-secret-value", "--query", "SecretString")
    with _open_moto(folder, monkeypatch):
        yield RealStore(
            {"secret": "bots/{handle}"},
            lambda one: json.loads(_run(*words, "--output", "json", "--secret-id", one)),
        )


@contextmanager
def open_aws_parameters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Let the Parameter Store be moto's."""
    words = ("aws", "ssm", "get-parameter", "--with-decryption", "--query", "Parameter.Value")
    with _open_moto(folder, monkeypatch):
        yield RealStore(
            {"path": "/bots/news"},
            lambda one: json.loads(_run(*words, "--output", "json", "--name", f"/bots/news/{one}")),
        )


@contextmanager
def open_github(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[RealStore]:
    """Let gh speak to an imitation of GitHub, over a socket and without TLS."""
    _ = require_program("gh")
    with tempfile.TemporaryDirectory(prefix="gh-", dir="/tmp") as short:
        address = f"{short}/s"
        _ = (folder / "config.yml").write_text(f"http_unix_socket: {address}\n")
        monkeypatch.setenv("GH_CONFIG_DIR", str(folder))
        monkeypatch.setenv("GH_TOKEN", "gho_" + "x" * 36)
        server = _GitHub(address)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield RealStore(
                {"repo": "acme/bots"},
                # A sealed box is 48 bytes longer than what is in it.
                measure=lambda one: len(b64decode(server.sealed[one]["encrypted_value"])) - 48,
            )
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _GitHub(socketserver.ThreadingUnixStreamServer):
    request_queue_size = 64

    def __init__(self, address: str) -> None:
        super().__init__(address, _GitHubRequest)
        self.sealed: dict[str, dict[str, str]] = {}


class _GitHubRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @override
    def address_string(self) -> str:
        return "socket"

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    @property
    def _sealed(self) -> dict[str, dict[str, str]]:
        assert isinstance(self.server, _GitHub)
        return self.server.sealed

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/repos/acme/bots/actions/secrets/public-key":
            self._reply({"key_id": "1", "key": b64encode(bytes(range(9, 41))).decode()})
        elif path == "/repos/acme/bots/actions/secrets":
            found = [
                {"name": name, "updated_at": one["at"], "created_at": one["at"]}
                for name, one in self._sealed.items()
            ]
            self._reply({"total_count": len(found), "secrets": found})
        elif path in {"", "/", "/user"}:
            self._reply({"login": "fernwick"})
        else:
            self._reply({"message": "Not Found"}, 404)

    def do_POST(self) -> None:
        _ = self._read_body()
        self._reply({"data": {"viewer": {"login": "fernwick"}}})

    def do_PUT(self) -> None:
        body = json.loads(self._read_body())
        name = self.path.rpartition("/")[2]
        second = len(self._sealed) + 10 + (20 if name in self._sealed else 0)
        self._sealed[name] = {**body, "at": f"2026-03-03T12:00:{second}Z"}
        self._reply({}, 201)

    def do_DELETE(self) -> None:
        del self._sealed[self.path.rpartition("/")[2]]
        self._reply(None, 204)

    def _read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _reply(self, value: object, status: int = 200) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-OAuth-Scopes", "repo")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _run(*words: str) -> str:
    """Run a program, which has to succeed, and return what it writes."""
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return done.stdout


def _put_in_front(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a program be started through a script."""
    path = folder / "front" / name
    path.parent.mkdir(exist_ok=True)
    _ = path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")
