"""Rules of the domain: hosts, handles, access levels, health, cancelling."""

from __future__ import annotations

import threading

import pytest

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.account_names import HandleError, is_same_handle, parse_handle
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import Evidence
from twauth_gui.domain.health import Health, HealthState, Severity
from twauth_gui.domain.hosts import HostNotAllowedError, Hosts, validate_base_url


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://api.x.com/", "https://api.x.com"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000/", "http://[::1]:9000"),
        (" http://localhost:1 ", "http://localhost:1"),
    ],
)
def test_protected_or_local_hosts(url: str, base: str) -> None:
    assert validate_base_url(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "http://api.x.com",
        "ftp://127.0.0.1",
        "https://",
        "",
        "https://me@api.x.com",
        "https://api.x.com?x=1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1.evil.example",
    ],
)
def test_other_hosts_are_refused(url: str) -> None:
    with pytest.raises(HostNotAllowedError):
        validate_base_url(url)


def test_hosts_distinguish_x_from_the_sandbox() -> None:
    assert Hosts().is_x
    assert not Hosts().is_local
    stand_in = Hosts.from_api_url("http://127.0.0.1:8740/")
    assert stand_in == Hosts("http://127.0.0.1:8740", "http://127.0.0.1:8740")
    assert stand_in.is_local
    assert not stand_in.is_x


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("@fernwick_news", "fernwick_news"),
        (" fernwick_news ", "fernwick_news"),
        ("https://x.com/fernwick_news/status/1", "fernwick_news"),
        ("twitter.com/fernwick_news?lang=en", "fernwick_news"),
        ("", ""),
        ("@", ""),
    ],
)
def test_handles_as_people_write_them(text: str, handle: str) -> None:
    assert parse_handle(text) == handle


@pytest.mark.parametrize("text", ["two words", "a-b", "sixteen_letters_x", "ümlaut"])
def test_no_handle(text: str) -> None:
    with pytest.raises(HandleError):
        parse_handle(text)


def test_handles_differ_by_more_than_case() -> None:
    assert is_same_handle("Fernwick", "fernwick")
    assert not is_same_handle("fernwick", "fernwick_")


def test_access_level_from_the_header() -> None:
    assert AccessLevel.from_header("read-write-directmessages") is AccessLevel.READ_WRITE_DM
    assert AccessLevel.from_header(" Read ") is AccessLevel.READ
    assert AccessLevel.from_header("everything") is None
    assert AccessLevel.from_header(None) is None
    assert [level.badge for level in AccessLevel] == ["R", "RW", "RW+DM"]
    assert [level.can_write for level in AccessLevel] == [False, True, True]


def test_every_health_state_has_a_word_and_a_severity() -> None:
    for state in HealthState:
        assert Health(state).label
        assert isinstance(Health(state).severity, Severity)
    assert Health(HealthState.REVOKED).needs_attention
    assert not Health(HealthState.NEVER_CHECKED).needs_attention


def test_cancel_runs_what_waits_once() -> None:
    token = CancelToken()
    calls: list[str] = []
    token.on_cancel(lambda: calls.append("first"))
    token.raise_if_cancelled()
    token.cancel()
    token.cancel()
    token.on_cancel(lambda: calls.append("late"))
    assert calls == ["first", "late"]
    with pytest.raises(CancelledError):
        token.raise_if_cancelled()


def test_cancel_ends_a_sleep() -> None:
    token = CancelToken()
    finished = threading.Event()

    def wait() -> None:
        with pytest.raises(CancelledError):
            token.sleep(60)
        finished.set()

    worker = threading.Thread(target=wait)
    worker.start()
    token.cancel()
    worker.join(10)
    assert finished.is_set()


def test_a_report_names_what_is_known() -> None:
    evidence = Evidence(status=401, code="32", endpoint="request_token")
    assert evidence.format_report() == "endpoint: request_token\nstatus: 401\ncode: 32"
