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

from tests.store.file_vaults import CHEAP, PASSPHRASE, SERVICE, closed, opened
from tests.support.proof import Proof
from twauth_gui.domain.secret import Secret
from twauth_gui.store.durable_file import fresh_name
from twauth_gui.store.file_vault import FILE_NAME, FileVault
from twauth_gui.store.rollback import Rollback, SeenInIndex
from twauth_gui.store.sealed import Key, new_key, seal
from twauth_gui.store.sealed_errors import (
    DamagedFileError,
    FileInTheWayError,
    FileNotWrittenError,
    FileUnreadableError,
    ForeignFileError,
    NewerFileError,
)
from twauth_gui.store.sealed_header import Purpose, unpacked


@pytest.fixture
def vault(tmp_path: Path) -> Generator[FileVault]:
    vault = closed(tmp_path)
    vault.create(PASSPHRASE)
    yield vault
    vault.close()


def test_an_older_copy_is_reported(tmp_path: Path, proof: Proof) -> None:
    reports: list[Rollback] = []
    seen = SeenInIndex(tmp_path / "index")
    vault = closed(tmp_path, seen=seen, on_rollback=reports.append)
    vault.create(PASSPHRASE)
    vault.write(SERVICE, Secret("first"))
    older = vault.path.read_bytes()
    vault.write(SERVICE, Secret("second"))
    vault.write(SERVICE, Secret("third"))
    vault.close()
    _ = vault.path.write_bytes(older)
    again = opened(tmp_path, seen=SeenInIndex(tmp_path / "index"), on_rollback=reports.append)
    assert reports == [Rollback(vault.path, 2, 4)]
    assert "The last 2 changes are missing" in reports[0].sentence()
    assert again.read(SERVICE) == Secret("first")
    again.write(SERVICE, Secret("fourth"))
    again.close()
    last = opened(tmp_path, seen=SeenInIndex(tmp_path / "index"), on_rollback=reports.append)
    assert last.read(SERVICE) == Secret("fourth")
    assert len(reports) == 1
    last.close()
    proof.saw(
        "An older copy of the encrypted file is put in its place",
        "It is noticed and reported, with the number of lost changes",
        copies=1,
    )


def test_an_index_that_fails_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    _ = (tmp_path / "index" / "index.sqlite3").write_bytes(b"not a database at all" * 99)
    vault = closed(tmp_path, seen=SeenInIndex(tmp_path / "index"))
    vault.create(PASSPHRASE)
    vault.write(SERVICE, Secret("kept"))
    assert vault.read(SERVICE) == Secret("kept")
    vault.close()


def test_links_and_other_things_are_refused(tmp_path: Path, proof: Proof) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    closed(victim).create(PASSPHRASE)
    before = (victim / FILE_NAME).read_bytes()
    plants: list[Callable[[Path], None]] = [
        lambda path: path.symlink_to(victim / FILE_NAME),
        lambda path: path.mkdir(),
        os.mkfifo,
    ]
    for plant in plants:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        plant(folder / FILE_NAME)
        with pytest.raises(ForeignFileError):
            closed(folder).unlock()
        with pytest.raises(FileInTheWayError):
            closed(folder).create(PASSPHRASE)
    assert (victim / FILE_NAME).read_bytes() == before
    proof.saw(
        "A link, a folder or a pipe is in the place of the encrypted file",
        "It is refused; what a link points to is not touched",
        plants=3,
    )


def test_a_link_planted_beside_the_file_is_not_followed(vault: FileVault, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    _ = victim.write_text("mine", encoding="utf-8")
    fresh_name(vault.path).symlink_to(victim)
    before = os.umask(0)
    try:
        vault.write(SERVICE, Secret("kept"))
    finally:
        _ = os.umask(before)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not vault.path.is_symlink()
    assert vault.path.stat().st_mode & 0o777 == 0o600
    _ = fresh_name(vault.path).write_bytes(b"left by a process that died")
    _ = opened(tmp_path)
    assert not fresh_name(vault.path).exists()


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
    "append": lambda vault: vault.write(SERVICE, Secret("lost")),
    "whole save": lambda vault: vault.change_passphrase(PASSPHRASE, Secret("lost")),
}


