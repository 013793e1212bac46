"""Reader of printed_errors.txt: what bots print when X refuses them, with the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PRINTED_ERRORS = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True)
class PrintedError:
    """One text and its diagnosis; more: the kinds of what else the text holds, the last first."""

    name: str
    text: str
    kind: str
    status: str = ""
    endpoint: str = ""
    title: str = ""
    more: str = ""


def _read_block(block: str) -> PrintedError:
    head, _, text = block.partition("\n---\n")
    name, *fields = head.splitlines()
    fields_by_name = dict(line.split(": ", 1) for line in fields)
    text = text.rstrip("\n").replace("␛", "\x1b").replace("␍", "\r")
    return PrintedError(name.strip(), text, **fields_by_name)


SAMPLES = tuple(
    _read_block(block)
    for block in f"\n{PRINTED_ERRORS.read_text(encoding='utf-8')}".split("\n=== ")[1:]
)

NOTHING = (
    "",
    " \n\t ",
    "hello",
    "All 403 tests passed in 3.14 s",
    "bot.py: line 403",
    "port 443, 500 posts, 404.5 kB",
    "{'a': 1}",
    "{",
    "}" * 50,
    "SELECT * FROM posts LIMIT 500",
    'HTTP/1.1 200 OK\n\n{"data":{"id":"1","text":"hi"}}',
)
"""Texts that hold no refusal."""
