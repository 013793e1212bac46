"""Check of this computer's clock against X's, without credentials."""

from __future__ import annotations

from datetime import UTC, datetime

from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.clock import read_clock_skew
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_clock, diagnose_errors, diagnose_exception
from twauth_gui.xapi.errors.messages import app_check_findings
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


def measure_clock_skew(
    hosts: Hosts, cancel: CancelToken, *, settings: CallSettings = DEFAULT_CALL_SETTINGS
) -> float | None:
    """Return how many seconds this computer's clock is ahead of X's.

    The request carries no credential, so X counts and bills nothing: it refuses the request, and
    the response has a Date. Return None if it has none, or one from a proxy's cache.

    Raises:
        DiagnosedError: X was not reached, or something else answered instead.
        CancelledError: cancelled before or during the call.
    """
    call = CallContext(endpoints.USERS_ME, hosts)
    with diagnose_errors(call, cancel):
        before = datetime.now(UTC)
        refused = _request_without_credentials(hosts, settings)
        middle = before + (datetime.now(UTC) - before) / 2
        if diagnose_exception(refused, call).kind in _NOT_REACHED:
            raise refused
    cancel.raise_if_cancelled()
    headers = refused.response.headers
    return None if headers.get("Age", "0").strip() != "0" else read_clock_skew(headers, middle)


def _request_without_credentials(hosts: Hosts, settings: CallSettings) -> RequestRefusedError:
    try:
        with new_session(hosts, settings) as session:
            response = session.get(f"{hosts.api}{endpoints.USERS_ME}")
    except RequestRefusedError as refused:
        return refused
    return RequestRefusedError(response)  # without credentials X never accepts it: this is not X


def diagnose_corrected_clock(hosts: Hosts, skew: float) -> Diagnosis:
    """Return the diagnosis of a clock that signatures are corrected for.

    A sandbox on this computer has this computer's time: if it differs, that is one of its faults.

    skew: seconds that this computer's clock is ahead of the host's.
    """
    if hosts.is_local:
        return diagnose_clock(-skew, Evidence(), app_check_findings.SANDBOX_CLOCK)
    return diagnose_clock(skew, Evidence(), app_check_findings.CLOCK_SIGNED)


def diagnose_clock_of_app_check(hosts: Hosts, skew: float) -> Diagnosis:
    """Return the same diagnosis as an app check's finding, which also speaks of other programs."""
    if hosts.is_local:
        return diagnose_corrected_clock(hosts, skew)
    return diagnose_clock(skew, Evidence(), app_check_findings.CLOCK_CORRECTED)
