"""Proves that signatures are computed as RFC 5849 says and as other clients compute them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1 import Client

from twauth_gui.sandbox.http_messages import Request, parse_pairs
from twauth_gui.sandbox.signature import (
    MalformedSignatureError,
    base_string,
    base_uri,
    hmac_sha1,
    is_valid_signature,
    parse_signed_request,
)

BASE = "http://127.0.0.1:8740"
FORM = "application/x-www-form-urlencoded"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = TEXT.filter(lambda name: not name.startswith("oauth_"))
PAIRS = st.lists(st.tuples(NAMES, TEXT), max_size=5)


def test_the_base_string_of_the_standard() -> None:
    """RFC 5849, section 3.4.1.1."""
    params = (
        *parse_pairs("b5=%3D%253D&a3=a&c%40=&a2=r%20b"),
        *parse_pairs("c2&a3=2+q"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
    )
    assert base_string("post", "http://EXAMPLE.COM:80/request", params) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D"
        "%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26"
        "oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D"
        "137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )


def test_the_signature_of_the_standard() -> None:
    """RFC 5849, section 1.2."""
    header = parse_pairs(
        "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token=nnch734d00sl2jdk&oauth_nonce=chapoH"
        "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131202&file=vacation.jpg"
        "&size=original"
    )
    base = base_string("GET", "http://photos.example.net/photos", header)
    assert hmac_sha1(base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00") == (
        "MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D".replace("%2F", "/").replace("%3D", "=")
    )


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("HTTP://Example.com:80/a%20b?x=1", "http://example.com/a%20b"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("http://[::1]:8740/x", "http://[::1]:8740/x"),
    ],
)
def test_base_uri(uri: str, expected: str) -> None:
    assert base_uri(uri) == expected


@given(query=PAIRS, form=PAIRS, secrets=st.tuples(TEXT, TEXT), kind=st.sampled_from(["", FORM]))
def test_what_another_client_signed_is_genuine(
    query: list[tuple[str, str]], form: list[tuple[str, str]], secrets: tuple[str, str], kind: str
) -> None:
    """Query, form, repeated names, any text; a body that is no form is not signed."""
    client: Any = Client("key", secrets[0], "token", secrets[1])
    uri = f"{BASE}/path?{urlencode(query)}"
    body = urlencode(form) if kind else None
    headers = {"Content-Type": kind} if kind else {}
    signed_as: tuple[str, dict[str, str], Any] = client.sign(uri, "POST", body, headers)
    url, signed_headers, _ = signed_as
    request = Request(
        "POST",
        "/path",
        urlsplit(url).query,
        {name.lower(): value for name, value in signed_headers.items()},
        ('{"text":"no form"}' if body is None else body).encode(),
    )
    signed = parse_signed_request(request)
    assert signed.oauth["oauth_token"] == "token"
    assert is_valid_signature(signed, f"{BASE}/path", *secrets)
    assert not is_valid_signature(signed, f"{BASE}/other", *secrets)
    assert not is_valid_signature(signed, f"{BASE}/path", secrets[0] + "x", secrets[1])


def test_parameters_may_stand_in_the_query() -> None:
    client: Any = Client("key", "secret", signature_type="QUERY")
    url: str = client.sign(f"{BASE}/path?a=1", "GET")[0]
    signed = parse_signed_request(Request("GET", "/path", urlsplit(url).query))
    assert is_valid_signature(signed, f"{BASE}/path", "secret", "")


def test_a_parameter_may_not_stand_twice() -> None:
    header = {"authorization": 'OAuth oauth_token="a"'}
    with pytest.raises(MalformedSignatureError):
        parse_signed_request(Request("GET", "/", "oauth_token=a", header))
