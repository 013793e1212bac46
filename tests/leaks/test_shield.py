"""Proves that a program of the same person cannot read the memory of one that holds secrets.

Root may read everything, so where the test runs as root, its programs run as nobody; or, where
nobody may not read this Python, as a root that has lost every capability: as closed out as anybody.
"""

from __future__ import annotations

import os
import pwd
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.cli.twauth import PROGRAM, ROOT
from tests.support.eventually import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the mark is one of Linux")

# As another program of the same person would look: None where it may not.
LOOK = """
import sys
for name in ("mem", "environ", "maps"):
    try:
        open(f"/proc/{sys.argv[1]}/{name}", "rb").close()
        print(name, "open")
    except PermissionError:
        print(name, "refused")
"""
SHIELDED = "from twauth_gui.services.shield import shield; shield(); print('ready', flush=True)"
OPEN = "print('ready', flush=True)"
WAIT = "; import sys; sys.stdin.read()"


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder that the person can use; pytest's own is closed to others."""
    made = Path(tempfile.mkdtemp(prefix="twauth-shield-"))
    user = nobody() if os.geteuid() == 0 else None
    if user is not None:
        os.chown(made, user.pw_uid, user.pw_gid)
    yield made
    shutil.rmtree(made)


@cache
def nobody() -> pwd.struct_passwd | None:
    """The user without rights, where this Python works for it."""
    found = pwd.getpwnam("nobody")
    program = [sys.executable, "-c", "import twauth_gui.app"]
    tried = subprocess.run(
        [*_becoming(found), *program],
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    return found if tried.returncode == 0 else None


def _becoming(user: pwd.struct_passwd) -> list[str]:
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids, "--"]


def as_person(*words: str) -> list[str]:
    if os.geteuid() != 0:
        return list(words)
    user = nobody()
    if user is not None:
        return [*_becoming(user), *words]
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--", *words]


def environment(folder: Path) -> dict[str, str]:
    still_root = os.geteuid() == 0 and nobody() is None
    return {
        # Chromium refuses to build its sandbox as root.
        **({"QTWEBENGINE_DISABLE_SANDBOX": "1"} if still_root else {}),
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }


@contextmanager
def running(folder: Path, *words: str) -> Generator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        as_person(*words),
        env=environment(folder),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def seen(folder: Path, pid: int) -> dict[str, str]:
    looked = subprocess.run(
        as_person(sys.executable, "-c", LOOK, str(pid)),
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return dict(line.split() for line in looked.stdout.splitlines())


def test_the_shield_closes_what_is_open_without_it(folder: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    for name, program in (("open", OPEN), ("shielded", SHIELDED)):
        with running(folder, sys.executable, "-c", program + WAIT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            found[name] = seen(folder, process.pid)
    assert found["open"]["environ"] == "open", "so the test can fail"
    assert set(found["shielded"].values()) == {"refused"}


def test_the_command_is_closed_before_it_reads_keys(folder: Path) -> None:
    with running(folder, *PROGRAM, "app", "add", "Newsroom") as process:
        eventually(
            lambda: seen(folder, process.pid)["mem"] == "refused" or process.poll() is not None,
            60,
            "the command waits for the keys, closed",
        )
        assert process.poll() is None, "it waits for the keys on standard input"


def test_the_window_is_closed(folder: Path) -> None:
    with running(folder, sys.executable, "-m", "twauth_gui") as process:
        eventually(
            lambda: seen(folder, process.pid)["mem"] == "refused" or process.poll() is not None,
            60,
            "the window is open, its memory closed",
        )
        assert process.poll() is None


def test_what_takes_its_place_may_write_cores_as_before() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    program = (
        "import resource as r; from twauth_gui.services.shield import shield, give_cores_back;"
        "before = shield(); now = r.getrlimit(r.RLIMIT_CORE)[0]; give_cores_back(before);"
        "print(now, *r.getrlimit(r.RLIMIT_CORE))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.split() == ["0", *map(str, before)]


BROWSER = """
import sys
from twauth_gui.app import make_application
from twauth_gui.services.shield import shield
app = make_application()
shield()
from PySide6.QtWebEngineWidgets import QWebEngineView
view = QWebEngineView()
view.loadFinished.connect(lambda: view.page().runJavaScript("6 * 7", lambda n: app.exit(int(n))))
view.setHtml("<p>a page")
view.show()
sys.exit(app.exec())
"""


def test_the_browser_engine_works_behind_it(folder: Path) -> None:
    with running(folder, sys.executable, "-c", BROWSER) as process:
        _out, err = process.communicate(timeout=120)
        assert process.returncode == 42, err
