"""The one place where what goes wrong with a call becomes a diagnosis."""

from __future__ import annotations

import http.client
from collections.abc import Generator
from contextlib import contextmanager

import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]
import urllib3.exceptions
from oauthlib.oauth1.rfc5849.errors import OAuth1Error
from oauthlib.oauth2 import OAuth2Error

from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, NotSentError
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.deadline import TooSlowError
from twauth_gui.xapi.diagnosis import explain
from twauth_gui.xapi.failures import never_sent, wrapped
from twauth_gui.xapi.proxies import SocksMissingError
from twauth_gui.xapi.session import OversizedAnswerError, RequestRefusedError

# ValueError: what oauthlib, requests_oauthlib and urllib3 raise beside their own kinds.
_FAILURES = (
    DiagnosedError,
    RequestRefusedError,
    OversizedAnswerError,
    TooSlowError,
    SocksMissingError,
    tweepy.TweepyException,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OAuth1Error,
    OAuth2Error,
    OSError,
    ValueError,
)


@contextmanager
def said_to_x(call: Call, cancel: CancelToken) -> Generator[None]:
    """Wrap one call: only DiagnosedError or CancelledError comes out.

    A failure after the person cancelled is told to nobody: it becomes CancelledError.
    """
    cancel.check()
    try:
        yield
    except _FAILURES as error:
        if any(isinstance(one, CancelledError) for one in wrapped(error)):
            raise CancelledError from None
        cancel.check()
        # The libraries' own messages quote bodies and addresses: they are not shown with ours.
        kind = NotSentError if never_sent(error) else DiagnosedError
        raise kind(explain(error, call)) from None
