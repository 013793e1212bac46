"""The encrypted file keeps the contract, its secrets, and every save of two processes."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store.vault_contract import VaultContract
from tests.support.vaults import ITEM_SERVICE, PASSPHRASE, make_file_vault, open_file_vault
from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.domain.secret import Secret
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.sealed_file import DerivedKey
from twauth_gui.store.sealed_log import VaultMap
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_errors import (
    EmptyPassphraseError,
    FileAbsentError,
    FileInTheWayError,
    FileLockedError,
    FileNotWrittenError,
    VaultDismissedError,
    WrongPassphraseError,
)
from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    vault = make_file_vault(tmp_path)
    vault.create(PASSPHRASE)
    yield vault
    vault.close()


class TestFileVault(VaultContract):
    @pytest.fixture
    def reopened(self, vault: Vault, tmp_path: Path) -> Callable[[], Vault]:
        assert vault.name == "The encrypted file"
        return lambda: open_file_vault(tmp_path)


class TestFileVaultWithDeadline(VaultContract):
    """As it is used where the folder is on a network."""

    @pytest.fixture(name="vault")
    def guarded(self, vault: FileVault) -> Generator[Vault]:
        guarded = DeadlineVault(lambda: vault, name=vault.name)
        yield guarded
        guarded.close()

    @pytest.fixture
    def reopened(self, tmp_path: Path) -> Callable[[], Vault]:
        return lambda: DeadlineVault(lambda: open_file_vault(tmp_path))


def operations(vault: FileVault) -> list[Callable[[], object]]:
    return [
        vault.probe,
        lambda: vault.read(ITEM_SERVICE),
        lambda: vault.write(ITEM_SERVICE, Secret("changed")),
        lambda: vault.delete(ITEM_SERVICE),
    ]


def test_locked_says_so_until_the_passphrase_is_there(vault: FileVault) -> None:
    vault.write(ITEM_SERVICE, Secret("kept"))
    vault.lock()
    assert vault.is_locked
    for operation in operations(vault):
        with pytest.raises(FileLockedError, match="encrypted file is locked") as caught:
            operation()
        assert caught.value.diagnosis.kind is ProblemKind.KEYCHAIN_LOCKED
        assert caught.value.diagnosis.remedy is Remedy.UNLOCK
    with pytest.raises(WrongPassphraseError):
        vault.unlock(Secret("another"))
    assert vault.is_locked
    vault.unlock(PASSPHRASE)
    assert vault.read(ITEM_SERVICE) == Secret("kept")


def holders() -> int:
    """Count what holds items or keys in this process; other tests have some."""
    _ = gc.collect()
    return sum(isinstance(one, (VaultMap, DerivedKey)) for one in gc.get_objects())


def test_locked_means_that_nothing_is_held(vault: FileVault) -> None:
    vault.write(ITEM_SERVICE, Secret("canary-value"))
    before = holders()
    vault.lock()
    assert holders() == before - 2


def test_no_secret_is_readable_in_the_folder(vault: FileVault, tmp_path: Path) -> None:
    vault.write(ITEM_SERVICE, Secret("canary-value"))
    for file in tmp_path.iterdir():
        raw = file.read_bytes()
        assert b"canary" not in raw
        assert b"twauth/account" not in raw
        assert b"marigold" not in raw
        assert file.stat().st_mode & 0o777 == 0o600


def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(FileAbsentError, match="does not fall back to plain text") as caught:
        make_file_vault(tmp_path).unlock()
    assert caught.value.diagnosis.kind is ProblemKind.KEYCHAIN_ABSENT
    make_file_vault(tmp_path).create(PASSPHRASE)
    for passphrase in (None, lambda: None):
        with pytest.raises(VaultDismissedError):
            make_file_vault(tmp_path, passphrase=passphrase).unlock()
    with pytest.raises(FileInTheWayError):
        make_file_vault(tmp_path).create(PASSPHRASE)
    with pytest.raises(EmptyPassphraseError):
        make_file_vault(tmp_path).create(Secret(""))


def test_a_file_that_vanished_is_absent(vault: FileVault) -> None:
    vault.path.unlink()
    for operation in operations(vault):
        with pytest.raises(FileAbsentError):
            operation()
    assert vault.discard_if_empty()


def test_only_an_empty_file_is_discarded(vault: FileVault) -> None:
    vault.write(ITEM_SERVICE, Secret("kept"))
    assert not vault.discard_if_empty()
    vault.delete(ITEM_SERVICE)
    assert vault.services() == []
    assert vault.discard_if_empty()
    assert not vault.exists


def test_the_passphrase_is_changed(vault: FileVault, tmp_path: Path) -> None:
    vault.write(ITEM_SERVICE, Secret("kept"))
    other = open_file_vault(tmp_path)
    with pytest.raises(WrongPassphraseError):
        vault.change_passphrase(Secret("wrong"), Secret("new"))
    with pytest.raises(EmptyPassphraseError):
        vault.change_passphrase(PASSPHRASE, Secret(""))
    vault.change_passphrase(PASSPHRASE, Secret("new"))
    assert vault.read(ITEM_SERVICE) == Secret("kept")
    with pytest.raises(FileLockedError, match="changed in another Twauth"):
        _ = other.read(ITEM_SERVICE)
    with pytest.raises(WrongPassphraseError):
        other.unlock(PASSPHRASE)
    other.unlock(Secret("new"))
    assert other.read(ITEM_SERVICE) == Secret("kept")


def test_each_sees_what_the_other_saved(vault: FileVault, tmp_path: Path) -> None:
    other = open_file_vault(tmp_path)
    for number in range(20):
        here, there = (vault, other) if number % 2 else (other, vault)
        here.write(f"twauth/account/{number}/1", Secret(str(number)))
        assert there.read(f"twauth/account/{number}/1") == Secret(str(number))
    other.delete("twauth/account/3/1")
    assert vault.read("twauth/account/3/1") is None
    assert len(vault.services()) == 19


HAMMER = """
import sys
from pathlib import Path
from tests.support.vaults import open_file_vault
from twauth_gui.domain.secret import Secret
vault = open_file_vault(Path(sys.argv[1]))
for number in range(40):
    vault.write(f"twauth/account/{sys.argv[2]}-{number}/1", Secret(sys.argv[2]))
    if number % 4 == 0:
        vault.delete(f"twauth/account/{sys.argv[2]}-{number}/1")
