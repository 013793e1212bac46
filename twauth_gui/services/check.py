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
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.services.lines import XClients
from twauth_gui.services.oauth2_check import TokenCheck
from twauth_gui.services.redo import until_unchanged
from twauth_gui.store.account_shelf import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.items import ItemKind
from twauth_gui.store.store import Store
from twauth_gui.xapi.health import health_of, health_of_identity
from twauth_gui.xapi.identity import Identity, verify
from twauth_gui.xapi.session import KeptSession


@dataclass(frozen=True, slots=True)
class Checked:
    """The account as it is now, and what was wrong where something was.

    app_generation, tokens_from: what X was asked with, as a CheckNote has it.
    """

    account: Account
    diagnosis: Diagnosis | None = None
    app_generation: int = 0
    tokens_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """An account with all that a question about it takes.

    credentials: of OAuth 1.0a where it has them, else those of OAuth 2.0, signed in at tokens_from.
    """

    account: Account
    app: App
    keys: AppKeys
    credentials: Credentials | TokenSet
    tokens_from: datetime | None = None


class Checker:
    """Checks one account; services/check_many.py checks many with its parts."""

    def __init__(
        self, store: Store, lines: XClients, tokens: TokenCheck, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._lines = lines
        self._tokens = tokens
        self._now = now

    def check(self, account_id: AccountId, cancel: CancelToken) -> Checked:
        """Ask X who the token belongs to and what it may do, and note it.

        Where the credentials or the app's keys are replaced meanwhile, X is asked again with the
        new ones.

        Raises:
            DiagnosedError: the keychain refuses, or the account is gone; what X refuses is part of
                the result.
            CancelledError: the person ended it; nothing is noted.
        """
        self._store.require_writable()

        def check() -> Checked:
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            subject = self.subject(account, app, lambda: self._store.apps.keys(app.id))
            checked = self.ask(subject, cancel)
            noted, now = self.note((checked,)), self._store.accounts.get(account_id)
            if not noted:
                raise ChangedMeanwhileError(ItemKind.ACCOUNT)
            return replace(checked, account=now)

        return until_unchanged(check)

    def subject(self, account: Account, app: App, keys: Callable[[], AppKeys]) -> CheckSubject:
        """Read what a question takes.

        Raises:
            DiagnosedError: the keychain refuses, or has lost something of it.
        """
        if account.has_oauth1:
            return CheckSubject(account, app, keys(), self._store.accounts.credentials(account.id))
        facts = self._store.tokens.facts(account.id)
        since = None if facts is None else facts.signed_in_at
        return CheckSubject(account, app, keys(), self._store.tokens.get(account.id), since)

    def is_overtaken(self, checked: Checked) -> bool:
        """Whether there are other credentials or keys by now than those X was asked with.

        Raises:
            NotFoundError: the account is gone.
        """
        account = self._store.accounts.get(checked.account.id)
        facts = None if account.has_oauth1 else self._store.tokens.facts(account.id)
        return (
            account.generation != checked.account.generation
            or checked.app_generation not in {0, self._store.apps.get(account.app_id).generation}
            or checked.tokens_from != (None if facts is None else facts.signed_in_at)
        )

    def ask(
        self,
        subject: CheckSubject,
        cancel: CancelToken,
        kept: Callable[[CallSettings], KeptSession | None] = lambda _line: None,
    ) -> Checked:
        """Ask X; nothing is noted.

        kept: gives the connection to ask over where there is one for that line.

        Raises:
            CancelledError: the person ended it.
            NotFoundError: the account is gone.
        """
        diagnosis: Diagnosis | None = None
        try:
            account = self._accepted(subject.account, self._identity(subject, cancel, kept))
        except NotFoundError:
            raise
        except DiagnosedError as error:
            diagnosis = error.diagnosis
            health = health_of(diagnosis, subject.account.health, self._now())
            account = replace(subject.account, health=health)
        return Checked(account, diagnosis, subject.app.generation, subject.tokens_from)

    def _identity(
        self,
        subject: CheckSubject,
        cancel: CancelToken,
        kept: Callable[[CallSettings], KeptSession | None],
    ) -> Identity:
        hosts, keys, credentials = subject.app.hosts, subject.keys, subject.credentials
        if isinstance(credentials, TokenSet):
            return self._tokens.identity(subject.account, cancel)
        return self._lines.call(
            subject.app,
            lambda line: verify(hosts, keys, credentials, cancel, line=line, session=kept(line)),
        )

    def _accepted(self, account: Account, identity: Identity) -> Account:
        return replace(
            account,
            handle=identity.handle,
            name=identity.name,
            access=identity.access,
            health=health_of_identity(identity, self._now()),
        )

    def note(self, results: Sequence[Checked]) -> set[AccountId]:
        """Keep what X said; gives the accounts that are still as X was asked about them."""
        now = self._now()
        return self._store.accounts.note_checks(
            [
                CheckNote(one.account, _event(one, now), one.app_generation, one.tokens_from)
                for one in results
            ]
        )


def _event(checked: Checked, at: datetime) -> Event:
    account, accepted = checked.account, checked.diagnosis is None
    failed = account.health.failed_check
    if failed is not None:
        return Event(account.id, EventKind.CHECKED, at, f"Check failed: {failed.reason}")
    level = f", {account.access.words}" if accepted and account.access else ""
    text = f"Checked: {account.health.word.lower()}{level}"
    return Event(account.id, EventKind.CHECKED, at, text)
