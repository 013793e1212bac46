"""Prove what of a frozen program goes into the bundle, and how it joins the applications menu."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINUX = Path(__file__).parents[2] / "packaging" / "linux"


def contents(expression: str, *arguments: str) -> str:
    """What an expression prints that uses contents, imported as the spec does."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, contents; print({expression})", *arguments],
        cwd=LINUX,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    return done.stdout.strip()


def select_bundled(*names: str) -> set[str]:
    """Those of the names that the bundle keeps."""
    return set(contents("*(n for n in sys.argv[1:] if contents.is_wanted(n))", *names).split())


def test_the_bundle_takes_what_the_program_shows_with() -> None:
    qt = "PySide6/Qt"
    bundled_files = {
        f"{qt}/plugins/platforms/libqxcb.so",
        f"{qt}/plugins/platforms/libqwayland.so",
        f"{qt}/plugins/imageformats/libqjpeg.so",
        f"{qt}/translations/qtwebengine_locales/en-US.pak",
        f"{qt}/resources/icudtl.dat",
        f"{qt}/libexec/QtWebEngineProcess",
        "twauth_gui/resources/icons/check.svg",
        "libxcb-cursor.so.0",
        "python3.13/lib-dynload/resource.cpython-313-x86_64-linux-gnu.so",
    }
    left_out = {
        f"{qt}/qml/QtQuick/qmldir",
        f"{qt}/plugins/platforms/libqvnc.so",
        f"{qt}/plugins/platformthemes/libqgtk3.so",
        f"{qt}/plugins/sqldrivers/libqsqlite.so",
        f"{qt}/translations/qtbase_de.qm",
        *(f"{qt}/translations/qtwebengine_locales/{one}.pak" for one in ("de", "en-GB", "es")),
        "libstdc++.so.6",
        "libGLX.so.0",
        "nss/libsoftokn3.so",
        "python3.13/lib-dynload/readline.cpython-313-x86_64-linux-gnu.so",
    }
    assert select_bundled(*bundled_files, *left_out) == bundled_files


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """An unpacked bundle whose two programs note how they are called."""
    folder = tmp_path / 'my "own" $HOME 100% stuff'
    folder.mkdir()
    shutil.copy(LINUX / "install-desktop-entry", folder)
    for name in ("twauth", "twauth-gui"):
        (folder / name).write_text('#!/bin/sh\necho "${0##*/} $*" >>"$HOME/calls"\n')
        (folder / name).chmod(0o755)
    return folder


def install(bundle: Path, home: Path, *arguments: str) -> int:
    home.mkdir(exist_ok=True)
    env = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = ["sh", str(bundle / "install-desktop-entry"), *arguments]
    return subprocess.run(command, env=env, check=False, capture_output=True).returncode


def test_the_programs_of_the_bundle_set_menu_and_shells_up(bundle: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shells = [one for one in ("bash", "zsh", "fish") if shutil.which(one)]
    assert install(bundle, home) == 0
    assert (home / "calls").read_text().splitlines() == [
        "twauth-gui --install-desktop-entry",
        *(f"twauth setup-shell {one}" for one in shells),
    ]
    link = home / ".local" / "bin" / "twauth"
    assert link.readlink() == bundle / "twauth"
    (home / "calls").unlink()
    assert install(bundle, home, "--remove") == 0
    assert (home / "calls").read_text().splitlines() == [
        "twauth-gui --remove-desktop-entry",
        *(f"twauth setup-shell {one} --remove" for one in shells),
    ]
    assert not link.is_symlink()
    assert install(bundle, home, "--wrong") == 2


def test_another_twauth_of_this_person_stays(bundle: Path, tmp_path: Path) -> None:
    own = tmp_path / "home" / ".local" / "bin" / "twauth"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh")
    for arguments in ((), ("--remove",)):
        assert install(bundle, tmp_path / "home", *arguments) == 0
        assert own.read_text() == "#!/bin/sh"
