"""Only a signed, current notice is believed, and its server learns nothing but that one asks."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.http_servers import HttpProxy
from tests.support.installations import Installation
from tests.support.sample_records import FakeClock
from tests.support.update_server import PAGE, PATH, SUMMARY, UpdateServer, run_update_server
from twauth_gui import __version__
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.services.container import Services
from twauth_gui.services.update_check import UpdateSource, find_update_source, read_update_source

ROOT = Path(__file__).parents[2]
UNSIGNED = b'{"signed": "{}", "signature": "?"}'
UNWRITABLE = b'{"signed": "\\ud800", "signature": ""}'
DAY = timedelta(days=1)
NEWER, NEWEST = "99.0.0", "99.1.0"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(tmp_path: Path, clock: FakeClock, installation: Installation) -> Iterator[UpdateServer]:
    with run_update_server(tmp_path, clock()) as running:
        running.connect(installation.services)
        running.announce(NEWER)
        yield running


@pytest.fixture
def services(installation: Installation, server: UpdateServer) -> Services:
    """Services that may ask the server."""
    _ = installation.services.updates.set_wanted(wanted=True)
    return installation.services


def newer_version(services: Services) -> str | None:
    notice = services.updates.load().find_newer()
    return notice.version if notice else None


def test_nothing_is_asked_unless_it_is_wanted(
    installation: Installation, server: UpdateServer
) -> None:
    updates = installation.services.updates
    assert not updates.check().asked_at
    _ = updates.set_wanted(wanted=True)
    _ = updates.set_wanted(wanted=False)
    _ = updates.check()
    assert server.server.requests == []


def test_the_notice_is_believed_and_kept(
    installation: Installation, services: Services, server: UpdateServer
) -> None:
    state = services.updates.check()
    notice = state.find_newer()
    assert notice is not None
    assert (notice.version, notice.summary, notice.page) == (NEWER, SUMMARY, PAGE)
    assert not state.problem
    installation.restart()
    assert newer_version(installation.services) == NEWER


def test_the_request_says_nothing_of_the_person(services: Services, server: UpdateServer) -> None:
    _ = services.updates.check()
    (request,) = server.server.requests
    assert (request.method, request.target, request.body) == ("GET", PATH, b"")
    assert dict(request.headers) == {
        "Host": f"127.0.0.1:{server.server.port}",
        "User-Agent": "Twauth",
        "Accept": "application/json",
        "Accept-Encoding": request.headers["Accept-Encoding"],
        "Connection": "keep-alive",
    }


def test_it_asks_once_a_day_whatever_came_of_it(
    services: Services, server: UpdateServer, clock: FakeClock
) -> None:
    server.server.set_reply(503, "later", path=PATH)
    assert services.updates.check().problem == "The server answered with status 503."
    server.announce(NEWER)
    clock.advance(DAY - timedelta(minutes=1))
    assert services.updates.check().find_newer() is None
    assert len(server.server.requests) == 1
    clock.advance(timedelta(minutes=1))
    assert services.updates.check().find_newer() is not None
    clock.shift(-timedelta(days=900))  # the clock was wrong, or is now
    assert services.updates.load().is_due(clock())


@pytest.mark.parametrize("version", [__version__, "0.0.1"])
def test_no_version_is_offered_that_is_not_newer(
    services: Services, server: UpdateServer, version: str
) -> None:
    server.announce(version)
    state = services.updates.check()
    assert (state.problem, state.find_newer()) == ("", None)
    assert state.notice


def test_an_older_notice_cannot_hide_a_version(
    services: Services, server: UpdateServer, clock: FakeClock
) -> None:
    server.announce(NEWEST, age=timedelta(hours=1))
    _ = services.updates.check()
    clock.advance(DAY)
    server.announce(NEWER, age=timedelta(hours=2))
    assert services.updates.check().problem == "The notice is older than the last one."
    assert newer_version(services) == NEWEST


def refused_files(server: UpdateServer) -> Iterator[tuple[str, str]]:
    """Serve one file after the other, each with the words of its refusal."""
    server.announce(NEWER, age=46 * DAY)
    yield "expired", "The notice has expired."
    server.announce(NEWER, key=Ed25519PrivateKey.generate())
    yield "another key", "The notice is not signed by Twauth's developers."
    server.announce(NEWER)
    file = json.loads(server.server.replies[PATH].body)
    file["signed"] = file["signed"].replace(NEWER, NEWEST)
    server.serve(json.dumps(file).encode())
    yield "changed", "The notice is not signed by Twauth's developers."
    for body in (
        b"",
        b"<html>",
        b"[]",
        b"[" * 4000,
        UNSIGNED,
        UNWRITABLE,
        b"\xff",
        rb'{"signed": "\ud800", "signature": ""}',  # half a character
    ):
        server.serve(body)
        yield "another file", "The server's file is not a notice."
    server.serve(b" " * 20_000)
    yield "too long", "The server sent too much."
    server.serve(b" " * 2_000_000)
    yield "much too long", "The server sent too much."
    for name, value in {"page": "http://twauth.example", "summary": "x" * 301}.items():
        server.announce(NEWER, fields={name: value})
        yield name, "The notice has an unusable text or page."
    for page in ("javascript:alert(1)", "file:///etc/passwd", "https://", "https://[x"):
        server.announce(NEWER, fields={"page": page})
        yield page, "The notice has an unusable text or page."
    for version in ("2", "1.0.0rc1", "1.0.0\n", "٣.0.0", "1٣.0.0", "../1.0.0"):
        server.announce(version)
        yield version, "The notice names no version."
    server.announce(NEWER, fields={"expires": "2999-01-01"})
    yield "no zone", "The notice has a time without a zone."
    server.announce(NEWER, fields={"issued": "yesterday"})
    yield "no time", "The notice lacks a field."
    moved = {"Location": f"{server.server.url}/moved"}
    server.server.set_reply(302, b"", moved, path=PATH)
    yield "moved", "The server answered with status 302."


def test_what_cannot_be_believed_is_not(
    services: Services, server: UpdateServer, clock: FakeClock
) -> None:
    for name, words in refused_files(server):
        clock.advance(DAY)
        server.now = clock() if name != "expired" else server.now
        state = services.updates.check()
        assert (name, state.problem, state.notice) == (name, words, "")
    assert "/moved" not in [one.target for one in server.server.requests]


def test_a_server_that_holds_the_request_is_left(services: Services, server: UpdateServer) -> None:
    held = threading.Event()
    reply = server.server.replies[PATH]
    server.server.set_reply(200, reply.body, path=PATH, before=lambda: held.wait(10))
    settings = NetworkSettings(ca_bundle=str(server.bundle), total_seconds=0.5)
    _ = services.network_settings.save(settings)
    assert services.updates.check().problem == "The server could not be reached."
    held.set()


def test_only_a_trusted_server_is_asked(services: Services, server: UpdateServer) -> None:
    _ = services.network_settings.save(NetworkSettings())
    assert services.updates.check().problem == "The server could not be reached."
    source = server.source
    services.updates.source = replace(source, address=source.address.replace("https", "http"))
    _ = services.updates.set_wanted(wanted=True)
    assert server.server.requests == []


def test_the_proxy_of_the_settings_is_used(
    services: Services, clock: FakeClock, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    name = "updates.fernwick.example"  # loopback itself is never asked through a proxy
    with run_update_server(folder, clock(), name) as server, HttpProxy(server.server.port) as proxy:
        server.announce(NEWER)
        server.connect(services)
        settings = NetworkSettings(proxy=proxy.url, ca_bundle=str(server.bundle))
        _ = services.network_settings.save(settings)
        assert services.updates.check().find_newer() is not None
        assert [head.split()[0] for head in proxy.heads] == [b"CONNECT"]


def test_a_new_key_counts_beside_the_old_one(services: Services, server: UpdateServer) -> None:
    other = Ed25519PrivateKey.generate()
    old = replace(server, key=other).source.keys
    services.updates.source = UpdateSource(server.source.address, old + server.source.keys)
    assert services.updates.check().find_newer() is not None


def test_a_damaged_state_counts_as_none(services: Services) -> None:
    for text in ("[]", "{", '{"is_wanted": true, "asked_at": "noon"}', '{"notice": "{}"}'):
        services.store.settings.set("updates", text)
        assert not services.updates.load().is_wanted


def test_the_source_is_whole_or_empty_and_a_package_can_switch_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = read_update_source()
    assert source is None or source.address.startswith("https://")
    folder = tmp_path / "resources"
    folder.mkdir()
    text = resource_path("updates.toml").read_text("utf-8")
    text = text.replace('address = ""', 'address = "https://twauth.example/u.json"')
    (folder / "updates.toml").write_text(text.replace("keys = []", 'keys = ["AAAA"]'), "utf-8")
    monkeypatch.setattr("twauth_gui.osfiles.resource_files._PACKAGE", tmp_path)
    assert find_update_source() == UpdateSource("https://twauth.example/u.json", ("AAAA",))
    (folder / "no-update-notice").touch()
    assert find_update_source() is None


def sign(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "packaging/release/sign_update.py", *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, input="tidal ferry\n", capture_output=True, text=True, check=False
    )


def test_what_the_release_signs_is_believed(
    tmp_path: Path, services: Services, server: UpdateServer
) -> None:
    key, notice = tmp_path / "key.pem", tmp_path / "update.json"
    made = sign("new-key", key)
    assert made.returncode == 0, made.stderr
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in key.read_bytes()
    assert sign("new-key", key).returncode == 1  # a key is never written over
    words = ("sign", key, notice, "--page", PAGE, "--summary", SUMMARY, "--days", "36500")
    assert sign(*words).returncode == 0
    server.serve(notice.read_bytes())
    services.updates.source = UpdateSource(server.source.address, (made.stdout.strip(),))
    state = services.updates.check()
    assert (state.problem, json.loads(state.notice)["version"]) == ("", __version__)
