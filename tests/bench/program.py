"""The door to the measured program; loads it as the program's own door does."""

from __future__ import annotations

import gc
import sys


def main(directory: str) -> int:
    gc.disable()
    from tests.bench.window import measure  # noqa: PLC0415 - loads Qt

    return measure(directory)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
