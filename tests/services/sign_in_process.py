"""Sign-ins that are killed at a step; run as a program, it forks a child per order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.store.scenario_process import KillAtStep
from tests.support.fork_server import ForkServer, run_child, serve_orders
from tests.support.installations import NOON
from tests.support.sandbox_browser import approve_for_pin
from tests.support.system_vaults import CHEAP_COST, PASSPHRASE
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services
from twauth_gui.services.sign_in_requests import SignInEvent, SignInRequest
from twauth_gui.services.vault_service import VaultService
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

HANDLE = "fernwick_news"


def open_killable_services(folder: Path, fuse: KillAtStep, *, real: bool) -> Services:
    """Open the services of a folder; real: with the system's keychain instead of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    storage = VaultService(folder, _open_vault(folder, fuse, real=real))
    store = Store.open(folder, storage.vault, now=lambda: NOON, on_step=fuse)
    storage.attach_store(store)
    return Services(store, storage, lambda: NOON, AppPaths(folder))


def _open_vault(folder: Path, fuse: KillAtStep, *, real: bool) -> Vault:
    if real:
        return open_system_vault("linux")
    vault = FileVault(folder / "ring.twauth", lambda: PASSPHRASE, cost=CHEAP_COST, on_step=fuse)
    if vault.exists:
        vault.unlock()
    else:
        vault.create(PASSPHRASE)
    return vault


class KillingProgress:
    """Progress that counts every step, and kills the process at one of them."""

    def __init__(self, fuse: KillAtStep) -> None:
        self.cancel = CancelToken()
        self._fuse = fuse

    def report(self, event: SignInEvent) -> None:
        self._fuse(type(event).__name__)


@dataclass(frozen=True, slots=True)
class SignInOrder:
    """An order for a child. steps: it is killed after so many; 0 for never."""

    folder: str
    real: bool
    steps: int = 0


def carry_out_order(order: SignInOrder, output: int) -> None:
    """Sign the account in by link; print its PIN, then the number of steps."""
    fuse = KillAtStep(0)
    services = open_killable_services(Path(order.folder), fuse, real=order.real)
    fuse.count, fuse.remaining = 0, order.steps
    progress = KillingProgress(fuse)
    request = SignInRequest(services.store.apps.list_all()[0].id, SignInMethod.LINK, HANDLE)
    link = services.sign_in.begin(request, progress)
    pin = approve_for_pin(link, HANDLE)
    os.write(output, f"{pin} 0\n".encode())
    services.sign_in.complete(link.pending.id, parse_oauth1_response(pin), progress)
    os.write(output, f"{pin} {fuse.count}\n".encode())


@dataclass(frozen=True, slots=True)
class KillOutcome:
    """Whether the child was killed, its PIN if it got so far, and the number of its steps."""

    was_killed: bool
    pin: str
    steps: int


class SignInKiller(ForkServer):
    """Forks children that are killed at a step."""

    def __init__(self, env: dict[str, str] | None = None) -> None:
        super().__init__("tests.services.sign_in_process", env)

    def run(self, order: SignInOrder) -> KillOutcome:
        """Let a child carry out the order until it ends or is killed."""
        killed, output = self.send_order(order)
        pin, _, steps = output.partition(" ")
        return KillOutcome(killed, pin, int(steps or 0))


def main() -> None:
    def answer(fields: dict[str, Any]) -> tuple[int, str]:
        return run_child(lambda output: carry_out_order(SignInOrder(**fields), output))

    serve_orders(answer)


if __name__ == "__main__":
    main()
