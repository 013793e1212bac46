"""What the command changes shows in an open window within a second."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from tests.support.installations import Installation
from tests.support.run_records import FaultProof
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.gui.snapshot_store import SnapshotStore

ROOT = Path(__file__).parents[2]
TIMES = 8

RENAME = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.support.vaults import MemoryVault
from twauth_gui.services.container import utc_now
from twauth_gui.store.store import Store
store = Store.open(Path(sys.argv[1]), MemoryVault(), now=utc_now)
for line in sys.stdin:
    (one,) = store.accounts.list_all()
    store.accounts.update(replace(one, handle=line.strip()))
    print("done", flush=True)
store.close()
"""


def shows(driver: WindowDriver, row: str) -> bool:
    return driver.rows == [row]


def test_changes_of_another_process_show(
    driver: WindowDriver, installation: Installation, app: App, proof: FaultProof
) -> None:
    installation.sign_in(app)
    driver.open()
    slowest = 0.0
    with subprocess.Popen(
        [sys.executable, "-c", RENAME, str(installation.paths.data)],
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
            start = time.monotonic()
            driver.wait_until(partial(shows, driver, f"@bot_{number}"))
            slowest = max(slowest, time.monotonic() - start)
        other.stdin.close()
    assert other.returncode == 0
    assert SnapshotStore.POLL_MS < 1000
    proof.record(
        "Another process changes what the window shows",
        "The change shows, without anything being pressed; the slowest is measured",
        changes=TIMES,
        slowest_ms=round(slowest * 1000),
    )
