"""Proves that every call is bounded, goes to one host, and follows neither netrc nor redirects."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import requests

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import CREDENTIALS, KEYS
from twauth_gui import __version__
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_exception
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.proxies import select_proxies
from twauth_gui.xapi.session import (
    RequestRefusedError,
    ResponseTooLargeError,
    new_session,
)


def test_tweepys_host_becomes_ours_and_no_other_is_called(canned: CannedServer) -> None:
    canned.set_reply(200, "{}")
    with new_session(canned.hosts) as session:
        session.get("https://api.twitter.com/2/users/me", headers={"User-Agent": "other"})
        session.get(f"{canned.url}/2/users/me")
        for other in ("https://upload.twitter.com/1.1/x", f"{canned.url}.example/", "/x"):
            with pytest.raises(ValueError, match="one host"):
                session.get(other)
    assert [request.target for request in canned.requests] == ["/2/users/me"] * 2
    agents = {request.headers["User-Agent"] for request in canned.requests}
    assert agents == {f"Twauth/{__version__}"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_reported_and_not_followed(canned: CannedServer, status: int) -> None:
    canned.set_reply(
        status, "moved", {"Location": f"{canned.url}/elsewhere?oauth_token=Secret12345"}
    )
    with pytest.raises(DiagnosedError) as caught:
        verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())
    found = caught.value.diagnosis
    assert found.kind is ProblemKind.REDIRECTED
    assert found.evidence.excerpt == f"redirect to {canned.url}/elsewhere"
    assert len(canned.requests) == 1


@pytest.mark.parametrize("location", ["http://[::1", "\xff", "https://", "javascript:x", ""])
def test_an_odd_redirect_is_still_one(canned: CannedServer, location: str) -> None:
    canned.set_reply(302, "", {"Location": location})
    with new_session(canned.hosts) as session, pytest.raises(RequestRefusedError) as caught:
        session.get(f"{canned.url}/2/users/me")
    assert (
        diagnose_exception(caught.value, CallContext("/2/users/me", canned.hosts)).kind
        is ProblemKind.REDIRECTED
    )


def test_the_systems_proxies_are_used_but_never_for_this_computer(
    canned: CannedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intern.example")
    assert select_proxies("https://api.x.com/2/users/me")["https"] == "http://127.0.0.1:9"
    assert "no" not in select_proxies("https://api.x.com/2/users/me")
    assert not select_proxies("https://x.intern.example/2/users/me")
    assert not select_proxies("http://localhost:8740/")
    canned.set_reply(200, "{}")
    with new_session(canned.hosts) as session:
        assert session.get(f"{canned.url}/2/users/me").ok


def test_a_dead_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://someone:Passw0rd@127.0.0.1:1")
    with new_session(Hosts()) as session, pytest.raises(requests.RequestException) as caught:
        session.get("https://api.x.com/2/users/me")
    found = diagnose_exception(caught.value, CallContext("/2/users/me", Hosts()))
    assert found.kind is ProblemKind.REFUSED
    assert "proxy" in found.title
    assert "Passw0rd" not in found.evidence.format_report()


def test_a_silent_server_times_out(canned: CannedServer) -> None:
    release = threading.Event()
    canned.set_reply(200, "{}", before=lambda: release.wait(10))
    session = new_session(canned.hosts, CallSettings(NetworkSettings(read_seconds=0.05)))
    with session, pytest.raises(requests.RequestException) as caught:
        session.get(f"{canned.url}/2/users/me")
    release.set()
    assert (
        diagnose_exception(caught.value, CallContext("/2/users/me", canned.hosts)).kind
        is ProblemKind.TIMED_OUT
    )


def test_an_endless_response_is_aborted(canned: CannedServer) -> None:
    canned.set_reply(200, b"x" * (1024 * 1024 + 1))
    with new_session(canned.hosts) as session, pytest.raises(ResponseTooLargeError) as caught:
        session.get(f"{canned.url}/2/users/me")
    assert (
        diagnose_exception(caught.value, CallContext("/2/users/me", canned.hosts)).kind
        is ProblemKind.NOT_X
    )


def test_the_certificates_of_the_environment_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    hosts = Hosts.from_api_url("https://127.0.0.1:1")
    with new_session(hosts) as session, pytest.raises(OSError, match="CA certificate") as caught:
        session.get("https://127.0.0.1:1/2/users/me")
    assert (
        diagnose_exception(caught.value, CallContext("/2/users/me", hosts)).kind is ProblemKind.TLS
    )
