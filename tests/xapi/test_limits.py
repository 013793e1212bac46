"""Proves that the calls left are read from the headers, and come with every identity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import CREDENTIALS, KEYS
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.limits import RateLimit, read_rate_limit

V1 = '{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick"}'
V2 = '{"data":{"id":"17","username":"fernwick_news","name":"Fernwick"}}'
SOON = datetime(2026, 11, 20, 12, 15, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def headers(name: str, limit: object, remaining: object, reset: object) -> dict[str, str]:
    moment = int(reset.timestamp()) if isinstance(reset, datetime) else reset
    values = {"limit": limit, "remaining": remaining, "reset": moment}
    return {f"{name}-{part}": str(value) for part, value in values.items()}


def test_the_window_that_ends_first_counts() -> None:
    window = headers("X-Rate-Limit", 75, 74, SOON)
    day = headers("x-user-limit-24hour", 25, 3, LATER)
    assert read_rate_limit(window) == RateLimit(75, 74, SOON)
    assert read_rate_limit(window | day) == RateLimit(25, 3, LATER)
    assert read_rate_limit(window | headers("x-app-limit-24hour", 500, 400, LATER)) == RateLimit(
        75, 74, SOON
    )
    assert read_rate_limit({}) is None


@given(st.dictionaries(st.sampled_from(sorted(headers("x-rate-limit", 1, 1, 1))), st.text()))
def test_odd_headers_are_no_limit(odd: dict[str, str]) -> None:
    rate = read_rate_limit(odd)
    assert rate is None or rate.remaining >= 0


@pytest.mark.parametrize("path", ["/1.1/account/verify_credentials.json", "/2/users/me"])
def test_an_identity_comes_with_what_is_left(canned: CannedServer, path: str) -> None:
    body = V2 if path.startswith("/2") else V1
    canned.set_reply(200, body, headers("x-rate-limit", 75, 12, SOON), path=path)
    identity = verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    assert identity.rate == RateLimit(75, 12, SOON)
