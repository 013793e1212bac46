"""A program of the same user cannot read the memory of one that holds secrets."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command import PROGRAM, ROOT
from tests.support.processes import require_isolation
from tests.support.wait import wait_until

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the mark is one of Linux"),
    pytest.mark.unprivileged,
]

# Tries what another program of the same user would try.
LOOK = """
import sys
for name in ("mem", "environ", "maps"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").close()
        print(name, "open")
    except PermissionError:
        print(name, "refused")
"""
SHIELDED = (
    "from twauth_gui.services.process_hardening import harden_process; harden_process(); "
    "print('ready', flush=True)"
)
OPEN = "print('ready', flush=True)"
WAIT = "; import sys; sys.stdin.read()"


def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }


@contextmanager
def run_child(tmp_path: Path, *words: str) -> Generator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        words,
        env=environment(tmp_path),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_status(tmp_path: Path, pid: int) -> dict[str, str]:
    looked = subprocess.run(
        [sys.executable, "-c", LOOK, str(pid)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return dict(line.split() for line in looked.stdout.splitlines())


def test_hardening_closes_what_is_open_without_it(tmp_path: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    for name, program in (("open", OPEN), ("shielded", SHIELDED)):
        with run_child(tmp_path, sys.executable, "-c", program + WAIT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            found[name] = read_status(tmp_path, process.pid)
    assert found["open"]["environ"] == "open", "so the test can fail"
    assert set(found["shielded"].values()) == {"refused"}


def test_the_command_is_closed_before_it_reads_keys(tmp_path: Path) -> None:
    with run_child(tmp_path, *PROGRAM, "app", "add", "Newsroom") as process:
        wait_until(
            lambda: (
                read_status(tmp_path, process.pid)["mem"] == "refused" or process.poll() is not None
            ),
            60,
            "the command waits for the keys, closed",
        )
        assert process.poll() is None, "it waits for the keys on standard input"


def test_the_window_is_closed(tmp_path: Path) -> None:
    with run_child(tmp_path, sys.executable, "-m", "twauth_gui") as process:
        wait_until(
            lambda: (
                read_status(tmp_path, process.pid)["mem"] == "refused" or process.poll() is not None
            ),
            60,
            "the window is open, its memory closed",
        )
        assert process.poll() is None


def test_what_takes_its_place_may_write_cores_as_before() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    program = (
        "import resource as r; from twauth_gui.services.process_hardening import harden_process, "
        "restore_core_limit;"
        "before = harden_process(); now = r.getrlimit(r.RLIMIT_CORE)[0]; "
        "restore_core_limit(before);"
        "print(now, *r.getrlimit(r.RLIMIT_CORE))"
    )
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert child.stdout.split() == ["0", *map(str, before)]


BROWSER = """
import sys
from twauth_gui.app import make_application
from twauth_gui.services.process_hardening import harden_process
app = make_application()
harden_process()
from PySide6.QtWebEngineWidgets import QWebEngineView
view = QWebEngineView()
view.loadFinished.connect(lambda: view.page().runJavaScript("6 * 7", lambda n: app.exit(int(n))))
view.setHtml("<p>a page")
view.show()
sys.exit(app.exec())
"""


def test_the_browser_engine_works_behind_it(tmp_path: Path) -> None:
    require_isolation()
    with run_child(tmp_path, sys.executable, "-c", BROWSER) as process:
        _out, err = process.communicate(timeout=120)
        assert process.returncode == 42, err
