"""The service that an object names beside its keys: type: mastodon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from twauth_gui.transfer.reader.entry import Entry
from twauth_gui.transfer.reader.field_names import split_name
from twauth_gui.transfer.reader.name_paths import PathMeaning
from twauth_gui.transfer.reader.services import find_other_service, names_x

_NAMES = frozenset({"type", "service", "platform", "provider", "network", "kind", "site", "name"})
_LONGEST = 30


class OwnerFinder:
    """Finds whose keys are in an object that says so by one of its own values."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._services: dict[tuple[str, ...], str] = {}
        for entry in entries:
            if len(entry.path) > 1 and entry.path[-1].casefold() in _NAMES:
                self._note(entry)

    def add_owner(self, path: tuple[str, ...], meaning: PathMeaning) -> PathMeaning:
        """Return the meaning with the service of the nearest object, unless the path names one."""
        if meaning.service or meaning.is_of_x or not self._services:
            return meaning
        for length in range(len(path) - 1, 0, -1):
            service = self._services.get(path[:length])
            if service is not None:
                return replace(meaning, service=service, is_of_x=not service)
        return meaning

    def _note(self, entry: Entry) -> None:
        words = split_name(entry.value[:_LONGEST]).all
        service, is_of_x = find_other_service(words), names_x(words)
        if bool(service) is not is_of_x:
            self._services[entry.path[:-1]] = service
