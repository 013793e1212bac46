"""Requests that show a sandbox fault, and the responses expected byte for byte."""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.sandbox_app import (
    OAuth1Keys,
    TokenPair,
    call_api,
    consent_url,
    demo_app_keys,
    exchange_verifier,
    get_signed,
    obtain_access_token,
    obtain_request_token,
    refresh_tokens,
    send_request,
    sign_in_oauth2,
)
from twauth_gui.sandbox.server import Sandbox

if TYPE_CHECKING:
    import requests


NOT_APPROVED = (
    "Callback URL not approved for this client application. Approved callback URLs can be "
    "adjusted in your application settings"
)
PROBLEMS = "https://api.twitter.com/2/problems"
V2_LIMIT = (
    "429 application/problem+json "
    '{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}'
)
V1_LIMIT = '429 application/json {"errors":[{"code":88,"message":"Rate limit exceeded"}]}'
BAD_TOKEN = (
    '400 application/json {"error":"invalid_request",'
    '"error_description":"Value passed for the token was invalid."}'
)
NOT_PERMITTED = (
    '403 application/problem+json {"detail":"You are not permitted to perform this action.",'
    '"type":"about:blank","title":"Forbidden","status":403}'
)


def errors_xml(status: int, code: int, message: str) -> str:
    errors = f'<errors><error code="{code}">{message}</error></errors>'
    return f"{status} application/xml <?xml version='1.0' encoding='UTF-8'?>{errors}"


def errors_json(status: int, code: int, message: str) -> str:
    return f'{status} application/json {{"errors":[{{"code":{code},"message":"{message}"}}]}}'


def forbidden_json(detail: str) -> str:
    return (
        f'403 application/problem+json {{"detail":"{detail}",'
        '"type":"about:blank","title":"Forbidden","status":403}'
    )


SUSPENDED = "Your account is suspended and is not permitted to access this feature."
FEATURE = "Your account is not permitted to access this feature."
WENT_WRONG = "400 Something went wrong"
LOCKED = (
    "To protect our users from spam and other malicious activity, this account is temporarily "
    "locked. Please log in to https://twitter.com to unlock your account."
)
LOCKED_V2 = (
    "Your account is temporarily locked. Please log in to https://x.com to unlock your account."
)
DESKTOP = "Desktop applications only support the oauth_callback value 'oob'"
NOT_ENROLLED = (
    '403 application/problem+json {"client_id":"27510000","detail":"When authenticating requests '
    "to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App "
    'that is attached to a Project. You can create a project via the developer portal.",'
    '"registration_url":"https://developer.twitter.com/en/docs/projects/overview",'
    '"title":"Client Forbidden","required_enrollment":"Appropriate Level of API Access",'
    f'"reason":"client-not-enrolled","type":"{PROBLEMS}/client-forbidden"}}'
)
NO_CREDITS = (
    '402 application/problem+json {"account_id":1949000000000000000,"title":"CreditsDepleted",'
    '"detail":"Your enrolled account [1949000000000000000] does not have any credits to fulfill '
    f'this request.","type":"{PROBLEMS}/credits"}}'
)
CAPPED = (
    '429 application/problem+json {"account_id":"1949000000000000000",'
    '"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly",'
    '"scope":"Product","detail":"Usage cap exceeded: Monthly product cap",'
    f'"type":"{PROBLEMS}/usage-capped"}}'
)

UNSUPPORTED = (
    "Authenticating with {} is forbidden for this endpoint.  Supported authentication types "
)
UNAVAILABLE = (
    '503 application/problem+json {"title":"Service Unavailable","detail":"Service Unavailable",'
    '"type":"about:blank","status":503}'
)


ME, VERIFY = "/2/users/me", "/1.1/account/verify_credentials.json"
CALLBACK = "http://127.0.0.1:8739/callback"


