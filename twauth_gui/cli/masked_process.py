"""Run a command whose output is masked, and otherwise as if it were started directly.

Twauth stays in between: it copies the output, passes signals on, and ends as the command does.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import final
from urllib.parse import quote, unquote

from twauth_gui.domain.callbacks import ignore

MASKED = b"***"


class OutputMask:
    """Masks the bytes of one stream; what it returns is what masking the whole would give.

    Of several values that begin at the same place the longest counts. A value is also found with
    percent-encoding (RFC 3986), as in an address or a signed header, and without it.
    """

    def __init__(self, values: Iterable[str]) -> None:
        hidden = sorted({form for one in values for form in _encode_forms(one)}, key=len)
        hidden.reverse()  # re takes the first alternative that fits
        self._pattern = re.compile(b"|".join(map(re.escape, hidden)) or b"(?!)")
        self._starts = {one[:length] for one in hidden for length in range(1, len(one))}
        self._longest_start = max(map(len, self._starts), default=0)
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Return what can be shown now; what may be the start of a value is held back."""
        text = self._rest + data
        shown: list[bytes] = []
        at = 0
        while True:
            start = self._find_start(text, at)
            found = self._pattern.search(text, at)
            if found is None or found.start() >= start:
                break
            shown += (text[at : found.start()], MASKED)
            at = found.end()
        self._rest = text[start:]
        return b"".join((*shown, text[at:start]))

    def finish(self) -> bytes:
        """Return what was held back, at the end of the stream."""
        rest, self._rest = self._rest, b""
        return self._pattern.sub(MASKED, rest)

    def _find_start(self, text: bytes, at: int) -> int:
        """Return where the rest of the text is the start of a value, len(text) if nowhere."""
        for position in range(max(at, len(text) - self._longest_start), len(text)):
            if text[position:] in self._starts:
                return position
        return len(text)


def _encode_forms(value: str) -> set[bytes]:
    forms = {value, quote(value, safe=""), unquote(value)}
    return {form.encode("utf-8", "surrogateescape") for form in forms if form}


_STDOUT, _STDERR = 1, 2
_FAILED = 1
_CHUNK_BYTES = 64 * 1024
_PR_SET_PDEATHSIG = 1
_SENT_BY_KERNEL = 0x80
_LOOK_SECONDS = 1.0
_PASSED_ON = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTERM", "SIGCONT")
_STOPS = ("SIGTSTP", "SIGTTIN", "SIGTTOU")
"""Stops of a terminal. The command stops by itself; this process follows, so the shell notices."""


def run_masked(
    command: Sequence[str],
    environment: Mapping[str, str],
    values: Collection[str],
    report_loss: Callable[[OSError], None],
) -> int:
    """Run the command, replace the values in its output, and return its exit code.

    The command gets pipes for its output, or one if both streams lead to the same place, so that
    their lines keep their order. It returns when all output is written, that of processes which the
    command left behind included. If a signal ended the command, the same one ends this process.

    Args:
        command: the program and its arguments.
        environment: all of its variables.
        values: what is masked.
        report_loss: called if the output cannot be written completely, as on a full disk; the code
            is then not 0. A reader that went away is no loss.

    Raises:
        OSError: the command cannot be started.
    """
    if sys.platform == "win32":
        code, copiers = _run_on_windows(command, environment, values)
    else:
        code, copiers = _run_on_posix(command, environment, values)
    for one in copiers:
        one.join()
    for one in copiers:
        if one.failure is not None:
            report_loss(one.failure)
            code = code or _FAILED
    if sys.platform != "win32" and code < 0:
        _end_by_signal(-code)
    return code


def _start(
    command: Sequence[str],
    environment: Mapping[str, str],
    values: Collection[str],
    prepare: Callable[[], None] | None = None,
) -> tuple[subprocess.Popen[bytes], list[_StreamCopier]]:
    has_one_target = _lead_to_same_place()
    process = subprocess.Popen(  # noqa: S603 - the user's own command
        list(command),
        env=environment,
        bufsize=0,
        close_fds=False,  # what this process inherited is for the command
        stdout=subprocess.PIPE if _is_open(_STDOUT) else None,
        stderr=_choose_stderr(has_one_target=has_one_target),
        preexec_fn=prepare,  # noqa: PLW1509 - no other thread runs yet
    )
    copiers: list[_StreamCopier] = []
    for pipe, target in ((process.stdout, _STDOUT), (process.stderr, _STDERR)):
        if pipe is not None:
            copiers.append(_StreamCopier(os.dup(pipe.fileno()), target, OutputMask(values)))
            pipe.close()
    for one in copiers:
        one.start()
    return process, copiers


