"""Objects within objects, as values by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from twauth_gui.transfer.merge.text_edits import EMPTY_LEVEL, MergeRefusedError, NamePath

_DEEPEST = 100
_MOST_VALUES = 50_000
_END = object()


def flatten(root: object) -> dict[NamePath, object]:
    """Return each value that is no object with names; a list is one value.

    Raises:
        MergeRefusedError: the root is no object, or there are too many values or levels.
    """
    if not isinstance(root, dict):
        raise MergeRefusedError("The file is a list or a single value, not an object with names.")
    found: dict[NamePath, object] = {}
    waiting: list[tuple[NamePath, Iterator[tuple[str, object]]]] = []
    waiting.append(((), iter(cast("dict[str, object]", root).items())))
    while waiting:
        path, members = waiting[-1]
        name, value = next(members, ("", _END))
        below = (*path, name)
        if value is _END:
            waiting.pop()
        elif isinstance(value, dict) and value:
            waiting.append((below, iter(cast("dict[str, object]", value).items())))
        else:
            found[below] = value
        if len(path) > _DEEPEST or len(found) > _MOST_VALUES:
            raise MergeRefusedError("The file has too many values or levels.")
    return found


def show_leaves(values: Mapping[NamePath, object]) -> dict[NamePath, str]:
    """Return for each value a text that no other value has, of whatever type."""
    try:
        return {path: EMPTY_LEVEL if value == {} else repr(value) for path, value in values.items()}
    except RecursionError:
        raise MergeRefusedError("The file has too many levels.") from None
