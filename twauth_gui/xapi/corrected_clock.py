"""Words for a clock that is off, where calls carry X's time and work nevertheless."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import Diagnosis, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.xapi import preflight_words
from twauth_gui.xapi.diagnosis import clock_diagnosis


def clock_corrected(hosts: Hosts, skew: float) -> Diagnosis:
    """Say whose clock is off. skew: seconds that this computer's is ahead of the host's.

    A host on this computer has this computer's time: where it differs it was told to.
    """
    if hosts.is_local:
        return clock_diagnosis(-skew, Evidence(), preflight_words.PRETEND_CLOCK)
    return clock_diagnosis(skew, Evidence(), preflight_words.CLOCK_SIGNED)


def clock_found(hosts: Hosts, skew: float) -> Diagnosis:
    """Say the same as what a look at an app has found, with what follows for other programs."""
    if hosts.is_local:
        return clock_corrected(hosts, skew)
    return clock_diagnosis(skew, Evidence(), preflight_words.CLOCK_CORRECTED)
