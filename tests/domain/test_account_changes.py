"""What a check has changed is named, and what has gone back to what it was is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.account_changes import (
    AccountChange,
    Trend,
    find_changes,
    group_changes,
    net_changes,
)
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.sign_in import SignInMethod

NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
BEFORE = Account(
    AccountId("1"),
    AppId("app"),
    "17",
    "fernwick_news",
    NOON,
    SignInMethod.PIN,
    name="Fernwick",
    access=AccessLevel.READ_WRITE,
    health=Health(HealthState.WORKING, NOON),
)


def with_state(state: HealthState) -> Account:
    return replace(BEFORE, health=Health(state, NOON))


def words(before: Account, after: Account) -> list[tuple[str, Trend]]:
    changes = find_changes(before, after, NOON)
    return [(one.describe(lambda at: f"at {at:%H:%M}"), one.trend) for one in changes]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, []),
        (with_state(HealthState.REVOKED), [("Now revoked, was working", Trend.WORSE)]),
        (with_state(HealthState.CANNOT_TELL), []),
        (
            replace(with_state(HealthState.READ_ONLY), access=AccessLevel.READ),
            [("Access fell from read and write to read only", Trend.WORSE)],
        ),
        (
            replace(BEFORE, access=AccessLevel.READ_WRITE_DM, handle="fernwick"),
            [
                (
                    "Access rose from read and write to read, write and direct messages",
                    Trend.BETTER,
                ),
                ("Handle changed from @fernwick_news to @fernwick", Trend.NEUTRAL),
            ],
        ),
        (
            replace(BEFORE, name="Fernwick Daily", access=None),
            [("Name changed from Fernwick to Fernwick Daily", Trend.NEUTRAL)],
        ),
    ],
)
def test_what_has_changed(after: Account, expected: list[tuple[str, Trend]]) -> None:
    assert words(BEFORE, after) == expected


def test_the_first_check_changes_nothing_unless_it_is_bad() -> None:
    new = with_state(HealthState.NEVER_CHECKED)
    new = replace(new, handle=new.user_id, name="", access=None)
    assert words(new, BEFORE) == []
    suspended = with_state(HealthState.SUSPENDED)
    assert words(new, suspended) == [("Now suspended, was never checked", Trend.WORSE)]


def test_only_what_is_different_now_remains() -> None:
    revoked = with_state(HealthState.REVOKED)
    renamed = replace(BEFORE, handle="fernwick")
    changes: list[AccountChange] = []
    for before, after in ((BEFORE, revoked), (revoked, BEFORE), (BEFORE, renamed)):
        at = NOON + timedelta(hours=len(changes))
        changes += [replace(one, id=len(changes) + 1) for one in find_changes(before, after, at)]
    assert len(changes) == 3
    assert [one.after for one in net_changes(changes, {BEFORE.id: renamed})] == ["fernwick"]
    assert net_changes(changes, {BEFORE.id: BEFORE}) == ()
    signed_in_again = with_state(HealthState.NEVER_CHECKED)
    assert net_changes(changes[:1], {BEFORE.id: signed_in_again}) == ()
    both = net_changes(changes, {BEFORE.id: replace(revoked, handle="fernwick")})
    assert [one.trend for one in both] == [Trend.WORSE, Trend.NEUTRAL]
    assert net_changes(changes, {}) == ()


def test_what_several_accounts_of_one_app_share_is_one_row() -> None:
    def rows(before: list[Account], after: list[Account]) -> list[tuple[str, int]]:
        changes = [
            replace(one, id=number)
            for number, (old, new) in enumerate(zip(before, after, strict=True))
            for one in find_changes(old, new, NOON + timedelta(minutes=number))
        ]
        groups = group_changes(changes, {one.id: one for one in after})
        assert sum(len(one.accounts) * len(one.changes) for one in groups) == len(changes)
        assert max(one.at for one in groups) == changes[-1].at
        return [("".join(a.id for a in one.accounts), len(one.changes)) for one in groups]

    before = [replace(BEFORE, id=AccountId(str(number))) for number in range(6)]
    problem = Health(HealthState.APP_PROBLEM, NOON)
    suspended = [replace(one, health=problem) for one in before]
    assert rows(before[:3], suspended[:3]) == [("0", 1), ("1", 1), ("2", 1)]
    assert rows(before, suspended) == [("012345", 1)]
    suspended[1] = replace(suspended[1], handle="fernwick")  # its own besides
    suspended[2] = replace(suspended[2], app_id=AppId("other"))
    assert rows(before, suspended) == [("01345", 1), ("1", 1), ("2", 1)]
    assert rows(before[1:4], suspended[1:4]) == [("1", 2), ("2", 1), ("3", 1)]
