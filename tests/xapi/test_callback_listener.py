"""Proves that only the right answer ends the wait for the browser, whatever else is sent."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from twauth_gui.domain.callback_response import DeniedResponse, OAuth1Response, VerifierResponse
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import callback_pages
from twauth_gui.xapi.callback_listener import CallbackListener
from twauth_gui.xapi.callback_server import CallbackServer

TOKEN = Secret("9Npq8Invented_Token-000x")
VERIFIER = "InventedVerifier0000000000000032"
RIGHT = f"/callback?oauth_token={TOKEN.reveal()}&oauth_verifier={VERIFIER}"
DENIED = f"/callback?denied={TOKEN.reveal()}"
EXPECTED = VerifierResponse(Secret(VERIFIER), TOKEN)


@pytest.fixture
def listener() -> Iterator[CallbackListener]:
    with CallbackListener("http://127.0.0.1:0/callback", TOKEN) as listening:
        yield listening


def port_of(listener: CallbackListener) -> int:
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/callback", listener.callback_url)
    assert found
    return int(found.group(1))


def send(listener: CallbackListener, raw: bytes) -> bytes:
    """Send bytes, close our side, read what comes back."""
    with socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def get(listener: CallbackListener, target: str, *headers: str, host: str = "") -> bytes:
    lines = (
        f"GET {target} HTTP/1.1",
        f"Host: {host or f'127.0.0.1:{port_of(listener)}'}",
        *headers,
    )
    return send(listener, "\r\n".join((*lines, "", "")).encode("latin-1"))


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    assert found, answer[:100]
    return int(found.group(1))


def wait_for_response(listener: CallbackListener) -> OAuth1Response | None:
    with contextlib.suppress(DiagnosedError):
        return listener.wait_for_verifier(CancelToken(), seconds=0)
    return None


HEADER = "GET {target} HTTP/1.1\r\nHost: {host}\r\n"
REST = " HTTP/1.1\r\nHost: {host}\r\n\r\n"
HOSTILE = {
    "a rebinding host": "GET {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "localhost": "GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
    "no port": "GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "two hosts": HEADER + "Host: evil.example\r\n\r\n",
    "the host twice": HEADER + "Host: {host}\r\n\r\n",
    "no host": "GET {target} HTTP/1.1\r\nAccept: */*\r\n\r\n",
    "absolute form": "GET http://{host}{target} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "another path": "GET /elsewhere?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a slash more": "GET /callback/?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two slashes": "GET //127.0.0.1/callback?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a wrong token": "GET /callback?oauth_token=x&oauth_verifier=y" + REST,
    "no token": "GET /callback?oauth_verifier=abcdef HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "nothing": "GET /callback HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "post": "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
    "options": "OPTIONS {target} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "head": "HEAD {target} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a body": HEADER + "Content-Length: 4\r\n\r\nabcd",
    "chunks": HEADER + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "favicon": "GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "fetch": HEADER + "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\r\n",
    "a frame": HEADER + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n\r\n",
    "an image": HEADER + "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n\r\n",
    "a prefetch": HEADER + "Sec-Purpose: prefetch\r\n\r\n",
    "a prerendering": HEADER + "Sec-Purpose: prefetch;prerender\r\n\r\n",
    "a speculation": HEADER + 'Sec-Speculation-Tags: "x"\r\n\r\n',
    "an old prefetch": HEADER + "Purpose: prefetch\r\n\r\n",
    "Firefox's prefetch": HEADER + "X-Moz: prefetch\r\n\r\n",
    "Safari's preview": HEADER + "X-Purpose: preview\r\n\r\n",
    "a websocket": HEADER + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "half a websocket": HEADER + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "an empty line first": "\r\n\r\n",
    "a value twice": "GET {target}&oauth_token=x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "both answers": "GET {target}&denied={token} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "many values": "GET {target}{many} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a long path": "GET {target}{long} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a line of 70 kB": "GET {target}{longest} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "many headers": HEADER + "{headers}\r\n",
    "tls": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "bad percent": "GET /callback?oauth_token=%zz%&oauth_verifier=%ff" + REST,
    "http/0.9": "GET {target}\r\n\r\n",
    "http/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a folded header": HEADER + "X-A: 1\r\n Host: evil.example\r\n\r\n",
    "a nul": HEADER + "X-A: a\x00b\r\n\r\n",
    "a bare line feed": "GET {target} HTTP/1.1\nHost: {host}\n\n",
    "cut off": "GET {target} HTTP/1.1\r\nHost: {h",
    "blank": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_requests_are_refused_and_end_nothing(
    listener: CallbackListener, name: str
) -> None:
    port = port_of(listener)
    values = {
        "target": RIGHT,
        "query": RIGHT.partition("?")[2],
        "token": TOKEN.reveal(),
        "host": f"127.0.0.1:{port}",
        "port": str(port),
        "many": "".join(f"&p{n}=1" for n in range(100)),
        "long": "&p=" + "x" * 4000,
        "longest": "&p=" + "x" * 70_000,
        "headers": "".join(f"X-{n}: 1\r\n" for n in range(200)),
    }
    raw = HOSTILE[name]
    for key, value in values.items():
        raw = raw.replace(f"{{{key}}}", value)
    answer = send(listener, raw.encode("latin-1"))
    assert status(answer) in range(400, 500)
    assert answer.endswith(callback_pages.REFUSED)
    assert wait_for_response(listener) is None
    assert status(get(listener, RIGHT)) == 200
    assert wait_for_response(listener) == EXPECTED


def test_a_browsers_own_request_is_taken_once(listener: CallbackListener) -> None:
    navigation = (
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
        "Cookie: " + "a=b; " * 4000,
        "Referer: https://api.x.com/",
    )
    answer = get(listener, RIGHT, *navigation)
    assert status(answer) == 200
    assert answer.endswith(callback_pages.SUCCESS)
    assert wait_for_response(listener) == EXPECTED
    assert status(get(listener, RIGHT)) == 410
    assert status(get(listener, DENIED)) == 410
    assert status(get(listener, "/callback?oauth_token=x&oauth_verifier=y")) == 403
    assert wait_for_response(listener) == EXPECTED


def test_a_denial_is_a_response(listener: CallbackListener) -> None:
    assert status(get(listener, "/callback?denied=another")) == 403
    assert wait_for_response(listener) is None
    assert get(listener, DENIED).endswith(callback_pages.DENIED)
    assert wait_for_response(listener) == DeniedResponse(TOKEN)


def test_two_hundred_wrong_tokens_then_the_right_one(listener: CallbackListener) -> None:
    for number in range(200):
        wrong = f"/callback?oauth_token={TOKEN.reveal()}{number}&oauth_verifier={VERIFIER}"
        assert status(get(listener, wrong)) == 403
    assert wait_for_response(listener) is None
    assert status(get(listener, RIGHT)) == 200
    assert wait_for_response(listener) == EXPECTED
    assert status(get(listener, RIGHT)) == 410


def test_nothing_is_accepted_before_the_token_is_known() -> None:
    with CallbackListener("http://127.0.0.1:0/callback") as listener:
        assert status(get(listener, RIGHT)) == 403
        assert status(get(listener, "/callback?oauth_token=&oauth_verifier=abcd")) == 400
        listener.expect_token(TOKEN)
        assert status(get(listener, RIGHT)) == 200


def test_slow_clients_hold_up_nobody(listener: CallbackListener) -> None:
    address = ("127.0.0.1", port_of(listener))
    slow = [socket.create_connection(address, timeout=10) for _ in range(20)]
    for connection in slow:
        connection.sendall(b"GET /callback?oauth")
    assert status(get(listener, RIGHT)) == 200
    assert wait_for_response(listener) == EXPECTED
    listener.close()
    for connection in slow:
        with connection:
            connection.settimeout(10)
            assert not connection.recv(100)


@pytest.mark.parametrize("sent", [b"", b"G"], ids=["silent", "one byte"])
def test_connections_that_get_nowhere_turn_the_browser_away_never(
    listener: CallbackListener, sent: bytes
) -> None:
    address = ("127.0.0.1", port_of(listener))
    with contextlib.ExitStack() as opened:
        flood = [socket.create_connection(address, timeout=10) for _ in range(200)]
        for connection in flood:
            opened.enter_context(connection)
            with contextlib.suppress(OSError):  # it may have had to go already
                connection.sendall(sent)
        assert status(get(listener, RIGHT)) == 200
        # The oldest made room: they end without an answer, or with a reset for what they said.
        with contextlib.suppress(ConnectionResetError):
            assert not flood[0].recv(100)
    assert wait_for_response(listener) == EXPECTED


def test_who_is_about_to_be_answered_stays(listener: CallbackListener) -> None:
    """A head in two pieces survives any number of connections that say nothing."""
    address = ("127.0.0.1", port_of(listener))
    head = f"GET {RIGHT} HTTP/1.1\r\nHost: 127.0.0.1:{address[1]}\r\n\r\n".encode()
    with contextlib.ExitStack() as opened:
        browser = opened.enter_context(socket.create_connection(address, timeout=10))
        browser.sendall(head[:20])
        assert status(get(listener, "/favicon.ico")) == 404  # the first piece was read before that
        for _ in range(200):
            opened.enter_context(socket.create_connection(address, timeout=10))
        assert status(get(listener, "/favicon.ico")) == 404
        browser.sendall(head[20:])
        assert status(browser.recv(65536)) == 200
    assert wait_for_response(listener) == EXPECTED


def test_fifty_sign_ins_on_one_port() -> None:
    with CallbackListener("http://127.0.0.1:0/callback") as first:
        url = first.callback_url
    for _ in range(50):
        with CallbackListener(url, TOKEN) as listener:
            assert listener.callback_url == url
            # As browsers do, our side is kept open: the listener closes first, into TIME_WAIT.
            browser = http.client.HTTPConnection("127.0.0.1", port_of(listener), timeout=10)
            browser.request("GET", RIGHT)
            assert browser.getresponse().read() == callback_pages.SUCCESS
            browser.close()
            assert wait_for_response(listener) == EXPECTED


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8739/callback",
        "http://192.0.2.7:8739/callback",
        "http://bots.example/callback",
        "http://[::1]:8739/callback",
        "http://someone@127.0.0.1:8739/callback",
        "http://127.0.0.1:99999/callback",
        "twauth://callback",
        "http://[",
        "oob",
        "",
    ],
)
def test_a_callback_that_leads_elsewhere_cannot_be_listened_to(url: str) -> None:
    with pytest.raises(DiagnosedError) as caught:
        CallbackListener(url)
    assert caught.value.diagnosis.kind is ProblemKind.CALLBACK_NEEDS_PIN


def test_localhost_is_answered_where_it_is_the_callback() -> None:
    with CallbackListener("http://localhost:0/", TOKEN) as listener:
        port = int(listener.callback_url.rpartition(":")[2].rstrip("/"))
        raw = f"GET {RIGHT.removeprefix('/callback')} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(raw.replace("GET ?", "GET /?").encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert wait_for_response(listener) == EXPECTED


def test_a_silent_browser_is_given_up(listener: CallbackListener) -> None:
    with pytest.raises(DiagnosedError) as caught:
        listener.wait_for_verifier(CancelToken(), seconds=0.01)
    assert caught.value.diagnosis.kind is ProblemKind.TIMED_OUT_WAITING


@pytest.mark.parametrize("how", ["cancel", "close"])
def test_the_wait_ends_at_once(listener: CallbackListener, how: str) -> None:
    cancel = CancelToken()
    threading.Timer(0.02, cancel.cancel if how == "cancel" else listener.close).start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        listener.wait_for_verifier(cancel, seconds=60)
    assert time.monotonic() - began < 5


def test_the_answer_wakes_the_wait(listener: CallbackListener) -> None:
    threading.Timer(0.02, get, (listener, RIGHT)).start()
    assert listener.wait_for_verifier(CancelToken(), seconds=60) == EXPECTED


def test_a_listener_opens_and_closes_once_however_often_it_is_asked(
    listener: CallbackListener,
) -> None:
    url, port = listener.callback_url, port_of(listener)
    listener.open()
    assert listener.callback_url == url
    assert status(get(listener, RIGHT)) == 200
    for _ in range(2):
        listener.close()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), timeout=10)
    assert wait_for_response(listener) == EXPECTED
    with CallbackListener(url, TOKEN) as next_one:
        assert next_one.callback_url == url


@pytest.mark.parametrize("sent", [b"", b"GET"], ids=["nothing", "too little"])
def test_a_client_that_says_nothing_is_answered_and_let_go(sent: bytes) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    long, short = 600.0, 0.05
    seconds, begin = (short, long) if sent else (long, short)
    server = CallbackServer(listening, bytes.upper, seconds, begin)
    with socket.create_connection(listening.getsockname(), timeout=10) as slow:
        slow.sendall(sent)
        assert status(slow.recv(65536)) == 408
    server.close()


def test_a_server_that_cannot_begin_says_so() -> None:
    """Its thread ends before anything is served: a caller that waited for it would never return."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.close()
    with pytest.raises(OSError, match="descriptor"):
        CallbackServer(listening, bytes.upper)
