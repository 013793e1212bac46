"""Paths of the folders that hold data, settings and the log."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.services.platform_dirs import (
    ProfileNameError,
    find_config_dir,
    find_data_dir,
    find_named_dir,
    find_profile_dir,
    find_profiles_dir,
)


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

    @property
    def profile(self) -> str:
        """The name of the profile whose folder this is; "" for any other folder."""
        folder = find_profiles_dir()
        is_one = folder is not None and self.data.absolute().parent == Path(folder)
        return self.data.name if is_one else ""


def find_app_paths(data_dir: Path | None = None, profile: str | None = None) -> AppPaths:
    """Use the given folder, else the profile's, else those of the environment or the platform.

    Raises:
        DiagnosedError: there is no home folder, in which the platform's folder would be; or the
            name of the profile cannot be used.
    """
    try:
        named = find_named_dir(None if data_dir is None else str(data_dir), profile)
    except ProfileNameError as error:
        raise _profile_name_error(str(error)) from error
    if named is not None:
        return AppPaths(Path(named))
    data, config = find_data_dir(), find_config_dir()
    if data is None or config is None:
        raise _no_home_error()
    return AppPaths(Path(data), Path(config))


def list_profiles() -> list[str]:
    """Return the names of the profiles that have a folder, without the default one."""
    folder = find_profiles_dir()
    try:
        found = [one for one in Path(folder or "").iterdir() if one.is_dir()] if folder else []
    except OSError:
        return []  # there is none yet, or it cannot be read
    return sorted((one.name for one in found if _is_profile_name(one.name)), key=str.casefold)


def _is_profile_name(name: str) -> bool:
    try:
        return find_profile_dir(name) is not None
    except ProfileNameError:
        return False


def _profile_name_error(rule: str) -> DiagnosedError:
    title = "A profile cannot have this name."
    return DiagnosedError(Diagnosis(ProblemKind.INDEX_UNUSABLE, title, rule))


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
