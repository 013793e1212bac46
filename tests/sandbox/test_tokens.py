"""Proves that access tokens carry their grant, and that nobody else can make one."""

from __future__ import annotations

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.sandbox.accounts import PEOPLE, account_for
from twauth_gui.sandbox.settings import API_KEY, LEVELS, Level
from twauth_gui.sandbox.tokens import TokenMaker, new_pin, new_request_token

MAKER = TokenMaker("seed", API_KEY)
HANDLES = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=15)


@given(handle=HANDLES, level=st.sampled_from(LEVELS))
def test_a_token_is_read_back_by_a_maker_of_the_same_seed(handle: str, level: Level) -> None:
    account = account_for(handle)
    assert account is not None
    assert re.fullmatch(r"[0-9]{18,19}", account.id)
    assert account_for(f" @{handle.upper()} ") is not None
    grant = MAKER.new_grant(account, level)
    token = MAKER.access_token(grant)
    assert re.fullmatch(rf"{account.id}-[0-9A-Za-z]{{40}}", token)
    assert TokenMaker("seed", API_KEY).read(token) == grant
    assert TokenMaker("other", API_KEY).read(token) is None
    assert TokenMaker("seed", "another app").read(token) is None
    assert re.fullmatch(r"[0-9A-Za-z]{45}", MAKER.access_secret(token))


@given(at=st.integers(0, 39), replacement=st.sampled_from(string.ascii_letters + string.digits))
def test_a_changed_token_is_none(at: int, replacement: str) -> None:
    token = MAKER.access_token(MAKER.new_grant(PEOPLE[0], "read"))
    user_id, _, rest = token.partition("-")
    changed = f"{user_id}-{rest[:at]}{replacement}{rest[at + 1 :]}"
    assert (MAKER.read(changed) is not None) == (changed == token)
    assert MAKER.read(f"{PEOPLE[1].id}-{rest}") is None


@given(st.text(max_size=80) | st.from_regex(r"[0-9]{1,20}-[0-9A-Za-z]{40}", fullmatch=True))
def test_anything_else_is_no_token(text: str) -> None:
    assert MAKER.read(text) is None


def test_two_grants_have_two_tokens() -> None:
    tokens = {MAKER.access_token(MAKER.new_grant(PEOPLE[0], "read")) for _ in range(50)}
    assert len(tokens) == 50


def test_shapes() -> None:
    assert re.fullmatch(
        r"A{21}[0-9A-Za-z]{20}%2F[0-9A-Za-z]{21}%3D[0-9A-Za-z]{41}", MAKER.bearer_token()
    )
    assert all(re.fullmatch(r"[\w-]{27}", new_request_token()) for _ in range(50))
    assert all(re.fullmatch(r"\d{7}", new_pin()) for _ in range(50))


def test_handles_have_one_account_in_any_case() -> None:
    first, second = account_for("Harbour_Bot"), account_for("harbour_bot")
    assert first is not None
    assert second is not None
    assert first.id == second.id
    assert account_for("FERNWICK_NEWS") == PEOPLE[0]
    assert [account_for(text) for text in ("", "@", "a b", "x" * 16, "naïve", "a\n")] == [
        None,
        None,
        None,
        None,
        None,
        account_for("a"),
    ]
