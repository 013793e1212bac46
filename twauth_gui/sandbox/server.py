"""The sandbox as an object to start, change and stop, with its start-up text."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Self

from twauth_gui.sandbox.dispatcher import respond
from twauth_gui.sandbox.faults import FAULTS, FaultState
from twauth_gui.sandbox.http_messages import Request, Response
from twauth_gui.sandbox.http_server import HOST, LoopbackServer
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.settings import DemoApp, SandboxSettings
from twauth_gui.sandbox.state import Post, SandboxState

DEFAULT_PORT: Final = 8740
_POLL: Final = 0.1  # seconds between two checks whether to stop
_LOG: Final = logging.getLogger("twauth.sandbox")


class Sandbox:
    """A pretend X on 127.0.0.1, in threads of its own.

    Access and refresh tokens survive a restart on any port. Revocations, used refresh tokens,
    posts, request tokens, authorization codes and log-ins last as long as this object. All methods
    may be called from any thread, but start and stop only from one at a time.

    Args:
        port: where it listens; 0 for a free port, chosen at the start.
        now: the clock, in seconds since the epoch.
    """

    def __init__(
        self,
        port: int = DEFAULT_PORT,
        *,
        settings: SandboxSettings | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._port = port
        self._fault_state = FaultState(settings or SandboxSettings())
        self._now = now
        self._state = SandboxState()
        self._stopping = threading.Event()
        self._server: LoopbackServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start to listen; return once requests are accepted.

        Raises:
            OSError: the port is in use.
            RuntimeError: it is running already.
        """
        if self._server is not None:
            raise RuntimeError("the sandbox is running already")
        server = LoopbackServer(self._port, self._respond, self._time, self._stopping)
        self._port = server.server_port
        self._stopping.clear()
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(_POLL,), name="sandbox", daemon=True
        )
        self._thread.start()
        _LOG.info("listening on %s", self.url)

    def stop(self) -> None:
        """Stop, and close open connections; do nothing if it is not running."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
        server.close_connections()
        self._server = self._thread = None
        _LOG.info("stopped")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address to use as API host, without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    @property
    def settings(self) -> SandboxSettings:
        """The current settings, with the active faults applied."""
        return self._fault_state.settings

    @property
    def demo_app(self) -> DemoApp:
        """The app to sign in with."""
        return self.settings.app

    def change_settings(self, **fields: Any) -> None:
        """Change fields of SandboxSettings from the next request on.

        If an active fault sets one of them, the fault wins.

        Raises:
            TypeError: there is no such field.
            ValueError: a field does not accept that value. Nothing is changed then.
        """
        self._fault_state.change_settings(**fields)

    def enable_faults(self, *names: str) -> None:
        """Turn more faults on, by their names in FAULTS.

        Requests under way are not affected. Of two faults that exclude each other, the later one in
        FAULTS wins.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._fault_state.enable(names)

    def disable_faults(self, *names: str) -> None:
        """Turn these faults off; all faults if none is named.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        if names:
            self._fault_state.disable(names)
        else:
            self._fault_state.set_active(())

    @property
    def active_faults(self) -> tuple[str, ...]:
        """The names of the faults that are on, in the order of FAULTS."""
        return self._fault_state.active

    def posts(self) -> list[Post]:
        """Return all posts, oldest first."""
        return self._state.posts()

    def _time(self) -> float:
        return self._now() + self.settings.clock_offset

    def _respond(self, request: Request) -> Response:
        context = RequestContext(
            self.url, self.settings, self._state, self._now(), self._fault_state
        )
        return respond(context, request)


def startup_text(sandbox: Sandbox) -> str:
    """Return address, keys, callbacks and what to do next, as plain text."""
    app = sandbox.demo_app
    first, *others = app.callbacks or ("none: PIN only",)
    more = "".join(f"\n                 {url}" for url in others)
    return f"""\
A pretend X is running at {sandbox.url}
It runs on this computer only. Nothing here reaches X.

App              {app.label}
API key          {app.api_key}
API key secret   {app.api_secret}
Client ID        {app.client_id}
Client secret    {app.client_secret}
Callback URLs    {first}{more}
{_list_active_faults(sandbox)}
To try it
  1. Open {sandbox.url} for the accounts, what bots have posted, and a menu of faults.
  2. Add the app with these keys: twauth app add sandbox --api-url {sandbox.url}
  3. Sign in: twauth authorize --app sandbox --method pin
     Any handle and any password work.

Tokens still work after a restart. Posts, revocations and used refresh
tokens are forgotten.
Press Ctrl+C to stop.
"""


def _list_active_faults(sandbox: Sandbox) -> str:
    active = sandbox.active_faults
    lines = "".join(f"  {fault.description}\n" for fault in FAULTS if fault.name in active)
    return f"\nBroken on purpose\n{lines}" if lines else ""
