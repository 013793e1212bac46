"""After a merge the real reader sees the new values, and everything else as before."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.processes import require_program
from tests.transfer.export_readers import SYSTEM_PYTHON
from tests.transfer.merge.documents import (
    NEW,
    env_texts,
    ini_texts,
    json_texts,
    properties_texts,
    toml_texts,
    yaml_texts,
)
from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.merge.merge_export import merge_export
from twauth_gui.transfer.merge.text_edits import ChangeKind, MergeRefusedError

Tree = dict[str, object]
BOM = b"\xef\xbb\xbf"

# Prints what python-dotenv finds in each file that is named on a line.
_DOTENV = """
import dotenv, json, sys
for line in sys.stdin:
    found = dotenv.dotenv_values(line.strip(), interpolate=False, encoding="utf-8-sig")
    print(json.dumps(found), flush=True)
"""
_LINES = "# @bot, App\n" + "".join(f"{name}={value}\n" for name, value in NEW.items())
_QUOTED = {name: json.dumps(value) for name, value in NEW.items()}


@contextmanager
def _open_dotenv(folder: Path) -> Generator[Callable[[str], Tree]]:
    command = [require_program(SYSTEM_PYTHON), "-c", _DOTENV]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:

        def read(text: str) -> Tree:
            path = folder / "file"
            path.write_bytes(text.encode())
            assert run.stdin
            assert run.stdout
            print(path, file=run.stdin, flush=True)
            found: Tree = json.loads(run.stdout.readline())
            return found

        yield read


def _read_json(text: str) -> Tree:
    found: Tree = json.loads(text, parse_float=str, parse_constant=str)
    return found


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, with a tag that programs add to it."""


_Loader.add_constructor("!include", lambda _loader, node: f"!include {node.value}")


def _read_yaml(text: str) -> Tree:
    return cast("Tree | None", yaml.load(text, _Loader)) or {}  # noqa: S506 - a safe loader


def _read_toml(text: str) -> Tree:
    return cast("Tree", tomllib.loads(text.replace("\r\n", "\n")))


def _read_ini(text: str) -> Tree:
    parser = configparser.RawConfigParser(allow_no_value=True)
    parser.read_string(text)
    return {name: dict(section) for name, section in parser.items()}


def _read_properties(text: str) -> Tree:
    """Read as java.util.Properties.load does, line by line (its documentation)."""
    natural = [line.lstrip(" \t\f") for line in text.split("\n")]
    found: Tree = {}
    lines = iter([line.rstrip("\r") for line in natural])
    for line in lines:
        if line[:1] in {"", "#", "!"}:
            continue
        logical = line
        while re.search(r"(?<!\\)(?:\\\\)*\\\Z", logical):
            logical = logical[:-1] + next(lines, "")
        name, value = re.fullmatch(
            r"((?:[^\\=: \t\f]|\\.)*)[ \t\f]*[=:]?[ \t\f]*(.*)", logical
        ).groups()  # type: ignore[union-attr] # it matches every text
        found[name] = value
    return found


@dataclass(frozen=True)
class Case:
    """A format. rendered: what is merged. place: the levels above the names."""

    syntax: FileSyntax
    texts: st.SearchStrategy[str]
    read: Callable[[str], Tree]
    rendered: str
    place: tuple[str, ...] = ("x",)
    fold: Callable[[str], str] = str


CASES = (
    Case(FileSyntax.JSON, json_texts(), _read_json, json.dumps({"x": NEW}, indent=2) + "\n"),
    Case(
        FileSyntax.YAML,
        yaml_texts(),
        _read_yaml,
        "# @bot\nx:\n" + "".join(f"  {name}: {value}\n" for name, value in _QUOTED.items()),
    ),
    Case(
        FileSyntax.TOML,
        toml_texts(),
        _read_toml,
        "# @bot\n[x]\n" + "".join(f"{name} = {value}\n" for name, value in _QUOTED.items()),
    ),
    Case(
        FileSyntax.INI,
        ini_texts(),
        _read_ini,
        "# @bot\n[x]\n" + "".join(f"{name} = {value}\n" for name, value in NEW.items()),
        fold=str.lower,
    ),
    Case(FileSyntax.PROPERTIES, properties_texts(), _read_properties, _LINES, place=()),
)
ENV = Case(FileSyntax.DOTENV, env_texts(), _read_json, _LINES, place=())


