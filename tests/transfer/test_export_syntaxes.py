"""What each syntax writes is what its real reader reads, whatever the values hold."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.run_records import ReaderRecord
from tests.transfer.export_readers import (
    READERS,
    SyntaxReader,
    Values,
    find_version,
    read_python,
    read_sections,
)
from tests.transfer.sample_keys import ENTRIES
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import (
    AccountDetail,
    AccountGrouping,
    ExportPreset,
    FileSyntax,
)
from twauth_gui.transfer.export_renderer import (
    ExportEntry,
    render_accounts,
    render_files,
    to_single_line,
)
from twauth_gui.transfer.export_syntaxes.document import (
    AccountBlock,
    ExportDocument,
    make_stems,
    make_unique,
)
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.preset_catalog import builtin_presets

pytestmark = pytest.mark.slow  # each reader is a program

FULL = os.environ.get("TWAUTH_FULL") == "1"
# No value and no label has a line break or another control character when it is rendered.
_SIGNS = "'\"\\$`~# =%!a{}:-\u2019\u2018\u00e9\U0001f600"
AWKWARD = (st.text(max_size=12) | st.text(_SIGNS, max_size=8)).map(to_single_line)
_WORDS = r"""' " \ '" a'b"c $HOME ${HOME} %{x} $${x} `id` a\ \' '\'' yes 1e5 0x1 null %s %% !x {{x}}
    $(id) * \n !!python/none 1_000 @x &a ~/x x:~ =ls # é $$ $${ ${ %%{ """
_BLANKS = "\u00a0 \u2000 \u2028 \u3000 \u200b \ufeff \u00ad \u0301 \ufffe \U000e0001 \ufdd0"
EDGES = [*_WORDS.split(), "", "a #b", "- a", "a: b", "a b", " a", "a ", "a" * 5000] + [
    to_single_line(value) for sign in _BLANKS.split(" ") for value in (sign, f"{sign}a{sign}")
]


def _render(syntax: FileSyntax, values: list[str]) -> tuple[str, Values]:
    """Return a text with those of the values that the syntax can hold, and what is in it."""
    kept: list[str] = []
    for value in values:
        try:
            _ = SYNTAXES[syntax].quote(value)
        except ValueError:
            continue
        kept.append(value)
    expected = {f"V{number}": value for number, value in enumerate([*kept, "end"])}
    rules = SYNTAXES[syntax]
    preset = ExportPreset("p", "P", "G", "f", syntax, {}, grouping=rules.groupings[0])
    head = (to_single_line(" ".join(values)),)
    block = AccountBlock("x", "1", "x", head, tuple(expected.items()), {}, "0", "@x", "")
    text = rules.render(ExportDocument(preset, (block,), rules.options, ("top",)))
    return text, expected


