"""The user's data and configuration folders."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DATA_DIR_VARIABLE = "TWAUTH_DATA_DIR"
DIR_NAME = "twauth"


def find_named_dir(named: str | None = None) -> str | None:
    """Return the folder that the user named, here or in TWAUTH_DATA_DIR; None if neither."""
    return named or os.environ.get(DATA_DIR_VARIABLE) or None


def find_data_dir(system: str = sys.platform) -> str | None:
    """Return the platform's folder for data; None without a home folder."""
    if system.startswith("linux"):
        base = _base("XDG_DATA_HOME", ".local/share")
        return None if base is None else f"{base}/{DIR_NAME}"
    from platformdirs import user_data_dir  # noqa: PLC0415 - loads much, and on Linux for nothing

    return _absolute(user_data_dir, DIR_NAME)


def find_config_dir(system: str = sys.platform) -> str | None:
    """Return the platform's folder for settings; None without a home folder."""
    base = find_config_base(system)
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
