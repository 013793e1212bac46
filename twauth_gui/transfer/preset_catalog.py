"""The presets that come with the program: TOML files among its resources."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.preset_files import MAX_BYTES, PresetFileError, read_presets


@functools.cache
def builtin_presets() -> tuple[ExportPreset, ...]:
    """Return the presets of the program, in the order of the files' names.

    Raises:
        PresetFileError: a file is not valid, or two presets have the same id.
        OSError: a file cannot be read.
    """
    presets: dict[str, ExportPreset] = {}
    for path, data in _read_files():
        for preset in read_presets(data, path.name):
            if preset.id in presets:
                raise PresetFileError(f"{path.name}: {preset.id} is in another file as well.")
            presets[preset.id] = preset
    return tuple(presets.values())


def _read_files() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(resource_path("presets").glob("*.toml")):
        with path.open("rb") as file:
            yield path, file.read(MAX_BYTES + 1)


def find_preset(preset_id: str) -> ExportPreset:
    """Return the program's preset of this id; only the file that names it is parsed.

    Raises:
        LookupError: there is none; the message lists the ids.
    """
    header = f"[{preset_id}]".encode()
    for path, data in _read_files():
        if header in data:
            for preset in read_presets(data, path.name):
                if preset.id == preset_id:
                    return preset
    return choose_preset(builtin_presets(), preset_id)


def choose_preset(presets: tuple[ExportPreset, ...], preset_id: str) -> ExportPreset:
    """Return the preset of this id; raises as find_preset() does."""
    for known in presets:
        if known.id == preset_id:
            return known
    choices = ", ".join(known.id for known in presets)
    raise LookupError(f"There is no preset {preset_id}. There are: {choices}.")
