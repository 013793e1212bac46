"""Which settings hold now: those that were set, with the faults that are on."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from twauth_gui.sandbox.faults import FAULTS, broken, find_fault
from twauth_gui.sandbox.settings import SandboxSettings


class Switchboard:
    """Settings under faults; every method may be called from any thread."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._lock = threading.Lock()
        self._sound = settings
        self._on: frozenset[str] = frozenset()
        self._now = settings

    @property
    def settings(self) -> SandboxSettings:
        """What holds now."""
        return self._now

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the faults that are on, in the order of FAULTS."""
        on = self._on
        return tuple(fault.name for fault in FAULTS if fault.name in on)

    def change(self, **fields: Any) -> None:
        """Set fields of SandboxSettings; a fault that sets one of them has the last word.

        Raises:
            TypeError: there is no such field.
            ValueError: a field does not take that value. Nothing is changed then.
        """
        with self._lock:
            self._sound = replace(self._sound, **fields)
            self._now = broken(self._sound, self._on)

    def add(self, names: Iterable[str]) -> None:
        """Turn faults on.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._turn(on=names)

    def drop(self, names: Iterable[str]) -> None:
        """Turn faults off; one that is off stays so.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._turn(off=names)

    def put(self, names: Iterable[str]) -> None:
        """Turn these on, all others off.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._turn(on=names, off=[fault.name for fault in FAULTS])

    def _turn(self, *, on: Iterable[str] = (), off: Iterable[str] = ()) -> None:
        turned_on = {find_fault(name).name for name in on}
        turned_off = {find_fault(name).name for name in off}
        with self._lock:
            self._on = frozenset((self._on - turned_off) | turned_on)
            self._now = broken(self._sound, self._on)
