"""Run the sandbox inside this process for the apps that use it."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.accounts import DEMO_ACCOUNTS
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.store.store import Store

DEFAULT_PORT = 8740
_URL_SETTING = "sandbox-url"
_PROBE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SandboxStatus:
    """Whether the sandbox runs. address: "" if not. is_here: in this process, which can stop it."""

    address: str = ""
    is_here: bool = False


class SandboxRunner:
    """Starts the sandbox when one of its apps is used, unless it already runs.

    At most one runs in this process: if it is started at another port, it moves there. Once the
    user has stopped it, it stays stopped until the user starts it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._sandbox: Sandbox | None = None
        self._is_disabled = False

    @property
    def sample_handles(self) -> tuple[str, ...]:
        """The handles of the sandbox's invented accounts, without @."""
        return tuple(one.handle for one in DEMO_ACCOUNTS)

    def start_if_used_by(self, app: App) -> None:
        """Start the sandbox if the app uses it; otherwise do nothing.

        Raises:
            DiagnosedError: another program uses its port.
        """
        if self._is_disabled:
            return
        if app.hosts.is_local and app.hosts.api == self._store.settings.get(_URL_SETTING):
            self._ensure(urlsplit(app.hosts.api).port or DEFAULT_PORT)

    def start(self, port: int | None = None) -> AppDraft:
        """Start the sandbox and return its demo app, ready to be added.

        port: None for the last one.

        Raises:
            DiagnosedError: another program uses the port.
        """
        port = port or self._last_port()
        url = self._ensure(port)
        self._is_disabled = False
        self._store.settings.set(_URL_SETTING, url)
        demo = Sandbox(port=port).demo_app
        keys = AppKeys(
            api_key=Secret(demo.api_key),
            api_secret=Secret(demo.api_secret),
            client_id=Secret(demo.client_id),
            client_secret=Secret(demo.client_secret),
        )
        callback = DEFAULT_CALLBACK if DEFAULT_CALLBACK in demo.callbacks else demo.callbacks[0]
        return AppDraft(demo.label, keys, callback, Hosts.from_api_url(url))

    def start_at(self, address: str) -> None:
        """Start it at the address that an app expects; from now on it starts there by itself.

        Raises:
            DiagnosedError: another program uses the port.
        """
        _ = self.start(urlsplit(address).port)

    def read_status(self) -> SandboxStatus:
        """Return whether it runs at its last port, here or in another program."""
        with self._lock:
            if self._sandbox is not None:
                return SandboxStatus(self._sandbox.url, is_here=True)
        port = self._last_port()
        return SandboxStatus(_address(port)) if _is_sandbox(port) else SandboxStatus()

    def _last_port(self) -> int:
        return urlsplit(self._store.settings.get(_URL_SETTING) or "").port or DEFAULT_PORT

    @property
    def is_running_here(self) -> bool:
        """Whether it runs in this process, and ends with it."""
        return self._sandbox is not None

    @property
    def active_faults(self) -> tuple[str, ...] | None:
        """The names of the active faults; None if it does not run in this process."""
        sandbox = self._sandbox
        return None if sandbox is None else sandbox.active_faults

    def set_fault(self, name: str, *, on: bool) -> None:
        """Turn one fault on or off, if it runs in this process."""
        sandbox = self._sandbox
        if sandbox is not None:
            (sandbox.enable_faults if on else sandbox.disable_faults)(name)

    def clear_faults(self) -> None:
        """Turn all faults off, if it runs in this process."""
        sandbox = self._sandbox
        if sandbox is not None:
            sandbox.disable_faults()

    def disable(self) -> None:
        """Stop it; using one of its apps does not start it again."""
        self._is_disabled = True
        self.stop()

    def stop(self) -> None:
        """Stop the sandbox of this process, if there is one."""
        with self._lock:
            sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.stop()

    def _ensure(self, port: int) -> str:
        with self._lock:
            url = _address(port)
            if self._sandbox is not None and self._sandbox.url == url:
                return url
            if _is_sandbox(port):
                return url
            before, self._sandbox = self._sandbox, None
            if before is not None:
                before.stop()
            sandbox = Sandbox(port=port)
            try:
                sandbox.start()
            except OSError as error:
                raise DiagnosedError(_port_taken(port)) from error
            self._sandbox = sandbox
            return sandbox.url


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _is_sandbox(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", "/sandbox.json")
        answer: object = json.loads(connection.getresponse().read(1024))
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and answer.get("name") == "twauth-sandbox"  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _port_taken(port: int) -> Diagnosis:
    return Diagnosis(
        ProblemKind.PORT_TAKEN,
        f"The pretend X could not start on port {port}.",
        "Another program uses that port. Close it, then try again.",
        remedy=Remedy.TRY_AGAIN,
    )
