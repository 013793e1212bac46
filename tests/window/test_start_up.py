"""What the start of the window loads and reads: no module and no secret before it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.installations import Installation
from tests.support.sample_index import fill_index
from tests.window.driver import WindowDriver

REPOSITORY = Path(__file__).resolve().parents[2]

LATER = (
    "tweepy",
    "requests",
    "oauthlib",
    "keyring",
    "twauth_gui.services.health_check",
    "twauth_gui.services.sign_in",
    "twauth_gui.transfer",
    "twauth_gui.sandbox",
    "PySide6.QtWebEngineCore",
    "PySide6.QtWebEngineWidgets",
    "PySide6.QtNetwork",
)

PROGRAM = """
import json, sys
from pathlib import Path
from tests.support.vaults import MemoryVault
from twauth_gui.app import make_application, open_window
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.container import open_services, utc_now
from twauth_gui.services.app_paths import AppPaths

app = make_application()
look = Look(app, "light")
look.apply()
window = open_window(open_services(AppPaths(Path(sys.argv[1])), MemoryVault(), utc_now), look)

def ready():
    print(json.dumps(sorted(sys.modules)))
    window.close()

window.ready.connect(ready)
sys.exit(app.exec())
"""


def test_the_window_opens_without_what_it_needs_later(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, str(tmp_path / "data")],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    early = [name for name in loaded if name.startswith(LATER)]
    assert early == []
    assert "Traceback" not in done.stderr


def test_ten_thousand_accounts_are_shown_without_a_secret(
    driver: WindowDriver, installation: Installation
) -> None:
    fill_index(installation.paths.data, 10_000)
    driver.open()
    assert len(driver.rows) == 10_000
    driver.wait_idle()
    assert {operation for operation, _ in installation.vault.calls} <= {"probe"}


def test_what_needs_no_qt_is_loaded_before_it() -> None:
    # PySide keeps the source of every module that is loaded after it: 8 MB, and a twentieth of the
    # start.
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "twauth_gui", "--version"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    order = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    later = set(order[order.index("PySide6.QtCore") :])
    assert "twauth_gui.gui.window" in later
    assert [name for name in later if name.startswith("twauth_gui.store.")] == []
