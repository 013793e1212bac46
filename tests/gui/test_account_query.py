"""A search's text: words, operators with their values, and what they find."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gui.sample_rows import make_account_row, make_pending_row, make_rows
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.accounts.account_query import (
    ACCESS_VALUES,
    IS_VALUES,
    AccountQuery,
    QueryOperator,
    QueryTerm,
    find_unfinished,
    list_values,
    make_exact_term,
    name_value,
    parse_query,
    take_complete_terms,
)

APP, TAG, IS, ACCESS = QueryOperator

ROWS = [
    *make_rows(),
    make_account_row("marsh_jobs", app="Newsroom 2", tags=("Coast", "paid work")),
    make_account_row("quay_reader", access=AccessLevel.READ, state=HealthState.READ_ONLY),
    make_account_row("quay_desk", access=AccessLevel.READ_WRITE_DM),
]


def find(text: str) -> list[str]:
    return [row.handle for row in parse_query(text).select(ROWS)]


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("tag:coast", ["tidal_times", "marsh_jobs"]),
        ("TAG:coa", ["tidal_times", "marsh_jobs"]),
        ('tag:"coa"', []),
        ('tag:"paid work" marsh', ["marsh_jobs"]),
        ('tag:"paid w', ["marsh_jobs"]),
        ("app:alerts", ["Ferry_delays7", "fernwick_quake"]),
        ('app:"newsroom 2"', ["marsh_jobs"]),
        ('app:"newsroom" quay', ["oldquay_books", "quay_reader", "quay_desk"]),
        ("is:broken", ["fernwick_quake"]),
        ("is:attention", ["Ferry_delays7", "fernwick_quake", "quay_reader"]),
        ("is:re", ["fernwick_quake", "quay_reader"]),
        ("is:read-only access:r", ["quay_reader"]),
        ("is:signing-in", ["marsh_weather"]),
        ("is:active", ["fernwick_news"]),
        ("is:never-checked", ["oldquay_books"]),
        ("access:rw+d", ["quay_desk"]),
        ("access:RW+DM", ["quay_desk"]),
        ("access:rw fern", ["fernwick_news", "fernwick_quake"]),
        ("quay tag:", ["oldquay_books", "quay_reader", "quay_desk"]),
        ("8003 books", ["oldquay_books"]),
        ('"tide times"', ["tidal_times"]),
        ("is:nonsense", []),
        ("posts:07", []),
        ("at 07:00", ["fernwick_news"]),
    ],
)
def test_a_query_finds(text: str, handles: list[str]) -> None:
    assert find(text) == handles


def test_a_sign_in_has_no_state_of_an_account() -> None:
    rows = [make_pending_row("marsh_weather")]
    for name in {*IS_VALUES} - {"signing-in"}:
        assert parse_query(f"is:{name}").select(rows) == [], name


NAMES = st.text(string.ascii_letters + string.digits + ' _-:+é"', min_size=1).filter(str.strip)
TERMS = st.one_of(
    st.builds(QueryTerm, st.sampled_from([APP, TAG]), NAMES, st.just(value=True)),
    st.builds(QueryTerm, st.just(IS), st.sampled_from(IS_VALUES)),
    st.builds(QueryTerm, st.just(ACCESS), st.sampled_from(ACCESS_VALUES)),
)
WORDS = NAMES.map(str.casefold).filter(
    lambda word: word not in {f"{one}:" for one in QueryOperator}
)


@given(
    words=st.lists(WORDS, unique=True, max_size=4), terms=st.lists(TERMS, unique=True, max_size=4)
)
def test_a_query_is_read_as_it_is_written(words: list[str], terms: list[QueryTerm]) -> None:
    query = AccountQuery(tuple(words), tuple(terms))
    assert parse_query(str(query)) == query
    taken, rest = take_complete_terms(f"{query} ", -1)
    assert taken == terms
    assert parse_query(rest) == AccountQuery(query.words)


@given(text=st.text('at:"g is'), cursor=st.integers(0, 12))
def test_any_text_is_a_query(text: str, cursor: int) -> None:
    """Nothing that is typed fails, and what is taken out of it is asked for all the same."""
    query = parse_query(text)
    assert set(map(id, query.select(ROWS))) <= set(map(id, ROWS))
    taken, rest = take_complete_terms(text, min(cursor, len(text)))
    assert {*taken, *parse_query(rest).terms} == {*query.terms}
    assert {*parse_query(rest).words} == {*query.words}


def test_a_term_grows_until_a_blank_follows() -> None:
    term = QueryTerm(TAG, "coast")
    assert take_complete_terms("tag:coast", 9) == ([], "tag:coast")
    assert take_complete_terms("tag:coast ", 10) == ([term], "")
    assert take_complete_terms("marsh tag:coast ferry", 15) == ([], "marsh tag:coast ferry")
    assert take_complete_terms("marsh tag:coast ferry", 16) == ([term], "marsh ferry")
    assert take_complete_terms('tag:"coast"', 11) == ([QueryTerm(TAG, "coast", is_exact=True)], "")
    assert find_unfinished("marsh tag:co") == (TAG, "co", 6)
    assert find_unfinished('app:"News r') == (APP, "News r", 0)
    assert find_unfinished('app:"News room"') is None
    assert find_unfinished("is:") == (IS, "", 0)
    assert find_unfinished("posts:0") is None


def test_values_to_choose_from() -> None:
    assert list_values(APP, ROWS) == ["Alerts", "Newsroom", "Newsroom 2"]
    assert list_values(TAG, ROWS) == ["Coast", "paid work"]
    assert "broken" in list_values(IS, [])
    assert list_values(ACCESS, []) == ["r", "rw", "rw+dm"]
    assert [name_value(IS, value) for value in IS_VALUES[:3]] == [
        "Broken",
        "Needs attention",
        "Never checked",
    ]
    assert len({name_value(IS, value) for value in IS_VALUES}) == len(IS_VALUES)
    assert name_value(ACCESS, "rw+dm") == "Read, write and direct messages"
    assert find(str(make_exact_term(APP, "Newsroom"))) != find("app:Newsroom")
