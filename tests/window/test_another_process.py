"""What the command changes shows in an open window within a second."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from tests.services.ground import Ground
from tests.support.proof import Proof
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.gui.library import SnapshotStore

ROOT = Path(__file__).parents[2]
TIMES = 8

RENAME = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.support.memory_vault import MemoryVault
from twauth_gui.services.kit import wall_clock
from twauth_gui.store.store import Store
store = Store.open(Path(sys.argv[1]), MemoryVault(), now=wall_clock)
for line in sys.stdin:
    (one,) = store.accounts()
    store.update_account(replace(one, handle=line.strip()))
    print("done", flush=True)
store.close()
"""


def shows(desk: Driver, row: str) -> bool:
    return desk.rows == [row]


def test_changes_of_another_process_show(
    desk: Driver, ground: Ground, app: App, proof: Proof
) -> None:
    ground.sign_in(app)
    desk.open()
    slowest = 0.0
    with subprocess.Popen(
        [sys.executable, "-c", RENAME, str(ground.places.data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for number in range(TIMES):
            print(f"bot_{number}", file=other.stdin, flush=True)
            assert other.stdout.readline() == "done\n"
            begun = time.monotonic()
            desk.until(partial(shows, desk, f"@bot_{number}"))
            slowest = max(slowest, time.monotonic() - begun)
        other.stdin.close()
    assert other.returncode == 0
    assert SnapshotStore.POLL_MS < 1000
    proof.saw(
        "Another process changes what the window shows",
        "The change shows, without anything being pressed; the slowest is measured",
        changes=TIMES,
        slowest_ms=round(slowest * 1000),
    )
