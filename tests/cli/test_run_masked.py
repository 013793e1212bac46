"""Proves that masked output is whole and that signals and codes are the command's own."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command import CALL_SECONDS, PROGRAM, TerminalUser, TwauthCommand

pytestmark = [
    pytest.mark.keychain,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]

TOKEN = "TWITTER_ACCESS_TOKEN"
_KEYS = 20  # two signals can become one on the way, but hardly so often
_PIECES = f"""
import os, sys
token = os.environ["{TOKEN}"].encode()
for stream in (1, 2):
    for piece in (bytes(range(256)), token[:7], token[7:], b"|", token, token[:-1]):
        os.write(stream, piece)
sys.exit(7)
"""
_MUCH = f"""
import os, threading
block = bytes(range(256)) * 300 + os.environ["{TOKEN}"].encode()
def write(stream):
    for _ in range(100):
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(stream, rest):]
threads = [threading.Thread(target=write, args=(stream,)) for stream in (1, 2)]
for one in threads: one.start()
for one in threads: one.join()
"""
_CATCHING = """
import signal, sys
numbers = {getattr(signal, name) for name in sys.argv[2:]}
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
print("ready", flush=True)
for _ in range(int(sys.argv[1])):
    print("got", int(signal.sigwait(numbers)), flush=True)
sys.stdin.readline()
print("more", *signal.sigpending(), flush=True)
sys.exit(5)
"""


@contextmanager
def start(
    twauth: TwauthCommand,
    *command: str,
    descriptors: Sequence[int] = (),
    process_group: int | None = None,
) -> Generator[subprocess.Popen[bytes]]:
    """Start it; it is killed when the block ends, so that a failed test ends too."""
    process = subprocess.Popen(
        [*PROGRAM, "run", "--mask", "--", *command],
        env=twauth.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=descriptors,
        process_group=process_group,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def run(twauth: TwauthCommand, script: str) -> tuple[int, bytes, bytes]:
    with start(twauth, sys.executable, "-c", script) as process:
        out, err = process.communicate(timeout=CALL_SECONDS)
    return process.returncode, out, err


@pytest.mark.usefixtures("account")
def test_output_is_whole_and_masked(twauth: TwauthCommand) -> None:
    token = twauth("credential", "--field", "access_token").out.strip()
    expected = bytes(range(256)) + b"***|***" + token[:-1].encode()
    assert run(twauth, _PIECES) == (7, expected, expected)
    much = (bytes(range(256)) * 300 + b"***") * 100
    assert run(twauth, _MUCH) == (0, much, much)
    lines = "".join(f"{stream} {number}\n" for number in range(300) for stream in (1, 2))
    script = "import os\nfor n in range(300):\n for s in (1, 2): os.write(s, b'%d %d\\n' % (s, n))"
    words = ("run", "--mask", "--", sys.executable, "-c", script)
    assert twauth.call_in_shell("2>&1", *words).out == lines, "in the order in which it was written"
    result = twauth.call_in_shell("| head -n 1", "run", "--mask", "--", "yes")
    assert (result.out, result.err) == ("y\n", ""), "a reader that goes away ends the command"


@pytest.mark.usefixtures("account")
def test_the_end_is_the_command_s(twauth: TwauthCommand) -> None:
    for number in (signal.SIGSEGV, signal.SIGKILL, signal.SIGPIPE, signal.SIGINT):
        with start(twauth, "sh", "-c", f"echo 1; kill -{int(number)} $$") as process:
            out, _ = process.communicate(timeout=CALL_SECONDS)
        assert (process.returncode, out) == (-number, b"1\n")
    missing = twauth("run", "--mask", "--", "there-is-no-such-command")
    assert (missing.code, "There is no command" in missing.err) == (127, True)
    assert twauth("run", "--mask", "--", "/").code == 126
    full = twauth.call_in_shell(">/dev/full", "run", "--mask", "--", "printf", "x")
    assert (full.code, "not written completely" in full.err) == (1, True)


_BESIDE_A_THREAD = """
import os, sys, threading, time
from twauth_gui.cli.masked_process import run_masked
threading.Thread(target=time.sleep, args=(300,), daemon=True).start()
sys.exit(run_masked(["sh", "-c", "exit 5"], os.environ, ["value"], print))
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="it has no wait for signals that ends")
def test_the_end_is_noticed_though_another_thread_gets_the_signal() -> None:
    words = [sys.executable, "-c", _BESIDE_A_THREAD]
    assert subprocess.run(words, timeout=CALL_SECONDS, check=False).returncode == 5


