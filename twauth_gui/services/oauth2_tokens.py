"""Keeping the tokens of OAuth 2.0 usable: renewed in time, once, and never lost between two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Kind, NotSentError
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.oauth2 import OAuth2Client, TokenHint, TokenSet
from twauth_gui.services.by_hand import by_hand
from twauth_gui.services.lines import Lines
from twauth_gui.store.store import Store
from twauth_gui.xapi import oauth2, oauth2_words

NEAR_SECONDS = 300.0
"""How long before its end an access token is renewed: who gets one can work with it for a while."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A pair that the keychain has not taken yet, and the one that X took for it."""

    spent: TokenSet
    fresh: TokenSet


class TokenKeeper:
    """Gives out the tokens of accounts. From the moment X gives a new pair, it is not dropped.

    The new pair is stored before anybody gets it. Where the keychain fails there, the pair is held
    in memory, and the next call tries to store it again without asking X.
    """

    def __init__(self, store: Store, lines: Lines, now: Callable[[], datetime]) -> None:
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
        tokens = self._store.tokens.read(account_id)
        if not self.holds(account_id) and not self._is_near(tokens):
            return tokens
        if tokens.refresh is None and not tokens.expires_within(0, self._now()):
            return tokens  # it cannot be renewed, and still works
        return self._renewed(account_id, tokens, cancel)

    def renew(self, account_id: AccountId, cancel: CancelToken) -> TokenSet:
        """Renew them although they are not near their end; raises as fresh() does."""
        renewed = self._renewed(account_id, self._store.tokens.read(account_id), cancel)
        self._note(account_id, EventKind.RENEWED, "Renewed the OAuth 2.0 tokens")
        return renewed

    def revoke(self, account_id: AccountId, cancel: CancelToken) -> Account:
        """End both tokens at X. Beside credentials of OAuth 1.0a they are forgotten here, too.

        Raises:
            DiagnosedError: X or the keychain refuses; what is kept here was not changed.
        """
        with self._store.tokens.renewing(account_id):
            account = self._store.account(account_id)
            app = self._store.app(account.app_id)
            self.end(app, account.at_handle, self._store.tokens.read(account_id), cancel)
            self._held.pop(account_id, None)
            return self._ended(account)

    def end(self, app: App, who: str, tokens: TokenSet, cancel: CancelToken) -> None:
        """End a pair at X; it is also fine where X had ended it before.

        Raises:
            DiagnosedError: X did not end it; it says how a person does, signed in as who.
        """
        client = oauth2.client_of(self._store.app_keys(app.id))
        line = self._lines.to(app)
        for token, hint in ((tokens.refresh, TokenHint.REFRESH), (tokens.access, TokenHint.ACCESS)):
            if token is None:
                continue
            try:
                oauth2.revoke(app.hosts, client, token, hint, cancel, line=line)
            except DiagnosedError as error:
                if error.diagnosis.kind not in {Kind.REVOKED, Kind.REFRESH_SPENT}:
                    raise DiagnosedError(by_hand(error.diagnosis, who, app.label)) from error

    def ask(
        self, app: App, client: OAuth2Client, tokens: TokenSet, cancel: CancelToken
    ) -> TokenSet:
        """Ask X for the next pair; whoever calls keeps it before anything else."""
        return oauth2.refresh(app.hosts, client, tokens, cancel, line=self._lines.to(app))

    def _is_near(self, tokens: TokenSet) -> bool:
        return tokens.expires_within(NEAR_SECONDS, self._now())

    def _renewed(self, account_id: AccountId, seen: TokenSet, cancel: CancelToken) -> TokenSet:
        with self._store.tokens.renewing(account_id):
            now_kept = self._store.tokens.read(account_id)
            held = self._held.get(account_id)
            if held is not None and held.spent == now_kept:
                return self._keep(account_id, held)
            if held is not None:
                del self._held[account_id]  # signed in again since: that pair counts
                return now_kept
            if now_kept != seen:
                return now_kept  # somebody renewed them while this one waited
            held = _Held(now_kept, self._asked(account_id, now_kept, cancel))
            self._held[account_id] = held
            return self._keep(account_id, held)

    def _asked(self, account_id: AccountId, tokens: TokenSet, cancel: CancelToken) -> TokenSet:
        app = self._store.app(self._store.account(account_id).app_id)
        client = oauth2.client_of(self._store.app_keys(app.id))
        line = self._lines.to(app)
        facts = self._store.tokens.facts(account_id)
        cut_off = facts.renewing_at if facts is not None else None
        cancel.check()
        if tokens.refresh is not None:
            self._store.tokens.note_renewing(account_id, cut_off or self._now())
        try:
            return oauth2.refresh(app.hosts, client, tokens, cancel, line=line)
        except NotSentError:
            self._store.tokens.note_renewing(account_id, cut_off)
            raise
        except DiagnosedError as error:
            if error.diagnosis.kind is not Kind.REFRESH_SPENT:
                if _was_refused(error):
                    self._store.tokens.note_renewing(account_id, cut_off)
                raise
            if cut_off is None:
                self._store.tokens.note_renewing(account_id, None)
                raise
            evidence = error.diagnosis.evidence
            raise DiagnosedError(oauth2_words.CUT_OFF.diagnosis(evidence)) from error

    def _keep(self, account_id: AccountId, held: _Held) -> TokenSet:
        self._store.tokens.renew(account_id, held.fresh)
        del self._held[account_id]
        return held.fresh

    def _ended(self, account: Account) -> Account:
        self._note(account.id, EventKind.REVOKED, "Revoked OAuth 2.0 at X")
        if account.has_oauth1:
            self._store.tokens.drop(account.id)
            return self._store.account(account.id)
        health = Health(HealthState.REVOKED, self._now(), "Revoked from here.")
        return self._store.update_account(replace(account, health=health))

    def _note(self, account_id: AccountId, kind: EventKind, text: str) -> None:
        self._store.add_event(Event(account_id, kind, self._now(), text))


def _was_refused(error: DiagnosedError) -> bool:
    """Whether X itself said no: nothing was renewed, and no answer was lost on its way.

    A status from 500 on can be a gateway's, with X's answer lost behind it.
    """
    status = error.diagnosis.evidence.status
    return status is not None and 400 <= status < 500  # noqa: PLR2004 - RFC 9110, section 15.5
