"""Text to entries: samples of every kind, what writers write, and whatever else a text can be."""

from __future__ import annotations

import configparser
import csv
import io
import json
import plistlib
import random
import shlex
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.transfer.reader.entry_samples import SAMPLES, VALUES, Sample
from twauth_gui.transfer.export_syntaxes.quoting import escape_property, quote_shell
from twauth_gui.transfer.reader.entries import read_entries
from twauth_gui.transfer.reader.entry import is_reference

FILE_NAMES = (
    *(
        "",
        "a.py",
        "a.js",
        "a.php",
        "a.rb",
        "a.go",
        "a.c",
        "a.ps1",
        "a.tf",
        "a.clj",
        "a.vb",
        "a.sql",
    ),
    *("a.env", "a.ini", "a.yaml", "a.toml", "a.json", "a.md", "a.csv", "a.xml", "a.properties"),
    *("a.sh", "a.bat", "Dockerfile", "a.ipynb", "a.plist", "a.service", "a.conf", "a.txt"),
)
PIECES = (
    *("\n", " ", "\t", "'", '"', "`", "\\", "(", ")", "[", "]", "{", "}", "<", ">", "=", ":", ","),
    *(
        "#",
        "//",
        "/*",
        "*/",
        "--",
        "|",
        "$",
        "${",
        "#{",
        "%",
        "&",
        "*",
        "- ",
        "a: ",
        "[x]\n",
        "'''",
    ),
    *('"""', "key=", "<!--", "<![CDATA[", "&a ", "*a ", "<<: *a\n", "=> ", "\ufeff", "\0", "\r"),
    *(
        "\ud800",
        "\u2028",
        "export ",
        "def f(",
        "\\u",
        "!!python/name:os.system x\n",
        "kind: Secret\n",
    ),
)
Writer = Callable[[dict[str, str]], str]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_each_sample_gives_its_entries(sample: Sample) -> None:
    assert sample.find_problems(read_entries(sample.text, sample.file_name)[0]) == []


def test_there_are_many_samples() -> None:
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES) > 100


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_carriage_returns_and_marks_change_nothing(sample: Sample) -> None:
    text = "\ufeff" + sample.text.replace("\n", "\r\n")
    assert sample.find_problems(read_entries(text, sample.file_name)[0]) == []


@given(st.text(), st.sampled_from(FILE_NAMES))
def test_no_text_raises(text: str, name: str) -> None:
    read_entries(text, name)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from(FILE_NAMES))
@settings(max_examples=400)
def test_no_text_of_signs_raises(text: str, name: str) -> None:
    read_entries(text, name)


@given(st.integers())
@settings(max_examples=300)
def test_no_mutated_sample_raises_and_paths_are_bounded(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - no secrets
    sample = source.choice(SAMPLES)
    signs = list(sample.text)
    for _ in range(source.randrange(1, 8)):
        at = source.randrange(len(signs))
        signs[at : at + source.randrange(4)] = source.choice(PIECES)
    text = "".join(signs)
    for name in (sample.file_name, source.choice(FILE_NAMES)):
        lines = text.count("\n") + text.count("\r") + 1
        for entry in read_entries(text, name)[0]:
            assert 1 <= entry.line <= lines
            assert len(entry.path) <= 64
            assert entry.format
            assert entry.is_literal or len(entry.value) <= 80


NAMES = st.from_regex(r"[A-Z][A-Z0-9]{0,6}_[A-Z]{2,8}", fullmatch=True)
SHAPES = st.sampled_from(sorted(VALUES.values()))
PLAIN = st.text("abcXYZ0189-_+/.~", min_size=1, max_size=40).filter(
    lambda text: text.strip("-_+/.~") != "" and not text.startswith(("-", "~", "."))
)
ANY_SIGN = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30
).map(str.strip)
ANY = ANY_SIGN.filter(
    lambda text: not is_reference(text) and not text.startswith(("{", "[")) and "=" not in text
)


