"""Proves that calls go through real proxies, or say what those refuse."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.xapi.canned import Canned
from tests.xapi.certificates import NAME, Authority, Wanted
from tests.xapi.over_network import NOWHERE, PROXIED, V1, is_entry, line, refusal
from tests.xapi.relays import HttpProxy, SocksProxy
from tests.xapi.samples import CREDENTIALS, KEYS, all_text
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.findings import Check
from twauth_gui.domain.network import NetworkSettings, ProxyAddressError, checked_proxy
from twauth_gui.xapi import obstacles
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.identity import verify
from twauth_gui.xapi.preflight import check_app
from twauth_gui.xapi.proxies import proxies_for

pytestmark = pytest.mark.usefixtures("plain_environment")


@pytest.fixture
def distant(authority: Authority) -> Iterator[Canned]:
    """A server with the certificate of a host that only a proxy leads to."""
    with Canned(tls=authority.context(Wanted(NAME))) as server:
        server.says(200, V1)
        yield server


def test_an_explicit_proxy_carries_the_calls(distant: Canned, authority: Authority) -> None:
    with HttpProxy(distant.port) as proxy:
        address = proxy.url.replace("//", "//someone:Passw0rd@")
        over = line(authority, address)
        identity = verify(PROXIED, KEYS, CREDENTIALS, CancelToken(), line=over)
        first = check_app(PROXIED, KEYS, "oob", CancelToken(), line=over)[0]
    assert identity.handle == "fernwick_news"
    assert proxy.heads[0].startswith(f"CONNECT {NAME}:443 ".encode())
    assert b"\r\nProxy-Authorization: Basic " in proxy.heads[0]
    assert distant.requests[0].headers["Authorization"].startswith("OAuth ")
    assert "Proxy-Authorization" not in distant.requests[0].headers
    assert "Passw0rd" not in repr(over)
    assert first.check is Check.NETWORK


def test_a_look_at_an_app_names_the_proxy(distant: Canned, authority: Authority) -> None:
    distant.says(401, "{}")
    with HttpProxy(distant.port) as proxy:
        over = line(authority, proxy.url.replace("//", "//someone:Passw0rd@"))
        first = check_app(PROXIED, KEYS, "oob", CancelToken(), line=over)[0]
        host = proxy.url.partition("//")[2]
    assert first.title == f"X is reached through the proxy {host}."


def test_the_environments_proxy_counts_unless_none_is_wanted(
    distant: Canned, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpProxy(distant.port) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        assert (
            verify(PROXIED, KEYS, CREDENTIALS, CancelToken(), line=line(authority)).handle
            == "fernwick_news"
        )
        assert len(proxy.heads) == 1
        assert is_entry(refusal(NOWHERE, line(authority, "")), obstacles.NAME_UNKNOWN)
        monkeypatch.setenv("no_proxy", NOWHERE.api.partition("//")[2])
        assert is_entry(refusal(NOWHERE, line(authority)), obstacles.NAME_UNKNOWN)
        assert len(proxy.heads) == 1


@pytest.mark.parametrize(
    ("answer", "entry"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", obstacles.PROXY_SIGN_IN),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", obstacles.PROXY),
        (b"SSH-2.0-nonsense\r\n", obstacles.BROKEN_OFF),
    ],
)
def test_a_proxy_that_does_not_let_through(
    distant: Canned, authority: Authority, answer: bytes, entry: ErrorTemplate
) -> None:
    with HttpProxy(distant.port, refuse=answer) as proxy:
        found = refusal(PROXIED, line(authority, proxy.url.replace("//", "//me:Passw0rd@")))
    assert is_entry(found, entry)
    assert "Passw0rd" not in all_text(found)
    assert not distant.requests


def test_a_socks_proxy_works_or_says_what_is_missing(
    distant: Canned, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SocksProxy(distant.port) as proxy:
        address = proxy.url
        monkeypatch.setenv("ALL_PROXY", address.replace("socks5h", "socks"))
        for over in (line(authority, address), line(authority)):
            if importlib.util.find_spec("socks") is None:
                assert is_entry(refusal(PROXIED, over), obstacles.SOCKS_MISSING)
            else:
                assert (
                    verify(PROXIED, KEYS, CREDENTIALS, CancelToken(), line=over).handle
                    == "fernwick_news"
                )
        installed = importlib.util.find_spec("socks") is not None
        assert proxy.heads == [NAME.encode()] * (2 * installed)
    found = refusal(PROXIED, line(authority, address))  # now it is gone
    assert is_entry(found, obstacles.PROXY if installed else obstacles.SOCKS_MISSING)


def test_addresses_of_proxies_are_read_as_people_write_them() -> None:
    good = {
        "": "",
        " proxy.example:3128/ ": "http://proxy.example:3128",
        "https://proxy.example": "https://proxy.example",
        "socks://127.0.0.1:1080/": "socks5h://127.0.0.1:1080",
        "SOCKS5://u:p@[::1]:1080": "socks5://u:p@[::1]:1080",
    }
    assert {text: checked_proxy(text) for text in good} == good
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
            checked_proxy(bad)


def test_this_computer_is_never_reached_through_a_proxy() -> None:
    chosen = NetworkSettings("http://proxy.example:3128")
    assert proxies_for("https://api.x.com/2/users/me", chosen) == {"all": chosen.proxy}
    for local in ("http://127.0.0.1:8740/", "http://[::1]:8740/", "http://localhost:8740/"):
        assert not proxies_for(local, chosen)
