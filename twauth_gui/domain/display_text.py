"""Text that is shown: printable names, counted nouns, labels of stored values. Imports nothing.

A handle, a name or a label comes from X, from another tool's file, from a backup. A control
character in it could move the cursor of a terminal, overwrite text, or start a line of its own; a
mark that reverses the direction of writing shows one name as another.

It imports nothing: twauth list needs these functions and hardly more time than Python's own start.
"""

from __future__ import annotations

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LINE_BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_DIRECTION_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE_MARKS = dict.fromkeys(map(ord, f"{_DIRECTION_MARKS}\u200b\u2060\ufeff"))
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), *map(ord, _DIRECTION_MARKS), *range(0xD800, 0xE000))

_LINE_TABLE = dict.fromkeys(_CONTROLS, _REPLACEMENT) | dict.fromkeys(map(ord, _LINE_BREAKS), " ")
_TEXT_TABLE = _LINE_TABLE | {ord("\n"): "\n"}


def to_printable_line(text: str) -> str:
    """Return the text as one printable line: line breaks become blanks."""
    return text if text.isprintable() else text.translate(_LINE_TABLE)


def is_fully_printable(text: str) -> bool:
    """Whether every character of a name can be shown, and none replaces one that could not."""
    return text.isprintable() and _REPLACEMENT not in text


def to_printable_text(text: str) -> str:
    """Return a text of several lines as printable text; its line breaks stay."""
    return text if text.isprintable() else text.translate(_TEXT_TABLE)


def remove_invisible_marks(text: str) -> str:
    """Return the text without marks of writing direction and of breaks, which nobody sees."""
    return text if text.isascii() else text.translate(_INVISIBLE_MARKS)


def make_fields_printable(thing: object, *names: str) -> None:
    """Make fields of a frozen dataclass printable, from its __post_init__."""
    for name in names:
        text: str = getattr(thing, name)
        if not text.isprintable():
            object.__setattr__(thing, name, text.translate(_LINE_TABLE))


def pluralize(number: int, thing: str) -> str:
    """Return the count with its noun: "1 account", "2 accounts", "1,000 accounts"."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def name_in_sentence(name: str) -> str:
    """Return the name of a vault as it stands within a sentence: "the encrypted file"."""
    return f"the {name[4:]}" if name.startswith("The ") else name


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def format_day_of_month(day: int, month: int) -> str:
    """Return a date as "13 June", in English: strftime would use the locale, which Qt sets."""
    return f"{day} {MONTHS[month - 1]}"


HEALTH_LABELS = {
    "never-checked": "Never checked",
    "working": "Working",
    "read-only": "Read only",
    "revoked": "Revoked",
    "suspended": "Suspended",
    "locked": "Locked by X",
    "app-problem": "App problem",
    "cannot-tell": "Cannot tell",
    "credential-missing": "Missing",
}

ACCESS_BADGES = {
    "read": "R",
    "read-write": "RW",
    "read-write-directmessages": "RW+DM",
}
