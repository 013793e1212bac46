"""Prove what of a frozen program goes into the bundle, and how it joins the applications menu."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

LINUX = Path(__file__).parents[2] / "packaging" / "linux"
PROJECT = tomllib.loads((LINUX.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
SHARED = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
SHELL_FILES = sorted(SHARED.values())
APP_ID = "dev.twauth.Twauth"


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
    return set(contents("*(n for n in sys.argv[1:] if contents.belongs(n))", *names).split())


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
    }
    left_out = {
        f"{qt}/qml/QtQuick/qmldir",
        f"{qt}/plugins/platforms/libqvnc.so",
        f"{qt}/plugins/platformthemes/libqgtk3.so",
        f"{qt}/plugins/sqldrivers/libqsqlite.so",
        f"{qt}/translations/qtbase_de.qm",
        "libstdc++.so.6",
        "libGLX.so.0",
        "nss/libsoftokn3.so",
    }
    assert select_bundled(*bundled_files, *left_out) == bundled_files


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """An unpacked bundle in a folder with a difficult name."""
    folder = tmp_path / 'my "own" $HOME 100% \\ stuff'
    (folder / "share").mkdir(parents=True)
    shutil.copy(LINUX / "install-desktop-entry", folder)
    shutil.copy(LINUX / f"{APP_ID}.desktop", folder / "share")
    (folder / "share" / f"{APP_ID}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "twauth").touch()
    for name in SHELL_FILES:
        (folder / name).parent.mkdir(parents=True)
        (folder / name).touch()
    return folder


def install(bundle: Path, home: Path, *arguments: str) -> int:
    env = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = ["sh", str(bundle / "install-desktop-entry"), *arguments]
    return subprocess.run(command, env=env, check=False, capture_output=True).returncode


def unescape_argument(value: str) -> str:
    """Read an Exec value of one quoted argument as the Desktop Entry specification says."""
    string = value.replace("\\\\", "\\")
    assert string[0] == string[-1] == '"'
    inner, plain = string[1:-1].replace("%%", "%"), ""
    while inner:
        step = inner[0] == "\\"
        plain, inner = plain + inner[step], inner[step + 1 :]
    return plain


def test_the_menu_entry_starts_this_bundle_until_it_is_removed(
    bundle: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert install(bundle, home) == 0
    share = home / ".local" / "share"
    entry = share / "applications" / f"{APP_ID}.desktop"
    icon = share / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg"
    assert icon.exists()
    parsed = ConfigParser(interpolation=None)
    parsed.read(entry)
    sections = {name: values["Exec"] for name, values in parsed.items() if "Exec" in values}
    starts = {name: exec_line.rsplit(" ", 1) for name, exec_line in sections.items()}
    assert {unescape_argument(program) for program, _ in starts.values()} == {
        str(bundle / "twauth-gui")
    }
    assert {name: rest for name, (_, rest) in starts.items()} == {
        "Desktop Entry": "%F",
        "Desktop Action palette": "--palette",
    }
    link = home / ".local" / "bin" / "twauth"
    assert link.readlink() == bundle / "twauth"
    shared = [home / ".local" / name for name in SHELL_FILES]
    assert len(shared) == 4
    assert all(path.exists() for path in shared)
    assert install(bundle, home, "--remove") == 0
    assert not any(path.exists() for path in (*shared, link))
    assert not entry.exists()
    assert not icon.exists()
    assert install(bundle, home, "--wrong") == 2


def test_another_twauth_of_this_person_stays(bundle: Path, tmp_path: Path) -> None:
    own = tmp_path / "home" / ".local" / "bin" / "twauth"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh")
    for arguments in ((), ("--remove",)):
        assert install(bundle, tmp_path / "home", *arguments) == 0
        assert own.read_text() == "#!/bin/sh"
