"""Check of an app before its first sign-in: network, clock, keys, callback."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twauth_gui.domain.apps import AppCheck, AppCheckFinding, AppKeys, CheckOutcome
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import (
    UNREACHABLE_KINDS,
    DiagnosedError,
    Diagnosis,
    Evidence,
    ProblemKind,
)
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.xapi import bearer_token, oauth1
from twauth_gui.xapi.clock import is_clock_off
from twauth_gui.xapi.clock_check import measure_clock_skew
from twauth_gui.xapi.errors.diagnosis import diagnose_clock
from twauth_gui.xapi.errors.messages import app_check_findings
from twauth_gui.xapi.proxies import describe_proxy

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
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> tuple[AppCheckFinding, ...]:
    """Try what a sign-in needs; return the findings, up to one that the next check would repeat.

    Nothing is left behind at X: the bearer token is the app's only one, which X returns each time,
    and the request tokens expire by themselves.

    callback: the address the app will be used with, or "oob". spare: further addresses.

    Raises:
        CancelledError: cancelled before or during the check.
    """
    return _AppCheck(hosts, keys, (callback, *spare), cancel).run(settings)


class _AppCheck:
    def __init__(
        self, hosts: Hosts, keys: AppKeys, callbacks: Sequence[str], cancel: CancelToken
    ) -> None:
        self._hosts = hosts
        self._keys = keys
        self._callback, *self._spare = (one.strip() or oauth1.PIN for one in callbacks)
        self._cancel = cancel
        self._findings: dict[AppCheck, AppCheckFinding] = {}
        self._spare_findings: list[AppCheckFinding] = []

    def run(self, settings: CallSettings) -> tuple[AppCheckFinding, ...]:
        """Return the findings in the order of the checks."""
        corrected = self._check_network(settings)
        if corrected is not None:
            self._check_keys(corrected)
        return (
            *(self._findings[check] for check in AppCheck if check in self._findings),
            *self._spare_findings,
        )

    def _check_network(self, settings: CallSettings) -> CallSettings | None:
        """Return the settings for the next checks, with X's time if this computer's clock is off.

        Return None if X was not reached.
        """
        try:
            skew = measure_clock_skew(self._hosts, self._cancel, settings=settings)
        except DiagnosedError as error:
            self._fail(AppCheck.NETWORK, error.diagnosis)
            return None
        proxy = describe_proxy(self._hosts.api, settings.network)
        self._ok(AppCheck.NETWORK, f"X can be reached through the proxy {proxy}." if proxy else "")
        self._check_clock(skew, settings)
        if skew is None:
            return settings
        is_off = is_clock_off(skew) or is_clock_off(skew + settings.clock_offset)
        return settings.with_clock_skew(skew) if is_off else settings

    def _check_clock(self, skew: float | None, settings: CallSettings) -> None:
        if skew is None:
            self._warn(AppCheck.CLOCK, app_check_findings.CLOCK_UNKNOWN.to_diagnosis(Evidence()))
        elif abs(skew) <= _NEAR_SECONDS:  # also if it was off before, and was set meanwhile
            self._ok(AppCheck.CLOCK)
        elif is_clock_off(skew + settings.clock_offset):
            self._fail(AppCheck.CLOCK, diagnose_clock(skew, Evidence()))
        else:
            near = (
                app_check_findings.CLOCK_CORRECTED
                if is_clock_off(skew)
                else app_check_findings.CLOCK_NEAR
            )
            self._warn(AppCheck.CLOCK, diagnose_clock(skew, Evidence(), near))

    def _check_keys(self, settings: CallSettings) -> None:
        refused = self._capture_diagnosis(
            lambda: bearer_token.obtain_bearer_token(
                self._hosts, self._keys, self._cancel, settings=settings
            )
        )
        if refused is not None and self._is_conclusive(refused):
            return
        second = self._request_token(self._callback, settings)
        if second is not None and second.kind in UNREACHABLE_KINDS:
            self._fail(AppCheck.NETWORK, second)
            return
        self._report_keys(refused, second)
        self._report_sign_in(second)
        if second is None or second.kind is ProblemKind.CALLBACK_NOT_APPROVED:
            self._spare_findings = [
                self._check_spare_callback(one, settings) for one in self._spare
            ]

    def _request_token(self, callback: str, settings: CallSettings) -> Diagnosis | None:
        return self._capture_diagnosis(
            lambda: oauth1.obtain_request_token(
                self._hosts, self._keys, callback, self._cancel, settings=settings
            )
        )

    def _check_spare_callback(self, callback: str, settings: CallSettings) -> AppCheckFinding:
        refused = self._request_token(callback, settings)
        if refused is None:
            return AppCheckFinding(
                AppCheck.CALLBACK, CheckOutcome.OK, _OK_TITLES[AppCheck.CALLBACK], callback=callback
            )
        # The first address is enough for a sign-in; this one is used if its port is taken.
        return AppCheckFinding(
            AppCheck.CALLBACK, CheckOutcome.WARN, refused.title, refused, callback
        )

    def _capture_diagnosis(self, call: Callable[[], object]) -> Diagnosis | None:
        try:
            call()
        except DiagnosedError as error:
            return error.diagnosis
        return None

    def _is_conclusive(self, refused: Diagnosis) -> bool:
        """Whether the second call would fail in the same way, or must not be made."""
        if refused.kind in UNREACHABLE_KINDS:
            self._fail(AppCheck.NETWORK, refused)
            return True
        is_unsent = refused.evidence.status is None
        if is_unsent:
            self._fail(AppCheck.KEYS, refused)
        return is_unsent

    def _report_keys(self, bearer: Diagnosis | None, request: Diagnosis | None) -> None:
        """Report the keys as wrong only if X also refuses a request token.

        X refuses a bearer token for several other reasons.
        """
        if request is not None and request.kind is ProblemKind.WRONG_KEYS:
            self._fail(AppCheck.KEYS, request)
        elif bearer is None:
            self._ok(AppCheck.KEYS)
        elif request is None or request.kind in _CALLBACK:
            users_only = app_check_findings.KEYS_FOR_USERS_ONLY.to_diagnosis(bearer.evidence)
            is_misleading = bearer.kind is ProblemKind.WRONG_KEYS
            self._warn(AppCheck.KEYS, users_only if is_misleading else bearer)
        elif bearer.kind is ProblemKind.WRONG_KEYS and request.kind in _WAIT:
            self._fail(AppCheck.KEYS, bearer)

    def _report_sign_in(self, request: Diagnosis | None) -> None:
        if request is None:
            self._ok(AppCheck.APP)
            pin = self._callback == oauth1.PIN
            self._ok(AppCheck.CALLBACK, "Accounts can sign in with a PIN." if pin else "")
        elif request.kind is ProblemKind.CALLBACK_NOT_APPROVED:
            self._ok(AppCheck.APP)
            self._fail(AppCheck.CALLBACK, request)
        elif request.kind in _WAIT:
            self._warn(AppCheck.CALLBACK, request)
        elif request.kind is ProblemKind.CLOCK:
            self._fail(AppCheck.CLOCK, request)
        elif request.kind is not ProblemKind.WRONG_KEYS:
            self._fail(AppCheck.APP, request)

    def _ok(self, check: AppCheck, title: str = "") -> None:
        callback = self._callback_of(check)
        self._findings[check] = AppCheckFinding(
            check, CheckOutcome.OK, title or _OK_TITLES[check], callback=callback
        )

    def _warn(self, check: AppCheck, diagnosis: Diagnosis) -> None:
        self._report(check, CheckOutcome.WARN, diagnosis)

    def _fail(self, check: AppCheck, diagnosis: Diagnosis) -> None:
        self._report(check, CheckOutcome.FAIL, diagnosis)

    def _report(self, check: AppCheck, outcome: CheckOutcome, diagnosis: Diagnosis) -> None:
        self._findings[check] = AppCheckFinding(
            check, outcome, diagnosis.title, diagnosis, self._callback_of(check)
        )

    def _callback_of(self, check: AppCheck) -> str:
        has_callback = check is AppCheck.CALLBACK and self._callback != oauth1.PIN
        return self._callback if has_callback else ""


_OK_TITLES = {
    AppCheck.NETWORK: "X can be reached.",
    AppCheck.CLOCK: "This computer's clock agrees with X's.",
    AppCheck.KEYS: "X accepts the API key and its secret.",
    AppCheck.APP: "The app can sign accounts in.",
    AppCheck.CALLBACK: "X knows the callback address.",
}
