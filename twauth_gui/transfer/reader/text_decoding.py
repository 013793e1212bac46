"""Bytes of a file to text, whatever wrote it: with or without a mark, old encodings, zero bytes."""

from __future__ import annotations

import codecs
import plistlib
import re
import struct
from collections.abc import Iterable
from typing import cast

_MARKS = (  # the longer ones first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_VARIABLE = re.compile(rb"[A-Za-z_]\w*=")
_PLIST = b"bplist00"
_MOST_PLIST_VALUES = 20_000
_LONGEST_SEQUENCE = 4  # bytes of one character in UTF-8


def decode(raw: bytes) -> str:
    """Return the text of a file's bytes; it never raises.

    A binary property list becomes the XML one with the same values.
    """
    if raw.startswith(_PLIST):
        text = _decode_plist(raw)
        if text:
            return text
    if _is_environment(raw):
        raw = raw.replace(b"\0", b"\n")
    return _decode_text(raw).replace("\0", "").lstrip("\ufeff")


def is_binary(raw: bytes) -> bool:
    """Whether the first bytes of a file are no text, in whatever encoding."""
    sample = raw[:_SAMPLE]
    if b"\0" not in sample or raw.startswith(_PLIST):
        return False
    is_marked = raw.startswith(tuple(mark for mark, _ in _MARKS))
    return not (is_marked or _guess_wide_encoding(raw) or _is_environment(raw))


def _is_environment(raw: bytes) -> bool:
    """Whether zero bytes part variables, as in /proc/PID/environ."""
    start = raw[:_SAMPLE].split(b"\0")[:-1]
    return len(start) > 1 and all(map(_VARIABLE.match, start))


def _decode_text(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    wide = _guess_wide_encoding(raw)
    if wide:
        return raw.decode(wide, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(raw) - error.start < _LONGEST_SEQUENCE and error.reason == "unexpected end of data":
            return raw[: error.start].decode("utf-8")  # cut off within a character
    return raw.decode("cp1252", "replace")


def _guess_wide_encoding(raw: bytes) -> str:
    """Return the UTF-16 or UTF-32 that bytes without a mark are in; "" if they are in neither."""
    sample = raw[:_SAMPLE]
    if b"\0" not in sample:
        return ""
    zeros = [sample[at::4].count(0) for at in range(4)]
    quarter = max(len(sample) // 4, 1)
    usual = [count > quarter * 0.6 for count in zeros]
    found = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return found.get((usual[0], usual[1], usual[2], usual[3]), "")


def _decode_plist(raw: bytes) -> str:
    try:
        root: object = plistlib.loads(raw)
        if not _is_small(root):
            return ""
        return plistlib.dumps(cast("dict[str, object]", root), sort_keys=False).decode(
            "utf-8", "replace"
        )
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error):
        return ""  # broken in one of many ways
    except (plistlib.InvalidFileException, RecursionError, MemoryError):
        return ""


def _is_small(root: object) -> bool:
    """Whether the values are few: lists within lists that share their parts may be endless."""
    waiting, seen = [root], 0
    while waiting:
        seen += 1
        if seen + len(waiting) > _MOST_PLIST_VALUES:
            return False
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(cast("Iterable[object]", node.values()))
        elif isinstance(node, list):
            waiting.extend(cast("Iterable[object]", node))
    return True
