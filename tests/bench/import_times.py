"""Measure the reading of files to import: at two lengths, and beside a library's parser."""

from __future__ import annotations

import configparser
import csv
import io
import json
import random
import string
import time
import tokenize
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import yaml

from tests.bench.comparison import Comparison
from twauth_gui.transfer.found_credentials import FoundFile
from twauth_gui.transfer.tools.reader import read_file

_TOPIC = "Reading files to import"
_LENGTH_AIM = 5
_FIELDS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
_LENGTHS = (25, 50, 40, 45)
_SIGNS = string.ascii_letters + string.digits

Account = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Format:
    """write: makes a file of accounts. parse: gives its text to the library."""

    file_name: str
    write: Callable[[Iterable[Account]], str]
    parser: str
    parse: Callable[[str], object]


def measure_imports(folder: Path, runs: int, kibibytes: int) -> list[Comparison]:
    """Measure each format, its lengths and its parser in turns, in processor time."""
    folder.mkdir(parents=True, exist_ok=True)
    return [row for one in _FORMATS for row in _measure(folder, one, min(runs, 5), kibibytes)]


def _measure(folder: Path, one: _Format, runs: int, kibibytes: int) -> list[Comparison]:
    lengths = (kibibytes * 1024 // 4, kibibytes * 1024)
    few, many = (folder / f"{length}-{one.file_name}" for length in lengths)
    text = ""
    for path, length in zip((few, many), lengths, strict=True):
        text = _write_accounts(one, length)
        _ = path.write_text(text, encoding="utf-8")
    count = len(_read(many).accounts)
    times = [
        (_time(lambda: _read(few)), _time(lambda: _read(many)), _time(lambda: one.parse(text)))
        for _ in range(runs)
    ]
    name = f"{one.file_name}, {kibibytes:,} KiB, {count:,} accounts"
    return [
        Comparison(
            _TOPIC,
            *(name, f"{one.parser}, which knows no keys"),
            [(long, parsed) for _, long, parsed in times],
        ),
        Comparison(
            _TOPIC,
            *(name, "the same, a quarter as long"),
            [(long, short) for short, long, _ in times],
            aim=_LENGTH_AIM,
        ),
    ]


def _write_accounts(one: _Format, length: int) -> str:
    """Write as many accounts as the length holds, each with values of its own."""
    each = len(one.write([_invent_account(10_000), _invent_account(10_001)])) // 2
    return one.write(_invent_account(10_000 + number) for number in range(length // (each + 1)))


def _invent_account(number: int) -> Account:
    draw = random.Random(number)  # noqa: S311 - invented
    values = ["".join(draw.choices(_SIGNS, k=length)) for length in _LENGTHS]
    values[2] = f"{10**18 + number}-{values[2]}"
    return {"screen_name": f"bot_{number}", **dict(zip(_FIELDS, values, strict=True))}


def _read(path: Path) -> FoundFile:
    return read_file(path)


def _time(work: Callable[[], object]) -> float:
    began = time.process_time()
    _ = work()
    return time.process_time() - began


def _write_csv(accounts: Iterable[Account]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["screen_name", *_FIELDS])
    writer.writeheader()
    writer.writerows(accounts)
    return text.getvalue()


def _write_ini(accounts: Iterable[Account]) -> str:
    return "\n".join(
        f"[{one['screen_name']}]\n" + "".join(f"{name} = {one[name]}\n" for name in _FIELDS)
        for one in accounts
    )


def _write_xml(accounts: Iterable[Account]) -> str:
    rows = "".join(
        f"<bot name='{one['screen_name']}'>"
        + "".join(f"<{name}>{one[name]}</{name}>" for name in _FIELDS)
        + "</bot>\n"
        for one in accounts
    )
    return f"<bots>\n{rows}</bots>\n"


def _write_python(accounts: Iterable[Account]) -> str:
    return "BOTS = [\n" + "".join(f"    {one!r},\n" for one in accounts) + "]\n"


def _write_yaml(accounts: Iterable[Account]) -> str:
    return "".join(
        f"{one['screen_name']}:\n" + "".join(f"  {name}: {one[name]}\n" for name in _FIELDS)
        for one in accounts
    )


def _parse_ini(text: str) -> object:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return parser


_FORMATS = (
    _Format("a.json", lambda accounts: json.dumps([*accounts]), "json", json.loads),
    _Format("a.csv", _write_csv, "csv", lambda text: [*csv.reader(io.StringIO(text))]),
    _Format("a.ini", _write_ini, "configparser", _parse_ini),
    _Format("a.yaml", _write_yaml, "PyYAML", lambda text: [*yaml.parse(text, yaml.CBaseLoader)]),
    _Format("a.xml", _write_xml, "expat", ET.fromstring),
    _Format(
        "a.py",
        _write_python,
        "tokenize",
        lambda text: [*tokenize.generate_tokens(io.StringIO(text).readline)],
    ),
)
