"""Log to a private file of bounded size that holds no secret."""

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
"""The file that is written, and older ones beside it."""

_MAX_BYTES = 512 * 1024
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


def configure_logging(folder: Path, stream: TextIO | None = None) -> None:
    """Write what all loggers say into a file in the folder; warnings also to the stream.

    The file holds INFO and above; TWAUTH_LOG_LEVEL names another level. The libraries that sign
    requests stay at WARNING in any case.
    """
    root = logging.getLogger()
    file = PrivateLogHandler(folder / LOG_NAME)
    file.setLevel(_LEVELS.get(os.environ.get(LEVEL_VARIABLE, "").lower(), logging.INFO))
    handlers: list[logging.Handler] = [file]
    if stream is not None:
        shown = logging.StreamHandler(stream)
        shown.setLevel(logging.WARNING)
        handlers.append(shown)
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(timed=handler is file))
        root.addHandler(handler)
    root.setLevel(file.level)
    silence_library_loggers()


class RedactingFormatter(logging.Formatter):
    """One line a record: known values and what has the shape of a secret are taken out.

    Of an exception only kind and place are told. timed: whether moment and process come first.
    """

    def __init__(self, *, timed: bool) -> None:
        super().__init__()
        self._timed = timed

    @override
    def format(self, record: logging.LogRecord) -> str:
        text = _message(record)
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text} ({format_trace(record.exc_info[1])})"
        told = redact_patterns(redact_secrets(text, Secret.list_alive()))
        line = to_printable_line(" ".join(f"{record.levelname} {record.name}: {told}".split()))
        return f"{self.formatTime(record)} [{record.process}] {line}" if self._timed else line


def _message(record: logging.LogRecord) -> str:
    """Give the message; of one whose values do not fit it only what it was to say.

    logging would show the values on the terminal, and they may be secret.
    """
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - whoever logs is not to fail over it
        words = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        return f"{words} (without its values: {type(error).__name__})"


class PrivateLogHandler(logging.Handler):
    """Appends to a file that only its owner can read, and opens it for each record anew.

    So window and command write into one file, nothing is created while nothing is said, and the
    file can be moved away at any time. What the disk does not take is lost: nobody could be told.
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
