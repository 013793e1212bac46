"""Proves that every exception of the libraries becomes a diagnosis."""

from __future__ import annotations

import errno
import inspect
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread

import oauthlib.oauth1.rfc5849.errors
import oauthlib.oauth2.rfc6749.errors
import pytest
import requests
import requests_oauthlib.oauth1_session
import tweepy  # pyright: ignore[reportMissingTypeStubs]
import tweepy.errors  # pyright: ignore[reportMissingTypeStubs]
import urllib3.exceptions
from urllib3.connection import HTTPConnection

from tests.support.sample_credentials import CREDENTIALS, KEYS
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_errors, diagnose_exception
from twauth_gui.xapi.identity import verify_credentials

ENDPOINT = "/2/users/me"
X = Hosts()


def response(status: int, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body
    return response


def make_error(kind: type[BaseException]) -> BaseException:
    """Make one without its constructor, which wants this or that."""
    return kind.__new__(kind)


LIBRARIES = (
    requests.exceptions,
    urllib3.exceptions,
    oauthlib.oauth1.rfc5849.errors,
    oauthlib.oauth2.rfc6749.errors,
    requests_oauthlib.oauth1_session,
    tweepy.errors,
    ssl,
    socket,
)
EXCEPTIONS = sorted(
    {
        kind
        for snapshots in LIBRARIES
        for kind in vars(snapshots).values()
        if inspect.isclass(kind)
        and issubclass(kind, Exception)
        and not kind.__name__.startswith("_")
    },
    key=lambda kind: f"{kind.__module__}.{kind.__name__}",
)


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_no_exception_of_the_libraries_escapes(kind: type[BaseException]) -> None:
    assert len(EXCEPTIONS) > 100
    found = diagnose_exception(make_error(kind), CallContext(ENDPOINT, X))
    assert found.title
    assert found.advice
    if issubclass(kind, Warning):
        return
    with pytest.raises(DiagnosedError), diagnose_errors(CallContext(ENDPOINT, X), CancelToken()):
        raise make_error(kind)


def wrap_error(inner: BaseException) -> requests.ConnectionError:
    """As requests and urllib3 wrap a failure of the socket."""
    pool = urllib3.HTTPSConnectionPool("api.x.com")
    new = urllib3.exceptions.NewConnectionError(HTTPConnection("x"), "failed")
    new.__cause__ = inner
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, "/", new))


TABLE: tuple[tuple[BaseException, ProblemKind], ...] = (
    (wrap_error(socket.gaierror(-2, "Name or service not known")), ProblemKind.NO_NETWORK),
    (wrap_error(OSError(errno.ENETUNREACH, "Network is unreachable")), ProblemKind.NO_NETWORK),
    (wrap_error(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), ProblemKind.REFUSED),
    (wrap_error(ConnectionResetError(errno.ECONNRESET, "reset")), ProblemKind.REFUSED),
    (requests.ConnectTimeout(), ProblemKind.TIMED_OUT),
    (requests.ReadTimeout(), ProblemKind.TIMED_OUT),
    (TimeoutError(), ProblemKind.TIMED_OUT),
    (requests.exceptions.ProxyError(TimeoutError()), ProblemKind.REFUSED),
    (requests.exceptions.SSLError(ssl.SSLCertVerificationError("expired")), ProblemKind.TLS),
    (requests.exceptions.ChunkedEncodingError(), ProblemKind.REFUSED),
    (requests.exceptions.ContentDecodingError(), ProblemKind.NOT_X),
    (requests.exceptions.JSONDecodeError("no", "x", 0), ProblemKind.NOT_X),
    (requests.exceptions.TooManyRedirects(), ProblemKind.REDIRECTED),
    (
        requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."),
        ProblemKind.REFUSED,
    ),
    (tweepy.TweepyException(tweepy.TweepyException(requests.ReadTimeout())), ProblemKind.TIMED_OUT),
    (tweepy.Forbidden(response(403, b'{"errors":[{"code":64}]}')), ProblemKind.ACCOUNT_SUSPENDED),
    (requests_oauthlib.oauth1_session.VerifierMissing(), ProblemKind.WRONG_PIN),
    (
        requests_oauthlib.oauth1_session.TokenRequestDenied(
            "", response(401, b"Request token missing")
        ),
        ProblemKind.SIGN_IN_EXPIRED,
    ),
    (make_error(requests_oauthlib.oauth1_session.TokenMissing), ProblemKind.UNKNOWN),
    (
        oauthlib.oauth2.rfc6749.errors.InvalidClientIdError(
            "Value passed for the token was invalid."
        ),
        ProblemKind.REVOKED,
    ),
    (ValueError("Only unicode objects are escapable."), ProblemKind.UNKNOWN),
    (KeyError("oauth_token"), ProblemKind.UNKNOWN),
)


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=lambda value: repr(value)[:60])
def test_what_happened_on_the_way(error: BaseException, kind: ProblemKind) -> None:
    found = diagnose_exception(error, CallContext(ENDPOINT, X))
    assert found.kind is kind
    assert found.evidence.endpoint == ENDPOINT


