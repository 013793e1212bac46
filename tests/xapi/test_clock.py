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

from tests.xapi.bodies import blank_problem, codes
from tests.xapi.canned import Canned
from tests.xapi.samples import (
    ACCESS_BODY,
    CALLBACK,
    CREDENTIALS,
    HTML_HEADERS,
    KEYS,
    REQUEST,
    TOKEN_BODY,
)
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.identity import verify
from twauth_gui.xapi.oauth1 import exchange_verifier, obtain_request_token
from twauth_gui.xapi.probe import measure_skew
from twauth_gui.xapi.revocation import invalidate

V1 = '{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick","status":null}'
V2 = '{"data":{"id":"17","username":"fernwick_news","name":"Fernwick"}}'
UNAUTHORIZED = blank_problem("Unauthorized", "Unauthorized", 401)


def date(offset: float) -> dict[str, str]:
    return {"Date": format_datetime(datetime.now(UTC) + timedelta(seconds=offset), usegmt=True)}


@pytest.mark.parametrize("offset", [-86400, -660, 0, 7300])
def test_the_skew_is_measured_without_any_credential(canned: Canned, offset: float) -> None:
    canned.says(401, UNAUTHORIZED, date(offset))
    skew = measure_skew(canned.hosts, CancelToken())
    assert skew is not None
    assert skew == pytest.approx(-offset, abs=3)
    (request,) = canned.requests
    assert request.method == "GET"
    assert "Authorization" not in request.headers
    assert not request.body


@pytest.mark.parametrize("headers", [{"Date": ""}, {"Date": "soon"}, {"Age": "120"}])
def test_no_time_is_no_time(canned: Canned, headers: dict[str, str]) -> None:
    canned.says(401, UNAUTHORIZED, headers)
    assert measure_skew(canned.hosts, CancelToken()) is None


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
    canned: Canned, status: int, body: str, kind: ProblemKind
) -> None:
    canned.says(status, body)
    with pytest.raises(DiagnosedError) as caught:
        measure_skew(canned.hosts, CancelToken())
    assert caught.value.diagnosis.kind is kind


def test_a_cancelled_measurement_tells_nothing(canned: Canned) -> None:
    cancel = CancelToken()
    canned.says(401, UNAUTHORIZED, before=cancel.cancel)
    with pytest.raises(CancelledError):
        measure_skew(canned.hosts, cancel)


@pytest.mark.parametrize("skew", [0.0, 660.0, -7300.0])
def test_every_signed_call_carries_xs_time(canned: Canned, skew: float) -> None:
    line = CallSettings().corrected(skew)
    canned.says(200, TOKEN_BODY, HTML_HEADERS, path="/oauth/request_token")
    canned.says(200, ACCESS_BODY, HTML_HEADERS, path="/oauth/access_token")
    canned.says(404, "", path="/1.1/account/verify_credentials.json")
    canned.says(200, V2, path="/2/users/me")
    canned.says(200, "{}", path="/1.1/oauth/invalidate_token.json")
    hosts, cancel = canned.hosts, CancelToken()
    obtain_request_token(hosts, KEYS, CALLBACK, cancel, line=line)
    exchange_verifier(hosts, KEYS, REQUEST, Secret("1234567"), cancel, line=line)
    verify(hosts, KEYS, CREDENTIALS, cancel, line=line)
    invalidate(hosts, KEYS, CREDENTIALS, cancel, line=line)
    stamps = [int(request.oauth["oauth_timestamp"]) for request in canned.requests]
    assert len(stamps) == 5
    assert all(stamp == pytest.approx(time.time() - skew, abs=10) for stamp in stamps)


def test_a_refused_clock_says_by_how_much_so_that_it_can_be_corrected(canned: Canned) -> None:
    canned.says(401, codes(135, "Timestamp out of bounds."), date(-660))
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(canned.hosts, KEYS, "oob", CancelToken())
    skew = caught.value.diagnosis.clock_skew
    assert skew == pytest.approx(660, abs=3)
    # With X's time in the signature, the same refusal of the keys is about the keys.
    canned.says(401, codes(32, "Could not authenticate you."), date(-660))
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(
            canned.hosts, KEYS, "oob", CancelToken(), line=CallSettings().corrected(skew or 0)
        )
    assert caught.value.diagnosis.kind is ProblemKind.WRONG_KEYS


def test_the_signature_covers_the_corrected_time() -> None:
    """A sandbox with a clock of its own would refuse it otherwise; here the bytes are compared."""
    with Canned() as canned:
        canned.says(200, TOKEN_BODY, HTML_HEADERS)
        line = CallSettings(clock_offset=1000.5)
        obtain_request_token(canned.hosts, KEYS, "oob", CancelToken(), line=line)
        (request,) = canned.requests
        assert _signature_of(canned.hosts, request.oauth) == request.oauth["oauth_signature"]


def _signature_of(hosts: Hosts, sent: dict[str, str]) -> str:
    """Compute it anew from what came over the wire (RFC 5849, section 3.4)."""

    def encoded(text: str) -> str:
        return quote(text, safe="~")

    pairs = sorted((k, v) for k, v in sent.items() if k != "oauth_signature")
    joined = "&".join(f"{encoded(k)}={encoded(v)}" for k, v in pairs)
    url = f"{hosts.api}/oauth/request_token"
    base = "&".join(encoded(part) for part in ("POST", url, joined))
    key = f"{encoded(KEYS.api_secret.reveal())}&".encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()
