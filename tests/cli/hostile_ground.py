"""Where every command is called while the world around it is poor."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from tests.cli.moment import Moment
from tests.cli.twauth import PROGRAM, SECONDS, Ended, Twauth, approve
from tests.services.other_tool import twurlrc
from tests.store.test_crashes import referred
from tests.support.memory_vault import MemoryVault
from tests.support.secret_service import SecretService
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.store import Store

FULL = os.environ.get("TWAUTH_FULL") == "1"
APP, FAR = "Newsroom", "Zürich"
ACTIVE, STEADY, BROUGHT, DOOMED = "fernwick_news", "ferry_delays7", "tidal_times", "marsh_weather"
PASSPHRASE = "tidal ferry lantern"
STOPS = "Press Ctrl+C to stop.\n"


@dataclass(frozen=True)
class Asked:
    """One call that is ready to be made.

    stdin, passphrases: what it is given to read. folder: of its data, where it is one of its own.
    done: whether that came about which is asked for; None where nothing is to change. sound: sees
    that nothing is half done, beside Ground.whole().
    """

    words: tuple[str, ...]
    stdin: str = ""
    passphrases: tuple[str, ...] = ()
    folder: Path | None = None
    done: Callable[[], bool] | None = None
    sound: Callable[[], None] | None = None


@contextmanager
def started(
    env: Mapping[str, str],
    asked: Asked,
    program: Sequence[str] = PROGRAM,
    **streams: int | IO[str] | None,
) -> Generator[subprocess.Popen[str]]:
    """Start a call; it is killed when the block ends."""
    env = {**env, "PYTHONPATH": str(Path(__file__).parents[2])}
    if asked.folder is not None:
        env["TWAUTH_DATA_DIR"] = str(asked.folder)
    with _file(asked.stdin) as given, _file("\n".join([*asked.passphrases, ""])) as phrases:
        if asked.passphrases:
            env["TWAUTH_PASSPHRASE_FD"] = str(phrases.fileno())
        pipes: Mapping[str, Any] = {
            "stdin": given,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **streams,
        }
        with subprocess.Popen(
            [*program, *asked.words], env=env, pass_fds=[phrases.fileno()], text=True, **pipes
        ) as process:
            try:
                yield process
            finally:
                process.kill()


def call(
    env: Mapping[str, str],
    asked: Asked,
    program: Sequence[str] = PROGRAM,
    **streams: int | IO[str],
) -> Ended:
    """Make a call, and interrupt it where it would go on for ever."""
    told = ""
    with started(env, asked, program, **streams) as process:
        if asked.words[0] == "sandbox" and process.stdout is not None:
            for line in iter(process.stdout.readline, ""):
                told += line
                if line == STOPS:
                    process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    return Ended(process.returncode, told + (out or ""), err or "")


@contextmanager
def _file(text: str) -> Generator[IO[str]]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        _ = file.write(text)
        _ = file.seek(0)
        yield file


class Ground:
    """The command with a keychain, a home and a pretend X of its own.

    Two accounts are there to stay; one can be brought in, and one is signed in to be ended.
    """

    def __init__(
        self, keychain: SecretService, sandbox: Sandbox, moment: Moment, folder: Path
    ) -> None:
        self.keychain = keychain
        self.sandbox = sandbox
        self.moment = moment
        self.folder = folder
        self.backup = folder / "all.twauth"
        home = {"HOME": str(folder), "TWAUTH_DATA_DIR": str(folder / "data")}
        self.twauth = Twauth({**keychain.env, **home})
        self._numbers = itertools.count()

    def furnish(self) -> None:
        for label in (APP, FAR):
            self.add_app(label)
        self.sign_in(FAR, STEADY)
        self.sign_in(APP, BROUGHT)
        exported = self.must("export", f"@{BROUGHT}", "--preset", "json-snake").json
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        values = tuple(str(exported[name]) for name in names)
        _ = twurlrc(self.folder / ".twurlrc", {BROUGHT: values})
        self.must("backup", str(self.backup), passphrases=[PASSPHRASE])
        for more in ((), ("--oauth2",)):
            self.sign_in(APP, ACTIVE, *more)
        self.must("use", f"@{ACTIVE}")

    @property
    def keys(self) -> str:
        """The keys of the pretend X's app, as `app add` reads them."""
        demo = self.sandbox.demo_app
        named = ("api_key", "api_secret", "client_id", "client_secret")
        return json.dumps({name: getattr(demo, name) for name in named})

    def fresh(self, stem: str) -> str:
        """Give a name that was not used yet."""
        return f"{stem}{next(self._numbers)}"

    def call(self, asked: Asked, *program: str, **streams: int | IO[str]) -> Ended:
        return call(self.twauth.env, asked, program or PROGRAM, **streams)

    def must(self, *words: str, stdin: str = "", passphrases: Sequence[str] = ()) -> Ended:
        """Make a call that is not on trial itself."""
        ended = self.call(Asked(words, stdin, tuple(passphrases)))
        assert ended.code == 0, (words, ended.err)
        return ended

    def add_app(self, label: str) -> None:
        callback = self.sandbox.demo_app.callbacks[0]
        where = ("--api-url", self.sandbox.url, "--callback", callback)
        self.must("app", "add", label, *where, stdin=self.keys)

    def begun(self, *more: str, app: str = APP) -> dict[str, str]:
        """Begin a sign-in that waits."""
        attempt: dict[str, str] = self.must(
            "authorize", "--app", app, "--no-wait", "--json", *more
        ).json
        return attempt

    def sign_in(self, app: str, handle: str, *more: str) -> None:
        attempt = self.begun(*more, app=app)
        self.must("resume", attempt["id"], "--pin", "-", stdin=approve(attempt["url"], handle))

    def health(self, handle: str) -> str:
        """Give the state of an account's health, "" where it is not in the list."""
        listed = self.must("list", "--json").json
        states = {one["handle"]: one["health"]["state"] for one in listed}
        return str(states.get(handle, ""))

    def see(self, asked: Asked, *, done: bool) -> None:
        """See whether it was done, and that all is whole; in a short run that is for the end."""
        assert asked.done is None or asked.done() is done
        if FULL:
            self.whole(asked)

    def whole(self, asked: Asked | None = None) -> None:
        """See that the next call works, every account does, and no item is lost or astray."""
        if asked is not None and asked.sound is not None:
            asked.sound()
        checked = self.twauth("check", "--all", "--json")
        states = {one["handle"]: one["health"]["state"] for one in checked.json}
        doomed = states.pop(DOOMED, "")  # X may have ended it, which the check finds out
        assert (doomed, checked.code) in {("", 0), ("working", 0), ("revoked", 5)}, checked.err
        assert {ACTIVE, STEADY} <= set(states)
        assert set(states.values()) == {"working"}, checked.err
        kept = {name for name in self.keychain.services() if name.startswith("twauth/")}
        assert kept == set().union(*map(_named, self.folder.glob("*/index.sqlite3")))


def _named(index: Path) -> set[str]:
    """Give the items that a list says are in the keychain."""
    store = Store.open(index.parent, MemoryVault(), now=lambda: datetime.now(UTC))
    with closing(store):
        return set() if store.vault_selection.chosen() is VaultKind.FILE else referred(store)
