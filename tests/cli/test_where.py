"""twauth where: what is old after another sign-in, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.call_cases import UNKNOWN_KEYS
from tests.cli.prepared import sign_in
from tests.cli.test_journey import sign_in_and_read_notes
from tests.support.command import TwauthCommand
from twauth_gui.cli.json_output import JSON_KEYS

if TYPE_CHECKING:
    import pytest

BOT = "@fernwick_news"


def list_statuses(twauth: TwauthCommand, *words: str) -> dict[str, str]:
    listed = twauth("where", *words, "--json")
    assert listed.code == 0, listed.err
    return {one["kind"]: one["status"] for one in listed.json}


def test_copies_are_followed(
    twauth: TwauthCommand, app: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sign_in(twauth.env, app, "fernwick_news")
    assert "No copy is known." in twauth("where").err
    env, script = tmp_path / "bot.env", tmp_path / "bot.py"
    script.touch()
    assert twauth("tag", BOT, "--add", "news").code == 0
    for chosen in ((BOT,), ("--tag", "News")):
        assert twauth("run", *chosen, "--", "python3", str(script), "secret").code == 0
    assert twauth("export", BOT, "--preset", "x", "--output", str(env)).code == 0
    assert twauth("use", BOT, "--here").code == 0
    listed = twauth("where", BOT, "--json").json
    assert all(set(one) == set(JSON_KEYS["place"]) for one in listed)
    assert {one["destination"] for one in listed if one["kind"] == "program"} == {"python3 bot.py"}
    assert twauth("where", "--stale").err == "No place has old credentials.\n"
    current = {"folder": "name-only", "file": "current", "program": "current"}
    assert list_statuses(twauth) == list_statuses(twauth, "--tag", "news") == current
    assert twauth("where", "--tag", "new").code == 3
    assert "2 places still have the old one: " in sign_in_and_read_notes(
        twauth, app, "fernwick_news"
    )
    assert list_statuses(twauth, "--stale") == {"file": "old", "program": "old"}
    unasked = twauth("where", BOT, "--update")
    assert (unasked.code, "There is no terminal to ask on" in unasked.err) == (2, True)
    updated = twauth("where", BOT, "--update", "--yes")
    assert (updated.code, "Restart it if it runs." in updated.err) == (1, True)
    assert list_statuses(twauth, BOT) == {**current, "program": "old"}
    (program,) = twauth("where", "--stale", "--app", app, "--json").json
    assert twauth("where", "--forget", str(program["id"]), "--forget", "999").code == 3
    assert twauth("where", "--forget", str(program["id"])).code == 0
    assert list_statuses(twauth, "--stale") == {}
    assert "No place has old credentials." in twauth("where", "--update", "--yes").err
    assert "@fernwick_news  Current" in twauth("where").out


def test_new_keys_of_an_app(twauth: TwauthCommand, app: str) -> None:
    sign_in(twauth.env, app, "fernwick_news")
    assert twauth("export", BOT).code == 0
    replaced = twauth("app", "add", app, "--replace", stdin=UNKNOWN_KEYS)
    assert replaced.code == 0
    broken, outdated = replaced.err.splitlines()
    assert broken == "Regenerating this app's keys breaks 1 account in 1 place: Standard output."
    assert outdated == (
        "1 place still has the old one: Standard output."
        f" To update: twauth where --app {app} --update"
    )
