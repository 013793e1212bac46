"""Sees to it that what nobody caught ends without a secret in its report."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.services.unforeseen import trace_of, unforeseen


def watch_for_accidents(tell: Callable[[Diagnosis], None]) -> None:
    """Replace Python's reports, which quote the text of the exception, by a line in the log.

    tell: shows the person what happened on the main thread; there it is called.
    """

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _note("Nobody caught %s", trace_of(error.with_traceback(trace)))
        tell(unforeseen(error))

    sys.excepthook = uncaught
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable


def _in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        name = found.thread.name if found.thread is not None else "?"
        _note("In the thread %s nobody caught %s", name, trace_of(found.exc_value))


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    """Where Python cannot raise, as in a destructor. What it was about is not told: its text."""
    if found.exc_value is not None:
        _note("Nobody could catch %s", trace_of(found.exc_value))


def _note(text: str, *values: str) -> None:
    import logging  # noqa: PLC0415 - ten milliseconds that a command without accident does not pay

    logging.getLogger(__name__).error(text, *values)
