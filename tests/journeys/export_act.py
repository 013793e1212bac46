"""Accounts from a .twurlrc go to bots: six shapes for six clients, and an MCP server."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tests.journeys.mcp_client import McpClient
from tests.journeys.window_user import REPOSITORY, WindowUser
from tests.support.command import TwauthCommand
from tests.support.desktop import Desktop
from tests.support.installations import sign_in_elsewhere
from tests.support.secret_search import search_files
from tests.support.wait import wait_until
from tests.transfer.django_project import run_django
from tests.transfer.export_readers import NODE, find_node_package, find_version
from twauth_gui.sandbox.server import Sandbox

APP = "Newsroom"
PYTHON_SHAPES = {
    "tweepy": ("classic-bot", "bot.env"),
    "requests-oauthlib": ("yaml", "credentials.yaml"),
    "xdk": ("toml", "credentials.toml"),
    "twitter": ("ini", "config.ini"),
}
"""For each client in Python the preset and the file."""
NODE_SHAPE = ("json-app-key", "keys.json")
WINDOW_SHAPES = {"yaml": "YAML", "json-app-key": "node-twitter-api-v2"}
"""Titles of those that are exported in the window; the others with the command."""
TEAM_STORE = r"""
format = 1
id = "team-store"
title = "The team's store"
preset = "x"
shape = "values"

[target.folder]
ask = "Folder"
pattern = '\w+'

[list]
run = ["sh", "-c", 'cd "$HOME/team-store/$1" && cksum *', "list", "{folder}"]
reads = "lines"
line = '(?P<marker>\d+ \d+) (?P<name>\w+)'
nothing_says = ["can't cd"]

