"""The keychain in memory, a deadline around it, and a real Secret Service do the same."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from tests.store.vault_contract import VaultContract
from tests.support.keychain import SecretService
from tests.support.vaults import MemoryVault
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.vault import Vault


class TestMemoryVault(VaultContract):
    @pytest.fixture
    def vault(self) -> Vault:
        return MemoryVault()

    @pytest.fixture
    def reopened(self, vault: Vault) -> Callable[[], Vault]:
        return lambda: vault


class TestDeadlineVault(VaultContract):
    @pytest.fixture
    def vault(self) -> Generator[Vault]:
        inner = MemoryVault()
        vault = DeadlineVault(lambda: inner)
        yield vault
        vault.close()

    @pytest.fixture
    def reopened(self, vault: Vault) -> Callable[[], Vault]:
        return lambda: vault


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[SecretService]:
    with SecretService(tmp_path_factory.mktemp("ss")) as service:
        yield service


@pytest.mark.keychain
class TestSecretService(VaultContract):
    @pytest.fixture
    def vault(self, service: SecretService, monkeypatch: pytest.MonkeyPatch) -> Generator[Vault]:
        service.activate(monkeypatch)
        vault = open_system_vault("linux")
        yield vault
        vault.close()

    @pytest.fixture
    def reopened(
        self, service: SecretService, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[], Vault]:
        def restart() -> Vault:
            service.kill()
            service.stop_bus()
            service.start_bus()
            service.start()
            service.activate(monkeypatch)
            return open_system_vault("linux")

        return restart

    def test_says_whose_it_is(self, vault: Vault) -> None:
        vault.probe()
        assert vault.name == "GNOME Keyring"
