"""Shapes for OAuth 2.0 hold the tokens, and leave out what an account or its app does not have."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.values import ENTRIES, VALUES
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.pasted import parse_keys
from twauth_gui.transfer.presets import preset
from twauth_gui.transfer.render import DOTS, ExportEntry, render, render_preview, variables
from twauth_gui.transfer.shapes import Field

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def with_tokens(  # noqa: PLR0917 - each is another value
    entry: ExportEntry, client_id: str, secret: str | None, access: str, refresh: str | None
) -> ExportEntry:
    keys = AppKeys(
        entry.keys.api_key,
        entry.keys.api_secret,
        client_id=Secret(client_id),
        client_secret=Secret(secret) if secret else None,
    )
    tokens = TokenSet(Secret(access), Secret(refresh) if refresh else None, NOW, ())
    return replace(entry, keys=keys, credentials=None, tokens=tokens)


BOTS = st.builds(
    with_tokens,
    ENTRIES,
    VALUES[Field.CLIENT_ID],
    st.none() | VALUES[Field.CLIENT_SECRET],
    VALUES[Field.OAUTH2_ACCESS],
    st.none() | VALUES[Field.OAUTH2_REFRESH],
)


def tokens_of(entry: ExportEntry) -> TokenSet:
    assert entry.tokens is not None
    return entry.tokens


@given(BOTS)
def test_the_environment_of_a_bot(entry: ExportEntry) -> None:
    names = {name: value.reveal() for name, value in variables(preset("oauth2"), entry).items()}
    tokens, keys = tokens_of(entry), entry.keys
    expected = {
        "X_CLIENT_ID": keys.client_id,
        "X_CLIENT_SECRET": keys.client_secret,
        "X_OAUTH2_ACCESS_TOKEN": tokens.access,
        "X_OAUTH2_REFRESH_TOKEN": tokens.refresh,
    }
    assert names == {name: one.reveal() for name, one in expected.items() if one is not None}
    for_tweepy = variables(preset("oauth2-tweepy"), entry)
    assert for_tweepy["BEARER_TOKEN"] == tokens.access
    assert "CLIENT_SECRET" not in for_tweepy or keys.client_secret is not None


@given(BOTS)
def test_everything_leaves_out_what_is_not_there(entry: ExportEntry) -> None:
    members = json.loads(render(preset("twauth-json"), [entry]).reveal())
    tokens = tokens_of(entry)
    assert members["oauth2_access_token"] == tokens.access.reveal()
    assert ("oauth2_refresh_token" in members) == (tokens.refresh is not None)
    assert not {"access_token", "access_secret"} & set(members)
    shown = render_preview(preset("twauth-json"), [entry.preview()])
    assert tokens.access.reveal() not in shown
    hidden = {name for name, value in json.loads(shown).items() if value == DOTS}
    assert {"oauth2_access_token", "client_id"} <= hidden
    assert set(json.loads(shown)) == set(members)


@given(BOTS)
def test_pasted_back_it_says_what_was_left_out(entry: ExportEntry) -> None:
    found = parse_keys(render(preset("oauth2"), [entry]).reveal())
    assert found.client_id == entry.keys.client_id
    assert found.access_token is None
    assert any("OAuth 2.0 token was left out" in note for note in found.notes)
