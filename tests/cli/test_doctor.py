"""Proves that the doctor names what is wrong, and goes on to the next thing."""

from __future__ import annotations

import socket
from functools import partial
from pathlib import Path

from tests.support.installations import Installation
from tests.support.vaults import MemoryVault
from twauth_gui.cli.errors import FailureSubject, find_next_step
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.doctor import Doctor, DoctorFinding, format_report
from twauth_gui.store.vault_errors import VaultLockedError


def problems(findings: list[DoctorFinding]) -> dict[str, ProblemKind]:
    return {one.topic: one.problem.kind for one in findings if one.problem is not None}


def look(places: AppPaths, vault: MemoryVault) -> list[DoctorFinding]:
    """Let the doctor look; this process itself stays as open as tests are."""
    doctor = Doctor(places, vault, partial(open_services, places, vault), Services.close)
    return [one for one in doctor.run() if one.topic != "memory" or one.problem is None]


def test_a_new_folder_has_no_findings(tmp_path: Path) -> None:
    vault = MemoryVault()
    found = look(AppPaths(tmp_path / "data"), vault)
    assert problems(found) == {}
    assert [one.topic for one in found[3:]] == [
        *("folder", "log", "settings", "index", "keychain", "callback"),
    ]
    assert vault.items == {}


def test_the_clock_is_compared_with_the_hosts_of_the_apps(tmp_path: Path, sandbox: Sandbox) -> None:
    installation = Installation.create(tmp_path / "data", sandbox)
    _ = installation.add_app()
    _ = installation.add_app("Alerts", "https://bots.example/x")
    installation.services.close()
    host = sandbox.url.removeprefix("http://")
    (clock,) = [one for one in look(installation.paths, installation.vault) if one.topic == "clock"]
    assert (clock.problem, clock.text.endswith(f" s of {host}")) == (None, True), clock
    sandbox.change_settings(clock_offset=-3600)
    found = look(installation.paths, installation.vault)
    assert problems(found) == {"clock": ProblemKind.CLOCK}
    assert "bots.example/x: Twauth cannot listen there" in format_report(found)
    sandbox.stop()
    (clock,) = [one for one in look(installation.paths, installation.vault) if one.topic == "clock"]
    assert (clock.problem, f"{host} is not reached" in clock.text) == (None, True), clock
    assert clock.hint is not None
    port = host.rpartition(":")[2]
    assert find_next_step(clock.hint, FailureSubject()) == f"twauth sandbox --port {port}"


def test_a_report_can_be_passed_on(tmp_path: Path) -> None:
    canary = Secret("a passphrase that got into the environment")
    vault = MemoryVault(f"Keyring {canary.reveal()}")
    report = format_report(look(AppPaths(tmp_path / "data"), vault))
    assert canary.reveal() not in report
    assert "ok       keychain: Keyring ••••: wrote, read and deleted a test item" in report


def test_everything_that_is_wrong_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "index.sqlite3").write_bytes(b"this is no list of accounts at all" * 100)
    vault = MemoryVault()
    vault.fail_with = VaultLockedError("Test Keyring")
    (folder / "window.json").mkdir()
    found = look(AppPaths(folder), vault)
    assert problems(found) == {
        "folder": ProblemKind.FILE_NOT_WRITTEN,
        "index": ProblemKind.INDEX_UNUSABLE,
        "keychain": ProblemKind.KEYCHAIN_LOCKED,
        "settings": ProblemKind.FILE_NOT_WRITTEN,
    }


def test_a_file_that_others_can_read(tmp_path: Path, sandbox: Sandbox) -> None:
    installation = Installation.create(tmp_path / "data", sandbox)
    installation.services.close()
    index = installation.paths.data / "index.sqlite3"
    index.chmod(0o640)
    (found,) = [
        one for one in look(installation.paths, installation.vault) if one.problem is not None
    ]
    assert (found.topic, found.text) == ("folder", f"{index} is open to other users.")


def test_a_port_that_is_taken(tmp_path: Path, sandbox: Sandbox) -> None:
    installation = Installation.create(tmp_path / "data", sandbox)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        _ = installation.add_app(callback=f"http://127.0.0.1:{listener.getsockname()[1]}/callback")
        installation.services.close()
        assert problems(look(installation.paths, installation.vault)) == {
            "callback": ProblemKind.PORT_TAKEN
        }


def test_a_folder_that_cannot_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = look(AppPaths(tmp_path / "file" / "data"), MemoryVault())
    assert problems(found) == {
        "folder": ProblemKind.FILE_NOT_WRITTEN,
        "log": ProblemKind.FILE_NOT_WRITTEN,
        "settings": ProblemKind.FILE_NOT_WRITTEN,
        "index": ProblemKind.FILE_NOT_WRITTEN,
    }
