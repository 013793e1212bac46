"""Measure how long the encrypted file takes to unlock, beside its key derivation alone."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.bench.comparison import Comparison
from tests.bench.machine import run_module
from tests.bench.store_costs import PASSPHRASE, fill_file_vault
from twauth_gui.domain.secret import Secret
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.sealed_format import STANDARD_COST


def measure_unlock(folder: Path, accounts: int, runs: int) -> Comparison:
    """Open a file of so many accounts, each time in a process of its own."""
    vault = fill_file_vault(folder, accounts)
    words = ["tests.bench.unlock_times", str(vault.path)]
    results = [run_module(words, folder) for _ in range(runs)]
    vault.close()
    return Comparison(
        "The encrypted file",
        f"unlock one of {accounts:,} accounts",
        "Argon2id of the same cost alone",
        [(one["ours"], one["theirs"]) for one in results],
        aim=1.5,
    )


def _derive() -> None:
    cost = STANDARD_COST
    _ = Argon2id(
        salt=bytes(16),
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(b"bench")


def _unlock(path: Path) -> None:
    vault = FileVault(path)
    vault.unlock(Secret(PASSPHRASE.reveal()))
    assert vault.read(vault.services()[0]) is not None


def main(path: str) -> None:
    _derive()  # loads the library
    started = time.perf_counter()
    _derive()
    between = time.perf_counter()
    _unlock(Path(path))
    result = {"ours": time.perf_counter() - between, "theirs": between - started}
    _ = sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
