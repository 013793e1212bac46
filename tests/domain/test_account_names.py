"""How people name accounts, and which ones they mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twauth_gui.domain.account_names import (
    find_accounts,
    parse_account_name,
    qualified_name,
    shortest_names,
)
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.sign_in import SignInMethod

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
LABELS = {AppId("one"): "Newsroom", AppId("two"): "Weather/UK"}


def account(app: str, user_id: str, handle: str = "") -> Account:
    whole = AccountId(f"{app}-{user_id}")
    return Account(whole, AppId(app), user_id, handle or user_id, NOON, SignInMethod.PIN)


FERN = account("one", "7001", "Fernwick_News")
DIGITS = account("one", "7002", "7003")  # a handle that consists of digits
UNNAMED = account("one", "7003")  # whose user id is that handle
SAME = account("two", "7001", "fernwick_news")
ALONE = account("two", "7009")
LONG = account("two", "1684402917350612992")
EVERYONE = [FERN, DIGITS, UNNAMED, SAME, ALONE, LONG]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("@fernwick_news", [FERN, SAME]),
        ("FERNWICK_NEWS", [FERN, SAME]),
        ("newsroom/@fernwick_news", [FERN]),
        ("Weather/UK/@Fernwick_News", [SAME]),
        ("https://x.com/fernwick_news", [FERN, SAME]),
        ("7001", [FERN, SAME]),
        ("Weather/UK/7001", [SAME]),
        ("@7001", [FERN, SAME]),  # no account has that handle
        ("7009", [ALONE]),
        ("@7009", [ALONE]),
        ("Weather/UK/@7009", [ALONE]),
        ("1684402917350612992", [LONG]),
        ("@1684402917350612992", [LONG]),
        ("@7003", [DIGITS]),  # with an @ it is the handle
        ("7003", [UNNAMED]),  # without, the user id
        ("Newsroom/@7003", [DIGITS]),
        ("Newsroom/7003", [UNNAMED]),
        ("7002", [DIGITS]),
        ("https://x.com/7003", [UNNAMED]),
        ("Nowhere/@fernwick_news", []),
        ("@nobody", []),
    ],
)
def test_a_name_means(name: str, expected: list[Account]) -> None:
    assert find_accounts(parse_account_name(name), EVERYONE, LABELS) == expected


def test_what_is_shown_names_one_account_alone() -> None:
    names = shortest_names(EVERYONE, LABELS)
    assert list(names.values()) == [
        *("Newsroom/@Fernwick_News", "@7003", "7003"),
        *("Weather/UK/@fernwick_news", "7009", "1684402917350612992"),
    ]
    for one in EVERYONE:
        for name in (names[one.id], qualified_name(one, LABELS)):
            assert find_accounts(parse_account_name(name), EVERYONE, LABELS) == [one], name