def test_a_response_that_was_read_by_another_still_has_its_status() -> None:
    broken = requests.Response()
    broken.status_code = 503
    broken._content_consumed = True  # type: ignore[attr-defined]
    error = requests.ConnectionError(response=broken)
    assert diagnose_exception(error, CallContext(ENDPOINT, X)).kind is ProblemKind.X_DOWN


def test_a_cancel_that_tweepy_wrapped_stays_a_cancel() -> None:
    with pytest.raises(CancelledError), diagnose_errors(CallContext(ENDPOINT, X), CancelToken()):
        raise tweepy.TweepyException(CancelledError())


def test_a_refused_sandbox_can_be_started() -> None:
    for hosts in (
        Hosts.from_api_url("http://127.0.0.1:1"),
        Hosts.from_api_url("http://localhost:1"),
    ):
        with pytest.raises(DiagnosedError) as caught:
            verify_credentials(hosts, KEYS, CREDENTIALS, CancelToken())
        assert caught.value.diagnosis.to_sentence() == (
            "The pretend X is not running. Start it, then try again."
        )


@contextmanager
def server_that(says: bytes) -> Generator[Hosts]:
    """Accept connections, say these bytes, hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    with listening.accept()[0] as connection:
                        connection.recv(65536)
                        connection.sendall(says)
                except OSError:
                    return

        thread = Thread(target=serve)
        thread.start()
        yield Hosts.from_api_url(f"http://127.0.0.1:{port}")
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BROKEN: tuple[tuple[bytes, ProblemKind], ...] = (
    (b"", ProblemKind.REFUSED),
    (b"SSH-2.0-OpenSSH_9.9\r\n", ProblemKind.REFUSED),
    (HEAD + b"Content-Length: 100\r\n\r\n{", ProblemKind.REFUSED),
    (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", ProblemKind.NOT_X),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", ProblemKind.REFUSED),
    (HEAD + b"Content-Length: 4\r\n\r\nnull", ProblemKind.NOT_X),
    (HEAD + b"Content-Length: 2\r\n\r\n[]", ProblemKind.NOT_X),
    (HEAD + b'Content-Length: 10\r\n\r\n{"data":[]}', ProblemKind.NOT_X),
    (
        HEAD.replace(b"json", b"json;charset=\x00") + b"Content-Length: 2\r\n\r\n{}",
        ProblemKind.NOT_X,
    ),
    (HEAD + b"Content-Length: 60000\r\n\r\n" + b"[" * 60000, ProblemKind.NOT_X),
    (
        HEAD.replace(b"200 OK", b"429 No") + b"x-rate-limit-reset: soon\r\n\r\n",
        ProblemKind.RATE_LIMITED,
    ),
    (HEAD.replace(b"200 OK", b"403 No") + b"\r\n[1,2]", ProblemKind.UNKNOWN),
)


@pytest.mark.parametrize(("says", "kind"), BROKEN, ids=lambda value: repr(value)[-40:])
def test_a_broken_server_is_explained(says: bytes, kind: ProblemKind) -> None:
    with server_that(says) as hosts, pytest.raises(DiagnosedError) as caught:
        verify_credentials(hosts, KEYS, CREDENTIALS, CancelToken())
    assert caught.value.diagnosis.kind is kind
