"""Prove that the table of guards fits the code, and misses no line of docs/reliability.md."""

from __future__ import annotations

import ast
import re

from tests.guards.guard_table import ROOT, read_guards


def test_each_guard_is_in_the_code_exactly_once() -> None:
    for guard in read_guards():
        source = (ROOT / guard.file).read_text(encoding="utf-8")
        changed = guard.remove_from(source)
        assert changed != source
        _ = ast.parse(changed)


def test_each_line_of_the_page_has_a_guard() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    tests = set(re.findall(r"`(tests/\S+::\w+)`", page))
    assert len(tests) > 20
    assert tests <= {guard.test for guard in read_guards()}
