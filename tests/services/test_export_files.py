"""An export to a file is planned, then written if the file is still the same."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.installations import Installation
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.osfiles.private_file import TargetExistsError
from twauth_gui.services.export_files import ExportFiles, FilePlan
from twauth_gui.services.file_warnings import FileWarningKind
from twauth_gui.transfer.merge.text_edits import ChangeKind

OLD = "# mine\nDATABASE=x\nTWITTER_CONSUMER_KEY='old' # theirs\n"


@pytest.fixture
def account(installation: Installation, app: App) -> Account:
    return installation.sign_in(app)


@pytest.fixture
def files(installation: Installation) -> ExportFiles:
    return installation.services.export_files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is there, in a folder of its own."""
    path = tmp_path / "bot" / ".env"
    path.parent.mkdir()
    path.write_text(OLD)
    path.chmod(0o600)
    return path


def plan_of(files: ExportFiles, account: Account, path: Path, *, merge: bool = True) -> FilePlan:
    return files.plan([account.id], "classic-bot", path, merge=merge)


def kinds(plan: FilePlan) -> set[FileWarningKind]:
    return {one.kind for one in plan.warnings}


def test_a_merge_is_planned_and_written_with_a_back_up(
    installation: Installation, files: ExportFiles, account: Account, path: Path
) -> None:
    copies = [path.with_name(name) for name in (".env.bak", ".env.bak2")]
    copies[0].write_text("another's")
    plan = plan_of(files, account, path)
    found = {one.name: one.change for one in plan.changes}
    assert found["TWITTER_CONSUMER_KEY"] is ChangeKind.CHANGED
    assert found["TWITTER_ACCESS_TOKEN"] is ChangeKind.ADDED
    assert (plan.exists, plan.can_merge, plan.blocked, plan.changes_nothing) == (
        True,
        True,
        "",
        False,
    )
    assert path.read_text() == OLD, "a plan writes nothing"
    events = installation.services.store.events
    before = events.latest(account.id)
    written = files.write(plan, backup=True)
    token = installation.access_token(account)
    text = path.read_text()
    assert text.startswith("# mine\nDATABASE=x\nTWITTER_CONSUMER_KEY='")
    assert "' # theirs\n" in text
    assert f"TWITTER_ACCESS_TOKEN={token}\n" in text
    assert (written.path, written.backup_path) == (path, copies[1])
    assert [one.read_text() for one in copies] == ["another's", OLD]
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path, copies[1])} == {0o600}
    assert [one.text for one in events.latest(account.id)[:1]] == [f"Exported to {path}"]
    assert events.latest(account.id)[1:] == before[: len(events.latest(account.id)) - 1]
    assert token not in repr(plan) + repr(written) + str(plan.changes)
    again = plan_of(files, account, path)
    assert {one.change for one in again.changes} == {ChangeKind.SAME}
    inode = path.stat().st_ino
    assert (again.changes_nothing, files.write(again, backup=True).backup_path) == (True, None)
    assert path.stat().st_ino == inode, "what has all of it is not written again"


def test_a_new_file_and_one_that_is_replaced(
    files: ExportFiles, account: Account, path: Path
) -> None:
    new = path.with_name("new.env")
    plan = plan_of(files, account, new)
    assert (plan.exists, plan.can_merge, plan.merge) == (False, False, False)
    assert {one.change for one in plan.changes} == {ChangeKind.ADDED}
    assert files.write(plan, backup=True).backup_path is None
    with pytest.raises(TargetExistsError):
        files.write(plan)
    replaced = plan_of(files, account, path, merge=False)
    assert (replaced.can_merge, replaced.merge) == (True, False)
    _ = files.write(replaced)
    assert path.read_text() == new.read_text()


def _add_a_line(path: Path) -> None:
    path.write_text(f"{OLD}MORE=1\n")


def _change_a_letter(path: Path) -> None:
    path.write_text(OLD.replace("x", "y"))


def _replace_by_link(path: Path) -> None:
    other = path.with_name("other")
    other.write_text(OLD)
    path.unlink()
    path.symlink_to(other)


@pytest.mark.parametrize(
    "change",
    [
        _add_a_line,
        _change_a_letter,
        Path.unlink,
        _replace_by_link,
    ],
)
@pytest.mark.parametrize("merge", [True, False])
def test_what_another_program_wrote_meanwhile_stays(  # noqa: PLR0917 - fixtures
    installation: Installation,
    files: ExportFiles,
    account: Account,
    path: Path,
    change: Callable[[Path], None],
    merge: bool,  # noqa: FBT001 - drawn
) -> None:
    plan = plan_of(files, account, path, merge=merge)
    change(path)
    there = {one.name: one.read_text() for one in path.parent.iterdir()}
    before = installation.services.store.events.latest(account.id)
    with pytest.raises(DiagnosedError) as caught:
        files.write(plan, backup=True)
    assert caught.value.diagnosis.kind is ProblemKind.CHANGED_MEANWHILE
    assert {one.name: one.read_text() for one in path.parent.iterdir()} == there
    assert installation.services.store.events.latest(account.id) == before


def test_what_cannot_be_merged_can_be_replaced(
    files: ExportFiles, account: Account, path: Path
) -> None:
    path.write_text("if true; then A=1; fi\n")
    plan = plan_of(files, account, path)
    assert "Line 1 of the file is neither a comment nor NAME=VALUE" in plan.blocked
    with pytest.raises(DiagnosedError, match=r"\.env was not written"):
        files.write(plan)
    assert path.read_text() == "if true; then A=1; fi\n"
    replaced = plan_of(files, account, path, merge=False)
    assert (replaced.can_merge, replaced.blocked) == (False, "")
    assert replaced.merge_problem == plan.blocked
    _ = files.write(replaced)
    assert "TWITTER_CONSUMER_KEY=" in path.read_text()


