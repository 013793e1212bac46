"""Start the measured window with the imports of the program's own start; run as a program."""

from __future__ import annotations

import gc
import sys
from importlib import import_module


def main(directory: str) -> int:
    gc.disable()
    _ = import_module("twauth_gui.services.container")  # as in the program
    from tests.bench.measured_window import measure_window  # noqa: PLC0415 - loads Qt

    return measure_window(directory)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
