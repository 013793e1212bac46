"""Export presets of the program and of the user, who keeps theirs as TOML in the data folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.osfiles import durable_file
from twauth_gui.osfiles.descriptors import open_regular_file
from twauth_gui.osfiles.error_sentences import diagnose_write_error
from twauth_gui.store.file_lock import FileLock
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.preset_catalog import builtin_presets, choose_preset
from twauth_gui.transfer.preset_files import (
    MAX_BYTES,
    OWN_GROUP,
    PRESET_ID,
    PresetFileError,
    format_preset,
    read_presets,
)

FOLDER_NAME = "presets"
MAX_OWN = 200
_LOCK_NAME = "presets.lock"


class PresetTakenError(ValueError):
    """There is a preset of this id already; the caller can ask whether to replace it.

    is_builtin: it comes with the program and cannot be replaced.
    """

    def __init__(self, preset_id: str, *, is_builtin: bool) -> None:
        what = "comes with Twauth" if is_builtin else "is there already"
        super().__init__(f"The preset {preset_id} {what}.")
        self.is_builtin = is_builtin


class PresetChangedError(ValueError):
    """A preset was changed elsewhere since it was read; nothing was written."""


@dataclass(frozen=True, slots=True)
class PresetProblem:
    """A file of the user that is left out, and why. path: of the folder if it is about several."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class PresetCollection:
    """All presets, those of the program first, and the files that cannot be used."""

    presets: tuple[ExportPreset, ...]
    problems: tuple[PresetProblem, ...] = ()


