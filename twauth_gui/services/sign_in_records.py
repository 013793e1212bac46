"""What is kept of a sign-in, alike for both kinds of credentials."""

from __future__ import annotations

from datetime import datetime

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.attempts import Attempt, AttemptSecrets, AttemptState
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.oauth2 import CodeSecrets
from twauth_gui.store.store import Store

APPROVAL_SECONDS = 300.0
"""How long a browser's return is waited for."""


def keep_begun(
    store: Store, attempt: Attempt, secrets: AttemptSecrets | CodeSecrets, *, held: bool
) -> Attempt:
    """Keep a new sign-in, or the new link of one that waits; never in place of what X gave.

    held: whether what X gave is in memory only. Where anything was given, the attempt comes back
    as it is kept.
    """
    known = next((one for one in store.attempts() if one.id == attempt.id), None)
    if known is None:
        return store.begin_attempt(attempt, secrets)
    if held or known.state is not AttemptState.WAITING:
        return known
    return store.update_attempt(attempt, secrets)


def note_kept(store: Store, account: Account, words: str, at: datetime, *, again: bool) -> None:
    """Write an account's sign-in into its history; the first account of all becomes the active."""
    kind = EventKind.SIGNED_IN_AGAIN if again else EventKind.SIGNED_IN
    store.add_event(Event(account.id, kind, at, words))
    if store.active_account() is None:
        store.set_active_account(account.id)
