"""Proves that only a certificate that proves the host is accepted, and why another is not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests.adapters
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.support.certificates import (
    SERVER_NAME,
    Authority,
    AuthorityCertificate,
    ServerCertificate,
)
from tests.support.http_servers import CannedServer, HttpProxy
from tests.support.sample_credentials import CREDENTIALS, KEYS
from tests.xapi.network_calls import (
    DAY,
    PROXIED_HOST,
    USER_BODY,
    diagnose_call,
    make_call_settings,
    matches_template,
)
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi.bot_client import make_oauth1_client
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import certificate_errors, network_errors
from twauth_gui.xapi.identity import verify_credentials

pytestmark = pytest.mark.usefixtures("plain_environment")

CERTIFICATES = {
    "self-signed": (ServerCertificate(by_itself=True), certificate_errors.UNKNOWN_ISSUER),
    "wrong host": (ServerCertificate(SERVER_NAME), certificate_errors.WRONG_NAME),
    "wrong address": (ServerCertificate("127.0.0.2"), certificate_errors.WRONG_NAME),
    "common name only": (ServerCertificate(named=False), certificate_errors.WRONG_NAME),
    "expired": (ServerCertificate(start=-2 * DAY, end=-DAY), certificate_errors.EXPIRED),
    "not yet valid": (ServerCertificate(start=DAY, end=2 * DAY), certificate_errors.EXPIRED),
    "for mail": (
        ServerCertificate(purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION),
        certificate_errors.WRONG_PURPOSE,
    ),
    "weak": (ServerCertificate(weak=True), certificate_errors.TOO_WEAK),
}
"""Server certificates that prove nothing, with any issuer."""
UNFIT = {
    "no authority": (AuthorityCertificate(authority=False), certificate_errors.NOT_AN_AUTHORITY),
    "may not sign": (AuthorityCertificate(usage=False), certificate_errors.NOT_AN_AUTHORITY),
    "expired": (AuthorityCertificate(end=-DAY), certificate_errors.EXPIRED),
}
"""Authorities that prove nothing, even if the user chose them."""
SLOPPY = {
    "no key usage": (
        AuthorityCertificate(usage=None),
        ServerCertificate(),
        certificate_errors.NO_KEY_USAGE,
    ),
    "constraints not critical": (
        AuthorityCertificate(critical=False),
        ServerCertificate(),
        certificate_errors.IRREGULAR,
    ),
    "no key identifier": (
        AuthorityCertificate(key_id=False),
        ServerCertificate(),
        certificate_errors.NO_KEY_IDENTIFIER,
    ),
    "no authority key identifier": (
        AuthorityCertificate(),
        ServerCertificate(authority_id=False),
        certificate_errors.NO_KEY_IDENTIFIER,
    ),
    "version 1": (
        AuthorityCertificate(old=True),
        ServerCertificate(),
        certificate_errors.NOT_AN_AUTHORITY,
    ),
}
"""What a company's authority may lack if the user chose it, with the template if not."""


def is_accepted(hosts: Hosts, over: CallSettings | None = None) -> bool:
    found = verify_credentials(
        hosts, KEYS, CREDENTIALS, CancelToken(), settings=over or CallSettings()
    )
    return found.handle == "fernwick_news"


@contextmanager
def run_server(
    authority: Authority, wanted: ServerCertificate | None = None
) -> Generator[CannedServer]:
    with CannedServer(tls=authority.context(wanted or ServerCertificate())) as server:
        server.set_reply(200, USER_BODY)
        yield server


