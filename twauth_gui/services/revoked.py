"""Keeps that X has ended an account's credentials, unless there are newer ones by then."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.store.account_shelf import CheckNote
from twauth_gui.store.errors import ChangedMeanwhileError
from twauth_gui.store.store import Store


def note_revoked(store: Store, note: CheckNote) -> Account:
    """Keep the health and the line of history; return the account as it is then.

    Raises:
        NotFoundError: the account is gone.
        DiagnosedError: it was signed in again since its credentials were read.
    """
    noted = store.accounts.note_checks((note,))
    account = store.accounts.get(note.account.id)
    if not noted:
        raise DiagnosedError(_signed_in_again(account.at_handle))
    return account


def drop_revoked(account: Account, drop: Callable[[], None]) -> None:
    """Forget credentials that X has ended.

    Raises:
        NotFoundError: the account is gone.
        DiagnosedError: it was signed in again since its credentials were read.
    """
    try:
        drop()
    except ChangedMeanwhileError as error:
        raise DiagnosedError(_signed_in_again(account.at_handle)) from error


def _signed_in_again(at_handle: str) -> Diagnosis:
    return Diagnosis(
        ProblemKind.CHANGED_MEANWHILE,
        f"{at_handle} was signed in again meanwhile.",
        "X has ended the access from before. The new one is kept and still works. Revoke again to"
        " end that too.",
    )
