"""No entries, however strange, raise or take long, and nothing secret is told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.reader.own_cases import value_of
from twauth_gui.transfer.found_credentials import FoundCredentials
from twauth_gui.transfer.reader.entries import read_entries
from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.read_text import take_entries

_VALUES = [value_of(f"{kind}{number}") for kind in "KSTUBCDMQ" for number in "12"]
_NAMES = """[0] [1] twitter x consumer access token key secret api_key API_SECRET accessToken
    access_token_secret bearer mastodon news accounts type name value f() a.set_access_token()
    OAuth() row_1 client_id keys handle [999999999] \u00e9 _ -"""
_STEPS = st.sampled_from(_NAMES.split()) | st.text(max_size=8)
_ENTRIES = st.builds(
    Entry,
    path=st.lists(_STEPS, max_size=5).map(tuple),
    value=st.sampled_from([*_VALUES, "twitter", "tumblr", "your_key", ""]) | st.text(max_size=40),
    line=st.integers(1, 99),
    is_literal=st.booleans(),
    format=st.sampled_from(["json", "csv", "code:python", "text"]),
)


@given(st.lists(_ENTRIES, max_size=12))
def test_entries_of_any_kind_are_taken_or_told(entries: list[Entry]) -> None:
    found = FoundCredentials()
    take_entries(entries, found)
    told = " ".join(f"{one.what} {one.reason}" for one in found.skipped)
    assert not [value for value in _VALUES if value in told]
    known = {entry.value for entry in entries}
    for one in found.accounts.values():
        assert one.credentials.access_token.reveal() in known
        assert one.credentials.access_secret.reveal() in known


@pytest.mark.parametrize(
    "value",
    [
        "a" * 1_000_000,
        "_" * 1_000_000,
        "a_" * 500_000,
        "${" * 500_000,
        "x" * 1_000_000,
        " " * 1_000_000,
        "bearer " * 140_000,
        ":" * 1_000_000,
        "yourkey" * 140_000,
        "a(" * 500_000,
    ],
    ids=lambda value: value[:4],
)
def test_a_value_of_a_megabyte_takes_no_time(value: str) -> None:
    start = time.process_time()
    take_entries(
        [Entry(("API_KEY",), value, 1), Entry((value,), value_of("K1"), 2)], FoundCredentials()
    )
    assert time.process_time() - start < 1


@pytest.mark.slow
def test_many_accounts_take_linear_time() -> None:
    entries: list[Entry] = []
    for number in range(1, 2000):
        token = f"{number}-{value_of('T1').split('-')[1]}"
        values = {"API_KEY": value_of("K1"), "API_SECRET": value_of("S1")}
        values |= {"ACCESS_TOKEN": token, "ACCESS_SECRET": value_of("U1")}
        entries += [Entry((f"{name}_{number}",), it, number) for name, it in values.items()]
    found = FoundCredentials()
    start = time.process_time()
    take_entries(entries, found)
    assert time.process_time() - start < 5
    assert len(found.accounts) == 1999


_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))


@pytest.mark.parametrize(
    "declared",
    [
        _LAUGHS,
        f'<!ENTITY a11 "{"x" * 100_000}">',
        '<!ENTITY a11 SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "file:///etc/passwd"> %a; <!ENTITY a11 "b">',
    ],
    ids=["billion laughs", "one long entity", "a file", "a file of declarations"],
)
def test_no_entity_of_xml_is_expanded(declared: str) -> None:
    key = value_of("K1")
    text = f"<!DOCTYPE a [{declared}]>\n<a><add key='consumer_key' value='{key}&a11;'/></a>\n"
    entries = read_entries(text, "app.config")[0]
    assert all(len(entry.value) < len(text) for entry in entries)
    assert not [entry for entry in entries if "root:" in entry.value or "lollol" in entry.value]
    assert not [entry for entry in entries if entry.format == "xml"]


def test_copies_without_an_end_are_not_read_again_and_again() -> None:
    assert len(read_entries("COPY a (b) FROM stdin;\n" * 2_000, "a.sql")[0]) <= 2_000
