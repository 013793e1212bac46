"""Texts of every kind are read exactly: nothing else is taken, and nothing is lost in silence."""

from __future__ import annotations

import pytest

from tests.transfer.reader.own_cases import CASES, SILENT, TOLD, TextCase, fill, value_of
from tests.transfer.reader.reading import accounts_of, apps_of, read
from tests.transfer.reader.text_cases import TEXT_CASES
from twauth_gui.transfer.found_credentials import FoundCredentials


def _expected_account(code: str) -> tuple[str, ...]:
    app, account = code[0], code[1]
    keys = ("", "") if app in "-?" else (value_of(f"K{app}"), value_of(f"S{app}"))
    return (*keys, value_of(f"T{account}"), value_of(f"U{account}"))


def _extras_of(found: FoundCredentials) -> set[str]:
    keys = [app.keys for app in found.apps.values()]
    keys += [one.app.keys for one in found.accounts.values() if one.app]
    named = {"b": [one.bearer_token for one in keys], "c": [one.client_id for one in keys]}
    return {letter for letter, values in named.items() if any(values)}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_text_is_read_exactly(case: TextCase) -> None:
    _assert_exact(case, read(fill(case.text)))


@pytest.mark.parametrize("case", TEXT_CASES, ids=[f"{it.kind} {it.name}" for it in TEXT_CASES])
def test_file_of_any_kind_is_read_exactly(case: TextCase) -> None:
    _assert_exact(case, read(fill(case.text), case.name))


TITLES = {
    "keepassxc.csv": ["fern", "marsh"],
    "keepassxc.xml": ["fern", "marsh"],
    "keepassxc-history.xml": ["fern"],
    "bitwarden.json": ["fern bot", "marsh_weather"],
    "bitwarden.csv": ["fern", "marsh"],
    "1password.csv": ["fern"],
    "1password-fields.csv": ["fern"],
    "export.data": ["Twitter bot", "Weather app"],
    "op-item.json": ["bot"],
    "lastpass.csv": ["fern bot"],
    "proton.json": ["fern"],
}


@pytest.mark.parametrize("name", TITLES)
def test_the_title_of_an_entry_is_the_label_of_its_app(name: str) -> None:
    (case,) = (one for one in TEXT_CASES if (one.kind, one.name) == ("managers", name))
    found = read(fill(case.text), name)
    apps = [one.app for one in found.accounts.values() if one.app] + [*found.apps.values()]
    assert [app.label for app in apps] == TITLES[name]


def test_an_app_of_several_entries_has_none_of_their_titles() -> None:
    rows = [f"{title},~K1,~S1,~T{n},~U{n}" for n, title in enumerate(("fern", "marsh"), 1)]
    head = "title,api key,api secret,access token,access token secret"
    found = read(fill("\n".join((head, *rows))), "bots.csv")
    assert [one.app and one.app.label for one in found.accounts.values()] == ["", ""]


def test_a_key_is_no_title() -> None:
    found = read(fill("title,api key,api secret\n~K2,~K1,~S1\nfern,~K3,~S3\n"), "bots.csv")
    assert [one.label for one in found.apps.values()] == ["", "fern"]


def test_one_server_is_not_taken_for_an_account() -> None:
    (case,) = (one for one in TEXT_CASES if one.name == "mcp.json")
    for name in ("fernwick_bot", "social", "x"):
        text = fill(case.text.replace("twitter-mcp", name, 1))
        assert [one.handle for one in read(text, case.name).accounts.values()] == [""]


def test_there_are_many_cases() -> None:
    assert len({(it.kind, it.name) for it in TEXT_CASES}) == len(TEXT_CASES)
    assert len(TEXT_CASES) + len(CASES) > 400


def _assert_exact(case: TextCase, found: FoundCredentials) -> None:
    assert accounts_of(found) == sorted(map(_expected_account, case.accounts.split()))
    assert apps_of(found) == sorted((value_of(f"K{n}"), value_of(f"S{n}")) for n in case.apps)
    if case.told:
        assert (TOLD if found.skipped else SILENT) == case.told, found.skipped
    if case.handles is not None:
        assert [one.handle for one in found.accounts.values()] == case.handles.split()
    is_open = {code[1] for code in case.accounts.split() if code[0] == "?"}
    assert {value_of(f"T{number}") for number in is_open} == {
        one.credentials.access_token.reveal()
        for one in found.accounts.values()
        if one.app is None and len(one.apps) > 1
    }
    assert _extras_of(found) == set(case.kept)
