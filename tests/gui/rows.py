"""Accounts for the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.gui.accounts.row import AccountRow

NOW = datetime(2026, 3, 18, 16, 45, tzinfo=UTC)


def now() -> datetime:
    return NOW


def account_row(
    handle: str,
    *,
    app: str = "Newsroom",
    state: HealthState = HealthState.WORKING,
    hours: float | None = 2,
    name: str = "",
    note: str = "",
    tags: tuple[str, ...] = (),
    active: bool = False,
    access: AccessLevel | None = AccessLevel.READ_WRITE,
    signed_in: datetime = NOW,
    number: int = 3,
) -> AccountRow:
    at = None if hours is None else NOW - timedelta(hours=hours)
    account = Account(
        id=AccountId(f"id-{handle}"),
        app_id=AppId(app.lower()),
        user_id=str(8000 + number),
        handle=handle,
        signed_in_at=signed_in,
        method=SignInMethod.BROWSER,
        name=name,
        access=access,
        health=Health(state, at),
        note=note,
        tags=tags,
    )
    return AccountRow(account, app, is_active=active)


def attempt_row(
    handle: str, *, app: str = "Newsroom", state: PendingState = PendingState.WAITING
) -> AccountRow:
    attempt = PendingSignIn(
        id=PendingSignInId(f"try-{handle}"),
        app_id=AppId(app.lower()),
        method=SignInMethod.BROWSER,
        started_at=NOW - timedelta(hours=2, minutes=43),
        expected_handle=handle,
        state=state,
    )
    return AccountRow(attempt, app)


def sample() -> list[AccountRow]:
    return [
        account_row("tidal_times", hours=1, name="Tide Times", tags=("coast",)),
        account_row("fernwick_news", active=True, name="Fernwick Daily", note="posts at 07:00"),
        account_row("Ferry_delays7", app="Alerts", state=HealthState.LOCKED_BY_X, hours=3),
        account_row("fernwick_quake", app="Alerts", state=HealthState.REVOKED, hours=30),
        account_row("oldquay_books", state=HealthState.NEVER_CHECKED, hours=None),
        attempt_row("marsh_weather"),
    ]
