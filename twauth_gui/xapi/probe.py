"""Asks X for nothing, to learn whether it is reached, with the time it has."""

from __future__ import annotations

from datetime import UTC, datetime

from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, CallSettings
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.clock import skew_seconds
from twauth_gui.xapi.diagnosis import explain
from twauth_gui.xapi.said import said_to_x
from twauth_gui.xapi.session import RequestRefusedError, new_session

_NOT_REACHED = frozenset(
    {
        ProblemKind.NOT_X,
        ProblemKind.REDIRECTED,
        ProblemKind.X_DOWN,
        ProblemKind.REFUSED,
        ProblemKind.TIMED_OUT,
        ProblemKind.NO_NETWORK,
    }
)


def measure_skew(hosts: Hosts, cancel: CancelToken, *, line: CallSettings = DIRECT) -> float | None:
    """Return how many seconds this computer's clock is ahead of X's.

    The request carries no credential, so X counts and bills nothing: it refuses it, and the
    refusal has a Date. None where it has none, or one out of a proxy's store.

    Raises:
        DiagnosedError: X was not reached, or something else answered in its place.
        CancelledError: cancelled before or meanwhile.
    """
    call = Call(endpoints.USERS_ME, hosts)
    with said_to_x(call, cancel):
        before = datetime.now(UTC)
        refused = _ask(hosts, line)
        middle = before + (datetime.now(UTC) - before) / 2
        if explain(refused, call).kind in _NOT_REACHED:
            raise refused
    cancel.check()
    headers = refused.response.headers
    return None if headers.get("Age", "0").strip() != "0" else skew_seconds(headers, middle)


def _ask(hosts: Hosts, line: CallSettings) -> RequestRefusedError:
    try:
        with new_session(hosts, line) as session:
            answer = session.get(f"{hosts.api}{endpoints.USERS_ME}")
    except RequestRefusedError as refused:
        return refused
    return RequestRefusedError(answer)  # nobody is somebody without credentials: this is not X