@pytest.mark.parametrize("name", SAVES)
def test_a_disk_that_refuses_leaves_the_old_file(
    vault: FileVault, tmp_path: Path, name: str, proof: Proof
) -> None:
    vault.write(SERVICE, Secret("kept"))
    before = vault.path.read_bytes()
    refusals = 0
    for size in range(0, size_after(tmp_path / "other", before, SAVES[name]), 16):
        with smaller_files(size), pytest.raises(FileNotWrittenError, match="was not changed"):
            SAVES[name](vault)
        assert vault.path.read_bytes() == before
        assert vault.read(SERVICE) == Secret("kept")
        assert not fresh_name(vault.path).exists()
        refusals += 1
    vault.write(SERVICE, Secret("room again"))
    proof.saw(
        "The system refuses to write further into the encrypted file",
        "The file is as before, and the reason is told",
        refusals=refusals,
        lost=0,
    )


def size_after(folder: Path, before: bytes, save: Callable[[FileVault], None]) -> int:
    """Return how long the file is once it could be saved."""
    folder.mkdir()
    _ = (folder / FILE_NAME).write_bytes(before)
    vault = opened(folder)
    save(vault)
    vault.close()
    return vault.path.stat().st_size


def test_a_folder_that_vanished(vault: FileVault, tmp_path: Path) -> None:
    elsewhere = tmp_path / "gone" / FILE_NAME
    with pytest.raises(FileNotWrittenError):
        FileVault(elsewhere, cost=CHEAP).create(PASSPHRASE)
    inside = vault.path / FILE_NAME
    with pytest.raises(FileUnreadableError):
        FileVault(inside, lambda: PASSPHRASE).probe()


def sealed_map(**changes: object) -> bytes:
    fields = {"v": 1, "id": "a", "generation": 1, "items": {SERVICE: "canary-value"}, **changes}
    key = new_key(PASSPHRASE, Path("x"), CHEAP)
    return seal(json.dumps(fields).encode(), key, Purpose.VAULT)


STRANGE: list[dict[str, object]] = [
    {"v": "1"},
    {"v": True},
    {"id": 1},
    {"generation": "1"},
    {"items": []},
    {"items": {SERVICE: 1}},
]


def test_strange_contents_are_refused_without_showing_them(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    key = new_key(PASSPHRASE, path, CHEAP)
    files = [sealed_map(**changes) for changes in STRANGE]
    texts = (b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"canary-value')
    for raw in [*files, *(seal(text, key, Purpose.VAULT) for text in texts)]:
        _ = path.write_bytes(raw)
        with pytest.raises(DamagedFileError) as caught:
            _ = opened(tmp_path)
        assert caught.value.__context__ is None
        assert "canary" not in str(caught.value)
    _ = path.write_bytes(sealed_map(v=2))
    with pytest.raises(NewerFileError):
        _ = opened(tmp_path)
    _ = path.write_bytes(sealed_map())
    assert opened(tmp_path).read(SERVICE) == Secret("canary-value")


def test_a_file_forged_under_the_same_salt_is_damage(vault: FileVault) -> None:
    header = unpacked(vault.path.read_bytes())
    assert header is not None
    other = Key(b"x" * 32, header.salt, header.cost)
    _ = vault.path.write_bytes(seal(b"{}", other, Purpose.VAULT))
    with pytest.raises(DamagedFileError):
        vault.probe()


POOR = """
import resource
from pathlib import Path
from twauth_gui.domain.secret import Secret
from twauth_gui.store.sealed import new_key
from twauth_gui.store.sealed_errors import DerivationError
from twauth_gui.store.sealed_header import HIGHEST
new_key(Secret("p"), Path("f"))
resource.setrlimit(resource.RLIMIT_AS, (600 * 2**20, 600 * 2**20))
try:
    new_key(Secret("p"), Path("f"), HIGHEST)
except DerivationError as error:
    assert "1024 MiB of free memory" in str(error), error
else:
    raise AssertionError
"""


def test_too_little_memory_is_told() -> None:
    root = Path(__file__).parents[2]
    _ = subprocess.run([sys.executable, "-c", POOR], cwd=root, check=True, timeout=60)
