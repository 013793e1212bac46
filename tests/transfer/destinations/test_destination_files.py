"""A destination is data: what a file may say, and what keeps it from loading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.services.push_bench import TARGETS
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.destinations.definition import (
    Destination,
    InputFormat,
    Shape,
    TargetError,
    fill_words,
)
from twauth_gui.transfer.destinations.destination_files import (
    DestinationFileError,
    read_destination,
)
from twauth_gui.transfer.preset_catalog import find_preset

FOLDER = Path(__file__).parents[3] / "resources" / "destinations"
GITHUB = (FOLDER / "10-github-actions.toml").read_text("utf-8")
SERVER = (FOLDER / "12-env-on-server.toml").read_text("utf-8")
EVERY_FIELD = {
    name: "x" for one in builtin_destinations() for name in (field.name for field in one.target)
}


@pytest.mark.parametrize("one", builtin_destinations(), ids=lambda one: one.id)
def test_the_program_has(one: Destination) -> None:
    assert one.commands is not None
    assert one.title
    assert one.tried
    assert one.commands.install
    assert one.commands.login or one.id == "podman"
    preset = find_preset(one.preset)
    assert preset.needs_oauth1
    assert not preset.makes_folder(1)
    if one.shape is Shape.VALUES:
        assert all(one.names.pattern.fullmatch(name) for name in preset.names.values())
    for name, words in one.commands.list_runs():
        filled = fill_words(words, {**EVERY_FIELD, "name": "NAME", "size": "1"})
        assert not re.search(r"(?<!\{)\{[a-z]", " ".join(filled)), name
    if "/dev/stdin" in str(one.commands.write.run):
        assert "windows" not in {system.value for system in one.systems}
    for field in one.target:
        for text in ("a\nb", "a\0b", "x;y", "$(x)", "`x`", "a|b", '"', "%PATH%", "a^b"):
            assert not field.pattern.fullmatch(text)


def test_vault_is_openbao_with_another_program() -> None:
    """And test_push.py pushes to all others."""
    assert {one.id for one in builtin_destinations()} == {*TARGETS, "vault"}
    vault, openbao = (
        next(one for one in builtin_destinations() if one.id == name)
        for name in ("vault", "openbao")
    )
    assert vault.commands is not None
    assert openbao.commands is not None
    assert [(name, words[1:]) for name, words in vault.commands.list_runs()] == [
        (name, words[1:]) for name, words in openbao.commands.list_runs()
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"-f", "-"', '"-f", "{value}"', "no placeholder {value}"),
        ('"-f", "-"', '"-f", "{X_API_KEY}"', "no placeholder {X_API_KEY}"),
        ('["-e", "{environment}"], "--json"', '["-e", "{secret}"], "--json"', "{secret}"),
        ('"gh", "secret", "list"', '"gh", "{name}", "list"', "no placeholder {name}"),
        ('NO_COLOR = "1"', 'NO_COLOR = "{repo}"', "no placeholder {repo}"),
        ("[target.repo]", "[target.value]", "cannot have this name"),
        ("[target.repo]", "[target.access_secret]", "cannot have this name"),
        ("[target.repo]", "[target.name]", "cannot have this name"),
        ('run = ["gh", "auth"', 'run = ["./gh", "auth"', "absolute path"),
        ('run = ["gh", "auth"', 'run = ["{repo}", "auth"', "absolute path"),
        ('run = ["gh", "auth"', 'run = [["gh"], "auth"', "absolute path"),
        ('run = ["gh", "auth", "status", "--active"]', 'run = "gh auth status"', "a list"),
        ('stdin = "plain"', 'stdin = "value"', "plain, json"),
        ('stdin = "plain"', "", "stdin"),
        ('per = "all"', 'per = "some"', "per has to be"),
        ("format = 1", "format = 2", "Only 1 is known"),
        ('id = "github-actions"', 'id = "../x"', "small letters"),
        ('shape = "values"', 'shape = "document"', "document"),
        ('reads = "json"', 'reads = "xml"', "json, json-lines"),
        ('name = "name"', "", "[list], name"),
        ("pattern = '(?!GITHUB_", "pattern = '((?!GITHUB_", "no valid pattern"),
        ('fold = "upper"', 'fold = "lower"', "upper"),
        ('login = "gh', 'logon = "gh', "no such key"),
        ("[delete]", "[remove]", "no such key"),
        ("[set]", "[put]", "[set]"),
        ('title = "GitHub Actions"', 'title = "a\\u001b[31m"', "cannot be shown"),
        ("format = 1", "format = 1\ntimeout = 1e9", "timeout"),
        ("format = 1", "format = 1\ntimeout = true", "a number"),
        ("format = 1", "format = 1\ntimeout = 1" + "0" * 400, "too large"),
        ("format = 1", "format = 1\ntimeout = 1" + "0" * 5000, "no valid TOML"),
        ("pattern = '(?!GITHUB_", "pattern = 'a{99999999999}(?!GITHUB_", "no valid pattern"),
        ("required = false", 'required = "no"', "true or false"),
        ("logged_out_exit = [4]", 'logged_out_exit = ["4"]', "numbers"),
        ('unset = ["GH_DEBUG"', 'unset = ["GH DEBUG"', "no name of a variable"),
        ("[check]", "[check", "no valid TOML"),
        ("format = 1", "format = 1\nnote = " + "[" * 5000, "nested"),
    ],
)
def test_what_does_not_load(old: str, new: str, says: str) -> None:
    assert old in GITHUB
    with pytest.raises(DestinationFileError, match=re.escape(says)) as refused:
        _ = read_destination(GITHUB.replace(old, new).encode(), "mine.toml")
    assert str(refused.value).startswith("mine.toml")


@pytest.mark.parametrize("data", [b"\xff", b"x" * 70_000, b"", b"id = 1"])
def test_what_is_no_file(data: bytes) -> None:
    with pytest.raises(DestinationFileError):
        _ = read_destination(data, "mine.toml")


def test_a_delete_is_needed_to_delete_first() -> None:
    text = GITHUB.replace('per = "all"', 'first = "delete"').replace('"plain"', '"value"')
    assert read_destination(text.encode(), "x").commands is not None
    with pytest.raises(DestinationFileError, match="needs it"):
        _ = read_destination(text.partition("[delete]")[0].encode(), "x")


def test_own_files_have_a_digest_that_changes_with_them() -> None:
    one = read_destination(GITHUB.encode(), "x", is_own=True)
    other = read_destination((GITHUB + "\n").encode(), "x", is_own=True)
    assert one.digest
    assert one.digest != other.digest
    assert read_destination(GITHUB.encode(), "x").digest == ""


def test_groups_without_a_value_are_left_out() -> None:
    words = ("gh", ["-e", "{environment}"], "-R", "{repo}", "{{.Name}}", "--x={repo}")
    tupled = tuple(word if isinstance(word, str) else tuple(word) for word in words)
    assert fill_words(tupled, {"repo": "a/b"}) == ["gh", "-R", "a/b", "{{.Name}}", "--x=a/b"]
    filled = fill_words(tupled, {"repo": "a/b", "environment": "live"})
    assert filled[:3] == ["gh", "-e", "live"]
    assert fill_words(("--x={repo}",), {"repo": "-a"}) == ["--x=-a"]
    with pytest.raises(TargetError, match="hyphen"):
        _ = fill_words(("{repo}",), {"repo": "-a"})


def test_what_a_command_at_the_end_of_ssh_is() -> None:
    one = read_destination(SERVER.encode(), "x")
    assert one.commands is not None
    assert one.commands.write.stdin is InputFormat.TEXT
    assert one.commands.list_runs()[0][1][0] == "ssh"
