"""Proves that calls go through real proxies, or say what those refuse."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.support.certificates import SERVER_NAME, Authority, ServerCertificate
from tests.support.http_servers import CannedServer, HttpProxy, SocksProxy
from tests.support.sample_credentials import CREDENTIALS, KEYS, read_diagnosis
from tests.xapi.network_calls import (
    PROXIED_HOST,
    UNKNOWN_HOST,
    USER_BODY,
    diagnose_call,
    make_call_settings,
    matches_template,
)
from twauth_gui.domain.apps import AppCheck
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.network import NetworkSettings, ProxyAddressError, parse_proxy_url
from twauth_gui.xapi.app_check import check_app
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import network_errors
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.proxies import select_proxies

pytestmark = pytest.mark.usefixtures("plain_environment")


@pytest.fixture
def distant(authority: Authority) -> Iterator[CannedServer]:
    """A server with the certificate of a host that only a proxy leads to."""
    with CannedServer(tls=authority.context(ServerCertificate(SERVER_NAME))) as server:
        server.set_reply(200, USER_BODY)
        yield server


def test_an_explicit_proxy_carries_the_calls(distant: CannedServer, authority: Authority) -> None:
    with HttpProxy(distant.port) as proxy:
        address = proxy.url.replace("//", "//someone:Passw0rd@")
        over = make_call_settings(authority, address)
        identity = verify_credentials(PROXIED_HOST, KEYS, CREDENTIALS, CancelToken(), settings=over)
        first = check_app(PROXIED_HOST, KEYS, "oob", CancelToken(), settings=over)[0]
    assert identity.handle == "fernwick_news"
    assert proxy.heads[0].startswith(f"CONNECT {SERVER_NAME}:443 ".encode())
    assert b"\r\nProxy-Authorization: Basic " in proxy.heads[0]
    assert distant.requests[0].headers["Authorization"].startswith("OAuth ")
    assert "Proxy-Authorization" not in distant.requests[0].headers
    assert "Passw0rd" not in repr(over)
    assert first.check is AppCheck.NETWORK


def test_an_app_check_names_the_proxy(distant: CannedServer, authority: Authority) -> None:
    distant.set_reply(401, "{}")
    with HttpProxy(distant.port) as proxy:
        over = make_call_settings(authority, proxy.url.replace("//", "//someone:Passw0rd@"))
        first = check_app(PROXIED_HOST, KEYS, "oob", CancelToken(), settings=over)[0]
        host = proxy.url.partition("//")[2]
    assert first.title == f"X can be reached through the proxy {host}."


def test_the_environments_proxy_counts_unless_none_is_wanted(
    distant: CannedServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpProxy(distant.port) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        assert (
            verify_credentials(
                PROXIED_HOST,
                KEYS,
                CREDENTIALS,
                CancelToken(),
                settings=make_call_settings(authority),
            ).handle
            == "fernwick_news"
        )
        assert len(proxy.heads) == 1
        assert matches_template(
            diagnose_call(UNKNOWN_HOST, make_call_settings(authority, "")),
            network_errors.NAME_UNKNOWN,
        )
        monkeypatch.setenv("no_proxy", UNKNOWN_HOST.api.partition("//")[2])
        assert matches_template(
            diagnose_call(UNKNOWN_HOST, make_call_settings(authority)), network_errors.NAME_UNKNOWN
        )
        assert len(proxy.heads) == 1


@pytest.mark.parametrize(
    ("answer", "entry"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", network_errors.PROXY_SIGN_IN),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", network_errors.PROXY),
        (b"SSH-2.0-nonsense\r\n", network_errors.BROKEN_OFF),
    ],
)
def test_a_proxy_that_does_not_let_through(
    distant: CannedServer, authority: Authority, answer: bytes, entry: ErrorTemplate
) -> None:
    with HttpProxy(distant.port, refuse=answer) as proxy:
        found = diagnose_call(
            PROXIED_HOST, make_call_settings(authority, proxy.url.replace("//", "//me:Passw0rd@"))
        )
    assert matches_template(found, entry)
    assert "Passw0rd" not in read_diagnosis(found)
    assert not distant.requests


def test_a_socks_proxy_works_or_says_what_is_missing(
    distant: CannedServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SocksProxy(distant.port) as proxy:
        address = proxy.url
        monkeypatch.setenv("ALL_PROXY", address.replace("socks5h", "socks"))
        for over in (make_call_settings(authority, address), make_call_settings(authority)):
            if importlib.util.find_spec("socks") is None:
                assert matches_template(
                    diagnose_call(PROXIED_HOST, over), network_errors.SOCKS_MISSING
                )
            else:
                assert (
                    verify_credentials(
                        PROXIED_HOST, KEYS, CREDENTIALS, CancelToken(), settings=over
                    ).handle
                    == "fernwick_news"
                )
        installed = importlib.util.find_spec("socks") is not None
        assert proxy.heads == [SERVER_NAME.encode()] * (2 * installed)
    found = diagnose_call(PROXIED_HOST, make_call_settings(authority, address))  # now it is gone
    assert matches_template(
        found, network_errors.PROXY if installed else network_errors.SOCKS_MISSING
    )


def test_addresses_of_proxies_are_read_as_people_write_them() -> None:
    good = {
        "": "",
        " proxy.example:3128/ ": "http://proxy.example:3128",
        "https://proxy.example": "https://proxy.example",
        "socks://127.0.0.1:1080/": "socks5h://127.0.0.1:1080",
        "SOCKS5://u:p@[::1]:1080": "socks5://u:p@[::1]:1080",
    }
    assert {text: parse_proxy_url(text) for text in good} == good
    for bad in (
        "ftp://x",
        "http://",
        "http://h:port",
        "http://h/path",
        "h h",
        "http://[::1",
        "x?y",
    ):
        with pytest.raises(ProxyAddressError):
            parse_proxy_url(bad)


def test_this_computer_is_never_reached_through_a_proxy() -> None:
    chosen = NetworkSettings("http://proxy.example:3128")
    assert select_proxies("https://api.x.com/2/users/me", chosen) == {"all": chosen.proxy}
    for local in ("http://127.0.0.1:8740/", "http://[::1]:8740/", "http://localhost:8740/"):
        assert not select_proxies(local, chosen)
