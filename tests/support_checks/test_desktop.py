"""Prove that a desktop has its parts, keeps to its folder, leaves no process behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.support.desktop import MARKER, Desktop, main
from tests.support.screen_reader import Screen
from tests.support.wait import wait_until
from tests.support_checks.conftest import REPOSITORY

pytestmark = pytest.mark.journey


def test_the_keychain_stores_locks_unlocks(desktop: Desktop) -> None:
    desktop.run(["secret-tool", "store", "--label=x", "bot", "fernwick"], stdin="canary one")
    assert desktop.run(["secret-tool", "lookup", "bot", "fernwick"]) == "canary one"
    desktop.lock_keyring()
    waiting = desktop.start(["secret-tool", "lookup", "bot", "fernwick"])
    with Screen(desktop, "gcr-prompter") as dialog:
        dialog.find("push button", "Cancel").click()
    assert waiting.wait() == 1
    desktop.unlock_keyring()
    assert desktop.run(["secret-tool", "lookup", "bot", "fernwick"]) == "canary one"

    desktop.keyring.kill()
    desktop.unlock_keyring()  # a call starts it again
    assert desktop.run(["secret-tool", "lookup", "bot", "fernwick"]) == "canary one"


def test_the_screen_has_its_size_and_can_be_pictured(desktop: Desktop, tmp_path: Path) -> None:
    with Image.open(desktop.screenshot(tmp_path / "screen.png")) as picture:
        assert picture.size == (1280, 800)


def test_private_folders_are_private(desktop: Desktop) -> None:
    assert desktop.runtime.stat().st_mode & 0o777 == 0o700
    assert desktop.run(["sh", "-c", "echo $HOME"]).strip() == str(desktop.home)


def test_without_a_keychain_none_can_be_called(tmp_path: Path) -> None:
    with Desktop(tmp_path, keychain=False, size=(800, 600)) as bare:
        assert not bare.bus.has_owner("org.freedesktop.secrets")
        with pytest.raises(subprocess.CalledProcessError) as failed:
            bare.run(["secret-tool", "lookup", "bot", "fernwick"])
        assert "org.freedesktop.secrets" in failed.value.stderr


def test_even_a_daemon_that_left_its_group_ends_with_the_desktop(tmp_path: Path) -> None:
    with Desktop(tmp_path, keychain=False) as desktop:
        desktop.start(["sh", "-c", "setsid sleep 600 & wait"])
        mark = desktop.env[MARKER]
        wait_until(lambda: "sleep" in _commands_of(mark), 5, "the daemon runs")
    assert _commands_of(mark) == []
    assert not desktop.runtime.exists()


def test_a_killed_test_run_takes_its_desktop_along() -> None:
    argv = [sys.executable, "-m", "tests.support.desktop", "--no-keychain", "--"]
    argv += ["sh", "-c", f"echo ${MARKER} $XDG_RUNTIME_DIR; exec sleep 600"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        mark, runtime = run.stdout.readline().split()
        assert "Xvfb" in _commands_of(mark)
        run.send_signal(signal.SIGKILL)
    wait_until(lambda: not _commands_of(mark), 5, "every process of the desktop is gone")
    wait_until(lambda: not Path(runtime).exists(), 5, "its runtime folder is gone")


CLOSED = """
import sys, tempfile
from pathlib import Path
from tests.support.desktop import Desktop
with tempfile.TemporaryDirectory() as folder, Desktop(Path(folder), keychain=False) as desktop:
    started = desktop.start([sys.executable, "-c", sys.argv[2]], PYTHONPATH=sys.argv[1])
    while "ready" not in started.out:
        pass
    print(started.pid, flush=True)
    input()
"""


def test_a_killed_test_run_takes_along_what_hides_its_environment() -> None:
    shielded = (
        "from twauth_gui.services.process_hardening import harden_process; harden_process(); "
        "print('ready', flush=True)"
    )
    wait = "import signal; signal.pause()"
    argv = [sys.executable, "-c", CLOSED, str(REPOSITORY), f"{shielded}; {wait}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, cwd=REPOSITORY) as run:
        assert run.stdout is not None
        window = Path("/proc", run.stdout.readline().strip())
        assert (window / "comm").exists()
        run.send_signal(signal.SIGKILL)
    wait_until(lambda: not window.exists(), 5, "the closed process is gone")


def test_the_command_line_gives_the_exit_code_back() -> None:
    command = ["sh", "-c", 'test -n "$DISPLAY" && exit 7']
    assert main(["--size", "800x600", "--no-keychain", "--", *command]) == 7


def _commands_of(mark: str) -> list[str]:
    """The names of a desktop's running processes."""
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "comm").read_text("utf-8").strip())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found
