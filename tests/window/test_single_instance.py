"""One window per data folder: a second start hands over, and nothing keeps it from opening."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtTest import QTest

from tests.window.driver import WindowDriver
from tests.window.import_steps import ImportUser
from twauth_gui.app import begin_listening
from twauth_gui.domain.accounts import Account
from twauth_gui.gui.imports.import_dialog import ImportDialog
from twauth_gui.gui.palette.palette_dialog import PaletteDialog
from twauth_gui.gui.single_instance import (
    InstanceServer,
    StartAnswer,
    claim_instance,
    send_request,
)
from twauth_gui.gui.start_request import StartRequest, take_activation_token
from twauth_gui.services.instance_lock import InstanceLock, InstanceState

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its sockets are pipes")

REPOSITORY = Path(__file__).resolve().parents[2]

# A first window reduced to what a second one meets: lock and socket, without an event loop.
HUNG = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from twauth_gui.gui.imports.import_dialog import ImportDialog
from twauth_gui.gui.palette.palette_dialog import PaletteDialog
from twauth_gui.gui.single_instance import InstanceServer
from twauth_gui.services.instance_lock import InstanceLock
app = QCoreApplication([])
lock = InstanceLock(Path(sys.argv[1]))
server = InstanceServer(lock.address, app)
print(lock.state.value, lock.state.value == "first" and server.listen(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's runtime folder; its path is short, as a socket's has to be."""
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def owner(qapp: QCoreApplication) -> Generator[QObject]:
    owner = QObject()
    yield owner
    shiboken6.delete(owner)


def start_hung(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HUNG, str(folder)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def hung(tmp_path: Path, runtime: Path) -> Generator[subprocess.Popen[str]]:
    with start_hung(tmp_path) as process:
        assert read_line(process) == "first True"
        yield process
        process.kill()


def start_window(folder: Path, *arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "twauth_gui", "--data-dir", folder, *arguments],
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
    )


