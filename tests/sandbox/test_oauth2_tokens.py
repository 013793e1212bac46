"""Proves that OAuth 2.0 tokens carry their grant, and that nobody else can make one."""

from __future__ import annotations

import re
import string
from base64 import urlsafe_b64decode

from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.sandbox.accounts import PEOPLE, account_for
from twauth_gui.sandbox.oauth2_tokens import Issued, Kind, OAuth2TokenMaker
from twauth_gui.sandbox.scopes import SCOPES
from twauth_gui.sandbox.settings import CLIENT_ID

MAKER = OAuth2TokenMaker("seed", CLIENT_ID)
HANDLES = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=15)
KINDS: dict[Kind, Kind] = {"access": "refresh", "refresh": "access"}


@given(
    handle=HANDLES,
    scopes=st.sets(st.sampled_from(SCOPES)),
    kind=st.sampled_from(list(KINDS)),
    now=st.integers(0, 10**10),
)
def test_a_token_is_read_back(handle: str, scopes: set[str], kind: Kind, now: int) -> None:
    account = account_for(handle)
    assert account is not None
    grant = MAKER.new_grant(account, tuple(scopes))
    assert set(grant.scopes) == scopes
    token = MAKER.make(kind, grant, now)
    assert re.fullmatch(r"[\w-]+", token)
    assert OAuth2TokenMaker("seed", CLIENT_ID).read(kind, token) == Issued(grant, now)
    assert MAKER.read(KINDS[kind], token) is None
    assert OAuth2TokenMaker("other", CLIENT_ID).read(kind, token) is None
    assert OAuth2TokenMaker("seed", "another").read(kind, token) is None


@given(at=st.integers(0, 79), replacement=st.sampled_from(string.ascii_letters + string.digits))
def test_a_changed_token_is_none(at: int, replacement: str) -> None:
    token = MAKER.make("access", MAKER.new_grant(PEOPLE[0], SCOPES), 1e9)
    changed = token[:at] + replacement + token[at + 1 :]
    assert (MAKER.read("access", changed) is not None) == (changed == token)


@given(st.text(max_size=120) | st.from_regex(r"[\w-]{60,120}", fullmatch=True))
def test_anything_else_is_no_token(text: str) -> None:
    assert MAKER.read("access", text) is None


def test_shapes() -> None:
    grant = MAKER.new_grant(PEOPLE[0], SCOPES)
    tokens = {MAKER.make("refresh", grant, 1622160825.825) for _ in range(50)}
    assert len(tokens) == 50
    for token in tokens:
        plain = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        assert re.fullmatch(r"[0-9A-Za-z]{45}:1622160825825:1:0:rt:1", plain)
