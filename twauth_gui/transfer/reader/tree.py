"""Trees of named texts with their lines: what JSON, YAML, TOML and XML have in common.

It is apart from structured.py, which builds them, and nested_values.py, which walks them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_NODES = 40_000
"""The keys of thousands of accounts; aliases and shared parts cannot make more of it."""


@dataclass(slots=True)
class Scalar:
    """A single value.

    is_literal: False if a tag or the like makes something else of it. text_line: where its text
    begins if it has several lines in the file; 0 if all of it is in one line there.
    """

    value: str
    line: int
    is_literal: bool = True
    text_line: int = 0


@dataclass(slots=True)
class Items:
    """Values in their order."""

    values: list[Tree] = field(default_factory=list["Tree"])


@dataclass(slots=True)
class Members:
    """Named values in their order; a name may come twice."""

    pairs: list[tuple[str, Tree]] = field(default_factory=list[tuple[str, "Tree"]])

    def get(self, name: str) -> Tree | None:
        return next((value for known, value in self.pairs if known == name), None)

    def text_of(self, name: str) -> str:
        """Return the scalar of this name; "" if there is none."""
        found = self.get(name)
        return found.value if isinstance(found, Scalar) else ""


Tree = Scalar | Items | Members
