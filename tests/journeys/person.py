"""A person in front of the window: does what people do, and waits for what they wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from tests.support.canaries import (
    descendants,
    open_to_others,
    search_processes,
    search_screen,
    search_titles,
)
from tests.support.desktop import Desktop
from tests.support.program import Program
from tests.support.programs import require_isolation
from tests.support.screen import Screen
from twauth_gui.sandbox.server import Sandbox

REPOSITORY = Path(__file__).resolve().parents[2]
FOR_TESTS = {"PYTHONPATH": str(REPOSITORY)}
ENGINE = "QtWebEngineProc"  # the kernel keeps fifteen letters of a name

_SIGN_IN_SECONDS = 40.0


class Person:
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
        self.program: Program = desktop.start(self._argv, **FOR_TESTS)
        self.screen = Screen(desktop, self.program.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.screen.__exit__(None, None, None)
        if self.program.running:
            self.program.kill()

    def look(self, name: str) -> None:
        """Take a picture, where pictures are wanted."""
        if self._picture is not None:
            self._picture(name)

    def press(self, name: str, *, seconds: float = 10) -> None:
        self.screen.find("push button", name, seconds=seconds).click()

    # -- the app -----------------------------------------------------------------------------------

    def add_first_app(self, sandbox: Sandbox, label: str) -> None:
        """Paste the keys into the empty window, describe where the app lives, and save it."""
        self.fill_in_app(sandbox, label)
        self.press("Save app")
        self.screen.find("text", "Expected handle")

    def fill_in_app(self, sandbox: Sandbox, label: str) -> None:
        """Do all of that but the saving."""
        keys = {"api_key": sandbox.demo_app.api_key, "api_secret": sandbox.demo_app.api_secret}
        field = self.screen.find("text", "Keys of your app")
        self.look("empty")
        field.type(json.dumps(keys))
        self.press("Add this app")
        self.screen.find("text", "API host").retype(sandbox.url)
        self.screen.find("text", "Callback URLs").retype(sandbox.demo_app.callbacks[0])
        self.screen.find("text", "Name in this window").retype(label)
        self.look("add-app")

    # -- the three ways ----------------------------------------------------------------------------

    def begin(self, handle: str, way: str, button: str) -> None:
        """Fill in the sheet in which a sign-in begins, opening it where it is not open."""
        if not self.screen.all("text", "Expected handle"):
            self.press("Add account")
        self.screen.find("text", "Expected handle").retype(handle)
        self.screen.find("radio button", way).click()
        self.look("add-account")
        self.press(button)

    def sign_in_by_browser(self, handle: str) -> None:
        self.desktop.browser.use_as(handle)
        self.begin(handle, "In your browser", "Open browser")
        self.end(handle)

    def sign_in_by_pin(self, handle: str) -> None:
        self.begin(handle, "With a PIN", "Get the link")
        self.type_pin(handle, self.approve_for_pin(handle))

    def approve_for_pin(self, handle: str) -> str:
        """Open the page in the browser, approve there, and read the PIN off it."""
        visit = self.desktop.browser.use_as(handle)
        self.press("Open page", seconds=_SIGN_IN_SECONDS)
        self.look("waiting-for-pin")
        return visit.finished()["pin"]

    def type_pin(self, handle: str, pin: str) -> None:
        self.screen.find("text", "PIN").retype(pin)
        self.press("Finish sign-in")
        self.end(handle)

    def sign_in_here(self, handle: str) -> None:
        """Log in and allow inside the private view."""
        require_isolation()
        self.begin(handle, "In this window", "Open the page here")
        page = self.screen.find("web document", name_contains="Log in", seconds=_SIGN_IN_SECONDS)
        self.screen.find("label", name_contains="Passkeys, saved passwords and Google's sign-in")
        self.look("private-view")
        self._require_isolated_pages()
        self.screen.find("text", "Password", within=page).type("any password")
        self.screen.find("push button", "Log in").click()
        self.screen.find("push button", "Allow", seconds=_SIGN_IN_SECONDS).click()
        self.end(handle)

    def _require_isolated_pages(self) -> None:
        """Require the engine's sandbox around each page: a filter of its system calls (seccomp)."""
        folders = [Path("/proc", str(pid)) for pid in descendants(self.program.pid)]
        pages = [one for one in folders if b"--type=renderer" in (one / "cmdline").read_bytes()]
        assert pages, "no process shows the page"
        for page in pages:
            assert "\nSeccomp:\t2\n" in (page / "status").read_text("ascii", "replace")

    def end(self, handle: str) -> None:
        """Wait until the account is kept, then go back to the list."""
        name = f"@{handle} is signed in"
        self.screen.find("label", name_contains=name, seconds=_SIGN_IN_SECONDS)
        self.look("signed-in")
        self.press("Done")
        self.screen.find("list item", name_contains=f"@{handle}")

    # -- handing over ------------------------------------------------------------------------------

    def select(self, handle: str) -> None:
        self.screen.find("list item", name_contains=f"@{handle}").click()
        self.screen.find("label", f"@{handle}")

    def export_to(self, path: Path, preset: str) -> None:
        """Save what is selected to a file in a preset's shape."""
        self.press("Export…")
        self.screen.find("text", name_contains="presets").type(preset)
        self.screen.find("radio button", "File").click()
        self.screen.find("text", "Path of the file").retype(str(path))
        self.look("export")
        self.press("Save file")

    # -- what others may see -----------------------------------------------------------------------

    def require_no_trace(self, secrets: Sequence[str]) -> None:
        """Require that no secret shows to other programs, and that they may not look inside.

        They may read arguments, titles, the screen reader's tree, and the environment of what the
        window starts; the window itself and the engine's own processes refuse theirs.
        """
        pid = self.program.pid
        search = search_processes(secrets, descendants(pid))
        hits = search.hits + search_titles(secrets, self.desktop)
        hits += search_screen(secrets, self.screen)
        assert not hits, hits
        if os.geteuid() != 0:  # root may read everything
            assert not open_to_others(pid)
            del search.refused[pid]
            assert set(search.refused.values()) <= {ENGINE}, search.refused

    def close(self) -> None:
        """Close the window as the window manager does, and wait for the program's end."""
        self.screen.keys("alt+F4")
        code = self.program.wait()
        assert code == 0, f"ended with {code}: {self.program.err}"


def read_clipboard(desktop: Desktop, *options: str) -> str:
    """Ask, as another program, what lies on the clipboard; --selection asks for X11's other one."""
    reader = [sys.executable, "-m", "tests.journeys.read_clipboard", *options]
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
