"""Proves that credentials of other tools are imported, from a shell, with a real keychain."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.command import CALL_SECONDS, TerminalUser, TwauthCommand
from tests.support.installations import TWURL_HANDLES, sign_in_elsewhere, write_twurlrc
from tests.support.sandbox_hooks import HookedClock
from tests.support.secret_search import search_files
from twauth_gui.cli.json_output import JSON_KEYS
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.keychain


@pytest.fixture
def home(twauth: TwauthCommand, sandbox: Sandbox, tmp_path: Path) -> Path:
    """A home in which twurl keeps two accounts of the sandbox, and Twauth none."""
    home = tmp_path / "home"
    home.mkdir()
    write_twurlrc(home / ".twurlrc", sign_in_elsewhere(tmp_path / "elsewhere", sandbox))
    twauth.env.update(HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"))
    return home


def secrets_in(home: Path) -> list[str]:
    lines = (home / ".twurlrc").read_text().splitlines()
    return [line.split()[-1] for line in lines if "secret:" in line or "token:" in line]


def test_what_is_found_is_shown_then_brought_in(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path, tmp_path: Path
) -> None:
    tokens = home / ".eliza" / "twitter" / "oauth2.tokens.json"
    tokens.parent.mkdir(parents=True)
    tokens.write_text('{"refresh_token": "r"}')
    shown = twauth("import", "--dry-run")
    assert (shown.code, shown.out.count("would be imported")) == (1, 2)
    assert "OAuth 2.0 tokens was skipped" in shown.err
    told = twauth("import", "--dry-run", "--json").json
    assert [one["result"] for one in told] == ["new", "new", "skipped"]
    assert (told[2]["kind"], told[2]["file"]) == ("oauth2", str(tokens))
    assert {frozenset(one) for one in told} == {frozenset(JSON_KEYS["import"])}
    assert twauth("list", "--json").json == []
    tokens.unlink()
    assert twauth("import", "--dry-run").code == 0

    asked = twauth("import", "--api-url", sandbox.url)
    assert (asked.code, "Add --yes" in asked.err) == (2, True)
    assert twauth("list", "--json").json == []
    done = twauth("import", "--yes", "--api-url", sandbox.url, "--json")
    assert done.code == 0, done.err
    assert [one["result"] for one in done.json] == ["imported", "imported"]
    assert {frozenset(one) for one in done.json} == {frozenset(JSON_KEYS["import"])}
    listed = twauth("list", "--json").json
    assert [one["handle"] for one in listed] == list(TWURL_HANDLES)
    assert {one["method"] for one in listed} == {"imported"}
    again = twauth("import")
    assert (again.code, again.out.count("already here")) == (0, 2)
    assert twauth("check", "--all").code == 0
    assert not search_files(secrets_in(home), [tmp_path / "data"])
    for output in (shown.out, shown.err, done.out, again.out, again.err):
        assert not [one for one in secrets_in(home) if one in output]


def test_a_file_that_gives_nothing_is_a_failure(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path
) -> None:
    ended = twauth("import", str(home / ".twurlrc"), str(home / "gone"), "--api-url", sandbox.url)
    assert (ended.code, "imported" in ended.out) == (1, True), ended.err
    assert "gone: the file was skipped. It cannot be read." in ended.err


def test_a_file_that_names_no_app_needs_one(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path
) -> None:
    path = home / "two-lines"
    path.write_text("\n".join(secrets_in(home)[1:3]))
    left = twauth("import", str(path))
    assert (left.code, "--app LABEL" in left.out) == (1, True)
    assert twauth("import", str(path), "--app", "nonsense").code == 3
    keys = f"{sandbox.demo_app.api_key}\n{sandbox.demo_app.api_secret}\n"
    assert twauth("app", "add", "Own", "--api-url", sandbox.url, stdin=keys).code == 0
    assert twauth("import", str(path), "--app", "own").code == 0
    assert [one["app"] for one in twauth("list", "--json").json] == ["Own"]


def test_a_file_full_of_nothing_is_read_at_once(twauth: TwauthCommand, home: Path) -> None:
    keys = f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}\n"
    (home / ".env").write_text("\n" * 40 + keys)
    (home / ".twarc").write_text("\n" * 26 + "x")
    (home / ".xurl").write_text("\n" * 200_000)
    shown = twauth("import", "--dry-run", str(home / ".env"), str(home / ".twarc"))
    assert (shown.code, shown.out.count("would be imported")) == (1, 1), shown.err
    assert twauth("import", "--dry-run").out.count("would be imported") == 2


def test_where_there_is_nothing_it_says_so(twauth: TwauthCommand, home: Path) -> None:
    (home / ".twurlrc").unlink()
    for arguments in ([], ["--dry-run"], [str(home / "gone")], [str(home)]):
        ended = twauth("import", *arguments)
        assert (ended.code, ended.out) == (3, ""), arguments
        assert "There is nothing to import." in ended.err
    assert twauth("import", HOME="", XDG_CONFIG_HOME="relative").code in {2, 3}


def test_a_person_is_asked_first(twauth: TwauthCommand, sandbox: Sandbox, home: Path) -> None:
    with TerminalUser(twauth.env, "import", "--api-url", sandbox.url) as person:
        person.wait_for("[y/N]")
        assert "@marsh_weather" in person.seen
        person.type("n\n")
        assert person.wait_for_exit() == 130
    assert twauth("list", "--json").json == []
    with TerminalUser(twauth.env, "import", "--api-url", sandbox.url, "--yes") as person:
        assert person.wait_for_exit() == 0
        assert "Importing" in person.seen, "a progress bar"
    assert len(twauth("list", "--json").json) == 2


def test_an_interrupt_leaves_whole_accounts(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path, clock: HookedClock
) -> None:
    with twauth.start("import", "--yes", "--api-url", sandbox.url) as process:
        clock.action = lambda: process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode in {0, 130}, err  # it may have been done already
    before = len(twauth("list", "--json").json)
    assert twauth("import", "--yes", "--api-url", sandbox.url).code == 0
    assert len(twauth("list", "--json").json) == 2 >= before
    assert twauth("check", "--all").code == 0
