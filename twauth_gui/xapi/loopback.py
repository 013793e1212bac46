"""Waits on this computer for the browser to come back from X."""

from __future__ import annotations

import threading
from typing import Self
from urllib.parse import urlsplit

from twauth_gui.domain.answer import DeniedResponse, OAuth1Response
from twauth_gui.domain.callbacks import leads_here
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.code_answer import CodeDeniedResponse, CodeResponse, OAuth2Response
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import callback_pages, obstacles
from twauth_gui.xapi.callback_ports import CallbackPorts
from twauth_gui.xapi.callback_request import Expectation, Judgement, Verdict, judge


class CallbackListener:
    """Listens at one callback address, from open() to close(), for one answer.

    X compares the callback with its list exactly and with the port (docs.x.com, developer apps),
    so the port is fixed; only for port 0, which the system replaces, callback_url differs after
    open(). Nothing but the answer for the expected request token, or state, ends the wait.
    """

    def __init__(
        self,
        callback_url: str,
        request_token: Secret | None = None,
        *,
        ports: CallbackPorts | None = None,
    ) -> None:
        """Understand the address.

        ports: shared with the listeners beside which this one may wait at the same port.

        Raises:
            DiagnosedError: Kind.CALLBACK_NEEDS_PIN, it is not http on 127.0.0.1 or localhost.
        """
        self._name, self._port, self._path = _parts(callback_url)
        self._token = request_token
        self._given = callback_url
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._state: Secret | None = None
        self._answer: OAuth1Response | OAuth2Response | None = None
        self._ports = ports or CallbackPorts()
        self._is_open = False

    @property
    def callback_url(self) -> str:
        """The address to send to X."""
        return f"http://{self._host}{self._path}" if self._is_open else self._given

    @property
    def port(self) -> int:
        """Where it listens, or is to."""
        return self._port

    @property
    def _host(self) -> str:
        return self._name if self._port == 80 else f"{self._name}:{self._port}"  # noqa: PLR2004

    def open(self) -> None:
        """Listen from now on; call it before the browser opens.

        Raises:
            DiagnosedError: Kind.PORT_TAKEN, or the system forbids this port.
        """
        if not self._is_open:
            self._port = self._ports.enter(self._port, self)
            self._is_open = True

    def expect(self, token: Secret) -> None:
        """Name the request token; before that every answer is refused."""
        self._token = token

    def expect_state(self, state: Secret) -> None:
        """Name the state of an OAuth 2.0 sign-in, whose answer wait_for_code returns."""
        self._state = state

    def wait(self, cancel: CancelToken, seconds: float = 300) -> OAuth1Response:
        """Block until the answer is there.

        Raises:
            CancelledError: cancelled, or closed by somebody else; at once.
            DiagnosedError: Kind.TIMED_OUT_WAITING after that many seconds.
        """
        answer = self._wait(cancel, seconds)
        if isinstance(answer, CodeResponse | CodeDeniedResponse):
            raise TypeError("an answer of OAuth 2.0 is waited for with wait_for_code")
        return answer

    def wait_for_code(self, cancel: CancelToken, seconds: float = 300) -> OAuth2Response:
        """Do what wait does, for a sign-in with OAuth 2.0."""
        answer = self._wait(cancel, seconds)
        if not isinstance(answer, CodeResponse | CodeDeniedResponse):
            raise TypeError("an answer of OAuth 1.0a is waited for with wait")
        return answer

    def _wait(self, cancel: CancelToken, seconds: float) -> OAuth1Response | OAuth2Response:
        cancel.on_cancel(self._settled.set)
        self._settled.wait(seconds)
        cancel.check()
        if self._answer is not None:
            return self._answer
        if self._settled.is_set():
            raise CancelledError
        raise DiagnosedError(obstacles.TIMED_OUT_WAITING.diagnosis(Evidence()))

    def close(self) -> None:
        """Stop listening; also more than once."""
        if self._is_open:
            self._is_open = False
            self._ports.leave(self._port, self)
        self._settled.set()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def judge(self, head: bytes) -> Judgement:
        """Return whether a request is the answer that is waited for; on the server's thread."""
        return judge(head, Expectation(self._host, self._path, self._token, self._state))

    def take(self, judgement: Judgement) -> bytes:
        """Take the first answer, and return the page for the browser; on the server's thread."""
        with self._lock:
            if self._answer is not None:
                late = Verdict.TOO_LATE.value
                return callback_pages.response(late, callback_pages.TOO_LATE)
            self._answer = judgement.answer
        self._settled.set()
        denied = isinstance(judgement.answer, DeniedResponse | CodeDeniedResponse)
        page = callback_pages.DENIED if denied else callback_pages.SUCCESS
        return callback_pages.response(judgement.verdict.value, page)


def _parts(callback_url: str) -> tuple[str, int, str]:
    if not leads_here(callback_url):
        raise DiagnosedError(obstacles.CALLBACK_ELSEWHERE.diagnosis(Evidence()))
    parts = urlsplit(callback_url.strip())
    return parts.hostname or "", 80 if parts.port is None else parts.port, parts.path or "/"
