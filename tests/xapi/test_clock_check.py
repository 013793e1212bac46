"""Proves that X's time is measured without credentials, and that signatures can carry it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import pytest

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import (
    ACCESS_BODY,
    CALLBACK,
    CREDENTIALS,
    HTML_HEADERS,
    KEYS,
    REQUEST_TOKEN,
    TOKEN_BODY,
)
from tests.xapi.error_bodies import blank_problem_json, errors_json
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.clock_check import measure_clock_skew
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.oauth1 import exchange_verifier, invalidate_access_token, obtain_request_token

V1 = '{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick","status":null}'
V2 = '{"data":{"id":"17","username":"fernwick_news","name":"Fernwick"}}'
UNAUTHORIZED = blank_problem_json("Unauthorized", "Unauthorized", 401)


def date(offset: float) -> dict[str, str]:
    return {"Date": format_datetime(datetime.now(UTC) + timedelta(seconds=offset), usegmt=True)}


@pytest.mark.parametrize("offset", [-86400, -660, 0, 7300])
def test_the_skew_is_measured_without_any_credential(canned: CannedServer, offset: float) -> None:
    canned.set_reply(401, UNAUTHORIZED, date(offset))
    skew = measure_clock_skew(canned.hosts, CancelToken())
    assert skew is not None
    assert skew == pytest.approx(-offset, abs=3)
    (request,) = canned.requests
    assert request.method == "GET"
    assert "Authorization" not in request.headers
    assert not request.body


@pytest.mark.parametrize("headers", [{"Date": ""}, {"Date": "soon"}, {"Age": "120"}])
def test_no_time_is_no_time(canned: CannedServer, headers: dict[str, str]) -> None:
    canned.set_reply(401, UNAUTHORIZED, headers)
    assert measure_clock_skew(canned.hosts, CancelToken()) is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "<html><p>Welcome to the hotel</p></html>", ProblemKind.NOT_X),
        (200, "{}", ProblemKind.NOT_X),
        (302, "", ProblemKind.REDIRECTED),
        (407, "", ProblemKind.REFUSED),
        (503, "", ProblemKind.X_DOWN),
    ],
)
def test_the_time_of_something_else_is_not_taken(
    canned: CannedServer, status: int, body: str, kind: ProblemKind
) -> None:
    canned.set_reply(status, body)
    with pytest.raises(DiagnosedError) as caught:
        measure_clock_skew(canned.hosts, CancelToken())
    assert caught.value.diagnosis.kind is kind


def test_a_cancelled_measurement_tells_nothing(canned: CannedServer) -> None:
    cancel = CancelToken()
    canned.set_reply(401, UNAUTHORIZED, before=cancel.cancel)
    with pytest.raises(CancelledError):
        measure_clock_skew(canned.hosts, cancel)


@pytest.mark.parametrize("skew", [0.0, 660.0, -7300.0])
def test_every_signed_call_carries_xs_time(canned: CannedServer, skew: float) -> None:
    settings = CallSettings().with_clock_skew(skew)
    canned.set_reply(200, TOKEN_BODY, HTML_HEADERS, path="/oauth/request_token")
    canned.set_reply(200, ACCESS_BODY, HTML_HEADERS, path="/oauth/access_token")
    canned.set_reply(404, "", path="/1.1/account/verify_credentials.json")
    canned.set_reply(200, V2, path="/2/users/me")
    canned.set_reply(200, "{}", path="/1.1/oauth/invalidate_token.json")
    hosts, cancel = canned.hosts, CancelToken()
    obtain_request_token(hosts, KEYS, CALLBACK, cancel, settings=settings)
    exchange_verifier(hosts, KEYS, REQUEST_TOKEN, Secret("1234567"), cancel, settings=settings)
    verify_credentials(hosts, KEYS, CREDENTIALS, cancel, settings=settings)
    invalidate_access_token(hosts, KEYS, CREDENTIALS, cancel, settings=settings)
    stamps = [int(request.oauth["oauth_timestamp"]) for request in canned.requests]
    assert len(stamps) == 5
    assert all(stamp == pytest.approx(time.time() - skew, abs=10) for stamp in stamps)


def test_a_refused_clock_says_by_how_much_so_that_it_can_be_corrected(canned: CannedServer) -> None:
    canned.set_reply(401, errors_json(135, "Timestamp out of bounds."), date(-660))
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(canned.hosts, KEYS, "oob", CancelToken())
    skew = caught.value.diagnosis.clock_skew
    assert skew == pytest.approx(660, abs=3)
    # With X's time in the signature, the same refusal of the keys is about the keys.
    canned.set_reply(401, errors_json(32, "Could not authenticate you."), date(-660))
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(
            canned.hosts,
            KEYS,
            "oob",
            CancelToken(),
            settings=CallSettings().with_clock_skew(skew or 0),
        )
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_KEYS


def test_the_signature_covers_the_corrected_time() -> None:
    """A sandbox with a clock of its own would refuse it otherwise; here the bytes are compared."""
    with CannedServer() as canned:
        canned.set_reply(200, TOKEN_BODY, HTML_HEADERS)
        settings = CallSettings(clock_offset=1000.5)
        obtain_request_token(canned.hosts, KEYS, "oob", CancelToken(), settings=settings)
        (request,) = canned.requests
        assert _signature_of(canned.hosts, request.oauth) == request.oauth["oauth_signature"]


def _signature_of(hosts: Hosts, sent: dict[str, str]) -> str:
    """Compute it anew from what came over the wire (RFC 5849, section 3.4)."""

    def percent_encode(text: str) -> str:
        return quote(text, safe="~")

    pairs = sorted((k, v) for k, v in sent.items() if k != "oauth_signature")
    joined = "&".join(f"{percent_encode(k)}={percent_encode(v)}" for k, v in pairs)
    url = f"{hosts.api}/oauth/request_token"
    base = "&".join(percent_encode(part) for part in ("POST", url, joined))
    key = f"{percent_encode(KEYS.api_secret.reveal())}&".encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()
