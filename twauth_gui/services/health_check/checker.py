"""Checks of one account: ask X whether its credentials still work, save the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.access import derive_access_level
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    Credentials,
)
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.services.oauth2_tokens import OAuth2TokenService
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError, retry_on_conflict
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi.health import health_from_diagnosis, health_from_identity
from twauth_gui.xapi.identity import Identity, verify_credentials, verify_oauth2_token
from twauth_gui.xapi.session import PersistentSession


class OAuth2IdentityCheck:
    """Identity check with OAuth 2.0; a refused access token is renewed once before it counts."""

    def __init__(self, store: Store, x_clients: XClients, tokens: OAuth2TokenService) -> None:
        self._store = store
        self._x_clients = x_clients
        self._tokens = tokens

    def query_identity(self, account: Account, cancel: CancelToken) -> Identity:
        """Ask X (users/me) whose the tokens are; the scopes say what they may do.

        Raises:
            DiagnosedError: X refuses; a VaultError if the keychain does.
            CancelledError: the user cancelled.
        """
        app = self._store.apps.get(account.app_id)
        tokens = self._tokens.get_fresh(account.id, cancel)
        try:
            identity = self._query(app, tokens, cancel)
        except DiagnosedError as error:
            # X gives the same error for an access token that has expired and for a revoked one.
            if error.diagnosis.kind is not ProblemKind.REVOKED or tokens.refresh_token is None:
                raise
            tokens = self._tokens.renew(account.id, cancel)
            identity = self._query(app, tokens, cancel)
        return replace(identity, access=derive_access_level(tokens.scopes))

    def _query(self, app: App, tokens: TokenSet, cancel: CancelToken) -> Identity:
        return verify_oauth2_token(
            app.hosts, tokens.access_token, cancel, settings=self._x_clients.settings_for(app)
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The account as it is now, with what was wrong, if anything was.

    app_generation, tokens_from: what X was asked with, as in CheckNote.
    """

    account: Account
    diagnosis: Diagnosis | None = None
    app_generation: int = 0
    tokens_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """An account with everything that a check of it needs.

    credentials: of OAuth 1.0a if it has them, else OAuth 2.0 tokens, signed in at tokens_from.
    """

    account: Account
    app: App
    keys: AppKeys
    credentials: Credentials | TokenSet
    tokens_from: datetime | None = None


class Checker:
    """Checks one account; BatchChecker checks many with the same steps."""

    def __init__(
        self,
        store: Store,
        x_clients: XClients,
        tokens: OAuth2IdentityCheck,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._x_clients = x_clients
        self._tokens = tokens
        self._now = now

    def check(self, account_id: AccountId, cancel: CancelToken) -> CheckResult:
        """Ask X whose the token is and what it may do, and save the result.

        If the credentials or the app's keys are replaced meanwhile, X is asked again with the new
        ones.

        Raises:
            DiagnosedError: the keychain refuses, or the account is gone; X's refusal is part of the
                result.
            CancelledError: the user cancelled; nothing is saved.
        """
        self._store.require_writable()

        def check() -> CheckResult:
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            subject = self.read_subject(account, app, lambda: self._store.apps.read_keys(app.id))
            checked = self.query(subject, cancel)
            noted, now = self.save_results((checked,)), self._store.accounts.get(account_id)
            if not noted:
                raise ChangedMeanwhileError(ItemKind.ACCOUNT)
            return replace(checked, account=now)

        return retry_on_conflict(check)

    def read_subject(self, account: Account, app: App, keys: Callable[[], AppKeys]) -> CheckSubject:
        """Read what a check needs.

        Raises:
            DiagnosedError: the keychain refuses, or has lost something of it.
        """
        if account.has_oauth1:
            return CheckSubject(
                account, app, keys(), self._store.accounts.read_credentials(account.id)
            )
        metadata = self._store.tokens.get_metadata(account.id)
        since = None if metadata is None else metadata.signed_in_at
        return CheckSubject(account, app, keys(), self._store.tokens.get(account.id), since)

    def is_outdated(self, result: CheckResult) -> bool:
        """Whether there are other credentials or keys now than those X was asked with.

        Raises:
            NotFoundError: the account is gone.
        """
        account = self._store.accounts.get(result.account.id)
        metadata = None if account.has_oauth1 else self._store.tokens.get_metadata(account.id)
        return (
            account.generation != result.account.generation
            or result.app_generation not in {0, self._store.apps.get(account.app_id).generation}
            or result.tokens_from != (None if metadata is None else metadata.signed_in_at)
        )

    def query(
        self,
        subject: CheckSubject,
        cancel: CancelToken,
        session_for: Callable[[CallSettings], PersistentSession | None] = lambda _settings: None,
    ) -> CheckResult:
        """Ask X; nothing is saved.

        session_for: returns the open connection for a call's settings; None to use a new one.

        Raises:
            CancelledError: the user cancelled.
            NotFoundError: the account is gone.
        """
        diagnosis: Diagnosis | None = None
        try:
            account = self._apply_identity(
                subject.account, self._query_identity(subject, cancel, session_for)
            )
        except NotFoundError:
            raise
        except DiagnosedError as error:
            diagnosis = error.diagnosis
            health = health_from_diagnosis(diagnosis, subject.account.health, self._now())
            account = replace(subject.account, health=health)
        return CheckResult(account, diagnosis, subject.app.generation, subject.tokens_from)

    def _query_identity(
        self,
        subject: CheckSubject,
        cancel: CancelToken,
        session_for: Callable[[CallSettings], PersistentSession | None],
    ) -> Identity:
        hosts, keys, credentials = subject.app.hosts, subject.keys, subject.credentials
        if isinstance(credentials, TokenSet):
            return self._tokens.query_identity(subject.account, cancel)
        return self._x_clients.call(
            subject.app,
            lambda settings: verify_credentials(
                hosts, keys, credentials, cancel, settings=settings, session=session_for(settings)
            ),
        )

    def _apply_identity(self, account: Account, identity: Identity) -> Account:
        return replace(
            account,
            handle=identity.handle,
            name=identity.name,
            access=identity.access,
            health=health_from_identity(identity, self._now()),
        )

    def save_results(self, results: Sequence[CheckResult]) -> set[AccountId]:
        """Save the results; return the accounts that were not changed since X was asked."""
        now = self._now()
        return self._store.accounts.record_checks(
            [
                CheckNote(one.account, _check_event(one, now), one.app_generation, one.tokens_from)
                for one in results
            ]
        )


def _check_event(result: CheckResult, at: datetime) -> AccountEvent:
    account, accepted = result.account, result.diagnosis is None
    failed = account.health.failed_check
    if failed is not None:
        return AccountEvent(
            account.id, AccountEventKind.CHECKED, at, f"Check failed: {failed.reason}"
        )
    level = f", {account.access.label}" if accepted and account.access else ""
    text = f"Checked: {account.health.label.lower()}{level}"
    return AccountEvent(account.id, AccountEventKind.CHECKED, at, text)
