"""Makes names that came from elsewhere safe to print, wherever they are shown.

A handle, a name or a label comes from X, from another tool's file, from a backup. A control sign in
it could move the cursor of a terminal, rewrite what stands there, or start a line of its own; a
mark that turns the direction of writing around shows one name as another.
"""

from __future__ import annotations

_UNSHOWN = "\N{REPLACEMENT CHARACTER}"
_BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), *map(ord, _TURNS), *range(0xD800, 0xE000))

_IN_A_LINE = dict.fromkeys(_CONTROLS, _UNSHOWN) | dict.fromkeys(map(ord, _BREAKS), " ")
_IN_A_TEXT = _IN_A_LINE | {ord("\n"): "\n"}


def printable(text: str) -> str:
    """Return the text as one line that says what it shows: breaks become blanks."""
    return text if text.isprintable() else text.translate(_IN_A_LINE)


def is_shown_whole(text: str) -> bool:
    """Whether every sign of a name can be shown: none stands for one that was taken out."""
    return text.isprintable() and _UNSHOWN not in text


def printable_text(text: str) -> str:
    """Return a text of several lines likewise; its line ends stay."""
    return text if text.isprintable() else text.translate(_IN_A_TEXT)


def keep_printable(thing: object, *names: str) -> None:
    """Make fields of a frozen dataclass printable, from its __post_init__."""
    for name in names:
        text: str = getattr(thing, name)
        if not text.isprintable():
            object.__setattr__(thing, name, text.translate(_IN_A_LINE))
