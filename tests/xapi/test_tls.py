"""Proves that only a certificate that proves the host is accepted, and why another is not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests.adapters
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.xapi.canned import Canned
from tests.xapi.certificates import NAME, Authority, Rank, Wanted
from tests.xapi.over_network import DAY, PROXIED, V1, is_entry, line, refusal
from tests.xapi.relays import HttpProxy
from tests.xapi.samples import CREDENTIALS, KEYS
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi import certificate_words, obstacles
from twauth_gui.xapi.bot_client import client_of_oauth1
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.identity import verify

pytestmark = pytest.mark.usefixtures("plain_environment")

CERTIFICATES = {
    "self-signed": (Wanted(by_itself=True), certificate_words.UNKNOWN_ISSUER),
    "wrong host": (Wanted(NAME), certificate_words.WRONG_NAME),
    "wrong address": (Wanted("127.0.0.2"), certificate_words.WRONG_NAME),
    "common name only": (Wanted(named=False), certificate_words.WRONG_NAME),
    "expired": (Wanted(start=-2 * DAY, end=-DAY), certificate_words.EXPIRED),
    "not yet valid": (Wanted(start=DAY, end=2 * DAY), certificate_words.EXPIRED),
    "for mail": (
        Wanted(purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION),
        certificate_words.WRONG_PURPOSE,
    ),
    "weak": (Wanted(weak=True), certificate_words.TOO_WEAK),
}
"""Certificates of servers that prove nothing, whoever issued them."""
UNFIT = {
    "no authority": (Rank(authority=False), certificate_words.NOT_AN_AUTHORITY),
    "may not sign": (Rank(usage=False), certificate_words.NOT_AN_AUTHORITY),
    "expired": (Rank(end=-DAY), certificate_words.EXPIRED),
}
"""Authorities that prove nothing, whoever chose them."""
SLOPPY = {
    "no key usage": (Rank(usage=None), Wanted(), certificate_words.NO_KEY_USAGE),
    "constraints not critical": (Rank(critical=False), Wanted(), certificate_words.IRREGULAR),
    "no key identifier": (Rank(key_id=False), Wanted(), certificate_words.NO_KEY_IDENTIFIER),
    "no authority key identifier": (
        Rank(),
        Wanted(authority_id=False),
        certificate_words.NO_KEY_IDENTIFIER,
    ),
    "version 1": (Rank(old=True), Wanted(), certificate_words.NOT_AN_AUTHORITY),
}
"""What a company's authority may lack where a person chose it, and what is said of it elsewhere."""


def accepted(hosts: Hosts, over: CallSettings | None = None) -> bool:
    found = verify(hosts, KEYS, CREDENTIALS, CancelToken(), line=over or CallSettings())
    return found.handle == "fernwick_news"


@contextmanager
def answering(authority: Authority, wanted: Wanted | None = None) -> Generator[Canned]:
    with Canned(tls=authority.context(wanted or Wanted())) as server:
        server.says(200, V1)
        yield server


