"""Qt's own messages, passed to the log; they may quote an address or a header."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QMessageLogContext, QtMsgType, qInstallMessageHandler

from twauth_gui.osfiles.resource_files import resource_path

_log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class QtMessageHandler:
    """Records Qt's messages until the log is open; exits with advice where Qt would abort.

    Qt ends a program that finds no display, or cannot load its plug-in for one, with SIGABRT and
    the words "reinstalling the application may fix this problem", which it does not.
    """

    def __init__(self) -> None:
        self._messages: list[tuple[QtMsgType, str]] = []
        _ = qInstallMessageHandler(self._record)

    def _record(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            if sys.stderr is not None:  # a program without a console on Windows has none
                sys.stderr.write(_explain_failed_start(os.environ, text))
                sys.stderr.flush()
            os._exit(1)  # Qt aborts as soon as this function returns
        self._messages.append((kind, _format_message(context, text)))

    def start_logging(self) -> None:
        """Log the messages recorded so far, and from now on each as it comes."""
        _ = qInstallMessageHandler(_log_message)
        for kind, line in self._messages:
            _log.log(_LEVELS.get(kind, logging.WARNING), "%s", line)


def _explain_failed_start(environment: Mapping[str, str], qt_message: str) -> str:
    """Return why Qt found no platform, and what helps."""
    from twauth_gui.services.system_libraries import (  # noqa: PLC0415 - only after a failure
        explain_missing_libraries,
        find_missing_libraries,
    )

    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    chosen = environment.get("QT_QPA_PLATFORM", "xcb").partition(":")[0].partition(";")[0]
    missing = find_missing_libraries(plugins.glob(f"libq{chosen}.so"))
    if missing:
        return explain_missing_libraries(missing, resource_path("apt-packages.txt"))
    displays = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if environment.get(name)]
    if chosen not in {"xcb", "wayland"}:
        return f"Twauth's window cannot start. Qt says: {qt_message}\n"
    if not displays:
        why = "there is no display here (neither WAYLAND_DISPLAY nor DISPLAY is set)."
    else:
        why = f"{' and '.join(f'{n}={environment[n]}' for n in displays)} cannot be reached."
    return (
        f"Twauth's window cannot start: {why}\n"
        "Start it in a desktop session. Without one, `twauth` does the same from the terminal.\n"
    )


def _log_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    _log.log(_LEVELS.get(kind, logging.WARNING), "%s", _format_message(context, text))


def _format_message(context: QMessageLogContext, text: str) -> str:
    return f"{context.category or 'default'}: {text}"
