"""The door to the window, for ``python -m twauth_gui`` as for the installed program."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Start the window; returns the exit code.

    From here on Python's cycle collector runs only where gui.collector says so. While everything
    is being loaded there is nothing for it to find, and looking takes a tenth of the start.
    """
    gc.disable()
    try:
        from twauth_gui.app import main as start  # noqa: PLC0415 - loads Qt
    except ImportError as error:
        return _print_missing_library(error)
    return start()


def _print_missing_library(error: ImportError) -> int:
    """Say which library of the system Qt lacks; returns the exit code.

    Raises:
        ImportError: something else was not to be imported.
    """
    from twauth_gui.gui.assets import asset_path  # noqa: PLC0415 - only after a failure
    from twauth_gui.services.system_libraries import (  # noqa: PLC0415 - only after a failure
        explain_missing_libraries,
        find_missing_library,
    )

    snapshots = find_missing_library(error)
    if snapshots is None:
        raise error
    sys.stderr.write(explain_missing_libraries([snapshots], asset_path("apt-packages.txt")))
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
