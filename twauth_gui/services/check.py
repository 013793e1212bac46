"""Asking X whether an account's credentials still work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health
from twauth_gui.services.lines import Lines
from twauth_gui.store.store import Store
from twauth_gui.xapi.health import health_of, health_of_identity
from twauth_gui.xapi.identity import Identity, verify


@dataclass(frozen=True, slots=True)
class Checked:
    """The account as it is now, and what was wrong where something was."""

    account: Account
    diagnosis: Diagnosis | None = None


class Checker:
    """Checks one account at a time; the caller runs several side by side."""

    def __init__(self, store: Store, lines: Lines, now: Callable[[], datetime]) -> None:
        self._store = store
        self._lines = lines
        self._now = now

    def check(self, account_id: AccountId, cancel: CancelToken) -> Checked:
        """Ask X who the token belongs to and what it may do, and note it.

        Raises:
            DiagnosedError: the keychain refuses; what X refuses is part of the result.
            CancelledError: the person ended it; nothing is noted.
        """
        account = self._store.account(account_id)
        app = self._store.app(account.app_id)
        keys = self._store.app_keys(app.id)
        credentials = self._store.credentials(account_id)
        try:
            identity = self._lines.call(
                app, lambda line: verify(app.hosts, keys, credentials, cancel, line=line)
            )
        except DiagnosedError as error:
            return self._refused(account_id, error.diagnosis)
        return self._accepted(account_id, identity)

    def _accepted(self, account_id: AccountId, identity: Identity) -> Checked:
        health = health_of_identity(identity, self._now())
        account = replace(
            self._store.account(account_id),
            handle=identity.handle,
            name=identity.name,
            access=identity.access,
            health=health,
        )
        level = f", {identity.access.words}" if identity.access else ""
        return Checked(self._noted(account, f"Checked: {health.word.lower()}{level}"))

    def _refused(self, account_id: AccountId, diagnosis: Diagnosis) -> Checked:
        health: Health = health_of(diagnosis, self._now())
        account = replace(self._store.account(account_id), health=health)
        return Checked(self._noted(account, f"Checked: {health.word.lower()}"), diagnosis)

    def _noted(self, account: Account, text: str) -> Account:
        self._store.add_event(Event(account.id, EventKind.CHECKED, self._now(), text))
        return self._store.update_account(account)
