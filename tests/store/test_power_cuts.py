"""The power is cut, and the disk has only what was synced: the old or the new file, whole."""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.store.file_vaults import PASSPHRASE, SERVICE, closed, opened
from tests.store.forgetful_disk import Files, ForgetfulDisk
from tests.support.proof import Proof
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.rollback import Torn
from twauth_gui.store.sealed_errors import FileNotWrittenError, WrongPassphraseError

OLD, NEW = Secret("old"), Secret("new")
OTHER = Secret("another passphrase")

BEFORE = (OLD, PASSPHRASE)
CHANGES: dict[str, tuple[Callable[[FileVault], None], tuple[Secret, Secret]]] = {
    "append": (lambda vault: vault.write(SERVICE, NEW), (NEW, PASSPHRASE)),
    "whole save": (lambda vault: vault.change_passphrase(PASSPHRASE, OTHER), (OLD, OTHER)),
}
"""Each with what the vault holds afterwards, and what opens it."""


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    (tmp_path / "disk").mkdir()
    vault = closed(tmp_path / "disk")
    vault.create(PASSPHRASE)
    vault.write(SERVICE, OLD)
    yield vault
    vault.close()


class Restart:
    """Starts again with what a power cut left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.cuts = 0
        self.torn: list[Torn] = []

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
        again = closed(folder, on_torn=self.torn.append)
        try:
            again.unlock(PASSPHRASE)
            passphrase = PASSPHRASE
        except WrongPassphraseError:
            again.unlock(OTHER)
            passphrase = OTHER
        value = again.read(SERVICE)
        again.close()
        return value, passphrase


@pytest.mark.parametrize("name", CHANGES)
def test_the_power_is_cut_at_every_point(
    vault: FileVault, tmp_path: Path, name: str, proof: Proof
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
    proof.saw(
        "The power is cut while the encrypted file is saved, and the disk has only what was synced"
        " (a model of such a disk follows the calls of the system)",
        "The old or the new file, whole; the new one once the change was acknowledged",
        cuts=restart.cuts,
        lost=0,
    )


def test_a_refused_change_does_not_come_back(
    vault: FileVault, tmp_path: Path, proof: Proof
) -> None:
    failure = OSError(errno.EIO, "input/output error")
    disk = ForgetfulDisk(vault.path.parent, failing={"fsync": failure})
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        with pytest.raises(FileNotWrittenError, match="was not changed"):
            vault.write(SERVICE, NEW)
    assert vault.read(SERVICE) == OLD
    restart = Restart(tmp_path / "cuts")
    assert {restart.found(files) for files in disk.states()} == {BEFORE}
    assert restart.torn == []
    proof.saw(
        "The disk fails as a change of the encrypted file is synced, then the power is cut",
        "The change was refused, and does not come back",
        cuts=restart.cuts,
        lost=0,
    )


def test_an_emptied_file_does_not_come_back(vault: FileVault, proof: Proof) -> None:
    disk = ForgetfulDisk(vault.path.parent)
    vault.delete(SERVICE)
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        assert vault.discard_if_empty()
    assert list(disk.states()) == [{}]
    proof.saw(
        "The power is cut after the encrypted file was emptied and removed",
        "It does not come back",
        cuts=1,
        lost=0,
    )


@pytest.mark.parametrize("name", CHANGES)
def test_a_disk_that_changes_what_is_written(
    vault: FileVault, tmp_path: Path, name: str, proof: Proof
) -> None:
    change, _ = CHANGES[name]
    disk = ForgetfulDisk(vault.path.parent, altering=lambda data: data[:-1] + b"?")
    with pytest.MonkeyPatch.context() as patch:
        disk.follow(patch)
        with pytest.raises(FileNotWrittenError, match="was not changed"):
            change(vault)
    again = opened(vault.path.parent)
    assert again.read(SERVICE) == OLD
    again.close()
    proof.saw(
        "The disk keeps something else than what is written into the encrypted file",
        "It is noticed at once, and the file is as before",
        changes=1,
        lost=0,
    )
