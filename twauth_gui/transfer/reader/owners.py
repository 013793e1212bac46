"""The service that an object names beside its keys: type: mastodon."""

from __future__ import annotations

from collections.abc import Sequence

from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.field_names import is_handle, split_name
from twauth_gui.transfer.reader.name_paths import PathMeaning
from twauth_gui.transfer.reader.services import find_other_service, names_x

_NAMES = frozenset({"type", "service", "platform", "provider", "network", "kind", "site", "name"})
_NAME = "name"
_LONGEST = 30


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

    def _note(self, entry: Entry) -> None:
        words = split_name(entry.value[:_LONGEST]).all
        service, is_of_x = find_other_service(words), names_x(words)
        if bool(service) is not is_of_x:
            self._services[entry.path[:-1]] = service
