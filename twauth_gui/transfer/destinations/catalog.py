"""The destinations that come with the program: TOML files among its resources."""

from __future__ import annotations

import functools

from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.transfer.destinations.definition import Destination
from twauth_gui.transfer.destinations.destination_files import (
    MAX_BYTES,
    DestinationFileError,
    read_destination,
)


@functools.cache
def builtin_destinations() -> tuple[Destination, ...]:
    """Return the destinations of the program, in the order of the files' names.

    Raises:
        DestinationFileError: a file is not valid, or two destinations have the same id.
        OSError: a file cannot be read.
    """
    found: dict[str, Destination] = {}
    for path in sorted(resource_path("destinations").glob("*.toml")):
        with path.open("rb") as file:
            destination = read_destination(file.read(MAX_BYTES + 1), path.name)
        if destination.id in found:
            raise DestinationFileError(f"{path.name}: {destination.id} is in another file as well.")
        found[destination.id] = destination
    return tuple(found.values())
