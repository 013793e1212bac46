"""The HTTP session that every call to X goes through."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

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
    """X answered, with a status that is not a success; a redirect counts as one."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class ResponseTooLargeError(Exception):
    """The answer is larger than any that X gives."""


class XSession(requests.Session):
    """A session for one host: bounded in time and size, without netrc or redirects.

    tweepy hard-codes its host. The address is rewritten here, before requests prepares and
    signs the request, so the signature covers the address that is called (RFC 5849, 3.4.1.2).
    """

    def __init__(self, *, base: str, line: CallSettings) -> None:
        super().__init__()
        self._base = base
        self._line = line
        chosen = custom_ca_bundle(line.network)
        self.verify = chosen or True
        self._adapter = TlsAdapter(chosen)
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)
        self.trust_env = False
        # What X sets for one account is no business of the next.
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @override
    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send one request; raise RefusedError for any status but 2xx.

        Raises TooSlowError where it takes longer than the line allows, OversizedAnswerError where
        the answer has no end, SocksMissingError where the proxy cannot be spoken to.
        """
        address = self._address(url)
        network = self._line.network
        options |= {
            "timeout": (network.connect_seconds, network.read_seconds),
            "allow_redirects": False,
            "proxies": select_proxies(address, network),
            "stream": True,
            "headers": dict(options.get("headers") or {}) | {"User-Agent": USER_AGENT},
        }
        check_socks_support(address, options["proxies"])
        self._set_time(options.get("auth"))
        send = super().request

        def call() -> requests.Response:
            response = send(method, address, **options)
            _read_bounded(response)
            return response

        response = self._carry(call)
        if response.status_code not in _OK:
            raise RequestRefusedError(response)
        return response

    def _carry(self, call: Callable[[], requests.Response]) -> requests.Response:
        """Make the call, within the time that one may take."""
        return run_with_deadline(self._line.network.total_seconds, call, self._adapter.abort)

    @override
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # A followed redirect turns POST into GET and signs it again, for whoever is named there.
        return None

    def _set_time(self, auth: object) -> None:
        """Let the signature carry X's time where this computer's is known to be off."""
        if self._line.clock_offset and isinstance(auth, OAuth1):
            auth.client.timestamp = str(int(time.time() + self._line.clock_offset))

    def _address(self, url: str | bytes) -> str:
        text = url.decode() if isinstance(url, bytes) else url
        if text.startswith(f"{TWEEPY_HOST}/"):
            text = self._base + text.removeprefix(TWEEPY_HOST)
        if not text.startswith(f"{self._base}/"):
            raise ValueError("this session speaks to one host only")
        return text


class PersistentSession(XSession):
    """Stays open from call to call; tweepy closes the session it is given after each.

    It is for calls that only read: a connection that the other side has closed meanwhile is opened
    anew, and the call made again. One thread at a time uses it; cut may be called from any.
    """

    def __init__(self, *, base: str, line: CallSettings) -> None:
        super().__init__(base=base, line=line)
        self._is_used = False
        self._is_aborted = threading.Event()

    @override
    def _carry(self, call: Callable[[], requests.Response]) -> requests.Response:
        if self._is_aborted.is_set():
            raise requests.ConnectionError
        try:
            answer = super()._carry(call)
        except requests.ConnectionError:
            if self._is_aborted.is_set() or not self._is_used:
                raise
            self.close_connection()
            answer = super()._carry(call)
        self._is_used = True
        return answer

    @override
    def close(self) -> None:
        """Leave it open: hang_up closes it."""

    def close_connection(self) -> None:
        """Close the connection; the next call opens another."""
        self._is_used = False
        super().close()

    def abort(self) -> None:
        """End the call under way, from another thread, and every later one."""
        self._is_aborted.set()
        self._adapter.abort()


def new_session(hosts: Hosts, settings: CallSettings = DEFAULT_CALL_SETTINGS) -> requests.Session:
    """Make a session for the API host; the line's time-outs hold for every request."""
    return XSession(base=hosts.api, line=settings)


def new_persistent_session(
    hosts: Hosts, settings: CallSettings = DEFAULT_CALL_SETTINGS
) -> PersistentSession:
    """Make a session for many calls to the API host; its owner hangs up."""
    return PersistentSession(base=hosts.api, line=settings)


def _read_bounded(response: requests.Response) -> None:
    """Read the whole body now, so that nobody can feed it without end."""
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > _MAX_RESPONSE_BYTES:
            response.close()
            raise ResponseTooLargeError
    response.raw.release_conn()
    response.raw = io.BytesIO(body)
