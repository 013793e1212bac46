"""Texts of every kind are read exactly: nothing else is taken, and nothing is lost in silence."""

from __future__ import annotations

import pytest

from tests.transfer.reader.code_cases import CODE_CASES
from tests.transfer.reader.format_cases import FORMAT_CASES
from tests.transfer.reader.own_cases import CASES, SILENT, TOLD, TextCase, fill, value_of
from tests.transfer.reader.reading import accounts_of, apps_of, read
from tests.transfer.reader.text_cases import TEXT_CASES
from twauth_gui.transfer.found_credentials import FoundCredentials

FILE_CASES = [*CODE_CASES, *FORMAT_CASES]


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


@pytest.mark.parametrize("case", FILE_CASES, ids=[case.name for case in FILE_CASES])
def test_file_of_any_format_is_read_exactly(case: TextCase) -> None:
    _assert_exact(case, read(fill(case.text), case.name))


@pytest.mark.parametrize("case", TEXT_CASES, ids=[f"{it.kind} {it.name}" for it in TEXT_CASES])
def test_file_of_any_kind_is_read_exactly(case: TextCase) -> None:
    _assert_exact(case, read(fill(case.text), case.name))


def test_there_are_many_cases() -> None:
    assert len({(it.kind, it.name) for it in TEXT_CASES}) == len(TEXT_CASES)
    assert len(TEXT_CASES) + len(CASES) + len(FILE_CASES) > 400


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
