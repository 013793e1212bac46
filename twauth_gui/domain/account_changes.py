"""Changes of accounts since they were last looked at: health, access, names, expiring tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.health import Health, HealthState, Severity


class ChangedAspect(Enum):
    """What of an account has changed."""

    HEALTH = "health"
    ACCESS = "access"
    HANDLE = "handle"
    NAME = "name"
    EXPIRY = "expiry"


class Trend(Enum):
    """Whether a change is for the worse. The order is that of lists."""

    WORSE = "worse"
    BETTER = "better"
    NEUTRAL = "neutral"


_MOST_SINGLY = 3  # accounts of one app that have changed alike, each in a row of its own
_UNKNOWN_STATES = {HealthState.NEVER_CHECKED, HealthState.CANNOT_TELL}
_SEVERITIES = (Severity.OK, Severity.UNKNOWN, Severity.ATTENTION, Severity.BROKEN)
_LEVELS = tuple(AccessLevel)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """One change, with the values of the aspect as the index has them.

    after: of EXPIRY, the ISO time at which the OAuth 2.0 tokens end. at: when it was noticed.
    id: grows with each change of a data folder; 0 before it is saved.
    """

    account_id: AccountId
    aspect: ChangedAspect
    before: str
    after: str
    at: datetime
    id: int = 0

    @property
    def trend(self) -> Trend:
        if self.aspect is ChangedAspect.EXPIRY:
            return Trend.WORSE
        if self.aspect is ChangedAspect.ACCESS:
            rises = _LEVELS.index(AccessLevel(self.after)) > _LEVELS.index(AccessLevel(self.before))
            return Trend.BETTER if rises else Trend.WORSE
        if self.aspect is not ChangedAspect.HEALTH:
            return Trend.NEUTRAL
        before, after = (
            _SEVERITIES.index(Health(HealthState(one)).severity)
            for one in (self.before, self.after)
        )
        return Trend.NEUTRAL if before == after else Trend[("BETTER", "WORSE")[after > before]]

    def describe(self, format_time: Callable[[datetime], str]) -> str:
        """Say it in one clause without a full stop, as "Now revoked, was working".

        format_time: of the end of tokens; returns "on 3 March" or the like.
        """
        if self.aspect is ChangedAspect.EXPIRY:
            return f"OAuth 2.0 tokens end {format_time(datetime.fromisoformat(self.after))}"
        if self.aspect is ChangedAspect.ACCESS:
            verb = "rose" if self.trend is Trend.BETTER else "fell"
            before, after = (AccessLevel(one).label for one in (self.before, self.after))
            return f"Access {verb} from {before} to {after}"
        if self.aspect is ChangedAspect.HEALTH:
            before, after = (Health(HealthState(one)).label for one in (self.before, self.after))
            return f"Now {_lower(after)}, was {_lower(before)}"
        mark = "@" if self.aspect is ChangedAspect.HANDLE else ""
        word = self.aspect.value.capitalize()
        return f"{word} changed from {mark}{self.before} to {mark}{self.after}"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def find_changes(before: Account, after: Account, at: datetime) -> list[AccountChange]:
    """Return what a check has changed; what was not known before is no change."""
    changes: list[AccountChange] = []
    for aspect in ChangedAspect:
        old, new = (_value_of(aspect, one) for one in (before, after))
        if old != new and old and new:
            changes.append(AccountChange(after.id, aspect, old, new, at))
    aspects = {one.aspect for one in changes}
    if ChangedAspect.ACCESS in aspects:  # it says that a working account can only read now
        states = {before.health.state, after.health.state}
        if states == {HealthState.WORKING, HealthState.READ_ONLY}:
            changes = [one for one in changes if one.aspect is not ChangedAspect.HEALTH]
    if before.health.state in _UNKNOWN_STATES and after.health.needs_attention:
        old, new = before.health.state.value, after.health.state.value
        changes.insert(0, AccountChange(after.id, ChangedAspect.HEALTH, old, new, at))
    return changes


def _value_of(aspect: ChangedAspect, account: Account) -> str:
    """Return the value of an aspect as the index has it; "" if it is not known."""
    if aspect is ChangedAspect.HEALTH:
        state = account.health.state
        return "" if state in _UNKNOWN_STATES else state.value
    if aspect is ChangedAspect.ACCESS:
        return account.access.value if account.access else ""
    if aspect is ChangedAspect.HANDLE:
        return account.handle if account.is_handle_known else ""
    return account.name if aspect is ChangedAspect.NAME else ""


def net_changes(
    changes: Iterable[AccountChange], accounts: Mapping[AccountId, Account]
) -> tuple[AccountChange, ...]:
    """Return what is different now: from the first value to the account's current one.

    What has gone back to what it was, or was settled by a new sign-in, is left out. Worse comes
    first, then newer.

    changes: oldest first.
    """
    firsts: dict[tuple[AccountId, ChangedAspect], AccountChange] = {}
    lasts: dict[tuple[AccountId, ChangedAspect], AccountChange] = {}
    for change in changes:
        key = (change.account_id, change.aspect)
        _ = firsts.setdefault(key, change)
        lasts[key] = change
    found: list[AccountChange] = []
    for key, last in lasts.items():
        account = accounts.get(last.account_id)
        if account is None:
            continue
        if last.aspect is ChangedAspect.EXPIRY:
            found.append(last)
            continue
        before, now = firsts[key].before, _value_of(last.aspect, account)
        if now and now != before:
            found.append(replace(last, before=before, after=now))
    order = list(Trend)
    return tuple(sorted(found, key=lambda one: (order.index(one.trend), -one.id)))


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """One row of a list of changes: those of one account, or one that several of an app share.

    changes: of the first account; the others have the same values. at: when the newest one was
    noticed.
    """

    accounts: tuple[Account, ...]
    changes: tuple[AccountChange, ...]
    at: datetime


def group_changes(
    changes: Sequence[AccountChange], accounts: Mapping[AccountId, Account]
) -> list[ChangeGroup]:
    """Return the rows of a list of changes, in their order.

    An app that X has suspended changes all of its accounts at once: that is one row, unless it is
    about three accounts or fewer. What else has changed of them stays with each.
    """
    alike = Counter(_shared_key(one, accounts) for one in changes)
    rows: dict[object, list[AccountChange]] = {}
    for change in changes:
        key = _shared_key(change, accounts)
        row = key if alike[key] > _MOST_SINGLY else change.account_id
        rows.setdefault(row, []).append(change)
    return [_make_group(same, accounts) for same in rows.values()]


def _shared_key(change: AccountChange, accounts: Mapping[AccountId, Account]) -> tuple[str, ...]:
    """Return what is equal for changes that are told as one."""
    account = accounts[change.account_id]
    reason = account.health.reason if change.aspect is ChangedAspect.HEALTH else ""
    return account.app_id, reason, change.aspect.value, change.before, change.after


def _make_group(
    changes: Sequence[AccountChange], accounts: Mapping[AccountId, Account]
) -> ChangeGroup:
    """Make the row of changes that are of one account, or the same of several."""
    ids = dict.fromkeys(change.account_id for change in changes)
    shown = changes[:1] if len(ids) > 1 else changes
    together = tuple(accounts[one] for one in ids)
    return ChangeGroup(together, tuple(shown), max(one.at for one in changes))
