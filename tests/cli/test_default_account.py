"""Proves which account is used if none is named, as the list says, or a person is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import CommandResult, TerminalUser, TwauthCommand
from tests.support.sample_index import fill_index, invent_account

NAMES = [f"@{invent_account(number).handle}" for number in range(3)]
IDS = [f"account{number}" for number in range(3)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs; one below has another .twauth."""
    fill_index(tmp_path / "data", 3)
    folder = tmp_path / "bots" / "news"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def parse_default(result: CommandResult) -> tuple[str, str | None]:
    assert result.code == 0, result.err
    return result.json["id"], result.json["default"]


def test_what_counts_first(bare: TwauthCommand, folder: Path) -> None:
    show = ("show", "--json")
    nothing = bare(*show)
    assert (nothing.code, "No account is active." in nothing.err) == (3, True)
    assert bare("use", NAMES[0]).code == 0
    assert parse_default(bare(*show)) == (IDS[0], "active")
    (folder.parent / ".twauth").write_text(f"{NAMES[1]}\n")
    assert parse_default(bare(*show)) == (IDS[1], "file")
    assert parse_default(bare(*show, TWAUTH_ACCOUNT=NAMES[2])) == (IDS[2], "environment")
    assert parse_default(bare(*show, TWAUTH_ACCOUNT="")) == (IDS[1], "file")
    assert parse_default(bare("show", NAMES[0], "--json")) == (IDS[0], None)
    here = bare("use", NAMES[2], "--here")
    assert (here.code, str(folder / ".twauth") in here.out) == (0, True), here.err
    assert parse_default(bare(*show)) == (IDS[2], "file")
    active = bare("use", NAMES[1])
    assert (active.code, "counts first" in active.err) == (0, True)


def test_the_list_says_which(bare: TwauthCommand, folder: Path) -> None:
    def defaults(**env: str) -> dict[str, str]:
        listed = bare("list", "--json", **env).json
        return {one["id"]: one["default"] for one in listed if one["default"] is not None}

    assert defaults() == {}
    assert bare("use", NAMES[0]).code == 0
    assert defaults() == {IDS[0]: "active"}
    file = folder / ".twauth"
    file.write_text(NAMES[1])
    assert defaults() == {IDS[1]: "file"}
    (line,) = (line for line in bare("list").out.splitlines() if NAMES[1] in line)
    assert line.endswith(f"used here: {file}")
    assert defaults(TWAUTH_ACCOUNT=NAMES[0]) == {IDS[0]: "environment"}
    both = bare("list", TWAUTH_ACCOUNT=NAMES[0]).out
    assert "active, used here: TWAUTH_ACCOUNT\n" in both


def test_what_cannot_be_used_is_not_passed_over(bare: TwauthCommand, folder: Path) -> None:
    assert bare("use", NAMES[0]).code == 0
    file = folder / ".twauth"
    for content, code, reason in (
        ("@nobody", 3, "There is no account @nobody."),
        ("nothing of the kind", 2, "does not hold the name of one account"),
    ):
        file.write_text(content)
        result = bare("show")
        assert (result.code, reason in result.err, str(file) in result.err) == (code, True, True)
        listed = bare("list", "--json")
        assert (listed.code, reason in listed.err) == (0, True)
        assert {one["default"] for one in listed.json} == {None}
        assert bare("show", NAMES[1]).code == 0, "a name needs no file"
    refused = bare("use", NAMES[1], "--here")
    assert (refused.code, file.read_text()) == (2, "nothing of the kind")
    wrong = bare("show", TWAUTH_ACCOUNT="@nobody")
    assert (wrong.code, "TWAUTH_ACCOUNT: There is no account @nobody." in wrong.err) == (3, True)


@pytest.mark.usefixtures("folder")
def test_a_person_chooses(bare: TwauthCommand) -> None:
    listed = [f"@{one['handle']}" for one in bare("list", "--json").json]
    for typed, name in (("2\n", listed[1]), (f"99\n{listed[2]}\n", listed[2])):
        with TerminalUser(bare.env, "show") as person:
            person.wait_for("Which account (number or name): ")
            assert f"  1  {listed[0]}" in person.seen
            person.type(typed)
            assert person.wait_for_exit() == 0
            lines = person.seen.rpartition("(number or name): ")[2].splitlines()
            assert [line.split()[1] for line in lines if line.startswith("Account ")] == [name]
    with TerminalUser(bare.env, "show") as person:
        person.wait_for("Which account")
        assert person.interrupt() == 130
    assert bare("use", NAMES[1]).code == 0
    with TerminalUser(bare.env, "show") as person:
        assert person.wait_for_exit() == 0
        assert "Which account" not in person.seen
