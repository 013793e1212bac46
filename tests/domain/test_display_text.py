"""Control characters and direction marks in names are never shown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

import twauth_gui
from tests.support.sample_records import APP, make_account, make_pending
from twauth_gui.domain.display_text import is_fully_printable, to_printable_line, to_printable_text

HARMLESS = ("Fernwick News", "Zoë 👩‍💻 Ökonom", "تحرير", "می‌خواهم", "a\u00a0b", "日本", "")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_are_called_stays(text: str) -> None:
    assert to_printable_line(text) == to_printable_text(text) == text


def test_no_sign_of_any_kind_moves_a_cursor_or_turns_the_writing() -> None:
    turns = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    marks = "\u061c\u200e\u200f"
    for code in range(0x110000):
        sign = chr(code)
        shown = to_printable_line(sign)
        assert len(shown) == 1
        hidden = unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"}
        hidden = hidden or unicodedata.bidirectional(sign) in turns or sign in marks
        assert (shown != sign) == hidden, hex(code)


def test_what_was_taken_out_of_a_name_shows() -> None:
    assert is_fully_printable("Fernwick News")
    assert not is_fully_printable(to_printable_line("Newsroom\x1b[2J"))


def test_line_ends_stay_in_a_text_alone() -> None:
    assert to_printable_line("a\r\nb\x85c") == "a  b c"
    assert to_printable_text("a\nb\x1b[2J") == "a\nb\N{REPLACEMENT CHARACTER}[2J"


def test_names_are_so_from_the_beginning() -> None:
    evil, shown = "a\x1b[31mb\nc", "a\N{REPLACEMENT CHARACTER}[31mb c"
    named = replace(make_account(), handle=evil, name=evil)
    assert (named.handle, named.name) == (shown, shown)
    assert replace(APP, label=evil).label == shown
    pending = replace(make_pending(), expected_handle=evil, granted_handle=evil)
    assert (pending.expected_handle, pending.granted_handle) == (shown, shown)


def test_no_text_takes_a_name_from_the_locale() -> None:
    """Qt sets the user's: strftime would put "Juni" into an English sentence."""
    named = re.compile(r"""[:'"][^'"{}\n]*%[aAbBcpxX]\b""")
    sources = sorted(Path(twauth_gui.__path__[0]).rglob("*.py"))
    lines = [line for path in sources for line in path.read_text("utf-8").splitlines()]
    assert len(sources) > 300
    assert [line for line in lines if named.search(line) and "%%" not in line] == []
