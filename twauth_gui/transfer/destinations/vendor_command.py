"""Run a vendor's command: values on standard input alone, and nothing of it remains."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.transfer.destinations.definition import InputKind, VendorCommands

MAX_OUTPUT_BYTES = 1024 * 1024
"""How much of each stream is kept. A list of names that is longer counts as unreadable."""
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 2.0
_CHUNK_BYTES = 64 * 1024
_OWN_PREFIX = "TWAUTH_"
_REMOVED = frozenset({"NODE_DEBUG", "NODE_OPTIONS", "OLDPWD", "LANGUAGE", "DEBUG"})
_UNSAFE_FOR_CMD = frozenset('&|<>^%"!\r\n')


class ProgramNotFoundError(LookupError):
    """There is no such program on the PATH."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not on the PATH")
        self.name = name


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command did. Its output may contain secrets of anyone.

    code: below 0 for a signal. is_cut: whether it wrote more than was kept.
    """

    code: int
    stdout: str
    stderr: str
    is_timed_out: bool = False
    is_cut: bool = False

    @property
    def output(self) -> str:
        """Both streams, what it complains about first."""
        return f"{self.stderr}\n{self.stdout}"


def find_program(name: str, search_path: str | None = None) -> str:
    """Return the absolute path of a program.

    It is searched for in the absolute folders of PATH alone: never in the working folder, where
    anyone's files may be, on Windows neither.

    Raises:
        ProgramNotFoundError: there is none.
    """
    if os.path.isabs(name):  # noqa: PTH117 - also for a path of another system
        if os.access(name, os.X_OK):
            return name
        raise ProgramNotFoundError(name)
    folders = (os.environ.get("PATH", "") if search_path is None else search_path).split(os.pathsep)
    endings = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if sys.platform == "win32" else ()
    for folder in map(Path, folders):
        if not folder.is_absolute():
            continue
        for path in (*(folder / f"{name}{ending}" for ending in endings), folder / name):
            if path.is_file() and os.access(path, os.X_OK):
                return str(path)
    raise ProgramNotFoundError(name)


class VendorCommand:
    """Starts the commands of one destination.

    Each runs in a session of its own, so that it has no terminal to ask on, in an empty folder that
    is removed afterwards, with the person's environment without what could hold or write secrets.

    Args:
        commands: of the destination.
        programs: the absolute path of each program, by the word that the commands begin with.
        hidden: values that no variable of the environment may contain.
    """

    def __init__(
        self, commands: VendorCommands, programs: Mapping[str, str], hidden: Iterable[str]
    ) -> None:
        self._commands = commands
        self._programs = programs
        self._hidden = [one for one in hidden if one]

    def run(
        self, words: Sequence[str], content: bytes | None, cancel: CancelToken
    ) -> CommandResult:
        """Run a command until it ends, its time is over, or the person cancels.

        content: for its standard input; None for none.

        Raises:
            CancelledError: the person cancelled; every process of the command was ended.
            OSError: it cannot be started.
        """
        cancel.raise_if_cancelled()
        program = self._programs[words[0]]
        _require_safe_words(program, words[1:])
        with _make_folder() as folder, self._open_input(content) as stdin:
            process = subprocess.Popen(  # noqa: S603 - what the destination names, with an absolute path
                [program, *words[1:]],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=self._make_environment(folder),
                bufsize=0,
                start_new_session=True,  # Windows has no such thing, but what it has instead
                creationflags=_find_creation_flags(),
            )
            return _Run(process, content).wait(self._commands.timeout, cancel)

    def _make_environment(self, folder: str) -> dict[str, str]:
        removed = _REMOVED | self._commands.unset
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in removed
            and not name.startswith(_OWN_PREFIX)
            and not any(one in value for one in self._hidden)
        }
        if sys.platform != "win32":
            kept |= {"PWD": folder, "LC_ALL": "C.UTF-8"}  # what they say is compared
        return kept | dict(self._commands.environment)

    @contextlib.contextmanager
    def _open_input(self, content: bytes | None) -> Generator[int]:
        if content is None:
            yield subprocess.DEVNULL
        elif self._commands.stdin_kind is InputKind.PIPE or sys.platform != "linux":
            yield subprocess.PIPE
        else:
            descriptor = os.memfd_create("stdin", os.MFD_CLOEXEC)
            try:
                _ = os.write(descriptor, content)
                _ = os.lseek(descriptor, 0, os.SEEK_SET)
                yield descriptor
            finally:
                os.close(descriptor)


def _find_creation_flags() -> int:
    """Return what keeps Windows from opening a console for a command."""
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return 0


def _require_safe_words(program: str, words: Iterable[str]) -> None:
    """Refuse words that cmd.exe, which runs batch files, would take apart (CVE-2024-1874).

    Raises:
        OSError: there is one.
    """
    if program.lower().endswith((".cmd", ".bat")) and any(
        _UNSAFE_FOR_CMD & set(word) for word in words
    ):
        raise OSError("The target has a character that a batch file cannot be given.")


@contextlib.contextmanager
def _make_folder() -> Generator[str]:
    folder = tempfile.mkdtemp(prefix="twauth-command-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Run:
    """One process and the threads at its pipes."""

    def __init__(self, process: subprocess.Popen[bytes], content: bytes | None) -> None:
        self._process = process
        self._streams = [
            _Stream(one) for one in (process.stdout, process.stderr) if one is not None
        ]
        if process.stdin is not None and content is not None:
            writer = threading.Thread(
                target=_write_all, args=(process.stdin, content), daemon=True, name="command-input"
            )
            writer.start()

    def wait(self, timeout: float, cancel: CancelToken) -> CommandResult:
        end = time.monotonic() + timeout
        is_timed_out = False
        try:
            while self._process.poll() is None:
                if cancel.is_cancelled:
                    raise CancelledError
                if time.monotonic() > end:
                    is_timed_out = True
                    break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    _ = self._process.wait(_POLL_SECONDS)
            self._read_rest(cancel)
        finally:
            self._end_group()
        for one in self._streams:
            one.join(_GRACE_SECONDS)
        out, err = self._streams
        return CommandResult(
            self._process.returncode,
            out.text,
            err.text,
            is_timed_out=is_timed_out,
            is_cut=out.is_cut,
        )

    def _read_rest(self, cancel: CancelToken) -> None:
        """Read what is left; a process that it left behind may hold the pipes open for ever."""
        end = time.monotonic() + _GRACE_SECONDS
        for one in self._streams:
            while self._process.returncode is not None and one.is_open:
                if cancel.is_cancelled or time.monotonic() > end:
                    return
                one.join(_POLL_SECONDS)

    def _end_group(self) -> None:
        """End every process of the group, with those that the command left behind."""
        if sys.platform == "win32":
            if self._process.poll() is None:
                kill = ["taskkill.exe", "/T", "/F", "/PID", str(self._process.pid)]
                kill[0] = str(Path(os.environ["SYSTEMROOT"]) / "System32" / kill[0])
                _ = subprocess.run(kill, capture_output=True, check=False)  # noqa: S603 - Windows' own
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()  # it does nothing if that has ended it
        _ = self._process.wait()


class _Stream:
    """Reads one pipe on a thread of its own, and keeps the beginning."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._data = bytearray()
        self.is_cut = False
        self._thread = threading.Thread(target=self._read, daemon=True, name="command-output")
        self._thread.start()

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    @property
    def text(self) -> str:
        return bytes(self._data).decode("utf-8", "replace")

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _read(self) -> None:
        with self._pipe, contextlib.suppress(OSError, ValueError):
            while chunk := self._pipe.read(_CHUNK_BYTES):
                room = MAX_OUTPUT_BYTES - len(self._data)
                self._data += chunk[:room]
                self.is_cut = self.is_cut or len(chunk) > room


def _write_all(pipe: IO[bytes], content: bytes) -> None:
    with contextlib.suppress(OSError), pipe:  # it ended, or reads nothing
        rest = memoryview(content)
        while rest:
            rest = rest[pipe.write(rest) :]
