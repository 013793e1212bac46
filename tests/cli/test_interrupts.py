"""Proves that Ctrl+C ends every command at any moment, and leaves nothing half done."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import termios
import threading
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.call_cases import (
    CALLS,
    CALLS_WITH_QUESTION,
    QUICK_CALLS_WITH_QUESTION,
    open_terminal,
)
from tests.cli.command_environment import (
    APP,
    IS_FULL_RUN,
    CommandEnvironment,
    PreparedCall,
    start_call,
)
from tests.cli.interrupt_process import COUNT_CALLS, SHUTDOWN_PLACE
from tests.support.command import CALL_SECONDS, INTERRUPT_SECONDS
from tests.support.dbus import Bus
from tests.support.wait import wait_until

pytestmark = pytest.mark.keychain
STRIKES = 6 if IS_FULL_RUN else 2
_FEW = ("list", "refresh", "vault move")
_SPEAKING = (
    *("app check", "app bearer", "authorize", "renew", "check", "import", "revoke", "remove"),
    "doctor",
)
_WITH_KEYCHAIN = (
    *("app add", "app remove", "resume", "remind", "show", "refresh", "export", "run", "backup"),
    *("restore", "unlock", "vault show", "vault move", *_SPEAKING),
)
_READING = [
    name for name, call in CALLS.items() if call.no_input_message or "assphrase" in call.question
]


def interrupter(at: int | str, strike_file: Path) -> tuple[str, ...]:
    """The program of interrupt_process.py, which interrupts itself."""
    return sys.executable, "-m", "tests.cli.interrupt_process", str(at), str(strike_file)


@pytest.mark.parametrize("name", CALLS if IS_FULL_RUN else _FEW)
def test_an_interrupt_at_any_point_of_our_code(
    environment: CommandEnvironment, tmp_path: Path, name: str
) -> None:
    """At the start and then evenly up to the end; the call before has counted the moments."""
    call, strike_file = CALLS[name], tmp_path / "told"
    assert (
        environment.call(call.prepare(environment), *interrupter(COUNT_CALLS, strike_file)).code
        == 0
    )
    moments = strike_file.stat().st_size
    for strike in range(STRIKES):
        prepared = call.prepare(environment)
        at = 2 + (moments - 2) * strike // STRIKES  # the first is main() itself, not yet within
        with start_call(environment.twauth.env, prepared, interrupter(at, strike_file)) as process:
            _, err = process.communicate(timeout=CALL_SECONDS)
        where, code = strike_file.read_text(), process.returncode
        assert where, "this time it had fewer moments"
        assert "Traceback" not in err, (where, err)
        # A job may finish what it has started despite the interrupt, and report it.
        # The sandbox has no other end. On the main thread nothing continues.
        in_job = not where.startswith("MainThread") or "cli/jobs.py" in where
        may_finish = name == "sandbox" or (call.is_finished_on_interrupt and in_job)
        assert code == 130 or (may_finish and code == 0), (where, code, err)
        assert code or prepared.is_done is None or prepared.is_done(), where
        environment.check_whole(prepared)


def press_until_end(process: subprocess.Popen[str]) -> int:
    """Press Ctrl+C until the process ends, as an impatient user does; return how often."""
    for times in range(1, CALL_SECONDS):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(INTERRUPT_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return times
    raise AssertionError("Ctrl+C does not end it")


def interrupt_until_ended(process: subprocess.Popen[str]) -> tuple[int, int]:
    """End it with Ctrl+C; return the exit code, and how often it took."""
    times = press_until_end(process)
    _, err = process.communicate(timeout=CALL_SECONDS)
    assert "Traceback" not in err
    return process.returncode, times


@pytest.mark.parametrize("name", _SPEAKING if IS_FULL_RUN else ("check", "revoke"))
def test_x_does_not_respond(environment: CommandEnvironment, name: str) -> None:
    prepared = CALLS[name].prepare(environment)
    arrived, released = threading.Event(), threading.Event()

    def hang() -> None:
        arrived.set()
        released.wait(CALL_SECONDS)

    environment.clock.action = hang
    try:
        with start_call(environment.twauth.env, prepared) as process:
            assert arrived.wait(CALL_SECONDS)
            assert interrupt_until_ended(process)[0] == 130
    finally:
        released.set()
    assert prepared.is_done is None or not prepared.is_done()
    environment.check_whole(prepared)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        *((name, "store/keychain.py read") for name in ("export", "remind", "run", "show")),
        ("vault show", "store/keychain.py probe"),
        *((name, "store/crash_recovery.py run") for name in ("app add", "remove")),
        ("import", "transfer/tools/reader.py read_file"),
    ],
)
def test_nothing_is_started_after_an_interrupt(
    environment: CommandEnvironment, tmp_path: Path, name: str, place: str
) -> None:
    """No bot is started, and no secret printed, with what a job has fetched meanwhile."""
    prepared, strike_file = replace(CALLS[name].prepare(environment), stdin=""), tmp_path / "told"
    result = environment.call(prepared, *interrupter(place, strike_file))
    assert place in strike_file.read_text()
    assert (result.code, result.out) == (130, "")
    assert result.err.endswith("twauth: Cancelled.\n")
    environment.check_result(prepared, done=False)


def test_no_trial_item_is_left_behind(environment: CommandEnvironment, tmp_path: Path) -> None:
    """The doctor writes one, and deletes it even if it is interrupted meanwhile."""
    strike_file = tmp_path / "told"
    result = environment.call(
        PreparedCall(("doctor",)), *interrupter("store/keychain.py write", strike_file)
    )
    assert strike_file.read_text().startswith("keychain ")
    assert result.code == 130
    environment.check_whole()


def test_no_question_follows_an_interrupt(environment: CommandEnvironment) -> None:
    """If X's link arrived nevertheless, it is saved, and the next step is printed."""
    before = len(environment.twauth("attempts", "--json").json)
    reading, writing = os.pipe()
    with start_call(
        environment.twauth.env, PreparedCall(("authorize", "--app", APP)), stdin=reading
    ) as process:
        environment.clock.action = lambda: process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=CALL_SECONDS)
    os.close(reading)
    os.close(writing)
    assert process.returncode == 130, err
    is_saved = len(environment.twauth("attempts", "--json").json) > before
    assert ("The sign-in is still pending. Continue: twauth resume" in err) is is_saved
    assert (f"{environment.sandbox.url}/oauth/authorize" in out) is is_saved


