"""What a look at an app before its first sign-in shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from twauth_gui.domain.diagnosis import Diagnosis


class Check(Enum):
    """What is looked at, in this order."""

    NETWORK = "network"
    CLOCK = "clock"
    KEYS = "keys"
    APP = "app"
    CALLBACK = "callback"

    @property
    def words(self) -> str:
        return {
            "network": "Way to X",
            "clock": "Clock",
            "keys": "API key and secret",
            "app": "App",
            "callback": "Callback address",
        }[self.value]


class CheckOutcome(Enum):
    OK = "ok"
    WARN = "warn"  # a sign-in can work
    FAIL = "fail"  # a sign-in cannot work


@dataclass(frozen=True, slots=True)
class AppCheckFinding:
    """One check; the diagnosis is there whenever the outcome is not OK.

    callback: the address it is about, where it is about one.
    """

    check: Check
    outcome: CheckOutcome
    title: str
    diagnosis: Diagnosis | None = None
    callback: str = ""