@pytest.mark.unprivileged
@pytest.mark.parametrize("merge", [True, False])
def test_links_folders_pipes_and_what_cannot_be_read_block_a_plan(
    files: ExportFiles,
    account: Account,
    path: Path,
    merge: bool,  # noqa: FBT001 - drawn
) -> None:
    places = [path.with_name(name) for name in ("link", "folder", "pipe", "closed", "large")]
    link, folder, pipe, closed, large = places
    link.symlink_to(path)
    folder.mkdir()
    os.mkfifo(pipe)
    closed.touch(0o200)
    with large.open("wb") as file:
        _ = file.truncate(1 << 40)
    said = [plan_of(files, account, place, merge=merge) for place in places]
    assert [one.blocked.partition(".")[0] for one in said] == [
        "link is a link to another file",
        "folder is a folder",
        "pipe is not an ordinary file",
        "closed cannot be read",
        "large is too large",
    ]
    for plan in said:
        assert (plan.exists, plan.can_merge) == (True, False)
        with pytest.raises(DiagnosedError):
            files.write(plan)
    assert path.read_text() == OLD


@pytest.mark.parametrize(("mode", "becomes"), [(0o600, 0o600), (0o400, 0o400), (0o644, 0o600)])
def test_a_file_is_never_more_open_than_it_was(  # noqa: PLR0917 - fixtures
    files: ExportFiles, account: Account, path: Path, mode: int, becomes: int
) -> None:
    path.chmod(mode)
    plan = plan_of(files, account, path)
    assert (FileWarningKind.READABLE_BY_OTHERS in kinds(plan)) is bool(mode & 0o077)
    old = os.umask(0)
    try:
        _ = files.write(plan)
    finally:
        _ = os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == becomes
    path.chmod(mode)
    again = plan_of(files, account, path)
    assert {one.change for one in again.changes} == {ChangeKind.SAME}
    _ = files.write(again)
    assert stat.S_IMODE(path.stat().st_mode) == becomes, "also if it has all of it already"


def test_another_name_of_the_file_is_told_and_keeps_the_old_content(
    files: ExportFiles, account: Account, path: Path
) -> None:
    other = path.with_name("other")
    other.hardlink_to(path)
    plan = plan_of(files, account, path)
    assert FileWarningKind.OTHER_NAME in kinds(plan)
    _ = files.write(plan)
    assert other.read_text() == OLD


def test_a_failed_write_leaves_the_file_and_no_back_up(
    files: ExportFiles, account: Account, path: Path
) -> None:
    plan = plan_of(files, account, path)
    path.unlink()
    path.mkdir()
    with pytest.raises(DiagnosedError, match="is a folder"):
        files.write(plan, backup=True)
    assert [one.name for one in path.parent.iterdir()] == [".env"]


def test_the_export_of_several_accounts_and_of_what_has_levels(
    installation: Installation, files: ExportFiles, account: Account, path: Path
) -> None:
    app = installation.services.store.apps.get(account.app_id)
    ids = [account.id, installation.sign_in(app, "marsh_weather").id]
    _ = files.write(files.plan(ids, "x", path, merge=True))
    text = path.read_text()
    assert text.startswith(OLD)
    assert "\n\n# @marsh_weather" in text
    _ = files.write(files.plan(ids, "x", path, merge=True))
    assert path.read_text() == text
    config = path.with_name("mcp.json")
    config.write_text('{"mcpServers": {"files": {"command": "npx"}}}\n')
    plan = files.plan([account.id], "mcp-env", config, merge=True)
    assert {one.name.split(".")[0] for one in plan.changes} == {"mcpServers"}
    _ = files.write(plan)
    assert config.read_text().startswith('{"mcpServers": {"files": {"command": "npx"}, "x": {')
    arrays = files.plan(ids, "json-snake", config, merge=True)
    assert ("list" in arrays.blocked, arrays.can_merge) == (True, False)


def test_the_last_place_of_an_account_is_suggested(
    installation: Installation, files: ExportFiles, account: Account, path: Path
) -> None:
    ids = [account.id]
    assert files.suggest_place(ids, "classic-bot") is None
    _ = files.write(plan_of(files, account, path))
    exporter = installation.services.exporter
    _ = exporter.export_to_environment(ids, "x", sys.executable)
    _ = exporter.export_text(ids, "x")
    assert files.suggest_place(ids, "classic-bot") == path
    assert files.suggest_place(ids, "json-snake") == path.with_name("credentials.json")
    assert files.suggest_place(ids, "x-file") is None
    with pytest.raises(LookupError):
        files.suggest_place(ids, "none")
    other = path.parent.with_name("other") / "prod.env"
    other.parent.mkdir()
    _ = files.write(files.plan(ids, "x", other, merge=False))
    assert files.suggest_place(ids, "x") == other
    assert files.suggest_place(ids, "classic-bot") == path, "each preset has its own"
    path.unlink()
    path.parent.rmdir()
    assert files.suggest_place(ids, "classic-bot") == other.with_name(".env")


def test_owner_and_group_stay_where_the_system_allows_it(
    files: ExportFiles, account: Account, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wished: list[tuple[int, int]] = []

    def change_owner(_descriptor: int, user: int, group: int) -> None:
        wished.append((user, group))
        raise PermissionError  # as for everyone but root

    monkeypatch.setattr(os, "fchown", change_owner)
    _ = files.write(plan_of(files, account, path))
    assert wished == [(-1, os.getgid()), (os.getuid(), -1)]
    assert "TWITTER_ACCESS_TOKEN=" in path.read_text()
