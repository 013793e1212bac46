"""Older, planted, damaged or unwritable: the encrypted file says so, and loses nothing."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.run_records import FaultProof
from tests.support.vaults import (
    CHEAP_COST,
    ITEM_SERVICE,
    PASSPHRASE,
    make_file_vault,
    open_file_vault,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.durable_file import temporary_path
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.rollback_detection import IndexGenerationMemory, Rollback
from twauth_gui.store.sealed_file import DerivedKey, derive_new_key, seal
from twauth_gui.store.sealed_format import SealPurpose, parse_header
from twauth_gui.store.vault_errors import (
    DamagedFileError,
    FileInTheWayError,
    FileNotWrittenError,
    FileUnreadableError,
    ForeignFileError,
    NewerFileError,
)
from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    vault = make_file_vault(tmp_path)
    vault.create(PASSPHRASE)
    yield vault
    vault.close()


def test_an_older_copy_is_reported(tmp_path: Path, proof: FaultProof) -> None:
    reports: list[Rollback] = []
    generations = IndexGenerationMemory(tmp_path / "index")
    vault = make_file_vault(tmp_path, generations=generations, on_rollback=reports.append)
    vault.create(PASSPHRASE)
    vault.write(ITEM_SERVICE, Secret("first"))
    older = vault.path.read_bytes()
    vault.write(ITEM_SERVICE, Secret("second"))
    vault.write(ITEM_SERVICE, Secret("third"))
    vault.close()
    _ = vault.path.write_bytes(older)
    again = open_file_vault(
        tmp_path, generations=IndexGenerationMemory(tmp_path / "index"), on_rollback=reports.append
    )
    assert reports == [Rollback(vault.path, 2, 4)]
    assert "The last 2 changes are missing" in reports[0].sentence()
    assert again.read(ITEM_SERVICE) == Secret("first")
    again.write(ITEM_SERVICE, Secret("fourth"))
    again.close()
    last = open_file_vault(
        tmp_path, generations=IndexGenerationMemory(tmp_path / "index"), on_rollback=reports.append
    )
    assert last.read(ITEM_SERVICE) == Secret("fourth")
    assert len(reports) == 1
    last.close()
    proof.record(
        "An older copy of the encrypted file is put in its place",
        "It is noticed and reported, with the number of lost changes",
        copies=1,
    )


def test_an_index_that_fails_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    _ = (tmp_path / "index" / "index.sqlite3").write_bytes(b"not a database at all" * 99)
    vault = make_file_vault(tmp_path, generations=IndexGenerationMemory(tmp_path / "index"))
    vault.create(PASSPHRASE)
    vault.write(ITEM_SERVICE, Secret("kept"))
    assert vault.read(ITEM_SERVICE) == Secret("kept")
    vault.close()


def test_links_and_other_things_are_refused(tmp_path: Path, proof: FaultProof) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    make_file_vault(victim).create(PASSPHRASE)
    before = (victim / FILE_VAULT_FILE_NAME).read_bytes()
    plants: list[Callable[[Path], None]] = [
        lambda path: path.symlink_to(victim / FILE_VAULT_FILE_NAME),
        lambda path: path.mkdir(),
        os.mkfifo,
    ]
    for plant in plants:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        plant(folder / FILE_VAULT_FILE_NAME)
        with pytest.raises(ForeignFileError):
            make_file_vault(folder).unlock()
        with pytest.raises(FileInTheWayError):
            make_file_vault(folder).create(PASSPHRASE)
    assert (victim / FILE_VAULT_FILE_NAME).read_bytes() == before
    proof.record(
        "A link, a folder or a pipe is in the place of the encrypted file",
        "It is refused; what a link points to is not touched",
        plants=3,
    )


def test_a_link_planted_beside_the_file_is_not_followed(vault: FileVault, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    _ = victim.write_text("mine", encoding="utf-8")
    temporary_path(vault.path).symlink_to(victim)
    before = os.umask(0)
    try:
        vault.write(ITEM_SERVICE, Secret("kept"))
    finally:
        _ = os.umask(before)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not vault.path.is_symlink()
    assert vault.path.stat().st_mode & 0o777 == 0o600
    _ = temporary_path(vault.path).write_bytes(b"left by a process that died")
    _ = open_file_vault(tmp_path)
    assert not temporary_path(vault.path).exists()


@contextmanager
def smaller_files(size: int) -> Generator[None]:
    """Let the system refuse larger files in this process, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


SAVES: dict[str, Callable[[FileVault], None]] = {
    "append": lambda vault: vault.write(ITEM_SERVICE, Secret("lost")),
    "whole save": lambda vault: vault.change_passphrase(PASSPHRASE, Secret("lost")),
}


