"""The pretend X is started once, is recognised where it runs already, and never guessed at."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from typing_extensions import override

from tests.services.ground import Ground, free_port
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.pretend import PretendX


@pytest.fixture
def pretend(ground: Ground) -> Iterator[PretendX]:
    made = PretendX(ground.kit.store)
    yield made
    made.stop()


def answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/sandbox.json", timeout=5) as page:
            return b"twauth-sandbox" in page.read()
    except OSError:
        return False


def test_it_starts_and_describes_its_app(ground: Ground, pretend: PretendX) -> None:
    port = free_port()
    draft = pretend.start(port)
    assert draft.hosts.api == f"http://127.0.0.1:{port}"
    assert pretend.start(port) == draft
    app = ground.kit.apps.add(draft)
    pretend.stop()
    assert not answers(port)
    pretend.ready(app)  # used again, so it is there again
    assert answers(port)


def test_one_that_runs_already_is_used(ground: Ground, pretend: PretendX) -> None:
    running = int(ground.sandbox.url.rpartition(":")[2])
    draft = pretend.start(running)
    assert draft.hosts.api == ground.sandbox.url
    pretend.stop()
    assert answers(running)  # not ours to stop


def test_a_silent_program_on_the_port(ground: Ground, pretend: PretendX) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(DiagnosedError) as refused:
            pretend.start(port)
    assert refused.value.diagnosis.kind is ProblemKind.PORT_TAKEN
    assert str(port) in refused.value.diagnosis.title


class Foreign(BaseHTTPRequestHandler):
    """Some other web server, which knows JSON too."""

    def do_GET(self) -> None:
        body = b'["twauth-sandbox"]'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_another_web_server_on_the_port(ground: Ground, pretend: PretendX) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Foreign) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with pytest.raises(DiagnosedError) as refused:
            pretend.start(server.server_port)
        server.shutdown()
    assert refused.value.diagnosis.kind is ProblemKind.PORT_TAKEN


def test_apps_elsewhere_are_left_alone(ground: Ground, pretend: PretendX) -> None:
    app = ground.add_app()  # on a sandbox that somebody else runs
    ground.sandbox.stop()
    pretend.ready(app)
    assert not answers(int(app.hosts.api.rpartition(":")[2]))
    ground.sandbox.start()


def test_two_on_one_port_are_told_apart(pretend: PretendX) -> None:
    with Sandbox(port=0) as other:
        port = int(other.url.rpartition(":")[2])
        pretend.start(port)
    pretend.start(port)  # the other is gone: now it is started here
    assert answers(port)
