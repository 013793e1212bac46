"""Decides from an exception of the libraries which entry of the catalogue it is."""

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
from twauth_gui.xapi import catalogue, certificate_words, obstacles
from twauth_gui.xapi.deadline import TooSlowError
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.proxies import SocksMissingError
from twauth_gui.xapi.session import OversizedAnswerError

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
    OversizedAnswerError,
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
    ((SocksMissingError,), obstacles.SOCKS_MISSING),
    ((TooSlowError,), obstacles.TOO_SLOW),
    (_PROXY, obstacles.PROXY),
    (_TLS, certificate_words.UNPROVEN),
    (_NO_NAME, obstacles.NAME_UNKNOWN),
    ((ConnectionRefusedError,), obstacles.REFUSED),
    (_SLOW, obstacles.TIMED_OUT),
    (_STRANGE, obstacles.NOT_X),
    ((requests.exceptions.TooManyRedirects,), obstacles.REDIRECTED),
    ((VerifierMissing,), catalogue.WRONG_PIN),
)


def entry_for_failure(error: BaseException, hosts: Hosts) -> ErrorTemplate:
    """Look at the exception with all that it wraps. Never raises."""
    chain = tuple(wrapped(error))
    entry = _look_up(chain)
    if entry is obstacles.REFUSED and hosts.is_local:
        return obstacles.SANDBOX_OFF
    return entry


def never_sent(error: BaseException) -> bool:
    """Whether it is certain that the call did not leave this computer."""
    return any(isinstance(one, _BEFORE_SENDING) for one in wrapped(error))


def wrapped(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception, then those it carries or was raised from (requests, urllib3).

    The context counts only where tweepy leaves nothing else: anybody else's may be the failure
    of an earlier call, in whose handling this one was made.
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


def _look_up(chain: tuple[BaseException, ...]) -> ErrorTemplate:
    plain = [error for error in chain if isinstance(error, OSError)]
    if any(error.errno in _UNREACHABLE for error in plain):
        return obstacles.NO_NETWORK
    # urllib3 derives this one from its time-outs, whatever the reason is.
    kept = [error for error in chain if type(error) is not urllib3.exceptions.NewConnectionError]
    if (exact := _exact(chain)) is not None:
        return exact
    for kinds, entry in _TABLE:
        if any(isinstance(error, kinds) for error in kept):
            return entry
    broken = any(isinstance(error, _BROKEN) for error in chain)
    return obstacles.BROKEN_OFF if broken else obstacles.INTERNAL


def _exact(chain: tuple[BaseException, ...]) -> ErrorTemplate | None:
    """Tell apart what the libraries put into one class."""
    for error in chain:
        # PySocks is optional, and urllib3 drops its exceptions: the connection tells.
        if type(getattr(error, "conn", None)).__module__ == "urllib3.contrib.socks":
            return obstacles.PROXY
        if isinstance(error, OSError) and (entry := _of_system(error)) is not None:
            return entry
    return None


def _of_system(error: OSError) -> ErrorTemplate | None:
    text = str(error)
    if any(part in text for part in _BAD_BUNDLE):
        return certificate_words.UNUSABLE_FILE
    if "Tunnel connection failed: 407" in text:
        return obstacles.PROXY_SIGN_IN
    return _of_tls(error) if isinstance(error, ssl.SSLError) else None


_BAD_BUNDLE = ("CA certificate bundle", "NO_CERTIFICATE_OR_CRL_FOUND")
# OpenSSL's numbers (openssl/x509_vfy.h), for the entries they lead to.
_CHECKS: tuple[tuple[ErrorTemplate, tuple[int, ...]], ...] = (
    (certificate_words.EXPIRED, (9, 10)),  # 9: not valid yet
    (certificate_words.UNKNOWN_ISSUER, (2, 18, 19, 20, 21)),  # 18, 19: signed by itself
    (certificate_words.WRONG_NAME, (62, 64)),
    (certificate_words.WRONG_SIGNATURE, (4, 6, 7, 77)),
    (certificate_words.NOT_AN_AUTHORITY, (22, 25, 32, 37, 79)),  # 22, 25: the chain is too long
    (certificate_words.WRONG_PURPOSE, (26,)),
    (certificate_words.OUT_OF_SCOPE, (46, 47, 48, 49, 51, 52, 53)),
    (certificate_words.TOO_WEAK, (66, 67, 68)),
    # Only asked of built-in certificates: X509_V_FLAG_X509_STRICT.
    (certificate_words.NO_KEY_USAGE, (92,)),
    (certificate_words.NO_KEY_IDENTIFIER, (85, 86)),
    (certificate_words.IRREGULAR, (41, 78, 80, 81, 82, 83, 84, 87, 88, 89, 90, 91, 93, 94)),
)
_CERTIFICATE = {number: entry for entry, numbers in _CHECKS for number in numbers}


def _of_tls(error: ssl.SSLError) -> ErrorTemplate | None:
    # Only a failed check has a number, and none where it was made without its constructor.
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(getattr(error, "verify_code", 0))
    spoken = getattr(error, "reason", "") not in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}
    return None if spoken else obstacles.TLS_NOT_SPOKEN
