"""Parts of a text in a form of their own: bodies of mails, here documents, lists of words, COPY.

What replaces such a part has as many lines, so that what is in it keeps its line.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.tabular import read_rows

_ENCODED = re.compile(
    r"^Content-Transfer-Encoding:[ \t]*(quoted-printable|base64)\b", re.IGNORECASE | re.MULTILINE
)
_BODY_END = re.compile(r"^--\S", re.MULTILINE)
_MOST_BLOCKS = 200
_HEREDOC = re.compile(r"<<<?[-~]?[\"']?([A-Z][A-Z0-9_]{1,20})[\"']?[^\n]{0,80}\n")
_HEREDOC_LANGUAGES = frozenset({"hcl", "php", "ruby", "perl"})
_COPY = re.compile(r"^COPY[ \t]+\S+[ \t]*\(([^()\n]*+)\)[ \t]+FROM[ \t]+stdin;\n", re.MULTILINE)
_COPY_ROWS = re.compile(_COPY.pattern + r"(?:(?!\\\.)[^\n]*+\n)*+", re.MULTILINE)
_COPY_END = "\\."
_WORD_LISTS = {
    "perl": re.compile(r"\bqw[ \t]*[(\[{/]([^()\[\]{}/\"]*+)[)\]}/]"),
    "ruby": re.compile(r"%w[(\[{]([^()\[\]{}\"]*+)[)\]}]"),
    "python": re.compile(r"[\"']([^\"'\n]*+)[\"']\.split\(\)"),
}


def decode_mail(text: str) -> str:
    """Return a mail with the bodies that it encodes as text; any other text as it is."""
    parts: list[str] = []
    at = 0
    for found in islice(_ENCODED.finditer(text), _MOST_BLOCKS):
        start = text.find("\n\n", max(at, found.end())) + 2
        if start < 2:  # noqa: PLR2004 - there is no body
            break
        if found.start() < at:
            continue
        end = _BODY_END.search(text, start)
        stop = end.start() if end else len(text)
        parts += [
            text[at:start],
            _fill_up(_decode_body(text[start:stop], found[1]), text[start:stop]),
        ]
        at = stop
    return "".join((*parts, text[at:]))


def _decode_body(body: str, encoding: str) -> str:
    raw = body.encode()
    try:
        plain = base64.b64decode(raw) if encoding.lower() == "base64" else quopri.decodestring(raw)
    except (binascii.Error, ValueError):
        return body
    return plain.decode("utf-8", "replace").replace("\r\n", "\n")


def _fill_up(text: str, instead_of: str) -> str:
    return text + "\n" * max(0, instead_of.count("\n") - text.count("\n"))


def spell_out_lists(text: str, language: str) -> str:
    """Return code with lists of words, such as qw(a b), as lists of strings."""
    pattern = _WORD_LISTS.get(language)
    return pattern.sub(_spell_out, text) if pattern else text


def _spell_out(found: re.Match[str]) -> str:
    words = ", ".join(f'"{word}"' for word in found.group(1).split())
    return f"({words})" + "\n" * found.group().count("\n")


def cut_heredocs(text: str, language: str) -> tuple[str, Sequence[tuple[str, int]]]:
    """Return code without its here documents and rows to copy, and the former with their lines."""
    if language == "sql":
        return _COPY_ROWS.sub(lambda rows: "\n" * rows.group().count("\n"), text), ()
    if language not in _HEREDOC_LANGUAGES or "<<" not in text:
        return text, ()
    parts: list[str] = []
    blocks: list[tuple[str, int]] = []
    at = line = 0
    for found in _HEREDOC.finditer(text):
        if found.start() < at:
            continue
        end = re.compile(rf"^[ \t]*{found[1]}\b", re.MULTILINE).search(text, found.end())
        if end is None or len(blocks) > _MOST_BLOCKS:
            break
        before, inside = text[at : found.end()], text[found.end() : end.start()]
        line += before.count("\n")
        blocks.append((inside, line))
        parts += [before, "\n" * inside.count("\n")]
        line += inside.count("\n")
        at = end.start()
    return "".join((*parts, text[at:])), blocks


def read_copies(text: str) -> Iterator[Entry]:
    """Yield the cells of the rows that a dump of PostgreSQL copies into its tables."""
    stop = 0
    for found in _COPY.finditer(text):
        if found.start() < stop:
            continue
        first = text.count("\n", 0, found.end()) + 1
        end = text.find(f"\n{_COPY_END}", found.end() - 1)
        stop = end if end >= 0 else len(text)
        rows = text[found.end() : stop].split("\n")
        header = [name.strip(' "') for name in found.group(1).split(",")]
        table = [(first - 1, header)]
        table += [(first + at, row.split("\t")) for at, row in enumerate(rows)]
        yield from read_rows(table, "tsv")
