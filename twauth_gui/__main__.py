"""The door to the window, for ``python -m twauth_gui`` as for the installed program."""

from __future__ import annotations

import gc


def main() -> int:
    """Start the window; returns the exit code.

    From here on Python's cycle collector runs only where gui.collector says so. While everything
    is being loaded there is nothing for it to find, and looking takes a tenth of the start.
    """
    gc.disable()
    from twauth_gui.app import main as start  # noqa: PLC0415 - loads Qt

    return start()


if __name__ == "__main__":
    raise SystemExit(main())
