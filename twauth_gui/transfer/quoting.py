"""Writes one value so that every reader of the syntax gets exactly that value back."""

from __future__ import annotations

import re
import unicodedata

# Means itself in a shell, in python-dotenv, in Node's dotenv, for Docker's --env-file. All of
# X's values are of this kind, so quotes, which Docker would keep, appear for nothing of X.
_PLAIN = re.compile(r"[A-Za-z0-9_%+/=.:@~-]*")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def dotenv_value(value: str) -> str:
    """Quote for a POSIX shell where quotes are needed (2.2.2, single quotes)."""
    if _PLAIN.fullmatch(value) and not value.startswith("~"):
        return value
    return "'" + value.replace("'", "'\\''") + "'"


def properties_value(value: str) -> str:
    """Escape for java.util.Properties.load, whose files are Latin-1 with escapes."""
    escaped = "".join(_property_sign(sign) for sign in value)
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def one_line(text: str) -> str:
    """Make a label harmless in a comment: no line break, no invisible or control sign."""
    shown = "".join(
        " " if unicodedata.category(sign) in _HIDDEN_CATEGORIES else sign for sign in text
    )
    return " ".join(shown.split())


def _property_sign(sign: str) -> str:
    if sign == "\\":
        return "\\\\"
    if " " <= sign <= "~":
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
