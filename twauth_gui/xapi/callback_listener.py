"""Wait for a sign-in's callback, at the first free callback address of this computer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from twauth_gui.domain.callback_response import (
    CodeDeniedResponse,
    CodeResponse,
    DeniedResponse,
    OAuth1Response,
    OAuth2Response,
)
from twauth_gui.domain.callback_urls import is_own_callback
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import callback_pages
from twauth_gui.xapi.callback_request import (
    CallbackResult,
    CallbackStatus,
    ExpectedCallback,
    evaluate_request,
)
from twauth_gui.xapi.callback_server import CallbackPorts
from twauth_gui.xapi.errors.messages import network_errors


class CallbackListener:
    """Listener at one callback address, from open() to close(), for one response.

    X compares the callback with its list exactly, including the port (docs.x.com, developer apps),
    so the port is fixed; only for port 0, which the system replaces, callback_url differs after
    open(). Only the response for the expected request token, or state, ends the wait.
    """

    def __init__(
        self,
        callback_url: str,
        request_token: Secret | None = None,
        *,
        ports: CallbackPorts | None = None,
    ) -> None:
        """Parse the address; open() starts to listen.

        ports: shared with the listeners that may wait at the same port.

        Raises:
            DiagnosedError: CALLBACK_NEEDS_PIN; the address is not http on 127.0.0.1 or localhost.
        """
        self._name, self._port, self._path = _split_callback_url(callback_url)
        self._token = request_token
        self._callback_url = callback_url
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._state: Secret | None = None
        self._response: OAuth1Response | OAuth2Response | None = None
        self._ports = ports or CallbackPorts()
        self._is_open = False

    @property
    def callback_url(self) -> str:
        """The address to send to X."""
        return f"http://{self._host}{self._path}" if self._is_open else self._callback_url

    @property
    def port(self) -> int:
        """The port to listen at; after open() the real one."""
        return self._port

    @property
    def _host(self) -> str:
        return self._name if self._port == 80 else f"{self._name}:{self._port}"  # noqa: PLR2004

    def open(self) -> None:
        """Start to listen; call it before the browser opens.

        Raises:
            DiagnosedError: PORT_TAKEN; the port is in use, or the system forbids it.
        """
        if not self._is_open:
            self._port = self._ports.register(self._port, self)
            self._is_open = True

    def expect_token(self, token: Secret) -> None:
        """Set the request token; until then every request is refused."""
        self._token = token

    def expect_state(self, state: Secret) -> None:
        """Set the state of an OAuth 2.0 sign-in, whose response wait_for_code returns."""
        self._state = state

    def wait_for_verifier(self, cancel: CancelToken, seconds: float = 300) -> OAuth1Response:
        """Block until the response is there.

        Raises:
            CancelledError: cancelled, or closed from another thread; at once.
            DiagnosedError: TIMED_OUT_WAITING, after that many seconds.
        """
        response = self._wait(cancel, seconds)
        if isinstance(response, CodeResponse | CodeDeniedResponse):
            raise TypeError("use wait_for_code for an OAuth 2.0 response")
        return response

    def wait_for_code(self, cancel: CancelToken, seconds: float = 300) -> OAuth2Response:
        """Do what wait_for_verifier does, for a sign-in with OAuth 2.0."""
        response = self._wait(cancel, seconds)
        if not isinstance(response, CodeResponse | CodeDeniedResponse):
            raise TypeError("use wait_for_verifier for an OAuth 1.0a response")
        return response

    def _wait(self, cancel: CancelToken, seconds: float) -> OAuth1Response | OAuth2Response:
        cancel.on_cancel(self._done.set)
        self._done.wait(seconds)
        cancel.raise_if_cancelled()
        if self._response is not None:
            return self._response
        if self._done.is_set():
            raise CancelledError
        raise DiagnosedError(network_errors.TIMED_OUT_WAITING.to_diagnosis(Evidence()))

    def close(self) -> None:
        """Stop listening; a second call does nothing."""
        if self._is_open:
            self._is_open = False
            self._ports.unregister(self._port, self)
        self._done.set()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def evaluate(self, head: bytes) -> CallbackResult:
        """Return whether a request is the expected callback; on the server's thread."""
        return evaluate_request(
            head, ExpectedCallback(self._host, self._path, self._token, self._state)
        )

    def accept(self, result: CallbackResult) -> bytes:
        """Take the first response, and return the page for the browser; on the server's thread."""
        with self._lock:
            if self._response is not None:
                late = CallbackStatus.TOO_LATE.value
                return callback_pages.http_response(late, callback_pages.TOO_LATE)
            self._response = result.response
        self._done.set()
        denied = isinstance(result.response, DeniedResponse | CodeDeniedResponse)
        page = callback_pages.DENIED if denied else callback_pages.SUCCESS
        return callback_pages.http_response(result.status.value, page)


def _split_callback_url(callback_url: str) -> tuple[str, int, str]:
    if not is_own_callback(callback_url):
        raise DiagnosedError(network_errors.CALLBACK_ELSEWHERE.to_diagnosis(Evidence()))
    parts = urlsplit(callback_url.strip())
    return parts.hostname or "", 80 if parts.port is None else parts.port, parts.path or "/"


def open_first_free_listener(
    callbacks: Sequence[str], ports: CallbackPorts | None = None
) -> CallbackListener:
    """Open a listener at the first address whose port is free, or is open in ports already.

    Raises:
        DiagnosedError: CALLBACK_NEEDS_PIN, if none is an address of this computer; PORT_TAKEN,
            with every port that was tried.
    """
    local = [CallbackListener(url, ports=ports) for url in callbacks if is_own_callback(url)]
    if not local:
        raise DiagnosedError(network_errors.CALLBACK_ELSEWHERE.to_diagnosis(Evidence()))
    for listener in local:
        try:
            listener.open()
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.PORT_TAKEN or len(local) == 1:
                raise
        else:
            return listener
    tried = [str(listener.port) for listener in local]
    words = f"{', '.join(tried[:-1])} and {tried[-1]}"
    raise DiagnosedError(network_errors.PORTS_TAKEN.to_diagnosis(Evidence(), ports=words))
