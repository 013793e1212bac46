"""Proves that without Qt there are the command and the library, and one line about the window."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.support.command import CALL_SECONDS

REPOSITORY = Path(__file__).resolve().parents[2]
_OF_QT = ("PySide6", "pyside6", "shiboken6")

_IMPORT_ALL = """
import pkgutil
from importlib import import_module
import twauth_gui
window = tuple(f"twauth_gui.{one}" for one in ("gui", "self_test", "app", "__main__"))
for found in pkgutil.walk_packages(twauth_gui.__path__, "twauth_gui."):
    if not found.name.startswith(window):
        import_module(found.name)
from twauth_gui import client
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with every installed package but Qt's."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for one in Path(sysconfig.get_path("purelib")).iterdir():
        if not one.name.startswith(_OF_QT) and one.suffix != ".pth":
            (folder / one.name).symlink_to(one)
    return folder


def run_without_qt(packages: Path, code: str) -> subprocess.CompletedProcess[str]:
    path = [str(REPOSITORY), str(packages)]
    program = f"import sys; sys.path[:0] = {path}\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=CALL_SECONDS,
        check=False,
    )


def test_the_command_and_the_library_need_no_qt(packages: Path) -> None:
    done = run_without_qt(packages, _IMPORT_ALL)
    assert (done.returncode, done.stderr) == (0, "")
    command = "from twauth_gui.cli.main import main; sys.argv = ['twauth', '--version']; main()"
    assert run_without_qt(packages, command).stdout.startswith("Twauth ")


def test_the_window_names_what_installs_it(packages: Path) -> None:
    done = run_without_qt(packages, "from twauth_gui.__main__ import main; sys.exit(main())")
    assert done.returncode == 1
    assert "pip install 'twauth[gui]'" in done.stderr
    assert "Traceback" not in done.stderr
