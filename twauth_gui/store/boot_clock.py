"""Elapsed time that does not depend on the system clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long this computer has been running, which setting its clock does not change.

    boot_id: changes with every start of the computer; "" if the system has none.
    """

    boot_id: str
    seconds: float

    def to_text(self) -> str:
        return (
            f"{self.boot_id} {self.seconds!r}"  # not rounded: rounded up it would lie in the future
        )


def read_uptime() -> Uptime:
    """Return how long this computer has been running."""
    try:
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return Uptime(boot, time.monotonic())


def elapsed_since(
    noted: str | None, at: datetime, now: datetime, uptime: Uptime
) -> timedelta | None:
    """Return how long ago something happened; None if the computer was restarted since.

    Args:
        noted: Uptime.to_text() of that moment; None if it was not noted.
        at: that moment by the clock, used only if nothing was noted.
        now: this moment by the clock.
        uptime: the uptime at this moment.
    """
    boot, _, seconds = (noted or "").partition(" ")
    if not seconds:
        return max(timedelta(), now - at)
    span = uptime.seconds - float(seconds)
    return None if boot != uptime.boot_id or span < 0 else timedelta(seconds=span)
