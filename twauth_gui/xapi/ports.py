"""Finds the first of an app's callback addresses that can be listened at."""

from __future__ import annotations

from collections.abc import Sequence

from twauth_gui.domain.callbacks import leads_here
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence, ProblemKind
from twauth_gui.xapi import obstacles
from twauth_gui.xapi.callback_ports import CallbackPorts
from twauth_gui.xapi.loopback import CallbackListener


def listen_at_first_free(
    callbacks: Sequence[str], ports: CallbackPorts | None = None
) -> CallbackListener:
    """Open a listener at the first address whose port is free, or is one of these ports already.

    Raises:
        DiagnosedError: Kind.CALLBACK_NEEDS_PIN, none can be listened at; Kind.PORT_TAKEN, with
            every port that was tried.
    """
    local = [CallbackListener(url, ports=ports) for url in callbacks if leads_here(url)]
    if not local:
        raise DiagnosedError(obstacles.CALLBACK_ELSEWHERE.diagnosis(Evidence()))
    for listener in local:
        try:
            listener.open()
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.PORT_TAKEN or len(local) == 1:
                raise
        else:
            return listener
    tried = [str(listener.port) for listener in local]
    words = f"{', '.join(tried[:-1])} and {tried[-1]}"
    raise DiagnosedError(obstacles.PORTS_TAKEN.diagnosis(Evidence(), ports=words))
