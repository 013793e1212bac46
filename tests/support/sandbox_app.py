"""An app that talks to the sandbox: OAuth 1.0a and OAuth 2.0 token requests, signed calls."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests
from requests_oauthlib import OAuth1
from typing_extensions import override

from tests.support.sandbox_browser import SandboxBrowser
from twauth_gui.sandbox.server import Sandbox


@dataclass(frozen=True)
class OAuth1Keys:
    """The four values of OAuth 1.0a, the last two empty until there is a token."""

    api_key: str
    api_secret: str
    token: str = ""
    secret: str = ""

    def auth(self, **more: Any) -> OAuth1:
        return OAuth1(self.api_key, self.api_secret, self.token, self.secret, **more)


class SandboxSession(requests.Session):
    """Sends what is meant for X's host to another, before it is signed."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.trust_env = False
        self._base = base

    @override
    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        request.url = self._base + request.url.removeprefix("https://api.twitter.com")
        return super().prepare_request(request)


def demo_app_keys(sandbox: Sandbox) -> OAuth1Keys:
    return OAuth1Keys(sandbox.demo_app.api_key, sandbox.demo_app.api_secret)


def send_request(method: str, url: str, **more: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=10, allow_redirects=False, **more)


def post_signed(sandbox: Sandbox, path: str, keys: OAuth1Keys, **oauth: str) -> requests.Response:
    return send_request("POST", sandbox.url + path, auth=keys.auth(**oauth))


def get_signed(sandbox: Sandbox, path: str, keys: OAuth1Keys) -> requests.Response:
    return send_request("GET", sandbox.url + path, auth=keys.auth())


def obtain_request_token(sandbox: Sandbox, callback: str = "oob", query: str = "") -> OAuth1Keys:
    """Take the first step; the keys hold the request token."""
    app = demo_app_keys(sandbox)
    answer = post_signed(sandbox, f"/oauth/request_token{query}", app, callback_uri=callback)
    assert answer.status_code == 200, answer.text
    fields = dict(parse_qsl(answer.text))
    return OAuth1Keys(
        app.api_key, app.api_secret, fields["oauth_token"], fields["oauth_token_secret"]
    )


def authorize_url(
    sandbox: Sandbox, pending: OAuth1Keys, more: str = "", path: str = "authorize"
) -> str:
    return f"{sandbox.url}/oauth/{path}?oauth_token={pending.token}{more}"


def exchange_verifier(sandbox: Sandbox, pending: OAuth1Keys, verifier: str) -> requests.Response:
    """Take the last step."""
    return post_signed(sandbox, "/oauth/access_token", pending, verifier=verifier)


def obtain_access_token(sandbox: Sandbox, handle: str, query: str = "") -> OAuth1Keys:
    """All three steps with a PIN; the keys hold the access token."""
    pending, person = obtain_request_token(sandbox, query=query), SandboxBrowser()
    person.open(authorize_url(sandbox, pending))
    person.log_in(handle)
    answer = exchange_verifier(sandbox, pending, person.press("Allow").pin)
    fields = dict(parse_qsl(answer.text))
    token, secret = fields["oauth_token"], fields["oauth_token_secret"]
    return OAuth1Keys(pending.api_key, pending.api_secret, token, secret)


def parse_query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


OAUTH2_CALLBACK = "http://127.0.0.1:8739/callback"
CODE_VERIFIER = "a-verifier-of-some-length_43-characters.~00"
CODE_CHALLENGE = (
    urlsafe_b64encode(hashlib.sha256(CODE_VERIFIER.encode()).digest()).decode().rstrip("=")
)
SIGN_IN_SCOPES = "users.read tweet.read tweet.write offline.access"


@dataclass(frozen=True)
class TokenPair:
    """What the token endpoint gave."""

    access: str
    refresh: str
    scopes: frozenset[str]


def consent_url(sandbox: Sandbox, **changed: str) -> str:
    """The link to the consent page, with changes to its query; an empty value leaves a part out."""
    query = {
        "response_type": "code",
        "client_id": sandbox.demo_app.client_id,
        "redirect_uri": OAUTH2_CALLBACK,
        "scope": SIGN_IN_SCOPES,
        "state": "one/two three",
        "code_challenge": CODE_CHALLENGE,
        "code_challenge_method": "S256",
        **changed,
    }
    wanted = {name: value for name, value in query.items() if value}
    return f"{sandbox.url}/i/oauth2/authorize?{urlencode(wanted)}"


def obtain_code(sandbox: Sandbox, handle: str = "tidal_times", **changed: str) -> str:
    """Allow the app; returns the code."""
    person = SandboxBrowser()
    person.open(consent_url(sandbox, **changed))
    person.log_in(handle)
    person.press("Allow")
    query = parse_query(person.redirect_url)
    assert query["state"] == [changed.get("state", "one/two three")]
    return query["code"][0]


def post_token_endpoint(
    sandbox: Sandbox, path: str, fields: dict[str, str], *, public: bool = False, **more: Any
) -> requests.Response:
    """Ask the token endpoint, as a confidential client by default; empty fields are left out."""
    app = sandbox.demo_app
    form = {"client_id": app.client_id, **fields} if public else fields
    auth = None if public else (app.client_id, app.client_secret)
    wanted = {name: value for name, value in form.items() if value}
    return send_request(
        "POST", f"{sandbox.url}/2/oauth2/{path}", data=wanted, **{"auth": auth, **more}
    )


def exchange_code(
    sandbox: Sandbox, code: str, *, public: bool = False, **changed: str
) -> requests.Response:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": OAUTH2_CALLBACK,
        "code_verifier": CODE_VERIFIER,
        **changed,
    }
    return post_token_endpoint(sandbox, "token", fields, public=public)


def refresh_tokens(sandbox: Sandbox, token: str, *, public: bool = False) -> requests.Response:
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    return post_token_endpoint(sandbox, "token", fields, public=public)


def read_token_pair(answer: requests.Response) -> TokenPair:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 7200)
    scopes = frozenset(str(body["scope"]).split())
    return TokenPair(body["access_token"], body.get("refresh_token", ""), scopes)


def sign_in_oauth2(sandbox: Sandbox, handle: str = "tidal_times", **changed: str) -> TokenPair:
    return read_token_pair(exchange_code(sandbox, obtain_code(sandbox, handle, **changed)))


def call_api(
    sandbox: Sandbox, token: str, method: str = "GET", path: str = "/2/users/me", **more: Any
) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return send_request(method, sandbox.url + path, headers=headers, **more)
