"""Proves that a mask finds every value, however the output is cut, and changes nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.cli.masked_process import OutputMask

# Few letters, so that values begin within each other and meet at every border.
VALUES = st.lists(st.text("ab%", min_size=1, max_size=5).filter(lambda one: "%" not in one))
CHUNKS = st.lists(st.text("ab\x00\xff\n", max_size=9).map(lambda one: one.encode("latin-1")))


def mask_chunks(values: list[str], chunks: list[bytes]) -> bytes:
    mask = OutputMask(values)
    return b"".join([*map(mask.feed, chunks), mask.finish()])


@given(VALUES, CHUNKS)
def test_borders_of_chunks_change_nothing(values: list[str], chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    longest_first = sorted({one.encode() for one in values}, key=len, reverse=True)
    if longest_first:
        whole = re.sub(b"|".join(longest_first), b"***", whole)
    assert mask_chunks(values, chunks) == whole


def test_a_value_is_found_with_and_without_percent_encoding() -> None:
    bearer = "AAAA%2FtokeN%3D"
    chunks = [b"AAAA/tok", b"eN= AAAA%2Ftoke", b"N%3D AAAA%252FtokeN%253D.", bytes(range(256))]
    assert mask_chunks([bearer], chunks) == b"*** *** ***." + bytes(range(256))


def test_what_cannot_be_a_value_is_shown_at_once() -> None:
    mask = OutputMask(["secret-1", "secret-12", ""])
    assert mask.feed(b"Name? ") == b"Name? "
    assert mask.feed(b"a secret-1") == b"a ", "it may go on as the longer one"
    assert mask.feed(b"2, sec") == b"***, "
    assert mask.finish() == b"sec"
