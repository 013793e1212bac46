"""Read guards.toml: the lines of the program that a promise rests on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUARDS_FILE = Path(__file__).with_name("guards.toml")


@dataclass(frozen=True, slots=True)
class Guard:
    """Some lines that keep a promise, and what is left of them without it.

    what: says what the lines do, for the report.
    file: relative to the root of the source tree.
    code, without: the lines as they are, and what takes their place.
    test: the node id of the test that has to fail then. select: for pytest's -k, or "".
    """

    what: str
    file: str
    code: str
    without: str
    test: str
    select: str = ""

    def remove_from(self, source: str) -> str:
        """Return the source without the guard.

        Raises:
            ValueError: the code is not there exactly once: the table is out of date.
        """
        if source.count(self.code) != 1:
            raise ValueError(f"{self.file} has {source.count(self.code)} times: {self.code}")
        return source.replace(self.code, self.without)


def read_guards() -> list[Guard]:
    """Return all guards, in the order of the file."""
    found = tomllib.loads(GUARDS_FILE.read_text(encoding="utf-8"))["guard"]
    return [Guard(**{name: text.strip("\n") for name, text in one.items()}) for one in found]
