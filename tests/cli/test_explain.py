"""Proves that twauth explain explains a bot's output, without keychain, network or list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.command import TerminalUser, TwauthCommand, minimal_environment
from tests.support.installations import Installation
from tests.xapi.printed_errors import PRINTED_ERRORS, SAMPLES
from twauth_gui.cli.json_output import JSON_KEYS
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.sandbox.server import Sandbox

TEXTS = {sample.name: sample.text for sample in SAMPLES}
SECRET = "Invented0Secret0That0Opens0Nothing0AtAll0Ever00000"


def test_standard_input_and_a_file_are_explained_alike(bare: TwauthCommand, tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text(TEXTS["tweepy duplicate"], encoding="utf-8")
    piped, named = bare("explain", stdin=TEXTS["tweepy duplicate"]), bare("explain", str(log))
    assert (piped.code, piped.err) == (0, "")
    assert piped == named == bare("explain", "-", stdin=TEXTS["tweepy duplicate"])
    title, advice, *rest = piped.out.splitlines()
    assert title == "This account posted the same text recently."
    assert advice.startswith("Change the text")
    assert rest[-3].startswith("X said: You are not allowed to create a Tweet with duplicate")
    assert rest[-2].startswith("Understood: status 403, /2/tweets, line ")
    assert rest[-1] == "Next: https://x.com"


def test_nothing_is_created_where_there_is_no_list(bare: TwauthCommand, tmp_path: Path) -> None:
    assert bare("explain", stdin=TEXTS["curl -v"]).code == 0, "it even names an API key"
    assert list(tmp_path.iterdir()) == []


def test_the_code_tells_whether_a_reason_is_reported(bare: TwauthCommand, tmp_path: Path) -> None:
    known = bare("explain", stdin=TEXTS["curl -v"])
    unknown = bare("explain", stdin=TEXTS["unknown problem"])
    nothing = bare("explain", stdin="All is well.")
    missing = bare("explain", str(tmp_path / "missing.log"))
    folder = bare("explain", str(tmp_path))
    assert [one.code for one in (known, unknown, nothing, missing, folder)] == [0, 1, 1, 2, 2]
    assert "X said: The moon is not right." in unknown.out
    assert (nothing.out, "The text shows no refusal by X" in nothing.err) == ("", True)
    assert "missing.log cannot be read." in missing.err
    assert "directory" in folder.err


def test_json_is_what_the_manual_says(bare: TwauthCommand) -> None:
    found = bare("explain", "--json", stdin=TEXTS["several"]).json
    assert [one["diagnosis"]["kind"] for one in found] == [
        *("no-credits", "x-down", "post-duplicate", "rate-limited"),
    ]
    for one in found:
        assert set(one) == set(JSON_KEYS["explanation"])
        assert set(one["diagnosis"]) == set(JSON_KEYS["diagnosis"])
    assert found[0]["line"] == 9
    assert found[0]["next"] == "https://console.x.com"
    nothing = bare("explain", "--json", stdin="All is well.")
    assert (nothing.code, nothing.json) == (1, [])


def test_others_are_named_below(bare: TwauthCommand) -> None:
    _, _, below = bare("explain", stdin=TEXTS["several"]).out.partition("Also in the text:\n")
    assert below.splitlines() == [
        "  X has a problem on its side. (status 503, line 7)",
        "  This account posted the same text recently. (status 403, line 5)",
        "  X asks to wait, and the bot's library is waiting. (line 2)",
    ]


def test_an_account_is_recognised_from_the_list_alone(
    sandbox: Sandbox, tmp_path: Path, bare: TwauthCommand
) -> None:
    """There is no keychain; the list is read without being changed."""
    installation = Installation.create(tmp_path / "data", sandbox)
    account = installation.sign_in(installation.add_app())
    token = installation.access_token(account)
    installation.services.checker.check(account.id, CancelToken())
    installation.services.close()
    before = sorted((tmp_path / "data").rglob("*"))
    log = f'auth: oauth_token="{token}"\n{TEXTS["code 89"]}'
    result = bare("explain", stdin=log)
    assert result.code == 0, result.err
    assert "Account: @fernwick_news under Newsroom" in result.out
    assert "@fernwick_news at the last check in Twauth: Working." in result.out
    assert "Next: twauth authorize --app Newsroom --expect @fernwick_news" in result.out
    assert token not in result.out
    found = bare("explain", "--json", stdin=log).json[0]
    assert (found["account"], found["app"]) == ("fernwick_news", "Newsroom")
    bare_keys = bare("explain", stdin=f"@fernwick_news\n{TEXTS['tweepy without keys']}")
    assert "Next: twauth run @fernwick_news -- COMMAND…" in bare_keys.out
    unsure = bare("explain", stdin=f"@fernwick_news\n{TEXTS['v2 unauthorized']}")
    assert (unsure.code, "Next: twauth check @fernwick_news" in unsure.out) == (1, True)
    assert sorted((tmp_path / "data").rglob("*")) == before


@pytest.mark.keychain
def test_an_app_is_recognised_by_the_key_that_a_log_names(
    twauth: TwauthCommand, app: str, sandbox: Sandbox
) -> None:
    key = sandbox.demo_app.api_key
    for named in (key, key[:8]):
        result = twauth("explain", stdin=f'oauth_consumer_key="{named}"\n{TEXTS["code 32"]}')
        assert f"App: {app}\n" in result.out, result.err
        assert f"Next: twauth app add {app} --replace" in result.out
        assert key[:8] not in result.out + result.err
    other = twauth("explain", stdin=f'oauth_consumer_key="Other{key}"\n{TEXTS["code 32"]}')
    assert "App: " not in other.out


def test_credentials_around_an_error_are_not_repeated(bare: TwauthCommand) -> None:
    text = f"X_ACCESS_SECRET={SECRET}\nAuthorization: Bearer {SECRET}\n{TEXTS['axios']}"
    result = bare("explain", "--json", stdin=text)
    assert (result.code, SECRET in result.out + result.err, "Invented" in result.out) == (
        0,
        False,
        False,
    )


def test_of_a_long_text_the_end_is_read_and_that_is_reported(
    bare: TwauthCommand, tmp_path: Path
) -> None:
    log = tmp_path / "long.log"
    log.write_bytes(
        b"2026-09-20 10:00:00 INFO all is well\n" * 40_000 + PRINTED_ERRORS.read_bytes()
    )
    result = bare("explain", str(log))
    assert result.code == 0
    assert "Only its last 256 KB were read." in result.err
    assert bare("--quiet", "explain", str(log)).err == ""
    endless = bare("explain", "/dev/zero")
    assert (endless.code, "The text shows no refusal by X" in endless.err) == (1, True)


def test_escape_codes_never_reach_the_terminal(bare: TwauthCommand) -> None:
    text = '{"title":"\x1b]0;pwned\x07\x1b[2J","detail":"\u202emoon \\u001b[31mphase","status":403,'
    result = bare("explain", stdin=text + '"type":"about:blank"}\n\x1b[31m403 Forbidden\x1b[0m')
    assert result.out
    assert "\x1b" not in result.out + result.err
    assert "\x07" not in result.out
    assert "\u202e" not in result.out


def test_a_person_at_a_terminal_is_told_what_to_do(tmp_path: Path) -> None:
    with TerminalUser(minimal_environment(tmp_path), "explain") as person:
        person.wait_for("then press Ctrl+D")
        person.type("403\n\x04")
        assert person.wait_for_exit() == 1
        assert "X does not allow this" in person.seen


def test_a_list_that_is_damaged_costs_a_name_and_no_explanation(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "index.sqlite3").write_bytes(os.urandom(4096))
    result = TwauthCommand(minimal_environment(tmp_path))(
        "explain", stdin=f"api_key=abcdefgh\n{TEXTS['code 32']}"
    )
    assert (result.code, result.err) == (0, "")
