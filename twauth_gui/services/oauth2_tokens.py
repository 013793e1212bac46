"""OAuth 2.0 tokens of accounts: renewed in time, only once, without losing any."""

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
from twauth_gui.domain.oauth2 import TokenSet, TokenTypeHint
from twauth_gui.domain.placements import Place, PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.account_removal import (
    drop_revoked_tokens,
    explain_manual_revocation,
    record_revocation,
)
from twauth_gui.services.placement_recorder import ExportedValues, PlacementRecorder, make_copy
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.errors.messages import oauth2_errors

RENEW_AHEAD_SECONDS = 300.0
"""How long before it expires an access token is renewed, so that a caller can use it a while."""
_REVOKED = "Revoked OAuth 2.0 at X"


@dataclass(frozen=True, slots=True)
class _UnsavedTokens:
    """Tokens that the keychain has not taken yet, with the generation of those they replace."""

    spent: int
    fresh: TokenSet


class OAuth2TokenService:
    """Returns and renews the tokens of accounts. New tokens are never dropped.

    They are stored before a caller gets them. If the keychain fails there, they stay in memory, and
    the next call tries to store them again without asking X.
    """

    def __init__(self, store: Store, x_clients: XClients, now: Callable[[], datetime]) -> None:
        self._store = store
        self._x_clients = x_clients
        self._now = now
        self._unsaved: dict[AccountId, _UnsavedTokens] = {}

    @property
    def has_unsaved_grants(self) -> bool:
        """Whether ending the process now would lose tokens."""
        return bool(self._unsaved)

    def has_unsaved_tokens(self, account_id: AccountId) -> bool:
        """Whether tokens of this account are in memory only; get_fresh() stores them."""
        return account_id in self._unsaved

    def get_fresh(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Return the tokens, renewed first if they expire soon.

        Raises:
            DiagnosedError: the keychain, X or the network refuses; NotSignedInError if the account
                has no OAuth 2.0 tokens.
            CancelledError: cancelled before X issued new ones.
        """
        tokens = self._store.tokens.get(account_id)
        if not self.has_unsaved_tokens(account_id) and not self._is_expiring(tokens):
            return tokens
        if tokens.refresh_token is None and not tokens.expires_within(0, self._now()):
            return tokens  # it cannot be renewed, and still works
        return self._renew(account_id, tokens, cancel)

    def get_fresh_with_generation(
        self, account_id: AccountId, cancel: CancelToken
    ) -> tuple[TokenSet, int]:
        """Return the tokens as get_fresh() does, with the generation that was read before them."""
        before = self._store.tokens.get_metadata(account_id)
        tokens = self.get_fresh(account_id, cancel)
        after = self._store.tokens.get_metadata(account_id)
        generation = 0 if after is None else after.generation
        if before is not None and before.generation == generation:
            return tokens, generation
        return self.get_fresh(account_id, cancel), generation

    def renew(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Renew the tokens, even if they do not expire soon; raises as get_fresh() does."""
        renewed = self._renew(account_id, self._store.tokens.get(account_id), cancel)
        self._note(account_id, AccountEventKind.RENEWED, "Renewed the OAuth 2.0 tokens")
        return renewed

    def revoke(self, account_id: AccountId, cancel: CancelToken) -> Account:
        """Revoke both tokens at X. They are deleted here, if the account also has OAuth 1.0a.

        Raises:
            DiagnosedError: X or the keychain refuses; nothing was changed here.
        """
        self._store.require_writable()
        with self._store.tokens.renewal_lock(account_id):
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            metadata, tokens = self._read_tokens(account_id)
            self.revoke_tokens(app, account.at_handle, tokens, cancel)
            self._unsaved.pop(account_id, None)
            return self._record_revocation(account, metadata)

    def _read_tokens(self, account_id: AccountId) -> tuple[TokenMetadata, TokenSet]:
        """Read the metadata before the tokens: if they are replaced in between, saving notices."""
        metadata = self._store.tokens.get_metadata(account_id)
        tokens = self._store.tokens.get(account_id)
        if metadata is None:
            raise ChangedMeanwhileError(ItemKind.TOKENS)  # they came between the two looks
        return metadata, tokens

    def revoke_tokens(self, app: App, who: str, tokens: TokenSet, cancel: CancelToken) -> None:
        """Revoke a pair of tokens at X; one that X had revoked before counts as revoked.

        who: the account, as the advice on how to revoke by hand names it.

        Raises:
            DiagnosedError: X did not revoke it; the advice says how to do it by hand.
        """
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        settings = self._x_clients.settings_for(app)
        for token, hint in (
            (tokens.refresh_token, TokenTypeHint.REFRESH),
            (tokens.access_token, TokenTypeHint.ACCESS),
        ):
            if token is None:
                continue
            try:
                oauth2.revoke_token(app.hosts, client, token, hint, cancel, settings=settings)
            except DiagnosedError as error:
                if error.diagnosis.kind not in {ProblemKind.REVOKED, ProblemKind.REFRESH_SPENT}:
                    raise DiagnosedError(
                        explain_manual_revocation(error.diagnosis, who, app.label)
                    ) from error

    def _is_expiring(self, tokens: TokenSet) -> bool:
        return tokens.expires_within(RENEW_AHEAD_SECONDS, self._now())

    def _renew(self, account_id: AccountId, known: TokenSet, cancel: CancelToken) -> TokenSet:
        self._store.require_writable()
        with self._store.tokens.renewal_lock(account_id):
            metadata, current = self._read_tokens(account_id)
            unsaved = self._unsaved.get(account_id)
            if unsaved is not None:
                return self._save(account_id, unsaved)
            if current != known:
                return current  # another thread or process renewed them meanwhile
            fresh = self._refresh(account_id, metadata, current, cancel)
            unsaved = self._unsaved[account_id] = _UnsavedTokens(metadata.generation, fresh)
            return self._save(account_id, unsaved)

    def _refresh(
        self, account_id: AccountId, metadata: TokenMetadata, tokens: TokenSet, cancel: CancelToken
    ) -> TokenSet:
        app = self._store.apps.get(self._store.accounts.get(account_id).app_id)
        client = oauth2.read_oauth2_client(self._store.apps.read_keys(app.id))
        settings = self._x_clients.settings_for(app)
        cut_off = metadata.renewing_at

        def note(at: datetime | None) -> None:
            self._store.tokens.record_renewal_start(account_id, at, metadata.generation)

        cancel.raise_if_cancelled()
        if tokens.refresh_token is not None:
            note(cut_off or self._now())
        try:
            return oauth2.refresh_tokens(app.hosts, client, tokens, cancel, settings=settings)
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

    def _save(self, account_id: AccountId, unsaved: _UnsavedTokens) -> TokenSet:
        try:
            self._store.tokens.renew(account_id, unsaved.fresh, unsaved.spent)
        except ChangedMeanwhileError:
            del self._unsaved[account_id]  # signed in again since: those tokens count
            return self._store.tokens.get(account_id)
        except NotFoundError:
            del self._unsaved[account_id]  # the account is gone, so they are of no use
            raise
        del self._unsaved[account_id]
        return unsaved.fresh

    def _record_revocation(self, account: Account, metadata: TokenMetadata) -> Account:
        """Save that X has revoked the tokens; those of a new sign-in meanwhile stay.

        Raises:
            DiagnosedError: the account was signed in again meanwhile.
        """
        if account.has_oauth1:
            drop_revoked_tokens(
                account, lambda: self._store.tokens.delete(account.id, metadata.generation)
            )
            self._note(account.id, AccountEventKind.REVOKED, _REVOKED)
            return self._store.accounts.get(account.id)
        health = Health(HealthState.REVOKED, self._now(), "Revoked from here.")
        event = AccountEvent(account.id, AccountEventKind.REVOKED, self._now(), _REVOKED)
        revoked = replace(account, health=health)
        return record_revocation(
            self._store, CheckNote(revoked, event, tokens_from=metadata.signed_in_at)
        )

    def _note(self, account_id: AccountId, kind: AccountEventKind, text: str) -> None:
        self._store.events.add(AccountEvent(account_id, kind, self._now(), text))


_FIELD_KEYS = {
    TokenField.ACCESS: "oauth2_access_token",
    TokenField.REFRESH: "oauth2_refresh_token",
    TokenField.CLIENT_ID: "client_id",
}


class TokenFieldReader:
    """Reads single OAuth 2.0 values, renewed if needed, and notes each in the history."""

    def __init__(
        self,
        store: Store,
        tokens: OAuth2TokenService,
        recorder: PlacementRecorder,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._recorder = recorder
        self._now = now

    def reveal(self, account_id: AccountId, field: TokenField, cancel: CancelToken) -> Secret:
        """Return one value in order to show it.

        Raises:
            DiagnosedError: there is none, or it could not be renewed first.
        """
        value = self._read(account_id, field, cancel)[1]
        text = f"Showed the {field.inline_label}"
        event = AccountEvent(account_id, AccountEventKind.REVEALED, self._now(), text)
        self._store.events.add(event)
        return value

    def copy(self, account_id: AccountId, field: TokenField, cancel: CancelToken) -> Secret:
        """Return one value for the clipboard; raises as reveal() does."""
        source, value = self._read(account_id, field, cancel)
        self._recorder.record(
            [make_copy(source, Place(PlacementKind.CLIPBOARD))],
            [account_id],
            (AccountEventKind.COPIED, f"Copied the {field.inline_label}"),
        )
        return value

    def _read(
        self, account_id: AccountId, field: TokenField, cancel: CancelToken
    ) -> tuple[ExportedValues, Secret]:
        account = self._store.accounts.get(account_id)
        app = self._store.apps.get(account.app_id)
        generation = 0
        if field is TokenField.CLIENT_ID:
            value = self._store.apps.read_keys(account.app_id).client_id
        else:
            tokens, generation = self._tokens.get_fresh_with_generation(account_id, cancel)
            value = tokens.access_token if field is TokenField.ACCESS else tokens.refresh_token
        if value is None:
            raise DiagnosedError(_missing_field(account.at_handle, field))
        values = {_FIELD_KEYS[field]: value}
        return ExportedValues(account, app, values, generation), value


def _missing_field(at_handle: str, field: TokenField) -> Diagnosis:
    if field is TokenField.CLIENT_ID:
        return Diagnosis(
            ProblemKind.WRONG_KEYS,
            "The app's client ID is not stored here.",
            "Copy it from Keys and tokens in X's console into the app's keys.",
            remedy=Remedy.EDIT_KEYS,
        )
    return Diagnosis(
        ProblemKind.CREDENTIAL_MISSING,
        f"{at_handle} has no {field.inline_label}.",
        "X gives one only with the scope offline.access. Sign in again with it.",
        remedy=Remedy.SIGN_IN_OAUTH2,
    )
