"""What Twauth exports comes back as it was, in every preset."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.reader.own_cases import value_of
from tests.transfer.reader.reading import accounts_of, read
from tests.transfer.sample_keys import ENTRIES
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import ExportEntry, render_accounts
from twauth_gui.transfer.found_credentials import SkipKind
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.reader.field_names import split_name
from twauth_gui.transfer.reader.services import find_other_service, names_x

_WITH_OAUTH2 = [known for known in builtin_presets() if known.needs_oauth2]
_WITH_OAUTH1 = [
    known
    for known in builtin_presets()
    if known.names_oauth1 and Field.API_KEY in known.names and known.syntax.has_values
    if not known.makes_folder(1)
]


def _account_of(entry: ExportEntry) -> tuple[str, ...]:
    assert entry.credentials
    own = entry.credentials
    secrets = (entry.keys.api_key, entry.keys.api_secret, own.access_token, own.access_secret)
    return tuple(secret.reveal() for secret in secrets)


def _is_clear(handle: str) -> bool:
    words = split_name(handle)
    return not words.core and not find_other_service(words.all)


# An account called "access" makes names that mean something else: ACCESS_API_KEY.
_CLEAR = ENTRIES.filter(lambda entry: _is_clear(entry.handle) and _is_clear(entry.handle.upper()))
_SEVERAL = st.lists(_CLEAR, min_size=1, max_size=3, unique_by=lambda entry: _account_of(entry)[2])


def _is_telling(handle: str) -> bool:
    """Whether it is a handle as the name of an object, too: no position, and not X itself."""
    return len(handle) > 3 and not handle.isdigit() and not names_x(split_name(handle).all)


_TELLING = _CLEAR.filter(lambda entry: _is_telling(entry.handle))
_DISTINCT = st.lists(
    _TELLING,
    min_size=1,
    max_size=3,
    unique_by=(
        lambda entry: _account_of(entry)[2],
        lambda entry: _account_of(entry)[0],
        lambda entry: entry.handle.casefold(),
    ),
)


@given(preset=st.sampled_from(_WITH_OAUTH1), entries=_SEVERAL, comment=st.booleans())
def test_exported_accounts_come_back(
    preset: ExportPreset, entries: list[ExportEntry], *, comment: bool
) -> None:
    entries = entries[:1] if preset.makes_folder(2) else entries
    text = render_accounts(preset, entries, comment=comment).reveal()
    found = read(text, preset.suggested_name)
    assert accounts_of(found) == sorted({_account_of(entry) for entry in entries})
    assert not found.skipped


@given(preset=st.sampled_from(_WITH_OAUTH1), entries=_DISTINCT)
def test_handles_and_bearer_tokens_come_back(
    preset: ExportPreset, entries: list[ExportEntry]
) -> None:
    """A preset without a place leaves them out; in some files an app or a server has the handle."""
    entries = entries[:1] if preset.makes_folder(2) else entries
    text = render_accounts(preset, entries, comment=True, bearer=True).reveal()
    found = list(read(text, preset.suggested_name).accounts.values())
    if preset.syntax is not FileSyntax.XURL and not preset.id.startswith("mcp"):
        handles = [one.handle if re.search(rf"\b{one.handle}\b", text) else "" for one in entries]
        assert [one.handle for one in found] == handles
    has_bearer = Field.BEARER_TOKEN in preset.names
    bearers = [one.keys.bearer_token if has_bearer else None for one in entries]
    assert [one.app and one.app.keys.bearer_token for one in found] == bearers


def _oauth2_token(kind: str) -> Secret:
    plain = f"VeryLongOpaqueHeadOfFernwick:1622147743914:1:1:{kind}:1"
    return Secret(base64.b64encode(plain.encode()).decode().rstrip("="))


@pytest.mark.parametrize("preset", _WITH_OAUTH2, ids=lambda it: it.id)
def test_tokens_of_oauth2_do_not_come_back_but_are_told(preset: ExportPreset) -> None:
    """They renew themselves only once: two programs with the same token sign each other out."""
    access, refresh = map(_oauth2_token, ("at", "rt"))
    tokens = TokenSet(access, refresh, datetime(2026, 1, 1, tzinfo=UTC), ("tweet.read",))
    keys = AppKeys(Secret(value_of("K1")), Secret(value_of("S1")), None, Secret(value_of("C1")))
    entry = ExportEntry("fernwick_news", "", "1", "", keys, None, tokens=tokens)
    found = read(render_accounts(preset, [entry]).reveal(), preset.suggested_name)
    assert not found.accounts
    assert SkipKind.OAUTH2 in {one.kind for one in found.skipped}
