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
    bare = bare_handle(text)
    if not bare:
        return ""
    if not _HANDLE.fullmatch(bare):
        raise HandleError("A handle has up to 15 letters, digits and underscores.")
    return bare


def bare_handle(text: str) -> str:
    """Take off what people write around a handle, whatever is left then."""
    return _LINK.sub("", text.strip()).split("/", 1)[0].split("?", 1)[0].lstrip("@")


def same_handle(one: str, other: str) -> bool:
    """Compare as X does: without regard to case."""
    return one.casefold() == other.casefold()


def read_handles(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read a pasted list, whatever stands between: the handles, each once, and what is none."""
    handles: dict[str, str] = {}
    others: list[str] = []
    for word in re.split(r"[\s,;]+", text):
        try:
            handle = clean_handle(word.strip("\"'<>()[]"))
        except HandleError:
            others.append(word)
            continue
        if handle:
            handles.setdefault(handle.casefold(), handle)
    return tuple(handles.values()), tuple(others)
