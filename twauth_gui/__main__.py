"""Entry point of the window, for ``python -m twauth_gui`` and the installed program."""

from __future__ import annotations

import gc
import sys
from importlib import import_module


def main() -> int:
    """Start the window and return its exit code.

    From here on only gui/garbage_collector.py runs Python's cycle collector. While modules load it
    finds nothing, and takes a tenth of the start.
    """
    gc.disable()
    try:
        # What needs no Qt comes first: PySide reads and keeps the source of all that follows it.
        _ = import_module("twauth_gui.services.container")
        from twauth_gui.app import main as start  # noqa: PLC0415 - loads Qt
    except ImportError as error:
        return _print_missing_library(error)
    return start()


_NO_WINDOW = """The window is not installed, only the command. Install it too, then try again:

  pip install 'twauth[gui]'

With uv: uv tool install --force 'twauth[gui]'. With pipx: pipx install --force 'twauth[gui]'.
"""


def _print_missing_library(error: ImportError) -> int:
    """Print what is missing of PySide6, or which system library, and return the exit code.

    Raises:
        ImportError: something else could not be imported.
    """
    if error.name == "PySide6":
        sys.stderr.write(_NO_WINDOW)
        return 1
    from twauth_gui.osfiles.resource_files import resource_path  # noqa: PLC0415 - only after a failure
    from twauth_gui.services.system_libraries import (  # noqa: PLC0415 - only after a failure
        explain_missing_libraries,
        find_missing_library,
    )

    library = find_missing_library(error)
    if library is None:
        raise error
    sys.stderr.write(explain_missing_libraries([library], resource_path("apt-packages.txt")))
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