@dataclass(frozen=True)
class FaultProbe:
    """A sandbox with an account that signed in, both ways, while all was well."""

    sandbox: Sandbox
    keys: OAuth1Keys
    pair: TokenPair

    def begin_sign_in(self) -> str:
        return format_response(self.request_token())

    def request_token(self, **more: Any) -> requests.Response:
        auth = demo_app_keys(self.sandbox).auth(callback_uri=CALLBACK)
        return send_request("POST", f"{self.sandbox.url}/oauth/request_token", auth=auth, **more)

    def verify(self) -> str:
        return format_response(get_signed(self.sandbox, VERIFY, self.keys))

    def me(self) -> str:
        return format_response(get_signed(self.sandbox, ME, self.keys))

    def me_with_oauth2(self) -> str:
        return format_response(call_api(self.sandbox, self.pair.access))

    def rate_limit(self) -> str:
        headers = get_signed(self.sandbox, ME, self.keys).headers
        return f"{headers['x-rate-limit-remaining']}/{headers['x-rate-limit-limit']}"

    def daily_limit(self) -> str:
        headers = get_signed(self.sandbox, ME, self.keys).headers
        day = next((name for name in headers if name.endswith("24hour-remaining")), "")
        name = day.removesuffix("-remaining")
        left = f"{headers.get(day)}/{headers.get(f'{name}-limit')}"
        return f"{name} {left}, window {self.rate_limit()}"

    def consent_page(self) -> str:
        """The page of OAuth 2.0 for a sign-in that asks for more than reading."""
        answer = send_request("GET", consent_url(self.sandbox))
        heading = answer.text.partition("<h1>")[2].partition("</h1>")[0]
        return f"{answer.status_code} {heading}"

    def post(self) -> str:
        url = f"{self.sandbox.url}/2/tweets"
        return format_response(
            send_request("POST", url, json={"text": "Hi"}, auth=self.keys.auth())
        )

    def post_with_oauth2(self) -> str:
        return format_response(
            call_api(self.sandbox, self.pair.access, "POST", "/2/tweets", json={"text": "Hi"})
        )

    def refresh(self) -> str:
        return format_response(refresh_tokens(self.sandbox, self.pair.refresh))

    def new_access_level(self) -> str:
        keys = obtain_access_token(self.sandbox, "tidal_times")
        return get_signed(self.sandbox, ME, keys).headers["x-access-level"]

    def new_scopes(self) -> str:
        pair = sign_in_oauth2(self.sandbox)
        return " ".join(sorted(pair.scopes)) + (" +refresh" if pair.refresh else "")

    def retry_wrong_pin(self) -> str:
        pending = obtain_request_token(self.sandbox)
        _ = exchange_verifier(self.sandbox, pending, "1")
        return format_response(exchange_verifier(self.sandbox, pending, "1"))

    def invalidate_bearer(self) -> str:
        app = self.sandbox.demo_app
        keys = (app.api_key, app.api_secret)
        url, form = f"{self.sandbox.url}/oauth2", {"grant_type": "client_credentials"}
        token = send_request("POST", f"{url}/token", data=form, auth=keys).json()["access_token"]
        fields = {"access_token": token}
        return format_response(
            send_request("POST", f"{url}/invalidate_token", data=fields, auth=keys)
        )

    def clock_skew(self) -> str:
        answer = get_signed(self.sandbox, VERIFY, self.keys)
        skew = parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()
        return f"{round(skew / 60)} {answer.status_code}"

    def redirect_target(self) -> str:
        answer = self.request_token()
        port = urlsplit(self.sandbox.url).port
        to = answer.headers.get("location", "").replace(f":{port}", "")
        return f"{answer.status_code} {to}"

    def measure_delay(self) -> str:
        began = time.monotonic()
        _ = self.request_token()
        return "slow" if time.monotonic() - began >= 1.4 else "quick"

    def connection_end(self) -> str:
        """How the connection of a plain request ends, with what was sent before."""
        with send_unread_request(self.sandbox) as peer:
            got = b""
            try:
                while piece := peer.recv(1 << 20):
                    got += piece
            except ConnectionResetError:
                return f"reset after {'some' if got else 'nothing'}"
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return f"{len(body)} of {length}"

    def body_pace(self) -> str:
        """Whether a body comes byte by byte."""
        with send_unread_request(self.sandbox) as peer:
            got = b""
            while len(got.partition(b"\r\n\r\n")[2]) < 2:
                got += peer.recv(1 << 20)
            return "drip" if len(got.partition(b"\r\n\r\n")[2]) == 2 else "whole"

    def first_byte(self) -> str:
        """Whether anything at all comes within a fifth of a second."""
        with send_unread_request(self.sandbox) as peer:
            peer.settimeout(0.2)
            try:
                return "something" if peer.recv(1) else "the end"
            except TimeoutError:
                return "nothing"


@contextmanager
def send_unread_request(sandbox: Sandbox) -> Generator[socket.socket]:
    """A connection on which a request was sent, its answer not read yet."""
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), 10) as peer:
        peer.sendall(b"GET /2/users/me HTTP/1.1\r\nHost: x\r\n\r\n")
        yield peer


def format_response(answer: requests.Response) -> str:
    kind = answer.headers["content-type"].removesuffix("; charset=utf-8")
    return f"{answer.status_code} {kind} {answer.text}"
