"""What Twauth exports comes back as it was, in every preset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.reader.reading import accounts_of, read
from tests.transfer.sample_keys import ENTRIES
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.export_renderer import ExportEntry, render_accounts
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.reader.field_names import split_name
from twauth_gui.transfer.reader.services import find_other_service

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


@given(preset=st.sampled_from(_WITH_OAUTH1), entries=_SEVERAL, comment=st.booleans())
def test_exported_accounts_come_back(
    preset: ExportPreset, entries: list[ExportEntry], *, comment: bool
) -> None:
    entries = entries[:1] if preset.makes_folder(2) else entries
    text = render_accounts(preset, entries, comment=comment).reveal()
    found = read(text, preset.suggested_name)
    assert accounts_of(found) == sorted({_account_of(entry) for entry in entries})
