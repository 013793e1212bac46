"""Quoting of single values, so that the reader named with each function gets them unchanged.

The functions raise ValueError for a text that the syntax cannot hold. No credential of X is such.
"""

from __future__ import annotations

import re
import unicodedata

# These need no quotes in a shell, python-dotenv, Node's dotenv, systemd and R. All of X's values
# are like this, so they get no quotes, which Docker would read as part of the value. A ~ means a
# folder to every shell, also behind a colon, and = the path of a program to zsh.
_PLAIN = re.compile(r"(?!=)(?:[A-Za-z0-9_%+/=.@-]|:(?!=))*")


def quote_dotenv(value: str) -> str:
    """Quote for all readers of .env files alike: sh, python-dotenv, Node, Compose, systemd.

    They agree on what is between single quotes, but for a quote, a backslash and ${…} in it, which
    python-dotenv expands, and on double quotes if nothing between them has a meaning.
    """
    if _PLAIN.fullmatch(value):
        return value
    if not re.search(r"['\\\n\r]|\$\{", value):
        return f"'{value}'"
    if not re.search(r"[\"\\$`!\n\r]", value):
        return f'"{value}"'
    raise ValueError("Readers of .env files disagree on this text.")


def quote_docker(value: str) -> str:
    """Return the text for docker run --env-file, which has neither quotes nor escapes."""
    if re.search(r"[\n\r\0]", value):
        raise ValueError("A file for docker --env-file has one line for each value.")
    return value


def quote_shell(value: str) -> str:
    """Quote for a POSIX shell if quotes are needed (2.2.2, single quotes)."""
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("'", "'\\''") + "'"


def quote_fish(value: str) -> str:
    """Quote for fish, where only these two are escapes within single quotes."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quote_powershell(value: str) -> str:
    """Quote for PowerShell, which also takes typographic quotes for the end of a text."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", value) + "'"


def quote_systemd(value: str) -> str:
    """Quote for EnvironmentFile= of systemd (systemd.exec(5)), which expands nothing."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\`$])', r"\\\1", value) + '"'


def quote_renviron(value: str) -> str:
    """Quote for .Renviron, where ${…} is expanded even between quotes."""
    if _PLAIN.fullmatch(value):
        return value
    if re.search(r"['\"\\\n\r]|\$\{", value):
        raise ValueError("R would read this text differently.")
    return f"'{value}'"


def escape_property(value: str) -> str:
    """Escape for java.util.Properties.load, whose files are Latin-1 with escapes."""
    escaped = "".join(_escape_character(sign) for sign in value)
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def _escape_character(sign: str) -> str:
    if sign == "\\":
        return "\\\\"
    if " " <= sign <= "~":
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def quote_double(value: str) -> str:
    """Quote for YAML and TOML, which share these escapes of double quotes."""
    return '"' + "".join(_escape_unprintable(sign) for sign in value) + '"'


def _escape_unprintable(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def quote_hcl(value: str) -> str:
    """Quote for Terraform, where ${ and %{ begin a template unless they are doubled.

    It joins letters with the accents that follow them, as in normal form C.
    """
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("Terraform would read another form of this text.")
    escaped = "".join(_escape_unprintable(sign) for sign in value)
    return '"' + re.sub(r"([$%])\{", r"\1\1{", escaped) + '"'


def quote_ini(value: str) -> str:
    """Return the text for Python's configparser, which takes a single % for a reference."""
    if value != value.strip() or re.search(r"[\n\r]", value):
        raise ValueError("configparser removes blanks around a value.")
    return value.replace("%", "%%")


def quote_python(value: str) -> str:
    """Return the text as a literal of Python."""
    return repr(value)
