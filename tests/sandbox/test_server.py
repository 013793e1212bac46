"""Proves that the server starts, stops, restarts and keeps strangers out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
import time
from dataclasses import FrozenInstanceError
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.sandbox_app import (
    authorize_url,
    get_signed,
    obtain_access_token,
    obtain_request_token,
    post_signed,
    send_request,
)
from twauth_gui.sandbox.server import DEFAULT_PORT, Sandbox, startup_text
from twauth_gui.sandbox.settings import SandboxSettings

VERIFY = "/1.1/account/verify_credentials.json"


def raw(sandbox: Sandbox, request: bytes) -> bytes:
    """Send bytes, read until the server hangs up."""
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), 10) as peer:
        peer.sendall(request)
        peer.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: peer.recv(65536), b""))


def test_tokens_survive_a_restart_on_the_same_port() -> None:
    with Sandbox(0) as first:
        valid_token, revoked = (
            obtain_access_token(first, "harbour_clock"),
            obtain_access_token(first, "tidal_times"),
        )
        pending = obtain_request_token(first)
        post_signed(first, "/1.1/oauth/invalidate_token.json", revoked)
        port = urlsplit(first.url).port or 0
    with pytest.raises(requests.ConnectionError):
        send_request("GET", first.url)
    with Sandbox(port) as second:
        assert second.url == first.url
        assert get_signed(second, VERIFY, valid_token).json()["screen_name"] == "harbour_clock"
        assert get_signed(second, VERIFY, revoked).status_code == 200  # forgotten, as documented
        assert send_request("GET", authorize_url(second, pending)).status_code == 403
    with Sandbox(port, settings=SandboxSettings(seed="another")) as stranger:
        assert get_signed(stranger, VERIFY, valid_token).json()["errors"][0]["code"] == 89


def test_a_taken_port_is_an_error(sandbox: Sandbox) -> None:
    port = urlsplit(sandbox.url).port or 0
    with pytest.raises(OSError, match=r".+"):
        Sandbox(port).start()
    with pytest.raises(RuntimeError, match="running already"):
        sandbox.start()


def test_stopping_and_starting_again(sandbox: Sandbox) -> None:
    url = sandbox.url
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(OSError, match=r".+"):
        send_request("GET", f"{url}/sandbox.json")
    sandbox.start()
    assert sandbox.url == url
    assert send_request("GET", f"{url}/sandbox.json").json() == {
        "name": "twauth-sandbox",
        "version": 1,
    }


def test_stopping_does_not_wait_for_slow_answers_or_silent_clients(sandbox: Sandbox) -> None:
    sandbox.change_settings(latency=60)
    address = ("127.0.0.1", urlsplit(sandbox.url).port or 0)
    with socket.create_connection(address) as asking, socket.create_connection(address) as silent:
        asking.sendall(b"GET /2/users/me HTTP/1.1\r\nHost: x\r\n\r\n")
        silent.sendall(b"GET / HT")
        while sum(thread.name == "sandbox-request" for thread in threading.enumerate()) < 2:
            threading.Event().wait(0.01)
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 5
        assert asking.recv(1) == b""


def test_changes_are_checked(sandbox: Sandbox) -> None:
    with pytest.raises(TypeError):
        sandbox.change_settings(colour="red")
    for wrong in (
        {"access_level": "all"},
        {"app_type": "toaster"},
        {"latency": -1},
        {"callbacks": ("http://a.example/\r\nx: y",)},
        {"callbacks": ("nowhere",)},
        {"callbacks": ("http://a.example/",) * 11},
        {"delivery": "by pigeon"},
        {"max_scopes": ("tweet.eat",)},
        {"code_lifetime": -1},
    ):
        with pytest.raises(ValueError, match=r".+"):
            sandbox.change_settings(**wrong)
    assert sandbox.settings == SandboxSettings()
    with pytest.raises(FrozenInstanceError):
        sandbox.settings.latency = 1  # type: ignore[misc]


@pytest.mark.parametrize("host", ["evil.example", "localhost:8740", "127.0.0.1:1", ""])
@pytest.mark.parametrize("path", ["/", "/oauth/authorize?oauth_token=x"])
def test_pages_only_answer_to_their_own_name(sandbox: Sandbox, host: str, path: str) -> None:
    answer = send_request("GET", sandbox.url + path, headers={"Host": host})
    assert answer.status_code == 421
    assert "API key" not in answer.text


def test_the_signature_does_not_follow_the_host_header(sandbox: Sandbox) -> None:
    keys = obtain_access_token(sandbox, "tidal_times")
    with requests.Session() as session:
        request = requests.Request("GET", sandbox.url + VERIFY, auth=keys.auth())
        ready = session.prepare_request(request)
        ready.headers["Host"] = "elsewhere.example"
        assert session.send(ready).status_code == 200


def test_pages_allow_their_own_style_and_nothing_else(sandbox: Sandbox) -> None:
    answer = send_request("GET", sandbox.url)
    style = re.findall(r"<style>(.*)</style>", answer.text, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"<script|style=|<link|<img|https://(?!bots\.example)", answer.text)
    assert 'http-equiv="refresh"' not in answer.text
    assert 'content="3"' in send_request("GET", f"{sandbox.url}/?live=1").text


def test_a_cookie_belongs_to_one_port_and_no_script(sandbox: Sandbox) -> None:
    answer = send_request("GET", authorize_url(sandbox, obtain_request_token(sandbox)))
    port = urlsplit(sandbox.url).port
    assert re.fullmatch(
        rf"twauth_sandbox_{port}=[\w-]+; Path=/; HttpOnly; SameSite=Lax",
        answer.headers["set-cookie"],
    )


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n" + b"x" * 65537, b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"<script> / HTTP/1.1\r\n\r\n", b"501"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"GET http://elsewhere.example/ HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
    ],
)
def test_bad_http_is_refused_briefly(sandbox: Sandbox, request_: bytes, status: bytes) -> None:
    answer = raw(sandbox, request_)
    assert answer.split()[1] == status
    assert b"<script" not in answer
    assert send_request("GET", f"{sandbox.url}/sandbox.json").status_code == 200


def test_head_and_http_0_9(sandbox: Sandbox) -> None:
    answer = send_request("HEAD", f"{sandbox.url}/sandbox.json")
    assert (answer.status_code, answer.text) == (200, "")
    assert json.loads(raw(sandbox, b"GET /sandbox.json\r\n"))["version"] == 1


def test_what_the_command_prints(sandbox: Sandbox) -> None:
    text = startup_text(sandbox)
    app = sandbox.demo_app
    keys = (app.api_key, app.api_secret, app.client_id, app.client_secret)
    for part in (sandbox.url, app.label, *keys, *app.callbacks, "Ctrl+C"):
        assert part in text
    assert [len(key) for key in keys] == [25, 50, 34, 50]
    assert base64.urlsafe_b64decode(app.client_id + "==").endswith(b":1:ci")
    assert "Broken on purpose" not in text
    sandbox.enable_faults("app-suspended")
    assert "Broken on purpose\n  X has suspended the app.\n" in startup_text(sandbox)
    sandbox.change_settings(callbacks=())
    assert "PIN only" in startup_text(sandbox)
    assert Sandbox().url == f"http://127.0.0.1:{DEFAULT_PORT}"
    assert app.api_secret not in repr(app)
    assert app.client_secret not in repr(app)
