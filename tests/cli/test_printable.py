"""Proves that no name, wherever it comes from, says anything to a terminal."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.prepared import sign_in
from tests.support.command import TerminalUser, TwauthCommand
from twauth_gui.store.index import INDEX_FILE_NAME

pytestmark = [pytest.mark.keychain, pytest.mark.no_cover]

TITLE = "\x1b]0;owned\x07"  # changes a terminal's title
EVIL = f"ev\x1b[2Jil\x9b31m\u202egnp.exe\u2066{TITLE}\r\nFake line\x85\u2028end"
_SIGNS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]"
)
_OF_A_TERMINAL = re.compile(r"\x1b\[(?:0|1|22|3[0-9])m|\r\n|\x1b\[\?25[lh]|\x08|\r|\x1b\[K")
"""What the command itself says to one: colours, line ends, and how click asks."""


@pytest.fixture
def names(twauth: TwauthCommand, app: str, tmp_path: Path) -> tuple[str, str]:
    """Hostile names in the list; gives label and account as the list shows them."""
    sign_in(twauth.env, app, "fernwick_news")
    authorization = twauth("authorize", "--app", app, "--expect", "@tidal_times", "--no-wait")
    assert authorization.code == 0
    with closing(sqlite3.connect(tmp_path / "data" / INDEX_FILE_NAME)) as index, index:
        index.execute("UPDATE apps SET label = ?", (f"News{EVIL}",))
        index.execute("UPDATE accounts SET handle = ?, name = ?", (f"fern{EVIL}", EVIL))
        index.execute("UPDATE accounts SET health_reason = ?, note = ?", (EVIL, EVIL))
        index.execute("UPDATE attempts SET expected_handle = ?", (EVIL,))
    (account,) = twauth("list", "--json").json
    return account["app"], f"@{account['handle']}"


def test_no_output_says_anything_to_a_terminal(
    twauth: TwauthCommand, names: tuple[str, str], tmp_path: Path
) -> None:
    label, account = names
    (pending,) = twauth("attempts", "--json").json
    for words, code in (
        (("list",), 0),
        (("list", "--json"), 0),
        (("app", "list"), 0),
        (("app", "check", label), 0),
        (("app", "add", label), 2),
        (("attempts",), 0),
        (("show",), 0),
        (("show", account), 0),
        (("show", f"{label}/{account}", "--reveal"), 0),
        (("use", account), 0),
        (("export", account), 0),
        (("export", "--output", str(tmp_path / f"out{EVIL}")), 0),
        (("run", account, "--", f"/nowhere/{EVIL}"), 127),
        (("remind", pending["id"]), 0),
        (("authorize", "--app", EVIL), 3),
        (("authorize", "--app", label, "--expect", EVIL), 2),
        (("show", EVIL), 2),
        (("show", f"{EVIL}/@nobody"), 3),
        (("resume", EVIL), 3),
        (("presets", EVIL), 2),
        ((EVIL,), 2),
        (("import", str(tmp_path / EVIL)), 3),
        (("doctor",), None),
        (("app", "remove", label, "--yes"), 1),
        (("check", account), 0),
    ):
        result = twauth(*words)
        assert code in {None, result.code}, (words, result.out, result.err)
        for output in (result.out, result.err):
            assert not _SIGNS.search(output), (words, output)
            assert not any(line.startswith("Fake line") for line in output.splitlines()), words


def test_what_is_asked_on_a_terminal(twauth: TwauthCommand, names: tuple[str, str]) -> None:
    label, account = names
    for words in (
        ("revoke", account),
        ("remove", f"{label}/{account}"),
        ("show", EVIL),
        ("check", account),
    ):
        with TerminalUser({**twauth.env, "TERM": "xterm-256color"}, *words) as person:
            if words[0] in {"revoke", "remove"}:
                person.wait_for("[y/N]")
                person.type("n\n")
            person.wait_for_exit()
            output = _OF_A_TERMINAL.sub("\n", person.seen)
            assert not _SIGNS.search(output), (words, output)
            assert "Fake line" not in [line.strip() for line in output.splitlines()]


def test_what_the_list_shows_is_json_too(twauth: TwauthCommand, names: tuple[str, str]) -> None:
    whole = twauth("show", names[1], "--json")
    assert whole.out.isascii()
    assert whole.json["handle"] == names[1].removeprefix("@")
    assert twauth("list", "--json").json[0]["name"] == whole.json["name"]