"""


def test_two_processes_and_four_threads_lose_no_save(vault: FileVault, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    hammers = [
        subprocess.Popen([sys.executable, "-c", HAMMER, str(tmp_path), name], cwd=root)
        for name in ("a", "b")
    ]
    with ThreadPoolExecutor(4) as pool:
        for number in range(40):
            _ = pool.submit(vault.write, f"twauth/account/t-{number}/1", Secret("t"))
    assert [hammer.wait(60) for hammer in hammers] == [0, 0]
    assert len(vault.services()) == 40 + 30 + 30


def test_a_held_lock_ends_with_words(tmp_path: Path, vault: FileVault) -> None:
    impatient = open_file_vault(tmp_path, timeout_seconds=0.05)
    refused = pytest.raises(FileNotWrittenError, match="Another Twauth is writing to it")
    with FileLock(tmp_path, name=f"{vault.path.name}.lock").acquire(), refused:
        impatient.write(ITEM_SERVICE, Secret("x"))


LARGE = """
import sys
from pathlib import Path
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
vault = FileVault(Path(sys.argv[1]), lambda: Secret("p"))
vault.unlock()
assert len(vault.services()) == 1000
vault.write("twauth/account/more/1", Secret("x"))
status = Path("/proc/self/status").read_text()  # ru_maxrss would begin with the parent's
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def test_a_thousand_accounts_open_in_little_memory(tmp_path: Path) -> None:
    """How long it takes is in the bench: the time of one machine says nothing of another."""
    vault = FileVault(tmp_path / FILE_VAULT_FILE_NAME)
    vault.create(Secret("p"))
    vault.write_all({f"twauth/account/{n:036}/1": Secret("x" * 640) for n in range(1000)})
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(vault.path)],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert float(done.stdout) < 128


def test_unlocking_from_two_threads_at_once(vault: FileVault) -> None:
    vault.write(ITEM_SERVICE, Secret("kept"))
    vault.lock()
    ready = threading.Barrier(4)

    def use() -> Secret | None:
        _ = ready.wait(10)
        vault.unlock(PASSPHRASE)
        return vault.read(ITEM_SERVICE)

    with ThreadPoolExecutor(4) as pool:
        found = [job.result(30) for job in [pool.submit(use) for _ in range(4)]]
    assert found == [Secret("kept")] * 4
