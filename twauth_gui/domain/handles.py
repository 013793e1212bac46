"""Handles as people write them."""

from __future__ import annotations

import re

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LINK = re.compile(r"^(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/", re.IGNORECASE)


class HandleError(ValueError):
    """The text is no handle of X."""


def clean_handle(text: str) -> str:
    """Return the bare handle of "@name", "name" or a profile's address; "" for nothing.

    Raises:
        HandleError: it is something else; X allows up to 15 letters, digits and underscores.
    """
    bare = _LINK.sub("", text.strip()).split("/", 1)[0].split("?", 1)[0].lstrip("@")
    if not bare:
        return ""
    if not _HANDLE.fullmatch(bare):
        raise HandleError("A handle has up to 15 letters, digits and underscores.")
    return bare


def same_handle(one: str, other: str) -> bool:
    """Compare as X does: without regard to case."""
    return one.casefold() == other.casefold()
