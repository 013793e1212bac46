"""Asking X whether an account's credentials still work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.network import Line
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.services.lines import Lines
from twauth_gui.services.oauth2_check import TokenCheck
from twauth_gui.store.store import Store
from twauth_gui.xapi.health import health_of, health_of_identity
from twauth_gui.xapi.identity import Identity, verify
from twauth_gui.xapi.session import KeptSession


@dataclass(frozen=True, slots=True)
class Checked:
    """The account as it is now, and what was wrong where something was."""

    account: Account
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """An account with all that a question about it takes.

    credentials: of OAuth 1.0a where it has them, else those of OAuth 2.0.
    """

    account: Account
    app: App
    keys: AppKeys
    credentials: Credentials | TokenSet


class Checker:
    """Checks one account; services/check_many.py checks many with its parts."""

    def __init__(
        self, store: Store, lines: Lines, tokens: TokenCheck, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lines = lines
        self._tokens = tokens
        self._now = now

    def check(self, account_id: AccountId, cancel: CancelToken) -> Checked:
        """Ask X who the token belongs to and what it may do, and note it.

        Raises:
            DiagnosedError: the keychain refuses; what X refuses is part of the result.
            CancelledError: the person ended it; nothing is noted.
        """
        account = self._store.account(account_id)
        app = self._store.app(account.app_id)
        subject = self.subject(account, app, lambda: self._store.app_keys(app.id))
        checked = self.ask(subject, cancel)
        self.note((checked,))
        return replace(checked, account=self._store.account(account_id))

    def subject(self, account: Account, app: App, keys: Callable[[], AppKeys]) -> Subject:
        """Read what a question takes.

        Raises:
            DiagnosedError: the keychain refuses, or has lost something of it.
        """
        read = self._store.credentials if account.has_oauth1 else self._store.tokens.read
        return Subject(account, app, keys(), read(account.id))

    def ask(
        self,
        subject: Subject,
        cancel: CancelToken,
        kept: Callable[[Line], KeptSession | None] = lambda _line: None,
    ) -> Checked:
        """Ask X; nothing is noted.

        kept: gives the connection to ask over where there is one for that line.

        Raises:
            CancelledError: the person ended it.
        """
        try:
            identity = self._identity(subject, cancel, kept)
        except DiagnosedError as error:
            health = health_of(error.diagnosis, self._now())
            return Checked(replace(subject.account, health=health), error.diagnosis)
        return self._accepted(subject.account, identity)

    def _identity(
        self, subject: Subject, cancel: CancelToken, kept: Callable[[Line], KeptSession | None]
    ) -> Identity:
        hosts, keys, credentials = subject.app.hosts, subject.keys, subject.credentials
        if isinstance(credentials, TokenSet):
            return self._tokens.identity(subject.account, cancel)
        return self._lines.call(
            subject.app,
            lambda line: verify(hosts, keys, credentials, cancel, line=line, session=kept(line)),
        )

    def _accepted(self, account: Account, identity: Identity) -> Checked:
        return Checked(
            replace(
                account,
                handle=identity.handle,
                name=identity.name,
                access=identity.access,
                health=health_of_identity(identity, self._now()),
            )
        )

    def note(self, results: Sequence[Checked]) -> set[AccountId]:
        """Keep what X said; gives the accounts that are still there to keep it for."""
        now = self._now()
        return self._store.note_checks([(one.account, _event(one, now)) for one in results])


def _event(checked: Checked, at: datetime) -> Event:
    account, accepted = checked.account, checked.diagnosis is None
    level = f", {account.access.words}" if accepted and account.access else ""
    text = f"Checked: {account.health.word.lower()}{level}"
    return Event(account.id, EventKind.CHECKED, at, text)
