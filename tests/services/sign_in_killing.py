"""Sign-ins that are killed on their way; run as a program, it forks one per order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.approving import pin_for
from tests.services.ground import NOON
from tests.store.forking import Forker, fork, serve
from tests.store.killing import Fuse
from tests.store.rings import CHEAP, PASSPHRASE
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.services.kit import Services
from twauth_gui.services.places import AppPaths
from twauth_gui.services.requests import SignInRequest
from twauth_gui.services.storage import Storage
from twauth_gui.services.watch import SignInEvent
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.keychain import system_vault
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

HANDLE = "fernwick_news"


def open_at(folder: Path, fuse: Fuse, *, real: bool) -> Services:
    """Open the services of a folder; real: over the system's keychain instead of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    storage = Storage(folder, _vault(folder, fuse, real=real))
    store = Store.open(folder, storage.vault, now=lambda: NOON, on_step=fuse)
    storage.attach(store)
    return Services(store, storage, lambda: NOON, AppPaths(folder))


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

    def report(self, news: SignInEvent) -> None:
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
    request = SignInRequest(kit.store.apps.all()[0].id, SignInMethod.LINK, HANDLE)
    invitation = kit.sign_in.begin(request, watch)
    pin = pin_for(invitation, HANDLE)
    os.write(said, f"{pin} 0\n".encode())
    kit.sign_in.complete(invitation.attempt.id, parse_oauth1_response(pin), watch)
    os.write(said, f"{pin} {fuse.seen}\n".encode())


@dataclass(frozen=True, slots=True)
class Became:
    """Whether the child was killed, the PIN where it got so far, and the number of its steps."""

    killed: bool
    pin: str
    steps: int


class SignInKiller(Forker):
    """Has such children killed."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        super().__init__("tests.services.sign_in_killing", env)

    def run(self, order: Order) -> Became:
        """Let a child carry the order out, up to its end or its death."""
        killed, said = self.ask(order)
        pin, _, steps = said.partition(" ")
        return Became(killed, pin, int(steps or 0))


def main() -> None:
    def answer(fields: dict[str, Any]) -> tuple[int, str]:
        return fork(lambda said: obey(Order(**fields), said))

    serve(answer)


if __name__ == "__main__":
    main()
