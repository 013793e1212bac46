"""twauth tag, note, favourite, and accounts chosen by tag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support import sample_credentials
from tests.support.command import TwauthCommand
from tests.support.sample_index import fill_index
from twauth_gui.cli.json_output import JSON_KEYS

FIRST, SECOND, THIRD = "@fernwick_00000", "@marsh_00001", "@tidal_00002"


@pytest.fixture
def filled(bare: TwauthCommand, tmp_path: Path) -> TwauthCommand:
    """The command with three accounts in its list, and no keychain."""
    fill_index(tmp_path / "data", 3)
    return TwauthCommand({**bare.env, "TWAUTH_DATA_DIR": str(tmp_path / "data")})


def call(command: TwauthCommand, *words: str, stdin: str = "") -> str:
    called = command(*words, stdin=stdin)
    assert called.code == 0, called.err
    return called.out


def list_handles(command: TwauthCommand, *words: str) -> Sequence[str]:
    return [f"@{one['handle']}" for one in command("list", "--json", *words).json]


def test_tags_choose_accounts(filled: TwauthCommand) -> None:
    assert "There are no tags yet." in filled("tag").err
    changed = call(filled, "tag", FIRST, SECOND, "--add", "News, uk", "--add", "Two words")
    assert changed == f"Tags changed: News app/{FIRST}, Weather app/{SECOND}.\n"
    assert "nothing to change" in filled("tag", FIRST, "--add", "NEWS").err
    _ = call(filled, "tag", "--tag", "news", THIRD, "--add", "all", "--remove", "TWO WORDS")
    assert filled("tag", "--json").json == [
        {"tag": "all", "accounts": 3},
        {"tag": "News", "accounts": 2},
        {"tag": "uk", "accounts": 2},
    ]
    assert call(filled, "tag", THIRD).split() == ["TAG", "ACCOUNTS", "all", "1"]
    assert list_handles(filled, "--tag", "news") == [FIRST, SECOND]
    unknown = filled("check", "--tag", "new")
    assert (unknown.code, unknown.err.splitlines()[1:]) == (
        3,
        ["There are:", "  all", "  News", "  uk"],
    )
    assert filled("check", "--all", "--tag", "uk").code == 2
    words = {"COMP_WORDS": "twauth push --tag NE", "COMP_CWORD": "3"}
    completed = filled(**words, _TWAUTH_COMPLETE="zsh_complete")
    assert completed.out.splitlines() == ["plain", "News", "2 accounts"]
    _ = call(filled, "favourite", SECOND, THIRD)
    _ = call(filled, "favourite", THIRD, "--remove")
    assert list_handles(filled, "--favourites") == [SECOND]
    assert [one.endswith("  favourite") for one in call(filled, "list").splitlines()[1:]] == [
        *(False, True, False)
    ]
    assert "Favourite" in call(filled, "show", SECOND)


@pytest.mark.parametrize(
    ("tag", "why"),
    [("a\nb", "line breaks"), ("x" * 51, "up to 50"), ("\udcff", "control characters")],
)
def test_a_tag_that_cannot_be_saved(filled: TwauthCommand, tag: str, why: str) -> None:
    refused = filled("tag", FIRST, "--add", f"fine,{tag}")
    assert (refused.code, why in refused.err) == (2, True), refused.err
    assert filled("tag", "--json").json == []


def test_a_note(filled: TwauthCommand) -> None:
    assert f"{FIRST} has no note." in filled("note", FIRST).err
    _ = call(filled, "note", FIRST, "Owner: Kim")
    replaced = filled("note", FIRST, "-", stdin="Posts at 07:00\r\nfrom the CMS\n")
    assert replaced.err == "The note before:\nOwner: Kim\n"
    assert call(filled, "note", FIRST) == "Posts at 07:00\nfrom the CMS\n"
    secret = sample_credentials.CREDENTIALS.access_token.reveal()
    refused = filled("note", FIRST, "-", stdin=f"token: {secret}")
    assert (refused.code, "looks as if it held a credential" in refused.err) == (2, True)
    assert secret not in refused.err
    assert call(filled, "note", FIRST).startswith("Posts")
    _ = call(filled, "note", FIRST, "-", "--yes", stdin=f"token: {secret}")
    _ = call(filled, "note", FIRST, "--clear")
    assert filled("note", FIRST).out == ""
    assert filled("note", FIRST, "text", "--clear").code == 2


def test_json_keys(filled: TwauthCommand) -> None:
    _ = call(filled, "tag", FIRST, "--add", "news")
    (listed,) = filled("tag", "--json").json
    assert set(listed) == set(JSON_KEYS["tag"])
    assert set(filled("list", "--json").json[0]) == set(JSON_KEYS["account"])
