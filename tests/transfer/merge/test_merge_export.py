"""Where a merge puts names, and the files that it refuses with words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.merge.merge_export import MAX_BYTES, list_names, merge_export
from twauth_gui.transfer.merge.text_edits import MergeRefusedError

ROOT = Path(__file__).parents[3]
LINES = "# @bot, App\nKEY=k1\nSECRET=s1\n"
TREE = '{"x": {"KEY": "k1", "deep": {"SECRET": "s1"}}}'
YAML = '# @bot\nx:\n  KEY: "k1"\n  deep:\n    SECRET: "s1"\n'
TOML = '# @bot\n[x]\nKEY = "k1"\nSECRET = "s1"\n'
INI = "# @bot\n[x]\nKEY = k1\nSECRET = s1\n"

LAID_OUT = [
    (FileSyntax.DOTENV, "A=1", LINES, "A=1\n\n# @bot, App\nKEY=k1\nSECRET=s1"),
    (FileSyntax.DOTENV, "A=1\n\n", LINES, "A=1\n\n# @bot, App\nKEY=k1\nSECRET=s1\n"),
    (FileSyntax.DOTENV, "KEY='0' # a\nB=2\n", LINES, "KEY='k1' # a\nSECRET=s1\nB=2\n"),
    (FileSyntax.DOTENV, 'export KEY="0"\n', LINES, 'export KEY="k1"\nexport SECRET=s1\n'),
    (FileSyntax.DOTENV, "# @bot, App\n", LINES, "# @bot, App\n\nKEY=k1\nSECRET=s1\n"),
    (FileSyntax.DOTENV, "LATER\nKEY=k1\n", LINES, "LATER\nKEY=k1\nSECRET=s1\n"),
    (
        FileSyntax.DOTENV,
        "B=2\n",
        "# one\nA_KEY=1\n\n# two\nB_KEY=2\n",
        "B=2\n\n# one\nA_KEY=1\n\n# two\nB_KEY=2\n",
    ),
    (
        FileSyntax.SHELL,
        "#!/bin/sh\nset -a\nKEY=0\n",
        "export KEY=k1\n",
        "#!/bin/sh\nset -a\nKEY=k1\n",
    ),
    (FileSyntax.SYSTEMD, "; KEY=1\nKEY = 0\n", LINES, "; KEY=1\nKEY = k1\nSECRET=s1\n"),
    (FileSyntax.DOCKER, 'KEY="a # b"\nA\n', LINES, "KEY=k1\nSECRET=s1\nA\n"),
    (FileSyntax.RENVIRON, "KEY=${A-b}\n", LINES, "KEY=k1\nSECRET=s1\n"),
    (FileSyntax.PROPERTIES, "KEY : a\nb c\n", LINES, "KEY : k1\nSECRET=s1\nb c\n"),
    (FileSyntax.PROPERTIES, "KEY", LINES, "KEY=k1\nSECRET=s1"),
    (FileSyntax.JSON, '{"a":1}', TREE, '{"a":1,"x":{"KEY":"k1","deep":{"SECRET":"s1"}}}'),
    (
        FileSyntax.JSON,
        '{\n\t"x": {},\n\t"a": 1\n}\n',
        TREE,
        (
            '{\n\t"x": {\n\t\t"KEY": "k1",\n\t\t"deep": {\n\t\t\t"SECRET": "s1"\n\t\t}\n\t},\n'
            '\t"a": 1\n}\n'
        ),
    ),
    (FileSyntax.MCP, '{"b": 1}', '{"s": {"args": ["-y"]}}', '{"b": 1, "s": {"args": ["-y"]}}'),
    (
        FileSyntax.YAML,
        "x: # c\n    KEY: 'a' # d\n# e\nz:\n- 1\n",
        YAML,
        "x: # c\n    KEY: 'k1' # d\n    deep:\n      SECRET: \"s1\"\n# e\nz:\n- 1\n",
    ),
    (FileSyntax.YAML, "x: {}\n", YAML, 'x: {"KEY": "k1", "deep": {"SECRET": "s1"}}\n'),
    (FileSyntax.TOML, "[x]\n# c\n\n[y]\n", TOML, '[x]\nKEY = "k1"\nSECRET = "s1"\n# c\n\n[y]\n'),
    (FileSyntax.TOML, "x.KEY='a'\n[y]\n", TOML, "x.KEY='k1'\nx.SECRET=\"s1\"\n[y]\n"),
    (FileSyntax.TOML, "# a\n\n# b\n[y]\n", 'K = "k"\n', '# a\n\nK = "k"\n\n# b\n[y]\n'),
    (FileSyntax.INI, "[x]\nkey: a\n\n[y]\n", INI, "[x]\nkey: k1\nSECRET: s1\n\n[y]\n"),
    (FileSyntax.INI, "[y]\na=1\n", INI, "[y]\na=1\n\n[x]\nKEY = k1\nSECRET = s1\n"),
]


@pytest.mark.parametrize(("syntax", "old", "rendered", "expected"), LAID_OUT)
def test_names_get_the_place_that_fits(
    syntax: FileSyntax, old: str, rendered: str, expected: str
) -> None:
    assert merge_export(syntax, old.encode(), rendered).content.decode() == expected


REFUSED = [
    (FileSyntax.DOTENV, "KEY=1\nKEY=2\n", "KEY stands in the file more than once."),
    (FileSyntax.DOTENV, 'KEY="a\nb"\n', "KEY in the file has a value of several lines."),
    (FileSyntax.DOTENV, "KEY='a'b\n", "KEY in the file has a value that readers take differently."),
    (FileSyntax.DOTENV, 'A="b\n', "The value of A in the file does not end in its line."),
    (FileSyntax.DOTENV, "A=b\\\nKEY=1\n", "The value of A in the file does not end in its line."),
    (FileSyntax.DOTENV, "A=1\n. ./more\n", "Line 2 of the file is neither a comment nor"),
    (FileSyntax.SHELL, "A = 1\n", "Line 1 of the file is neither a comment nor"),
    (FileSyntax.SYSTEMD, "export A=1\n", "Line 1 of the file is neither a comment nor"),
    (FileSyntax.DOTENV, "A=1\rB=2\n", "a line ending of old Macs"),
    (FileSyntax.DOTENV, "\0", "The file is not a text."),
    (FileSyntax.DOTENV, 'DOTENV_PUBLIC_KEY="03"\nA="encrypted:BE"\n', "The file is encrypted"),
    (FileSyntax.DOTENV, "A=ENC[AES256_GCM,data:x]\n", "The file is encrypted"),
    (FileSyntax.YAML, "$ANSIBLE_VAULT;1.1;AES256\n6162\n", "The file is encrypted"),
    (FileSyntax.YAML, "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n", "The file is encrypted"),
    (FileSyntax.JSON, '{"sops": {"mac": "ENC[AES256_GCM,x]"}}', "The file is encrypted"),
    (FileSyntax.PROPERTIES, "include = other\n", "The file includes another one."),
    (FileSyntax.PROPERTIES, "KEY=1\nKEY=2\n", "KEY stands in the file more than once."),
    (FileSyntax.PROPERTIES, "KEY=1\\\n 2\n", "KEY in the file has a value of several lines."),
    (FileSyntax.JSON, '// a\n{"a": 1}', "The file is JSON with comments"),
    (FileSyntax.JSON, '{"a": 1,}', "The file is no JSON, in line 1."),
    (FileSyntax.JSON, '{"a": {"b": 1, "b": 2}}', "An object in the file has the same name twice."),
    (FileSyntax.JSON, '[{"x": 1}]', "The file is a list or a single value"),
    (FileSyntax.JSON, '{"x": 1}', "x is a single value in the file."),
    (FileSyntax.JSON, '{"x": {"KEY": {"a": 1}}}', "x.KEY has other names below it in the file."),
    (FileSyntax.JSON, '{"a": NaN, "b": 1e999, "c": ' + "9" * 5000 + "}", "The file is no JSON"),
    (FileSyntax.YAML, "a: 1\n---\nb: 2\n", "The file has several documents."),
    (
        FileSyntax.YAML,
        "x: &a\n  b: 1\ny: *a\n",
        "x in the file has an anchor, a tag or a merge key",
    ),
    (FileSyntax.YAML, "b: &b {}\nx:\n  <<: *b\n", "x in the file has an anchor, a tag or a merge"),
    (FileSyntax.YAML, "x: !include a\n", "x is a single value in the file."),
    (FileSyntax.YAML, "x:\n  KEY: !env A\n", "x.KEY in the file has an anchor or a tag."),
    (FileSyntax.YAML, "x:\n  KEY: &k 1\n", "x.KEY in the file has an anchor or a tag."),
    (FileSyntax.YAML, "x:\n  KEY: |\n    a\n", "x.KEY in the file has a value of several lines."),
    (FileSyntax.YAML, "x:\n  a: 1\n  a: 2\n", "A mapping in the file has the same name twice."),
    (FileSyntax.YAML, "a: |\n  b", "The result could not be read back as it should be"),
    (FileSyntax.YAML, "x: [\n", "The file is no YAML that can be read, in line 2."),
    (FileSyntax.TOML, 'x = {KEY = "a"}\n', "x.KEY stands in an inline table in the file."),
    (FileSyntax.TOML, '[x]\nKEY = """\na"""\n', "KEY in the file has a value of several lines."),
    (FileSyntax.TOML, "[[x]]\nKEY = 1\n", "x is a single value in the file."),
    (FileSyntax.TOML, "a = 1\na = 2\n", "The file is no TOML, in line 2."),
    (FileSyntax.INI, "[x]\nkey = a ; b\n", "key in the file has something behind its value"),
    (FileSyntax.INI, "[x]\nkey = a\n  b\n", "key in the file has a value of several lines."),
    (FileSyntax.INI, "[x]\na=1\nA=2\n", "Line 3 of the file has a name that its section has"),
    (FileSyntax.INI, "[x]\n[x]\n", "Line 2 of the file begins a section that is there already."),
    (FileSyntax.INI, "a = 1\n", "configparser cannot read the file."),
    (FileSyntax.CSV, "a,b\n", "A file of this format cannot be merged into, only replaced."),
]
_RENDERED = {
    FileSyntax.JSON: TREE,
    FileSyntax.YAML: YAML,
    FileSyntax.TOML: TOML,
    FileSyntax.INI: INI,
}


@pytest.mark.parametrize(("syntax", "old", "sentence"), REFUSED)
def test_what_could_be_damaged_is_refused_with_words(
    syntax: FileSyntax, old: str, sentence: str
) -> None:
    with pytest.raises(MergeRefusedError, match=re.escape(sentence)):
        _ = merge_export(syntax, old.encode(), _RENDERED.get(syntax, LINES))


def test_accounts_in_a_list_have_no_names() -> None:
    with pytest.raises(MergeRefusedError, match="Accounts in a list cannot be merged"):
        _ = merge_export(FileSyntax.JSON, b"{}", '[{"KEY": "k1"}]')
    assert list_names(FileSyntax.JSON, '[{"KEY": "k1"}]') == ()
    assert list_names(FileSyntax.CSV, "a,b\n") == ()
    assert list_names(FileSyntax.INI, INI) == ("x.KEY", "x.SECRET")


def test_a_file_in_another_encoding_is_refused() -> None:
    for content in ("A=é\n".encode("latin-1"), "A=é\n".encode("utf-16"), "é".encode("utf-32")):
        with pytest.raises(MergeRefusedError, match="as UTF-8 first"):
            _ = merge_export(FileSyntax.DOTENV, content, LINES)
    old = "a=é\n".encode("latin-1")
    assert merge_export(FileSyntax.PROPERTIES, old, LINES).content.startswith(old)


# Merges a megabyte of each piece, with little memory and time.
_CHILD = """
import json, resource, sys
from twauth_gui.transfer.export_presets import FileSyntax
from twauth_gui.transfer.merge.merge_export import MAX_BYTES, merge_export
from twauth_gui.transfer.merge.text_edits import MergeRefusedError
seconds, most = map(int, sys.argv[1:3])
resource.setrlimit(resource.RLIMIT_AS, (most, most))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
for syntax, rendered, pieces in json.loads(sys.argv[3]):
    for piece in pieces:
        try:
            merge_export(FileSyntax(syntax), piece.encode() * (MAX_BYTES // len(piece)), rendered)
        except MergeRefusedError:
            pass
print("ended")
"""
_PIECES = {
    FileSyntax.DOTENV: ("A='", "A=b\\\n", "a b", "A=1 "),
    FileSyntax.PROPERTIES: ("a\\\n", "\\", "A=1\n"),
    FileSyntax.JSON: ("[", '{"a":', '"\\u0', " "),
    FileSyntax.YAML: ("[", "&a [*a, ", "- ", "? ", '"'),
    FileSyntax.TOML: ("[[", "a.", "'''", "[a]\n"),
    FileSyntax.INI: (" ", "a" + " " * 99, "[a]\n", "a\n b\n"),
}
_SECONDS = 20  # a second or two on a quiet machine; what is quadratic takes hours
_BYTES = 600 * 1024 * 1024


@pytest.mark.slow
def test_a_megabyte_of_anything_ends_soon() -> None:
    rows = [
        (syntax.value, _RENDERED.get(syntax, LINES), pieces) for syntax, pieces in _PIECES.items()
    ]
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, str(_SECONDS), str(_BYTES), json.dumps(rows)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (0, "ended\n"), run.stderr
    with pytest.raises(MergeRefusedError, match="larger than 1 MiB"):
        _ = merge_export(FileSyntax.DOTENV, b"#" * (MAX_BYTES + 1), LINES)
