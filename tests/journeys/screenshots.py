"""Take the documentation's pictures of the window: python -m tests.journeys.screenshots."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.journeys.window_user import REPOSITORY, TEST_ENVIRONMENT
from tests.support.desktop import Desktop, StillScreen
from tests.support.screen_reader import Screen
from tests.support.wait import wait_until

FOLDER = REPOSITORY / "docs" / "pictures"

# name of the picture: theme, scene on the stage, what is on screen when the scene is set
PICTURES = {
    "main-light": ("light", "main", "Credentials"),
    "main-dark": ("dark", "main", "Credentials"),
    "sign-in": ("light", "resume", "Approve, then type the PIN"),
    "export": ("light", "export", "Destination"),
    "import": (
        "light",
        "import-found",
        "Twauth asks X which account each one belongs to. The files stay as they are.",
    ),
    "several": ("light", "walk", "0 of 5 signed in"),
    "explained": ("light", "explained", "Explain an error"),
    "first-run": ("light", "empty", "Sign in your first bot account"),
}


def take_screenshot(desktop: Desktop, name: str) -> Path:
    """Set one scene on the stage and write what the window shows, without its frame."""
    theme, scene, landmark = PICTURES[name]
    argv = [
        sys.executable,
        "-m",
        "tests.journeys.stage",
        "--theme",
        theme,
        "--scene",
        scene,
        "--still",
    ]
    program = desktop.start(argv, **TEST_ENVIRONMENT)
    with Screen(desktop, program.pid) as screen:
        screen.find("label", landmark, seconds=20)
        screen.move_to(2, 2)
        whole = desktop.folder / "screen.png"
        wait_until(StillScreen(desktop, whole), 20, "the window stands still")
    picture = FOLDER / f"{name}.png"
    with Image.open(whole) as image:
        image.crop(_client_area(desktop)).save(picture, optimize=True)
    program.kill()
    return picture


def _client_area(desktop: Desktop) -> tuple[int, int, int, int]:
    output = desktop.run(["xwininfo", "-name", "Twauth"])
    numbers = {
        words: int(value)
        for words, value in re.findall(r"(Absolute upper-left [XY]|Width|Height): +(\d+)", output)
    }
    left, top = numbers["Absolute upper-left X"], numbers["Absolute upper-left Y"]
    return left, top, left + numbers["Width"], top + numbers["Height"]


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        with (
            tempfile.TemporaryDirectory(prefix="twauth-stage-") as private,
            Desktop(Path(private), size=(1280, 860)) as desktop,
        ):
            desktop.env["QT_SCALE_FACTOR"] = "1"
            print(take_screenshot(desktop, name).relative_to(REPOSITORY))  # noqa: T201 - tells what it wrote
    return 0


if __name__ == "__main__":
    sys.exit(main())
