"""A log in a private file of bounded size, without secrets."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TextIO

from typing_extensions import override

from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.domain.secret import Secret
from twauth_gui.services.unexpected_errors import format_trace
from twauth_gui.xapi.redaction import redact_patterns, redact_secrets, silence_library_loggers

LEVEL_VARIABLE = "TWAUTH_LOG_LEVEL"
LOG_NAME = "twauth.log"
MAX_FILES = 3
"""The current file, with the older ones beside it."""

_MAX_BYTES = 512 * 1024
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


def configure_logging(folder: Path, stream: TextIO | None = None) -> None:
    """Write the records of all loggers to a file in the folder; warnings also to the stream.

    The file holds INFO and above; TWAUTH_LOG_LEVEL names another level. The libraries that sign
    requests stay at WARNING.
    """
    root = logging.getLogger()
    file = PrivateLogHandler(folder / LOG_NAME)
    file.setLevel(_LEVELS.get(os.environ.get(LEVEL_VARIABLE, "").lower(), logging.INFO))
    handlers: list[logging.Handler] = [file]
    if stream is not None:
        terminal = logging.StreamHandler(stream)
        terminal.setLevel(logging.WARNING)
        handlers.append(terminal)
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(timed=handler is file))
        root.addHandler(handler)
    root.setLevel(file.level)
    silence_library_loggers()


class RedactingFormatter(logging.Formatter):
    """Formats a record as one line, with known secrets and what looks like one redacted.

    Of an exception only type and place are logged. timed: whether time and process come first.
    """

    def __init__(self, *, timed: bool) -> None:
        super().__init__()
        self._timed = timed

    @override
    def format(self, record: logging.LogRecord) -> str:
        text = _message(record)
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text} ({format_trace(record.exc_info[1])})"
        redacted = redact_patterns(redact_secrets(text, Secret.list_alive()))
        line = to_printable_line(" ".join(f"{record.levelname} {record.name}: {redacted}".split()))
        return f"{self.formatTime(record)} [{record.process}] {line}" if self._timed else line


def _message(record: logging.LogRecord) -> str:
    """Return the message; without its values if they do not fit it.

    logging would print the values on the terminal then, and they may be secret.
    """
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - logging must not fail the caller
        message = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        return f"{message} (without its values: {type(error).__name__})"


class PrivateLogHandler(logging.Handler):
    """Appends to a file that only its owner can read, and opens it for each record.

    So window and command write to one file, no file is created before the first record, and the
    file can be moved at any time. Records that the disk refuses are lost: there is nowhere else to
    report them.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._rotate()
            self._append(f"{self.format(record)}\n".encode("utf-8", "backslashreplace"))
        except OSError:
            return

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, _FLAGS, 0o600)
        try:
            if os.name == "posix":
                os.fchmod(descriptor, 0o600)
            _ = os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def _rotate(self) -> None:
        try:
            if self._path.stat().st_size < _MAX_BYTES:
                return
        except FileNotFoundError:
            return
        names = [self._path, *(Path(f"{self._path}.{number}") for number in range(1, MAX_FILES))]
        for older, newer in zip(reversed(names[1:]), reversed(names[:-1]), strict=True):
            if newer.exists():
                _ = newer.replace(older)
