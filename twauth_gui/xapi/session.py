"""The HTTP session that every call to X goes through."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any, ClassVar, cast

import requests
from requests_oauthlib import OAuth1
from typing_extensions import override

from twauth_gui import __version__
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.xapi.deadline import run_with_deadline
from twauth_gui.xapi.proxies import check_socks_support, select_proxies
from twauth_gui.xapi.tls import TlsAdapter, custom_ca_bundle

USER_AGENT = f"Twauth/{__version__}"
TWEEPY_HOST = "https://api.twitter.com"

_CHUNK = 64 * 1024
_MAX_RESPONSE_BYTES = 1024 * 1024
_OK = range(200, 300)


class RequestRefusedError(Exception):
    """X answered with a status that is not a success, such as a redirect or an error."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


def parse_json_object(response: requests.Response) -> dict[str, object]:
    """Return the fields of X's JSON response.

    Raises:
        RequestRefusedError: it is something else, such as the page of a public network.
    """
    try:
        fields: object = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise RequestRefusedError(response) from error
    if not isinstance(fields, dict):
        raise RequestRefusedError(response)
    return cast("dict[str, object]", fields)


class ResponseTooLargeError(Exception):
    """The response is larger than any that X sends."""


class XSession(requests.Session):
    """A session for one host: limited in time and size, without netrc or redirects.

    tweepy hard-codes its host. The address is rewritten here, before requests prepares and
    signs the request, so the signature covers the address that is called (RFC 5849, 3.4.1.2).
    """

    user_agent: ClassVar[str] = USER_AGENT

    def __init__(self, *, base: str, settings: CallSettings) -> None:
        super().__init__()
        self._base = base
        self._settings = settings
        ca_bundle = custom_ca_bundle(settings.network)
        self.verify = ca_bundle or True
        self._adapter = TlsAdapter(ca_bundle)
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)
        self.trust_env = False
        # Cookies that X sets for one account must not be sent for the next.
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @override
    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send one request and read its whole response.

        Raises:
            RequestRefusedError: the status is not 2xx.
            DeadlineExceededError: it took longer than the settings allow.
            ResponseTooLargeError: the response is larger than any that X sends.
            SocksMissingError: PySocks, which the proxy needs, is not installed.
        """
        address = self._address(url)
        network = self._settings.network
        options |= {
            "timeout": (network.connect_seconds, network.read_seconds),
            "allow_redirects": False,
            "proxies": select_proxies(address, network),
            "stream": True,
            "headers": dict(options.get("headers") or {}) | {"User-Agent": self.user_agent},
        }
        check_socks_support(address, options["proxies"])
        self._set_time(options.get("auth"))
        send = super().request

        def call() -> requests.Response:
            response = send(method, address, **options)
            _read_bounded(response)
            return response

        response = self._send_with_deadline(call)
        self._require_success(response)
        return response

    def _require_success(self, response: requests.Response) -> None:
        """Raise RequestRefusedError for a status that is not a success."""
        if response.status_code not in _OK:
            raise RequestRefusedError(response)

    def _send_with_deadline(self, call: Callable[[], requests.Response]) -> requests.Response:
        """Make the call, within the time that the settings allow."""
        return run_with_deadline(self._settings.network.total_seconds, call, self._adapter.abort)

    @override
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # A followed redirect would turn POST into GET and sign it again for the host named there.
        return None

    def _set_time(self, auth: object) -> None:
        """Sign with X's time if this computer's clock is known to be off."""
        if self._settings.clock_offset and isinstance(auth, OAuth1):
            auth.client.timestamp = str(int(time.time() + self._settings.clock_offset))

    def _address(self, url: str | bytes) -> str:
        text = url.decode() if isinstance(url, bytes) else url
        if text.startswith(f"{TWEEPY_HOST}/"):
            text = self._base + text.removeprefix(TWEEPY_HOST)
        if not text.startswith(f"{self._base}/"):
            raise ValueError("this session speaks to one host only")
        return text


class PersistentSession(XSession):
    """Session that stays open from call to call, although tweepy closes it after each.

    It is for calls that only read: if the other side has closed the connection meanwhile, the call
    is made again over a new one. One thread at a time uses it; abort may be called from any.
    """

    def __init__(self, *, base: str, settings: CallSettings) -> None:
        super().__init__(base=base, settings=settings)
        self._is_used = False
        self._is_aborted = threading.Event()

    @override
    def _send_with_deadline(self, call: Callable[[], requests.Response]) -> requests.Response:
        if self._is_aborted.is_set():
            raise requests.ConnectionError
        try:
            response = super()._send_with_deadline(call)
        except requests.ConnectionError:
            if self._is_aborted.is_set() or not self._is_used:
                raise
            self.close_connection()
            response = super()._send_with_deadline(call)
        self._is_used = True
        return response

    @override
    def close(self) -> None:
        """Leave the connection open: close_connection closes it."""

    def close_connection(self) -> None:
        """Close the connection; the next call opens another."""
        self._is_used = False
        super().close()

    def abort(self) -> None:
        """Stop the call under way, from another thread, and refuse every later one."""
        self._is_aborted.set()
        self._adapter.abort()


def new_session(hosts: Hosts, settings: CallSettings = DEFAULT_CALL_SETTINGS) -> requests.Session:
    """Return a session for the API host; the settings' time-outs apply to every request."""
    return XSession(base=hosts.api, settings=settings)


def new_persistent_session(
    hosts: Hosts, settings: CallSettings = DEFAULT_CALL_SETTINGS
) -> PersistentSession:
    """Return a session for many calls to the API host; its owner calls close_connection."""
    return PersistentSession(base=hosts.api, settings=settings)


def _read_bounded(response: requests.Response) -> None:
    """Read the whole body now, up to a limit, so that a server cannot send without end."""
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > _MAX_RESPONSE_BYTES:
            response.close()
            raise ResponseTooLargeError
    response.raw.release_conn()
    response.raw = io.BytesIO(body)
