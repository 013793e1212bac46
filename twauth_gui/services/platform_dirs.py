"""The user's data and configuration folders."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DATA_DIR_VARIABLE = "TWAUTH_DATA_DIR"
PROFILE_VARIABLE = "TWAUTH_PROFILE"
DIR_NAME = "twauth"
PROFILES_DIR_NAME = "twauth-profiles"
PORTABLE_DIR_NAME = "Twauth-Data"
DEFAULT_PROFILE = "default"
PROFILE_NAME_RULE = (
    "The name of a profile has letters a to z, digits, - and _, at most 40 of them, and begins with"
    " a letter or digit."
)
_MAX_PROFILE_NAME = 40
# Windows keeps these for devices, with any ending and in any case.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


class ProfileNameError(ValueError):
    """The name of a profile cannot be used; the message says what one may have."""


def find_named_dir(named: str | None = None, profile: str | None = None) -> str | None:
    """Return the folder that the user named, or that of the profile; None if neither.

    TWAUTH_DATA_DIR and TWAUTH_PROFILE count if there is no argument; a folder counts before a
    profile.

    Raises:
        ProfileNameError: that is no name of a profile.
    """
    if named:
        return named
    if not profile:
        if folder := os.environ.get(DATA_DIR_VARIABLE):
            return folder
        profile = os.environ.get(PROFILE_VARIABLE)
    return find_profile_dir(profile) if profile else None


def find_profile_dir(name: str) -> str | None:
    """Return the folder of a profile, there or not; None for the default one.

    Raises:
        ProfileNameError: that is no name of a profile.
    """
    plain = name.replace("-", "a").replace("_", "a")
    is_plain = plain.isascii() and plain.isalnum() and name[0] not in "-_"
    if not is_plain or len(name) > _MAX_PROFILE_NAME or name.casefold() in _DEVICES:
        raise ProfileNameError(PROFILE_NAME_RULE)
    if name.casefold() == DEFAULT_PROFILE:
        return None
    folder = find_profiles_dir()
    return None if folder is None else os.path.join(folder, name)  # noqa: PTH118 - see below


def find_profiles_dir() -> str | None:
    """Return the folder that has a folder for each profile; None without a home folder."""
    portable = find_portable_dir()
    if portable is not None:
        return os.path.join(portable, "profiles")  # noqa: PTH118 - see below
    return find_data_dir(name=PROFILES_DIR_NAME)


def find_frozen_program() -> str | None:
    """Return the path of the bundled program, an AppImage's being that of its file; else None.

    The runtime of an AppImage puts its path into APPIMAGE, and where it is mounted into APPDIR.
    Every program that it starts inherits both, so they count only for one that lies in the mount.
    """
    if not getattr(sys, "frozen", False):
        return None
    program = os.path.realpath(sys.executable)
    mounted, image = os.environ.get("APPDIR"), os.environ.get("APPIMAGE")
    if mounted and image and program.startswith(os.path.realpath(mounted) + os.sep):
        return os.path.abspath(image)  # noqa: PTH100 - see below
    return program


def find_portable_dir() -> str | None:
    """Return the folder Twauth-Data beside the bundled program: portable mode; None without it."""
    program = find_frozen_program()
    if program is None:
        return None
    folder = os.path.join(os.path.dirname(program), PORTABLE_DIR_NAME)  # noqa: PTH118, PTH120 - see below
    return folder if os.path.isdir(folder) else None  # noqa: PTH112 - see below


def find_default_dir() -> str | None:
    """Return the folder for data if none was named; None without a home folder."""
    return find_portable_dir() or find_data_dir()


def find_data_dir(system: str = sys.platform, name: str = DIR_NAME) -> str | None:
    """Return the platform's folder for data; None without a home folder."""
    if system.startswith("linux"):
        base = _base("XDG_DATA_HOME", ".local/share")
        return None if base is None else f"{base}/{name}"
    from platformdirs import user_data_dir  # noqa: PLC0415 - loads much, and on Linux for nothing

    return _absolute(user_data_dir, name)


def find_config_dir() -> str | None:
    """Return the platform's folder for settings; None without a home folder."""
    base = find_config_base()
    return None if base is None else os.path.join(base, DIR_NAME)  # noqa: PTH118 - see below


def find_config_base(system: str = sys.platform) -> str | None:
    """Return the folder in which every program has its folder for settings."""
    if system.startswith("linux"):
        return _base("XDG_CONFIG_HOME", ".config")
    from platformdirs import user_config_dir  # noqa: PLC0415 - as above

    return _absolute(user_config_dir, None)


def _base(variable: str, below_home: str) -> str | None:
    """Follow XDG's Base Directory Specification 0.8: a relative value is ignored."""
    base = os.environ.get(variable, "")
    if not base.startswith("/"):
        home = os.path.expanduser("~")  # noqa: PTH111 - pathlib costs half of Python's own start
        if not home.startswith("/"):
            return None
        base = f"{home.rstrip('/')}/{below_home}"
    return base


def _absolute(ask: Callable[..., str], name: str | None) -> str | None:
    try:
        folder = ask(name, appauthor=False)
    except RuntimeError:  # platformdirs without a home; older ones return a relative path
        return None
    return folder if os.path.isabs(folder) else None  # noqa: PTH117 - see above
