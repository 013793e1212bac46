"""Serves many small connections on a thread of its own, none of which can hold up another."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future

from twauth_gui.xapi import callback_pages
from twauth_gui.xapi.callback_request import LARGEST_HEAD

_SECONDS_PER_CONNECTION = 5.0
_SECONDS_TO_DRAIN = 0.5
_LARGEST_DRAIN = 256 * 1024
_MOST_CONNECTIONS = 32
_BUSY = 503
_CUT_OFF = 400
_TOO_SLOW = 408
_TOO_LARGE = 431

Responder = Callable[[bytes], bytes]


class CallbackServer:
    """Gives every request's head to the responder and sends back what that returns.

    The responder runs on the server's thread and returns quickly. It is not called for a head
    that is too large, too slow, or cut off.
    """

    def __init__(
        self,
        listening: socket.socket,
        respond: Responder,
        seconds: float = _SECONDS_PER_CONNECTION,
    ) -> None:
        """Serve at once, and own the socket from now on.

        seconds: what one client has for its request, then for our answer. Raises what kept it from
        beginning; the socket is closed then.
        """
        self._respond = respond
        self._seconds = seconds
        self._open = 0
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
        tasks: set[asyncio.Task[None]] = set()

        def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._converse(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(start, sock=listening, limit=LARGEST_HEAD)
        self._ready.set_result((asyncio.get_running_loop(), stop))
        async with server:
            await stop.wait()
            for task in tuple(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            async with asyncio.timeout(2 * self._seconds):
                writer.write(await self._reply(reader))
                await writer.drain()
                writer.write_eof()
                await _drain(reader)
        except (OSError, TimeoutError):
            pass  # the client is gone, or does not read: nothing is owed to it
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _reply(self, reader: asyncio.StreamReader) -> bytes:
        if self._open > _MOST_CONNECTIONS:
            return callback_pages.response(_BUSY, callback_pages.REFUSED)
        try:
            async with asyncio.timeout(self._seconds):
                return self._respond(await reader.readuntil(b"\r\n\r\n"))
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
