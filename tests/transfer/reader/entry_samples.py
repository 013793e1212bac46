"""Small files in the shapes of public repositories, and the entries that must come of each.

samples.txt holds them: a line "=== what it is | file name", the file, a line "---", then the
entries, "outer > name = value"; those that begin with "!" are not literal. KKKK, SSSS, TTTT and
UUUU stand for a key, its secret, a token and its secret; K222 and so on are another account's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.transfer.reader.entries import Entry

VALUES = {
    "KKKK": "C3J27XDCG2LmlZGEONYlgCtjf",
    "SSSS": "IZ4SOcMz9CPVNPkNa1Hedcm4pMbXDuCL1mHoOsFaQfDPrAJ71f",
    "TTTT": "1234567811-TquWoGsbeKXgzg2sye9b2Rann76dEyTzAeKOmXRr",
    "UUUU": "vftva9AW7hipTgadDZFlRJmCGmUXiAPyhzAnar3ZLt4bn",
    "K222": "96ipbNClShVP4wY4for9duMl7",
    "S222": "JRU7BT4dK4bLqtAml2hLH8UX98KdSuNvql9zt5X399PGjr0rQS",
    "T222": "1234567822-lBdvI5cA7qGsH4AzQ76ltKxzLbtKMJIHBWR5HBff",
    "U222": "CwgBXzd718mGpzagD5mkbIywlv6wOmCceIiYXPVmPSgdm",
}
_KEYS = frozenset(VALUES.values())

Wanted = tuple[tuple[str, ...], str, bool]
"""A path, its value, and whether that is a literal."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A file and its entries; those with other values than keys may be more."""

    name: str
    file_name: str
    text: str
    wanted: tuple[Wanted, ...]

    def find_problems(self, entries: Sequence[Entry]) -> list[str]:
        """Return what is missing, and which keys are there under other names."""
        found = [(entry.path, entry.value, entry.is_literal) for entry in entries]
        missing = [f"missing: {wanted}" for wanted in self.wanted if wanted not in found]
        keys = [entry for entry in found if entry[1] in _KEYS]
        wanted_keys = [entry for entry in self.wanted if entry[1] in _KEYS]
        more = [f"not wanted: {key}" for key in keys if key not in wanted_keys]
        if not missing and not more and len(keys) != len(wanted_keys):
            return ["a key comes twice"]
        lines = self.text.split("\n")
        astray = [
            f"not in line {entry.line}: {entry.path}"
            for entry in entries
            if entry.value in _KEYS and entry.value not in "\n".join(lines[entry.line - 1 :][:2])
        ]
        return missing + more + astray


def _parse(data: str) -> Iterator[Sample]:
    for block in data.split("=== ")[1:]:
        head, _, rest = block.partition("\n")
        name, _, file_name = head.partition("|")
        text, _, wanted = rest.rpartition("---\n")
        for short, value in VALUES.items():
            text, wanted = text.replace(short, value), wanted.replace(short, value)
        yield Sample(
            name.strip(), file_name.strip(), text, tuple(map(_parse_wanted, wanted.splitlines()))
        )


def _parse_wanted(line: str) -> Wanted:
    names, _, value = line.removeprefix("! ").partition("=")
    path = tuple(name.strip() for name in names.split(" > ") if name.strip())
    return path, value.strip(), not line.startswith("!")


SAMPLES = tuple(_parse((Path(__file__).parent / "samples.txt").read_text("utf-8")))
