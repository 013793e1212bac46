"""Proves that a window that cannot open says what is missing, instead of a traceback or SIGABRT."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import PySide6
import pytest

from tests.support.namespaces import hide_library

QT = Path(PySide6.__path__[0]) / "Qt"


def start(tmp_path: Path, prefix: Sequence[str] = (), **env: str) -> str:
    """Start the window in an environment where it cannot open; return its standard error."""
    inherited = ("PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    environment = {name: os.environ[name] for name in inherited if name in os.environ}
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "twauth_gui", "--data-dir", str(tmp_path / "data")],
        env={**environment, "HOME": str(tmp_path), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "einstalling" not in done.stderr
    return done.stderr


def snapshots(linked_by: Path, name: str) -> Path:
    """Return where the loader finds a library that another one links to."""
    answer = subprocess.run(["ldd", linked_by], capture_output=True, text=True, check=True).stdout
    found = re.search(rf"^\s+{re.escape(name)} => (\S+)", answer, re.MULTILINE)
    assert found, answer
    return Path(found[1])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these displays")
def test_without_a_display(tmp_path: Path) -> None:
    message = start(tmp_path)
    assert "there is no display here (neither WAYLAND_DISPLAY nor DISPLAY is set)" in message
    assert "`twauth` does the same from the terminal" in message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these displays")
def test_with_a_display_that_is_gone(tmp_path: Path) -> None:
    assert "DISPLAY=:4711 cannot be reached" in start(tmp_path, DISPLAY=":4711")
    message = start(
        tmp_path, DISPLAY=":4711", WAYLAND_DISPLAY="wayland-9", XDG_RUNTIME_DIR=str(tmp_path)
    )
    assert "WAYLAND_DISPLAY=wayland-9 and DISPLAY=:4711 cannot be reached" in message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's loader says it like this")
@pytest.mark.parametrize(
    ("linked_by", "name"),
    [
        ("lib/libQt6Gui.so.6", "libEGL.so.1"),  # fails as Python imports QtGui
        ("lib/libQt6XcbQpa.so.6", "libxcb-cursor.so.0"),  # fails as Qt loads its plug-in
    ],
)
def test_without_a_library_of_the_system(tmp_path: Path, linked_by: str, name: str) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    prefix = hide_library(snapshots(QT / linked_by, name), scratch)
    message = start(tmp_path, prefix, DISPLAY=":4711")
    assert f"this system lacks {name}, which Qt needs" in message
    assert "then try again" in message
