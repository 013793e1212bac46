"""The command with a keychain, a home and a sandbox, for tests of what fails around it."""

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

from tests.cli.prepared import begin_sign_in, open_prepared, save_app, sign_in
from tests.store.store_changes import referenced_items
from tests.support.command import CALL_SECONDS, PROGRAM, CommandResult, TwauthCommand
from tests.support.installations import demo_app_keys_with_oauth2, write_twurlrc
from tests.support.keychain import SecretService
from tests.support.sandbox_hooks import HookedClock
from tests.support.vaults import MemoryVault
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.sign_in_requests import AuthorizationLink
from twauth_gui.store.store import Store
from twauth_gui.store.vault_selection import VaultKind

IS_FULL_RUN = os.environ.get("TWAUTH_FULL") == "1"
APP, SECOND_APP = "Newsroom", "Zürich"
ACTIVE_HANDLE, STEADY_HANDLE, IMPORTED_HANDLE, REVOKED_HANDLE = (
    "fernwick_news",
    "ferry_delays7",
    "tidal_times",
    "marsh_weather",
)
PASSPHRASE = "tidal ferry lantern"
STOP_HINT = "Press Ctrl+C to stop.\n"


@dataclass(frozen=True)
class PreparedCall:
    """One call that is ready to be made.

    stdin, passphrases: what it reads. folder: its own data folder, if it has one. is_done: whether
    the call had its effect; None if it changes nothing. require_sound: fails if something is half
    done, beyond what CommandEnvironment.check_whole() checks.
    """

    words: tuple[str, ...]
    stdin: str = ""
    passphrases: tuple[str, ...] = ()
    folder: Path | None = None
    is_done: Callable[[], bool] | None = None
    require_sound: Callable[[], None] | None = None


@contextmanager
def start_call(
    env: Mapping[str, str],
    call: PreparedCall,
    program: Sequence[str] = PROGRAM,
    **streams: int | IO[str] | None,
) -> Generator[subprocess.Popen[str]]:
    """Start a call, which is killed when the block ends."""
    env = {**env, "PYTHONPATH": str(Path(__file__).parents[2])}
    if call.folder is not None:
        env["TWAUTH_DATA_DIR"] = str(call.folder)
    with (
        _open_temporary(call.stdin) as stdin_file,
        _open_temporary("\n".join([*call.passphrases, ""])) as phrases,
    ):
        if call.passphrases:
            env["TWAUTH_PASSPHRASE_FD"] = str(phrases.fileno())
        pipes: Mapping[str, Any] = {
            "stdin": stdin_file,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **streams,
        }
        with subprocess.Popen(
            [*program, *call.words], env=env, pass_fds=[phrases.fileno()], text=True, **pipes
        ) as process:
            try:
                yield process
            finally:
                process.kill()


def run_call(
    env: Mapping[str, str],
    call: PreparedCall,
    program: Sequence[str] = PROGRAM,
    **streams: int | IO[str],
) -> CommandResult:
    """Make a call, and interrupt it if it would never end by itself."""
    output = ""
    with start_call(env, call, program, **streams) as process:
        if call.words[0] == "sandbox" and process.stdout is not None:
            for line in iter(process.stdout.readline, ""):
                output += line
                if line == STOP_HINT:
                    process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=CALL_SECONDS)
    return CommandResult(process.returncode, output + (out or ""), err or "")


@contextmanager
def _open_temporary(text: str) -> Generator[IO[str]]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        _ = file.write(text)
        _ = file.seek(0)
        yield file


