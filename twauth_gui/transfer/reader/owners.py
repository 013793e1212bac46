"""What an object says of its keys by other values: the service (type: mastodon), its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.field_names import is_handle, is_index, split_name
from twauth_gui.transfer.reader.name_paths import PathMeaning, interpret_path
from twauth_gui.transfer.reader.services import find_holder_service, find_named_service, names_x
from twauth_gui.transfer.reader.value_kinds import ReadValue, could_be_key

_NAMES = frozenset({"type", "service", "platform", "provider", "network", "kind", "site", "name"})
_NAME = "name"
_TITLE = "title"
# Beside the name of an entry, as Bitwarden, LastPass and Proton Pass write it.
_MARKS = frozenset({"notes", "note", "grouping"})
_LONGEST = 30
_COMMENT = re.compile(r"[ \t]{0,8}(?:#|//|;|--)")
_HEADING = re.compile(r"[ \t]{0,8}(?:#|//|;|--)[ \t#/=*~-]{0,20}(\w[\w .]{1,30}?)[ \t#=*~:-]{0,80}")


class CommentHeadings:
    """Finds the other service that a comment above a block of lines says its keys are of."""

    def __init__(self, text: str) -> None:
        self._services: dict[int, str] = {}
        service, has_values = "", False
        for at, line in enumerate(text.splitlines(), 1):
            if _COMMENT.match(line):
                found = _HEADING.fullmatch(line)
                service, has_values = _service_of(found.group(1) if found else ""), False
            elif not line.strip():
                service = "" if has_values else service
            elif service:
                self._services[at], has_values = service, True

    def add_owner(self, line: int, meaning: PathMeaning) -> PathMeaning:
        """Return the meaning with the service of the comment, unless the path names one."""
        service = self._services.get(line, "")
        return meaning if meaning.service or meaning.is_of_x else meaning._replace(service=service)


def _service_of(heading: str) -> str:
    words = split_name(heading).all
    return "" if names_x(words) else find_named_service(words)


class OwnerFinder:
    """Finds whose keys are in an object that says so by one of its own values.

    The name of an object with a handle is that of a person, who may be called as a service is.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._services: dict[tuple[str, ...], str] = {}
        named = [one for one in entries if len(one.path) > 1 and one.path[-1].casefold() in _NAMES]
        places = {one.path[:-1] for one in named}
        persons = {
            one.path[:-1]
            for one in entries
            if one.path[:-1] in places and is_handle(split_name(one.path[-1]).core)
        }
        self._titles = _find_titles(entries)
        for entry in named:
            if entry.path[-1].casefold() != _NAME or entry.path[:-1] not in persons:
                self._note(entry)

    def add_owner(self, path: tuple[str, ...], meaning: PathMeaning) -> PathMeaning:
        """Return the meaning with the service of the nearest object, unless the path names one."""
        if meaning.service or meaning.is_of_x or not self._services:
            return meaning
        for length in range(len(path) - 1, 0, -1):
            service = self._services.get(path[:length])
            if service is not None:
                return meaning._replace(service=service, is_of_x=not service)
        return meaning

    def find_title(self, context: tuple[str, ...]) -> str:
        """Return the title of the object of a group, such as an entry of a password manager."""
        while context not in self._titles and context and is_index(context[-1]):
            context = context[:-1]
        return self._titles.get(context, "")

    def _note(self, entry: Entry) -> None:
        words = split_name(entry.value[:_LONGEST]).all
        service, is_of_x = find_holder_service(words), names_x(words)
        if bool(service) is not is_of_x:
            self._services[entry.path[:-1]] = service


def _find_titles(entries: Sequence[Entry]) -> dict[tuple[str, ...], str]:
    """Return the titles of objects by the context of the values in them."""
    items = _find_noted({one.path[:-1] for one in entries if one.path[-1:] == (_NAME,)}, entries)
    titles: dict[tuple[str, ...], str] = {}
    for one in entries:
        name = one.path[-1].casefold() if one.path else ""
        if name == _TITLE or (name == _NAME and one.path[:-1] in items):
            title = " ".join(one.value[:_LONGEST].split())
            if one.is_literal and title and not could_be_key(ReadValue.of(title)):
                titles.setdefault(interpret_path(one.path).scope.context, title)
    return titles


def _find_noted(
    places: AbstractSet[tuple[str, ...]], entries: Iterable[Entry]
) -> set[tuple[str, ...]]:
    """Return the places with notes in them: there a name is that of an entry."""
    if not places:
        return set()
    around = (
        one.path[:at]
        for one in entries
        for at, step in enumerate(one.path)
        if step.casefold() in _MARKS
    )
    return {place for place in around if place in places}
