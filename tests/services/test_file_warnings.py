"""What is told about the place of a file: git, synced folders, other users."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.processes import require_program
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.osfiles.private_file import ExistingFile
from twauth_gui.services.file_warnings import (
    FileWarningAction,
    FileWarningKind,
    find_file_warnings,
    find_git_warning,
    find_sync_service,
)
from twauth_gui.services.gitignore import GitState, add_to_gitignore, ask_git


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        [require_program("git"), *words],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree, in which another one is named by the environment."""
    tree = tmp_path / "tree"
    tree.mkdir()
    assert git(tree, "init", "-q").returncode == 0
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    return tree


def ignores(tree: Path, name: str) -> bool:
    return git(tree, "check-ignore", "-q", "--", f"./{name}").returncode == 0


def test_what_git_does_with_a_file(tree: Path) -> None:
    assert ask_git(tree.parent / ".env") is GitState.OUTSIDE
    path = tree / "a" / ".env"
    path.parent.mkdir()
    assert ask_git(path) is GitState.NOT_IGNORED
    warning = find_git_warning(path)
    assert warning is not None
    assert warning.action is FileWarningAction.ADD_TO_GITIGNORE
    (tree / ".gitignore").write_text("*.env\n!keep.env\n.env\n")
    assert ask_git(path) is GitState.IGNORED
    assert find_git_warning(path) is None
    assert ask_git(path.with_name("keep.env")) is GitState.NOT_IGNORED
    path.touch()
    assert git(tree, "add", "-f", "a/.env").returncode == 0
    assert ask_git(path) is GitState.TRACKED
    warning = find_git_warning(path)
    assert warning is not None
    assert (warning.kind, warning.action) == (FileWarningKind.GIT_TRACKED, FileWarningAction.NONE)
    assert ask_git(tree / "-x") is GitState.NOT_IGNORED
    assert ask_git(tree / "[ab]*.txt") is GitState.NOT_IGNORED


def test_a_hostile_repository_starts_nothing(tree: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\necho ran >> {told}\n")
    script.chmod(0o755)
    hooks = tree / ".git" / "hooks"
    for name in ("post-index-change", "pre-commit", "fsmonitor-watchman"):
        (hooks / name).unlink(missing_ok=True)
        (hooks / name).symlink_to(script)
    (tree / "seen").touch()
    assert git(tree, "add", "seen").returncode == 0
    told.unlink(missing_ok=True)
    for name in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "alias.ls-files",
    ):
        assert git(tree, "config", name, str(script)).returncode == 0
    (tree / ".env").touch()
    assert git(tree, "ls-files", "-m").returncode == 0
    assert told.exists(), "git as it is would run it"
    told.unlink()
    assert ask_git(tree / ".env") is GitState.NOT_IGNORED
    assert ask_git(tree / "seen") is GitState.TRACKED
    assert not told.exists()


def test_nothing_is_fetched_for_a_hostile_repository(tree: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    for name, value in (
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", f"ext::sh -c touch% {told}"),
        ("protocol.ext.allow", "always"),
    ):
        assert git(tree, "config", name, value).returncode == 0
    missing = f"100644,{'12' * 20},.gitignore"
    assert git(tree, "update-index", "--add", "--cacheinfo", missing).returncode == 0
    assert git(tree, "update-index", "--skip-worktree", ".gitignore").returncode == 0
    _ = git(tree, "check-ignore", "-q", "--", "./.env")
    assert told.exists(), "git as it is would run it"
    told.unlink()
    assert ask_git(tree / ".env") is GitState.NOT_IGNORED
    assert not told.exists()


def test_a_git_that_gives_no_answer_is_told(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / ".git" / "HEAD").write_text("nonsense")
    assert ask_git(tree / ".env") is GitState.UNKNOWN
    warning = find_git_warning(tree / ".env")
    assert warning is not None
    assert warning.kind is FileWarningKind.GIT_UNKNOWN
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_git(tree / ".env") is GitState.UNKNOWN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, "/a/.env\n"),
        ("", "/a/.env\n"),
        ("*.pyc", "*.pyc\n/a/.env\n"),
        ("*.pyc\r\n", "*.pyc\r\n/a/.env\r\n"),
        ("a/\n", "a/\n"),
        ("# .env\n", "# .env\n/a/.env\n"),
    ],
)
def test_a_file_is_added_to_gitignore_once(tree: Path, old: str | None, new: str) -> None:
    ignore_file = tree / ".gitignore"
    if old is not None:
        ignore_file.write_bytes(old.encode())
        ignore_file.chmod(0o644)
    (tree / "a").mkdir()
    for _ in range(2):
        assert add_to_gitignore(tree / "a" / ".env") == ignore_file
        assert ignore_file.read_bytes() == new.encode()
        assert ignores(tree, "a/.env")
    if old is not None:
        assert stat.S_IMODE(ignore_file.stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["a b ", "[x]*?", "#x", "!x", "é", "\\x", "-x"])
