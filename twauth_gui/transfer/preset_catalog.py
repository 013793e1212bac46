"""The presets that come with the program: TOML files among its resources."""

from __future__ import annotations

import functools
from pathlib import Path

from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.preset_files import MAX_BYTES, PresetFileError, read_presets

_PACKAGE = Path(__file__).resolve().parents[1]


def find_resources() -> Path:
    """Return the folder of the program's own files."""
    # A wheel and a bundle carry the files inside the package; a source tree has them beside it.
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


@functools.cache
def builtin_presets() -> tuple[ExportPreset, ...]:
    """Return the presets of the program, in the order of the files' names.

    Raises:
        PresetFileError: a file is not valid, or two presets have the same id.
        OSError: a file cannot be read.
    """
    presets: dict[str, ExportPreset] = {}
    for path in sorted((find_resources() / "presets").glob("*.toml")):
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        for preset in read_presets(data, path.name):
            if preset.id in presets:
                raise PresetFileError(f"{path.name}: {preset.id} is in another file as well.")
            presets[preset.id] = preset
    return tuple(presets.values())


def find_preset(preset_id: str) -> ExportPreset:
    """Return the program's preset of this id.

    Raises:
        LookupError: there is none; the message lists the ids.
    """
    return choose_preset(builtin_presets(), preset_id)


def choose_preset(presets: tuple[ExportPreset, ...], preset_id: str) -> ExportPreset:
    """Return the preset of this id; raises as find_preset() does."""
    for known in presets:
        if known.id == preset_id:
            return known
    choices = ", ".join(known.id for known in presets)
    raise LookupError(f"There is no preset {preset_id}. There are: {choices}.")
