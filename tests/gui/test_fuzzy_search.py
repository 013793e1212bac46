"""Fuzzy search of the palette: what matches, what comes first, and that it agrees with itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.gui.palette.fuzzy_search import (
    MatchTier,
    SearchIndex,
    SearchText,
    find_positions,
    find_word_starts,
    fold_case,
    locate_term,
    split_terms,
)

LETTERS = st.text(st.sampled_from("abAB01_ .é-@#"), max_size=12)
WORDS = st.text(st.sampled_from("ab01_.é"), min_size=1, max_size=5)


def find_tier(term: str, entry: SearchText) -> MatchTier | None:
    """Return the tier of one text, letter by letter."""
    text, keywords = (" ".join(one.split()) for one in (entry.text, entry.keywords))
    tier, _ = locate_term(term, fold_case(text), find_word_starts(text))
    starts = find_word_starts(keywords, inner_words=False)
    tiers = [tier] if tier is not None else []
    if any(fold_case(keywords).startswith(term, start) for start in starts):
        tiers.append(MatchTier.KEYWORD_START)
    elif term in fold_case(keywords).lstrip("@#"):
        tiers.append(MatchTier.KEYWORD_INSIDE)
    return min(tiers, default=None)


@given(st.lists(st.builds(SearchText, LETTERS, LETTERS), max_size=8), WORDS, st.integers(1, 8))
def test_the_index_finds_what_a_search_letter_by_letter_finds(
    entries: list[SearchText], word: str, limit: int
) -> None:
    (term,) = split_terms(word)
    tiers = [(find_tier(term, entry), number) for number, entry in enumerate(entries)]
    expected = sorted((tier, number) for tier, number in tiers if tier is not None)
    hits = SearchIndex(entries).search(word, limit)
    assert [(hit.tier, hit.number) for hit in hits] == expected[:limit]


@given(st.lists(st.builds(SearchText, LETTERS, LETTERS), max_size=8), WORDS, WORDS)
def test_a_longer_query_never_finds_more(entries: list[SearchText], query: str, more: str) -> None:
    index = SearchIndex(entries)
    found = {hit.number for hit in index.search(query, 99)}
    for longer in (f"{query} {more}", f"{more} {query}", query + more):
        assert {hit.number for hit in index.search(longer, 99)} <= found


@given(LETTERS, WORDS)
def test_highlighted_letters_are_those_of_the_query(text: str, query: str) -> None:
    (term,) = split_terms(query)
    positions = sorted(find_positions(query, text))
    assert "".join(fold_case(text)[at] for at in positions) in {term, ""}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fern", ["fernwick_news", "daily_fern", "oldfern", "letters_desk", "far_eastern"]),
        ("fn", ["fernwick_news", "far_eastern", "oldfern", "daily_fern"]),
        ("fernnews", ["fernwick_news"]),
        ("FERN", ["fernwick_news", "daily_fern", "oldfern", "letters_desk", "far_eastern"]),
        ("@fern news", ["fernwick_news", "letters_desk"]),
        ("news fern", ["fernwick_news", "letters_desk"]),
        ("ld", ["letters_desk", "oldfern"]),
        ("cafe", ["letters_desk"]),
        ("fernz", []),
    ],
)
def test_the_order_of_hits(query: str, expected: list[str]) -> None:
    handles = ["far_eastern", "oldfern", "daily_fern", "fernwick_news", "letters_desk"]
    keywords = ["", "", "", "", "Café Fern news"]
    entries = [
        SearchText(f"@{handle}", more) for handle, more in zip(handles, keywords, strict=True)
    ]
    hits = SearchIndex(entries).search(query, 9)
    assert [handles[hit.number] for hit in hits] == expected


def test_no_text_takes_long() -> None:
    """A display name is its owner's choice: one that makes a search backtrack would hang it."""
    index = SearchIndex([SearchText("a " * 2_000, "a" * 4_000)] * 3)
    assert index.search("a" * 39 + "b", 9) == []
