"""Giving out single values of OAuth 2.0."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.oauth2_tokens import TokenKeeper
from twauth_gui.services.token_part import TokenField
from twauth_gui.store.store import Store


class TokenValues:
    """Gives them out, the access token with some minutes left to it, and notes that it did."""

    def __init__(self, store: Store, keeper: TokenKeeper, now: Callable[[], datetime]) -> None:
        self._store = store
        self._keeper = keeper
        self._now = now

    def reveal(self, account_id: AccountId, part: TokenField, cancel: CancelToken) -> Secret:
        """Give one value in order to show it.

        Raises:
            DiagnosedError: there is none, or it could not be renewed first.
        """
        value = self._value(account_id, part, cancel)
        self._note(account_id, EventKind.REVEALED, f"Showed the {part.inline}")
        return value

    def copy(self, account_id: AccountId, part: TokenField, cancel: CancelToken) -> Secret:
        """Give one value for the clipboard; raises as reveal() does."""
        value = self._value(account_id, part, cancel)
        self._note(account_id, EventKind.COPIED, f"Copied the {part.inline}")
        return value

    def _value(self, account_id: AccountId, part: TokenField, cancel: CancelToken) -> Secret:
        account = self._store.accounts.get(account_id)
        if part is TokenField.CLIENT_ID:
            value = self._store.apps.keys(account.app_id).client_id
        else:
            tokens = self._keeper.fresh(account_id, cancel)
            value = tokens.access if part is TokenField.ACCESS else tokens.refresh
        if value is None:
            raise DiagnosedError(_missing(account.at_handle, part))
        return value

    def _note(self, account_id: AccountId, kind: EventKind, text: str) -> None:
        self._store.events.add(Event(account_id, kind, self._now(), text))


def _missing(at_handle: str, part: TokenField) -> Diagnosis:
    if part is TokenField.CLIENT_ID:
        return Diagnosis(
            ProblemKind.WRONG_KEYS,
            "The app has no Client ID here.",
            "Copy it from Keys and tokens in X's console into the app's keys.",
            remedy=Remedy.EDIT_KEYS,
        )
    return Diagnosis(
        ProblemKind.CREDENTIAL_MISSING,
        f"{at_handle} has no {part.inline}.",
        "X gives one only with the scope offline.access. Sign in again with it.",
        remedy=Remedy.SIGN_IN_OAUTH2,
    )
