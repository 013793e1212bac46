"""What a tool's own reader does not take comes in through the general one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transfer.reader.entry_samples import VALUES
from tests.transfer.tools.tool_files import (
    K2,
    ONE,
    S2,
    SAMPLES,
    T2,
    TS2,
    TWO,
    TWURL,
    XURL_1,
    XURL_3,
    write_cawbird,
)
from twauth_gui.transfer.tools.reader import read_file

ADDED = (VALUES["K222"], VALUES["S222"], VALUES["T222"], VALUES["U222"])
NAMES = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def lines_of(template: str, names: tuple[str, ...] = NAMES) -> str:
    return "".join(template.format(*pair) for pair in zip(names, ADDED, strict=True))


TEXTS = {sample.name: sample.text for sample in SAMPLES}
YAML_SECTION = "\nother:\n" + lines_of("  {}: {}\n")
PLAIN = "\n" + lines_of("{}={}\n")
DOTTED = ("consumerKey", "consumerSecret", "accessToken", "accessTokenSecret")
# A file of each tool with another account in it that the tool itself would not read.
MIXED = {
    "twurl": (".twurlrc", TWURL + YAML_SECTION),
    "t": (".trc", YAML_SECTION + TEXTS[".trc"]),
    "x-cli": (".xrc", TEXTS[".xrc"] + YAML_SECTION),
    "xurl, JSON": (".xurl", XURL_1[:-1] + ', "other": {' + lines_of('"{}": "{}",')[:-1] + "}}"),
    "xurl, YAML": (".xurl", XURL_3 + YAML_SECTION),
    "xurl, folder": ("auth.yml", YAML_SECTION + XURL_3),
    "twarc": (".twarc", TEXTS[".twarc"] + "[other]\n" + lines_of("{} = {}\n")),
    "twarc2": ("config", TEXTS[".config/twarc/config"] + "[other]\n" + lines_of("{} = '{}'\n")),
    "python-twitter-tools": (".twitter_oauth", TEXTS[".twitter_oauth"] + PLAIN),
    "rainbowstream": (".rainbow_oauth", TEXTS[".rainbow_oauth"] + "\n" + PLAIN),
    "oysttyer": (
        ".oysttyerkey",
        TEXTS[".oysttyerkey"] + "ck={}&cs={}&at={}&ats={}\n".format(*ADDED),
    ),
    "NLTK": ("credentials.txt", TEXTS["nltk/credentials.txt"] + PLAIN),
    "Twitter4J": (
        "twitter4j.properties",
        TEXTS["work/twitter4j.properties"] + lines_of("second.oauth.{}={}\n", DOTTED),
    ),
}  # fmt: skip


TWO_LINES = {"python-twitter-tools", "rainbowstream"}
"""Their files name no app, and have nothing that could be broken."""


def tokens_of(path: Path) -> dict[str, tuple[str, str, str]]:
    """Return key, secret and token secret of every account in a file, by its token."""
    found = read_file(path)
    values: dict[str, tuple[str, str, str]] = {}
    for one in found.accounts:
        keys = one.app.keys if one.app else None
        key, secret = (keys.api_key.reveal(), keys.api_secret.reveal()) if keys else ("", "")
        token_secret = one.credentials.access_secret.reveal()
        values[one.credentials.access_token.reveal()] = (key, secret, token_secret)
    return values


@pytest.mark.parametrize("tool", MIXED)
def test_an_account_that_the_tool_would_not_read_comes_in(tool: str, tmp_path: Path) -> None:
    name, text = MIXED[tool]
    (tmp_path / name).write_text(text)
    accounts = tokens_of(tmp_path / name)
    assert accounts[ADDED[2]] == (*ADDED[:2], ADDED[3])
    assert accounts[ONE[2]][2] == ONE[3]
    if tool not in TWO_LINES:
        assert accounts[ONE[2]][:2] == ONE[:2]


@pytest.mark.parametrize("tool", sorted(MIXED.keys() - TWO_LINES))
def test_a_file_that_is_broken_gives_what_is_whole_in_it(tool: str, tmp_path: Path) -> None:
    """As a merge leaves it that nobody finished: no parser of the whole file takes it."""
    name, text = MIXED[tool]
    if name == ".xurl" and text.startswith("{"):
        text = text[:-1]  # cut off by a full disk
    else:
        text = f"<<<<<<< HEAD\n=======\n{text}\n>>>>>>> theirs: @`\n\t- : }}\n"
    (tmp_path / name).write_text(text)
    accounts = tokens_of(tmp_path / name)
    for values in (ONE, ADDED):
        assert accounts[values[2]] in {(*values[:2], values[3]), ("", "", values[3])}
    assert accounts.get(TWO[2], TWO)[-1] == TWO[3]


def test_a_profile_that_is_half_is_told_with_its_line(tmp_path: Path) -> None:
    half = TWURL.replace(f"      secret: {TS2}\n", "")
    (tmp_path / ".twurlrc").write_text(half)
    found = read_file(tmp_path / ".twurlrc")
    assert [one.line for one in found.accounts] == [
        half.split("\n").index(f"      token: {ONE[2]}") + 1
    ]
    (skipped,) = found.skipped
    assert skipped.what == "profile marsh"
    assert skipped.line == half.split("\n").index(f"      token: {T2}") + 1
    assert not any(value in f"{skipped}" for value in (K2, S2, T2))


def test_a_database_of_cawbird_gives_its_accounts_beside_a_stray_one(tmp_path: Path) -> None:
    """A name that says otherwise does not matter: the content tells."""
    for name in ("Corebird.db", "twitter.json"):
        path = write_cawbird(tmp_path / name)
        assert tokens_of(path) == {ONE[2]: (ONE[0], ONE[1], ONE[3])}
    (tmp_path / "Cawbird.db").write_text(lines_of("{}={}\n"))
    assert tokens_of(tmp_path / "Cawbird.db") == {ADDED[2]: (*ADDED[:2], ADDED[3])}


def test_what_cannot_be_read_of_rtweet_is_explained_and_its_text_comes_in(tmp_path: Path) -> None:
    (tmp_path / "token.rds").write_bytes(b"X\n\0\0\0\3")
    assert "readRDS" in read_file(tmp_path / "token.rds").skipped[0].reason
    (tmp_path / "token.rds").write_text(lines_of("{}={}\n"))
    assert tokens_of(tmp_path / "token.rds") == {ADDED[2]: (*ADDED[:2], ADDED[3])}
