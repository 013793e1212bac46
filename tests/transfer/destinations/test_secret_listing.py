"""A list is read as a whole or not at all: what is not read would look like what is not there."""

from __future__ import annotations

import re

import pytest

from twauth_gui.transfer.destinations.definition import ListCommand, ListFormat
from twauth_gui.transfer.destinations.driver import ListedSecret
from twauth_gui.transfer.destinations.secret_listing import parse_listing

LINES = ListCommand(
    ("x",),
    ListFormat.LINES,
    line=re.compile(r"(?P<marker>\d+) (?P<name>\S+)"),
    strip=re.compile("^p/"),
)
ITEMS = ListCommand(
    ("x",), ListFormat.JSON, items="envs", name="key", marker="version", blocked="deleted"
)


def test_lines() -> None:
    assert parse_listing(LINES, "1 a\n\n 2 p/b \n") == {
        "a": ListedSecret("a", "1"),
        "b": ListedSecret("b", "2"),
    }
    assert parse_listing(LINES, "") == {}
    with pytest.raises(ValueError, match="another form"):
        parse_listing(LINES, "1 a\n2 b c\n")


def test_json() -> None:
    text = '{"Envs": [{"KEY": "a", "Version": {"x": 1}}, {"key": "b", "deleted": 1.5}]}'
    assert parse_listing(ITEMS, text) == {
        "a": ListedSecret("a", '{"x": 1}'),
        "b": ListedSecret("b", is_blocked=True),
    }
    assert parse_listing(ITEMS, '{"key": "a", "envs": []}') == {}
    single = ListCommand(("x",), ListFormat.JSON, items="data", marker="version")
    assert parse_listing(single, '{"data": {"version": 2}}', "one") == {
        "one": ListedSecret("one", "2")
    }
    keys = ListCommand(("x",), ListFormat.JSON_KEYS)
    assert set(parse_listing(keys, '{"a": "a value", "b": 1}')) == {"a", "b"}
    many = ListCommand(("x",), ListFormat.JSON_LINES, name="n")
    assert set(parse_listing(many, '{"n": "a"}\n{"n": "b"}\n')) == {"a", "b"}


@pytest.mark.parametrize(
    "text",
    ["json", "{", "[1]", '["a"]', '{"envs": [{"x": 1}]}', '{"envs": 1}', "[" * 100_000, "null"],
)
def test_other_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_listing(ITEMS, text)
