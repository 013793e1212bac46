"""Proves that no body, however odd, escapes the reader or brings a credential into a report."""

from __future__ import annotations

import json
import os
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sample_credentials import read_diagnosis
from tests.xapi.error_bodies import ERROR_CASES, ErrorCase
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_response
from twauth_gui.xapi.errors.error_response import parse_error_response
from twauth_gui.xapi.redaction import excerpt, redact_secrets

ENDPOINTS = st.sampled_from(
    ["/oauth/request_token", "/oauth/access_token", "/2/users/me", "/2/oauth2/token"]
)
STATUSES = st.sampled_from(
    [200, 302, 400, 401, 402, 403, 404, 410, 418, 429, 500, 503]
) | st.integers(100, 999)
NAMES = st.sampled_from(
    ["errors", "error", "code", "message", "title", "detail", "type", "reason", "status", "label"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=5)
    ),
    max_leaves=12,
)
MARKUP = st.lists(
    st.sampled_from(
        [
            "<?xml",
            "<errors>",
            '<error code="',
            '415">',
            "<error>",
            "</error>",
            "<hash>",
            "<!--",
            "-->",
            "<html>",
            "<script>",
            "</script>",
            "<!doctype html>",
            "Whoa there!",
            "&amp;",
            "<",
            ">",
            "&#x;",
        ]
    ),
    max_size=30,
).map("".join)


def mutate(case: ErrorCase, cut: int, more: str) -> str:
    return case.body[:cut] + more + case.body[cut:]


MUTATED = st.builds(mutate, st.sampled_from(ERROR_CASES), st.integers(0, 200), st.text(max_size=10))


def encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


BODIES = (
    st.binary(max_size=200)
    | JSON.map(json.dumps).map(str.encode)
    | (MARKUP | MUTATED | st.text()).map(encode)
)
HEADERS = st.dictionaries(
    st.sampled_from(["Date", "x-rate-limit-reset", "x-rate-limit-remaining", "location", "CF-RAY"]),
    st.text(max_size=40),
)


# In parts, so that each ends well before the watch over hanging tests would speak up.
PARTS = 10 if os.environ.get("TWAUTH_FULL") == "1" else 1
PER_PART = 10_000 if PARTS > 1 else 2500


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=PER_PART, deadline=None, database=None)
@given(STATUSES, HEADERS, BODIES, ENDPOINTS)
def test_any_body_becomes_a_diagnosis(  # noqa: PLR0917 - one per strategy
    part: int, status: int, headers: dict[str, str], body: bytes, endpoint: str
) -> None:
    found = diagnose_response(status, headers, body, CallContext(endpoint, Hosts()))
    assert found.title
    assert found.evidence.status == status
    assert len(found.evidence.excerpt) <= 300
    assert len(found.evidence.code) <= 60
    assert all(line.isprintable() for line in found.evidence.format_report().split("\n"))


CREDENTIAL = st.text(string.ascii_letters + string.digits + "-_%", min_size=20, max_size=60)
PIN = st.text(string.digits, min_size=7, max_size=7)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(
    STATUSES,
    st.lists(CREDENTIAL, min_size=1, max_size=4),
    PIN,
    st.sampled_from(ERROR_CASES),
    st.text(max_size=300),
)
def test_what_was_sent_never_comes_back(  # noqa: PLR0917 - one per strategy
    status: int, sent: list[str], pin: str, case: ErrorCase, padding: str
) -> None:
    echo = f"{padding}{' '.join(sent)} {pin}"
    wrapped = json.dumps({"title": echo, "reason": sent[0], "type": sent[-1]})
    body = wrapped if len(padding) % 2 else case.body + echo
    headers = {"x-transaction-id": sent[0], "location": f"https://x.example/{sent[0]}"}
    known = tuple(Secret(value) for value in (*sent, pin))
    found = diagnose_response(
        status,
        headers,
        body.encode("utf-8", "replace"),
        CallContext("/oauth/access_token", Hosts(), known),
    )
    assert not [value for value in (*sent, pin) if value in read_diagnosis(found)]


