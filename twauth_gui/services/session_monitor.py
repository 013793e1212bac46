"""Notice when the session's screen locks, or the computer goes to sleep.

Linux only: logind on the system bus, and the screen savers of the desktops on the session bus. On
Windows and macOS there is no notice; there Twauth locks on idle.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable


class SessionMonitor:
    """Listens on threads of its own, one per bus, for as long as the process lives.

    They are daemons and wait for the buses only: if a bus is missing or goes away, its thread ends
    and nothing else.

    Args:
        on_lock: called on such a thread, each time.
        on_listening: called with the name of a bus once its signals are subscribed.
    """

    def __init__(
        self, on_lock: Callable[[], None], on_listening: Callable[[str], None] | None = None
    ) -> None:
        self._on_lock = on_lock
        self._on_listening = on_listening
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start listening, if the system has these buses."""
        if not sys.platform.startswith("linux"):
            return
        for bus in ("SYSTEM", "SESSION"):
            thread = threading.Thread(target=self._run, args=(bus,), name=f"{bus} bus", daemon=True)
            thread.start()

    def stop(self) -> None:
        """Stop calling on_lock."""
        self._stopped.set()

    def _run(self, bus: str) -> None:
        from twauth_gui.services.dbus_signals import listen_for_signals  # noqa: PLC0415 - loads jeepney

        for signal in listen_for_signals(bus):
            if self._stopped.is_set():
                return
            if signal is None:
                if self._on_listening is not None:
                    self._on_listening(bus)
            else:
                self._on_lock()
