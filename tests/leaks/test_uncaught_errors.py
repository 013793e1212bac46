"""Uncaught errors never show their text: on screen, on stderr, in the log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.secret_search import search_files
from twauth_gui.services.log_file import LOG_NAME

ROOT = Path(__file__).parents[2]
CANARY = "canary-of-the-errors-4711"

IN_THE_WINDOW = f"""
import logging, sys, threading
import twauth_gui.app as app
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QLabel
from twauth_gui.domain.secret import Secret

secret = Secret({CANARY!r})

class Falls:
    def __del__(self):
        local = secret.reveal()
        raise ValueError(local)

def fail(*_):
    local = secret.reveal()
    raise RuntimeError(f"it was {{local}}")

def raise_errors(window):
    thread = threading.Thread(target=fail, name="unlucky")
    thread.start()
    thread.join()
    fallen = Falls()
    del fallen
    qWarning(f"Qt saw {{secret.reveal()}}")
    logging.getLogger("requests").warning("a header %s", secret.reveal())
    window.context.run_in_store(window, fail, print, window.show_problem)
    QTimer.singleShot(0, window, fail)

def shown(window):
    dialog = window.context.dialogs.top()
    if dialog is None:
        return QTimer.singleShot(50, window, lambda: shown(window))
    for label in window.findChildren(QLabel):
        print(label.text())
    window.close()

def opened(*words):
    window = original(*words)
    window.ready.connect(lambda: (QTimer.singleShot(0, window, lambda: raise_errors(window)),
                                  QTimer.singleShot(50, window, lambda: shown(window))))
    return window

original, app.open_window = app.open_window, opened
sys.exit(app.main(["--data-dir", sys.argv[1]]))
"""

IN_THE_COMMAND = f"""
import sys
from twauth_gui.cli import exit_handling
from twauth_gui.cli.main import main
from twauth_gui.domain.secret import Secret

def run_root(arguments, session):
    secret = Secret({CANARY!r})
    with session.open_services():
        local = secret.reveal()
        raise RuntimeError(f"it was {{local}}")

exit_handling.run_root = run_root
sys.exit(main(["list", "--all"]))
"""


def run(program: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, "-c", program, str(folder / "data")],
        cwd=ROOT,
        env={
            **measured,
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "TWAUTH_DATA_DIR": str(folder / "data"),
            "TWAUTH_LOG_LEVEL": "debug",
            "QT_QPA_PLATFORM": "offscreen",
            **env,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_in_the_window(tmp_path: Path) -> None:
    result = run(IN_THE_WINDOW, tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Something unexpected happened" in result.stdout
    log = (tmp_path / "data" / "log" / LOG_NAME).read_text("utf-8")
    assert "Uncaught RuntimeError at __main__:" in log
    assert "Uncaught in thread unlucky: RuntimeError" in log
    assert "Unraisable ValueError" in log
    assert "A job ended with RuntimeError" in log
    assert log.count("qt: ") == log.count("Qt saw ••••") >= 1
    assert "WARNING requests: a header ••••" in log
    assert CANARY not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert not search_files([CANARY], [tmp_path])


def test_in_the_command(tmp_path: Path) -> None:
    result = run(IN_THE_COMMAND, tmp_path)
    assert result.returncode == 1
    assert "twauth: Something unexpected happened." in result.stderr
    assert "may be incomplete" in result.stderr
    assert "RuntimeError at " in result.stderr
    assert "Traceback" not in result.stderr
    log = (tmp_path / "data" / "log" / LOG_NAME).read_text("utf-8")
    assert "Uncaught RuntimeError" in log
    assert CANARY not in result.stdout + result.stderr
    assert not search_files([CANARY], [tmp_path])
