"""Proves that no silence, drip or break of the connection holds a call, or goes unexplained."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.certificates import Authority, ServerCertificate
from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import (
    AUTHORIZATION_CODE,
    AUTHORIZATION_REQUEST,
    CONFIDENTIAL_CLIENT,
    CREDENTIALS,
    KEYS,
    PUBLIC_CLIENT,
)
from tests.xapi.network_calls import UNKNOWN_HOST, USER_BODY, diagnose_call, matches_template
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.bearer_token import obtain_bearer_token
from twauth_gui.xapi.errors.messages import network_errors
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.oauth1 import obtain_request_token

pytestmark = pytest.mark.usefixtures("plain_environment")


@contextmanager
def server_that(talks: Callable[[socket.socket, threading.Event], None]) -> Generator[Hosts]:
    """Accept one connection after another, and talk on it until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    with listening.accept()[0] as connection:
                        connection.recv(65536)
                        talks(connection, over)
                except OSError:
                    if over.is_set():
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        yield Hosts.from_api_url(f"http://127.0.0.1:{listening.getsockname()[1]}")
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def drip(head: bytes, drop: bytes) -> Callable[[socket.socket, threading.Event], None]:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(0.02):
            connection.sendall(drop)

    return talk


def reset(connection: socket.socket, _over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


DRIPS = {
    "status line": drip(b"", b"H"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "one header": drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"b"),
    "continue": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x"),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "no length": drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
}


def left_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "call to X"]


@pytest.mark.parametrize("where", DRIPS)
def test_a_drip_cannot_hold_a_call(where: str) -> None:
    over = CallSettings(NetworkSettings(total_seconds=0.3))
    with server_that(DRIPS[where]) as hosts:
        start = time.monotonic()
        found = diagnose_call(hosts, over)
        assert time.monotonic() - start < 2
        assert matches_template(found, network_errors.TOO_SLOW)
        for thread in left_threads():
            thread.join(5)
        assert not left_threads()


def test_a_drip_inside_the_handshake_ends_too() -> None:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")  # a long record of a handshake begins
        while not over.wait(0.02):
            connection.sendall(b"\x02")

    with server_that(talk) as hosts:
        https = Hosts.from_api_url(hosts.api.replace("http:", "https:"))
        start = time.monotonic()
        over = CallSettings(NetworkSettings(total_seconds=0.3))
        assert matches_template(diagnose_call(https, over), network_errors.TOO_SLOW)
        assert time.monotonic() - start < 2


def test_each_obstacle_has_a_message_of_its_own(authority: Authority) -> None:
    with (
        server_that(reset) as resetting,
        server_that(DRIPS["body"]) as dripping,
        CannedServer(tls=authority.context(ServerCertificate())) as untrusted,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        quick = CallSettings(NetworkSettings(read_seconds=0.2, total_seconds=0.4))
        hung = Hosts.from_api_url(f"http://127.0.0.1:{silent.getsockname()[1]}")
        refused = Hosts(api="https://127.0.0.2:1")
        found = {
            "dead name": diagnose_call(UNKNOWN_HOST),
            "refused": diagnose_call(refused),
            "reset": diagnose_call(resetting),
            "hang": diagnose_call(hung, quick),
            "drip": diagnose_call(dripping, quick),
            "tls": diagnose_call(untrusted.hosts),
        }
    kinds = {name: diagnosis.kind for name, diagnosis in found.items()}
    assert kinds == {
        "dead name": ProblemKind.NO_NETWORK,
        "refused": ProblemKind.SANDBOX_OFF,
        "reset": ProblemKind.REFUSED,
        "hang": ProblemKind.TIMED_OUT,
        "drip": ProblemKind.TIMED_OUT,
        "tls": ProblemKind.TLS,
    }
    assert len({diagnosis.title for diagnosis in found.values()}) == len(found)


# what holds for every call


CALLS: dict[str, Callable[[Hosts], object]] = {
    "request token": lambda hosts: obtain_request_token(hosts, KEYS, "oob", CancelToken()),
    "bearer": lambda hosts: obtain_bearer_token(hosts, KEYS, CancelToken()),
    "code": lambda hosts: oauth2.exchange_code(
        hosts, CONFIDENTIAL_CLIENT, AUTHORIZATION_REQUEST, AUTHORIZATION_CODE, CancelToken()
    ),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_token_call_follows_a_redirect(canned: CannedServer, name: str, status: int) -> None:
    canned.set_reply(status, "", {"Location": f"{canned.url}/elsewhere"})
    with pytest.raises(DiagnosedError) as caught:
        CALLS[name](canned.hosts)
    assert caught.value.diagnosis.kind is ProblemKind.REDIRECTED
    assert len(canned.requests) == 1


def test_netrc_gives_a_public_client_no_password(
    canned: CannedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("default login someone password something\n")
    monkeypatch.setenv("NETRC", str(file))
    canned.set_reply(200, '{"access_token":"fresh","token_type":"bearer"}')
    oauth2.exchange_code(
        canned.hosts, PUBLIC_CLIENT, AUTHORIZATION_REQUEST, AUTHORIZATION_CODE, CancelToken()
    )
    assert "Authorization" not in canned.requests[0].headers


def test_a_sandbox_on_ipv6_is_reached() -> None:
    with CannedServer("::1") as server:
        server.set_reply(200, USER_BODY)
        assert server.hosts.is_local
        assert verify_credentials(server.hosts, KEYS, CREDENTIALS, CancelToken()).user_id == "17"
        assert server.requests[0].headers["Host"] == f"[::1]:{server.port}"
