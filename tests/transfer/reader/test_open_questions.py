"""What a text leaves open is asked, and what speaks against a set of credentials is said."""

from __future__ import annotations

import pytest

from tests.transfer.reader.own_cases import fill, value_of
from tests.transfer.reader.reading import read
from twauth_gui.transfer.found_credentials import FoundAccount, FoundCredentials

_ACCOUNT = "API_KEY=~K1\nAPI_SECRET=~S1\nACCESS_TOKEN=~T1\nACCESS_TOKEN_SECRET=~U1\n"
_USER = "1600000000000000001"


def _accounts(text: str, name: str = "") -> tuple[FoundAccount, ...]:
    return read(fill(text), name).found("", None).accounts


def _keys_of(account: FoundAccount) -> list[str]:
    return [app.keys.api_key.reveal() for app in account.apps]


_TWO_APPS = (
    "A_API_KEY=~K1\nA_API_SECRET=~S1\nB_API_KEY=~K2\nB_API_SECRET=~S2\n"
    "ACCESS_TOKEN=~T1\nACCESS_TOKEN_SECRET=~U1\n"
)
_UNDER_TWO_APPS = (
    "[a]\napi_key=~K1\napi_secret=~S1\naccess_token=~T1\naccess_token_secret=~U1\n"
    "[b]\napi_key=~K2\napi_secret=~S2\naccess_token=~T1\naccess_token_secret=~U1\n"
)


@pytest.mark.parametrize("text", [_TWO_APPS, _UNDER_TWO_APPS])
def test_an_app_that_is_open_is_asked_for(text: str) -> None:
    found = read(fill(text)).found("", None)
    (account,) = found.accounts
    assert account.app is None
    assert _keys_of(account) == [value_of("K1"), value_of("K2")]
    assert [app.keys.api_key.reveal() for app in found.apps] == _keys_of(account)


def test_candidates_are_called_what_the_text_calls_them() -> None:
    text = (
        "apps:\n  news: {api_key: ~K1, api_secret: ~S1}\n  cats: {api_key: ~K2, api_secret: ~S2}\n"
    )
    (account,) = _accounts(f"{text}access_token: ~T1\naccess_token_secret: ~U1\n", "a.yaml")
    assert [(app.label, app.line) for app in account.apps] == [("news", 2), ("cats", 3)]


def test_half_of_an_apps_keys_says_which_app_it_is() -> None:
    apps = "A_API_KEY=~K1\nA_API_SECRET=~S1\nB_API_KEY=~K2\nB_API_SECRET=~S2\n"
    (account,) = _accounts(f"{apps}API_KEY=~K2\nACCESS_TOKEN=~T1\nACCESS_TOKEN_SECRET=~U1\n")
    assert account.app
    assert account.app.keys.api_secret.reveal() == value_of("S2")


def test_readers_of_tools_ask_too_and_lose_no_candidate() -> None:
    first, second = FoundCredentials(), FoundCredentials()
    for found, app in ((first, "1"), (second, "2")):
        text = _ACCOUNT.replace("K1", f"K{app}").replace("S1", f"S{app}")
        for account in _accounts(text):
            found.accounts[account.credentials] = account
    first.add(second)
    first.add(second)
    result = first.found("", None)
    assert [_keys_of(one) for one in result.accounts] == [[value_of("K1"), value_of("K2")]]
    assert len(result.apps) == 2


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (_ACCOUNT, ""),
        (_ACCOUNT + f"USER_ID={_USER}\n", ""),
        (_ACCOUNT + "USER_ID=1600000000000000002\n", "user ID"),
        (_ACCOUNT + "DB_USER_ID=1600000000000000002\n", ""),
        (_ACCOUNT.replace("~U1", "~Q1" + "x" * 9), "length"),
        ("TWITTER_" + _ACCOUNT.replace("\n", "\nTWITTER_").replace("~U1", "~Q1" + "x" * 9), ""),
        ("".join(f"{name}={'a' * length}\n" for name, length in (("API_KEY", 25),
         ("API_SECRET", 50))) + f"ACCESS_TOKEN={_USER}-{'0' * 40}\nACCESS_SECRET={'b' * 45}\n",
         "repeats"),
    ],
)  # fmt: skip
def test_what_speaks_against_a_set_is_said(text: str, doubt: str) -> None:
    (account,) = _accounts(text)
    assert doubt in account.doubt
    assert bool(doubt) is bool(account.doubt)


def test_two_tokens_with_one_secret_and_two_secrets_with_one_token_are_doubtful() -> None:
    second = _ACCOUNT.replace("=", "_2=")
    (one, two) = _accounts(_ACCOUNT + second.replace("T1", "T2"))
    assert one.doubt == two.doubt == "Another access token in the same file has the same secret."
    (one, two) = _accounts(_ACCOUNT + second.replace("U1", "U2"))
    assert one.doubt == two.doubt == "The same access token is in the file with another secret too."
