"""Prove that the parts of Windows agree: the installer compiles, and its entry is the window's."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

WINDOWS = Path(__file__).parents[2] / "packaging" / "windows"
PACKAGE = runpy.run_path(str(WINDOWS / "package.py"))
SCRIPT = (WINDOWS / "twauth.nsi").read_text(encoding="utf-8")
APP_ID = "dev.twauth.Twauth"

_START = """
import ctypes, sys, types
from PySide6.QtWidgets import QApplication
from twauth_gui import app

def set_id(name):
    print(name, QApplication.instance())

sys.platform = "win32"
shell32 = types.SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=set_id)
ctypes.windll = types.SimpleNamespace(shell32=shell32)
app.make_application()
"""


def test_the_taskbar_knows_the_window_before_there_is_one() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START],
        capture_output=True,
        text=True,
        check=True,
        env={"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout == f"{APP_ID} None\n"
    assert f'!define APP_ID "{APP_ID}"' in SCRIPT  # what CreateStartMenuEntry writes into the entry


_NO_CONSOLE = """
import sys
from twauth_gui import app
from twauth_gui.gui.qt_messages import QtMessageHandler

sys.stdout = sys.stderr = None
messages = QtMessageHandler()
app.make_application()
"""


def test_a_program_without_a_console_ends_in_order_if_qt_cannot_start() -> None:
    command = [sys.executable, "-c", _NO_CONSOLE]
    env = {"QT_QPA_PLATFORM": "none-such", "PATH": ""}
    done = subprocess.run(command, check=False, env=env, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder in the layout of PyInstaller, with stand-ins for the programs."""
    folder = tmp_path / "Twauth"
    (folder / "_internal" / "PySide6").mkdir(parents=True)
    for name in ("twauth-gui.exe", "twauth.exe", "LICENSE", "_internal/PySide6/Qt6Core.dll"):
        (folder / name).write_text(name)
    return folder


def test_the_installer_compiles_without_a_warning(
    bundle: Path, tmp_path: Path, qapp: object
) -> None:
    icon = tmp_path / "twauth.ico"
    PACKAGE["write_icon"](icon)
    target = tmp_path / PACKAGE["installer_name"]("1.2.3")
    PACKAGE["make_installer"](bundle, target, "1.2.3", icon)
    content = target.read_bytes()
    assert content.startswith(b"MZ")
    assert "Twauth installer".encode("utf-16-le") in content  # the version resource
    assert b'level="asInvoker"' in content  # nobody is asked for an administrator's password
    broken = "1.2"  # the version resource takes four numbers
    with pytest.raises(subprocess.CalledProcessError):
        PACKAGE["make_installer"](bundle, target, broken, icon)


def test_removing_leaves_what_the_installer_did_not_bring() -> None:
    removed = re.findall(r"^ *(?:RMDir|Delete) (.+)$", SCRIPT, re.MULTILINE)
    assert '"$INSTDIR"' in removed  # only if it is empty
    assert not [one for one in removed if one.startswith("/r") and one.endswith('$INSTDIR"')]
    assert "HKLM" not in SCRIPT
    assert "APPDATA" not in SCRIPT.replace("$LOCALAPPDATA\\Programs", "")


def test_one_bundle_makes_one_portable_archive(bundle: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    PACKAGE["make_portable"](bundle, first)
    (bundle / "twauth.exe").touch()
    PACKAGE["make_portable"](bundle, second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = archive.namelist()
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} == {"Twauth"}
    assert "Twauth/_internal/PySide6/Qt6Core.dll" in names