def write_keys(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(f"TWITTER_API_KEY={'k' * 25}\nTWITTER_API_SECRET={'s' * 50}\n")
    return path


def test_a_second_start_hands_its_files_over(
    driver: WindowDriver, account: Account, runtime: Path, tmp_path: Path
) -> None:
    lock = InstanceLock(driver.installation.paths.data)
    driver.open()
    begin_listening(driver.window, lock, StartRequest())
    driver.press("Settings")
    driver.window.hide()
    bad = os.fsdecode(b"not \xff text.env")
    with start_window(driver.installation.paths.data, write_keys(tmp_path, bad)) as second:
        driver.wait_until(lambda: second.poll() is not None)
        assert second.returncode == 0, second.stderr and second.stderr.read()
    assert driver.window.isVisible()
    assert driver.has_text("Settings")
    driver.press("Done")
    driver.wait_until(lambda: driver.window.context.dialogs.count() == 1)
    import_user = ImportUser(driver)
    driver.wait_until(lambda: import_user.titles)
    driver.press("Cancel")
    lock.release()


def test_what_a_start_is_for_waits_for_the_lock(
    driver: WindowDriver, account: Account, tmp_path: Path
) -> None:
    driver.open()
    vault, dialogs = driver.window.context.vault, driver.window.context.dialogs
    driver.window.context.auto_lock.lock()
    driver.wait_until(lambda: vault.is_app_locked)
    driver.window.take_start_request(StartRequest((write_keys(tmp_path, "bot.env"),)))
    driver.window.take_start_request(StartRequest(wants_palette=True))
    driver.wait_for_text("once this dialog is closed and Twauth is unlocked")
    assert dialogs.count() == 0
    vault.unlock()
    driver.wait_until(lambda: isinstance(dialogs.top(), ImportDialog))
    driver.press("Cancel")
    driver.window.take_start_request(StartRequest(wants_palette=True))
    assert isinstance(dialogs.top(), PaletteDialog)


def test_of_many_starts_at_once_one_is_the_first(tmp_path: Path, runtime: Path) -> None:
    starts = [start_hung(tmp_path) for _ in range(4)]
    states = sorted(read_line(one) for one in starts)
    assert states == ["first True", "taken False", "taken False", "taken False"]
    for one in starts:
        one.kill()
        with one:
            pass


def test_what_a_killed_window_leaves_is_taken_over(
    hung: subprocess.Popen[str], tmp_path: Path, owner: QObject
) -> None:
    assert InstanceLock(tmp_path).state is InstanceState.TAKEN
    hung.send_signal(signal.SIGKILL)
    hung.wait()
    lock = InstanceLock(tmp_path)
    assert Path(lock.address).is_socket()
    assert lock.state is InstanceState.FIRST
    server = InstanceServer(lock.address, owner)
    assert server.listen()
    assert Path(lock.address).stat().st_mode & 0o077 == 0
    lock.release()


def test_a_window_that_hangs_delays_the_next_for_a_moment_only(
    driver: WindowDriver, hung: subprocess.Popen[str], tmp_path: Path
) -> None:
    lock = InstanceLock(tmp_path)
    address = lock.address
    driver.open()
    begin_listening(driver.window, lock, StartRequest())
    driver.wait_for_text("does not answer, so this one opened beside it")
    other = claim_instance(tmp_path, StartRequest(), answer_ms=100)
    assert other is not None
    assert other.state is InstanceState.TAKEN
    assert send_request(f"{address}.not", StartRequest()) is StartAnswer.UNREACHABLE


def test_a_window_that_is_closing_is_waited_for(
    hung: subprocess.Popen[str], tmp_path: Path
) -> None:
    Path(InstanceLock(tmp_path).address).unlink()
    threading.Timer(0.1, hung.kill).start()
    lock = claim_instance(tmp_path, StartRequest())
    assert lock is not None
    assert lock.state is InstanceState.FIRST
    lock.release()


def test_a_folder_that_others_can_enter_is_not_used(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = InstanceLock(tmp_path)
    assert Path(own.address).parent == runtime
    own.release()
    runtime.chmod(0o755)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fallback = InstanceLock(tmp_path)
    folder = Path(fallback.address).parent
    assert folder.parent == tmp_path
    assert (fallback.state, folder.stat().st_mode & 0o777) == (InstanceState.FIRST, 0o700)
    fallback.release()
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert InstanceLock(tmp_path).state is InstanceState.UNKNOWN


class Visitor:
    """A program that connects to the window's socket without being a Twauth."""

    def __init__(self, qtbot: QtBot, address: str) -> None:
        self._qtbot = qtbot
        self._address = address

    def ask(self, text: bytes) -> bytes:
        """Send a text and return all that is answered."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0)
            connection.connect(self._address)
            left = text
            answer: list[bytes] = []

            def exchange() -> bool:
                nonlocal left
                try:
                    left = left[connection.send(left) :] if left else b""
                    answer.append(connection.recv(4096))
                except BlockingIOError:
                    return False
                except (BrokenPipeError, ConnectionResetError):
                    return True
                return not answer[-1]

            self._qtbot.waitUntil(exchange, timeout=10_000)
            return b"".join(answer)


GOOD = {"version": 1, "paths": ["/a", "/b\udcff"], "palette": True, "token": "desk_TIME1"}


def test_only_requests_are_taken(
    qtbot: QtBot, runtime: Path, tmp_path: Path, owner: QObject
) -> None:
    lock = InstanceLock(tmp_path)
    server = InstanceServer(lock.address, owner)
    taken: list[StartRequest] = []
    server.requested.connect(taken.append)
    assert server.listen()
    visitor = Visitor(qtbot, lock.address)
    for text in (
        "rubbish",
        "[" * 100_000,
        "[]",
        json.dumps({**GOOD, "version": 2}),
        json.dumps({**GOOD, "paths": "/a"}),
        json.dumps({**GOOD, "paths": ["relative"]}),
        json.dumps({**GOOD, "paths": ["/with\0zero"]}),
        "x" * 300_000,
    ):
        assert visitor.ask(f"{text}\n".encode()) in {b"not understood\n", b""}
    assert taken == []
    assert visitor.ask(f"{json.dumps(GOOD)}\n".encode()) == b"done\n"
    assert visitor.ask(f"{json.dumps({**GOOD, 'token': 'x' * 300})}\n".encode()) == b"done\n"
    paths = (Path("/a"), Path("/b\udcff"))
    assert taken == [
        StartRequest(paths, wants_palette=True, activation_token=token)
        for token in ("desk_TIME1", "")
    ]
    silent = [socket.socket(socket.AF_UNIX) for _ in range(40)]
    for one in silent:
        one.settimeout(0)
        one.connect_ex(lock.address)
    QTest.qWait(0)
    for one in silent:
        one.close()
    assert visitor.ask(f"{json.dumps(GOOD)}\n".encode()) == b"done\n"
    server.close()
    lock.release()


def test_the_token_of_the_desktop() -> None:
    both = {"DESKTOP_STARTUP_ID": "x11", "XDG_ACTIVATION_TOKEN": "wayland"}
    assert take_activation_token(both) == "wayland"
    assert take_activation_token({"DESKTOP_STARTUP_ID": "x11"}) == "x11"
    assert take_activation_token({"XDG_ACTIVATION_TOKEN": ""}) == ""
