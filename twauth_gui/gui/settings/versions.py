"""Which Qt and which browser engine this window has."""

from __future__ import annotations

import platform
import subprocess
import sys
from functools import cache
from importlib.util import find_spec

from PySide6.QtCore import qVersion

from twauth_gui import __version__
from twauth_gui.services.versions import version_of

ENGINE_OPTION = "--engine-version"
MISSING = "not installed"
_SECONDS = 20


def parts_of_the_window() -> list[tuple[str, str]]:
    """Give the versions that are known without looking."""
    return [
        ("Twauth", __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", version_of("PySide6-Essentials")),
    ]


@cache
def engine_version() -> str:
    """Ask for the browser engine's version, in a process that ends at once.

    The engine itself tells it, and to load it here would cost 60 MB that most windows never need.
    """
    if find_spec("PySide6.QtWebEngineCore") is None:
        return MISSING
    program = (
        [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "twauth_gui"]
    )
    try:
        asked = subprocess.run(  # noqa: S603 - this very program
            [*program, ENGINE_OPTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            encoding="ascii",
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return "cannot be started"
    return asked.stdout.strip()


def tell_engine_version() -> str:
    """Load the engine and give its version; called in a process of its own."""
    from PySide6.QtWebEngineCore import qWebEngineChromiumVersion  # noqa: PLC0415 - 60 MB

    return str(qWebEngineChromiumVersion())  # the stub takes it for bytes
