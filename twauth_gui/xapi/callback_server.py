"""Serves many small connections on a thread of its own, none of which can hold up another."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum, auto

from twauth_gui.xapi import callback_pages
from twauth_gui.xapi.callback_request import LARGEST_HEAD

_SECONDS_TO_BEGIN = 2.0
_SECONDS_PER_CONNECTION = 5.0
_SECONDS_TO_DRAIN = 0.5
_LARGEST_DRAIN = 256 * 1024
_MOST_CONNECTIONS = 32
_CUT_OFF = 400
_TOO_SLOW = 408
_TOO_LARGE = 431

Responder = Callable[[bytes], bytes]


class _Stage(IntEnum):
    """How far a connection has come; the lowest are the first to go where there is no room."""

    SILENT = auto()
    SPEAKING = auto()
    ANSWERED = auto()


@dataclass
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    stage: _Stage = _Stage.SILENT


class CallbackServer:
    """Gives every request's head to the responder and sends back what that returns.

    The responder runs on the server's thread and returns quickly. It is not called for a head
    that is too large, too slow, or cut off. There is always room for one more connection: the
    oldest one that has said nothing goes for it, and then the oldest that has not ended its head.
    A browser says all of it at once.
    """

    def __init__(
        self,
        listening: socket.socket,
        respond: Responder,
        seconds: float = _SECONDS_PER_CONNECTION,
        begin_seconds: float = _SECONDS_TO_BEGIN,
    ) -> None:
        """Serve at once, and own the socket from now on.

        seconds: what one client has for its request, then for our answer; begin_seconds: for the
        first byte of it. Raises what kept it from beginning; the socket is closed then.
        """
        self._respond = respond
        self._seconds = seconds
        self._begin_seconds = begin_seconds
        self._tasks: dict[asyncio.Task[None], _Connection] = {}
        self._ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(listening,), name="callback", daemon=True
        )
        self._thread.start()
        self._loop, self._stop = self._ready.result()

    def close(self) -> None:
        """End all connections and the thread; returns when both are gone."""
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self, listening: socket.socket) -> None:
        try:
            asyncio.run(self._serve(listening))
        except BaseException as error:
            if self._ready.done():
                raise
            listening.close()
            self._ready.set_exception(error)

    async def _serve(self, listening: socket.socket) -> None:
        stop = asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=listening, limit=LARGEST_HEAD)
        self._ready.set_result((asyncio.get_running_loop(), stop))
        async with server:
            await stop.wait()
            server.close()
            ending = dict(self._tasks)
            for task, connection in ending.items():
                connection.writer.close()
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= _MOST_CONNECTIONS:
            # The first of those that have come least far: they are in the order of their coming.
            least = min(self._tasks, key=lambda task: self._tasks[task].stage)
            # Closed here, too: the task may not have begun.
            self._tasks.pop(least).writer.transport.abort()
            least.cancel()
        connection = _Connection(reader, writer)
        task = asyncio.ensure_future(self._converse(connection))
        self._tasks[task] = connection
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def _converse(self, connection: _Connection) -> None:
        writer = connection.writer
        try:
            async with asyncio.timeout(2 * self._seconds):
                writer.write(await self._reply(connection))
                connection.stage = _Stage.ANSWERED
                await writer.drain()
                writer.write_eof()
                await _drain(connection.reader)
        except (OSError, TimeoutError):
            pass  # the client is gone, or does not read: nothing is owed to it
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _reply(self, connection: _Connection) -> bytes:
        reader = connection.reader
        try:
            async with asyncio.timeout(self._begin_seconds):
                first = await reader.readexactly(1)
            connection.stage = _Stage.SPEAKING
            async with asyncio.timeout(self._seconds):
                return self._respond(first + await reader.readuntil(b"\r\n\r\n"))
        except TimeoutError:
            status = _TOO_SLOW
        except asyncio.LimitOverrunError:
            status = _TOO_LARGE
        except asyncio.IncompleteReadError:
            status = _CUT_OFF
        return callback_pages.response(status, callback_pages.REFUSED)


async def _drain(reader: asyncio.StreamReader) -> None:
    """Take in what the client still sends: closing on unread bytes would discard our answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS_TO_DRAIN):
            taken = 0
            while taken < _LARGEST_DRAIN and (chunk := await reader.read(16 * 1024)):
                taken += len(chunk)
