"""OAuth 2.0 tokens of accounts: renewed in time, once, and never lost in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    TokenMetadata,
)
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.credential_fields import TokenField
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, NotSentError, ProblemKind, Remedy
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.oauth2 import OAuth2Client, TokenSet, TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.services.account_removal import (
    drop_revoked_tokens,
    explain_manual_revocation,
    record_revocation,
)
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.errors.messages import oauth2_errors

RENEW_AHEAD_SECONDS = 300.0
"""How long before its end an access token is renewed: who gets one can work with it for a while."""
_REVOKED = "Revoked OAuth 2.0 at X"


@dataclass(frozen=True, slots=True)
class _UnsavedTokens:
    """A pair that the keychain has not taken yet, and the generation of the one it follows."""

    spent: int
    fresh: TokenSet


class OAuth2TokenService:
    """Gives out the tokens of accounts. From the moment X gives a new pair, it is not dropped.

    The new pair is stored before anybody gets it. Where the keychain fails there, the pair is held
    in memory, and the next call tries to store it again without asking X.
    """

    def __init__(self, store: Store, lines: XClients, now: Callable[[], datetime]) -> None:
        self._store = store
        self._lines = lines
        self._now = now
        self._unsaved: dict[AccountId, _UnsavedTokens] = {}

    @property
    def has_unsaved_grants(self) -> bool:
        """Whether ending the process now would lose a pair."""
        return bool(self._unsaved)

    def has_unsaved_tokens(self, account_id: AccountId) -> bool:
        """Whether a pair of this account is in memory only, so that fresh() has to be repeated."""
        return account_id in self._unsaved

    def get_fresh(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Give the tokens, renewed first where they are near their end.

        Raises:
            DiagnosedError: the keychain, X or the network refuses; NotSignedInError where the
                account has none of OAuth 2.0.
            CancelledError: cancelled before X gave anything.
        """
        tokens = self._store.tokens.get(account_id)
        if not self.has_unsaved_tokens(account_id) and not self._is_expiring(tokens):
            return tokens
        if tokens.refresh_token is None and not tokens.expires_within(0, self._now()):
            return tokens  # it cannot be renewed, and still works
        return self._renew(account_id, tokens, cancel)

    def renew(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Renew them although they are not near their end; raises as fresh() does."""
        renewed = self._renew(account_id, self._store.tokens.get(account_id), cancel)
        self._note(account_id, AccountEventKind.RENEWED, "Renewed the OAuth 2.0 tokens")
        return renewed

    def revoke(self, account_id: AccountId, cancel: CancelToken) -> Account:
        """End both tokens at X. Beside credentials of OAuth 1.0a they are forgotten here, too.

        Raises:
            DiagnosedError: X or the keychain refuses; what is kept here was not changed.
        """
        self._store.require_writable()
        with self._store.tokens.renewal_lock(account_id):
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            facts, tokens = self._read_tokens(account_id)
            self.revoke_tokens(app, account.at_handle, tokens, cancel)
            self._unsaved.pop(account_id, None)
            return self._record_revocation(account, facts)

    def _read_tokens(self, account_id: AccountId) -> tuple[TokenMetadata, TokenSet]:
        """Read the facts before the tokens: where they are replaced in between, that shows."""
        facts = self._store.tokens.facts(account_id)
        tokens = self._store.tokens.get(account_id)
        if facts is None:
            raise ChangedMeanwhileError(ItemKind.TOKENS)  # they came between the two looks
        return facts, tokens

    def revoke_tokens(self, app: App, who: str, tokens: TokenSet, cancel: CancelToken) -> None:
        """End a pair at X; it is also fine where X had ended it before.

        Raises:
            DiagnosedError: X did not end it; it says how a person does, signed in as who.
        """
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        line = self._lines.settings_for(app)
        for token, hint in (
            (tokens.refresh_token, TokenTypeHint.REFRESH),
            (tokens.access_token, TokenTypeHint.ACCESS),
        ):
            if token is None:
                continue
            try:
                oauth2.revoke_token(app.hosts, client, token, hint, cancel, settings=line)
            except DiagnosedError as error:
                if error.diagnosis.kind not in {ProblemKind.REVOKED, ProblemKind.REFRESH_SPENT}:
                    raise DiagnosedError(
                        explain_manual_revocation(error.diagnosis, who, app.label)
                    ) from error

    def request_refresh(
        self, app: App, client: OAuth2Client, tokens: TokenSet, cancel: CancelToken
    ) -> TokenSet:
        """Ask X for the next pair; whoever calls keeps it before anything else."""
        return oauth2.refresh_tokens(
            app.hosts, client, tokens, cancel, settings=self._lines.settings_for(app)
        )

    def _is_expiring(self, tokens: TokenSet) -> bool:
        return tokens.expires_within(RENEW_AHEAD_SECONDS, self._now())

    def _renew(self, account_id: AccountId, seen: TokenSet, cancel: CancelToken) -> TokenSet:
        self._store.require_writable()
        with self._store.tokens.renewal_lock(account_id):
            facts, now_kept = self._read_tokens(account_id)
            held = self._unsaved.get(account_id)
            if held is not None:
                return self._save(account_id, held)
            if now_kept != seen:
                return now_kept  # somebody renewed them while this one waited
            fresh = self._refresh(account_id, facts, now_kept, cancel)
            held = self._unsaved[account_id] = _UnsavedTokens(facts.generation, fresh)
            return self._save(account_id, held)

    def _refresh(
        self, account_id: AccountId, facts: TokenMetadata, tokens: TokenSet, cancel: CancelToken
    ) -> TokenSet:
        app = self._store.apps.get(self._store.accounts.get(account_id).app_id)
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        line = self._lines.settings_for(app)
        cut_off = facts.renewing_at

        def note(at: datetime | None) -> None:
            self._store.tokens.record_renewal_start(account_id, at, facts.generation)

        cancel.raise_if_cancelled()
        if tokens.refresh_token is not None:
            note(cut_off or self._now())
        try:
            return oauth2.refresh_tokens(app.hosts, client, tokens, cancel, settings=line)
        except NotSentError:
            note(cut_off)
            raise
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.REFRESH_SPENT:
                if error.diagnosis.evidence.is_refusal:
                    note(cut_off)
                raise
            if cut_off is None:
                note(None)
                raise
            evidence = error.diagnosis.evidence
            raise DiagnosedError(oauth2_errors.CUT_OFF.to_diagnosis(evidence)) from error

    def _save(self, account_id: AccountId, held: _UnsavedTokens) -> TokenSet:
        try:
            self._store.tokens.renew(account_id, held.fresh, held.spent)
        except ChangedMeanwhileError:
            del self._unsaved[account_id]  # signed in again since: that pair counts
            return self._store.tokens.get(account_id)
        except NotFoundError:
            del self._unsaved[account_id]  # nobody can use it any more
            raise
        del self._unsaved[account_id]
        return held.fresh

    def _record_revocation(self, account: Account, facts: TokenMetadata) -> Account:
        """Keep that X has ended the tokens; those that a new sign-in brought meanwhile stay.

        Raises:
            DiagnosedError: there are such.
        """
        if account.has_oauth1:
            drop_revoked_tokens(
                account, lambda: self._store.tokens.delete(account.id, facts.generation)
            )
            self._note(account.id, AccountEventKind.REVOKED, _REVOKED)
            return self._store.accounts.get(account.id)
        health = Health(HealthState.REVOKED, self._now(), "Revoked from here.")
        event = AccountEvent(account.id, AccountEventKind.REVOKED, self._now(), _REVOKED)
        revoked = replace(account, health=health)
        return record_revocation(
            self._store, CheckNote(revoked, event, tokens_from=facts.signed_in_at)
        )

    def _note(self, account_id: AccountId, kind: AccountEventKind, text: str) -> None:
        self._store.events.add(AccountEvent(account_id, kind, self._now(), text))


class TokenFieldReader:
    """Gives them out, the access token with some minutes left to it, and notes that it did."""

    def __init__(
        self, store: Store, keeper: OAuth2TokenService, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._tokens = keeper
        self._now = now

    def reveal(self, account_id: AccountId, field: TokenField, cancel: CancelToken) -> Secret:
        """Give one value in order to show it.

        Raises:
            DiagnosedError: there is none, or it could not be renewed first.
        """
        value = self._value(account_id, field, cancel)
        self._note(account_id, AccountEventKind.REVEALED, f"Showed the {field.inline_label}")
        return value

    def copy(self, account_id: AccountId, field: TokenField, cancel: CancelToken) -> Secret:
        """Give one value for the clipboard; raises as reveal() does."""
        value = self._value(account_id, field, cancel)
        self._note(account_id, AccountEventKind.COPIED, f"Copied the {field.inline_label}")
        return value

    def _value(self, account_id: AccountId, field: TokenField, cancel: CancelToken) -> Secret:
        account = self._store.accounts.get(account_id)
        if field is TokenField.CLIENT_ID:
            value = self._store.apps.read_keys(account.app_id).client_id
        else:
            tokens = self._tokens.get_fresh(account_id, cancel)
            value = tokens.access_token if field is TokenField.ACCESS else tokens.refresh_token
        if value is None:
            raise DiagnosedError(_missing_field(account.at_handle, field))
        return value

    def _note(self, account_id: AccountId, kind: AccountEventKind, text: str) -> None:
        self._store.events.add(AccountEvent(account_id, kind, self._now(), text))


def _missing_field(at_handle: str, field: TokenField) -> Diagnosis:
    if field is TokenField.CLIENT_ID:
        return Diagnosis(
            ProblemKind.WRONG_KEYS,
            "The app has no Client ID here.",
            "Copy it from Keys and tokens in X's console into the app's keys.",
            remedy=Remedy.EDIT_KEYS,
        )
    return Diagnosis(
        ProblemKind.CREDENTIAL_MISSING,
        f"{at_handle} has no {field.inline_label}.",
        "X gives one only with the scope offline.access. Sign in again with it.",
        remedy=Remedy.SIGN_IN_OAUTH2,
    )
