"""Fill an index with any number of invented accounts, without a keychain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.store.index import Index, Row
from twauth_gui.store.index_rows import Columns, account_columns, app_columns

_START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
_PLACES = ("fernwick", "marsh", "tidal", "harbour", "quay", "moor", "dale", "beck")
_KINDS = ("news", "weather", "times", "trains", "quotes", "birds", "books")
_STATES = (HealthState.WORKING,) * 17 + (
    HealthState.REVOKED,
    HealthState.READ_ONLY,
    HealthState.NEVER_CHECKED,
)
_APPS = 5


def fill_index(directory: Path, accounts: int) -> None:
    """Write apps and accounts into the index of a directory; none where accounts is 0."""
    index = Index.open(directory)
    apps = [_invent_app(number) for number in range(_APPS)] if accounts else []
    with index.transaction() as connection:
        for table, rows in (
            ("apps", [app_columns(app) for app in apps]),
            ("accounts", [account_columns(invent_account(number)) for number in range(accounts)]),
        ):
            for columns in rows:
                sql, values = _insert_statement(table, columns)
                _ = connection.execute(sql, values)
    index.close()


def _insert_statement(table: str, columns: Columns) -> tuple[str, Row]:
    names = (*columns, "generation", "last_generation")
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
    return sql, (*columns.values(), 1, 1)


def _invent_app(number: int) -> App:
    return App(AppId(f"app{number}"), f"{_KINDS[number].title()} app", _START)


def invent_account(number: int) -> Account:
    """Invent the account of a number."""
    place, kind = _PLACES[number % len(_PLACES)], _KINDS[number % len(_KINDS)]
    account = Account(
        id=AccountId(f"account{number}"),
        app_id=AppId(f"app{number % _APPS}"),
        user_id=str(7_000_000_000 + number),
        handle=f"{place}_{number:05}",
        signed_in_at=_START + timedelta(minutes=number),
        method=SignInMethod.PIN,
        name=f"{place.title()} {kind}",
        access=AccessLevel.READ_WRITE,
    )
    state = _STATES[number % len(_STATES)]
    if state is HealthState.NEVER_CHECKED:
        return account
    return replace(account, health=Health(state, _START + timedelta(minutes=2 * number), ""))
