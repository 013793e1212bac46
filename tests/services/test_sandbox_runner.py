"""The sandbox is started once, and recognised if it already runs; no other server is."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from typing_extensions import override

from tests.support.installations import Installation, find_free_port
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.sandbox_runner import SandboxRunner


@pytest.fixture
def pretend(installation: Installation) -> Iterator[SandboxRunner]:
    runner = SandboxRunner(installation.services.store)
    yield runner
    runner.stop()


def answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/sandbox.json", timeout=5) as page:
            return b"twauth-sandbox" in page.read()
    except OSError:
        return False


def test_it_starts_and_describes_its_app(
    installation: Installation, pretend: SandboxRunner
) -> None:
    port = find_free_port()
    draft = pretend.start(port)
    assert draft.hosts.api == f"http://127.0.0.1:{port}"
    assert pretend.start(port) == draft
    app = installation.services.apps.add(draft)
    pretend.stop()
    assert not answers(port)
    pretend.start_if_used_by(app)  # used again, so it is there again
    assert answers(port)


def test_one_that_runs_already_is_used(installation: Installation, pretend: SandboxRunner) -> None:
    running = int(installation.sandbox.url.rpartition(":")[2])
    draft = pretend.start(running)
    assert draft.hosts.api == installation.sandbox.url
    pretend.stop()
    assert answers(running)  # not ours to stop


def test_a_silent_program_on_the_port(installation: Installation, pretend: SandboxRunner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        with pytest.raises(DiagnosedError) as refused:
            pretend.start(port)
    assert refused.value.diagnosis.kind is ProblemKind.PORT_TAKEN
    assert str(port) in refused.value.diagnosis.title


class Foreign(BaseHTTPRequestHandler):
    """Another web server, which answers with JSON too."""

    def do_GET(self) -> None:
        body = b'["twauth-sandbox"]'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Do nothing."""


def test_another_web_server_on_the_port(installation: Installation, pretend: SandboxRunner) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Foreign) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with pytest.raises(DiagnosedError) as refused:
            pretend.start(server.server_port)
        server.shutdown()
    assert refused.value.diagnosis.kind is ProblemKind.PORT_TAKEN


def test_apps_elsewhere_are_left_alone(installation: Installation, pretend: SandboxRunner) -> None:
    app = installation.add_app()  # on a sandbox of another process
    installation.sandbox.stop()
    pretend.start_if_used_by(app)
    assert not answers(int(app.hosts.api.rpartition(":")[2]))
    installation.sandbox.start()


def test_two_on_one_port_are_distinguished(pretend: SandboxRunner) -> None:
    with Sandbox(port=0) as other:
        port = int(other.url.rpartition(":")[2])
        pretend.start(port)
    pretend.start(port)  # the other is gone: now it is started here
    assert answers(port)