def test_any_name_is_ignored_and_nothing_else(tree: Path, name: str) -> None:
    _ = add_to_gitignore(tree / name)
    assert ignores(tree, name)
    assert not ignores(tree, "other")
    assert not ignores(tree, "x")


def test_the_nearest_gitignore_is_used_and_failures_are_told(tree: Path, tmp_path: Path) -> None:
    folder = tree / "bots" / "a"
    folder.mkdir(parents=True)
    (tree / "bots" / ".gitignore").touch()
    assert add_to_gitignore(folder / ".env") == tree / "bots" / ".gitignore"
    (folder / ".gitignore").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text("mine")
    for path, sentence in (
        (folder / "other.env", "link to another file"),
        (tmp_path / "out.env", "in no work tree"),
        (tree / "a\nb", "line break"),
    ):
        with pytest.raises(DiagnosedError) as caught:
            add_to_gitignore(path)
        assert sentence in caught.value.diagnosis.to_sentence()
    assert (tmp_path / "elsewhere").read_text() == "mine"
    (tree / "bots" / ".gitignore").write_text("/a/x\n")
    (folder / ".gitignore").unlink()
    (folder / "b").mkdir()
    (folder / "b" / ".gitignore").write_text("!x\n/x\n!/x\n")
    assert add_to_gitignore(folder / "b" / "x") == folder / "b" / ".gitignore"
    assert ignores(tree, "bots/a/b/x")


@pytest.mark.parametrize(
    ("folder", "marker", "service"),
    [
        ("Dropbox/bots", "", "Dropbox"),
        ("Dropbox (Work)", "", "Dropbox"),
        ("OneDrive - Fernwick/bots", "", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "", "iCloud Drive"),
        ("iCloudDrive", "", "iCloud Drive"),
        ("Library/CloudStorage/GoogleDrive-a@b.c/My Drive", "", "Google Drive"),
        ("Nextcloud", "", "Nextcloud"),
        ("renamed/bots", "renamed/.sync_0123456789ab.db", "Nextcloud or ownCloud"),
        ("renamed/bots", "renamed/.stfolder", "Syncthing"),
        ("renamed/bots", "renamed/.dropbox", "Dropbox"),
        ("srv/nextcloud/bots", "", None),
        ("Dropboxes/box", "", None),
    ],
)
def test_synced_folders_are_known(
    tmp_path: Path, folder: str, marker: str, service: str | None
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    if marker:
        (tmp_path / marker).touch()
    path = tmp_path / folder / ".env"
    assert find_sync_service(path) == service
    link = tmp_path / "link"
    link.symlink_to(path.parent)
    assert find_sync_service(link / ".env") == service
    warnings = {one.kind for one in find_file_warnings(path, None)}
    assert (FileWarningKind.SYNCED_FOLDER in warnings) is bool(service)


@pytest.mark.parametrize(
    ("mode", "is_open"), [(0o700, False), (0o755, False), (0o757, True), (0o1777, False)]
)
def test_a_folder_that_others_can_change_is_told(
    tmp_path: Path,
    mode: int,
    is_open: bool,  # noqa: FBT001 - drawn
) -> None:
    folder = tmp_path / "bots"
    folder.mkdir()
    folder.chmod(mode)
    found = {one.kind for one in find_file_warnings(folder / ".env", None)}
    assert (FileWarningKind.FOLDER_WRITABLE_BY_OTHERS in found) is is_open


def test_another_owner_is_told(tmp_path: Path) -> None:
    theirs = ExistingFile(b"", 0o600, os.getuid() + 1, os.getgid(), 1)
    found = {one.kind for one in find_file_warnings(tmp_path / ".env", theirs)}
    assert found == {FileWarningKind.OTHER_OWNER}
