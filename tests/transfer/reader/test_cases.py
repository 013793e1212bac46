"""Files in the shapes people really have are read exactly.

Every value in them is invented. expected_cases.json has for each file the accounts as API key, API
secret, access token and its secret, and the apps without an account. The files have a suffix so
that no tool takes those in Python for a part of the tests.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict, cast

import pytest

from tests.transfer.reader.reading import accounts_of, apps_of, read
from twauth_gui.transfer.reader.text_decoding import decode

_HERE = Path(__file__).parent
_HANDLES = {
    "e26d-utf16.twarc": ["fernwick_news", "marsh_weather"],
    "j33-ctwi.json": ["fernwick_news", "marsh_weather"],
    "t35-two-defaults.trc": ["fernwick_news", "marsh_weather"],
    "v30-empty-cell.csv": ["fernwick_news", "marsh_weather"],
}
# Everything in these is used; in the others something has to be told.
_TOLD = {
    "c10b-decouple.py",
    "c10d-app-only.rb",
    "c19-fie.toml",
    "c20-crosspost.yaml",
    "c21-tumblr.js",
    "c47-literal-names.py",
    "h50-half.env",
    "i04-crosspost.ini",
    "p06b-laravel.php",
    "r24-op-refs.env",
    "r24c-sops.env",
}


class _Expected(TypedDict):
    accounts: list[list[str]]
    apps: list[list[str]]
    note: str


_EXPECTED = cast(
    "dict[str, _Expected]", json.loads((_HERE / "expected_cases.json").read_text("utf-8"))
)


@pytest.mark.parametrize("name", _EXPECTED)
def test_file_is_read_exactly(name: str) -> None:
    found = read(decode((_HERE / "cases" / f"{name}.case").read_bytes()), name)
    assert accounts_of(found) == sorted(map(tuple, _EXPECTED[name]["accounts"]))
    assert apps_of(found) == sorted(map(tuple, _EXPECTED[name]["apps"]))
    assert bool(found.skipped) is (name in _TOLD), found.skipped


@pytest.mark.parametrize("name", _HANDLES)
def test_handles_are_read(name: str) -> None:
    found = read(decode((_HERE / "cases" / f"{name}.case").read_bytes()), name)
    assert sorted(one.handle for one in found.accounts.values()) == _HANDLES[name]


@pytest.mark.parametrize("name", ["b31-bearer-prefix.env", "b31c-bearer-unquoted.env"])
def test_scheme_of_a_bearer_token_is_taken_off(name: str) -> None:
    found = read(decode((_HERE / "cases" / f"{name}.case").read_bytes()), name)
    apps = [one.app for one in found.accounts.values()]
    tokens = [one.keys.bearer_token for one in apps if one]
    assert [one.reveal()[:24] for one in tokens if one] == ["A" * 22 + "st"]
