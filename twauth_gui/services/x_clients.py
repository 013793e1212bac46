"""Settings for each call to X, with start-up of the sandbox and clock correction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.services.settings import NetworkSettingsRepository

T = TypeVar("T")


class XClients:
    """Prepares every call of a service to X. Usable from any thread.

    How far this computer's clock is off is remembered for each host by itself: the sandbox can have
    a wrong clock as one of its faults, and that says nothing about X.
    """

    def __init__(
        self, network: NetworkSettingsRepository, prepare_host: Callable[[App], None]
    ) -> None:
        self._network = network
        self._prepare_host = prepare_host
        self._lock = threading.Lock()
        self._skews: dict[str, float] = {}
        self._notices: list[Diagnosis] = []

    def settings_for(self, app: App) -> CallSettings:
        """Return the settings of a call, after starting the sandbox if the app uses it.

        Raises:
            DiagnosedError: another program uses the sandbox's port.
        """
        self._prepare_host(app)
        return self._call_settings(app.hosts)

    def call(self, app: App, work: Callable[[CallSettings], T]) -> T:
        """Make a call, and repeat it with X's time if X refuses it for this computer's clock.

        Raises what the work raises.
        """
        settings = self.settings_for(app)
        try:
            return work(settings)
        except DiagnosedError as error:
            skew = error.diagnosis.clock_skew
            if skew is None:
                raise
        try:
            result = work(settings.with_clock_skew(skew))
        except DiagnosedError as error:
            # X took the time, and refuses the rest.
            if error.diagnosis.kind is not ProblemKind.CLOCK:
                self.set_clock_skew(app.hosts, skew)
            raise
        self.set_clock_skew(app.hosts, skew)
        return result

    def set_clock_skew(self, hosts: Hosts, skew: float, *, is_known: bool = False) -> None:
        """Sign with the host's time from now on.

        skew: seconds this clock is ahead of it. is_known: whether the user knows of it already.
        """
        with self._lock:
            known = hosts.api in self._skews
            self._skews[hosts.api] = skew
            if not (known or is_known):
                self._notices.append(_clock_notice(hosts, skew))

    def host_time(self, hosts: Hosts, now: datetime) -> datetime:
        """Return the host's time, as far as it is known to differ from this computer's."""
        with self._lock:
            return now - timedelta(seconds=self._skews.get(hosts.api, 0.0))

    def take_notices(self) -> tuple[Diagnosis, ...]:
        """Return what the user should know and was not shown yet; each once."""
        with self._lock:
            notices, self._notices = tuple(self._notices), []
        return notices

    def _call_settings(self, hosts: Hosts) -> CallSettings:
        settings = CallSettings(self._network.load())
        with self._lock:
            skew = self._skews.get(hosts.api)
        return settings if skew is None else settings.with_clock_skew(skew)


def _clock_notice(hosts: Hosts, skew: float) -> Diagnosis:
    from twauth_gui.xapi.clock_check import diagnose_corrected_clock  # noqa: PLC0415 - loads requests

    return diagnose_corrected_clock(hosts, skew)
