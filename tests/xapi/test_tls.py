"""Proves that only a certificate that proves the host is accepted, and why another is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.xapi.canned import Canned
from tests.xapi.certificates import NAME, Authority, Wanted
from tests.xapi.over_network import DAY, V1, is_entry, line, refusal
from tests.xapi.samples import CREDENTIALS, KEYS
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import Line, NetworkSettings
from twauth_gui.xapi import obstacles
from twauth_gui.xapi.identity import verify

pytestmark = pytest.mark.usefixtures("plain_environment")

CERTIFICATES = {
    "self-signed": (Wanted(by_itself=True), obstacles.TLS_UNKNOWN_ISSUER),
    "wrong host": (Wanted(NAME), obstacles.TLS_WRONG_NAME),
    "wrong address": (Wanted("127.0.0.2"), obstacles.TLS_WRONG_NAME),
    "expired": (Wanted(start=-2 * DAY, end=-DAY), obstacles.TLS_EXPIRED),
    "not yet valid": (Wanted(start=DAY, end=2 * DAY), obstacles.TLS_EXPIRED),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_that_proves_nothing(authority: Authority, name: str) -> None:
    wanted, entry = CERTIFICATES[name]
    with Canned(tls=authority.context(wanted)) as server:
        assert is_entry(refusal(server.hosts, line(authority)), entry)
    assert not server.requests


def test_a_certificate_file_of_ones_own_is_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Canned(tls=authority.context(Wanted())) as server:
        server.says(200, V1)
        assert is_entry(refusal(server.hosts), obstacles.TLS_UNKNOWN_ISSUER)
        assert verify(server.hosts, KEYS, CREDENTIALS, CancelToken(), line=line(authority))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
        assert verify(server.hosts, KEYS, CREDENTIALS, CancelToken())


def test_a_certificate_file_that_is_none(tmp_path: Path, authority: Authority) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("no certificate\n")
    with Canned(tls=authority.context(Wanted())) as server:
        for file in (rubbish, tmp_path / "missing.pem"):
            over = Line(NetworkSettings(ca_bundle=str(file)))
            assert is_entry(refusal(server.hosts, over), obstacles.CA_BUNDLE)


def test_a_server_without_tls_is_told(canned: Canned) -> None:
    hosts = Hosts.at(canned.url.replace("http:", "https:"))
    assert is_entry(refusal(hosts), obstacles.TLS_NOT_SPOKEN)
