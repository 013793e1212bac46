"""Proves that credentials of other tools are imported, from a shell, with a real keychain."""

from __future__ import annotations

import signal
from base64 import b64encode
from hashlib import sha512
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


def write_env(path: Path, *values: str) -> Path:
    names = ("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_SECRET")
    path.write_text("".join(f"{one}={value}\n" for one, value in zip(names, values, strict=True)))
    return path


def invent(user_id: str) -> tuple[str, str, str, str]:
    """Invented credentials in the shapes of X's, the same app for all."""
    return letters(25), letters(50, 1), f"{user_id}-{letters(40, 2)}", letters(45, 3)


def letters(count: int, seed: int = 0) -> str:
    """Letters and digits without a pattern, always the same."""
    return b64encode(sha512(bytes([seed])).digest(), b"aZ").decode()[:count]


def secrets_of(home: Path) -> tuple[str, ...]:
    """The four values of the first account that twurl keeps."""
    lines = [line.split() for line in (home / ".twurlrc").read_text().splitlines()]
    values = {words[0]: words[1] for words in reversed(lines) if len(words) > 1}
    names = ("consumer_key", "consumer_secret", "token", "secret")
    return tuple(values[f"{name}:"] for name in names)


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


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_leaves_whole_accounts(  # noqa: PLR0917 - fixtures
    twauth: TwauthCommand, sandbox: Sandbox, home: Path, clock: HookedClock, how: signal.Signals
) -> None:
    with twauth.start("import", "--yes", "--api-url", sandbox.url) as process:
        clock.action = lambda: process.send_signal(how)
        _, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode in {0, 130, -signal.SIGKILL}, err  # it may have been done already
    before = len(twauth("list", "--json").json)
    assert twauth("import", "--yes", "--api-url", sandbox.url).code == 0
    assert len(twauth("list", "--json").json) == 2 >= before
    assert twauth("check", "--all").code == 0


