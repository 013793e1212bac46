"""What the fault tests ask of the sandbox: each question gives its answer as text."""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.sandbox.bot import Keys, app_keys, fetch, finish, get, sign_in, start
from tests.sandbox.oauth2_client import Pair, call, link, refresh, sign_in2
from twauth_gui.sandbox.server import Sandbox

if TYPE_CHECKING:
    import requests

ME, VERIFY = "/2/users/me", "/1.1/account/verify_credentials.json"
CALLBACK = "http://127.0.0.1:8739/callback"


@dataclass(frozen=True)
class Ground:
    """A sandbox with an account that signed in, both ways, while all was well."""

    sandbox: Sandbox
    keys: Keys
    pair: Pair

    def begin(self) -> str:
        return said(self.request_token())

    def request_token(self, **more: Any) -> requests.Response:
        auth = app_keys(self.sandbox).auth(callback_uri=CALLBACK)
        return fetch("POST", f"{self.sandbox.url}/oauth/request_token", auth=auth, **more)

    def verify(self) -> str:
        return said(get(self.sandbox, VERIFY, self.keys))

    def me(self) -> str:
        return said(get(self.sandbox, ME, self.keys))

    def me_with_oauth2(self) -> str:
        return said(call(self.sandbox, self.pair.access))

    def allowance(self) -> str:
        headers = get(self.sandbox, ME, self.keys).headers
        return f"{headers['x-rate-limit-remaining']}/{headers['x-rate-limit-limit']}"

    def allowance_of_the_day(self) -> str:
        headers = get(self.sandbox, ME, self.keys).headers
        day = next((name for name in headers if name.endswith("24hour-remaining")), "")
        name = day.removesuffix("-remaining")
        left = f"{headers.get(day)}/{headers.get(f'{name}-limit')}"
        return f"{name} {left}, window {self.allowance()}"

    def consent_page(self) -> str:
        """The page of OAuth 2.0 for a sign-in that asks for more than reading."""
        answer = fetch("GET", link(self.sandbox))
        heading = answer.text.partition("<h1>")[2].partition("</h1>")[0]
        return f"{answer.status_code} {heading}"

    def post(self) -> str:
        url = f"{self.sandbox.url}/2/tweets"
        return said(fetch("POST", url, json={"text": "Hi"}, auth=self.keys.auth()))

    def post_with_oauth2(self) -> str:
        return said(call(self.sandbox, self.pair.access, "POST", "/2/tweets", json={"text": "Hi"}))

    def refresh(self) -> str:
        return said(refresh(self.sandbox, self.pair.refresh))

    def level_of_a_new_sign_in(self) -> str:
        keys = sign_in(self.sandbox, "tidal_times")
        return get(self.sandbox, ME, keys).headers["x-access-level"]

    def scopes_of_a_new_sign_in(self) -> str:
        pair = sign_in2(self.sandbox)
        return " ".join(sorted(pair.scopes)) + (" +refresh" if pair.refresh else "")

    def second_try_after_a_wrong_pin(self) -> str:
        attempt = start(self.sandbox)
        _ = finish(self.sandbox, attempt, "1")
        return said(finish(self.sandbox, attempt, "1"))

    def invalidate_bearer(self) -> str:
        app = self.sandbox.demo_app
        keys = (app.api_key, app.api_secret)
        url, asked = f"{self.sandbox.url}/oauth2", {"grant_type": "client_credentials"}
        token = fetch("POST", f"{url}/token", data=asked, auth=keys).json()["access_token"]
        fields = {"access_token": token}
        return said(fetch("POST", f"{url}/invalidate_token", data=fields, auth=keys))

    def minutes_ahead(self) -> str:
        answer = get(self.sandbox, VERIFY, self.keys)
        skew = parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()
        return f"{round(skew / 60)} {answer.status_code}"

    def where(self) -> str:
        answer = self.request_token()
        port = urlsplit(self.sandbox.url).port
        to = answer.headers.get("location", "").replace(f":{port}", "")
        return f"{answer.status_code} {to}"

    def is_slow(self) -> str:
        began = time.monotonic()
        _ = self.request_token()
        return "slow" if time.monotonic() - began >= 1.4 else "quick"

    def ending(self) -> str:
        """How the connection of a plain request ends, with what was sent before."""
        with asking(self.sandbox) as peer:
            got = b""
            try:
                while piece := peer.recv(1 << 20):
                    got += piece
            except ConnectionResetError:
                return f"reset after {'some' if got else 'nothing'}"
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return f"{len(body)} of {length}"

    def pace(self) -> str:
        """Whether a body comes byte by byte."""
        with asking(self.sandbox) as peer:
            got = b""
            while len(got.partition(b"\r\n\r\n")[2]) < 2:
                got += peer.recv(1 << 20)
            return "drip" if len(got.partition(b"\r\n\r\n")[2]) == 2 else "whole"

    def silence(self) -> str:
        """Whether anything at all comes within a fifth of a second."""
        with asking(self.sandbox) as peer:
            peer.settimeout(0.2)
            try:
                return "something" if peer.recv(1) else "the end"
            except TimeoutError:
                return "nothing"


@contextmanager
def asking(sandbox: Sandbox) -> Generator[socket.socket]:
    """A connection on which a request was sent, its answer not read yet."""
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), 10) as peer:
        peer.sendall(b"GET /2/users/me HTTP/1.1\r\nHost: x\r\n\r\n")
        yield peer


def said(answer: requests.Response) -> str:
    kind = answer.headers["content-type"].removesuffix("; charset=utf-8")
    return f"{answer.status_code} {kind} {answer.text}"