def build_in(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the authority among the built-in certificates."""
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(authority.bundle))


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_that_proves_nothing(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wanted, entry = CERTIFICATES[name]
    build_in(authority, monkeypatch)
    with run_server(authority, wanted) as server:
        assert matches_template(diagnose_call(server.hosts, make_call_settings(authority)), entry)
        assert matches_template(diagnose_call(server.hosts), entry)
    assert not server.requests


@pytest.mark.parametrize("name", UNFIT)
def test_an_authority_that_proves_nothing_is_refused_where_it_was_chosen(
    tmp_path: Path, name: str
) -> None:
    rank, entry = UNFIT[name]
    authority = Authority(tmp_path, rank)
    with run_server(authority) as server:
        assert matches_template(diagnose_call(server.hosts, make_call_settings(authority)), entry)
    assert not server.requests


def test_an_authority_that_is_limited_to_other_names(tmp_path: Path) -> None:
    authority = Authority(tmp_path, AuthorityCertificate(only_for="intranet.example"))
    with (
        run_server(authority, ServerCertificate(SERVER_NAME)) as server,
        HttpProxy(server.port) as proxy,
    ):
        found = diagnose_call(PROXIED_HOST, make_call_settings(authority, proxy.url))
    assert matches_template(found, certificate_errors.OUT_OF_SCOPE)
    assert not server.requests


@pytest.mark.parametrize("name", SLOPPY)
def test_a_chosen_certificate_may_lack_what_a_built_in_one_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rank, wanted, entry = SLOPPY[name]
    authority = Authority(tmp_path, rank)
    with run_server(authority, wanted) as server:
        assert is_accepted(server.hosts, make_call_settings(authority))
        build_in(authority, monkeypatch)
        found = diagnose_call(server.hosts)
        assert matches_template(found, entry)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        assert is_accepted(server.hosts)
    assert len(server.requests) == 2


def test_a_proper_authority_is_trusted_wherever_it_is_from(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_server(authority) as server:
        assert matches_template(diagnose_call(server.hosts), certificate_errors.UNKNOWN_ISSUER)
        assert is_accepted(server.hosts, make_call_settings(authority))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.bundle))
        assert is_accepted(server.hosts)
        monkeypatch.delenv("CURL_CA_BUNDLE")
        build_in(authority, monkeypatch)
        assert is_accepted(server.hosts)


def test_the_refused_check_is_in_the_report(authority: Authority) -> None:
    with run_server(authority, ServerCertificate(weak=True)) as server:
        found = diagnose_call(server.hosts, make_call_settings(authority))
    assert "SSLCertVerificationError" in found.evidence.excerpt
    assert found.evidence.excerpt.endswith(": EE certificate key too weak")


def test_what_is_chosen_need_not_be_the_root(tmp_path: Path) -> None:
    """The authority in between is enough, and for one server its own certificate."""
    root = Authority(tmp_path)
    issuer = Authority(tmp_path, above=root)
    with run_server(issuer) as server:
        assert is_accepted(server.hosts, make_call_settings(issuer))
    with run_server(root, ServerCertificate(by_itself=True)) as server:
        own = CallSettings(NetworkSettings(ca_bundle=str(tmp_path / "server.pem")))
        assert is_accepted(server.hosts, own)


def test_an_older_certificate_of_an_authority_made_anew(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    with run_server(new) as server:
        assert matches_template(
            diagnose_call(server.hosts, make_call_settings(old)), certificate_errors.UNKNOWN_ISSUER
        )
    with run_server(new, ServerCertificate(authority_id=False)) as server:
        assert matches_template(
            diagnose_call(server.hosts, make_call_settings(old)), certificate_errors.WRONG_SIGNATURE
        )


def test_a_proxy_that_speaks_tls_itself_is_checked_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path, AuthorityCertificate(usage=None))
    with (
        run_server(authority, ServerCertificate(SERVER_NAME)) as server,
        HttpProxy(server.port, tls=authority.context(ServerCertificate())) as proxy,
    ):
        assert proxy.url.startswith("https:")
        assert is_accepted(PROXIED_HOST, make_call_settings(authority, proxy.url))
        build_in(authority, monkeypatch)
        found = diagnose_call(PROXIED_HOST, CallSettings(NetworkSettings(proxy.url)))
    assert matches_template(found, certificate_errors.NO_KEY_USAGE)
    assert len(server.requests) == 1


def test_a_folder_of_certificates_is_read_as_a_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path, AuthorityCertificate(usage=None))
    (tmp_path / "certs").mkdir()
    # OpenSSL finds a certificate of a folder by the hash of its subject.
    name = f"{authority.subject_hash()}.0"
    (tmp_path / "certs" / name).write_bytes(authority.bundle.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certs"))
    with (
        run_server(authority, ServerCertificate(SERVER_NAME)) as server,
        HttpProxy(server.port, tls=authority.context(ServerCertificate())) as proxy,
    ):
        assert is_accepted(PROXIED_HOST, CallSettings(NetworkSettings(proxy.url)))


def test_a_bots_client_trusts_what_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the session that tweepy makes itself takes the certificates of the environment."""
    authority = Authority(tmp_path, AuthorityCertificate(usage=None))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    wanted = ServerCertificate("api.twitter.com")
    with run_server(authority, wanted) as server, HttpProxy(server.port) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        client = make_oauth1_client(Hosts(), KEYS, CREDENTIALS, CallSettings())
        with client.session:
            assert client.session.get("https://api.twitter.com/2/users/me").ok


def test_a_certificate_file_that_is_none(tmp_path: Path, authority: Authority) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate\n")
    with run_server(authority) as server, HttpProxy(server.port) as proxy:
        secure = proxy.url.replace("http:", "https:")
        for file in (rubbish, tmp_path / "missing.pem"):
            for way in ("", secure):
                over = CallSettings(NetworkSettings(way, str(file)))
                found = diagnose_call(PROXIED_HOST if way else server.hosts, over)
                assert matches_template(found, certificate_errors.UNUSABLE_FILE)


def test_a_server_without_tls_is_reported(canned: CannedServer) -> None:
    hosts = Hosts.from_api_url(canned.url.replace("http:", "https:"))
    assert matches_template(diagnose_call(hosts), network_errors.TLS_NOT_SPOKEN)


def entries() -> set[ErrorTemplate]:
    return {one for one in vars(certificate_errors).values() if isinstance(one, ErrorTemplate)}


def test_every_entry_is_met_in_these_tests() -> None:
    tested_entries = {entry for _wanted, entry in CERTIFICATES.values()}
    tested_entries |= {entry for _rank, entry in UNFIT.values()}
    tested_entries |= {entry for _rank, _wanted, entry in SLOPPY.values()}
    elsewhere = {
        certificate_errors.OUT_OF_SCOPE,
        certificate_errors.WRONG_SIGNATURE,
        certificate_errors.UNUSABLE_FILE,
        certificate_errors.UNPROVEN,
    }
    assert entries() == tested_entries | elsewhere