class PresetService:
    """Lists presets, and keeps the user's. A file holds one preset and no secret.

    Args:
        data_folder: that of the index; None if there is none, then the program's presets remain.
    """

    def __init__(self, data_folder: Path | None) -> None:
        self._data_folder = data_folder
        self._folder = None if data_folder is None else data_folder / FOLDER_NAME

    def list_all(self) -> PresetCollection:
        """Return every preset. A file that cannot be used is a problem, and keeps no other off."""
        builtin = builtin_presets()
        taken = {one.id for one in builtin}
        own: list[ExportPreset] = []
        problems: list[PresetProblem] = []
        paths = self._own_paths()
        if self._folder is not None and len(paths) > MAX_OWN:
            text = f"Only the first {MAX_OWN} of your {len(paths)} presets are used."
            problems.append(PresetProblem(self._folder, text))
        for path in paths[:MAX_OWN]:
            try:
                preset = _read_own(path)
                if preset.id in taken:
                    raise PresetTakenError(preset.id, is_builtin=True)
            except OSError as error:
                text = f"{path.name} cannot be read: {error.strerror or error}."
                problems.append(PresetProblem(path, text))
            except ValueError as error:
                problems.append(PresetProblem(path, str(error)))
            else:
                own.append(preset)
        return PresetCollection((*builtin, *own), tuple(problems))

    def find(self, preset_id: str) -> ExportPreset:
        """Return the preset of this id.

        Raises:
            LookupError: there is none; the message lists the ids.
        """
        return choose_preset(self.list_all().presets, preset_id)

    def has_own(self, preset_id: str) -> bool:
        """Whether the user has a file of this preset, valid or not."""
        return any(path.stem == preset_id for path in self._own_paths())

    def read_text(self, preset_id: str) -> str:
        """Return a preset as TOML: the user's own text, or what a file of it would be.

        Raises:
            LookupError: there is none.
            OSError: the file cannot be read.
        """
        if self.has_own(preset_id):
            return _read_bytes(self._path(preset_id)).decode("utf-8", "replace")
        return format_preset(self.find(preset_id))

    def read_file(self, path: Path) -> str:
        """Return the text of a file of presets, cut off where it is too long to be one.

        Raises:
            OSError: it cannot be read.
        """
        return _read_bytes(path).decode("utf-8", "replace")

    def add(self, data: bytes, file_name: str, *, overwrite: bool = False) -> list[ExportPreset]:
        """Keep the presets of a file, each in a file of its own; all are checked first.

        Raises:
            PresetFileError: the file is not valid.
            PresetTakenError: an id is taken, and overwrite is off or it is the program's.
            DiagnosedError: the disk refuses.
        """
        presets = list(read_presets(data, file_name, is_own=True))
        with self._change():
            for preset in presets:
                self._require_free(preset.id, overwrite=overwrite)
            for preset in presets:
                self._write(preset.id, format_preset(preset))
        return presets

    def duplicate(self, preset_id: str, new_id: str, title: str = "") -> ExportPreset:
        """Keep a copy of a preset under another id; raises as find() and add() do."""
        preset = self.find(preset_id)
        title = title or f"{preset.title} ({new_id})"
        copy = replace(preset, id=new_id, title=title, group=OWN_GROUP, is_own=True)
        (added,) = self.add(format_preset(copy).encode(), new_id)
        return added

    def save_text(self, preset_id: str, text: str, *, original: str | None = None) -> ExportPreset:
        """Keep what the user edited, with its comments. original: the text before that.

        Raises:
            LookupError: the user has no such preset.
            PresetChangedError: the file has another text than the original; nothing was changed.
            PresetFileError: the text is not this one preset; nothing was changed.
            DiagnosedError: the disk refuses.
        """
        preset = _read_one(text.encode("utf-8", "replace"), f"{preset_id}.toml")
        with self._change():
            self._require_own(preset_id)
            with _diagnose(self._path(preset_id)):
                is_changed = original is not None and self.read_text(preset_id) != original
            if is_changed:
                raise PresetChangedError(f"The preset {preset_id} was changed elsewhere.")
            self._write(preset_id, text)
        return preset

    def remove(self, preset_id: str) -> None:
        """Delete one of the user's presets, also one that cannot be read.

        Raises:
            LookupError: the user has no such preset.
            DiagnosedError: the disk refuses.
        """
        with self._change():
            self._require_own(preset_id)
            path = self._path(preset_id)
            with _diagnose(path):
                path.unlink()

    def _own_paths(self) -> list[Path]:
        if self._folder is None:
            return []
        try:
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return []
        stems = (name.removesuffix(".toml") for name in names if name.endswith(".toml"))
        return [self._path(stem) for stem in sorted(stems) if PRESET_ID.fullmatch(stem)]

    def _path(self, preset_id: str) -> Path:
        if self._folder is None or not PRESET_ID.fullmatch(preset_id):
            raise LookupError(f"You have no preset {preset_id}.")
        return self._folder / f"{preset_id}.toml"

    def _require_free(self, preset_id: str, *, overwrite: bool) -> None:
        if any(one.id == preset_id for one in builtin_presets()):
            raise PresetTakenError(preset_id, is_builtin=True)
        if not overwrite and self.has_own(preset_id):
            raise PresetTakenError(preset_id, is_builtin=False)

    def _require_own(self, preset_id: str) -> None:
        if not self.has_own(preset_id):
            raise LookupError(f"You have no preset {preset_id}.")

    def _write(self, preset_id: str, text: str) -> None:
        path = self._path(preset_id)
        with _diagnose(path):
            durable_file.replace_file(path, text.encode("utf-8", "replace"))

    @contextmanager
    def _change(self) -> Generator[None]:
        """Hold the lock, below which no other process changes the folder."""
        if self._data_folder is None or self._folder is None:
            raise DiagnosedError(diagnose_write_error(Path(FOLDER_NAME), OSError(errno.ENOENT, "")))
        with _diagnose(self._folder):
            self._data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
        with FileLock(self._data_folder, name=_LOCK_NAME).acquire():
            yield


def _read_own(path: Path) -> ExportPreset:
    return _read_one(_read_bytes(path), path.name)


def _read_one(data: bytes, file_name: str) -> ExportPreset:
    presets = read_presets(data, file_name, is_own=True)
    wanted = file_name.removesuffix(".toml")
    if [one.id for one in presets] != [wanted]:
        raise PresetFileError(f"{file_name}: It has to contain one preset, [{wanted}].")
    return presets[0]


def _read_bytes(path: Path) -> bytes:
    with open_regular_file(path, MAX_BYTES + 1) as descriptor:
        return os.read(descriptor, MAX_BYTES + 1)


@contextmanager
def _diagnose(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise DiagnosedError(diagnose_write_error(path, error)) from error
