"""Prove that apt-packages.txt names an owner for every library Qt's used parts link to."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

LIST = Path(__file__).parents[2] / "resources" / "apt-packages.txt"
USED = (
    "lib/libQt6Core.so.6",
    "lib/libQt6DBus.so.6",
    "lib/libQt6Gui.so.6",
    "lib/libQt6Network.so.6",
    "lib/libQt6Svg.so.6",
    "lib/libQt6WaylandClient.so.6",
    "lib/libQt6WebEngineCore.so.6",
    "lib/libQt6Widgets.so.6",
    "lib/libQt6XcbQpa.so.6",
    "plugins/platforms/libqwayland.so",
    "plugins/platforms/libqxcb.so",
    "plugins/wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    "libexec/QtWebEngineProcess",
)
EVERYWHERE = {"libc6", "libgcc-s1", "libstdc++6"}
"""Packages no Debian with a Python lacks."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dpkg-query") is None,
    reason="only dpkg knows which package a library is from",
)


def read_group(group: str) -> set[str]:
    words = (line.split() for line in LIST.read_text().splitlines() if not line.startswith("#"))
    return {line[1] for line in words if line[0] == group}


def find_linked_libraries() -> dict[str, Path | None]:
    """Library names outside of Qt's own folder, with where the loader finds them."""
    qt = Path(PySide6.__path__[0]) / "Qt"
    answer = subprocess.run(
        ["ldd", *(qt / name for name in USED)], capture_output=True, text=True, check=True
    )
    found: dict[str, Path | None] = {}
    for name, target in re.findall(r"^\t(\S+) => (not found|\S+)", answer.stdout, re.MULTILINE):
        if not target.startswith(str(qt)):
            found[name] = None if target == "not found" else Path(target)
    return found


def direct() -> set[str]:
    qt = Path(PySide6.__path__[0]) / "Qt"
    answer = subprocess.run(
        ["objdump", "-p", *(qt / name for name in USED)], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"^\s+NEEDED\s+(\S+)$", answer.stdout, re.MULTILINE))


def owner(snapshots: Path) -> str:
    """The package a library file is from, without the suffix Debian 13 added to some."""
    for name in (
        str(snapshots),
        str(snapshots.resolve()),
        str(snapshots.resolve()).removeprefix("/usr"),
    ):
        answer = subprocess.run(
            ["dpkg-query", "-S", name], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            return answer.stdout.split(":")[0].removesuffix("t64")
    pytest.fail(f"no package owns {snapshots}")


def test_every_library_is_found_and_its_package_listed() -> None:
    places = find_linked_libraries()
    assert not [name for name, place in places.items() if place is None]
    needed = {owner(place) for name, place in places.items() if place and name in direct()}
    assert needed - EVERYWHERE <= read_group("app")
    assert len(needed) > 30


def test_groups_are_the_two_that_setup_knows() -> None:
    words = (line.split() for line in LIST.read_text().splitlines() if not line.startswith("#"))
    assert {line[0] for line in words} == {"app", "dev"}
    assert not read_group("app") & read_group("dev")
