"""Paths of the folders that hold data, settings and the log."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.services.platform_dirs import find_config_dir, find_data_dir, find_named_dir


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one installation; nothing is created before it is needed.

    config: holds the window's settings; None to store them in data, if that folder was named.
    """

    data: Path
    config: Path | None = None

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def window_settings(self) -> Path:
        return (self.config or self.data) / "window.json"


def find_app_paths(data_dir: Path | None = None) -> AppPaths:
    """Use the given folder, else TWAUTH_DATA_DIR, else the platform's data folder.

    Raises:
        DiagnosedError: there is no home folder, in which the platform's folder would be.
    """
    named = find_named_dir(None if data_dir is None else str(data_dir))
    if named is not None:
        return AppPaths(Path(named))
    data, config = find_data_dir(), find_config_dir()
    if data is None or config is None:
        raise _no_home_error()
    return AppPaths(Path(data), Path(config))


def _no_home_error() -> DiagnosedError:
    return DiagnosedError(
        Diagnosis(
            ProblemKind.INDEX_UNUSABLE,
            "There is no home folder to store the list of accounts in.",
            "Set HOME, or choose a folder with --data-dir or TWAUTH_DATA_DIR.",
        )
    )


def shorten_path(path: Path) -> str:
    """Return the path with ~ for the home folder, and with bytes that are not text replaced.

    A file name need not be text, and neither the history nor a terminal accepts such a name.
    """
    try:
        text = f"~/{path.absolute().relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        text = str(path)
    return os.fsencode(text).decode("utf-8", "replace")
