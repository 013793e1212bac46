"""The command over a keyring on a disk that is full, then read-only: run as a program.

Its arguments: the small disk, and a folder elsewhere. It writes how the two calls ended.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.twauth import Ended, Twauth
from tests.support.secret_service import SecretService

KEYS = "K" * 25 + "\n" + "S" * 50 + "\n"


def told(ended: Ended) -> str:
    return f"{ended.code} {ended.err}"


def tell(text: str) -> None:
    _ = sys.stdout.write(f"{text}\n")


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            return


def main(disk: Path, elsewhere: Path) -> None:
    with SecretService(disk / "ss") as service:
        twauth = Twauth({**service.env, "TWAUTH_DATA_DIR": str(elsewhere / "data")})
        assert twauth("app", "add", "News", stdin=KEYS).code == 0
        filler = disk / "filler"
        fill(filler)
        tell(told(twauth("app", "add", "Alerts", stdin=KEYS)))
        filler.unlink()
        tell("--")
        _ = subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        tell(told(twauth("app", "add", "Alerts", stdin=KEYS)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
