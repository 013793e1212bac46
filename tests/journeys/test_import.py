"""Files are dragged from another program onto the window, imported, and then deleted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.journeys.drag_process import READY, SIDE
from tests.journeys.window_user import TEST_ENVIRONMENT, WindowUser
from tests.support.desktop import Desktop
from tests.support.installations import sign_in_elsewhere
from tests.support.wait import wait_until
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

NAMES = ("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
HINT = "Drop files or folders to import what is in them"


def write_bots(folder: Path, values: dict[str, tuple[str, ...]]) -> None:
    """One bot with all keys; one without those of its app; one of another service."""
    folder.mkdir()
    for number, (handle, four) in enumerate(values.items()):
        named = list(zip(NAMES, four, strict=True))[2 * number :]
        lines = [f"TWITTER_HANDLE={handle}", *(f"{name}={value}" for name, value in named)]
        (folder / f"{handle}.env").write_text("\n".join(lines) + "\n")
    (folder / "fedi.env").write_text(f"MASTODON_ACCESS_TOKEN={'m' * 43}\n")


def drag(person: WindowUser, paths: Sequence[Path]) -> None:
    """Drag files out of a file manager, and drop them in the middle of the window."""
    desktop = person.desktop
    x, y = desktop.size[0] - SIDE, desktop.size[1] - SIDE
    argv: list[str | Path] = [
        sys.executable,
        "-m",
        "tests.journeys.drag_process",
        str(x),
        str(y),
        *paths,
    ]
    files = desktop.start(argv, **TEST_ENVIRONMENT)
    wait_until(lambda: READY in files.out, 20, "the files are on screen")
    middle = (desktop.size[0] // 2, desktop.size[1] // 2)
    person.screen.move_to(x + SIDE // 2, y + SIDE // 2)
    person.screen.press_button()
    for step in range(1, 5):  # a drag that jumps is none
        person.screen.move_to(
            x + (middle[0] - x) * step // 4,
            y + (middle[1] - y) * step // 4,
        )
    person.screen.find(None, HINT)
    person.screen.release_button()
    wait_until(lambda: len(files.out.split()) > 1, 20, "the files are dropped")
    assert files.out.split()[1] == "CopyAction", "after a move the file manager deletes them"


def test_files_are_dropped_imported_and_deleted(desktop: Desktop, sandbox: Sandbox) -> None:
    values = sign_in_elsewhere(desktop.folder / "elsewhere", sandbox)
    bots = desktop.home / "bots"
    with WindowUser(desktop) as person:
        person.add_first_app(sandbox, "Newsroom")
        person.screen.press_keys("Escape")
        write_bots(bots, values)
        drag(person, [bots])
        screen = person.screen
        first, second = values
        screen.find("cell", name_contains=f"@{first}, Newsroom, ~/bots/{first}.env:4, New")
        screen.find("radio button", "Skipped 1")
        screen.find(
            "cell", name_contains=f"@{second}, ~/bots/{second}.env:2, Choose an app"
        ).click()
        screen.press_keys("Return", "Return")  # opens the choice, and takes the first
        screen.find("cell", name_contains="Ready, checked")
        person.take_picture("import")
        person.require_no_trace([value for four in values.values() for value in four])
        person.press("Import 2")
        screen.find("label", name_contains="2 of 2 imported. 2 plain-text files", seconds=40)
        screen.find("radio button", "Files 2").click()
        screen.find("cell", name_contains=f"{second}.env").click()
        person.press("Delete this file…")
        person.press("Delete file")
        screen.find("cell", name_contains="Deleted")
        assert sorted(path.name for path in bots.iterdir()) == ["fedi.env", f"{first}.env"]
        person.press("Done")
        for handle in values:
            screen.find("list item", name_contains=f"@{handle}, Newsroom")
        person.close()