@pytest.mark.usefixtures("account")
def test_signals_reach_the_command_once(twauth: TwauthCommand) -> None:
    names = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1")
    with start(twauth, sys.executable, "-c", _CATCHING, "5", *names) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        for number in (signal.Signals[name] for name in names):
            process.send_signal(number)
            assert process.stdout.readline() == f"got {int(number)}\n".encode()
        out, err = process.communicate(b"go\n", timeout=CALL_SECONDS)
    assert (process.returncode, out, err) == (5, b"more\n", b"")


@pytest.mark.usefixtures("account")
def test_default_actions_are_the_command_s(twauth: TwauthCommand) -> None:
    (alive, held), (quiet, writing) = os.pipe(), os.pipe()
    script = f"echo ready; exec cat </dev/fd/{quiet}"
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        if number == signal.SIGKILL and sys.platform != "linux":
            continue  # only there a child can ask to end with its parent
        with start(twauth, "sh", "-c", script, descriptors=[held, quiet]) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(number)
            assert process.wait(CALL_SECONDS) == -number
            process.stdout.close()
    os.close(held)
    assert select.select([alive], [], [], CALL_SECONDS)[0], "a command is left"
    assert os.read(alive, 1) == b""
    for one in (alive, quiet, writing):
        os.close(one)


@pytest.mark.usefixtures("account")
def test_a_key_of_the_terminal_reaches_the_command_once(twauth: TwauthCommand) -> None:
    words = ("run", "--mask", "--", sys.executable, "-c", _CATCHING, str(_KEYS), "SIGINT")
    with TerminalUser(twauth.env, *words) as person:
        person.wait_for("ready")
        for times in range(1, _KEYS + 1):
            person.type("\x03")
            person.wait_for(f"got {int(signal.SIGINT)}\r\n", times)
            assert person.seen.count("got") == times, "a signal came twice"
        person.type("go\n")
        assert person.wait_for_exit() == 5
        assert "more\r\n" in person.seen


@pytest.mark.usefixtures("account")
def test_it_stops_and_goes_on_with_the_command(twauth: TwauthCommand) -> None:
    with start(twauth, "sh", "-c", "echo ready; read line; exit 4", process_group=0) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        os.killpg(process.pid, signal.SIGTSTP)  # as Ctrl+Z does
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        os.killpg(process.pid, signal.SIGCONT)
        _ = process.communicate(b"go\n", timeout=CALL_SECONDS)
    assert process.returncode == 4


@pytest.mark.usefixtures("account")
def test_what_the_command_leaves_behind_is_masked_too(twauth: TwauthCommand) -> None:
    reading, writing = os.pipe()
    script = f'(read line </dev/fd/{reading}; echo "$line ${TOKEN}") & exit 3'
    with start(twauth, "sh", "-c", f"echo ready; {script}", descriptors=[reading]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        os.write(writing, b"late\n")
        out, _ = process.communicate(timeout=CALL_SECONDS)
    os.close(reading)
    os.close(writing)
    assert (process.returncode, out) == (3, b"late ***\n")


@pytest.mark.usefixtures("account")
def test_without_a_mask_nothing_stays_in_between(twauth: TwauthCommand, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with twauth.start("run", "--", "sh", "-c", f"echo $$ >{pid_file}; cat") as process:
        out, _ = process.communicate("typed", timeout=CALL_SECONDS)
    assert (out, pid_file.read_text()) == ("typed", f"{process.pid}\n")
