"""The power is cut, and the disk has only what was synced: the old or the new file, whole."""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.store.forgetful_disk import Files, ForgetfulDisk
from tests.support.run_records import FaultProof
from tests.support.vaults import ITEM_SERVICE, PASSPHRASE, make_file_vault, open_file_vault
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.rollback_detection import TornWrite
from twauth_gui.store.vault_errors import FileNotWrittenError, WrongPassphraseError

OLD, NEW = Secret("old"), Secret("new")
OTHER = Secret("another passphrase")

BEFORE = (OLD, PASSPHRASE)
CHANGES: dict[str, tuple[Callable[[FileVault], None], tuple[Secret, Secret]]] = {
    "append": (lambda vault: vault.write(ITEM_SERVICE, NEW), (NEW, PASSPHRASE)),
    "whole save": (lambda vault: vault.change_passphrase(PASSPHRASE, OTHER), (OLD, OTHER)),
}
"""Each with what the vault holds afterwards, and what opens it."""


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    (tmp_path / "disk").mkdir()
    vault = make_file_vault(tmp_path / "disk")
    vault.create(PASSPHRASE)
    vault.write(ITEM_SERVICE, OLD)
    yield vault
    vault.close()


class Restart:
    """Starts again with what a power cut left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.cuts = 0
        self.torn: list[TornWrite] = []

    def found(self, files: Files) -> tuple[Secret | None, Secret]:
        """Return what the vault holds, and the passphrase that opens it.

        Raises:
            VaultError: neither passphrase does.
        """
        self.cuts += 1
        folder = self._folder / str(self.cuts)
        folder.mkdir(parents=True)
        for name, content in files.items():
            _ = (folder / name).write_bytes(content)
        again = make_file_vault(folder, on_torn=self.torn.append)
        try:
            again.unlock(PASSPHRASE)
            passphrase = PASSPHRASE
        except WrongPassphraseError:
            again.unlock(OTHER)
            passphrase = OTHER
        value = again.read(ITEM_SERVICE)
        again.close()
        return value, passphrase


@pytest.mark.parametrize("name", CHANGES)
def test_the_power_is_cut_at_every_point(
    vault: FileVault, tmp_path: Path, name: str, proof: FaultProof
) -> None:
    change, after = CHANGES[name]
    states: list[Files] = []
    disk = ForgetfulDisk(vault.path.parent, lambda: states.extend(disk.states()))
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        change(vault)
    restart = Restart(tmp_path / "cuts")
    found = {restart.found(files) for files in states}
    assert found == {BEFORE, after}
    assert {restart.found(files) for files in disk.states()} == {after}  # it was told
    proof.record(
        "The power is cut while the encrypted file is saved, and the disk has only what was synced"
        " (a model of such a disk follows the calls of the system)",
        "The old or the new file, whole; the new one once the change was acknowledged",
        cuts=restart.cuts,
        lost=0,
    )


def test_a_refused_change_does_not_come_back(
    vault: FileVault, tmp_path: Path, proof: FaultProof
) -> None:
    failure = OSError(errno.EIO, "input/output error")
    disk = ForgetfulDisk(vault.path.parent, errors={"fsync": failure})
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        with pytest.raises(FileNotWrittenError, match="was not changed"):
            vault.write(ITEM_SERVICE, NEW)
    assert vault.read(ITEM_SERVICE) == OLD
    restart = Restart(tmp_path / "cuts")
    assert {restart.found(files) for files in disk.states()} == {BEFORE}
    assert restart.torn == []
    proof.record(
        "The disk fails as a change of the encrypted file is synced, then the power is cut",
        "The change was refused, and does not come back",
        cuts=restart.cuts,
        lost=0,
    )


def test_an_emptied_file_does_not_come_back(vault: FileVault, proof: FaultProof) -> None:
    disk = ForgetfulDisk(vault.path.parent)
    vault.delete(ITEM_SERVICE)
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        assert vault.discard_if_empty()
    assert list(disk.states()) == [{}]
    proof.record(
        "The power is cut after the encrypted file was emptied and removed",
        "It does not come back",
        cuts=1,
        lost=0,
    )


def _flip_last_bit(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("name", CHANGES)
def test_a_disk_that_changes_what_is_written(
    vault: FileVault, tmp_path: Path, name: str, proof: FaultProof
) -> None:
    change, _ = CHANGES[name]
    disk = ForgetfulDisk(vault.path.parent, alter_write=_flip_last_bit)
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        with pytest.raises(FileNotWrittenError, match="was not changed"):
            change(vault)
    again = open_file_vault(vault.path.parent)
    assert again.read(ITEM_SERVICE) == OLD
    again.close()
    proof.record(
        "The disk keeps something else than what is written into the encrypted file",
        "It is noticed at once, and the file is as before",
        changes=1,
        lost=0,
    )
