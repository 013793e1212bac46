"""The whole main job without a pointer: through a screen reader's actions, and by keys alone."""

from __future__ import annotations

import json

import pytest

from tests.journeys.pointerless_users import KeyboardUser, PointerlessUser, ScreenReaderUser
from tests.journeys.window_user import WindowUser, read_clipboard
from tests.support.desktop import Desktop
from tests.support.sandbox_browser import approve_sign_in
from tests.support.wait import wait_until
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

HANDLE, APP = "marsh_weather", "Newsroom"


def test_through_the_screen_reader_alone(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as window, ScreenReaderUser(window, desktop) as user:
        do_main_job(window, user, desktop, sandbox)
        frame = window.screen.find("frame", "Twauth")
        for region in ("Sections and apps", "Account list", "Selected account"):
            window.screen.find("panel", region, within=frame)
        window.close()


def test_by_the_keyboard_alone(desktop: Desktop, sandbox: Sandbox) -> None:
    with WindowUser(desktop) as window, KeyboardUser(window, desktop) as user:
        do_main_job(window, user, desktop, sandbox)
        window.close()


def do_main_job(
    window: WindowUser, user: PointerlessUser, desktop: Desktop, sandbox: Sandbox
) -> None:
    """From the first start to an account that was removed and is back."""
    add_app(window, user, sandbox)
    sign_in(window, user, desktop)
    user.select_row(f"@{HANDLE}")
    user.press("Check now")
    user.wait_for_announcement("Can read and write. Checked just now")
    path = desktop.home / f"{HANDLE}.env"
    user.press("Export…")
    user.choose("File")
    user.fill("Path of the file", str(path))
    user.press("Save file")
    wait_until(path.exists, 10, "the file is written")
    user.press("Remove…")
    user.press("Remove")
    user.wait_for_announcement(f"Removed @{HANDLE}")
    user.press("Undo")
    window.screen.find("list item", name_contains=f"@{HANDLE}")
    user.choose_entry("Sorted by handle, A to Z", "Newest first")
    window.screen.find("push button", "Sorted by newest first")
    user.press("Settings")
    user.choose_item("Never", "30 minutes")
    user.press("Done")


def add_app(window: WindowUser, user: PointerlessUser, sandbox: Sandbox) -> None:
    """Type the keys into the first page, say where the app is, and save it."""
    app = sandbox.demo_app
    user.fill(
        "Keys of your app", json.dumps({"api_key": app.api_key, "api_secret": app.api_secret})
    )
    user.press("Add this app")
    user.fill("Callback URLs", app.callbacks[0])
    user.fill("API host", sandbox.url)
    user.fill("Name in this window", APP)
    user.press("Save app")
    window.screen.find("text", "Expected handle")


def sign_in(window: WindowUser, user: PointerlessUser, desktop: Desktop) -> None:
    """Sign in by PIN; what is wrong with a handle is announced."""
    user.fill("Expected handle", "no such handle")
    user.wait_for_announcement("A handle has up to 15 letters")
    user.fill("Expected handle", HANDLE)
    user.choose("With a PIN")
    user.press("Get the link")
    user.press("Copy link")
    link = wait_until(lambda: read_clipboard(desktop), 10, "the link is copied")
    user.fill("PIN", approve_sign_in(link, HANDLE).page.pin)
    user.press("Finish sign-in")
    window.screen.find("heading", f"@{HANDLE} is signed in", seconds=40)
    user.press("Done")
