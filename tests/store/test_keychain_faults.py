"""A real Secret Service that is locked, gone, hung or hidden: each has its own words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.support.keychain import SecretService
from tests.support.run_records import FaultProof
from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import (
    VaultAbsentError,
    VaultDismissedError,
    VaultError,
    VaultHungError,
    VaultLockedError,
)

pytestmark = pytest.mark.keychain

SERVICE = "twauth/account/fault/1"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[SecretService]:
    with SecretService(tmp_path / "ss") as service:
        service.activate(monkeypatch)
        yield service


@pytest.fixture
def vault(service: SecretService) -> Generator[Vault]:
    vault = DeadlineVault(lambda: open_system_vault("linux"))
    vault.write(SERVICE, Secret("kept"))
    yield vault
    vault.close()


def operations(vault: Vault) -> list[Callable[[], object]]:
    return [
        vault.probe,
        lambda: vault.read(SERVICE),
        lambda: vault.write(SERVICE, Secret("changed")),
        lambda: vault.delete(SERVICE),
    ]


def assert_all_raise(vault: Vault, kind: type[VaultError]) -> None:
    for operation in operations(vault):
        with pytest.raises(kind):
            operation()


def test_locked_asks_nobody_until_told_to(
    service: SecretService, vault: Vault, proof: FaultProof
) -> None:
    service.lock()
    assert_all_raise(vault, VaultLockedError)
    with pytest.raises(VaultDismissedError) as caught:
        vault.unlock()  # no screen, so the prompt ends at once
    assert caught.value.diagnosis.remedy is Remedy.UNLOCK
    service.unlock()
    assert vault.read(SERVICE) == Secret("kept")
    proof.record(
        "GNOME Keyring is locked, then its prompt cannot be shown",
        "Each call says that it is locked, and no prompt comes by itself; unlocked it goes on",
        operations=5,
        lost=0,
    )


def test_killed_then_started_by_the_bus_is_locked(
    service: SecretService, vault: Vault, proof: FaultProof
) -> None:
    first = service.pid
    service.kill()
    assert_all_raise(vault, VaultLockedError)
    assert service.pid not in {0, first}
    service.kill()
    service.start()
    assert vault.read(SERVICE) == Secret("kept")
    proof.record(
        "GNOME Keyring is killed, and the bus starts it again",
        "Each call says that it is locked; unlocked it goes on",
        operations=4,
        lost=0,
    )


def test_no_bus(
    service: SecretService, vault: Vault, monkeypatch: pytest.MonkeyPatch, proof: FaultProof
) -> None:
    service.stop_bus()
    assert_all_raise(vault, VaultAbsentError)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with pytest.raises(VaultAbsentError) as caught:
        _ = open_system_vault("linux")
    diagnosis = caught.value.diagnosis
    assert diagnosis.kind is ProblemKind.KEYCHAIN_ABSENT
    assert "D-Bus" in diagnosis.advice
    assert "does not fall back to plain text" in diagnosis.advice
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(VaultAbsentError):
        _ = open_system_vault("linux")
    proof.record(
        "The session bus is killed, or there is none",
        "Each call says that there is no keychain; nothing falls back to plain text",
        operations=6,
    )


def test_hung(service: SecretService, proof: FaultProof) -> None:
    open_system_vault("linux").close()  # loads the libraries, which takes longer than the deadline
    vault = DeadlineVault(lambda: open_system_vault("linux"), seconds=0.5)
    vault.write(SERVICE, Secret("kept"))
    service.pause()
    for operation in operations(vault)[:2]:
        with pytest.raises(VaultHungError) as caught:
            operation()
        assert "GNOME Keyring does not answer." in str(caught.value)
    service.resume()
    patient = DeadlineVault(lambda: open_system_vault("linux"))
    assert patient.read(SERVICE) == Secret("kept")
    assert vault.read(SERVICE) == Secret("kept")
    vault.close()
    patient.close()
    proof.record(
        "GNOME Keyring hangs (SIGSTOP)",
        "Each call ends at its deadline and says so; resumed it goes on",
        operations=2,
        lost=0,
    )


def test_no_default_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proof: FaultProof
) -> None:
    with SecretService(tmp_path / "ss") as service:
        service.kill()
        for file in (tmp_path / "ss" / "data" / "keyrings").iterdir():
            file.unlink()
        service.start(unlocked=False)
        service.activate(monkeypatch)
        vault = open_system_vault("linux")
        with pytest.raises(VaultLockedError) as caught:
            vault.write(SERVICE, Secret("value"))
        assert "no default keyring yet" in str(caught.value)
        with pytest.raises(VaultDismissedError):
            vault.unlock()
        vault.close()
    proof.record(
        "There is no default keyring",
        "Each call says so; nothing is created without being asked for",
        operations=2,
    )


EVIL = """
from keyring.backend import KeyringBackend

class Evil(KeyringBackend):
    priority = 99
    def get_password(self, service, username): return "stolen"
    def set_password(self, service, username, password): open({out!r}, "a").write(password)
    def delete_password(self, service, username): pass
"""

USE = """
from twauth_gui.domain.secret import Secret
from twauth_gui.store.keychain import open_system_vault
vault = open_system_vault("linux")
vault.write("twauth/account/injected/1", Secret("canary"))
assert vault.read("twauth/account/injected/1") == Secret("canary")
"""


def test_the_environment_redirects_nothing(
    service: SecretService, tmp_path: Path, proof: FaultProof
) -> None:
    folder = tmp_path / "evil"
    stolen = tmp_path / "stolen"
    folder.mkdir()
    _ = (folder / "evilring.py").write_text(EVIL.format(out=str(stolen)), encoding="utf-8")
    config = Path(service.env["XDG_CONFIG_HOME"]) / "python_keyring" / "keyringrc.cfg"
    config.parent.mkdir()
    _ = config.write_text(
        f"[backend]\ndefault-keyring=evilring.Evil\nkeyring-path={folder}\n", encoding="utf-8"
    )
    planted = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
        "KEYRING_PROPERTY_APPID": "evil",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/session",
        "KEYRING_PROPERTY_GET_PASSWORD": "evil",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for extra in ({}, {"PYTHON_KEYRING_BACKEND": "evilring.Evil", "PYTHONPATH": str(folder)}):
        env = {**service.env, **planted, **extra}
        env["PYTHONPATH"] = f"{env['PYTHONPATH']}:{planted['PYTHONPATH']}"
        done = subprocess.run([sys.executable, "-c", USE], env=env, check=False, timeout=60)
        assert done.returncode == 0
        assert "twauth/account/injected/1" in service.service_names()
    assert not stolen.exists()
    proof.record(
        "Variables and a keyringrc.cfg name another keychain",
        "Nothing changes where secrets go",
        vectors=7,
        stolen=0,
    )


def test_another_program_reads_the_item(service: SecretService, vault: Vault) -> None:
    plain = "import keyring; print(keyring.get_password('twauth/account/fault/1', 'record'))"
    done = subprocess.run(
        [sys.executable, "-c", plain],
        env=service.env,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "kept\n"
