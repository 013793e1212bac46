"""Classification of the HTTP and OAuth libraries' exceptions."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]
import urllib3.exceptions
from requests_oauthlib.oauth1_session import VerifierMissing

from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi.deadline import DeadlineExceededError
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import api_errors, certificate_errors, network_errors
from twauth_gui.xapi.proxies import SocksMissingError
from twauth_gui.xapi.session import ResponseTooLargeError

_UNREACHABLE = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
)

_PROXY = (
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidProxyURL,
    urllib3.exceptions.ProxyError,
    urllib3.exceptions.ProxySchemeUnknown,
    requests.exceptions.InvalidSchema,  # also what a SOCKS proxy without its library raises
)
_TLS = (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError)
_NO_NAME = (socket.gaierror, urllib3.exceptions.NameResolutionError)
_SLOW = (
    requests.exceptions.Timeout,
    urllib3.exceptions.TimeoutError,
    TimeoutError,
)
_STRANGE = (
    requests.exceptions.InvalidJSONError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.DecodeError,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationValueError,
    ResponseTooLargeError,
)
_BROKEN = (
    requests.exceptions.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.ProtocolError,
    ConnectionError,
    http.client.HTTPException,
)
# A connection is made first, with a proxy's tunnel and the handshake; only then the call is sent.
_BEFORE_SENDING = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
    ssl.SSLCertVerificationError,
    SocksMissingError,
)
# The first row wins: a time-out of a proxy is about the proxy.
_TABLE: tuple[tuple[tuple[type[BaseException], ...], ErrorTemplate], ...] = (
    ((SocksMissingError,), network_errors.SOCKS_MISSING),
    ((DeadlineExceededError,), network_errors.TOO_SLOW),
    (_PROXY, network_errors.PROXY),
    (_TLS, certificate_errors.UNPROVEN),
    (_NO_NAME, network_errors.NAME_UNKNOWN),
    ((ConnectionRefusedError,), network_errors.REFUSED),
    (_SLOW, network_errors.TIMED_OUT),
    (_STRANGE, network_errors.NOT_X),
    ((requests.exceptions.TooManyRedirects,), network_errors.REDIRECTED),
    ((VerifierMissing,), api_errors.WRONG_PIN),
)


def classify_exception(error: BaseException, hosts: Hosts) -> ErrorTemplate:
    """Return the template for an exception, by all the exceptions that it wraps. Never raises."""
    chain = tuple(iter_exception_chain(error))
    template = _classify_chain(chain)
    if template is network_errors.REFUSED and hosts.is_local:
        return network_errors.SANDBOX_OFF
    return template


def is_unsent(error: BaseException) -> bool:
    """Whether it is certain that the call did not leave this computer."""
    return any(isinstance(one, _BEFORE_SENDING) for one in iter_exception_chain(error))


def iter_exception_chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception, then those it carries or was raised from (requests, urllib3).

    Only tweepy's exceptions are followed by their context, as they have nothing else: that of
    another may be the failure of an earlier call, in whose handling this one was made.
    """
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        linked = (*one.args, getattr(one, "reason", None), one.__cause__, _context(one))
        waiting += [link for link in linked if isinstance(link, BaseException)]


def _context(error: BaseException) -> BaseException | None:
    return error.__context__ if isinstance(error, tweepy.TweepyException) else None


def _classify_chain(chain: tuple[BaseException, ...]) -> ErrorTemplate:
    os_errors = [error for error in chain if isinstance(error, OSError)]
    if any(error.errno in _UNREACHABLE for error in os_errors):
        return network_errors.NO_NETWORK
    # urllib3 derives this class from its time-outs, whatever the reason is.
    relevant = [
        error for error in chain if type(error) is not urllib3.exceptions.NewConnectionError
    ]
    if (exact := _classify_by_detail(chain)) is not None:
        return exact
    for kinds, template in _TABLE:
        if any(isinstance(error, kinds) for error in relevant):
            return template
    is_broken = any(isinstance(error, _BROKEN) for error in chain)
    return network_errors.BROKEN_OFF if is_broken else network_errors.INTERNAL


def _classify_by_detail(chain: tuple[BaseException, ...]) -> ErrorTemplate | None:
    """Tell apart errors that the libraries put into one class."""
    for error in chain:
        # PySocks is optional, and urllib3 drops its exceptions: the connection tells.
        if type(getattr(error, "conn", None)).__module__ == "urllib3.contrib.socks":
            return network_errors.PROXY
        if isinstance(error, OSError) and (template := _classify_os_error(error)) is not None:
            return template
    return None


def _classify_os_error(error: OSError) -> ErrorTemplate | None:
    text = str(error)
    if any(part in text for part in _BAD_BUNDLE):
        return certificate_errors.UNUSABLE_FILE
    if "Tunnel connection failed: 407" in text:
        return network_errors.PROXY_SIGN_IN
    return _classify_ssl_error(error) if isinstance(error, ssl.SSLError) else None


_BAD_BUNDLE = ("CA certificate bundle", "NO_CERTIFICATE_OR_CRL_FOUND")
# OpenSSL's numbers (openssl/x509_vfy.h) by template.
_CHECKS: tuple[tuple[ErrorTemplate, tuple[int, ...]], ...] = (
    (certificate_errors.EXPIRED, (9, 10)),  # 9: not valid yet
    (certificate_errors.UNKNOWN_ISSUER, (2, 18, 19, 20, 21)),  # 18, 19: signed by itself
    (certificate_errors.WRONG_NAME, (62, 64)),
    (certificate_errors.WRONG_SIGNATURE, (4, 6, 7, 77)),
    (certificate_errors.NOT_AN_AUTHORITY, (22, 25, 32, 37, 79)),  # 22, 25: the chain is too long
    (certificate_errors.WRONG_PURPOSE, (26,)),
    (certificate_errors.OUT_OF_SCOPE, (46, 47, 48, 49, 51, 52, 53)),
    (certificate_errors.TOO_WEAK, (66, 67, 68)),
    # Only required of built-in certificates: X509_V_FLAG_X509_STRICT.
    (certificate_errors.NO_KEY_USAGE, (92,)),
    (certificate_errors.NO_KEY_IDENTIFIER, (85, 86)),
    (certificate_errors.IRREGULAR, (41, 78, 80, 81, 82, 83, 84, 87, 88, 89, 90, 91, 93, 94)),
)
_TEMPLATE_BY_VERIFY_CODE = {number: template for template, numbers in _CHECKS for number in numbers}


def _classify_ssl_error(error: ssl.SSLError) -> ErrorTemplate | None:
    # Only a failed check has a number; one made without its constructor has none.
    if isinstance(error, ssl.SSLCertVerificationError):
        return _TEMPLATE_BY_VERIFY_CODE.get(getattr(error, "verify_code", 0))
    spoken = getattr(error, "reason", "") not in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}
    return None if spoken else network_errors.TLS_NOT_SPOKEN
