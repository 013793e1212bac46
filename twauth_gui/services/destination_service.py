"""The destinations of this installation: the program's, the person's own files, plug-ins."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.osfiles import durable_file
from twauth_gui.osfiles.descriptors import open_regular_file
from twauth_gui.osfiles.error_sentences import diagnose_write_error
from twauth_gui.store.result import Err, capture
from twauth_gui.store.settings_repository import SettingsRepository
from twauth_gui.transfer.destinations.catalog import builtin_destinations
from twauth_gui.transfer.destinations.command_driver import CommandDriver
from twauth_gui.transfer.destinations.definition import Destination
from twauth_gui.transfer.destinations.destination_files import (
    MAX_BYTES,
    DestinationFileError,
    read_destination,
)
from twauth_gui.transfer.destinations.driver import DestinationDriver
from twauth_gui.transfer.preset_files import PRESET_ID

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from twauth_gui.transfer.destinations.plugins import DestinationPlugin

FOLDER_NAME = "destinations"
MAX_OWN = 100
_APPROVED = "destination-approved."


@dataclass(frozen=True, slots=True)
class DestinationCollection:
    """All destinations, those of the program first. problems: a sentence for each left out."""

    destinations: tuple[Destination, ...]
    problems: tuple[str, ...] = ()


class DestinationService:
    """Lists destinations, and remembers which of the person's own files may run programs.

    Args:
        data_folder: that of the index.
        settings: of the same folder.
    """

    def __init__(self, data_folder: Path, settings: SettingsRepository) -> None:
        self._folder = data_folder / FOLDER_NAME
        self._settings = settings

    def list_all(self) -> DestinationCollection:
        """Return every destination. A file that cannot be used is a problem, and stops no other."""
        found = {one.id: one for one in builtin_destinations()}
        problems: list[str] = []
        sources: list[tuple[str, Callable[[], Destination]]] = [
            *((path.name, functools.partial(_read_own, path)) for path in self._own_paths()),
            *((one.name, functools.partial(_describe_plugin, one)) for one in _find_plugins()),
        ]
        for name, read in sources:
            one = _read_or_explain(name, read)
            if isinstance(one, str):
                problems.append(one)
            elif one.id in found:
                problems.append(f"{name}: There is another destination {one.id}.")
            else:
                found[one.id] = one
        return DestinationCollection(tuple(found.values()), tuple(problems))

    def find(self, destination_id: str) -> Destination:
        """Return the destination of this id.

        Raises:
            LookupError: there is none; the message lists the ids.
            DiagnosedError: its file cannot be used.
        """
        for one in builtin_destinations():
            if one.id == destination_id:
                return one
        collection = self.list_all()
        for one in collection.destinations:
            if one.id == destination_id:
                return one
        for problem in collection.problems:
            if problem.startswith(destination_id):
                raise DiagnosedError(
                    Diagnosis(
                        ProblemKind.DESTINATION_UNUSABLE,
                        f"The destination {destination_id} cannot be used.",
                        problem,
                    )
                )
        ids = ", ".join(one.id for one in collection.destinations)
        raise LookupError(f"There is no destination {destination_id}. There are: {ids}.")

    def is_approved(self, destination: Destination) -> bool:
        """Whether the person has seen what it runs, and agreed; their own files alone need it."""
        approved = self._settings.get(f"{_APPROVED}{destination.id}")
        return not destination.is_own or approved == destination.digest

    def approve(self, destination: Destination) -> None:
        """Note that the person agrees to what the file runs as it is now."""
        self._settings.set(f"{_APPROVED}{destination.id}", destination.digest)

    def open_driver(
        self, destination: Destination, programs: Mapping[str, str]
    ) -> DestinationDriver:
        """Return what reads and writes a destination.

        Raises:
            LookupError: a plug-in is gone.
        """
        if destination.commands is not None:
            return CommandDriver(destination.commands, destination.shape, programs)
        from twauth_gui.transfer.destinations.plugins import PluginDriver  # noqa: PLC0415 - rare

        for entry in _find_plugins():
            if entry.name == destination.id:
                return PluginDriver(_load_plugin(entry), _capture_error)
        raise LookupError(f"There is no plug-in {destination.id}.")

    def add(self, data: bytes, file_name: str, *, overwrite: bool = False) -> Destination:
        """Keep a file of the person's own; it is not approved by that.

        Raises:
            DestinationFileError: it is not valid, or its id is taken.
            DiagnosedError: the disk refuses.
        """
        one = read_destination(data, file_name, is_own=True)
        path = self._folder / f"{one.id}.toml"
        if any(known.id == one.id for known in builtin_destinations()):
            raise DestinationFileError(f"The destination {one.id} comes with Twauth.")
        if path.exists() and not overwrite:
            raise DestinationFileError(f"The destination {one.id} is there already.")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            durable_file.replace_file(path, data)
        except OSError as error:
            raise DiagnosedError(diagnose_write_error(path, error)) from error
        return one

    def remove(self, destination_id: str) -> None:
        """Delete one of the person's own files; what was pushed stays where it is.

        Raises:
            LookupError: there is none.
            DiagnosedError: the disk refuses.
        """
        paths = {path.stem: path for path in self._own_paths()}
        if destination_id not in paths:
            raise LookupError(f"You have no destination {destination_id}.")
        try:
            paths[destination_id].unlink()
        except OSError as error:
            raise DiagnosedError(diagnose_write_error(paths[destination_id], error)) from error

    def _own_paths(self) -> list[Path]:
        try:
            paths = [path for path in self._folder.iterdir() if path.suffix == ".toml"]
        except OSError:
            return []
        return sorted(path for path in paths if PRESET_ID.fullmatch(path.stem))[:MAX_OWN]


def _read_or_explain(name: str, read: Callable[[], Destination]) -> Destination | str:
    """Return a destination, or why it cannot be used."""
    try:
        return read()
    except OSError as error:
        return f"{name} cannot be read: {error.strerror or error}."
    except (ValueError, LookupError) as error:
        return str(error)


def _read_own(path: Path) -> Destination:
    with open_regular_file(path, MAX_BYTES + 1) as descriptor:
        data = os.read(descriptor, MAX_BYTES + 1)
    one = read_destination(data, path.name, is_own=True)
    if one.id != path.stem:
        raise DestinationFileError(f'{path.name}: Its id has to be "{path.stem}".')
    return one


def _find_plugins() -> list[EntryPoint]:
    from twauth_gui.transfer.destinations.plugins import find_plugins  # noqa: PLC0415 - loads email

    return list(find_plugins())


def _load_plugin(entry: EntryPoint) -> DestinationPlugin:
    """Import a plug-in.

    Raises:
        LookupError: it cannot be imported, or is another one.
    """

    def load() -> DestinationPlugin:
        plugin: DestinationPlugin = entry.load()()
        if plugin.destination.id != entry.name or plugin.destination.commands is not None:
            raise LookupError(f"{entry.name}: The plug-in has another id, or names commands.")
        return plugin

    loaded = capture(load)
    if not isinstance(loaded, Err):
        return loaded
    if isinstance(loaded.error, LookupError):
        raise loaded.error
    raise LookupError(f"{entry.name}: The plug-in fails with {type(loaded.error).__name__}.")


def _describe_plugin(entry: EntryPoint) -> Destination:
    return _load_plugin(entry).destination


def _capture_error(operation: Callable[[], object]) -> object | Exception:
    result = capture(operation)
    return result.error if isinstance(result, Err) else result
