"""Access that X grants in a sign-in: journaled, held until saved, verified before it replaces."""

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

Given = TypeVar("Given", bound=AccessGrant | OAuth2Grant)

_USED_KINDS = {ProblemKind.ATTEMPT_EXPIRED, ProblemKind.WRONG_PIN, ProblemKind.REFRESH_SPENT}
"""How X refuses what it took before, and also what it never took."""


@dataclass(frozen=True, slots=True)
class UnsavedGrant(Generic[Given]):
    """What X gave and the keychain has not taken yet, with the sign-in as it was by then."""

    pending: PendingSignIn
    grant: Given


def require_unused_link(pending: PendingSignIn) -> None:
    """Say where X may have taken the answer to a sign-in's link: no page has anything to ask then.

    Raises:
        DiagnosedError: so it is; a new link can be had.
    """
    if pending.is_possibly_granted:
        raise DiagnosedError(api_errors.MAYBE_GRANTED.to_diagnosis(Evidence()))


class ExchangeJournal:
    """Notes in the index that X is being asked; storing what it gives takes the note away."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    @contextmanager
    def record(self, pending: PendingSignIn, app: App, cancel: CancelToken) -> Generator[None]:
        """Note it, and take the note away where X refuses or nothing was sent.

        Where the process ends in between, or the answer is lost on its way, the note says so to
        whoever looks next. Held within store.exchanges.held(), which gave the attempt.

        Raises:
            DiagnosedError: what X was asked with was used up by an earlier call that was cut off;
                otherwise as it is raised within.
            CancelledError: cancelled before X was asked.
        """
        before = pending.cut_off_at

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
"""X knows whose token it is, and refuses for another reason, which the old one shares."""


def verify_grant(
    app: App,
    keys: AppKeys,
    grant: AccessGrant,
    cancel: CancelToken,
    *,
    line: CallSettings,
    replaces: bool,
) -> None:
    """Return once X has accepted the token as that of the user it was given for.

    replaces: whether there is an older one, which works until then.

    Raises:
        DiagnosedError: X does not, or was not reached; it says that the old one is still in use.
        CancelledError: the person ended it.
    """
    credentials = Credentials(grant.access_token, grant.access_secret)
    try:
        identity = verify_credentials(app.hosts, keys, credentials, cancel, settings=line)
    except DiagnosedError as error:
        if error.diagnosis.kind in _RECOGNISED_KINDS:
            return
        if replaces:
            raise DiagnosedError(_explain_rejection(error.diagnosis)) from error
        raise explain_older_keys(error) from error
    if identity.user_id != grant.user_id:
        raise DiagnosedError(_OTHER_USER)


def explain_older_keys(error: DiagnosedError) -> DiagnosedError:
    """Say that a grant got with older keys is of no use with the new ones, where X says so."""
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
_NOT_REPLACED = "The credentials from before were not replaced."
_OTHER_USER = Diagnosis(
    ProblemKind.UNKNOWN,
    "The new credentials belong to another account than X said.",
    f"{_NOT_REPLACED} Start again.",
    remedy=Remedy.START_AGAIN,
)
