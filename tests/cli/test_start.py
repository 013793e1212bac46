"""Proves that the command starts light, and ends well if something around it fails."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
import requests

from tests.support.command import PROGRAM, TwauthCommand, interrupt
from tests.support.sample_index import fill_index
from twauth_gui import __version__
from twauth_gui.cli.root import COMMANDS, root
from twauth_gui.sandbox.faults import FAULTS

HEAVY = {"PySide6", "tweepy", "requests", "oauthlib", "keyring", "secretstorage", "asyncio"}
_LOADED = """
import sys
from twauth_gui.cli.main import main
code = main(sys.argv[1:])
print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["list", "--json"], ["presets"]])
def test_what_needs_neither_network_nor_keychain_loads_neither(
    bare: TwauthCommand, arguments: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments],
        env=bare.env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout
    assert not HEAVY & set(done.stderr.split())


def test_version_and_help(bare: TwauthCommand) -> None:
    assert bare("--version").out == f"Twauth {__version__}\n"
    plain, help_result = bare(), bare("--help")
    assert (plain.code, plain.out) == (0, help_result.out)
    assert "authorize" in help_result.out


def test_every_command_resolves() -> None:
    ctx = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(ctx, name)
        assert command is not None
        assert command.name == name


def test_a_mistyped_command_gets_similar_ones(bare: TwauthCommand) -> None:
    result = bare("chekc")
    assert (result.code, result.out) == (2, "")
    assert "No such command 'chekc'. Did you mean 'check'?" in result.err


