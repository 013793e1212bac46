"""A sandbox with latency, which ends with its standard input; run as a program."""

from __future__ import annotations

import sys

from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.settings import SandboxSettings


def main(latency: float) -> None:
    with Sandbox(0, settings=SandboxSettings(latency=latency)) as sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]))
