"""Records come back as they were written, stay small, and say clearly when they cannot be read."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twauth_gui.domain.access import SCOPES
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.oauth2 import (
    AuthorizationRequest,
    OAuth2Grant,
    OAuth2PendingSecrets,
    TokenSet,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import AccessGrant, PendingSecrets, RequestToken
from twauth_gui.store.records import Contents, RecordError, decode, encode
from twauth_gui.store.vault import MAX_UNITS, ItemKind, count_utf16_units, service_name
from twauth_gui.store.vault_errors import RecordTooLargeError

texts = st.text(max_size=30)
secrets = texts.map(Secret)
maybe = st.none() | secrets
apps = st.builds(AppKeys, secrets, secrets, maybe, maybe, maybe)
accounts = st.builds(Credentials, secrets, secrets)
grants = st.builds(AccessGrant, secrets, secrets, texts, texts)
requests = st.builds(RequestToken, secrets, secrets, texts)
pending_sign_ins = st.builds(PendingSecrets, requests, st.none() | grants)
scopes = st.lists(st.sampled_from([scope.name for scope in SCOPES]), max_size=8).map(tuple)
moments = st.datetimes(timezones=st.just(UTC))
tokens = st.builds(TokenSet, secrets, maybe, moments, scopes)
code_requests = st.builds(AuthorizationRequest, st.just(""), secrets, secrets, texts, scopes)
codes = st.builds(OAuth2Grant, tokens, scopes, texts, texts)
anything: st.SearchStrategy[tuple[ItemKind, Contents]] = st.one_of(
    st.tuples(st.just(ItemKind.APP), apps),
    st.tuples(st.just(ItemKind.ACCOUNT), accounts),
    st.tuples(st.just(ItemKind.PENDING_SIGN_IN), pending_sign_ins),
    st.tuples(st.just(ItemKind.TOKENS), tokens),
    st.tuples(
        st.just(ItemKind.PENDING_SIGN_IN),
        st.builds(OAuth2PendingSecrets, code_requests, st.none() | codes),
    ),
    st.tuples(st.just(ItemKind.PENDING_SIGN_IN), st.builds(OAuth2PendingSecrets, st.none(), codes)),
)


@given(anything)
def test_what_is_written_is_read(case: tuple[ItemKind, Contents]) -> None:
    kind, contents = case
    try:
        record = encode(contents)
    except RecordTooLargeError:
        return
    assert record.reveal().isascii()
    assert count_utf16_units(record.reveal()) <= MAX_UNITS
    assert decode(kind, record) == contents
    fields = {**json.loads(record.reveal()), "later": {"field": [1, None]}}
    assert decode(kind, Secret(json.dumps(fields))) == contents


@given(st.sampled_from(ItemKind), st.text(max_size=60) | st.from_regex(r"\{.*\}"))
def test_damage_is_reported_without_the_text(kind: ItemKind, text: str) -> None:
    with pytest.raises(RecordError) as caught:
        _ = decode(kind, Secret(text))
    assert caught.value.diagnosis.kind is ProblemKind.KEYCHAIN_FAILED
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "fields",
    [
        {"v": 1},
        {"v": True, "access_token": "canary", "access_token_secret": "canary"},
        {"v": 0, "access_token": "canary", "access_token_secret": "canary"},
        {"v": 1, "access_token": "canary", "access_token_secret": 7},
        {"v": 2, "access_token": "canary", "access_token_secret": "canary"},
    ],
)
def test_records_of_another_shape(fields: dict[str, object]) -> None:
    with pytest.raises(RecordError) as caught:
        _ = decode(ItemKind.ACCOUNT, Secret(json.dumps(fields)))
    assert ("newer Twauth" in str(caught.value)) == (fields["v"] == 2)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_the_largest_record_fits_and_the_next_does_not() -> None:
    frame = count_utf16_units(encode(Credentials(Secret(""), Secret(""))).reveal())
    fits = Secret("x" * (MAX_UNITS - frame))
    assert count_utf16_units(encode(Credentials(fits, Secret(""))).reveal()) == MAX_UNITS
    with pytest.raises(RecordTooLargeError, match="1,281 characters of at most 1,280"):
        _ = encode(Credentials(fits, Secret("x")))


def test_credentials_of_their_real_length_fit_with_room() -> None:
    keys = AppKeys(*(Secret("x" * length) for length in (25, 50, 126, 34, 50)))
    grant = AccessGrant(Secret("x" * 50), Secret("x" * 45), "1" * 19, "x" * 15)
    request = RequestToken(Secret("x" * 27), Secret("x" * 32), "http://127.0.0.1:8739/callback")
    assert count_utf16_units(encode(keys).reveal()) < MAX_UNITS / 2
    assert count_utf16_units(encode(PendingSecrets(request, grant)).reveal()) < MAX_UNITS / 2


def test_tokens_of_their_real_length_fit_with_every_scope() -> None:
    """X's tokens have about 92 characters, but they may become longer."""
    every = tuple(scope.name for scope in SCOPES)
    pair = TokenSet(Secret("x" * 200), Secret("x" * 200), datetime.now(UTC), every)
    request = AuthorizationRequest("", Secret("x" * 43), Secret("x" * 43), "h" * 300, every)
    assert count_utf16_units(encode(pair).reveal()) < MAX_UNITS
    assert count_utf16_units(encode(OAuth2PendingSecrets(request)).reveal()) < MAX_UNITS
    assert (
        count_utf16_units(
            encode(OAuth2PendingSecrets(None, OAuth2Grant(pair, (), "1" * 19, "x" * 15))).reveal()
        )
        < 1100
    )


@pytest.mark.parametrize("expires_at", ["soon", "2026-03-03T12:00:00", 7])
def test_a_time_that_is_none_is_damage(expires_at: object) -> None:
    fields = {"v": 1, "access_token": "canary", "expires_at": expires_at, "scopes": ""}
    with pytest.raises(RecordError) as caught:
        _ = decode(ItemKind.TOKENS, Secret(json.dumps(fields)))
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_service_names_have_nothing_a_keychain_mistreats() -> None:
    assert service_name(ItemKind.ACCOUNT, "0b9e-1", 3) == "twauth/account/0b9e-1/3"
    for bad in ("", "a@b", "a/b", "a\0b", "ä", "x" * 65):
        with pytest.raises(ValueError, match="not usable as the id"):
            _ = service_name(ItemKind.APP, bad, 1)
