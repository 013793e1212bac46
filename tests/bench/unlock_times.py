"""Measure how long the encrypted file takes to unlock, and the peak of its memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.store_costs import PASSPHRASE, fill_file_vault
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class UnlockTime:
    """The median time from the passphrase to the first secret, and the peak of a whole process."""

    accounts: int
    seconds: float
    mebibytes: float


def measure_unlock(folder: Path, accounts: int, runs: int) -> UnlockTime:
    """Open a file of so many accounts, each time in a process of its own."""
    vault = fill_file_vault(folder, accounts)
    results = [_measure_once(vault.path) for _ in range(min(runs, 5))]
    vault.close()
    seconds = median(one["seconds"] for one in results)
    return UnlockTime(accounts, seconds, max(one["mebibytes"] for one in results))


def _measure_once(path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.unlock_times", str(path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    results: dict[str, float] = json.loads(done.stdout)
    return results


def main(path: str) -> None:
    vault = FileVault(Path(path))
    started = time.perf_counter()
    vault.unlock(Secret(PASSPHRASE.reveal()))
    assert vault.read(vault.services()[0]) is not None
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    _ = sys.stdout.write(json.dumps({"seconds": seconds, "mebibytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1])
