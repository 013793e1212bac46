"""Names of exported files, made of handle, app and tag, are safe and different."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.test_export_renderer import account
from twauth_gui.transfer.export_renderer import preview_files, render_files
from twauth_gui.transfer.file_name_patterns import (
    file_name_parts,
    fill_file_name,
    make_names_unique,
)
from twauth_gui.transfer.preset_catalog import find_preset

PATTERN = "{tag}-{app}-{handle}.env"


def test_files_are_named_by_tag_app_and_handle() -> None:
    entries = [
        replace(account("fernwick_news", 1), tag="R&D / Ünit", app_label="News room"),
        replace(account("marsh_times", 2), app_label="../../etc"),
    ]
    preset = replace(find_preset("x-file"), suggested_name=PATTERN)
    names = [one.name for one in render_files(preset, entries)]
    assert names == ["R_D_Ünit-News_room-fernwick_news.env", "untagged-etc-marsh_times.env"]
    assert [name for name, _text in preview_files(preset, [one.preview() for one in entries])] == (
        names
    )
    by_tag = replace(preset, suggested_name=".{tag}.env")
    twins = [replace(entry, tag="news") for entry in entries]
    assert [one.name for one in render_files(by_tag, twins)] == [".news.env", ".news_2.env"]


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=5))
def test_any_label_and_tag_make_a_name(texts: list[tuple[str, str]]) -> None:
    names = [fill_file_name(PATTERN, file_name_parts("bot", app, tag)) for app, tag in texts]
    unique = make_names_unique(names)
    assert len({one.casefold() for one in unique}) == len(texts)
    for name in unique:
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert not name.startswith((".", " "))
        assert len(name.encode()) <= 255
