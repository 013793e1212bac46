"""The services over a real store in a folder, a keychain in memory, and a running sandbox."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.services.approving import answer_for, shown
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.kit import Services, open_services
from twauth_gui.services.places import AppPaths
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import NullProgress

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def keys_of(sandbox: Sandbox) -> AppKeys:
    return AppKeys(Secret(sandbox.demo_app.api_key), Secret(sandbox.demo_app.api_secret))


@dataclass
class Ground:
    """One installation: start() opens it again as another process would."""

    places: AppPaths
    vault: MemoryVault
    sandbox: Sandbox
    kit: Services
    now: Callable[[], datetime] = lambda: NOON

    @classmethod
    def at(
        cls, folder: Path, sandbox: Sandbox, now: Callable[[], datetime] = lambda: NOON
    ) -> Ground:
        places, vault = AppPaths(folder), MemoryVault()
        return cls(places, vault, sandbox, open_services(places, vault, now), now)

    def restart(self) -> None:
        """Close it, and open it again with nothing but what was kept."""
        self.kit.close()
        self.kit = open_services(self.places, self.vault, self.now)

    def open_again(self) -> Services:
        """Open it beside this one, as another process does."""
        return open_services(self.places, self.vault, lambda: NOON)

    def draft(self, label: str = "Newsroom", callback: str | None = None) -> AppDraft:
        callback = callback or self.sandbox.demo_app.callbacks[0]
        return AppDraft(label, keys_of(self.sandbox), callback, Hosts.at(self.sandbox.url))

    def add_app(self, label: str = "Newsroom", callback: str | None = None) -> App:
        return self.kit.apps.add(self.draft(label, callback))

    def sign_in(self, app: App, handle: str = "fernwick_news") -> Account:
        """The whole way with a PIN."""
        request = SignInRequest(app.id, SignInMethod.PIN, handle)
        invitation = self.kit.sign_in.begin(request, NullProgress())
        answer = answer_for(invitation, handle)
        outcome = self.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
        assert isinstance(outcome, SignedIn)
        return outcome.account

    def token_of(self, account: Account) -> str:
        """The access token of OAuth 1.0a that is kept."""
        return shown(self.kit.store.accounts.credentials(account.id).access_token)