@pytest.mark.parametrize("name", SAVES)
def test_a_disk_that_refuses_leaves_the_old_file(
    vault: FileVault, tmp_path: Path, name: str, proof: FaultProof
) -> None:
    vault.write(ITEM_SERVICE, Secret("kept"))
    before = vault.path.read_bytes()
    refusals = 0
    for size in range(0, size_after(tmp_path / "other", before, SAVES[name]), 16):
        with smaller_files(size), pytest.raises(FileNotWrittenError, match="was not changed"):
            SAVES[name](vault)
        assert vault.path.read_bytes() == before
        assert vault.read(ITEM_SERVICE) == Secret("kept")
        assert not temporary_path(vault.path).exists()
        refusals += 1
    vault.write(ITEM_SERVICE, Secret("room again"))
    proof.record(
        "The system refuses to write further into the encrypted file",
        "The file is as before, and the reason is told",
        refusals=refusals,
        lost=0,
    )


def size_after(folder: Path, before: bytes, save: Callable[[FileVault], None]) -> int:
    """Return how long the file is once it could be saved."""
    folder.mkdir()
    _ = (folder / FILE_VAULT_FILE_NAME).write_bytes(before)
    vault = open_file_vault(folder)
    save(vault)
    vault.close()
    return vault.path.stat().st_size


def test_a_folder_that_vanished(vault: FileVault, tmp_path: Path) -> None:
    elsewhere = tmp_path / "gone" / FILE_VAULT_FILE_NAME
    with pytest.raises(FileNotWrittenError):
        FileVault(elsewhere, cost=CHEAP_COST).create(PASSPHRASE)
    inside = vault.path / FILE_VAULT_FILE_NAME
    with pytest.raises(FileUnreadableError):
        FileVault(inside, lambda: PASSPHRASE).probe()


def sealed_map(**changes: object) -> bytes:
    fields = {
        "v": 1,
        "id": "a",
        "generation": 1,
        "items": {ITEM_SERVICE: "canary-value"},
        **changes,
    }
    key = derive_new_key(PASSPHRASE, Path("x"), CHEAP_COST)
    return seal(json.dumps(fields).encode(), key, SealPurpose.VAULT)


STRANGE: list[dict[str, object]] = [
    {"v": "1"},
    {"v": True},
    {"id": 1},
    {"generation": "1"},
    {"items": []},
    {"items": {ITEM_SERVICE: 1}},
]


def test_strange_contents_are_refused_without_showing_them(tmp_path: Path) -> None:
    path = tmp_path / FILE_VAULT_FILE_NAME
    key = derive_new_key(PASSPHRASE, path, CHEAP_COST)
    files = [sealed_map(**changes) for changes in STRANGE]
    texts = (b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"canary-value')
    for raw in [*files, *(seal(text, key, SealPurpose.VAULT) for text in texts)]:
        _ = path.write_bytes(raw)
        with pytest.raises(DamagedFileError) as caught:
            _ = open_file_vault(tmp_path)
        assert caught.value.__context__ is None
        assert "canary" not in str(caught.value)
    _ = path.write_bytes(sealed_map(v=2))
    with pytest.raises(NewerFileError):
        _ = open_file_vault(tmp_path)
    _ = path.write_bytes(sealed_map())
    assert open_file_vault(tmp_path).read(ITEM_SERVICE) == Secret("canary-value")


def test_a_file_forged_under_the_same_salt_is_damage(vault: FileVault) -> None:
    header = parse_header(vault.path.read_bytes())
    assert header is not None
    other = DerivedKey(b"x" * 32, header.salt, header.cost)
    _ = vault.path.write_bytes(seal(b"{}", other, SealPurpose.VAULT))
    with pytest.raises(DamagedFileError):
        vault.probe()


POOR = """
import resource
from pathlib import Path
from twauth_gui.domain.secret import Secret
from twauth_gui.store.sealed_file import derive_new_key
from twauth_gui.store.vault_errors import DerivationError
from twauth_gui.store.sealed_format import MAX_COST
derive_new_key(Secret("p"), Path("f"))
resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20, 600 * 2**20))
try:
    derive_new_key(Secret("p"), Path("f"), MAX_COST)
except DerivationError as error:
    assert "1024 MiB of free memory" in str(error), error
else:
    raise AssertionError
"""


def test_too_little_memory_is_reported() -> None:
    root = Path(__file__).parents[2]
    _ = subprocess.run([sys.executable, "-c", POOR], cwd=root, check=True, timeout=60)
