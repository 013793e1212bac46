"""A bot's side: the token steps, signed requests, tweepy pointed at the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from requests_oauthlib import OAuth1
from typing_extensions import override

from tests.sandbox.person import Person
from twauth_gui.sandbox.server import Sandbox


@dataclass(frozen=True)
class Keys:
    """The four values of OAuth 1.0a, the last two empty until there is a token."""

    api_key: str
    api_secret: str
    token: str = ""
    secret: str = ""

    def auth(self, **more: Any) -> OAuth1:
        return OAuth1(self.api_key, self.api_secret, self.token, self.secret, **more)


class BaseUrlSession(requests.Session):
    """Sends what is meant for X's host to another, before it is signed."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.trust_env = False
        self._base = base

    @override
    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        request.url = self._base + request.url.removeprefix("https://api.twitter.com")
        return super().prepare_request(request)


def app_keys(sandbox: Sandbox) -> Keys:
    return Keys(sandbox.demo_app.api_key, sandbox.demo_app.api_secret)


def fetch(method: str, url: str, **more: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=10, allow_redirects=False, **more)


def post(sandbox: Sandbox, path: str, keys: Keys, **oauth: str) -> requests.Response:
    return fetch("POST", sandbox.url + path, auth=keys.auth(**oauth))


def get(sandbox: Sandbox, path: str, keys: Keys) -> requests.Response:
    return fetch("GET", sandbox.url + path, auth=keys.auth())


def start(sandbox: Sandbox, callback: str = "oob", query: str = "") -> Keys:
    """Take the first step; the keys hold the request token."""
    app = app_keys(sandbox)
    answer = post(sandbox, f"/oauth/request_token{query}", app, callback_uri=callback)
    assert answer.status_code == 200, answer.text
    fields = dict(parse_qsl(answer.text))
    return Keys(app.api_key, app.api_secret, fields["oauth_token"], fields["oauth_token_secret"])


def page_url(sandbox: Sandbox, attempt: Keys, more: str = "", path: str = "authorize") -> str:
    return f"{sandbox.url}/oauth/{path}?oauth_token={attempt.token}{more}"


def finish(sandbox: Sandbox, attempt: Keys, verifier: str) -> requests.Response:
    """Take the last step."""
    return post(sandbox, "/oauth/access_token", attempt, verifier=verifier)


def sign_in(sandbox: Sandbox, handle: str, query: str = "") -> Keys:
    """All three steps with a PIN; the keys hold the access token."""
    attempt, person = start(sandbox, query=query), Person()
    person.open(page_url(sandbox, attempt))
    person.log_in(handle)
    answer = finish(sandbox, attempt, person.press("Allow").pin)
    fields = dict(parse_qsl(answer.text))
    token, secret = fields["oauth_token"], fields["oauth_token_secret"]
    return Keys(attempt.api_key, attempt.api_secret, token, secret)


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)
