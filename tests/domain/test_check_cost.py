"""The cost of checks is counted by kind of credentials, without claiming more than X says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.check_cost import CheckCost, MonthlyCost, describe_check_progress, is_billed
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.domain.watch import WatchInterval

NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
APPS = {
    app.id: app
    for app in (
        App(AppId("x"), "Newsroom", NOON, "oob", Hosts()),
        App(AppId("gateway"), "Gateway", NOON, "oob", Hosts.from_api_url("https://x.example")),
        App(
            AppId("pretend"),
            "Sandbox app",
            NOON,
            "oob",
            Hosts.from_api_url("http://127.0.0.1:8740"),
        ),
    )
}


def account(app: str, *, oauth1: bool) -> Account:
    account = Account(AccountId("1"), AppId(app), "17", "fernwick_news", NOON, SignInMethod.PIN)
    return account if oauth1 else Account(*_first_six(account), generation=0)


def _first_six(account: Account) -> tuple[AccountId, AppId, str, str, datetime, SignInMethod]:
    return (
        account.id,
        account.app_id,
        account.user_id,
        account.handle,
        account.signed_in_at,
        account.method,
    )


@pytest.mark.parametrize(
    ("app", "oauth1", "billed"),
    [
        ("x", False, True),
        ("x", True, None),
        ("gateway", False, True),
        ("gateway", True, None),
        ("pretend", False, False),
        ("pretend", True, False),
        ("gone", False, False),
    ],
)
def test_who_is_billed(app: str, oauth1: bool, billed: bool | None) -> None:  # noqa: FBT001 - from the table
    assert is_billed(account(app, oauth1=oauth1), APPS.get(AppId(app))) is billed


def test_it_is_said_in_one_sentence() -> None:
    one, other = account("x", oauth1=False), account("x", oauth1=True)
    sentences = {
        "": [[], [other], [account("pretend", oauth1=False)]],
        "X bills this check as a user read ($0.010 per day).": [[one]],
        "X bills up to 1 of these 2 checks as user reads ($0.010 each per day).": [[one, other]],
        "X bills up to 1,200 of these 1,201 checks as user reads ($0.010 each per day).": [
            [*[one] * 1200, other]
        ],
    }
    for words, groups in sentences.items():
        assert {CheckCost.for_accounts(group, APPS).summary for group in groups} == {words}


def test_progress_says_what_is_billed() -> None:
    assert describe_check_progress(0, 1201, 0) == "Checked 0 of 1,201"
    assert (
        describe_check_progress(3, 9, 2)
        == "Checked 3 of 9, up to 2 of them billed by X as user reads"
    )


def test_a_month_of_checks_counts_an_account_once_a_day() -> None:
    accounts = [account("x", oauth1=False)] * 3 + [account("x", oauth1=True)] * 2
    accounts.append(account("pretend", oauth1=False))
    for interval in (WatchInterval.SIX_HOURS, WatchInterval.DAY):
        cost = MonthlyCost.for_accounts(accounts, APPS, interval)
        assert cost == MonthlyCost(accounts=6, reads=90, unclear_reads=60)
    weekly = MonthlyCost.for_accounts(accounts, APPS, WatchInterval.WEEK)
    assert weekly.summary == (
        "X bills up to 13 user reads a month ($0.13), and maybe 9 user reads a month ($0.09) more "
        "for OAuth 1.0a; it does not say."
    )
    pretend = MonthlyCost.for_accounts(accounts[-1:], APPS, WatchInterval.DAY)
    assert pretend.summary == "X bills nothing for them."
    nobody = MonthlyCost.for_accounts([], APPS, WatchInterval.DAY)
    assert nobody.summary == "No account is among them now."
