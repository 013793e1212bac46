"""keyring's classes for Windows and macOS keep the contract, under their systems' limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from keyring.backends import Windows, macOS
from typing_extensions import override

from tests.store.store_changes import CHANGES, Fuse, PowerCutError, referenced_items, state_of
from tests.store.vault_contract import SERVICE, VaultContract
from tests.support.run_records import FaultProof
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    FakeClock,
    make_account,
)
from tests.support.system_vaults import (
    INTERACTION_NOT_ALLOWED,
    PyWinTypes,
    SecurityFramework,
    Win32Cred,
    WindowsError,
    load_macos_api,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.store.keychain import KeyringBackend, KeyringVault
from twauth_gui.store.store import Store
from twauth_gui.store.vault import MAX_UNITS, RECORD_USER, Vault
from twauth_gui.store.vault_errors import (
    RecordTooLargeError,
    VaultAbsentError,
    VaultDismissedError,
    VaultError,
    VaultFailedError,
    VaultLockedError,
)
from twauth_gui.store.windows_macos_keyrings import CredentialLocker, LoginKeychain

System = Win32Cred | SecurityFramework


@pytest.fixture
def win32(monkeypatch: pytest.MonkeyPatch) -> Win32Cred:
    imitation = Win32Cred()
    monkeypatch.setattr(Windows, "win32cred", imitation, raising=False)
    monkeypatch.setattr(Windows, "pywintypes", PyWinTypes, raising=False)
    return imitation


@pytest.fixture
def framework(monkeypatch: pytest.MonkeyPatch) -> SecurityFramework:
    imitation = SecurityFramework()
    api = load_macos_api(imitation, monkeypatch)
    monkeypatch.setattr(macOS, "api", api, raising=False)
    return imitation


def built(kind: Any) -> KeyringBackend:
    """Build a backend; keyring leaves its constructors untyped."""
    return cast("KeyringBackend", kind())


def locker() -> KeyringVault:
    return KeyringVault(built(CredentialLocker))


def keychain() -> KeyringVault:
    return KeyringVault(built(LoginKeychain))


class TestCredentialLocker(VaultContract):
    @pytest.fixture
    def vault(self, win32: Win32Cred) -> Vault:
        return locker()

    @pytest.fixture
    def reopened(self, win32: Win32Cred) -> Callable[[], Vault]:
        return locker

    def test_no_old_value_stays(self, vault: Vault, win32: Win32Cred) -> None:
        """The second write of one service makes keyring copy the old value aside."""
        for text in ("first", "second", "third"):
            vault.write(SERVICE, Secret(text))
        vault.delete(SERVICE)
        assert win32.items == {}

    @override
    def test_tells_its_name_and_that_it_is_open(self, vault: Vault) -> None:
        super().test_tells_its_name_and_that_it_is_open(vault)
        assert vault.name == "Windows Credential Locker"


class TestLoginKeychain(VaultContract):
    @pytest.fixture
    def vault(self, framework: SecurityFramework) -> Vault:
        return keychain()

    @pytest.fixture
    def reopened(self, framework: SecurityFramework) -> Callable[[], Vault]:
        return keychain


def test_every_length_is_kept_whole_or_refused(win32: Win32Cred, proof: FaultProof) -> None:
    vault = locker()
    for units in range(1, 3001, 7):
        text = "k" * units
        if units <= MAX_UNITS:
            vault.write(SERVICE, Secret(text))
            assert vault.read(SERVICE) == Secret(text)
        else:
            with pytest.raises(RecordTooLargeError):
                vault.write(SERVICE, Secret(text))
    with pytest.raises(WindowsError):
        built(CredentialLocker).set_password(SERVICE, RECORD_USER, "k" * (MAX_UNITS + 1))
    proof.record(
        "A record is longer than the Credential Locker takes (imitation)",
        "It is kept whole or refused with words, never cut",
        lengths=len(range(1, 3001, 7)),
        cut=0,
    )


def test_a_rotation_leaves_one_item_per_account(win32: Win32Cred, tmp_path: Path) -> None:
    store = Store.open(tmp_path, locker(), now=FakeClock())
    _ = store.apps.add(APP, OLD_KEYS)
    account = store.accounts.add(make_account(), OLD_CREDENTIALS)
    for _ in range(3):
        _ = store.accounts.replace_credentials(account, NEW_CREDENTIALS)
    assert sorted(win32.items) == ["twauth/account/account-1/4", "twauth/app/app-1/1"]
    assert not [blob for blob in win32.items.values() if b"o\0l\0d\0-\0s" in blob["CredentialBlob"]]
    store.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (INTERACTION_NOT_ALLOWED, VaultLockedError),
        (-128, VaultDismissedError),
        (-25293, VaultFailedError),
        (-1, VaultFailedError),
    ],
)
def test_what_macos_answers(
    framework: SecurityFramework, status: int, kind: type[VaultError]
) -> None:
    vault = keychain()
    vault.write(SERVICE, Secret("kept"))
    framework.status = status
    operations: list[Callable[[], object]] = [
        vault.probe,
        lambda: vault.read(SERVICE),
        lambda: vault.write(SERVICE, Secret("changed")),
        lambda: vault.delete(SERVICE),
    ]
    for operation in operations:
        with pytest.raises(kind):
            operation()
    framework.status = 0
    assert vault.read(SERVICE) == Secret("kept")


@pytest.mark.parametrize(
    ("code", "kind"), [(1312, VaultAbsentError), (5, VaultFailedError), (1223, VaultDismissedError)]
)
def test_what_windows_answers(win32: Win32Cred, code: int, kind: type[VaultError]) -> None:
    vault = locker()

    def refuse(name: str) -> None:
        raise WindowsError(code, name, "refused")

    win32.before = refuse
    operations: list[Callable[[], object]] = [vault.probe, lambda: vault.read(SERVICE)]
    for operation in operations:
        with pytest.raises(kind):
            operation()


def play(system: System, vault: Vault, directory: Path, fuse: Fuse) -> object:
    """Replace the credentials of an account, with the power cut before one call of the system."""
    prepare, change = CHANGES["replace"]
    store = Store.open(directory, vault, now=FakeClock())
    prepare(store)
    before = state_of(store)
    system.before = fuse
    try:
        _ = change(store)
    except PowerCutError:
        pass
    finally:
        system.before = lambda _name: None
        store.close()
    return before


@pytest.mark.parametrize("name", ["win32", "framework"])
def test_interrupted_between_the_systems_own_calls(
    name: str, request: pytest.FixtureRequest, tmp_path: Path, proof: FaultProof
) -> None:
    """Neither system writes in one step; a new name per generation makes that harmless."""
    system: System = request.getfixturevalue(name)
    vault = locker() if isinstance(system, Win32Cred) else keychain()
    fuse = Fuse(-1)
    before = play(system, vault, tmp_path / "whole", fuse)
    whole = Store.open(tmp_path / "whole", vault, now=FakeClock())
    after = state_of(whole)
    whole.close()
    assert fuse.count >= 5
    for cut in range(1, fuse.count + 1):
        system.items.clear()
        _ = play(system, vault, tmp_path / str(cut), Fuse(cut))
        store = Store.open(tmp_path / str(cut), vault, now=FakeClock())
        _ = store.recover()
        assert state_of(store) in (before, after), f"cut before call {cut}"
        assert len(system.items) == len(referenced_items(store))
        store.close()
    proof.record(
        "The power is cut between two calls of Windows or macOS (imitations)",
        "The old or the new record, never neither",
        cuts=fuse.count,
        lost=0,
    )
