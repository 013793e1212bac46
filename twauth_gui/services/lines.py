"""Gives every call its line to X: the network as it is set, X's time where the clock is off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.services.network_settings import NetworkShelf

T = TypeVar("T")


class XClients:
    """The one way from a service to X. Usable from any thread.

    How far this computer's clock is off is remembered for each host by itself: the pretend X may
    be told to have a wrong clock, and that says nothing about X.
    """

    def __init__(self, network: NetworkShelf, ready: Callable[[App], None]) -> None:
        self._network = network
        self._ready = ready
        self._lock = threading.Lock()
        self._skews: dict[str, float] = {}
        self._notes: list[Diagnosis] = []

    def to(self, app: App) -> CallSettings:
        """See to it that the app's host answers where it is our own; give the line to it.

        Raises:
            DiagnosedError: another program sits where the pretend X belongs.
        """
        self._ready(app)
        return self._line(app.hosts)

    def call(self, app: App, work: Callable[[CallSettings], T]) -> T:
        """Make a call; where X refuses it for this computer's clock, once more with X's time.

        Raises what the work raises.
        """
        line = self.to(app)
        try:
            return work(line)
        except DiagnosedError as error:
            skew = error.diagnosis.clock_skew
            if skew is None:
                raise
        try:
            result = work(line.corrected(skew))
        except DiagnosedError as error:
            if (
                error.diagnosis.kind is not ProblemKind.CLOCK
            ):  # X took the time, and refuses the rest
                self.learn(app.hosts, skew)
            raise
        self.learn(app.hosts, skew)
        return result

    def learn(self, hosts: Hosts, skew: float, *, told: bool = False) -> None:
        """Sign with the host's time from now on.

        skew: seconds this clock is ahead of it. told: whether the person is told of it already.
        """
        with self._lock:
            known = hosts.api in self._skews
            self._skews[hosts.api] = skew
            if not (known or told):
                self._notes.append(_told(hosts, skew))

    def time_of(self, hosts: Hosts, now: datetime) -> datetime:
        """Give the host's time, as far as it is known to differ from this computer's."""
        with self._lock:
            return now - timedelta(seconds=self._skews.get(hosts.api, 0.0))

    def take_notes(self) -> tuple[Diagnosis, ...]:
        """Give what the person should know and has not been told; each once."""
        with self._lock:
            notes, self._notes = tuple(self._notes), []
        return notes

    def _line(self, hosts: Hosts) -> CallSettings:
        line = CallSettings(self._network.current())
        with self._lock:
            skew = self._skews.get(hosts.api)
        return line if skew is None else line.corrected(skew)


def _told(hosts: Hosts, skew: float) -> Diagnosis:
    from twauth_gui.xapi.corrected_clock import clock_corrected  # noqa: PLC0415 - loads requests

    return clock_corrected(hosts, skew)
