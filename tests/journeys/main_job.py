"""The main job from the empty window to three bots that post."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.window_user import REPOSITORY, WindowUser, read_clipboard
from tests.support.desktop import Desktop
from tests.support.secret_search import search_files
from tests.support.wait import wait_until
from twauth_gui.sandbox.server import Sandbox

BY_BROWSER, BY_PIN, HERE = "fernwick_news", "marsh_weather", "tidal_times"
HANDLES = (BY_BROWSER, BY_PIN, HERE)
APP = "Newsroom"

Notice = Callable[[str], None]


@dataclass
class MainJob:
    """One run of the job; its steps are in the order of the methods.

    picture takes a screenshot under a name; notice is called with each step that succeeded.
    """

    desktop: Desktop
    sandbox: Sandbox
    theme: str = "light"
    picture: Notice | None = None
    notice: Notice = field(default=lambda _text: None)
    command: tuple[str, ...] = (sys.executable, "-m", "twauth_gui")

    def run(self) -> None:
        with self._open_window() as person:
            self._sign_in_three(person)
            self._use_values(person)
        with self._open_window() as person:
            self._find_again(person)
            files = self._export(person)
            person.require_no_trace(self._collect_secrets(files))
        self._post_as_bots(files)
        self._search_files(self._collect_secrets(files))

    @contextlib.contextmanager
    def _open_window(self) -> Generator[WindowUser]:
        person = WindowUser(
            self.desktop, theme=self.theme, picture=self.picture, command=self.command
        )
        with person:
            yield person
            person.close()

    def _sign_in_three(self, person: WindowUser) -> None:
        person.add_first_app(self.sandbox, APP)
        self.notice(f"Added the app {APP} by pasting its keys")
        person.sign_in_by_browser(BY_BROWSER)
        self.notice(f"Signed @{BY_BROWSER} in: browser, returned by itself")
        person.sign_in_by_pin(BY_PIN)
        self.notice(f"Signed @{BY_PIN} in: PIN")
        person.sign_in_by_web_view(HERE)
        self.notice(f"Signed @{HERE} in: private view in the window")

    def _use_values(self, person: WindowUser) -> None:
        person.select_account(BY_BROWSER)
        person.press("Show the access token")
        person.screen.find("push button", "Hide the access token")
        person.press("Copy the access secret")
        person.screen.find("push button", "Clear now")
        person.take_picture("shown-and-copied")
        copied = read_clipboard(self.desktop)
        assert len(copied) >= 40, "the access secret is on the clipboard"
        person.press("Clear now")
        wait_until(lambda: read_clipboard(self.desktop) != copied, 10, "the clipboard is cleared")
        person.press("Check now")
        person.screen.find("label", name_contains="Can read and write. Checked just now")
        person.take_picture("main")
        self.notice("Showed a value, copied one, cleared the clipboard, checked the account")

    def _find_again(self, person: WindowUser) -> None:
        for handle in HANDLES:
            person.screen.find("list item", name_contains=f"@{handle}")
        person.take_picture("after-restart")
        self.notice("Closed and opened the window: all three accounts are there")

    def _export(self, person: WindowUser) -> list[Path]:
        files: list[Path] = []
        for handle in HANDLES:
            path = self.desktop.home / f"{handle}.env"
            person.select_account(handle)
            person.export_to(path, "Classic bot")
            wait_until(path.exists, 10, f"{path.name} is written")
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            files.append(path)
        self._refuse_to_overwrite(person, files[-1])
        all_file = self.desktop.home / "bots.json"
        person.screen.find("list item", name_contains=f"@{BY_BROWSER}").click()
        person.screen.press_keys("ctrl+a")
        person.screen.find("heading", "3 accounts selected")
        person.take_picture("three-selected")
        person.export_to(all_file, "Twauth")
        wait_until(all_file.exists, 10, "bots.json is written")
        assert [one["handle"] for one in json.loads(all_file.read_text("utf-8"))] == list(HANDLES)
        self.notice("Exported each account to a .env file, and all three to JSON, mode 0600")
        return files

    def _refuse_to_overwrite(self, person: WindowUser, path: Path) -> None:
        before = path.stat()
        person.export_to(path, "Classic bot")
        person.screen.find("heading", name_contains="is there already")
        person.take_picture("ask-before-overwriting")
        person.press("Cancel")
        after = path.stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)

    def _post_as_bots(self, files: list[Path]) -> None:
        for handle, path in zip(HANDLES, files, strict=True):
            bot = ("-m", "tests.journeys.bot", "tweepy")
            argv = [sys.executable, *bot, str(path), self.sandbox.url]
            subprocess.run(
                [*argv, f"Hello from {handle}"],
                cwd=REPOSITORY,
                env=dict(os.environ),
                capture_output=True,
                timeout=60,
                check=True,
            )
        posts = [(post.author.handle, post.text) for post in self.sandbox.posts()]
        assert posts == [(handle, f"Hello from {handle}") for handle in HANDLES], posts
        self.notice("A stock tweepy.Client posted as each bot with the exported file")

    # -- no secret anywhere else -------------------------------------------------------------------

    def _collect_secrets(self, files: list[Path]) -> list[str]:
        lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
        pairs = [line.partition("=")[::2] for line in lines if not line.startswith("#")]
        values = {value for _, value in pairs if value}
        assert len(values) == 2 + 2 * len(HANDLES)
        return sorted(values)

    def _search_files(self, secrets: list[str]) -> None:
        home = self.desktop.home
        exported = [home / f"{handle}.env" for handle in HANDLES] + [home / "bots.json"]
        for path in exported:
            path.unlink()
        roots = [home, self.desktop.logs, self.desktop.runtime, self.desktop.browser.folder]
        hits = search_files(secrets, roots)
        assert not hits, hits
        self.notice("No secret in any file, log, title, argument or masked field")
