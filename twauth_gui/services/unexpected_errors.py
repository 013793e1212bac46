"""Reports of errors that nothing handled, without their text, which may contain a secret."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind

_FRAMES = 6


def describe_unexpected_error(error: BaseException) -> Diagnosis:
    """Return a diagnosis without the text of the exception, which may contain a secret."""
    return Diagnosis(
        ProblemKind.UNKNOWN,
        "Something unexpected happened.",
        "The last action may be incomplete. Check it, then try again. If it happens again, copy the"
        " details into a report.",
        evidence=Evidence(code=format_trace(error)),
    )


def format_trace(error: BaseException) -> str:
    """Return the error's type with the last places of its traceback: no text, no locals."""
    frames: list[str] = []
    place = error.__traceback__
    while place is not None:
        frames.append(f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}")
        place = place.tb_next
    return f"{type(error).__name__} at {' > '.join(frames[-_FRAMES:]) or 'no place'}"


def install_excepthooks(show: Callable[[Diagnosis], None]) -> None:
    """Replace Python's reports, which quote the text of the exception, with a line in the log.

    show: shows the user an error of the main thread; called there.
    """

    def log_and_show(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log_error("Uncaught %s", format_trace(error.with_traceback(trace)))
        show(describe_unexpected_error(error))

    sys.excepthook = log_and_show
    threading.excepthook = _log_thread_error
    sys.unraisablehook = _log_unraisable_error


def _log_thread_error(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        name = found.thread.name if found.thread is not None else "?"
        _log_error("Uncaught in thread %s: %s", name, format_trace(found.exc_value))


def _log_unraisable_error(found: sys.UnraisableHookArgs) -> None:
    """Log an error that Python cannot raise, as in a destructor, without the object's repr."""
    if found.exc_value is not None:
        _log_error("Unraisable %s", format_trace(found.exc_value))


def _log_error(text: str, *values: str) -> None:
    import logging  # noqa: PLC0415 - ten milliseconds, only after an error

    logging.getLogger(__name__).error(text, *values)