def write_ini(values: dict[str, str]) -> str:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser["bot"] = values
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def write_csv(values: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(values)
    writer.writerow(values.values())
    return text.getvalue()


def write_xml(values: dict[str, str]) -> str:
    adds = "".join(f"<add key={quoteattr(k)} value={quoteattr(v)}/>" for k, v in values.items())
    return f"<configuration>{adds}</configuration>"


def write_strings(values: dict[str, str]) -> str:
    rows = "".join(f'<string name="{k}">{escape(v)}</string>\n' for k, v in values.items())
    return f"<resources>\n{rows}</resources>"


def write_lines(line: Callable[[str, str], str]) -> Writer:
    return lambda values: "".join(f"{line(k, v)}\n" for k, v in values.items())


def write_yaml(values: dict[str, str]) -> str:
    return yaml.safe_dump({"bot": values}, allow_unicode=True, width=10_000)


# What each writer can express: anything printable, or only what needs no quotes in its format.
FREE: dict[str, tuple[str, Writer]] = {
    "json": ("a.json", lambda values: json.dumps({"bot": values}, indent=1)),
    "json without a name": ("", json.dumps),
    "lines of json": ("a.jsonl", json.dumps),
    "yaml": ("a.yaml", write_yaml),
    "toml": ("a.toml", write_lines(lambda k, v: f"{k} = {json.dumps(v, ensure_ascii=False)}")),
    "plist": ("a.plist", lambda values: plistlib.dumps(values, sort_keys=False).decode()),
    "python": ("a.py", write_lines(lambda k, v: f"{k} = {v!r}")),
    "python dict": ("a.py", lambda values: f"KEYS = {values!r}\n"),
    "javascript": ("a.js", write_lines(lambda k, v: f"exports.{k} = {json.dumps(v)};")),
    "xml": ("a.config", write_xml),
    "strings": ("a.xml", write_strings),
    "properties": ("a.properties", write_lines(lambda k, v: f"{k}={escape_property(v)}")),
}
KEYS_ONLY: dict[str, tuple[str, Writer]] = {
    "dotenv": (".env", write_lines(lambda k, v: f"{k}={quote_shell(v)}")),
    "dotenv without a name": ("", write_lines(lambda k, v: f"{k}={quote_shell(v)}")),
    "exports": ("a.sh", write_lines(lambda k, v: f"export {k}={shlex.quote(v)}")),
    "ini": ("a.ini", write_ini),
    "ini without a name": ("", write_ini),
    "cmd": ("a.bat", write_lines(lambda k, v: f"set {k}={v}")),
    "setx": ("a.bat", write_lines(lambda k, v: f'setx {k} "{v}"')),
    "powershell": ("a.ps1", write_lines(lambda k, v: f"$env:{k} = '{v}'")),
    "docker": ("Dockerfile", lambda values: "FROM a\n" + write_lines("ENV {}={}".format)(values)),
    "csv": ("a.csv", write_csv),
    "notes": ("a.txt", write_lines(lambda k, v: f"{k}: {v}")),
    "markdown": ("a.md", write_lines(lambda k, v: f"- **{k}**: `{v}`")),
    "php": ("a.php", lambda values: "<?php\n" + write_lines("define('{}', '{}');".format)(values)),
    "c": ("a.h", write_lines('#define {} "{}"'.format)),
    "go": ("a.go", write_lines('const {} = "{}"'.format)),
    "r": ("a.R", write_lines('{} <- "{}"'.format)),
    "terraform": ("a.tfvars", write_lines('{} = "{}"'.format)),
}


def read_back(name: str, writer: Writer, values: dict[str, str]) -> dict[str, str]:
    return {
        entry.path[-1].removeprefix("exports."): entry.value
        for entry in read_entries(writer(values), name)[0]
        if entry.is_literal and entry.path
    }


@pytest.mark.parametrize("syntax", FREE)
@example(values={"A_AA": "a:"})  # names nothing, though it reads like a name
@given(values=st.dictionaries(NAMES, ANY | SHAPES, min_size=1, max_size=5))
@settings(max_examples=60)
def test_what_a_library_writes_comes_back(syntax: str, values: dict[str, str]) -> None:
    name, writer = FREE[syntax]
    assert read_back(name, writer, values) == values


@pytest.mark.parametrize("syntax", KEYS_ONLY)
@given(values=st.dictionaries(NAMES, SHAPES, min_size=2, max_size=5))
@settings(max_examples=40)
def test_keys_in_lines_come_back(syntax: str, values: dict[str, str]) -> None:
    name, writer = KEYS_ONLY[syntax]
    found = read_back(name, writer, values)
    assert {key: found.get(key) for key in values} == values


@given(st.dictionaries(NAMES, PLAIN | ANY_SIGN.filter(lambda text: "\\" not in text), min_size=1))
def test_what_the_exporter_quotes_comes_back(values: dict[str, str]) -> None:
    kept = {
        name: value
        for name, value in values.items()
        if "'" not in value and not is_reference(value) and value[:1] not in {"{", "["}
    }
    text = "".join(f"{name}={quote_shell(value)}\n" for name, value in kept.items())
    found = {entry.path[-1]: entry.value for entry in read_entries(text, ".env")[0] if entry.path}
    assert {name: found.get(name) for name in kept} == kept
