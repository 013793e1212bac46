"""Files of presets: what is valid is read, and what is not is said with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.sample_keys import B, K, T
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import AccountGrouping, FileSyntax
from twauth_gui.transfer.preset_catalog import builtin_presets, find_preset
from twauth_gui.transfer.preset_files import (
    MAX_BYTES,
    PresetFileError,
    customize_preset,
    format_preset,
    read_presets,
)

PLAIN = """# A comment.
group = "Mine"

[my-bot]
title = "My bot"
syntax = "yaml"
several = "map"

[my-bot.names]
api_key = "x.key"
access_token = "x.token"
"""


def read_error(text: str) -> str:
    with pytest.raises(PresetFileError) as refused:
        read_presets(text.encode(), "mine.toml")
    return str(refused.value)


def test_a_preset_is_ten_lines() -> None:
    (preset,) = read_presets(PLAIN.encode(), "mine.toml", is_own=True)
    assert (preset.id, preset.title, preset.group) == ("my-bot", "My bot", "Mine")
    assert (preset.syntax, preset.grouping) == (FileSyntax.YAML, AccountGrouping.MAP)
    assert preset.names == {Field.API_KEY: "x.key", Field.ACCESS_TOKEN: "x.token"}
    assert preset.is_own
    assert read_presets(PLAIN.replace("\n", "\r\n").encode("utf-8-sig"), "m", is_own=True)


@pytest.mark.parametrize("preset", builtin_presets(), ids=lambda one: one.id)
def test_a_preset_comes_back_as_it_was_written(preset: object) -> None:
    assert isinstance(preset, type(find_preset("x")))
    (again,) = read_presets(format_preset(preset).encode(), "x.toml")
    assert again == preset
    assert list(again.names.items()) == list(preset.names.items())
    assert (again.details, again.options) == (preset.details, preset.options)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"yaml"', '"yml"', "mine.toml, line 6: my-bot.syntax: It is one of dotenv, docker"),
        ('"map"', '"section"', "line 7: my-bot.several: It is one of"),
        ('syntax = "yaml"', 'syntax = "csv"', "line 7: my-bot.several: csv can have array, file"),
        ('title = "My bot"\n', "", "line 4: my-bot: The key title is missing"),
        ("title", "titel", "line 5: my-bot.titel: There is no such key"),
        ("api_key", "api-key", "line 10: my-bot.api-key: There is no such field, only api_key"),
        ('"x.token"', '"x token"', "line 11: my-bot.access_token: This is no name that the syntax"),
        ('"x.token"', '"x.key"', "my-bot.names: A name is there twice"),
        ('"x.token"', '"x.key.y"', "a value and a level at once"),
        ('"x.token"', "7", "line 11: my-bot.access_token: A text is expected"),
        ('"My bot"', '"a\\nb"', "line 5: my-bot.title: One line of at most 400 characters"),
        ("[my-bot]", "[My_Bot]", "An id has small letters"),
        (
            "[my-bot.names]\n",
            "[my-bot.options]\n",
            "line 10: my-bot.api_key: There is no such option",
        ),
        (
            "several =",
            "file = '../x'\nseveral =",
            "line 7: my-bot.file: This is no plain file name",
        ),
        ("several =", "file = '{handle}'\nseveral =", 'Only with several = "file"'),
        ('"My bot"', '"My bot', "It is no valid TOML: "),
        ("# A comment.", "x = " + "[" * 30_000, "nested too deeply"),
        ("# A comment.", "#" * MAX_BYTES, "It is larger than 64 KiB"),
        ("# A comment.", "x = 7", "x: There is no table of this name"),
        (PLAIN, "", "It has 0 presets"),
        (
            "[my-bot.names]",
            f"[my-bot.constants]\nA = '{K}'\n[my-bot.names]",
            "looks like a credential",
        ),
    ],
)
def test_an_error_says_where_it_is(old: str, new: str, message: str) -> None:
    assert old in PLAIN
    text = read_error(PLAIN.replace(old, new, 1))
    assert message in text
    assert K not in text


def test_a_tool_s_file_needs_its_fields() -> None:
    text = PLAIN.replace('"yaml"', '"twurl"').replace("x.", "x_")
    assert "line 9: my-bot.names: twurl needs api_secret, access_secret" in read_error(text)
    with pytest.raises(PresetFileError, match="It is not UTF-8"):
        read_presets(b"\xff", "x")


@given(st.binary(max_size=200) | st.text("[]{}=.\"'#\n ab-", max_size=200).map(str.encode))
def test_any_other_bytes_are_refused_without_quoting_them(data: bytes) -> None:
    with pytest.raises(PresetFileError):
        read_presets(data, "x.toml")


def test_settings_of_an_export() -> None:
    fixture = find_preset("django-fixture")
    changed = customize_preset(fixture, {"model": "a.b", "access_token": "t", "handle": ""})
    assert changed.options["model"] == "a.b"
    assert changed.names[Field.ACCESS_TOKEN] == "t"
    assert not changed.details
    for settings, message in (
        ({"modell": "a.b"}, "There is no setting modell. There are: model, pk, api_key"),
        ({"model": "a"}, "The option model is app_label.model"),
        ({"pk": "-1"}, "The option pk is a number"),
        ({"access_token": "a b"}, "no name that the syntax allows"),
        ({"model": B}, "looks like a credential"),
    ):
        with pytest.raises(ValueError, match=message):
            customize_preset(fixture, settings)
    for command in ("", "'", " "):
        with pytest.raises(ValueError, match=r"expected|quotation|values"):
            customize_preset(find_preset("mcp-env"), {"command": command})
    with pytest.raises(ValueError, match="credential"):
        customize_preset(find_preset("mcp-run"), {"command": f"bot {T}"})


@pytest.mark.parametrize(
    "preset_text",
    [
        """syntax = "python"\noptions = { variable = "A = __import__('os').system('id') #" }""",
        """syntax = "tfvars"\noptions = { variable = "a = 1 #" }""",
        """syntax = "toml"\noptions = { array = "a]] #" }""",
        """syntax = "ini"\noptions = { section = "a] [b" }""",
        """syntax = "kubernetes"\noptions = { name = "A B" }""",
        """syntax = "dotenv"\nconstants = { LD_PRELOAD = "/tmp/x.so" }""",
        """syntax = "dotenv"\nconstants = { PATH = "/tmp" }""",
        """syntax = "shell"\nconstants = { BASH_ENV = "/tmp/x" }""",
        """syntax = "dotenv"\nconstants = { PYTHONSTARTUP = "/tmp/x" }""",
        """syntax = "dotenv"\nconstants = { node_options = "-r /tmp/x" }""",
        """syntax = "dotenv"\ndetails = { name = "GIT_SSH_COMMAND" }""",
        """syntax = "shell"\nconstants = { "A;id" = "x" }""",
        """syntax = "dotenv"\ncomment = "a\\nX=1" """,
    ],
)
def test_a_preset_from_elsewhere_runs_nothing(preset_text: str) -> None:
    text = f"[mine]\ntitle = 'x'\n{preset_text}\n[mine.names]\napi_key = 'KEY'\n"
    with pytest.raises(PresetFileError, match="mine"):
        read_presets(text.encode(), "mine.toml")
