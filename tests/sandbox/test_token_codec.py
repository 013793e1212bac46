"""Proves that tokens contain their grant, and that they cannot be forged."""

from __future__ import annotations

import re
import string
from base64 import urlsafe_b64decode

from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.sandbox.accounts import DEMO_ACCOUNTS, account_for
from twauth_gui.sandbox.scopes import SCOPES
from twauth_gui.sandbox.settings import API_KEY, CLIENT_ID, LEVELS, Level
from twauth_gui.sandbox.token_codec import (
    IssuedToken,
    OAuth1TokenCodec,
    OAuth2TokenCodec,
    OAuth2TokenKind,
    new_pin,
    new_request_token,
)

OAUTH1_CODEC = OAuth1TokenCodec("seed", API_KEY)
HANDLES = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=15)


@given(handle=HANDLES, level=st.sampled_from(LEVELS))
def test_a_token_is_read_back_by_a_maker_of_the_same_seed(handle: str, level: Level) -> None:
    account = account_for(handle)
    assert account is not None
    assert re.fullmatch(r"[0-9]{18,19}", account.id)
    assert account_for(f" @{handle.upper()} ") is not None
    grant = OAUTH1_CODEC.new_grant(account, level)
    token = OAUTH1_CODEC.access_token(grant)
    assert re.fullmatch(rf"{account.id}-[0-9A-Za-z]{{40}}", token)
    assert OAuth1TokenCodec("seed", API_KEY).read(token) == grant
    assert OAuth1TokenCodec("other", API_KEY).read(token) is None
    assert OAuth1TokenCodec("seed", "another app").read(token) is None
    assert re.fullmatch(r"[0-9A-Za-z]{45}", OAUTH1_CODEC.access_secret(token))


@given(at=st.integers(0, 39), replacement=st.sampled_from(string.ascii_letters + string.digits))
def test_a_changed_token_is_none(at: int, replacement: str) -> None:
    token = OAUTH1_CODEC.access_token(OAUTH1_CODEC.new_grant(DEMO_ACCOUNTS[0], "read"))
    user_id, _, rest = token.partition("-")
    changed = f"{user_id}-{rest[:at]}{replacement}{rest[at + 1 :]}"
    assert (OAUTH1_CODEC.read(changed) is not None) == (changed == token)
    assert OAUTH1_CODEC.read(f"{DEMO_ACCOUNTS[1].id}-{rest}") is None


@given(st.text(max_size=80) | st.from_regex(r"[0-9]{1,20}-[0-9A-Za-z]{40}", fullmatch=True))
def test_anything_else_is_no_token(text: str) -> None:
    assert OAUTH1_CODEC.read(text) is None


def test_two_grants_have_two_tokens() -> None:
    tokens = {
        OAUTH1_CODEC.access_token(OAUTH1_CODEC.new_grant(DEMO_ACCOUNTS[0], "read"))
        for _ in range(50)
    }
    assert len(tokens) == 50


def test_shapes() -> None:
    assert re.fullmatch(
        r"A{21}[0-9A-Za-z]{20}%2F[0-9A-Za-z]{21}%3D[0-9A-Za-z]{41}", OAUTH1_CODEC.bearer_token()
    )
    assert all(re.fullmatch(r"[\w-]{27}", new_request_token()) for _ in range(50))
    assert all(re.fullmatch(r"\d{7}", new_pin()) for _ in range(50))


def test_handles_have_one_account_in_any_case() -> None:
    first, second = account_for("Harbour_Bot"), account_for("harbour_bot")
    assert first is not None
    assert second is not None
    assert first.id == second.id
    assert account_for("FERNWICK_NEWS") == DEMO_ACCOUNTS[0]
    assert [account_for(text) for text in ("", "@", "a b", "x" * 16, "naïve", "a\n")] == [
        None,
        None,
        None,
        None,
        None,
        account_for("a"),
    ]


OAUTH2_CODEC = OAuth2TokenCodec("seed", CLIENT_ID)
OAUTH2_HANDLES = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=15)
KINDS: dict[OAuth2TokenKind, OAuth2TokenKind] = {"access": "refresh", "refresh": "access"}


@given(
    handle=OAUTH2_HANDLES,
    scopes=st.sets(st.sampled_from(SCOPES)),
    kind=st.sampled_from(list(KINDS)),
    now=st.integers(0, 10**10),
)
def test_an_oauth2_token_is_read_back(
    handle: str, scopes: set[str], kind: OAuth2TokenKind, now: int
) -> None:
    account = account_for(handle)
    assert account is not None
    grant = OAUTH2_CODEC.new_grant(account, tuple(scopes))
    assert set(grant.scopes) == scopes
    token = OAUTH2_CODEC.make(kind, grant, now)
    assert re.fullmatch(r"[\w-]+", token)
    assert OAuth2TokenCodec("seed", CLIENT_ID).read(kind, token) == IssuedToken(grant, now)
    assert OAUTH2_CODEC.read(KINDS[kind], token) is None
    assert OAuth2TokenCodec("other", CLIENT_ID).read(kind, token) is None
    assert OAuth2TokenCodec("seed", "another").read(kind, token) is None


@given(at=st.integers(0, 79), replacement=st.sampled_from(string.ascii_letters + string.digits))
def test_a_changed_oauth2_token_is_none(at: int, replacement: str) -> None:
    token = OAUTH2_CODEC.make("access", OAUTH2_CODEC.new_grant(DEMO_ACCOUNTS[0], SCOPES), 1e9)
    changed = token[:at] + replacement + token[at + 1 :]
    assert (OAUTH2_CODEC.read("access", changed) is not None) == (changed == token)


@given(st.text(max_size=120) | st.from_regex(r"[\w-]{60,120}", fullmatch=True))
def test_anything_else_is_no_oauth2_token(text: str) -> None:
    assert OAUTH2_CODEC.read("access", text) is None


def test_shapes_of_oauth2_tokens() -> None:
    grant = OAUTH2_CODEC.new_grant(DEMO_ACCOUNTS[0], SCOPES)
    tokens = {OAUTH2_CODEC.make("refresh", grant, 1622160825.825) for _ in range(50)}
    assert len(tokens) == 50
    for token in tokens:
        plain = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        assert re.fullmatch(r"[0-9A-Za-z]{45}:1622160825825:1:0:rt:1", plain)