SHAPED = st.one_of(
    st.text(string.ascii_letters + string.digits, min_size=25, max_size=50),
    st.builds("{}-{}".format, st.integers(10**8, 10**19), st.text(string.hexdigits, min_size=30)),
    st.builds("{}%2F{}%3D".format, st.just("A" * 22), st.text(string.hexdigits, min_size=30)),
).filter(lambda text: any(c.isdigit() for c in text))


@settings(max_examples=300)
@given(
    SHAPED,
    st.sampled_from(["{} is bad", "token={}", '{{"secret":"{}"}}', "Bearer {}", "//u:{}@h/"]),
)
def test_what_looks_like_a_credential_is_blanked(value: str, around: str) -> None:
    assert value not in excerpt(around.format(value))


@pytest.mark.parametrize(
    "words",
    [
        "Callback URL not approved for this client application",
        "unsupported-authentication client-not-enrolled",
        "The access_token method must be called with a request_token",
        "OAuth 1.0a User Context, internationalisation",
        "Rate limit exceeded in 2026, code 88",
    ],
)
def test_words_stay_readable(words: str) -> None:
    assert excerpt(words) == words


def test_a_known_value_is_blanked_in_encoded_form_too() -> None:
    text = redact_secrets(
        "a/b+c%3D= a%2Fb%2Bc%253D%3D", [Secret("a/b+c%3D="), Secret(""), Secret("a")]
    )
    assert text == "•••• ••••"


@pytest.mark.parametrize(
    "body",
    [
        "<!-- -->" * 20000,
        "<error>" * 20000,
        "<script>" * 20000,
        "a" * 10**6,
        "token" * 10**5,
        "[" * 10**6,
        '{"errors":' * 10**4,
        "1" * 10**5,
        '{"errors":[{"code":' + "9" * 5000 + "}]}",
        f"<html><p>&#{'9' * 5000};",
        f"<html><p>&#x{'f' * 5000}",
    ],
    ids=lambda body: body[:12],
)
def test_large_bodies_are_read_at_once(body: str) -> None:
    found = diagnose_response(403, {}, body.encode(), CallContext("/2/users/me", Hosts()))
    assert found.evidence.status == 403


@pytest.mark.parametrize(
    ("body", "code", "segment", "reason", "text"),
    [
        ('{"errors":[{"code":"32","message":"No"}]}', 32, "", "", "No"),
        ('{"errors":[{"code":true,"message":"No"}]}', None, "", "", "No"),
        ('{"errors":{"code":99,"message":"No"}}', 99, "", "", "No"),
        ('{"errors":"No"}', None, "", "", "No"),
        ('{"errors":[{"detail":"No","type":"https://x/y/credits/"}]}', None, "credits", "", "No"),
        ('{"error":{"code":32,"message":"No"}}', 32, "", "", "No"),
        (
            '{"error":"invalid_request","errors":[{"message":"No"}]}',
            None,
            "",
            "invalid_request",
            "No",
        ),
        ('{"error":"No"}', None, "", "", "No"),
        ('\ufeff{"title":"T","type":"about:blank"}', None, "about:blank", "", "T"),
        ('"No"', None, "", "", "No"),
        ("{broken", None, "", "", "{broken"),
        ("<errors><error code='87'>a &amp; b</error></errors>", 87, "", "", "a & b"),
        ("<hash><request>/x</request></hash>", None, "", "", "/x"),
    ],
)
def test_the_forms_of_a_body(  # noqa: PLR0917 - one per column
    body: str, code: int | None, segment: str, reason: str, text: str
) -> None:
    found = parse_error_response(403, {"CF-RAY": "8a-FRA"}, body.encode(), "/x")
    assert (found.code, found.type_segment, found.reason, found.text) == (
        code,
        segment,
        reason,
        text,
    )
    assert found.transaction_id == "8a-FRA"
    assert not found.html