[set]
run = [
    "sh", "-c", 'mkdir -p "$HOME/team-store/$1"; cat >"$HOME/team-store/$1/$2"', "set",
    "{folder}", "{name}",
]
stdin = "value"
"""
"""A destination that runs any command."""
_SECONDS = 60

Notice = Callable[[str], None]


def write_twurlrc(path: Path, values: dict[str, tuple[str, ...]]) -> None:
    """Write the file as twurl does."""
    names = ("consumer_key", "consumer_secret", "token", "secret")
    lines = ["---", "profiles:"]
    for handle, four in values.items():
        lines += [f"  {handle}:", f"    {four[0]}:", f"      username: {handle}"]
        lines += [f"      {name}: {value}" for name, value in zip(names, four, strict=True)]
    first, four = next(iter(values.items()))
    lines += ["configuration:", "  default_profile:", f"  - {first}", f"  - {four[0]}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)


@dataclass
class ExportAct:
    """One run of the act; its steps are in the order of the methods.

    picture takes a screenshot under a name; notice is called with each step that succeeded.
    """

    desktop: Desktop
    sandbox: Sandbox
    theme: str = "light"
    picture: Notice | None = None
    notice: Notice = field(default=lambda _text: None)
    expected_posts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def run(self) -> None:
        values = sign_in_elsewhere(self.desktop.folder / "elsewhere", self.sandbox)
        secrets = sorted({value for four in values.values() for value in four})
        twurlrc = self.desktop.home / ".twurlrc"
        write_twurlrc(twurlrc, values)
        handles = list(values)
        with WindowUser(self.desktop, theme=self.theme, picture=self.picture) as person:
            self._import(person, handles)
            self._export(person, handles[0])
            person.require_no_trace(secrets)
            person.close()
        self._post_with_python(handles[0])
        self._post_with_node(handles[0])
        self._post_with_django(handles)
        self._post_with_mcp_server(handles[1])
        self._push(handles[1], values[handles[1]])
        twurlrc.unlink()
        self._search_files(secrets)

    def _import(self, person: WindowUser, handles: Sequence[str]) -> None:
        person.add_first_app(self.sandbox, APP)
        person.screen.press_keys("Escape")
        person.open_entry(3, "Import")
        for handle in handles:
            person.screen.find("cell", name_contains=f"@{handle}, {APP}, ~/.twurlrc")
        person.take_picture("twurlrc-found")
        person.press(f"Import {len(handles)}")
        person.screen.find("label", name_contains=f"{len(handles)} of {len(handles)} imported")
        person.press("Done")
        for handle in handles:
            person.screen.find("list item", name_contains=f"@{handle}, {APP}")
        person.take_picture("twurlrc-imported")
        self.notice(f"Imported {len(handles)} accounts from a .twurlrc")

    def _export(self, person: WindowUser, handle: str) -> None:
        person.select_account(handle)
        for preset, name in (*PYTHON_SHAPES.values(), NODE_SHAPE):
            path = self.desktop.home / name
            if preset in WINDOW_SHAPES:
                person.export_to(path, WINDOW_SHAPES[preset])
                wait_until(path.exists, 10, f"{name} is written")
            else:
                self._call("export", f"@{handle}", "--preset", preset, "--output", str(path))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        self.notice(
            f"Exported @{handle} in five shapes, mode 0600: in the window, with the command"
        )

    def _expect(self, client: str, *handles: str) -> str:
        """Return the text that a client posts, which is looked for afterwards."""
        text = f"From {client}"
        self.expected_posts += [(handle, text) for handle in handles]
        return text

    def _require_posts(self, step: str) -> None:
        posts = [(post.author.handle, post.text) for post in self.sandbox.posts()]
        assert posts == self.expected_posts, posts
        self.notice(step)

    def _run(self, *argv: str) -> None:
        subprocess.run(
            argv,
            cwd=REPOSITORY,
            env=self.desktop.env,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )

    def _post_with_python(self, handle: str) -> None:
        for client, (_, name) in PYTHON_SHAPES.items():
            file = str(self.desktop.home / name)
            bot = (sys.executable, "-m", "tests.journeys.bot", client, file, self.sandbox.url)
            self._run(*bot, self._expect(client, handle))
            self._require_posts(f"{client} {version(client)} posted with {name}")

    def _post_with_node(self, handle: str) -> None:
        name = NODE_SHAPE[1]
        script = str(REPOSITORY / "tests" / "journeys" / "bot.js")
        bot = (NODE, script, str(self.desktop.home / name), self.sandbox.url)
        self._run(*bot, self._expect("Node", handle))
        node = find_version([NODE, "--version"])
        self._require_posts(f"A bot for Node {node} posted with {name}")
        library = find_node_package("twitter-api-v2")
        if library is None:
            self.notice("twitter-api-v2 is not installed on this computer, so it was left out")
            return
        self._run(*bot, self._expect("twitter-api-v2", handle), library)
        number = json.loads(Path(library, "package.json").read_text("utf-8"))["version"]
        self._require_posts(f"twitter-api-v2 {number} posted with {name}")

    def _call(self, *words: str) -> str:
        result = TwauthCommand(self.desktop.env)(*words)
        assert result.code == 0, result.err
        return result.out

    def _post_with_django(self, handles: Sequence[str]) -> None:
        names = [f"@{handle}" for handle in handles]
        fields = ("--set", "model=bots.bot", "--set", "handle=screen_name")
        fixture = self._call("export", *names, "--preset", "django-fixture", *fields)
        settings = self._call("export", names[0], "--preset", "django-settings")
        project = self.desktop.folder / "django"
        project.mkdir()
        text = self._expect("Django", *handles)
        _ = run_django(project, fixture, settings, self.sandbox.url, text)
        self._require_posts("Django loaded a fixture, and get_tweepy_client() posted for each")

    def _post_with_mcp_server(self, handle: str) -> None:
        file = self.desktop.home / "mcp.json"
        program = REPOSITORY / "tests" / "journeys" / "mcp_server_process.py"
        options = (
            f"command={sys.executable} {program} {self.sandbox.url}",
            f"twauth={Path(sys.executable).with_name('twauth')}",
            f"session_bus={self.desktop.env['DBUS_SESSION_BUS_ADDRESS']}",
        )
        chosen = [word for option in options for word in ("--set", option)]
        self._call("export", f"@{handle}", "--preset", "mcp-run", *chosen, "--output", str(file))
        with McpClient(file, "x", self.desktop.env) as client:
            (tool,) = client.call("tools/list", {})["tools"]
            arguments = {"text": self._expect("MCP", handle)}
            posted = client.call("tools/call", {"name": tool["name"], "arguments": arguments})
        assert posted["content"][0]["text"].isdigit()
        self._require_posts("An MCP server posted, started from a file without values")

    def _push(self, handle: str, values: Sequence[str]) -> None:
        """Push one account to pass and to a store of one's own, twice."""
        self._make_stores()
        names = ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")
        stores = (
            ("team-store", ["cat"], f"{self.desktop.home}/team-store/"),
            ("pass", ["pass", "show"], ""),
        )
        for place, show, above in stores:
            push = ("push", f"@{handle}", "--to", f"{place}:{handle}", "--json", "--yes")
            for outcome in ("created", "same"):
                results = {one["result"] for one in json.loads(self._call(*push))}
                assert results == {outcome}
            paths = [f"{above}{handle}/{name}" for name in names]
            assert [self.desktop.run([*show, path]) for path in paths] == list(values)
        listed = self._call("where", f"@{handle}")
        assert "team-store" in listed
        assert "pass" in listed
        self.notice(f"Pushed @{handle} to pass and to a store of one's own; twice is as once")

    def _make_stores(self) -> None:
        """Make a password store with a key of its own, and a destination that is a folder."""
        key = ("--quick-gen-key", "bots", "future-default", "default", "never")
        _ = self.desktop.run(["gpg", "--batch", "--quiet", "--passphrase", "", *key])
        _ = self.desktop.run(["pass", "init", "bots"])
        file = self.desktop.folder / "team-store.toml"
        file.write_text(TEAM_STORE, encoding="utf-8")
        self._call("destinations", "add", str(file))
        self._call("destinations", "trust", "team-store", "--yes")

    def _search_files(self, secrets: Sequence[str]) -> None:
        for _, name in (*PYTHON_SHAPES.values(), NODE_SHAPE):
            (self.desktop.home / name).unlink()
        shutil.rmtree(self.desktop.home / "team-store")
        roots = [self.desktop.home, self.desktop.logs, self.desktop.runtime]
        hits = search_files(list(secrets), roots)
        assert not hits, hits
        self.notice("No secret is in any other file or log")