@pytest.mark.proof
@pytest.mark.parametrize(
    "reader",
    [one for one in READERS if FULL or one.is_here],
    ids=lambda one: f"{one.syntax.value}-{one.name}",
)
def test_values_are_read_as_they_were_written(
    reader: SyntaxReader, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record = ReaderRecord(record_property, reader.name, reader.syntax.value)
    if not reader.is_here:
        record.miss(f"{reader.needs} is not installed")

    def check(values: list[str]) -> None:
        text, expected = _render(reader.syntax, values)
        assert reader.read(text, tmp_path, list(expected)) == expected
        record.values += len(expected)

    check(EDGES)
    given(st.lists(AWKWARD, min_size=10, max_size=60))(_count_examples(reader)(check))()
    if FULL and not reader.is_by_rules:
        record.version = find_version(reader.version)
    record.save()


def _count_examples(reader: SyntaxReader) -> settings:
    """Return how often a reader is started; the fast tests leave it at once for those of few."""
    often, seldom = (60, 20) if FULL else (4, 1)
    ignored = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    examples = seldom if reader.needs else often
    return settings(max_examples=examples, suppress_health_check=ignored, deadline=None)


@pytest.mark.parametrize("syntax", FileSyntax)
def test_few_texts_are_refused_and_no_credential_is(syntax: FileSyntax) -> None:
    @settings(max_examples=20)
    @given(ENTRIES)
    def check(entry: ExportEntry) -> None:
        keys, own = entry.keys, entry.credentials
        assert own
        for secret in (keys.api_key, keys.api_secret, own.access_token, own.access_secret):
            _ = SYNTAXES[syntax].quote(secret.reveal())
        if keys.bearer_token:
            _ = SYNTAXES[syntax].quote(keys.bearer_token.reveal())

    check()
    for plain in ("Fernwick Daily", "Morgenröte 😀", "a-b_c.d/e", "it\u2019s"):
        _ = SYNTAXES[syntax].quote(plain)


@pytest.mark.parametrize(
    "preset",
    [one for one in builtin_presets() if one.names_oauth1 and not one.makes_folder(1)],
    ids=lambda one: one.id,
)
def test_no_label_keeps_an_account_from_being_exported(preset: ExportPreset) -> None:
    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    @given(ENTRIES, st.text(), st.text("'\"\\$`~# =%!a{}\n\r\x00", max_size=20))
    def check(entry: ExportEntry, handle: str, label: str) -> None:
        rows = {AccountDetail.NAME: "A_NAME", AccountDetail.HANDLE: "A_HANDLE"}
        labelled = ExportPreset(
            preset.id, "T", "G", "f", preset.syntax, preset.names, rows, grouping=preset.grouping
        )
        evil = ExportEntry(
            handle, label, entry.user_id, f"{label}\nX=1", entry.keys, entry.credentials
        )
        text = render_accounts(labelled, [evil]).reveal()
        is_encoded = preset.syntax is FileSyntax.KUBERNETES or not preset.syntax.has_values
        for secret in (entry.keys.api_key, entry.keys.api_secret):
            assert secret.reveal() in text or Field.API_KEY not in preset.names or is_encoded
        assert not [line for line in text.splitlines() if line.startswith("X=1")]

    check()


@pytest.mark.parametrize(
    "sign", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\ud800", "\ufdd0", "\U0010ffff"]
)
def test_a_credential_that_programs_read_differently_is_refused(sign: str) -> None:
    keys = AppKeys(Secret("key"), Secret("secret"))
    credentials = Credentials(Secret("token"), Secret(f"a{sign}b"))
    entry = ExportEntry("handle", "Name", "1", "App", keys, credentials)
    for preset in builtin_presets():
        if Field.ACCESS_SECRET in preset.names and preset.syntax.has_values:
            with pytest.raises(ValueError, match="read differently"):
                _ = render_files(preset, [entry])


@given(st.lists(st.sampled_from(["a", "A", "a_2", "default", "DEFAULT", "b"]), max_size=8))
def test_names_are_unique_whatever_their_case(stems: list[str]) -> None:
    unique = make_unique(stems)
    assert len({one.casefold() for one in unique}) == len(stems)
    assert "default" not in {one.casefold() for one in unique}


_ODD_HANDLES = ["12345", "yes", "1e5", "null", "0x1", "DEFAULT", "y", "1_000", "_", "fernwick_news"]
_BY_HANDLE: dict[FileSyntax, Callable[[str], object]] = {
    FileSyntax.JSON: json.loads,
    FileSyntax.YAML: yaml.safe_load,
    FileSyntax.TOML: tomllib.loads,
    FileSyntax.INI: read_sections,
    FileSyntax.PYTHON: lambda text: read_python(text, Path(), ())["ACCOUNTS"],
}


@pytest.mark.parametrize("syntax", _BY_HANDLE, ids=lambda one: one.value)
def test_accounts_are_found_by_handles_that_look_like_something_else(syntax: FileSyntax) -> None:
    @settings(max_examples=25)
    @given(st.lists(st.sampled_from(_ODD_HANDLES), min_size=1, max_size=6))
    def check(handles: list[str]) -> None:
        stems = make_stems(handles)
        blocks = tuple(
            AccountBlock(handle, "1", stem, ("@x",), (("key", stem),), {}, "0", "@x", "")
            for handle, stem in zip(handles, stems, strict=True)
        )
        preset = ExportPreset(
            "p", "P", "G", "f", syntax, {}, grouping=AccountGrouping.MAP, is_always_grouped=True
        )
        rules = SYNTAXES[syntax]
        text = rules.render(ExportDocument(preset, blocks, rules.options))
        assert _BY_HANDLE[syntax](text) == {stem: {"key": stem} for stem in stems}
        listed = replace(preset, grouping=AccountGrouping.ARRAY)
        if AccountGrouping.ARRAY in rules.groupings:
            found = _BY_HANDLE[syntax](rules.render(ExportDocument(listed, blocks, rules.options)))
            accounts = [
                {"handle": handle, "key": stem} for handle, stem in zip(handles, stems, strict=True)
            ]
            assert found == ({"accounts": accounts} if syntax is FileSyntax.TOML else accounts)

    check()
