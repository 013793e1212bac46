"""The HTTP session that every call to X goes through."""

from __future__ import annotations

import io
import os
import time
from typing import Any

import requests
from requests_oauthlib import OAuth1
from typing_extensions import override

from twauth_gui import __version__
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, Line, NetworkSettings
from twauth_gui.xapi.deadline import CuttableAdapter, within
from twauth_gui.xapi.proxies import check_socks, proxies_for

USER_AGENT = f"Twauth/{__version__}"
TWEEPY_HOST = "https://api.twitter.com"

_CHUNK = 64 * 1024
_LARGEST_ANSWER = 1024 * 1024
_OK = range(200, 300)


class RefusedError(Exception):
    """X answered, with a status that is not a success; a redirect counts as one."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class OversizedAnswerError(Exception):
    """The answer is larger than any that X gives."""


class XSession(requests.Session):
    """A session for one host: bounded in time and size, without netrc or redirects.

    tweepy hard-codes its host. The address is rewritten here, before requests prepares and
    signs the request, so the signature covers the address that is called (RFC 5849, 3.4.1.2).
    """

    def __init__(self, *, base: str, line: Line) -> None:
        super().__init__()
        self._base = base
        self._line = line
        self._adapter = CuttableAdapter()
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)
        self.trust_env = False
        self.verify = _certificates(line.network)

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
            "proxies": proxies_for(address, network),
            "stream": True,
            "headers": dict(options.get("headers") or {}) | {"User-Agent": USER_AGENT},
        }
        check_socks(address, options["proxies"])
        self._set_time(options.get("auth"))
        send = super().request

        def call() -> requests.Response:
            response = send(method, address, **options)
            _read_bounded(response)
            return response

        response = within(network.total_seconds, call, self._adapter.cut)
        if response.status_code not in _OK:
            raise RefusedError(response)
        return response

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


def new_session(hosts: Hosts, line: Line = DIRECT) -> requests.Session:
    """Make a session for the API host; the line's time-outs hold for every request."""
    return XSession(base=hosts.api, line=line)


def _certificates(network: NetworkSettings) -> str | bool:
    # trust_env=False also drops these two; behind a proxy that inspects TLS they are the way.
    environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return network.ca_bundle or environment or True


def _read_bounded(response: requests.Response) -> None:
    """Read the whole body now, so that nobody can feed it without end."""
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            response.close()
            raise OversizedAnswerError
    response.raw.release_conn()
    response.raw = io.BytesIO(body)