def test_wrong_use_is_reported_on_standard_error(bare: TwauthCommand) -> None:
    for arguments in (["nonsense"], ["list", "--nonsense"], ["run", "true"], ["authorize"]):
        result = bare(*arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert result.err.startswith("twauth: ")
        assert "Traceback" not in result.err


def test_without_a_keychain_a_secret_is_not_kept(bare: TwauthCommand) -> None:
    result = bare("app", "add", "Newsroom", stdin="K" * 25 + "\n" + "S" * 50 + "\n")
    assert result.code == 4
    assert "No keychain on this computer." in result.err
    assert "Next: twauth --vault file" in result.err
    assert bare("app", "list", "--json").json == []


def test_a_pin_on_the_command_line_is_refused_unread(bare: TwauthCommand) -> None:
    for arguments in (["authorize", "--app", "x"], ["resume", "x"]):
        result = bare(*arguments, "--pin", "1234567")
        assert result.code == 2
        assert "1234567" not in result.err


@pytest.mark.parametrize(
    ("redirection", "expected_output"),
    [
        (">/dev/full", "No space left"),
        (">&-", "no standard output"),
        ("2>&- >/dev/full", ""),
    ],
)
def test_output_that_does_not_get_out_is_a_failure(
    bare: TwauthCommand, redirection: str, expected_output: str
) -> None:
    for arguments in (["presets", "--json"], ["--version"], ["--help"]):
        if arguments == ["--help"] and redirection == ">&-":
            continue  # click says it to nobody, and calls that done
        result = bare.call_in_shell(redirection, *arguments)
        assert result.code == 1
        assert expected_output in result.err
        assert "Traceback" not in result.err


def test_a_reader_that_has_had_enough_gets_no_words(bare: TwauthCommand) -> None:
    result = bare.call_in_shell("| head -n 1", "presets")
    assert result.out.startswith("PRESET")
    assert result.err == ""


def test_closed_standard_input_is_refused_clearly(bare: TwauthCommand) -> None:
    result = bare.call_in_shell("<&-", "app", "add", "Newsroom")
    assert result.code == 2
    assert "Standard input has no API key" in result.err
    for words in (("presets", "add", "-"), ("destinations", "add", "-")):
        result = bare.call_in_shell("<&-", *words)
        assert (result.code, "Standard input is closed." in result.err) == (2, True)


def test_a_label_of_no_letters_is_refused(bare: TwauthCommand) -> None:
    for label in (" ", "\udcff", "a\x1b[2J"):
        result = bare("app", "add", label)
        assert (result.code, "This label is not valid" in result.err) == (2, True)


def test_without_home_the_named_folder_will_do(bare: TwauthCommand, tmp_path: Path) -> None:
    assert bare("list").code == 0
    folder = tmp_path / "elsewhere"
    assert bare("--data-dir", str(folder), "--quiet", "list").err == ""
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_profile_is_a_folder_of_its_own(bare: TwauthCommand, tmp_path: Path) -> None:
    base = tmp_path / "base"
    env = {"XDG_DATA_HOME": str(base)}
    folder = base / "twauth-profiles" / "work"
    assert bare("--profile", "work", "--quiet", "list", **env).code == 0
    assert folder.is_dir()
    result = bare("list", **env, TWAUTH_DATA_DIR="", TWAUTH_PROFILE="../work")
    assert (result.code, "at most 40 of them" in result.err) == (1, True)
    result = bare("--profile", "a b", "list", **env)
    assert (result.code, "at most 40 of them" in result.err) == (2, True)
    folder.rename(base / "gone")
    assert bare("--profile", "work", "--data-dir", str(tmp_path / "x"), "list", **env).code == 0
    assert not folder.exists()
    fill_index(folder, 2)
    assert "@fernwick" in bare("list", **env, TWAUTH_DATA_DIR="", TWAUTH_PROFILE="work").out


def test_a_user_without_any_home_is_refused() -> None:
    nobody = "import sys; sys.modules['pwd'] = None"  # as if no user were listed
    done = subprocess.run(
        [sys.executable, "-c", f"{nobody}\n{_LOADED}", "list"],
        env={"PATH": os.environ["PATH"], "HOME": "nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no home folder" in done.stderr


def test_a_data_folder_that_cannot_be_written(bare: TwauthCommand, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = bare("list", TWAUTH_DATA_DIR=str(tmp_path / "file" / "data"))
    assert result.code == 1
    assert "cannot be opened" in result.err
    assert "Traceback" not in result.err


def test_a_locale_without_these_letters_costs_nothing_but_them(bare: TwauthCommand) -> None:
    result = bare.call_in_shell("2>/dev/null", "--help", PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert result.out.startswith("Usage: twauth")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_runs_until_it_is_interrupted(bare: TwauthCommand, how: signal.Signals) -> None:
    with bare.start("sandbox", "--port", "0") as process:
        assert process.stdout is not None
        output = "".join(iter(process.stdout.readline, "Press Ctrl+C to stop.\n"))
        result = interrupt(process, how)
    assert "twauth app add sandbox --api-url http://127.0.0.1:" in output
    assert (result.code, result.err) == (0, "")


def test_sandbox_faults_apply_to_all_requests_or_to_one(bare: TwauthCommand) -> None:
    words = ("sandbox", "--port", "0", "--fault", "rate-limited", "--fault", "clock-behind")
    with bare.start(*words, "--request-faults") as process:
        assert process.stdout is not None
        output = "".join(iter(process.stdout.readline, "Press Ctrl+C to stop.\n"))
        url = output.partition("running at ")[2].split()[0]
        answer = requests.get(
            f"{url}/2/users/me", headers={"X-Twauth-Fault": "html-503"}, timeout=30
        )
        interrupt(process, signal.SIGINT)
    assert "Broken on purpose" in output
    assert "11 minutes behind" in output
    assert answer.status_code == 503
    listed = bare("sandbox", "--fault", "list")
    assert listed.out == bare("sandbox", "--faults").out
    assert len(listed.out.splitlines()) == len(FAULTS) + 1
    wrong = bare("sandbox", "--fault", "earthquake")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--faults lists them" in wrong.err


def test_a_sandbox_on_a_taken_port_says_so(bare: TwauthCommand) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        result = bare("sandbox", "--port", str(port))
    assert result.code == 1
    assert f"Port {port} of this computer is in use." in result.err


def test_completion_scripts_and_what_they_ask_for(bare: TwauthCommand) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_TWAUTH_COMPLETE" in bare("completion", shell).out
    offered = bare(
        COMP_WORDS="twauth export --preset json-s",
        COMP_CWORD=" ",
        _TWAUTH_COMPLETE="bash_complete",
    )
    assert offered.out == "plain,json-snake\n"


def test_the_program_can_be_called_from_python() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, check=True)
    assert done.stderr == b""
