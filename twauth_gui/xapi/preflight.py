"""Looks at an app before its first sign-in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import (
    NOT_REACHED,
    DiagnosedError,
    Diagnosis,
    Evidence,
    ProblemKind,
)
from twauth_gui.domain.findings import AppCheckFinding, Check, CheckOutcome
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, CallSettings
from twauth_gui.xapi import app_only, oauth1, preflight_words
from twauth_gui.xapi.clock import is_off
from twauth_gui.xapi.diagnosis import clock_diagnosis
from twauth_gui.xapi.probe import measure_skew
from twauth_gui.xapi.proxies import proxy_name

_NEAR_SECONDS = 60
_CALLBACK = frozenset({ProblemKind.CALLBACK_NOT_APPROVED, ProblemKind.CALLBACK_NEEDS_PIN})
_WAIT = frozenset({ProblemKind.RATE_LIMITED, ProblemKind.USAGE_CAPPED})


def check_app(
    hosts: Hosts,
    keys: AppKeys,
    callback: str,
    cancel: CancelToken,
    *,
    spare: Sequence[str] = (),
    line: CallSettings = DIRECT,
) -> tuple[AppCheckFinding, ...]:
    """Try what a sign-in needs, and stop where the next step would only repeat a finding.

    callback: the address the app will be used with, or "oob". spare: further ones. Nothing stays
    behind at X: the bearer token that is asked for is the app's one, which X gives again each time,
    and the request tokens expire by themselves.

    Raises:
        CancelledError: cancelled before or meanwhile.
    """
    return _Preflight(hosts, keys, (callback, *spare), cancel).run(line)


class _Preflight:
    def __init__(
        self, hosts: Hosts, keys: AppKeys, callbacks: Sequence[str], cancel: CancelToken
    ) -> None:
        self._hosts = hosts
        self._keys = keys
        self._callback, *self._spare = (one.strip() or oauth1.PIN for one in callbacks)
        self._cancel = cancel
        self._found: dict[Check, AppCheckFinding] = {}
        self._more: list[AppCheckFinding] = []

    def run(self, line: CallSettings) -> tuple[AppCheckFinding, ...]:
        """Give the findings in the order of the checks."""
        corrected = self._reach(line)
        if corrected is not None:
            self._try_keys(corrected)
        return (*(self._found[check] for check in Check if check in self._found), *self._more)

    def _reach(self, line: CallSettings) -> CallSettings | None:
        """Return the line for the next steps: with X's time, so that a clock hides no more."""
        try:
            skew = measure_skew(self._hosts, self._cancel, line=line)
        except DiagnosedError as error:
            self._fail(Check.NETWORK, error.diagnosis)
            return None
        proxy = proxy_name(self._hosts.api, line.network)
        self._ok(Check.NETWORK, f"X is reached through the proxy {proxy}." if proxy else "")
        self._judge_clock(skew, line)
        off = skew is not None and (is_off(skew) or is_off(skew + line.clock_offset))
        return line.corrected(skew) if off and skew is not None else line

    def _judge_clock(self, skew: float | None, line: CallSettings) -> None:
        if skew is None:
            self._warn(Check.CLOCK, preflight_words.CLOCK_UNKNOWN.diagnosis(Evidence()))
        elif abs(skew) <= _NEAR_SECONDS:  # also where it was off before, and was set meanwhile
            self._ok(Check.CLOCK)
        elif is_off(skew + line.clock_offset):
            self._fail(Check.CLOCK, clock_diagnosis(skew, Evidence()))
        else:
            near = preflight_words.CLOCK_CORRECTED if is_off(skew) else preflight_words.CLOCK_NEAR
            self._warn(Check.CLOCK, clock_diagnosis(skew, Evidence(), near))

    def _try_keys(self, line: CallSettings) -> None:
        refused = self._attempt(
            lambda: app_only.mint(self._hosts, self._keys, self._cancel, line=line)
        )
        if refused is not None and self._ends_here(refused):
            return
        second = self._ask_token(self._callback, line)
        if second is not None and second.kind in NOT_REACHED:
            self._fail(Check.NETWORK, second)
            return
        self._judge_keys(refused, second)
        self._judge_sign_in(second)
        if second is None or second.kind is ProblemKind.CALLBACK_NOT_APPROVED:
            self._more = [self._spare_callback(one, line) for one in self._spare]

    def _ask_token(self, callback: str, line: CallSettings) -> Diagnosis | None:
        return self._attempt(
            lambda: oauth1.obtain_request_token(
                self._hosts, self._keys, callback, self._cancel, line=line
            )
        )

    def _spare_callback(self, callback: str, line: CallSettings) -> AppCheckFinding:
        refused = self._ask_token(callback, line)
        if refused is None:
            return AppCheckFinding(
                Check.CALLBACK, CheckOutcome.OK, _FINE[Check.CALLBACK], callback=callback
            )
        # The first address is enough for a sign-in; this one is for when its port is taken.
        return AppCheckFinding(Check.CALLBACK, CheckOutcome.WARN, refused.title, refused, callback)

    def _attempt(self, call: Callable[[], object]) -> Diagnosis | None:
        try:
            call()
        except DiagnosedError as error:
            return error.diagnosis
        return None

    def _ends_here(self, refused: Diagnosis) -> bool:
        """Whether the second call would fail alike, or must not be made."""
        if refused.kind in NOT_REACHED:
            self._fail(Check.NETWORK, refused)
            return True
        never_sent = refused.evidence.status is None
        if never_sent:
            self._fail(Check.KEYS, refused)
        return never_sent

    def _judge_keys(self, bearer: Diagnosis | None, request: Diagnosis | None) -> None:
        """X gives no bearer for several reasons; the request token tells whether it is the keys."""
        if request is not None and request.kind is ProblemKind.WRONG_KEYS:
            self._fail(Check.KEYS, request)
        elif bearer is None:
            self._ok(Check.KEYS)
        elif request is None or request.kind in _CALLBACK:
            words = preflight_words.KEYS_FOR_USERS_ONLY.diagnosis(bearer.evidence)
            self._warn(Check.KEYS, words if bearer.kind is ProblemKind.WRONG_KEYS else bearer)
        elif bearer.kind is ProblemKind.WRONG_KEYS and request.kind in _WAIT:
            self._fail(Check.KEYS, bearer)

    def _judge_sign_in(self, request: Diagnosis | None) -> None:
        if request is None:
            self._ok(Check.APP)
            pin = self._callback == oauth1.PIN
            self._ok(Check.CALLBACK, "Accounts can sign in with a PIN." if pin else "")
        elif request.kind is ProblemKind.CALLBACK_NOT_APPROVED:
            self._ok(Check.APP)
            self._fail(Check.CALLBACK, request)
        elif request.kind in _WAIT:
            self._warn(Check.CALLBACK, request)
        elif request.kind is ProblemKind.CLOCK:
            self._fail(Check.CLOCK, request)
        elif request.kind is not ProblemKind.WRONG_KEYS:
            self._fail(Check.APP, request)

    def _ok(self, check: Check, title: str = "") -> None:
        about = self._about(check)
        self._found[check] = AppCheckFinding(
            check, CheckOutcome.OK, title or _FINE[check], callback=about
        )

    def _warn(self, check: Check, diagnosis: Diagnosis) -> None:
        about = self._about(check)
        self._found[check] = AppCheckFinding(
            check, CheckOutcome.WARN, diagnosis.title, diagnosis, about
        )

    def _fail(self, check: Check, diagnosis: Diagnosis) -> None:
        about = self._about(check)
        self._found[check] = AppCheckFinding(
            check, CheckOutcome.FAIL, diagnosis.title, diagnosis, about
        )

    def _about(self, check: Check) -> str:
        here = check is Check.CALLBACK and self._callback != oauth1.PIN
        return self._callback if here else ""


_FINE = {
    Check.NETWORK: "X is reached.",
    Check.CLOCK: "This computer's clock agrees with X's.",
    Check.KEYS: "X accepts the API key and its secret.",
    Check.APP: "The app may sign accounts in.",
    Check.CALLBACK: "X knows the callback address.",
}
