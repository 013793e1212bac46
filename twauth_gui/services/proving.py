"""Proves a new credential at X before it takes the place of one that works."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import AccessGrant
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.network import CallSettings
from twauth_gui.xapi import catalogue
from twauth_gui.xapi.identity import verify

_RECOGNISED = frozenset(
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


def prove(
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
        identity = verify(app.hosts, keys, credentials, cancel, line=line)
    except DiagnosedError as error:
        if error.diagnosis.kind in _RECOGNISED:
            return
        if replaces:
            raise DiagnosedError(_not_proven(error.diagnosis)) from error
        raise with_older_keys(error) from error
    if identity.user_id != grant.user_id:
        raise DiagnosedError(_OTHER_USER)


def with_older_keys(error: DiagnosedError) -> DiagnosedError:
    """Say that a grant got with older keys is of no use with the new ones, where X says so."""
    found = error.diagnosis
    if found.kind not in {ProblemKind.REVOKED, ProblemKind.WRONG_KEYS, ProblemKind.REFRESH_SPENT}:
        return error
    return DiagnosedError(catalogue.OLDER_KEYS.diagnosis(found.evidence))


def _not_proven(diagnosis: Diagnosis) -> Diagnosis:
    if diagnosis.kind is ProblemKind.REVOKED:
        return replace(diagnosis, title=_REFUSED, advice=_STAYS, remedy=Remedy.START_AGAIN)
    return replace(diagnosis, advice=f"{diagnosis.advice} {_STAYS}", remedy=Remedy.TRY_AGAIN)


_REFUSED = "X does not accept the new credentials."
_STAYS = "The credentials from before were not replaced."
_OTHER_USER = Diagnosis(
    ProblemKind.UNKNOWN,
    "The new credentials belong to another account than X said.",
    f"{_STAYS} Start again.",
    remedy=Remedy.START_AGAIN,
)