def _check(case: Case, read: Callable[[str], Tree], text: str, mark: bytes) -> None:
    merged = merge_export(case.syntax, mark + text.encode(), case.rendered)
    content = merged.content
    assert content.startswith(mark)
    after = content.removeprefix(mark).decode()
    before, found = (read(text) if text.strip() else {}), read(after)
    _require_others_kept(case, before, found)
    _require_bytes_kept(text, after)
    known = _at_place(case, before)
    for change in merged.changes:
        name = change.name.rpartition(".")[2]
        old = known.get(case.fold(name))
        if change.change is ChangeKind.ADDED:
            assert case.fold(name) not in known
        else:
            assert (old == NEW[name]) is (change.change is ChangeKind.SAME)
    again = merge_export(case.syntax, content, case.rendered)
    assert again.content == content
    assert {one.change for one in again.changes} == {ChangeKind.SAME}


def _at_place(case: Case, tree: Tree) -> Tree:
    for level in case.place:
        tree = cast("Tree", tree.get(level) or {})
    return tree


def _require_others_kept(case: Case, before: Tree, after: Tree) -> None:
    """Require the new values at their place, and the same as before everywhere else."""
    old, new = dict(_at_place(case, before)), dict(_at_place(case, after))
    for name, value in NEW.items():
        _ = old.pop(case.fold(name), None)
        assert new.pop(case.fold(name)) == value
    if case.syntax is FileSyntax.INI:  # a new section has the defaults too
        assert new == {**cast("Tree", before["DEFAULT"]), **old}
    else:
        assert list(new.items()) == list(old.items())
    if case.place:
        assert list(after) == list({**before, case.place[0]: 0})
        assert {**after, case.place[0]: 0} == {**before, case.place[0]: 0}


def _require_bytes_kept(before: str, after: str) -> None:
    """Require every line that has none of the names, in order; only such lines are new."""
    newline = "\r\n" if before.count("\r\n") * 2 > before.count("\n") else "\n"
    kept = [line for line in before.split("\n") if not _is_own(line)]
    others = iter(after.split("\n"))
    for line in kept:
        assert any(line in {one, one.rstrip("\r")} or _begins(line, one) for one in others), line
    added = after.count("\n") - before.count("\n")
    assert after.count(newline) - before.count(newline) == added
    assert after.endswith("\n") is before.endswith("\n") or not before.strip()


def _begins(old: str, new: str) -> bool:
    """Whether a line of JSON or of a flow got a member at its end or within."""
    return _is_own(new) or new == f"{old},"


def _is_own(line: str) -> bool:
    return any(name in line.upper() for name in NEW) or '"x"' in line


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.syntax.value)
def test_a_merge_keeps_everything_else(case: Case) -> None:
    @settings(max_examples=60)
    @given(case.texts, st.sampled_from([b"", b"", BOM]))
    def check(text: str, mark: bytes) -> None:
        _check(case, case.read, text, b"" if case.syntax is FileSyntax.PROPERTIES else mark)

    check()


@pytest.mark.slow
def test_a_merge_into_a_env_file_keeps_everything_else(tmp_path: Path) -> None:
    with _open_dotenv(tmp_path) as read:

        @settings(max_examples=60)
        @given(ENV.texts, st.sampled_from([b"", BOM]))
        def check(text: str, mark: bytes) -> None:
            _check(ENV, read, text, mark)

        check()


@pytest.mark.parametrize("case", [*CASES, ENV], ids=lambda one: one.syntax.value)
def test_a_damaged_file_is_merged_or_refused(case: Case) -> None:
    signs = st.text("[]{}\"'\\=:#\n x", max_size=3)

    @settings(max_examples=40)
    @given(case.texts, st.integers(0, 400), st.integers(0, 3), signs)
    def check(text: str, at: int, removed: int, added: str) -> None:
        damaged = text[:at] + added + text[at + removed :]
        try:
            merged = merge_export(case.syntax, damaged.encode(), case.rendered)
        except MergeRefusedError:
            return
        _require_bytes_kept(damaged, merged.content.decode())

    check()
