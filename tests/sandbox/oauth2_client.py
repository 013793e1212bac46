"""An app's side of OAuth 2.0: the link, the token endpoint, calls with a token."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.sandbox.bot import fetch, query_of
from tests.sandbox.person import Person
from twauth_gui.sandbox.server import Sandbox

if TYPE_CHECKING:
    import requests

CALLBACK = "http://127.0.0.1:8739/callback"
VERIFIER = "a-verifier-of-some-length_43-characters.~00"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SIGN_IN = "users.read tweet.read tweet.write offline.access"


@dataclass(frozen=True)
class Pair:
    """What the token endpoint gave."""

    access: str
    refresh: str
    scopes: frozenset[str]


def link(sandbox: Sandbox, **changed: str) -> str:
    """The link to the consent page, with changes to its query; an empty value leaves a part out."""
    query = {
        "response_type": "code",
        "client_id": sandbox.demo_app.client_id,
        "redirect_uri": CALLBACK,
        "scope": SIGN_IN,
        "state": "one/two three",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changed,
    }
    wanted = {name: value for name, value in query.items() if value}
    return f"{sandbox.url}/i/oauth2/authorize?{urlencode(wanted)}"


def consent(sandbox: Sandbox, handle: str = "tidal_times", **changed: str) -> str:
    """Allow the app; returns the code."""
    person = Person()
    person.open(link(sandbox, **changed))
    person.log_in(handle)
    person.press("Allow")
    query = query_of(person.sent_to)
    assert query["state"] == [changed.get("state", "one/two three")]
    return query["code"][0]


def ask(
    sandbox: Sandbox, path: str, fields: dict[str, str], *, public: bool = False, **more: Any
) -> requests.Response:
    """Ask the token endpoint, as a confidential client unless told; empty fields are left out."""
    app = sandbox.demo_app
    form = {"client_id": app.client_id, **fields} if public else fields
    auth = None if public else (app.client_id, app.client_secret)
    wanted = {name: value for name, value in form.items() if value}
    return fetch("POST", f"{sandbox.url}/2/oauth2/{path}", data=wanted, **{"auth": auth, **more})


def trade(
    sandbox: Sandbox, code: str, *, public: bool = False, **changed: str
) -> requests.Response:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **changed,
    }
    return ask(sandbox, "token", fields, public=public)


def refresh(sandbox: Sandbox, token: str, *, public: bool = False) -> requests.Response:
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    return ask(sandbox, "token", fields, public=public)


def pair_of(answer: requests.Response) -> Pair:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 7200)
    scopes = frozenset(str(body["scope"]).split())
    return Pair(body["access_token"], body.get("refresh_token", ""), scopes)


def sign_in2(sandbox: Sandbox, handle: str = "tidal_times", **changed: str) -> Pair:
    return pair_of(trade(sandbox, consent(sandbox, handle, **changed)))


def call(
    sandbox: Sandbox, token: str, method: str = "GET", path: str = "/2/users/me", **more: Any
) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return fetch(method, sandbox.url + path, headers=headers, **more)
