"""Paths of the folders that hold data, settings and the log."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.services.platform_dirs import (
    ProfileNameError,
    find_config_dir,
    find_data_dir,
    find_named_dir,
    find_portable_dir,
    find_profile_dir,
    find_profiles_dir,
)

_OTHERS_MODE = 0o077


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

    @property
    def portable_dir(self) -> Path | None:
        """The folder beside the program that holds this data in portable mode; None elsewhere."""
        folder = find_portable_dir()
        if folder is None or not self.data.absolute().is_relative_to(folder):
            return None
        return Path(folder)


def find_app_paths(data_dir: Path | None = None, profile: str | None = None) -> AppPaths:
    """Use the folder that was given, else the profile's, the environment's or the platform's.

    In portable mode the folder beside the program takes the place of the platform's.

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
    if (portable := find_portable_dir()) is not None:
        return AppPaths(Path(portable), Path(portable))
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


def close_portable_dir(folder: Path) -> None:
    """Keep other users out of a folder that a file manager made, if its disk can do that."""
    if os.name == "posix":
        with contextlib.suppress(OSError):  # the disk may be read-only, or know no permissions
            if stat.S_IMODE(folder.stat().st_mode) & _OTHERS_MODE:
                folder.chmod(0o700)


def describe_portable_mode(folder: Path) -> str:
    """Say where the data of portable mode are."""
    return f"Accounts, settings and the encrypted file stay in {shorten_path(folder)}."


def diagnose_unwritable_portable_dir(folder: Path, reason: Diagnosis) -> Diagnosis:
    """Say what else helps if nothing can be stored beside the program."""
    return replace(
        reason,
        title="Portable mode cannot write to its folder.",
        advice=f"{reason.advice} Or move {folder.name} and the program to a disk that can be"
        f" written to. Without {folder.name} beside it, Twauth uses your own folders.",
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
