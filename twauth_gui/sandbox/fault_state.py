"""Current settings of the sandbox: those that were set, with the active faults applied."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from twauth_gui.sandbox.faults import FAULTS, apply_faults, find_fault
from twauth_gui.sandbox.settings import SandboxSettings


class FaultState:
    """The settings with the active faults; every method may be called from any thread."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._lock = threading.Lock()
        self._base_settings = settings
        self._active_names: frozenset[str] = frozenset()
        self._current_settings = settings

    @property
    def settings(self) -> SandboxSettings:
        """The current settings, with the active faults applied."""
        return self._current_settings

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the faults that are on, in the order of FAULTS."""
        on = self._active_names
        return tuple(fault.name for fault in FAULTS if fault.name in on)

    def change_settings(self, **fields: Any) -> None:
        """Set fields of SandboxSettings; an active fault that sets one of them wins.

        Raises:
            TypeError: there is no such field.
            ValueError: a field does not accept that value. Nothing is changed then.
        """
        with self._lock:
            self._base_settings = replace(self._base_settings, **fields)
            self._current_settings = apply_faults(self._base_settings, self._active_names)

    def enable(self, names: Iterable[str]) -> None:
        """Turn faults on.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._update(on=names)

    def disable(self, names: Iterable[str]) -> None:
        """Turn faults off, if they are on.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._update(off=names)

    def set_active(self, names: Iterable[str]) -> None:
        """Turn these faults on, and all others off.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._update(on=names, off=[fault.name for fault in FAULTS])

    def _update(self, *, on: Iterable[str] = (), off: Iterable[str] = ()) -> None:
        turned_on = {find_fault(name).name for name in on}
        turned_off = {find_fault(name).name for name in off}
        with self._lock:
            self._active_names = frozenset((self._active_names - turned_off) | turned_on)
            self._current_settings = apply_faults(self._base_settings, self._active_names)
