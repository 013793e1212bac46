"""A process that forks one child per order, which signs an account in and is killed on its way.

Run as a program: one order per line comes in, what became of the child goes out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.services.approving import pin_for
from tests.services.ground import NOON
from tests.store.killing import Fuse
from tests.store.rings import CHEAP, PASSPHRASE
from twauth_gui.domain.answer import parse_answer
from twauth_gui.domain.attempts import Method
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.services.kit import Kit
from twauth_gui.services.places import Places
from twauth_gui.services.requests import SignInRequest
from twauth_gui.services.storage import Storage
from twauth_gui.services.watch import News
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.keychain import system_vault
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

HANDLE = "fernwick_news"


def open_at(folder: Path, fuse: Fuse, *, real: bool) -> Kit:
    """Open the services of a folder; real: over the system's keychain instead of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    storage = Storage(folder, _vault(folder, fuse, real=real))
    store = Store.open(folder, storage.vault, now=lambda: NOON, on_step=fuse)
    storage.attach(store)
    return Kit(store, storage, lambda: NOON, Places(folder))


def _vault(folder: Path, fuse: Fuse, *, real: bool) -> Vault:
    if real:
        return system_vault("linux")
    vault = FileVault(folder / "ring.twauth", lambda: PASSPHRASE, cost=CHEAP, on_step=fuse)
    if vault.exists:
        vault.unlock()
    else:
        vault.create(PASSPHRASE)
    return vault


class Burning:
    """A watch that lets the fuse burn with every step it is told of."""

    def __init__(self, fuse: Fuse) -> None:
        self.cancel = CancelToken()
        self._fuse = fuse

    def report(self, news: News) -> None:
        self._fuse(type(news).__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to do; after so many steps it is killed, 0 for never."""

    folder: str
    real: bool
    steps: int = 0


def obey(order: Order, said: int) -> None:
    """Sign the account in by link; say its PIN, then how many steps there were."""
    fuse = Fuse(0)
    kit = open_at(Path(order.folder), fuse, real=order.real)
    fuse.seen, fuse.left = 0, order.steps
    watch = Burning(fuse)
    request = SignInRequest(kit.store.apps()[0].id, Method.LINK, HANDLE)
    invitation = kit.authorizer.begin(request, watch)
    pin = pin_for(invitation, HANDLE)
    os.write(said, f"{pin} 0\n".encode())
    kit.authorizer.complete(invitation.attempt.id, parse_answer(pin), watch)
    os.write(said, f"{pin} {fuse.seen}\n".encode())


def fork(order: Order) -> tuple[int, str]:
    """Run an order in a child; give the signal it ended with, and the last thing it said."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            obey(order, said)
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(said)
    with os.fdopen(heard) as pipe:
        words = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), words[-1] if words else " 0"


@dataclass(frozen=True, slots=True)
class Became:
    """Whether the child was killed, the PIN where it got so far, and the number of its steps."""

    killed: bool
    pin: str
    steps: int


class SignInKiller:
    """The other side: sends orders to such a process, and reads its answers."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.sign_in_killing"],
            cwd=Path(__file__).parents[2],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def run(self, order: Order) -> Became:
        """Let a child carry the order out, up to its end or its death."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asdict(order)), file=self._process.stdin, flush=True)
        code, said = json.loads(self._process.stdout.readline())
        assert code in {0, -signal.SIGKILL}, f"{order} ended with {code}"
        pin, _, steps = said.partition(" ")
        return Became(code != 0, pin, int(steps))


def main() -> None:
    for line in sys.stdin:
        fields: dict[str, Any] = json.loads(line)
        sys.stdout.write(json.dumps(fork(Order(**fields))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
