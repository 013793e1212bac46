"""Names with values in one line: one pair, several, or a value with a remark that names it."""

from __future__ import annotations

import re
from itertools import pairwise

from twauth_gui.transfer.reader.field_names import find_meaning, is_handle, split_name
from twauth_gui.transfer.reader.line_values import (
    clean_name,
    looks_like_credential,
    may_end_in_credential,
    unquote,
)

LONGEST_ROW = 4_000
FEWEST_PARTS = 2
_LONGEST_TEXT = 16 * 1024
_ADDRESS = re.compile(r"[a-z]+://[^\s?]*+\?")
_PARTS = re.compile(r"[&;,\s]+")
_PART = re.compile(r"[A-Za-z_][\w.-]*+=[^=]*+=*+")
_FEW_SEPARATORS = 4  # at the end of a line: a key has few of their signs in it
_LISTED = re.compile(r"[,;|][ \t]+|[ \t]{3,}")
_REMARK = re.compile(r"([^\s=:,;]++)[ \t]++(?:#|//|--|;|<-|(?=\())[ \t]*+([^=:]{2,60})")
SEPARATOR = re.compile(r"=>|:=|<-|->|=|(?<!:):(?!:)|\uff1a|[ \t]+[-\u2013\u2014][ \t]+|\t+|[ ]{2,}")
_NAMED = re.compile(
    r"(?<![\w.$/])[@:-]{0,2}([A-Za-z_][\w.-]{1,59}+)[\"']?[ ]{0,2}(?:=>|[=:])[ ]{0,2}[\"']?"
    r"([A-Za-z0-9_%+/.~-]{4,600}+(?:=++(?![\"']))?+)(?=[\"'\s,;&>})|]|$)",
    re.ASCII,
)


def split_parts(text: str) -> list[tuple[str, str]]:
    """Return the pairs of a line of several; [] if it is no such line."""
    if text.count("=") < FEWEST_PARTS and text.count(":") < FEWEST_PARTS:
        return []
    text = _ADDRESS.sub("", text, count=1)
    return _split_assigned(text) or _split_listed(text)


def _split_assigned(text: str) -> list[tuple[str, str]]:
    """Return the pairs of name=value, with any separator between them."""
    if text.count("=") < FEWEST_PARTS or '"' in text:
        return []
    parts = [part for part in _PARTS.split(text.strip("?;,& ")) if part]
    if len(parts) > FEWEST_PARTS and "=" not in parts[0]:  # a host, and its variables
        parts = parts[1:]
    if len(parts) < FEWEST_PARTS or not all(map(_PART.fullmatch, parts)):
        return []
    return [(part.partition("=")[0], part.partition("=")[2]) for part in parts]


def _split_listed(text: str) -> list[tuple[str, str]]:
    """Return the pairs of a list, if each of its parts ends in a credential."""
    if not may_end_in_credential(text):
        return []
    parts = [part.strip() for part in _LISTED.split(text.strip(" ,;"))]
    if len(parts) < FEWEST_PARTS or not all(map(may_end_in_credential, parts)):
        return []
    pairs: list[tuple[str, str]] = []
    for part in parts:
        name, separator, value = split_prose(part)
        if not (name and separator.strip() and looks_like_credential(value)):
            return []
        pairs.append((name, unquote(value)))
    return pairs


def find_named(text: str) -> list[tuple[str, str]]:
    """Return the credentials that a line names one after another, as logs and commands do.

    Empty if it names fewer than two.
    """
    if len(text) > _LONGEST_TEXT:
        return []
    pairs: list[tuple[str, str]] = []
    count = 0
    for name, value in _NAMED.findall(text):
        core = split_name(name).core
        if looks_like_credential(value) and find_meaning(core) is not None:
            count += 1
            pairs.append((name, value))
        elif is_handle(core):
            pairs.append((name, value))
    return pairs if count >= FEWEST_PARTS else []


def split_remark(text: str) -> tuple[str, str, str] | None:
    """Return the pair of a line that says what its value is behind it: VALUE # consumer key."""
    found = _REMARK.fullmatch(text) if len(text) < LONGEST_ROW else None
    if found is None or not looks_like_credential(found.group(1)):
        return None
    name = clean_name(found.group(2).strip("() "))
    is_field = name and find_meaning(split_name(name).core)
    return (name, "=", found.group(1)) if is_field else None


def split_prose(text: str) -> tuple[str, str, str]:
    """Return what the first separator parts, or that right before the only word of a value."""
    row = text[:LONGEST_ROW]
    last = [*SEPARATOR.finditer(row)][-_FEW_SEPARATORS:] if may_end_in_credential(text) else []
    for before, found in pairwise(last):
        if looks_like_credential(text[found.end() :].strip(" \t*`\"'")):
            name = clean_name(text[before.end() : found.start()])
            if find_meaning(split_name(name).core):
                return name, found.group(), text[found.end() :].strip(" \t*")
    for found in SEPARATOR.finditer(row):
        value = text[found.end() :].strip(" \t*")
        if found.group() == ":" and value.startswith("//"):
            continue
        return clean_name(text[: found.start()]), found.group(), value
    head, _, word = text.rpartition(" ")
    if head and looks_like_credential(word) and len(text) < LONGEST_ROW:
        return clean_name(head), " ", word
    return "", "", ""
