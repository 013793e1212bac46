"""Bytes to text: marks, UTF-16 without one, old encodings, zero bytes, binary property lists."""

from __future__ import annotations

import codecs
import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.transfer.reader.entries import read_entries
from twauth_gui.transfer.reader.text_decoding import decode, is_binary

TEXT = "API_KEY=C3J27XDCG2LmlZGEONYlgCtjf\r\nNAME=b\u00e4r\r\n"
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("encoding", MARKS)
def test_text_with_a_mark(encoding: str) -> None:
    assert decode(MARKS[encoding] + TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("encoding", [*MARKS, "cp1252"])
def test_text_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_zero_bytes_and_a_second_mark_are_left_out() -> None:
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbfA\0B=1\n") == "AB=1\n"


def test_zero_bytes_part_the_variables_of_a_process() -> None:
    raw = b"HOME=/\0API_KEY=C3J27XDCG2LmlZGEONYlgCtjf\0"
    assert decode(raw) == "HOME=/\nAPI_KEY=C3J27XDCG2LmlZGEONYlgCtjf\n"
    assert not is_binary(raw)


def test_text_cut_off_within_a_character() -> None:
    assert decode("KEY=\u20ac".encode()[:-1]) == "KEY="


def test_binary_property_list() -> None:
    raw = plistlib.dumps({"Bot": {"Key": "KKKK"}}, fmt=plistlib.FMT_BINARY)
    assert [entry.path for entry in read_entries(decode(raw))[0]] == [("Bot", "Key")]


@given(st.binary() | st.binary().map(b"bplist00".__add__))
def test_no_bytes_raise(raw: bytes) -> None:
    assert "\0" not in decode(raw)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_utf8_comes_back(text: str) -> None:
    assert decode(text.encode()) == text or "\0" in text