def _choose_stderr(*, has_one_target: bool) -> int | None:
    if has_one_target:
        return subprocess.STDOUT
    return subprocess.PIPE if _is_open(_STDERR) else None


def _is_open(descriptor: int) -> bool:
    try:
        _ = os.fstat(descriptor)
    except OSError:
        return False
    return True


def _lead_to_same_place() -> bool:
    try:
        return os.path.sameopenfile(_STDOUT, _STDERR)
    except OSError:
        return False


@final
class _StreamCopier:
    """Copies one stream through its mask on a thread of its own. failure: why it stopped early."""

    def __init__(self, source: int, target: int, mask: OutputMask) -> None:
        self._source = source
        self._target = target
        self._mask = mask
        self.failure: OSError | None = None
        self._thread = threading.Thread(target=self._copy, name="output", daemon=True)
        self.start = self._thread.start
        self.join = self._thread.join

    def _copy(self) -> None:
        try:
            while data := os.read(self._source, _CHUNK_BYTES):
                self._write(self._mask.feed(data))
            self._write(self._mask.finish())
        except BrokenPipeError:
            pass  # the reader went away; with its pipe closed the command notices
        except OSError as error:
            self.failure = error
        finally:
            os.close(self._source)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._target, rest) :]
            except BlockingIOError:  # a terminal that another program has set so
                _ = select.select([], [self._target], [])


if sys.platform == "win32":

    def _run_on_windows(
        command: Sequence[str], environment: Mapping[str, str], values: Collection[str]
    ) -> tuple[int, list[_StreamCopier]]:
        """Ctrl+C reaches the command by itself."""
        process, copiers = _start(command, environment, values)
        while True:
            try:
                return process.wait(), copiers
            except KeyboardInterrupt:
                continue

else:

    def _run_on_posix(
        command: Sequence[str], environment: Mapping[str, str], values: Collection[str]
    ) -> tuple[int, list[_StreamCopier]]:
        watched = {signal.SIGCHLD, *(signal.Signals[name] for name in (*_PASSED_ON, *_STOPS))}
        for number in (signal.SIGCHLD, signal.SIGCONT):  # what is ignored by default may get lost
            _ = signal.signal(number, ignore)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        try:
            process, copiers = _start(command, environment, values, _make_preparation(before))
            code = _wait(process.pid, watched)
            process.returncode = code
            while signal.sigpending() & watched:  # they were for the command
                _ = signal.sigwait(watched)
        finally:
            _ = signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return code, copiers

    def _make_preparation(mask: Collection[int]) -> Callable[[], None]:
        """Return what the child does before it becomes the command."""
        die_with = _find_death_signal()

        def prepare() -> None:
            die_with()
            _ = signal.pthread_sigmask(signal.SIG_SETMASK, mask)

        return prepare

    def _find_death_signal() -> Callable[[], None]:
        """On Linux SIGKILL, which cannot be passed on, ends the command with this process."""
        if sys.platform != "linux":
            return ignore
        import ctypes

        prctl = ctypes.CDLL(None).prctl
        return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    def _wait(child: int, watched: Collection[int]) -> int:
        """Pass signals on until the command has ended; return its code, -N for a signal N."""
        while True:
            number, is_for_us = _receive(watched, child)
            if number != signal.SIGCHLD:
                if is_for_us:
                    os.kill(child, number)
                continue
            changed, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
            if not changed:
                continue
            if not os.WIFSTOPPED(status):
                return os.waitstatus_to_exitcode(status)
            if signal.Signals(os.WSTOPSIG(status)).name in _STOPS:
                os.kill(os.getpid(), signal.SIGSTOP)

    def _receive(watched: Collection[int], child: int) -> tuple[int, bool]:
        """Wait for a signal; return it, and whether only this process got it.

        A terminal sends its signals to the command as well. A thread that is still ending does not
        block signals and may get SIGCHLD in place of this one, so that is returned now and then.
        """
        if sys.platform == "darwin":  # does not tell who has sent it
            number = signal.sigwait(watched)
            is_key = number in {signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP}
            return number, not (is_key and _is_in_foreground())
        info = signal.sigtimedwait(watched, _LOOK_SECONDS)
        if info is None:
            return signal.SIGCHLD, False
        return info.si_signo, info.si_code < _SENT_BY_KERNEL and info.si_pid != child

    def _is_in_foreground() -> bool:
        for descriptor in range(3):
            try:
                return os.tcgetpgrp(descriptor) == os.getpgrp()
            except OSError:
                continue
        return False

    def _end_by_signal(number: int) -> None:
        """End as the command did, so that the caller sees the same."""
        if number not in {signal.SIGKILL, signal.SIGSTOP}:
            _ = signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
