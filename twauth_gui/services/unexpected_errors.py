"""Report errors that nothing handled without their text, which may hold a secret."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind

_FRAMES = 6


def describe_unexpected_error(error: BaseException) -> Diagnosis:
    """Put words to it, without the text of the exception: that may hold a secret."""
    return Diagnosis(
        ProblemKind.UNKNOWN,
        "Something unforeseen happened.",
        "What was under way may be done in part. See what is there, then try again. If it happens "
        "again, copy the details into a report.",
        evidence=Evidence(code=format_trace(error)),
    )


def format_trace(error: BaseException) -> str:
    """Name the kind of the failure with the last places it came through: no text, no locals."""
    frames: list[str] = []
    place = error.__traceback__
    while place is not None:
        frames.append(f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}")
        place = place.tb_next
    return f"{type(error).__name__} at {' > '.join(frames[-_FRAMES:]) or 'no place'}"


def install_excepthooks(tell: Callable[[Diagnosis], None]) -> None:
    """Replace Python's reports, which quote the text of the exception, by a line in the log.

    tell: shows the person what happened on the main thread; there it is called.
    """

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log_error("Nobody caught %s", format_trace(error.with_traceback(trace)))
        tell(describe_unexpected_error(error))

    sys.excepthook = uncaught
    threading.excepthook = _log_thread_error
    sys.unraisablehook = _log_unraisable_error


def _log_thread_error(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        name = found.thread.name if found.thread is not None else "?"
        _log_error("In the thread %s nobody caught %s", name, format_trace(found.exc_value))


def _log_unraisable_error(found: sys.UnraisableHookArgs) -> None:
    """Where Python cannot raise, as in a destructor. What it was about is not told: its text."""
    if found.exc_value is not None:
        _log_error("Nobody could catch %s", format_trace(found.exc_value))


def _log_error(text: str, *values: str) -> None:
    import logging  # noqa: PLC0415 - ten milliseconds that a command without accident does not pay

    logging.getLogger(__name__).error(text, *values)
