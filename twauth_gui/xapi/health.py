"""Says what a check shows about an account's health."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from twauth_gui.domain.diagnosis import Diagnosis, Kind
from twauth_gui.domain.health import FailedCheck, Health, HealthState

if TYPE_CHECKING:  # identity loads tweepy
    from twauth_gui.xapi.identity import Identity

_STATES = {
    Kind.REVOKED: HealthState.REVOKED,
    Kind.REFRESH_SPENT: HealthState.REVOKED,
    Kind.READ_ONLY: HealthState.READ_ONLY,
    Kind.ACCOUNT_SUSPENDED: HealthState.SUSPENDED,
    Kind.ACCOUNT_LOCKED: HealthState.LOCKED_BY_X,
    Kind.CREDENTIAL_MISSING: HealthState.CREDENTIAL_MISSING,
    Kind.WRONG_KEYS: HealthState.APP_PROBLEM,
    Kind.APP_SUSPENDED: HealthState.APP_PROBLEM,
    Kind.APP_NOT_PERMITTED: HealthState.APP_PROBLEM,
    Kind.NOT_ENROLLED: HealthState.APP_PROBLEM,
    Kind.NO_CREDITS: HealthState.APP_PROBLEM,
    Kind.SPENDING_LIMIT: HealthState.APP_PROBLEM,
    Kind.FEATURE_NOT_PERMITTED: HealthState.APP_PROBLEM,
    Kind.NEEDS_V2: HealthState.APP_PROBLEM,
    Kind.WRONG_CREDENTIAL_KIND: HealthState.APP_PROBLEM,
}


def health_of(diagnosis: Diagnosis, last: Health, at: datetime) -> Health:
    """Map the failure of a check; one that shows nothing about the account leaves the last state.

    last: what was known of the account before.
    """
    state = _STATES.get(diagnosis.kind)
    if state is None:
        return replace(last, failed_check=FailedCheck(at, diagnosis.title))
    return Health(state, at, diagnosis.title)


def health_of_identity(identity: Identity, at: datetime) -> Health:
    """Map the success of a check; a token that cannot write is told apart."""
    if identity.access is not None and not identity.access.can_write:
        return Health(HealthState.READ_ONLY, at, "This sign-in can only read.")
    return Health(HealthState.WORKING, at)