class CommandEnvironment:
    """The command with a keychain, a home and a sandbox of its own.

    Two accounts stay; one can be imported, and one is signed in to be revoked or removed.
    """

    def __init__(
        self, keychain: SecretService, sandbox: Sandbox, clock: HookedClock, folder: Path
    ) -> None:
        self.keychain = keychain
        self.sandbox = sandbox
        self.clock = clock
        self.folder = folder
        self.backup = folder / "all.twauth"
        home = {"HOME": str(folder), "TWAUTH_DATA_DIR": str(folder / "data")}
        self.twauth = TwauthCommand({**keychain.env, **home})
        self._numbers = itertools.count()

    def fill(self) -> None:
        for label in (APP, SECOND_APP):
            self.add_app(label)
        self.sign_in(SECOND_APP, STEADY_HANDLE)
        self.sign_in(APP, IMPORTED_HANDLE)
        exported = self.call_successfully(
            "export", f"@{IMPORTED_HANDLE}", "--preset", "json-snake"
        ).json
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        values = tuple(str(exported[name]) for name in names)
        _ = write_twurlrc(self.folder / ".twurlrc", {IMPORTED_HANDLE: values})
        self.call_successfully("backup", str(self.backup), passphrases=[PASSPHRASE])
        for kind in CredentialKind:
            self.sign_in(APP, ACTIVE_HANDLE, kind)
        self.call_successfully("use", f"@{ACTIVE_HANDLE}")

    @property
    def keys(self) -> str:
        """The keys of the sandbox's app, as `app add` reads them."""
        demo = self.sandbox.demo_app
        named = ("api_key", "api_secret", "client_id", "client_secret")
        return json.dumps({name: getattr(demo, name) for name in named})

    def unused_name(self, stem: str) -> str:
        """Return a name that was not used yet."""
        return f"{stem}{next(self._numbers)}"

    def call(self, call: PreparedCall, *program: str, **streams: int | IO[str]) -> CommandResult:
        return run_call(self.twauth.env, call, program or PROGRAM, **streams)

    def call_successfully(
        self, *words: str, stdin: str = "", passphrases: Sequence[str] = ()
    ) -> CommandResult:
        """Make a call that must succeed."""
        result = self.call(PreparedCall(words, stdin, tuple(passphrases)))
        assert result.code == 0, (words, result.err)
        return result

    def add_app(self, label: str) -> None:
        callback = self.sandbox.demo_app.callbacks[0]
        keys = demo_app_keys_with_oauth2(self.sandbox)
        hosts = Hosts.from_api_url(self.sandbox.url)
        save_app(self.twauth.env, AppDraft(label, keys, callback, hosts))

    def begin_sign_in(self, method: SignInMethod = SignInMethod.PIN) -> AuthorizationLink:
        """Start a sign-in and leave it pending."""
        with open_prepared(self.twauth.env) as services:
            return begin_sign_in(services, APP, method)

    def sign_in(self, app: str, handle: str, kind: CredentialKind = CredentialKind.OAUTH1) -> None:
        sign_in(self.twauth.env, app, handle, kind)

    def read_health(self, handle: str) -> str:
        """Return the state of an account's health, "" if it is not in the list."""
        listed = self.call_successfully("list", "--json").json
        states = {one["handle"]: one["health"]["state"] for one in listed}
        return str(states.get(handle, ""))

    def check_result(self, call: PreparedCall, *, done: bool) -> None:
        """Check whether the call had its effect; in a full run also that all is whole."""
        assert call.is_done is None or call.is_done() is done
        if IS_FULL_RUN:
            self.check_whole(call)

    def check_whole(self, call: PreparedCall | None = None) -> None:
        """Check that every account works, and that no keychain item is lost or left over."""
        if call is not None and call.require_sound is not None:
            call.require_sound()
        checked = self.twauth("check", "--all", "--json")
        states = {one["handle"]: one["health"]["state"] for one in checked.json}
        doomed = states.pop(REVOKED_HANDLE, "")  # X may have ended it, which the check finds out
        assert (doomed, checked.code) in {("", 0), ("working", 0), ("revoked", 5)}, checked.err
        assert {ACTIVE_HANDLE, STEADY_HANDLE} <= set(states)
        assert set(states.values()) == {"working"}, checked.err
        item_names = {name for name in self.keychain.service_names() if name.startswith("twauth/")}
        item_names -= {name for name in item_names if name.startswith("twauth/fingerprints/")}
        assert item_names == set().union(*map(_list_items, self.folder.glob("*/index.sqlite3")))


def _list_items(index: Path) -> set[str]:
    """Return the keychain items that an index refers to."""
    store = Store.open(index.parent, MemoryVault(), now=lambda: datetime.now(UTC))
    with closing(store):
        return (
            set() if store.vault_selection.selected() is VaultKind.FILE else referenced_items(store)
        )
