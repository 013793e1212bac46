"""Proves that every command ends with a code and a sentence where the world around it is poor."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.filling import fill
from tests.cli.test_journey import signed_in
from tests.cli.twauth import PROGRAM, SECONDS, Twauth, bare_environment
from tests.support.programs import require_program
from tests.support.secret_service import SecretService
from twauth_gui.cli.commands.registry import COMMANDS
from twauth_gui.cli.exit_codes import MEANINGS
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.keychain
FULL = bool(os.environ.get("TWAUTH_FULL"))

# What each command is asked that ends by itself and changes nothing; see _ELSEWHERE for the rest.
CALLS: dict[str, tuple[str, ...]] = {
    "app": ("list", "--json"),
    "attempts": ("--json",),
    "authorize": ("--app", "Newsroom", "--no-wait", "--json"),
    "backup": ("--help",),
    "check": ("--all", "--json"),
    "completion": ("bash",),
    "doctor": ("--json",),
    "export": ("@fernwick_news", "--preset", "json-snake"),
    "import": ("bots.env", "--dry-run", "--json"),
    "list": (),
    "network": (),
    "presets": ("--json",),
    "run": ("@fernwick_news", "--", "printenv", "TWITTER_ACCESS_TOKEN"),
    "scopes": (),
    "show": ("@fernwick_news", "--json"),
    "unlock": (),
    "use": ("@fernwick_news",),
    "vault": ("show", "--json"),
}
_ELSEWHERE = {
    *("refresh", "remind", "remove", "renew", "restore", "resume", "revoke", "sandbox"),
}
_WRITERS = ("app", "export", "list", "run", "show", "vault")  # each writes in a way of its own
_FEW = ("authorize", "check", "list", "run")  # of every kind one
_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture(scope="module")
def ready(keychain: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twauth]:
    """The command with one account signed in, in a folder with a file of another tool."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "bots.env").write_text(f"API_KEY={'k' * 25}\nAPI_SECRET={'s' * 50}\n")
    twauth = Twauth({**keychain.env, "TWAUTH_DATA_DIR": str(folder / "data")})
    with Sandbox(0) as sandbox:
        demo = sandbox.demo_app
        keys = f"{demo.api_key}\n{demo.api_secret}\n"
        assert twauth("app", "add", "Newsroom", "--api-url", sandbox.url, stdin=keys).code == 0
        signed_in(twauth, "Newsroom", "fernwick_news")
        yield twauth


def _words(name: str, twauth: Twauth) -> list[str]:
    beside = Path(twauth.env["TWAUTH_DATA_DIR"]).parent
    words = [str(beside / word) if word == "bots.env" else word for word in CALLS[name]]
    return [name, *words]


def test_every_command_is_called_here_or_by_its_own_journeys() -> None:
    assert set(CALLS) | _ELSEWHERE == set(COMMANDS)
    journeys = "".join(one.read_text() for one in Path(__file__).parent.glob("test_*.py"))
    for name in _ELSEWHERE:
        assert f'("{name}"' in journeys, name


@pytest.mark.parametrize("name", CALLS)
def test_closed_input_and_a_poor_locale_cost_nothing(ready: Twauth, name: str) -> None:
    ended = ready.shell("<&-", *_words(name, ready), **_ASCII)
    assert ended.code == 0, ended.err
    assert ended.out
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("name", CALLS if FULL else _WRITERS)
def test_a_full_disk_is_told(ready: Twauth, name: str) -> None:
    ended = ready.shell(">/dev/full", *_words(name, ready))
    assert ended.code == (2 if name == "run" else 1)  # there it is printenv's own
    assert "No space left" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("name", CALLS if FULL else _FEW)
def test_a_terminal_that_is_gone(ready: Twauth, name: str) -> None:
    master, slave = os.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *_words(name, ready)],
        env=ready.env,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    os.close(master)
    code = process.wait(timeout=SECONDS)
    assert code in {*MEANINGS, -signal.SIGHUP}


@pytest.mark.parametrize("name", CALLS if FULL else _FEW)
def test_an_interrupt_at_any_moment_ends_it(ready: Twauth, name: str) -> None:
    """The program says when it stands, on a pipe of its own; then it is interrupted at once."""
    reading, writing = os.pipe()
    entry = (
        f"import os, sys; from twauth_gui.cli.main import main; os.write({writing}, b'x');"
        " sys.exit(main())"
    )
    process = subprocess.Popen(
        [PROGRAM[0], "-c", entry, *_words(name, ready)],
        env=ready.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[writing],
        text=True,
    )
    os.close(writing)
    assert os.read(reading, 1) == b"x"
    os.close(reading)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode in {0, 130, -signal.SIGINT}, err
    assert "Traceback" not in err or process.returncode == -signal.SIGINT


def test_no_home_is_told_or_not_needed(tmp_path: Path) -> None:
    bare = Twauth({"PATH": os.environ["PATH"], "HOME": "nowhere"})
    for words, code in ((["presets"], 0), (["list"], 1), (["show"], 1), (["import"], 2)):
        ended = bare(*words)
        assert ended.code == code, (words, ended.err)
        assert "Traceback" not in ended.err
        assert code == 0 or "no home folder" in ended.err


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    data = home / ".local" / "share" / "twauth"
    fill(data, 3)
    empty = tmp_path / "empty"
    empty.mkdir()
    env = bare_environment(tmp_path)
    del env["TWAUTH_DATA_DIR"]
    data.chmod(0o500)
    empty.chmod(0o500)
    try:
        listed = _powerless(env, home, "list")
        assert (listed.returncode, listed.stdout.count("@")) == (0, 3), listed.stderr
        for name in ("list", "show", "attempts", "doctor"):
            ended = _powerless(env, empty, name)
            assert ended.returncode in {1, 4}, (name, ended.stderr)
            assert "Traceback" not in ended.stderr
            assert "cannot be opened" in ended.stderr + ended.stdout, name
    finally:
        data.chmod(0o700)
        empty.chmod(0o700)


def _powerless(env: dict[str, str], home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it as somebody who may not write what is not writable; root otherwise may."""
    program = [*PROGRAM, *words]
    if os.geteuid() == 0:
        without = "--bounding-set=-dac_override,-dac_read_search"
        program = [require_program("setpriv"), without, *program]
    return subprocess.run(
        program,
        env={**env, "HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
