"""Keeping the tokens of OAuth 2.0 usable: renewed in time, once, and never lost between two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId, TokenFacts
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, NotSentError, ProblemKind
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.oauth2 import OAuth2Client, TokenHint, TokenSet
from twauth_gui.services.by_hand import by_hand
from twauth_gui.services.lines import XClients
from twauth_gui.services.revoked import drop_revoked, note_revoked
from twauth_gui.store.account_shelf import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.items import ItemKind
from twauth_gui.store.store import Store
from twauth_gui.xapi import oauth2, oauth2_words

NEAR_SECONDS = 300.0
"""How long before its end an access token is renewed: who gets one can work with it for a while."""
_REVOKED = "Revoked OAuth 2.0 at X"


@dataclass(frozen=True, slots=True)
class _Held:
    """A pair that the keychain has not taken yet, and the generation of the one it follows."""

    spent: int
    fresh: TokenSet


class TokenKeeper:
    """Gives out the tokens of accounts. From the moment X gives a new pair, it is not dropped.

    The new pair is stored before anybody gets it. Where the keychain fails there, the pair is held
    in memory, and the next call tries to store it again without asking X.
    """

    def __init__(self, store: Store, lines: XClients, now: Callable[[], datetime]) -> None:
        self._store = store
        self._lines = lines
        self._now = now
        self._held: dict[AccountId, _Held] = {}

    @property
    def holding(self) -> bool:
        """Whether ending the process now would lose a pair."""
        return bool(self._held)

    def holds(self, account_id: AccountId) -> bool:
        """Whether a pair of this account is in memory only, so that fresh() has to be repeated."""
        return account_id in self._held

    def fresh(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Give the tokens, renewed first where they are near their end.

        Raises:
            DiagnosedError: the keychain, X or the network refuses; NotSignedInError where the
                account has none of OAuth 2.0.
            CancelledError: cancelled before X gave anything.
        """
        tokens = self._store.tokens.get(account_id)
        if not self.holds(account_id) and not self._is_near(tokens):
            return tokens
        if tokens.refresh is None and not tokens.expires_within(0, self._now()):
            return tokens  # it cannot be renewed, and still works
        return self._renewed(account_id, tokens, cancel)

    def renew(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Renew them although they are not near their end; raises as fresh() does."""
        renewed = self._renewed(account_id, self._store.tokens.get(account_id), cancel)
        self._note(account_id, EventKind.RENEWED, "Renewed the OAuth 2.0 tokens")
        return renewed

    def revoke(self, account_id: AccountId, cancel: CancelToken) -> Account:
        """End both tokens at X. Beside credentials of OAuth 1.0a they are forgotten here, too.

        Raises:
            DiagnosedError: X or the keychain refuses; what is kept here was not changed.
        """
        self._store.require_writable()
        with self._store.tokens.renewing(account_id):
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            facts, tokens = self._kept(account_id)
            self.end(app, account.at_handle, tokens, cancel)
            self._held.pop(account_id, None)
            return self._ended(account, facts)

    def _kept(self, account_id: AccountId) -> tuple[TokenFacts, TokenSet]:
        """Read the facts before the tokens: where they are replaced in between, that shows."""
        facts = self._store.tokens.facts(account_id)
        tokens = self._store.tokens.get(account_id)
        if facts is None:
            raise ChangedMeanwhileError(ItemKind.TOKENS)  # they came between the two looks
        return facts, tokens

    def end(self, app: App, who: str, tokens: TokenSet, cancel: CancelToken) -> None:
        """End a pair at X; it is also fine where X had ended it before.

        Raises:
            DiagnosedError: X did not end it; it says how a person does, signed in as who.
        """
        client = oauth2.client_of(self._store.apps.keys(app.id))
        line = self._lines.to(app)
        for token, hint in ((tokens.refresh, TokenHint.REFRESH), (tokens.access, TokenHint.ACCESS)):
            if token is None:
                continue
            try:
                oauth2.revoke(app.hosts, client, token, hint, cancel, line=line)
            except DiagnosedError as error:
                if error.diagnosis.kind not in {ProblemKind.REVOKED, ProblemKind.REFRESH_SPENT}:
                    raise DiagnosedError(by_hand(error.diagnosis, who, app.label)) from error

    def ask(
        self, app: App, client: OAuth2Client, tokens: TokenSet, cancel: CancelToken
    ) -> TokenSet:
        """Ask X for the next pair; whoever calls keeps it before anything else."""
        return oauth2.refresh(app.hosts, client, tokens, cancel, line=self._lines.to(app))

    def _is_near(self, tokens: TokenSet) -> bool:
        return tokens.expires_within(NEAR_SECONDS, self._now())

    def _renewed(self, account_id: AccountId, seen: TokenSet, cancel: CancelToken) -> TokenSet:
        self._store.require_writable()
        with self._store.tokens.renewing(account_id):
            facts, now_kept = self._kept(account_id)
            held = self._held.get(account_id)
            if held is not None:
                return self._keep(account_id, held)
            if now_kept != seen:
                return now_kept  # somebody renewed them while this one waited
            fresh = self._asked(account_id, facts, now_kept, cancel)
            held = self._held[account_id] = _Held(facts.generation, fresh)
            return self._keep(account_id, held)

    def _asked(
        self, account_id: AccountId, facts: TokenFacts, tokens: TokenSet, cancel: CancelToken
    ) -> TokenSet:
        app = self._store.apps.get(self._store.accounts.get(account_id).app_id)
        client = oauth2.client_of(self._store.apps.keys(app.id))
        line = self._lines.to(app)
        cut_off = facts.renewing_at

        def note(at: datetime | None) -> None:
            self._store.tokens.note_renewing(account_id, at, facts.generation)

        cancel.check()
        if tokens.refresh is not None:
            note(cut_off or self._now())
        try:
            return oauth2.refresh(app.hosts, client, tokens, cancel, line=line)
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
            raise DiagnosedError(oauth2_words.CUT_OFF.diagnosis(evidence)) from error

    def _keep(self, account_id: AccountId, held: _Held) -> TokenSet:
        try:
            self._store.tokens.renew(account_id, held.fresh, held.spent)
        except ChangedMeanwhileError:
            del self._held[account_id]  # signed in again since: that pair counts
            return self._store.tokens.get(account_id)
        except NotFoundError:
            del self._held[account_id]  # nobody can use it any more
            raise
        del self._held[account_id]
        return held.fresh

    def _ended(self, account: Account, facts: TokenFacts) -> Account:
        """Keep that X has ended the tokens; those that a new sign-in brought meanwhile stay.

        Raises:
            DiagnosedError: there are such.
        """
        if account.has_oauth1:
            drop_revoked(account, lambda: self._store.tokens.drop(account.id, facts.generation))
            self._note(account.id, EventKind.REVOKED, _REVOKED)
            return self._store.accounts.get(account.id)
        health = Health(HealthState.REVOKED, self._now(), "Revoked from here.")
        event = Event(account.id, EventKind.REVOKED, self._now(), _REVOKED)
        revoked = replace(account, health=health)
        return note_revoked(self._store, CheckNote(revoked, event, tokens_from=facts.signed_in_at))

    def _note(self, account_id: AccountId, kind: EventKind, text: str) -> None:
        self._store.events.add(Event(account_id, kind, self._now(), text))
