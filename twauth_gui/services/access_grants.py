"""Access that X grants in a sign-in: journal it, hold it until saved, verify it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import (
    DiagnosedError,
    Diagnosis,
    Evidence,
    NotSentError,
    ProblemKind,
    Remedy,
)
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.oauth2 import OAuth2Grant
from twauth_gui.domain.sign_in import AccessGrant, PendingSignIn
from twauth_gui.store.store import Store
from twauth_gui.xapi.errors.messages import api_errors
from twauth_gui.xapi.identity import verify_credentials

GrantT = TypeVar("GrantT", bound=AccessGrant | OAuth2Grant)

_USED_KINDS = {ProblemKind.SIGN_IN_EXPIRED, ProblemKind.WRONG_PIN, ProblemKind.REFRESH_SPENT}
"""X refuses a used link, code or token with these, and also one that it never issued."""


@dataclass(frozen=True, slots=True)
class UnsavedGrant(Generic[GrantT]):
    """A grant that the keychain has not taken yet, with its sign-in as it was at that time."""

    pending: PendingSignIn
    grant: GrantT


def require_unused_link(pending: PendingSignIn) -> None:
    """Raise if X may have used the response to a sign-in's link: its page is of no use then.

    Raises:
        DiagnosedError: the link may be used; renewing the sign-in gives a new one.
    """
    if pending.is_possibly_granted:
        raise DiagnosedError(api_errors.MAYBE_GRANTED.to_diagnosis(Evidence()))


class ExchangeJournal:
    """Notes in the index that an exchange is under way; storing its grant removes the note."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    @contextmanager
    def record(self, pending: PendingSignIn, app: App, cancel: CancelToken) -> Generator[None]:
        """Note the exchange in the body, and remove the note if X refuses or nothing was sent.

        If the process ends in between, or the response is lost on its way, the note stays, and the
        next process that looks knows. Use within store.exchange_guard.acquire(), which returned
        the pending sign-in.

        Raises:
            DiagnosedError: an earlier call that was cut off used up what X was asked with;
                otherwise whatever the body raises.
            CancelledError: cancelled before X was asked.
        """
        before = pending.interrupted_at

        def note(at: datetime | None) -> None:
            self._store.exchange_guard.record_start(pending, at, app.generation)

        cancel.raise_if_cancelled()
        note(before or self._now())
        try:
            yield
        except NotSentError:
            note(before)
            raise
        except DiagnosedError as error:
            found = error.diagnosis
            if found.evidence.is_refusal:
                note(before)
            if before is not None and found.kind in _USED_KINDS:
                raise DiagnosedError(
                    api_errors.MAYBE_GRANTED.to_diagnosis(found.evidence)
                ) from error
            raise


_RECOGNISED_KINDS = frozenset(
    {
        ProblemKind.READ_ONLY,
        ProblemKind.ACCOUNT_SUSPENDED,
        ProblemKind.ACCOUNT_LOCKED,
        ProblemKind.NOT_ENROLLED,
        ProblemKind.NO_CREDITS,
        ProblemKind.SPENDING_LIMIT,
        ProblemKind.FEATURE_NOT_PERMITTED,
        ProblemKind.USAGE_CAPPED,
    }
)
"""X recognises the token, and refuses for another reason, which the old one shares."""


def verify_grant(
    app: App,
    keys: AppKeys,
    grant: AccessGrant,
    cancel: CancelToken,
    *,
    settings: CallSettings,
    replaces: bool,
) -> None:
    """Raise unless X accepts the token as that of the user it was granted for.

    replaces: whether there is an older one, which works until this one is saved.

    Raises:
        DiagnosedError: X does not, or was not reached; it says that the old one is still in use.
        CancelledError: the user cancelled.
    """
    credentials = Credentials(grant.access_token, grant.access_secret)
    try:
        identity = verify_credentials(app.hosts, keys, credentials, cancel, settings=settings)
    except DiagnosedError as error:
        if error.diagnosis.kind in _RECOGNISED_KINDS:
            return
        if replaces:
            raise DiagnosedError(_explain_rejection(error.diagnosis)) from error
        raise explain_older_keys(error) from error
    if identity.user_id != grant.user_id:
        raise DiagnosedError(_OTHER_USER)


def explain_older_keys(error: DiagnosedError) -> DiagnosedError:
    """Return the error that says a grant needs the app's older keys, if X refused it for that."""
    found = error.diagnosis
    if found.kind not in {ProblemKind.REVOKED, ProblemKind.WRONG_KEYS, ProblemKind.REFRESH_SPENT}:
        return error
    return DiagnosedError(api_errors.OLDER_KEYS.to_diagnosis(found.evidence))


def _explain_rejection(diagnosis: Diagnosis) -> Diagnosis:
    if diagnosis.kind is ProblemKind.REVOKED:
        return replace(
            diagnosis, title=_NOT_ACCEPTED, advice=_NOT_REPLACED, remedy=Remedy.START_AGAIN
        )
    return replace(diagnosis, advice=f"{diagnosis.advice} {_NOT_REPLACED}", remedy=Remedy.TRY_AGAIN)


_NOT_ACCEPTED = "X does not accept the new credentials."
_NOT_REPLACED = "The earlier credentials were not replaced."
_OTHER_USER = Diagnosis(
    ProblemKind.UNKNOWN,
    "The new credentials belong to another account than X said.",
    f"{_NOT_REPLACED} Start again.",
    remedy=Remedy.START_AGAIN,
)
