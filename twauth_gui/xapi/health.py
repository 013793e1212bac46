"""Health of an account by the result of its check."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.health import FailedCheck, Health, HealthState

if TYPE_CHECKING:  # identity loads tweepy
    from twauth_gui.xapi.identity import Identity

_STATES = {
    ProblemKind.REVOKED: HealthState.REVOKED,
    ProblemKind.REFRESH_SPENT: HealthState.REVOKED,
    ProblemKind.READ_ONLY: HealthState.READ_ONLY,
    ProblemKind.ACCOUNT_SUSPENDED: HealthState.SUSPENDED,
    ProblemKind.ACCOUNT_LOCKED: HealthState.LOCKED_BY_X,
    ProblemKind.CREDENTIAL_MISSING: HealthState.CREDENTIAL_MISSING,
    ProblemKind.WRONG_KEYS: HealthState.APP_PROBLEM,
    ProblemKind.APP_SUSPENDED: HealthState.APP_PROBLEM,
    ProblemKind.APP_NOT_PERMITTED: HealthState.APP_PROBLEM,
    ProblemKind.NOT_ENROLLED: HealthState.APP_PROBLEM,
    ProblemKind.NO_CREDITS: HealthState.APP_PROBLEM,
    ProblemKind.SPENDING_LIMIT: HealthState.APP_PROBLEM,
    ProblemKind.FEATURE_NOT_PERMITTED: HealthState.APP_PROBLEM,
    ProblemKind.NEEDS_V2: HealthState.APP_PROBLEM,
    ProblemKind.WRONG_CREDENTIAL_KIND: HealthState.APP_PROBLEM,
}


def health_from_diagnosis(diagnosis: Diagnosis, last: Health, at: datetime) -> Health:
    """Return the health after a failed check.

    A failure that shows nothing about the account keeps the last state.

    last: the account's health before the check.
    """
    state = _STATES.get(diagnosis.kind)
    if state is None:
        return replace(last, failed_check=FailedCheck(at, diagnosis.title))
    return Health(state, at, diagnosis.title)


def health_from_identity(identity: Identity, at: datetime) -> Health:
    """Return the health after a successful check: working, or read-only."""
    if identity.access is not None and not identity.access.can_write:
        return Health(HealthState.READ_ONLY, at, "This sign-in can only read.")
    return Health(HealthState.WORKING, at)