def test_without_x_it_is_kept_and_every_command_takes_it(twauth: TwauthCommand, home: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    env = write_env(home / ".env", *invent("1234567811"))
    named = write_twurlrc(home / "named", {"marsh_weather": invent("1234567822")})
    done = twauth("import", str(env), str(named), "--api-url", nowhere, "--json")
    assert (done.code, [one["result"] for one in done.json]) == (0, ["not-verified"] * 2), done.err
    app = done.json[0]["app"]
    again = twauth("import", str(env), str(named), "--api-url", nowhere, "--json")
    assert (again.code, [one["result"] for one in again.json]) == (0, ["same"] * 2)
    for name in ("1234567811", f"{app}/1234567811", f"{app}/@1234567811", f"{app}/@marsh_weather"):
        token = twauth("show", name, "--reveal", "--json").json["credentials"]["access_token"]
        assert token in {invent("1234567811")[2], invent("1234567822")[2]}
        assert twauth("export", name, "--preset", "json-snake").json["access_token"] == token
        run = twauth("run", name, "--preset", "x", "--", "printenv", "X_ACCESS_TOKEN")
        assert (run.code, run.out.strip()) == (0, token)
        assert twauth("check", name).code == 6
    assert twauth("remove", "1234567811", "--yes").code == 0
    assert twauth("remove", f"{app}/@marsh_weather", "--yes").code == 0
    assert twauth("list", "--json").json == []


def test_standard_input_is_a_file_without_a_name(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path
) -> None:
    text = (home / ".twurlrc").read_text()
    plan = twauth("import", "-", "--dry-run", "--json", stdin=text)
    assert {(one["tool"], one["file"]) for one in plan.json} == {("standard input", None)}
    done = twauth("import", "-", "--api-url", sandbox.url, stdin=text)
    assert (done.code, done.out.count("standard input:")) == (0, 2), done.err
    assert "plain text" not in done.err
    nothing = twauth("import", "-", stdin="API_KEY=op://vault/x/key\n")
    assert (nothing.code, "nothing to import" in nothing.err) == (3, True)
    assert twauth("import", "-", stdin="").code == 3


def test_an_interrupt_ends_the_wait_for_typed_text(twauth: TwauthCommand, home: Path) -> None:
    with TerminalUser(twauth.env, "import", "-", "--dry-run") as person:
        person.wait_for("Ctrl+D")
        person.type((home / ".twurlrc").read_text())
        assert person.interrupt() == 130
        assert "would be imported" not in person.seen
    with TerminalUser(twauth.env, "import", "-", "--dry-run") as person:
        person.wait_for("Ctrl+D")
        person.type(f"{(home / '.twurlrc').read_text()}\n\x04")
        assert person.wait_for_exit() == 0
        assert person.seen.count("would be imported") == 2


def test_an_app_tells_which_lines_it_did_not_use(twauth: TwauthCommand, home: Path) -> None:
    text = write_env(home / ".env", *invent("1234567811")).read_text()
    text += f"MASTODON_ACCESS_TOKEN={letters(43, 5)}\nCLIENT_SECRET=op://vault/x/y\n"
    added = twauth("app", "add", "Newsroom", stdin=text)
    assert added.code == 0, added.err
    for line, name in (
        (3, "access token"),
        (4, "access token secret"),
        (5, "MASTODON_ACCESS_TOKEN"),
        (6, "CLIENT_SECRET"),
    ):
        (told,) = (one for one in added.err.splitlines() if one.startswith(f"Line {line}: "))
        assert f"{name} was not used." in told
    assert not [one for one in (*invent("1234567811"), letters(43, 5)) if one in added.err]


def test_the_app_is_chosen_by_the_label_in_a_file(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path
) -> None:
    key, key_secret, token, secret = secrets_of(home)
    folder = home / "bots"
    folder.mkdir()
    (folder / "app.env").write_text(f"API_KEY={key}\nAPI_SECRET={key_secret}\n")
    (folder / "account").write_text(f"{token}\n{secret}\n")
    call = ("import", str(folder), "--api-url", sandbox.url)
    left = twauth(*call, "--dry-run")
    assert (left.code, "--app LABEL" in left.out) == (1, True), left.err
    wrong = twauth(*call, "--app", "nonsense")
    assert (wrong.code, "App from a file" in wrong.err) == (3, True), wrong.err
    assert twauth("app", "list", "--json").json == []
    done = twauth(*call, "--app", "app from a file")
    assert done.code == 0, done.err
    (account,) = twauth("list", "--json").json
    assert (account["handle"], account["app"]) == ("fernwick_news", "App from a file")


def test_what_is_not_used_is_told_with_its_line_and_the_exit_code(
    twauth: TwauthCommand, home: Path
) -> None:
    whole = write_env(home / ".env", *invent("1234567811")).read_text()
    for text, code, kind in (
        ("BEARER_TOKEN=your_bearer_token", 0, "no-key"),
        ("CLIENT_SECRET=op://vault/x/y", 0, "no-key"),
        ("ACCESS_TOKEN_B=op://vault/x/y\nACCESS_SECRET_B=op://vault/x/z", 1, "no-key"),
        (f"MASTODON_ACCESS_TOKEN={letters(43, 5)}", 1, "other-service"),
        (f"ACCESS_TOKEN_B=1234567833-{letters(40, 6)}", 1, "incomplete"),
    ):
        (home / ".env").write_text(f"{whole}{text}\n")
        ended = twauth("import", str(home / ".env"), "--dry-run", "--json")
        new, *told = ended.json
        assert (ended.code, new["result"]) == (code, "new"), ended.json
        assert {(one["result"], one["kind"]) for one in told} == {("skipped", kind)}
        assert (told[0]["file"], told[0]["line"]) == (str(home / ".env"), 5)
        assert told[0]["reason"].startswith(text.partition("=")[0])


def test_two_files_that_differ_are_a_choice_that_replace_does_not_make(
    twauth: TwauthCommand, home: Path
) -> None:
    one = write_env(home / "one", *invent("1234567811"))
    two = write_env(home / "two", *invent("1234567811")[:3], letters(45, 4))
    for more in ((), ("--replace",)):
        ended = twauth("import", str(one), str(two), "--api-url", "http://127.0.0.1:9", *more)
        assert (ended.code, ended.out.count("two sets of credentials")) == (1, 2), ended.err
        assert "~/one:3: user 1234567811: Other credentials" in ended.err
    assert twauth("list", "--json").json == []


def test_an_account_without_a_user_id_is_one_for_every_command(
    twauth: TwauthCommand, home: Path
) -> None:
    env = write_env(home / "old.env", *invent("1234567811")[:2], letters(40, 3), letters(45, 4))
    env.write_text("".join(f"TWITTER_{line}\n" for line in env.read_text().splitlines()))
    done = twauth("import", str(home / "old.env"), "--api-url", "http://127.0.0.1:9", "--json")
    assert [one["result"] for one in done.json] == ["not-verified"], done.err
    (row,) = twauth("list", "--json").json
    assert (row["user_id"], row["handle"][0]) == (None, "0")
    for name in (row["handle"], f"@{row['handle']}", f"{row['app']}/@{row['handle']}"):
        shown = twauth("show", name)
        assert (shown.code, "not known yet" in shown.out) == (0, True), shown.err
    run = twauth("run", row["handle"], "--", "printenv", "TWITTER_ACCESS_TOKEN")
    assert run.out.strip(), run.err
    assert twauth("remove", row["handle"], "--yes").code == 0


def test_each_original_is_deleted_only_with_a_yes_of_its_own(
    twauth: TwauthCommand, sandbox: Sandbox, home: Path
) -> None:
    env = write_env(home / "bot.env", *secrets_of(home))
    env.write_text(env.read_text() + "PORT=8080\n")
    call = ("import", str(home / ".twurlrc"), str(env), "--api-url", sandbox.url)
    done = twauth(*call)
    assert done.code == 0, done.err
    assert "~/bot.env (1 account). It also holds 1 line with something else (line 5)." in done.err
    assert done.err.count("twauth run @fernwick_news -- …") == 2
    with TerminalUser(twauth.env, *call, "--yes") as person:
        assert person.wait_for_exit() == 0
        assert "Delete" not in person.seen
    with TerminalUser(twauth.env, *call) as person:
        person.wait_for("~/.twurlrc: twurl may still read it. Delete it? [y/N]")
        person.type("\n")
        person.wait_for("Delete it with everything in it? [y/N]")
        person.type("y\n")
        assert person.wait_for_exit() == 0
        assert "The disk may keep its content" in person.seen
    assert ((home / ".twurlrc").exists(), env.exists()) == (True, False)
    app_alone = home / "app.env"
    app_alone.write_text(f"TWITTER_API_KEY={letters(25, 1)}\nTWITTER_API_SECRET={letters(50, 2)}\n")
    done = twauth("import", str(app_alone))
    assert "~/app.env (1 app)." in done.err
    assert "twauth run" not in done.err