def test_a_running_renewal_is_completed(environment: CommandEnvironment) -> None:
    """X issues the new tokens only once; a sign-in has such a moment too (test_sign_in)."""
    prepared = CALLS["refresh"].prepare(environment)
    with start_call(environment.twauth.env, prepared) as process:
        environment.clock.action = lambda: process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=CALL_SECONDS)
    assert process.returncode == 0, err
    assert prepared.is_done is not None
    assert prepared.is_done()
    environment.check_whole(prepared)


@pytest.mark.parametrize("name", _WITH_KEYCHAIN if IS_FULL_RUN else ("unlock", "export"))
def test_the_keychain_does_not_respond(environment: CommandEnvironment, name: str) -> None:
    prepared = CALLS[name].prepare(environment)
    with Bus(environment.keychain.address) as bus:
        environment.keychain.pause()
        bus.monitor_calls("org.freedesktop.secrets")
        try:
            with start_call(environment.twauth.env, prepared) as process:
                assert bus.next_call()  # and nobody answers
                code, times = interrupt_until_ended(process)
        finally:
            environment.keychain.resume()
    assert code == 130
    assert name != "unlock" or times == 1, "a person is waited for there, and nothing can be lost"
    environment.check_whole(prepared)


@pytest.mark.parametrize("name", _READING)
def test_an_interrupt_while_input_is_awaited(environment: CommandEnvironment, name: str) -> None:
    prepared = CALLS[name].prepare(environment)
    reading, writing = os.pipe()
    waiting = array("i", [0])

    def is_all_read() -> bool:
        fcntl.ioctl(reading, termios.FIONREAD, waiting)
        return not waiting[0]

    env = dict(environment.twauth.env)
    if prepared.passphrases:
        env["TWAUTH_PASSPHRASE_FD"] = "0"
    try:
        with start_call(env, replace(prepared, passphrases=()), stdin=reading) as process:
            _ = os.write(writing, b"1")  # of a longer line
            _ = wait_until(is_all_read, CALL_SECONDS, "it reads")
            code, _ = interrupt_until_ended(process)
    finally:
        os.close(reading)
        os.close(writing)
    assert code == 130
    environment.check_result(prepared, done=False)


@pytest.mark.parametrize("name", CALLS_WITH_QUESTION if IS_FULL_RUN else QUICK_CALLS_WITH_QUESTION)
def test_ctrl_c_at_a_question(environment: CommandEnvironment, name: str) -> None:
    prepared = CALLS[name].prepare(environment)
    with open_terminal(environment, prepared) as person:
        person.wait_for(CALLS[name].question)
        assert person.interrupt() == 130
    assert "Traceback" not in person.seen
    # What was begun before it asked waits.
    environment.check_result(prepared, done=name == "authorize")


def test_an_interrupt_when_all_is_done(environment: CommandEnvironment, tmp_path: Path) -> None:
    """Python prints nothing there; a shell reports 130 for it as well."""
    strike_file = tmp_path / "told"
    result = environment.call(PreparedCall(("presets",)), *interrupter(SHUTDOWN_PLACE, strike_file))
    assert "_shutdown" in strike_file.read_text()
    assert (result.code, result.err) == (-signal.SIGINT, "")


def test_an_ignored_interrupt_stays_ignored(
    environment: CommandEnvironment, tmp_path: Path
) -> None:
    """As a script's background program is, while another one is in the foreground."""
    prepared, strike_file = PreparedCall(("export",)), tmp_path / "told"
    assert environment.call(prepared, *interrupter(COUNT_CALLS, strike_file)).code == 0
    moments = strike_file.stat().st_size
    ignoring = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
    for share in (0.2, 0.6, 0.8):
        result = environment.call(
            prepared, *ignoring, *interrupter(int(moments * share), strike_file)
        )
        assert result.code == 0, strike_file.read_text()
        assert "TWITTER_ACCESS_TOKEN" in result.out
