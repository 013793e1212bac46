"""Write docs/import.md: what is read of any file, and by which names.

`make docs` runs it; a test compares page() with the file.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import SkipKind
from twauth_gui.transfer.reader.entries import MAX_VALUES
from twauth_gui.transfer.reader.field_names import (
    FIELD_NAMES,
    HANDLE_NAMES,
    USER_ID_NAMES,
    VAGUE_HANDLE_NAMES,
    VAGUE_NAMES,
)
from twauth_gui.transfer.reader.foreign_names import FOREIGN_WORDS
from twauth_gui.transfer.reader.read_text import MAX_LINES
from twauth_gui.transfer.reader.services import SERVICES, X_WORDS
from twauth_gui.transfer.reader.source_lexer import EXTENSIONS
from twauth_gui.transfer.reader.value_kinds import CIPHERTEXTS, REFERENCES, ValueKind
from twauth_gui.transfer.tools.folder_files import LEFT_ALONE, MOST_FILES
from twauth_gui.transfer.tools.pipes import PipeLimits
from twauth_gui.transfer.tools.places import (
    CONFIG_PLACES,
    HOME_PLACES,
    WORKING_FOLDER_PLACES,
)
from twauth_gui.transfer.tools.reader import MAX_BYTES
from twauth_gui.transfer.tools.sources import MOST_FOLDER_BYTES

_FILE = Path(__file__).parents[2] / "docs" / "import.md"
_MIB = 1024 * 1024
_LIMITS = PipeLimits()
_HEAD = """# Import

`twauth import` and *Import…* take what people have: files of other tools, `.env`, JSON, YAML,
tables, notes, code. This page comes from the tables that the reader uses:
`python packaging/docs/imports.py`.

    twauth import                                  # look where known tools keep theirs
    twauth import ~/bots --dry-run                 # a folder: only show what would happen
    twauth import accounts.csv --app Newsroom      # the app of accounts whose file names none
    pass show bots/daily | twauth import -         # standard input

A file is never changed, and nothing in it is run, expanded or looked up. What belongs together is
told from names, sections, objects, rows and order, never guessed: where a file leaves it open,
Twauth says so and asks. Each value that looks like a credential and is not imported is listed with
its line and the reason.

## Where it looks

| place | tool |
|---|---|
"""
_FORMATS = """## Formats

The content decides, not the name of the file; a name only helps where the content leaves it open.

| format | what is read |
|---|---|
| `.env`, shells, cmd, PowerShell | assignments, `export`, `setx`, `$env:`, `docker run -e` |
| INI, systemd units, properties, `.Renviron` | sections with their names, defaults |
| JSON, JSON lines, JSON5 | objects, lists, JSON or base64 within a value; half a file too |
| YAML | documents, anchors, Compose, Kubernetes Secrets, CI workflows, Ansible, Helm |
| TOML, HCL and Terraform | tables, variables with their defaults |
| CSV, TSV and tables with `;` or `\\|` | with and without a header, or names in the first column |
| XML, property lists | App.config, Android resources, plists in text and binary |
| Markdown, Org, notes | headings, lists, tables, code, "API key: …", values on lines of their own |
| notebooks | cells as code and as notes |
| source code | assignments, dictionaries, arguments; only literals, never a call or a variable |
| KeePassXC, Bitwarden, 1Password, LastPass, Proton Pass | CSV, JSON, XML, 1PUX: fields, notes |
| Cawbird, Corebird | their database, read as a copy |

Encodings: UTF-8, UTF-16 and UTF-32 with and without a byte order mark, else Windows-1252.

Source code is known by these endings:

| language | endings |
|---|---|
"""
_NAMES = """## Names

A name is a set of words: their order, case and separators do not matter. `TWITTER_CONSUMER_KEY`,
`consumerKey`, `twitter.consumer-key` and `Consumer Key (API Key)` are the same. Numbers and other
words in a name say which account it is: `API_KEY_2`, `NEWS_TWITTER_API_KEY`. Common slips of
spelling are known.

| field | names |
|---|---|
"""
_VAGUE = """
These say too little by themselves. They count if the value has the format of the field:

| field | names |
|---|---|
"""
_OTHER_NAMES = """
The title of a password manager's entry (`title`, or `name` beside notes) becomes the label of a new
app. In a configuration of several MCP servers each one's name is the handle of its account, if it
can be one.

| | names |
|---|---|
"""
_VALUES = """
## What is no key

A placeholder, a reference, ciphertext or code is named as what it is, and never sent to X:

"""
_SKIPPED = """
## What is skipped

