"""What each syntax writes is what its real reader reads, whatever the values hold."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.export_readers import (
    READERS,
    SLOW_TO_START,
    Reader,
    Values,
    read_python,
    read_sections,
)
from tests.transfer.sample_keys import ENTRIES
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import (
    AccountDetail,
    AccountGrouping,
    ExportPreset,
    FileSyntax,
)
from twauth_gui.transfer.export_renderer import ExportEntry, render_accounts, to_single_line
from twauth_gui.transfer.export_syntaxes.document import (
    AccountBlock,
    ExportDocument,
    make_stems,
    make_unique,
)
from twauth_gui.transfer.export_syntaxes.table import SYNTAXES
from twauth_gui.transfer.preset_catalog import builtin_presets

pytestmark = pytest.mark.slow  # each reader is a program

READ = pytest.mark.parametrize(
    ("syntax", "reader"),
    [
        pytest.param(
            syntax,
            reader,
            id=f"{syntax.value}-{name}",
            marks=[pytest.mark.slow] if name in SLOW_TO_START else [],
        )
        for syntax, name, reader in READERS
    ],
)
_HEAVY = settings(
    max_examples=4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
# No value and no label has a line break or another control character when it is rendered.
_SIGNS = "'\"\\$`~# =%!a{}:-\u2019\u2018\u00e9\U0001f600"
AWKWARD = (st.text(max_size=12) | st.text(_SIGNS, max_size=8)).map(to_single_line)
_WORDS = r"""' " \ '" a'b"c $HOME ${HOME} %{x} $${x} `id` a\ \' '\'' yes 1e5 0x1 null %s %% !x {{x}}
    $(id) * \n !!python/none 1_000 @x &a ~/x x:~ =ls # é $$ $${ ${ %%{ """
EDGES = [*_WORDS.split(), "", "a #b", "- a", "a: b", "a b"]


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


@READ
def test_values_are_read_as_they_were_written(
    syntax: FileSyntax, reader: Reader, tmp_path: Path
) -> None:
    text, expected = _render(syntax, EDGES)
    assert reader(text, tmp_path, list(expected)) == expected

    @_HEAVY
    @given(st.lists(AWKWARD, min_size=10, max_size=60))
    def check(values: list[str]) -> None:
        text, expected = _render(syntax, values)
        assert reader(text, tmp_path, list(expected)) == expected

    check()


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
