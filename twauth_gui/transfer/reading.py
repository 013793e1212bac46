"""Values read from a text, before they are assigned to fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from twauth_gui.transfer.credential_formats import Field, clean_value
from twauth_gui.transfer.names import Weight

_NO_VALUE = re.compile(
    r"""[.\u2026*\u2022xX_-]+ | (?i:none|null|nil|undefined|true|false|todo|change_?me|string)
    | (?i:your|my|insert|enter|replace)[_ -].* | your[a-z]* | [$%<{\[(].*
    | (?:process|os|import|env|config|settings|secrets)\..* | .{0,20}getenv | input | getpass.*""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST_VALUE = 1024


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """A value with the field that its name means.

    block: the object or section it was in. handle: of its account, as the text has it, or "".
    """

    field: Field
    weight: Weight
    value: str
    block: int = 0
    handle: str = ""


@dataclass(slots=True, repr=False)
class Reading:
    """Named and bare values in the order of the text.

    unread: lines that were not understood. empty: fields whose name has no value. handles: all
    handles in the text, in its order. is_cut: whether the text was too long to be read to its end.
    """

    pairs: list[Pair] = field(default_factory=list[Pair])
    bare: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])
    empty: list[Field] = field(default_factory=list[Field])
    handles: list[str] = field(default_factory=list[str])
    is_cut: bool = False

    def add(
        self, meaning: tuple[Field, Weight], text: str, block: int = 0, handle: str = ""
    ) -> None:
        """Add a named value; a placeholder or a reference to a variable counts as empty."""
        value = tidy(text)
        if value:
            self.pairs.append(Pair(*meaning, value, block, handle))
        else:
            self.empty.append(meaning[0])


def tidy(text: str) -> str:
    """Return the clean value, or "" if the text is only a placeholder."""
    value = clean_value(text)
    if _NO_VALUE.fullmatch(value) or len(value) > _LONGEST_VALUE:
        return ""
    # A lone surrogate can come out of a JSON escape; no file and no request can carry it.
    return "" if any("\ud800" <= sign <= "\udfff" for sign in value) else value
