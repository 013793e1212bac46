"""Ends a call that takes too long as a whole, whatever it waits for."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from requests.adapters import HTTPAdapter
from typing_extensions import override

T = TypeVar("T")


class DeadlineExceededError(Exception):
    """The call was given up at its deadline."""


def run_with_deadline(seconds: float, work: Callable[[], T], abort: Callable[[], None]) -> T:
    """Return what work returns, or raise what it raises.

    A time-out of a socket starts anew with each byte, and none holds for the look-up of a name;
    so the work runs on a thread of its own, and the caller waits no longer than this.

    Raises:
        TooSlowError: the seconds are over; give_up was called, and the thread is left to end.
    """
    future: Future[T] = Future()
    threading.Thread(target=_run, args=(work, future), name="call to X", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        if future.done():
            return future.result()  # it ended in this very moment, or the time-out is its own
        abort()
        raise DeadlineExceededError from None


def _run(work: Callable[[], T], future: Future[T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it
        future.set_exception(error)
    else:
        future.set_result(result)


class AbortableAdapter(HTTPAdapter):
    """Can cut the connections it has open, from another thread."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: list[Any] = []
        self._sockets: list[socket.socket] = []

    @override
    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:
        """Remember every connection that the pool will make."""
        pool = cast("Any", super().get_connection_with_tls_context(*given, **named))
        if not isinstance(pool.ConnectionCls, _ConnectionTracker):
            pool.ConnectionCls = _ConnectionTracker(
                pool.ConnectionCls, self._connections, self._sockets
            )
        return pool

    def abort(self) -> None:
        """Shut the sockets down, so that a thread that reads from them goes on."""
        # A connection has no socket any more once it is clear that its answer is the last; the
        # answer still reads from it. While it connects it is the other way round.
        half_open = [
            made.sock for made in self._connections if isinstance(made.sock, socket.socket)
        ]
        for one in (*half_open, *self._sockets):
            with contextlib.suppress(OSError):
                # SSLSocket's own would also take the TLS layer away under the reading thread.
                socket.socket.shutdown(one, socket.SHUT_RDWR)


class _ConnectionTracker:
    """Stands in for a pool's class of connections."""

    def __init__(
        self, make: Callable[..., Any], made: list[Any], connected: list[socket.socket]
    ) -> None:
        self._make = make
        self._made = made
        self._connected = connected

    def __call__(self, **options: Any) -> object:
        connection = self._make(**options)
        self._made.append(connection)
        connect = connection.connect

        def connect_remembered() -> None:
            connect()
            self._connected.append(connection.sock)

        connection.connect = connect_remembered
        return connection
