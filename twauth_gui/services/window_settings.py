"""What a person has chosen about the window, kept in one small file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

from twauth_gui.domain.diagnosis import DiagnosedError

T = TypeVar("T")

CLIPBOARD_SECONDS = 30
_LONGEST = 64 * 1024
_LEAST_SECONDS, _MOST_SECONDS = 5, 600


class Scheme(StrEnum):
    """Whose colours the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class RowSize(StrEnum):
    """How high the rows of the list are."""

    ROOMY = "roomy"
    NORMAL = "normal"
    TIGHT = "tight"


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """All choices; each field's name is its key in the file. What concerns data is in the index."""

    scheme: Scheme = Scheme.SYSTEM
    row_size: RowSize = RowSize.NORMAL
    clipboard_seconds: int = CLIPBOARD_SECONDS


def _seconds(value: object) -> int:
    if type(value) is not int or not _LEAST_SECONDS <= value <= _MOST_SECONDS:
        raise ValueError(value)
    return value


def _chosen(kept: Mapping[str, object], name: str, read: Callable[[Any], T], first: T) -> T:
    try:
        return read(kept[name])
    except (KeyError, ValueError, TypeError):
        return first


class SettingsFile:
    """Reads the choices, and changes one at a time.

    What cannot be understood, a value of a newer program or a damaged file, counts as not chosen;
    it is overwritten by no other choice, and a damaged file is set aside, never deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> WindowSettings:
        """Give what can be read; the rest is as it is at first."""
        try:
            kept = self._kept()
        except (OSError, ValueError):
            return WindowSettings()
        first = WindowSettings()
        return WindowSettings(
            _chosen(kept, "scheme", Scheme, first.scheme),
            _chosen(kept, "row_size", RowSize, first.row_size),
            _chosen(kept, "clipboard_seconds", _seconds, first.clipboard_seconds),
        )

    def write(self, before: WindowSettings, after: WindowSettings) -> None:
        """Keep those choices that differ, beside all others that the file holds.

        Raises:
            DiagnosedError: the disk did not take it; the file is as before.
        """
        from twauth_gui.transfer.filewriter import write_private  # noqa: PLC0415 - seldom needed

        beside = self._beside()
        changed = {
            one.name: getattr(after, one.name)
            for one in fields(WindowSettings)
            if getattr(after, one.name) != getattr(before, one.name)
        }
        text = json.dumps({**beside, **changed}, indent=2)
        write_private(self._path, f"{text}\n".encode(), overwrite=True)

    def _beside(self) -> dict[str, Any]:
        """Give what the file holds, after making its folder and setting a damaged one aside."""
        from twauth_gui.transfer.refusals import refusal  # noqa: PLC0415 - seldom needed

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return self._kept()
            except ValueError:
                _ = self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
                return {}
        except OSError as error:
            raise DiagnosedError(refusal(self._path, error)) from error

    def _kept(self) -> dict[str, Any]:
        """Raises OSError where the file cannot be read, ValueError where it is damaged."""
        try:
            with self._path.open("rb") as file:
                kept: object = json.loads(file.read(_LONGEST))
        except FileNotFoundError:
            return {}
        if not isinstance(kept, dict):
            raise ValueError("not an object")  # noqa: TRY004 - damaged like any other
        return cast("dict[str, Any]", kept)
