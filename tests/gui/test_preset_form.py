"""The form of a preset: it gives back what it was given, and knows which field is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from twauth_gui.gui.export.preset_draft import (
    SYNTAX_TITLES,
    find_draft_errors,
    find_families,
    leave_out_wrong,
    looks_like_value,
    make_preset_id,
    new_draft,
)
from twauth_gui.gui.export.preset_form import PresetForm
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import (
    AccountDetail,
    AccountGrouping,
    ExportPreset,
    FileSyntax,
)
from twauth_gui.transfer.preset_catalog import builtin_presets
from twauth_gui.transfer.preset_files import PRESET_ID, format_preset, read_presets

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

DRAFT = replace(new_draft(), title="Mine")
TWURL = replace(DRAFT, syntax=FileSyntax.TWURL, grouping=AccountGrouping.MAP)


def test_every_preset_of_the_program_comes_back_unchanged(qtbot: QtBot) -> None:
    form = PresetForm()
    qtbot.addWidget(form)
    for preset in builtin_presets():
        form.show_preset(preset)
        assert form.draft() == preset
        assert list(form.draft().names) == list(preset.names)
        assert form.check() == {}


def test_every_syntax_can_be_chosen_and_has_names() -> None:
    assert {one for titles in SYNTAX_TITLES.values() for one in titles} == set(FileSyntax)
    assert all(list(find_families(one)) for one in FileSyntax)


@pytest.mark.parametrize(
    ("draft", "keys"),
    [
        (replace(DRAFT, title=" "), {"title"}),
        (replace(DRAFT, title="a\u202eb"), {"title"}),
        (replace(DRAFT, suggested_name=""), {"file"}),
        (replace(DRAFT, suggested_name="../.env", title=""), {"file", "title"}),
        (replace(DRAFT, names={}), {"names"}),
        (replace(TWURL, names={Field.API_KEY: "a"}), "api_secret…"),
        (replace(DRAFT, names={Field.API_KEY: "A", Field.API_SECRET: "A"}), "api_key api_secret"),
        (replace(DRAFT, names={Field.API_KEY: "LD_PRELOAD", Field.API_SECRET: "é"}), "both"),
        (replace(DRAFT, details={AccountDetail.NAME: "a b"}), {"details.name"}),
        (replace(DRAFT, constants=(("A", "1"), ("A", "2"))), {"constants"}),
        (replace(DRAFT, constants=(("PATH", "1"),), comment="\n"), {"constants", "comment"}),
        (
            replace(
                DRAFT,
                syntax=FileSyntax.KUBERNETES,
                grouping=AccountGrouping.MAP,
                options={"name": "Not A Name"},
            ),
            {"options.name"},
        ),
        (
            replace(
                DRAFT,
                syntax=FileSyntax.JSON,
                grouping=AccountGrouping.ARRAY,
                names={Field.API_KEY: "a", Field.API_SECRET: "a.b"},
            ),
            {"names"},
        ),
    ],
)
def test_each_error_is_that_of_its_field(draft: ExportPreset, keys: set[str] | str) -> None:
    expected: Mapping[str, set[str]] = {
        "api_secret…": {"names.api_secret", "names.access_token", "names.access_secret"},
        "api_key api_secret": {"names.api_key", "names.api_secret"},
        "both": {"names.api_key", "names.api_secret"},
    }
    errors = find_draft_errors(draft)
    assert set(errors) == (expected[keys] if isinstance(keys, str) else keys)
    assert all(sentence.endswith(".") for sentence in errors.values())
    if not {"names", "options"} & set(errors) and "names.access_token" not in errors:
        rest = leave_out_wrong(replace(draft, title=draft.title or "x"), errors)
        if rest.names:
            assert read_presets(format_preset(rest).encode(), "", is_own=True)


def test_ids_and_values() -> None:
    assert make_preset_id("Ärger & Co. (copy)") == "arger-co-copy"
    assert make_preset_id("新聞", 3) == "preset-3"
    assert all(PRESET_ID.fullmatch(make_preset_id(one * 9)) for one in ("-", "a b ", "é", "X" * 60))
    assert looks_like_value("Ab3deFghijKlmnopqrsTuvwxy")
    assert not any(looks_like_value(one.title.replace(" ", "")) for one in builtin_presets())
