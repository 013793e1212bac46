"""What the path to a value says: the field, the group it belongs to, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.reader.field_names import (
    NameMeaning,
    NameWords,
    find_meaning,
    forget_names,
    is_index,
    is_made_of,
    is_row,
    rank_handle,
    split_name,
)
from twauth_gui.transfer.reader.services import (
    find_holder_service,
    find_other_service,
    names_x,
)

_CALL = "()"
_MEMBER = re.compile(r"->|::|\.")
_DEEPEST = 12
# Where password managers keep the parts of one item.
_PARTS_OF_ITEM = frozenset({
    "login", "fields", "notes", "note", "details", "overview", "sections", "loginfields",
    "notesplain", "customfields", "extra", "extrafields", "content", "metadata",
})  # fmt: skip
_NO_WORDS = NameWords((), frozenset(), ())


class GroupKey(NamedTuple):
    """The group that a value belongs to.

    context: sections, objects and rows around it. labels: the words of its own name that tell
    accounts apart, such as a number.
    """

    context: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def enclosing(self) -> Iterator[GroupKey]:
        """Yield this group, then those around it, the nearest first."""
        yield self
        for length in range(len(self.context), -1, -1):
            wider = GroupKey(self.context[:length])
            if wider != self:
                yield wider


_CLASSES = frozenset({"Arrays", "Collections", "List", "Map", "Set", "Stream", "Object", "Array"})
"""On which a call makes a collection of its arguments."""


class PathMeaning(NamedTuple):
    """What the path to a value says.

    fields: that its name can mean, the likeliest first; none for a bare value and for other names.
    is_vague: the value's format must agree. is_bare: it has no name of its own. service: another
    one than X that the path names, or "". is_of_x: the path names X. handle: as rank_handle()
    returns it. holders: the names around it, as they are written.
    """

    scope: GroupKey
    fields: tuple[Field, ...] = ()
    is_vague: bool = False
    is_bare: bool = False
    service: str = ""
    is_of_x: bool = False
    handle: int = 0
    holders: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def interpret_path(path: tuple[str, ...], *, is_mixed: bool = False) -> PathMeaning:
    """Return what a path says, from the value's own name outwards.

    is_mixed: it leads into a list of different fields, whose name says nothing about one of them.
    """
    path = path[-_DEEPEST:]
    steps = _steps(path)
    if not steps or is_index(steps[-1]):
        is_argument = len(path) > 1 and path[-2].endswith(_CALL)
        meaning = _interpret_bare(steps, is_mixed=is_mixed or is_argument)
    else:
        meaning = _interpret_named(steps)
    service, is_of_x = _find_owner(path)
    if service or is_of_x:
        return meaning._replace(service=service, is_of_x=is_of_x)
    return meaning


@contextmanager
def names_of_a_text() -> Generator[None]:
    """Forget the names that were met within this context: a key can be one, as in twurl's file."""
    try:
        yield
    finally:
        interpret_path.cache_clear()
        _context_of.cache_clear()
        _owner_of.cache_clear()
        forget_names()


def shown_name(path: tuple[str, ...]) -> str:
    """Return the name by which a value is told to the user; "" for a bare one."""
    return next((name for name in reversed(path) if not is_index(name) and not is_row(name)), "")


def _steps(path: Sequence[str]) -> tuple[str, ...]:
    """Return the path without the functions that are called, but with what they are called on.

    A call of one argument is the name of that argument.
    """
    steps: list[str] = []
    for at, name in enumerate(path):
        if not name.endswith(_CALL):
            steps.append(name)
            continue
        *receivers, function = _MEMBER.split(name.removesuffix(_CALL))
        steps.extend(name for name in receivers[:2] if name not in _CLASSES)
        is_last = at == len(path) - 1
        if is_last and (not steps or find_meaning(split_name(function).core)):
            steps.append(function)
    return tuple(steps)


def _interpret_named(steps: tuple[str, ...]) -> PathMeaning:
    words, parent = split_name(steps[-1]), _words_of_parent(steps)
    meaning = find_meaning(words.core)
    handle = rank_handle(words.core)
    if handle:
        return _build(steps[:-1], words.labels, handle=handle)
    if meaning is None:
        return _interpret_unknown(steps, words, parent)
    if meaning.is_vague and parent.core:
        joined = find_meaning(words.core | parent.core)
        if joined is not None and not joined.is_vague:
            return _build(steps[:-2], (*parent.labels, *words.labels), joined)
    return _build(steps[:-1], words.labels, meaning)


def _interpret_unknown(steps: tuple[str, ...], words: NameWords, parent: NameWords) -> PathMeaning:
    """Interpret access_tokens.fernwick_news: the kind outside, the account inside."""
    meaning = find_meaning(parent.core)
    if meaning is None or meaning.is_vague or words.core:
        return _build(steps[:-1], words.labels)
    by_kind = NameMeaning(meaning.fields, is_vague=True)
    return _build(steps[:-2], (*parent.labels, *words.labels), by_kind)


def _interpret_bare(steps: tuple[str, ...], *, is_mixed: bool) -> PathMeaning:
    parent = _words_of_parent(steps)
    meaning = find_meaning(parent.core)
    if meaning is None or is_mixed:
        return _build(steps[:-1], (), is_bare=True)
    by_kind = NameMeaning(meaning.fields, is_vague=True)
    return _build(steps[:-2], (*parent.labels, steps[-1]), by_kind, is_bare=True)


def _build(
    around: tuple[str, ...],
    labels: tuple[str, ...],
    meaning: NameMeaning | None = None,
    *,
    handle: int = 0,
    is_bare: bool = False,
) -> PathMeaning:
    return PathMeaning(
        GroupKey(_context_of(around), tuple(sorted(labels))),
        meaning.fields if meaning else (),
        is_vague=meaning is not None and meaning.is_vague,
        is_bare=is_bare,
        handle=handle,
        holders=around,
    )


@lru_cache(maxsize=256)
def _context_of(around: tuple[str, ...]) -> tuple[str, ...]:
    """Return of the names around a value those that tell its group from others."""
    steps = [step.casefold().strip() for step in around if not is_made_of(split_name(step))]
    before = ["", *steps]
    return tuple(
        step
        for step, outer in zip(steps, before, strict=False)
        if not (step in _PARTS_OF_ITEM or (step == "[0]" and outer in _PARTS_OF_ITEM))
    )


def _words_of_parent(steps: tuple[str, ...]) -> NameWords:
    return split_name(steps[-2]) if len(steps) > 1 else _NO_WORDS


def _find_owner(path: tuple[str, ...]) -> tuple[str, bool]:
    """Return the service whose name is nearest to the value, or whether it is X's."""
    for depth, step in enumerate(reversed(path)):
        service, is_of_x = _owner_of(step, is_holder=depth > 0)
        if service and (not is_of_x or depth == 0):
            return service, False
        if is_of_x and not service:
            return "", True
    return "", False


@lru_cache(maxsize=1024)
def _owner_of(step: str, *, is_holder: bool) -> tuple[str, bool]:
    """Return the other service that a name mentions, or "", and whether it mentions X."""
    words = split_name(step.removesuffix(_CALL)).all
    return (find_holder_service if is_holder else find_other_service)(words), names_x(words)
