"""How much time has passed, whatever was done to the system clock meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long this computer has been running, which setting its clock does not change.

    boot: another one after each start of the computer; "" where the system does not tell.
    """

    boot_id: str
    seconds: float

    def to_text(self) -> str:
        return f"{self.boot_id} {self.seconds!r}"  # whole: rounded up it would lie in the future


def read_uptime() -> Uptime:
    """Look how long this computer has been running."""
    try:
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return Uptime(boot, time.monotonic())


def elapsed_since(
    noted: str | None, at: datetime, now: datetime, uptime: Uptime
) -> timedelta | None:
    """Give how long ago something happened; None where the computer was started again since.

    Args:
        noted: Uptime.to_text() of that moment; None where it was not noted.
        at: that moment, by the clock; it decides only where nothing was noted.
        now: this moment, by the clock.
        uptime: this moment, by how long the computer has been running.
    """
    boot, _, seconds = (noted or "").partition(" ")
    if not seconds:
        return max(timedelta(), now - at)
    span = uptime.seconds - float(seconds)
    return None if boot != uptime.boot_id or span < 0 else timedelta(seconds=span)
