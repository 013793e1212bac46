"""What the window loads before it can be used: nothing that it does not need yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

LATER = (
    "tweepy",
    "requests",
    "oauthlib",
    "keyring",
    "twauth_gui.transfer",
    "twauth_gui.sandbox",
    "PySide6.QtWebEngineCore",
    "PySide6.QtWebEngineWidgets",
    "PySide6.QtNetwork",
)

PROGRAM = """
import json, sys
from pathlib import Path
from tests.support.memory_vault import MemoryVault
from twauth_gui.app import make_application, open_window
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.kit import open_kit, wall_clock
from twauth_gui.services.places import Places

app = make_application()
look = Look(app, "light")
look.apply()
window = open_window(open_kit(Places(Path(sys.argv[1])), MemoryVault(), wall_clock), look)

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