`twauth import --json` has a row for each entry that is skipped, with one of these kinds:

| kind | meaning | makes the exit code 1 |
|---|---|---|
"""
_KINDS = {
    SkipKind.INCOMPLETE: ("The value that belongs to it is missing.", "yes"),
    SkipKind.AMBIGUOUS: ("The file leaves open what it belongs to.", "yes"),
    SkipKind.OTHER_SERVICE: ("It belongs to another service.", "yes"),
    SkipKind.OAUTH2: ("A token of OAuth 2.0: two programs with one sign each other out.", "yes"),
    SkipKind.DAMAGED: ("It contains what X never uses.", "yes"),
    SkipKind.NO_KEY: (
        "There is no key in it.",
        "if the field is needed beside others that are whole, or the file has nothing else",
    ),
    SkipKind.UNREADABLE: (
        "The file, or the rest of it, cannot be read.",
        "if the file was named, or read in part",
    ),
}


def _table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in rows]


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _split_names(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split(",")]


def _name_rows(table: Mapping[tuple[Field, ...], str]) -> list[str]:
    return _table(
        (" or ".join(field.value for field in fields), _code(_split_names(names)))
        for fields, names in table.items()
    )


def _places() -> list[str]:
    rows = [(f"`~/{name}`", tool) for name, tool in HOME_PLACES]
    rows += [(f"`{name}` in the folder of settings", tool) for name, tool in CONFIG_PLACES]
    rows += [(f"`{name}` in the working folder", tool) for name, tool in WORKING_FOLDER_PLACES]
    rows += [
        ("`credentials.txt` in the folder that `TWITTER` names", "NLTK"),
        ("the file that `TWITTER_PAT` names, `.rds` files of rtweet", "rtweet: only explained"),
    ]
    return _table(rows)


def _other_names() -> list[str]:
    return _table(
        [
            ("handle", _code(_split_names(HANDLE_NAMES))),
            ("handle, if the value can be one", _code(_split_names(VAGUE_HANDLE_NAMES))),
            ("user id", _code(_split_names(USER_ID_NAMES))),
            ("X itself", _code(sorted(X_WORDS))),
            *((f"{word}, in other languages", words) for word, words in _foreign()),
        ]
    )


def _foreign() -> list[tuple[str, str]]:
    return [(english, ", ".join(words.split())) for english, words in FOREIGN_WORDS.items()]


def _values() -> list[str]:
    forms = "`${…}`, `$(…)`, `{{ … }}`, `<% … %>`, `%NAME%`"
    return [
        *(f"- {kind.value}" for kind in ValueKind if kind.value),
        "",
        _wrap(f"References begin with {_code(REFERENCES.split())}, or are written as {forms}."),
        "",
        _wrap(f"Ciphertext begins with {_code(CIPHERTEXTS.split())}, or is armoured."),
        "",
        _wrap(f"Keys of these services stay out, by the names around them: {', '.join(SERVICES)}."),
    ]


def _wrap(text: str) -> str:
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def _bounds() -> str:
    size, folder = f"{MAX_BYTES // _MIB} MiB", f"{MOST_FOLDER_BYTES // _MIB} MiB"
    ignored = _code(f"{name}/" for name in sorted(LEFT_ALONE, key=str.casefold))
    text = _wrap(
        f"A text may be {size} long; of that, {MAX_LINES:,} lines and {MAX_VALUES:,} values are"
        f" read, and the rest is told. Of a folder, {MOST_FILES:,} files and {folder} are read. A"
        f" pipe may be silent for {_LIMITS.silence:.0f} seconds and take {_LIMITS.total:.0f} in"
        f" all. Links to folders are not followed, and these are left alone: {ignored}."
    )
    return f"## Bounds\n\n{text}"


def page() -> str:
    """Return the whole page."""
    languages = [(name, _code(known.split())) for name, known in EXTENSIONS.items()]
    kinds = [(f"`{kind.value}`", *_KINDS[kind]) for kind in SkipKind]
    parts = [
        _HEAD + "\n".join(_places()),
        _FORMATS + "\n".join(_table(languages)),
        _NAMES + "\n".join(_name_rows(FIELD_NAMES)),
        (_VAGUE + "\n".join(_name_rows(VAGUE_NAMES))).lstrip(),
        (_OTHER_NAMES + "\n".join(_other_names())).lstrip(),
        (_VALUES + "\n".join(_values())).lstrip(),
        (_SKIPPED + "\n".join(_table(kinds))).lstrip(),
        _bounds(),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    _FILE.write_text(page(), encoding="utf-8")
