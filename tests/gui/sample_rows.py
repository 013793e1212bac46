"""Invented rows for the account list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.gui.accounts.account_row import AccountRow

NOW = datetime(2026, 3, 18, 16, 45, tzinfo=UTC)


def fixed_now() -> datetime:
    return NOW


def make_account_row(
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


def make_pending_row(
    handle: str, *, app: str = "Newsroom", state: PendingState = PendingState.WAITING
) -> AccountRow:
    pending = PendingSignIn(
        id=PendingSignInId(f"try-{handle}"),
        app_id=AppId(app.lower()),
        method=SignInMethod.BROWSER,
        started_at=NOW - timedelta(hours=2, minutes=43),
        expected_handle=handle,
        state=state,
    )
    return AccountRow(pending, app)


def make_rows() -> list[AccountRow]:
    return [
        make_account_row("tidal_times", hours=1, name="Tide Times", tags=("coast",)),
        make_account_row(
            "fernwick_news", active=True, name="Fernwick Daily", note="posts at 07:00"
        ),
        make_account_row("Ferry_delays7", app="Alerts", state=HealthState.LOCKED_BY_X, hours=3),
        make_account_row("fernwick_quake", app="Alerts", state=HealthState.REVOKED, hours=30),
        make_account_row("oldquay_books", state=HealthState.NEVER_CHECKED, hours=None),
        make_pending_row("marsh_weather"),
    ]
