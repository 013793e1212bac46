"""Deadline for a whole call, whatever it waits for."""

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
    """The call was stopped at its deadline."""


def run_with_deadline(seconds: float, work: Callable[[], T], abort: Callable[[], None]) -> T:
    """Return what work returns, or raise what it raises.

    A socket's time-out starts anew with each byte, and none limits a DNS look-up; so the work runs
    on a thread of its own, and the caller waits no longer than the deadline.

    Raises:
        DeadlineExceededError: the seconds are over; abort was called, and the thread is left to
            end.
    """
    future: Future[T] = Future()
    threading.Thread(target=_run, args=(work, future), name="call to X", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        if future.done():
            return future.result()  # it ended at this moment, or the time-out is its own
        abort()
        raise DeadlineExceededError from None


def _run(work: Callable[[], T], future: Future[T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - passed to the caller, who raises it
        future.set_exception(error)
    else:
        future.set_result(result)


class AbortableAdapter(HTTPAdapter):
    """Adapter whose open connections another thread can cut."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: list[Any] = []
        self._sockets: list[socket.socket] = []

    @override
    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Remember every connection that the pool will make."""
        pool = cast("Any", super().get_connection_with_tls_context(*args, **kwargs))
        if not isinstance(pool.ConnectionCls, _ConnectionTracker):
            pool.ConnectionCls = _ConnectionTracker(
                pool.ConnectionCls, self._connections, self._sockets
            )
        return pool

    def abort(self) -> None:
        """Shut the sockets down, so that a thread that reads from them returns."""
        # A connection has no socket any more once it is clear that its response is the last; the
        # response still reads from it. While it connects it is the other way round.
        half_open = [one.sock for one in self._connections if isinstance(one.sock, socket.socket)]
        for one in (*half_open, *self._sockets):
            with contextlib.suppress(OSError):
                # SSLSocket's own shutdown would also remove the TLS layer under the reading thread.
                socket.socket.shutdown(one, socket.SHUT_RDWR)


class _ConnectionTracker:
    """Replacement for a pool's connection class that remembers connections and their sockets."""

    def __init__(
        self, make: Callable[..., Any], connections: list[Any], sockets: list[socket.socket]
    ) -> None:
        self._make = make
        self._connections = connections
        self._sockets = sockets

    def __call__(self, **options: Any) -> object:
        connection = self._make(**options)
        self._connections.append(connection)
        connect = connection.connect

        def connect_and_remember() -> None:
            connect()
            self._sockets.append(connection.sock)

        connection.connect = connect_and_remember
        return connection