def build_in(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the authority be among the certificates that nobody had to choose."""
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(authority.bundle))


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_that_proves_nothing(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wanted, entry = CERTIFICATES[name]
    build_in(authority, monkeypatch)
    with answering(authority, wanted) as server:
        assert is_entry(refusal(server.hosts, line(authority)), entry)
        assert is_entry(refusal(server.hosts), entry)
    assert not server.requests


@pytest.mark.parametrize("name", UNFIT)
def test_an_authority_that_proves_nothing_is_refused_where_it_was_chosen(
    tmp_path: Path, name: str
) -> None:
    rank, entry = UNFIT[name]
    authority = Authority(tmp_path, rank)
    with answering(authority) as server:
        assert is_entry(refusal(server.hosts, line(authority)), entry)
    assert not server.requests


def test_an_authority_that_is_limited_to_other_names(tmp_path: Path) -> None:
    authority = Authority(tmp_path, Rank(only_for="intranet.example"))
    with answering(authority, Wanted(NAME)) as server, HttpProxy(server.port) as proxy:
        found = refusal(PROXIED, line(authority, proxy.url))
    assert is_entry(found, certificate_words.OUT_OF_SCOPE)
    assert not server.requests


@pytest.mark.parametrize("name", SLOPPY)
def test_a_chosen_certificate_may_lack_what_a_built_in_one_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rank, wanted, entry = SLOPPY[name]
    authority = Authority(tmp_path, rank)
    with answering(authority, wanted) as server:
        assert accepted(server.hosts, line(authority))
        build_in(authority, monkeypatch)
        found = refusal(server.hosts)
        assert is_entry(found, entry)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        assert accepted(server.hosts)
    assert len(server.requests) == 2


def test_a_proper_authority_is_trusted_wherever_it_is_from(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(authority) as server:
        assert is_entry(refusal(server.hosts), certificate_words.UNKNOWN_ISSUER)
        assert accepted(server.hosts, line(authority))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.bundle))
        assert accepted(server.hosts)
        monkeypatch.delenv("CURL_CA_BUNDLE")
        build_in(authority, monkeypatch)
        assert accepted(server.hosts)


def test_the_refused_check_is_in_the_report(authority: Authority) -> None:
    with answering(authority, Wanted(weak=True)) as server:
        found = refusal(server.hosts, line(authority))
    assert "SSLCertVerificationError" in found.evidence.excerpt
    assert found.evidence.excerpt.endswith(": EE certificate key too weak")


def test_what_is_chosen_need_not_be_the_root(tmp_path: Path) -> None:
    """The authority in between is enough, and for one server its own certificate."""
    root = Authority(tmp_path)
    issuer = Authority(tmp_path, above=root)
    with answering(issuer) as server:
        assert accepted(server.hosts, line(issuer))
    with answering(root, Wanted(by_itself=True)) as server:
        own = CallSettings(NetworkSettings(ca_bundle=str(tmp_path / "server.pem")))
        assert accepted(server.hosts, own)


def test_an_older_certificate_of_an_authority_made_anew(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    with answering(new) as server:
        assert is_entry(refusal(server.hosts, line(old)), certificate_words.UNKNOWN_ISSUER)
    with answering(new, Wanted(authority_id=False)) as server:
        assert is_entry(refusal(server.hosts, line(old)), certificate_words.WRONG_SIGNATURE)


def test_a_proxy_that_speaks_tls_itself_is_checked_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path, Rank(usage=None))
    with (
        answering(authority, Wanted(NAME)) as server,
        HttpProxy(server.port, tls=authority.context(Wanted())) as proxy,
    ):
        assert proxy.url.startswith("https:")
        assert accepted(PROXIED, line(authority, proxy.url))
        build_in(authority, monkeypatch)
        found = refusal(PROXIED, CallSettings(NetworkSettings(proxy.url)))
    assert is_entry(found, certificate_words.NO_KEY_USAGE)
    assert len(server.requests) == 1


def test_a_folder_of_certificates_is_read_as_a_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path, Rank(usage=None))
    (tmp_path / "certs").mkdir()
    # OpenSSL finds a certificate of a folder by the hash of its subject.
    name = f"{authority.subject_hash()}.0"
    (tmp_path / "certs" / name).write_bytes(authority.bundle.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certs"))
    with (
        answering(authority, Wanted(NAME)) as server,
        HttpProxy(server.port, tls=authority.context(Wanted())) as proxy,
    ):
        assert accepted(PROXIED, CallSettings(NetworkSettings(proxy.url)))


def test_a_bots_client_trusts_what_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the session that tweepy makes itself takes the certificates of the environment."""
    authority = Authority(tmp_path, Rank(usage=None))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    wanted = Wanted("api.twitter.com")
    with answering(authority, wanted) as server, HttpProxy(server.port) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        client = client_of_oauth1(Hosts(), KEYS, CREDENTIALS, CallSettings())
        with client.session:
            assert client.session.get("https://api.twitter.com/2/users/me").ok


def test_a_certificate_file_that_is_none(tmp_path: Path, authority: Authority) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate\n")
    with answering(authority) as server, HttpProxy(server.port) as proxy:
        secure = proxy.url.replace("http:", "https:")
        for file in (rubbish, tmp_path / "missing.pem"):
            for way in ("", secure):
                over = CallSettings(NetworkSettings(way, str(file)))
                found = refusal(PROXIED if way else server.hosts, over)
                assert is_entry(found, certificate_words.UNUSABLE_FILE)


def test_a_server_without_tls_is_told(canned: Canned) -> None:
    hosts = Hosts.at(canned.url.replace("http:", "https:"))
    assert is_entry(refusal(hosts), obstacles.TLS_NOT_SPOKEN)


def entries() -> set[ErrorTemplate]:
    return {one for one in vars(certificate_words).values() if isinstance(one, ErrorTemplate)}


def test_every_entry_is_met_in_these_tests() -> None:
    met = {entry for _wanted, entry in CERTIFICATES.values()}
    met |= {entry for _rank, entry in UNFIT.values()}
    met |= {entry for _rank, _wanted, entry in SLOPPY.values()}
    elsewhere = {
        certificate_words.OUT_OF_SCOPE,
        certificate_words.WRONG_SIGNATURE,
        certificate_words.UNUSABLE_FILE,
        certificate_words.UNPROVEN,
    }
    assert entries() == met | elsewhere
