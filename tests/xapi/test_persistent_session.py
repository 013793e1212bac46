"""Proves that one connection serves many calls, and that a stale one costs no answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.support.sample_credentials import CREDENTIALS, KEYS
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.session import PersistentSession, new_persistent_session

BODY = b'{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick"}'
ANSWER = b"HTTP/1.1 200 OK\r\nSet-Cookie: guest_id=1; Path=/\r\nContent-Length: %d\r\n\r\n%b" % (
    len(BODY),
    BODY,
)


class Server:
    """Answers so many requests on each connection, then closes it without a word."""

    def __init__(self, per_connection: int) -> None:
        self._per_connection = per_connection
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.connections = 0
        self.heads: list[bytes] = []
        self.hosts = Hosts.from_api_url(f"http://127.0.0.1:{self._listening.getsockname()[1]}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listening.accept()[0]
            except OSError:
                return
            self.connections += 1
            with connection:
                for _ in range(self._per_connection):
                    head = connection.recv(65536)
                    if not head:
                        break
                    self.heads.append(head)
                    connection.sendall(ANSWER)


@contextmanager
def serve(per_connection: int) -> Generator[tuple[Server, PersistentSession]]:
    server = Server(per_connection)
    server.start()
    session = new_persistent_session(server.hosts)
    yield server, session
    session.close_connection()
    server.stop()


def ask(server: Server, session: PersistentSession) -> str:
    return verify_credentials(
        server.hosts, KEYS, CREDENTIALS, CancelToken(), session=session
    ).handle


def test_one_connection_serves_many_and_carries_no_cookie() -> None:
    with serve(per_connection=5) as (server, session):
        assert {ask(server, session) for _ in range(5)} == {"fernwick_news"}
        assert server.connections == 1
        assert not any(b"cookie" in head.lower() for head in server.heads)
        stamps = {head.partition(b"oauth_nonce=")[2][:20] for head in server.heads}
        assert len(stamps) == 5


def test_a_connection_that_was_closed_meanwhile_is_opened_anew() -> None:
    with serve(per_connection=1) as (server, session):
        assert [ask(server, session) for _ in range(3)] == ["fernwick_news"] * 3
        assert server.connections == 3


def test_what_was_cut_stays_cut() -> None:
    with serve(per_connection=1) as (server, session):
        assert ask(server, session)
        session.abort()
        with pytest.raises(DiagnosedError) as caught:
            ask(server, session)
        assert caught.value.diagnosis.kind is ProblemKind.REFUSED
        assert server.connections == 1
