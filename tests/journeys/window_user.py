"""A user of the window, who finds everything through the screen reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from tests.support.desktop import Desktop
from tests.support.processes import Program, require_isolation
from tests.support.screen_reader import Screen
from tests.support.secret_search import (
    list_descendants,
    list_readable_by_others,
    search_processes,
    search_screen,
    search_titles,
)
from twauth_gui.sandbox.server import Sandbox

REPOSITORY = Path(__file__).resolve().parents[2]
TEST_ENVIRONMENT = {"PYTHONPATH": str(REPOSITORY)}
ENGINE_PROCESS = "QtWebEngineProc"  # the kernel keeps fifteen letters of a name

_SIGN_IN_SECONDS = 40.0


class WindowUser:
    """Uses one running window; everything is found as a screen reader finds it."""

    def __init__(
        self,
        desktop: Desktop,
        *,
        theme: str = "light",
        picture: Callable[[str], None] | None = None,
        command: tuple[str, ...] = (sys.executable, "-m", "twauth_gui"),
    ) -> None:
        self.desktop = desktop
        self._argv = (*command, "--theme", theme)
        self._picture = picture
        self.program: Program = desktop.start(self._argv, **TEST_ENVIRONMENT)
        self.screen = Screen(desktop, self.program.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.screen.__exit__(None, None, None)
        if self.program.is_running:
            self.program.kill()

    def take_picture(self, name: str) -> None:
        """Take a picture, where pictures are wanted."""
        if self._picture is not None:
            self._picture(name)

    def press(self, name: str, *, seconds: float = 10) -> None:
        self.screen.find("push button", name, seconds=seconds).click()

    def open_entry(self, place: int, title: str) -> None:
        """Open what stands in the menu at this place, with the keyboard alone."""
        self.press("Menu")
        for _ in range(place):
            self.screen.press_keys("Down")
        self.screen.press_keys("Return")
        self.screen.find("dialog", title)

    # -- the app -----------------------------------------------------------------------------------

    def add_first_app(self, sandbox: Sandbox, label: str) -> None:
        """Paste the keys into the empty window, describe where the app lives, and save it."""
        self.fill_app_form(sandbox, label)
        self.press("Save app")
        self.screen.find("text", "Expected handle")

    def fill_app_form(self, sandbox: Sandbox, label: str) -> None:
        """Do all of that but the saving."""
        keys = {"api_key": sandbox.demo_app.api_key, "api_secret": sandbox.demo_app.api_secret}
        field = self.screen.find("text", "Keys of your app")
        self.take_picture("empty")
        field.type(json.dumps(keys))
        self.press("Add this app")
        self.screen.find("text", "API host").retype(sandbox.url)
        self.screen.find("text", "Callback URLs").retype(sandbox.demo_app.callbacks[0])
        self.screen.find("text", "Name in this window").retype(label)
        self.take_picture("add-app")

    # -- the three ways ----------------------------------------------------------------------------

    def begin_sign_in(self, handle: str, way: str, button: str) -> None:
        """Fill in the dialog in which a sign-in begins, opening it if it is not open."""
        if not self.screen.find_all("text", "Expected handle"):
            self.press("Add account")
        self.screen.find("text", "Expected handle").retype(handle)
        self.screen.find("radio button", way).click()
        self.take_picture("add-account")
        self.press(button)

    def sign_in_by_browser(self, handle: str) -> None:
        self.desktop.browser.sign_in_as(handle)
        self.begin_sign_in(handle, "In your browser", "Open browser")
        self.finish_sign_in(handle)

    def sign_in_by_pin(self, handle: str) -> None:
        self.begin_sign_in(handle, "With a PIN", "Get the link")
        self.type_pin(handle, self.approve_for_pin(handle))

    def approve_for_pin(self, handle: str) -> str:
        """Open the page in the browser, approve there, and read the PIN off it."""
        visit = self.desktop.browser.sign_in_as(handle)
        self.press("Open page", seconds=_SIGN_IN_SECONDS)
        self.take_picture("waiting-for-pin")
        return visit.wait_for_result()["pin"]

    def type_pin(self, handle: str, pin: str) -> None:
        self.screen.find("text", "PIN").retype(pin)
        self.press("Finish sign-in")
        self.finish_sign_in(handle)

    def sign_in_by_web_view(self, handle: str) -> None:
        """Log in and allow inside the private view."""
        require_isolation()
        self.begin_sign_in(handle, "In this window", "Open the page here")
        page = self.screen.find("web document", name_contains="Log in", seconds=_SIGN_IN_SECONDS)
        self.screen.find("label", name_contains="Passkeys, saved passwords and Google's sign-in")
        self.take_picture("private-view")
        self._require_isolated_pages()
        self.screen.find("text", "Password", within=page).type("any password")
        self.screen.find("push button", "Log in").click()
        self.screen.find("push button", "Allow", seconds=_SIGN_IN_SECONDS).click()
        self.finish_sign_in(handle)

    def _require_isolated_pages(self) -> None:
        """Require the engine's sandbox around each page: a filter of its system calls (seccomp)."""
        folders = [Path("/proc", str(pid)) for pid in list_descendants(self.program.pid)]
        pages = [one for one in folders if b"--type=renderer" in (one / "cmdline").read_bytes()]
        assert pages, "no process shows the page"
        for page in pages:
            assert "\nSeccomp:\t2\n" in (page / "status").read_text("ascii", "replace")

    def finish_sign_in(self, handle: str) -> None:
        """Wait until the account is kept, then go back to the list."""
        name = f"@{handle} is signed in"
        self.screen.find("heading", name_contains=name, seconds=_SIGN_IN_SECONDS)
        self.take_picture("signed-in")
        self.press("Done")
        self.screen.find("list item", name_contains=f"@{handle}")

    # -- handing over ------------------------------------------------------------------------------

    def select_account(self, handle: str) -> None:
        self.screen.find("list item", name_contains=f"@{handle}").click()
        self.screen.find("heading", f"@{handle}")

    def export_to(self, path: Path, preset: str) -> None:
        """Save what is selected to a file in a preset's shape."""
        self.press("Export…")
        self.screen.find("text", name_contains="presets").type(preset)
        self.screen.find("radio button", "File").click()
        self.screen.find("text", "Path of the file").retype(str(path))
        self.take_picture("export")
        self.press("Save file")

    # -- what others may see -----------------------------------------------------------------------

    def require_no_trace(self, secrets: Sequence[str]) -> None:
        """Require that no secret shows to other programs, and that they may not look inside.

        They may read arguments, titles, the screen reader's tree, and the environment of what the
        window starts; the window itself and the engine's own processes refuse theirs.
        """
        pid = self.program.pid
        search = search_processes(secrets, list_descendants(pid))
        hits = search.hits + search_titles(secrets, self.desktop)
        hits += search_screen(secrets, self.screen)
        assert not hits, hits
        if os.geteuid() != 0:  # root may read everything
            assert not list_readable_by_others(pid)
            del search.refused[pid]
            assert set(search.refused.values()) <= {ENGINE_PROCESS}, search.refused

    def close(self) -> None:
        """Close the window as the window manager does, and wait for the program's end."""
        self.screen.press_keys("alt+F4")
        code = self.program.wait()
        assert code == 0, f"ended with {code}: {self.program.err}"


def read_clipboard(desktop: Desktop, *options: str) -> str:
    """Ask, as another program, what lies on the clipboard; --selection asks for X11's other one."""
    reader = [sys.executable, "-m", "tests.journeys.clipboard_process", *options]
    done = subprocess.run(
        reader,
        env=desktop.env,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout
