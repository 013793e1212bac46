"""The command's presets: listed, kept, shared; and exports with what they can be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import TwauthCommand

OWN = """[newsletter]
title = "Newsletter"
syntax = "dotenv"
names = { api_key = "NEWS_KEY", access_token = "NEWS_TOKEN" }
"""


def test_own_presets_from_a_file_to_another_computer(bare: TwauthCommand, tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_text(OWN)
    assert bare("presets", "add", str(path)).code == 0
    listed = {one["id"]: one for one in json.loads(bare("presets", "--json").out)}
    assert listed["newsletter"]["own"]
    assert not listed["classic-bot"]["own"]
    again = bare("presets", "add", str(path))
    assert (again.code, "--force" in again.err) == (2, True)
    shown = bare("presets", "show", "newsletter")
    assert "Read by python-dotenv" in shown.err
    other = TwauthCommand({**bare.env, "TWAUTH_DATA_DIR": str(tmp_path / "other")})
    assert other("presets", "add", "-", stdin=shown.out).code == 0
    assert other("presets", "show", "newsletter").out == shown.out
    assert bare("presets", "remove", "newsletter").code == 0
    assert bare("presets", "remove", "newsletter").code == 3


def test_an_edit_is_checked(bare: TwauthCommand, tmp_path: Path) -> None:
    assert bare("presets", "duplicate", "x", "mine", "--title", "Mine").code == 0
    good = TwauthCommand({**bare.env, "EDITOR": "sed -i s/X_API_KEY/MY_KEY/"})
    assert good("presets", "edit", "mine").code == 0
    assert "MY_KEY" in bare("presets", "show", "mine").out
    broken = TwauthCommand({**bare.env, "EDITOR": "sed -i s/dotenv/dotty/"})
    refused = broken("presets", "edit", "mine")
    assert refused.code == 2
    assert "mine.toml, line 4: mine.syntax: It is one of dotenv" in refused.err
    assert "dotty" not in bare("presets", "show", "mine").out
    same = TwauthCommand({**bare.env, "EDITOR": "true"})
    assert "Nothing was changed" in same("presets", "edit", "mine").err
    builtin = bare("presets", "edit", "x")
    assert (builtin.code, "twauth presets duplicate x" in builtin.err) == (2, True)
    (Path(bare.env["TWAUTH_DATA_DIR"]) / "presets" / "mine.toml").write_text("?")
    listed = bare("presets")
    assert (listed.code, "mine.toml: It is no valid TOML" in listed.err) == (0, True)
    repair = TwauthCommand({**bare.env, "EDITOR": f"cp {tmp_path / 'good.toml'}"})
    (tmp_path / "good.toml").write_text(OWN.replace("[newsletter]", "[mine]"))
    assert repair("presets", "edit", "mine").code == 0
    assert "NEWS_TOKEN" in bare("presets", "show", "mine").out


@pytest.mark.keychain
def test_an_export_can_be_told_more(twauth: TwauthCommand, account: str, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    assert twauth("presets", "add", str(tmp_path / "own.toml")).code == 0
    assert "NEWS_TOKEN=" in twauth("export", account, "--preset", "newsletter").out
    ran = twauth("run", account, "--preset", "newsletter", "--", "printenv", "NEWS_KEY")
    assert (ran.code, bool(ran.out)) == (0, True)
    grouped = twauth("export", account, "--preset", "x", "--several", "suffix")
    assert "X_API_KEY_FERNWICK_NEWS=" in grouped.out
    fixture = ("export", account, "--preset", "django-fixture", "--set", "model=bots.bot")
    named = json.loads(twauth(*fixture, "--set", "access_token=token").out)
    assert named[0]["model"] == "bots.bot"
    assert "token" in named[0]["fields"]
    wrong = twauth(*fixture, "--set", "pk=x")
    assert (wrong.code, "The option pk is a number" in wrong.err) == (2, True)
    for words in (("--set", "model"), ("--several", "map"), ("--preset", "x-file")):
        assert twauth("export", account, *words).code == 2
    (tmp_path / "Böts").mkdir()
    each = str(tmp_path / "Böts" / "my {handle}.env")
    written = twauth("export", account, "--output", each)
    assert written.code == 0, written.err
    assert "TWITTER_CONSUMER_KEY=" in (tmp_path / "Böts" / "my fernwick_news.env").read_text()
    assert twauth("export", account, "--output", each).code == 1
    assert twauth("export", account, "--output", each, "--force").code == 0
    folder = ("--preset", "systemd-credentials", "--output", str(tmp_path / "bot"))
    assert twauth("export", account, *folder).code == 0
    assert len(list((tmp_path / "bot").iterdir())) == 4
    server = twauth("export", account, "--preset", "mcp-run", "--set", "twauth=/opt/twauth")
    assert json.loads(server.out)["mcpServers"]["x"]["command"] == "/opt/twauth"
    assert "It contains no value" in server.err
