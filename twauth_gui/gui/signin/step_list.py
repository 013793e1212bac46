"""Where a sign-in stands, as the list of steps at the side of its sheet."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.gui.parts.steps import Step, StepState
from twauth_gui.services.watch import SignInStep

_NOTABLE_SECONDS = 0.1


class StepList:
    """Knows the steps of one way, which of them is under way, and how long the last one took."""

    def __init__(
        self,
        method: SignInMethod,
        *,
        app_label: str,
        keychain: str,
        callback: str,
        kind: CredentialKind = CredentialKind.OAUTH1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._texts = _texts(method, app_label, keychain, callback)
        if kind is CredentialKind.OAUTH2:  # X is asked nothing before somebody approves
            del self._texts[SignInStep.REQUEST_TOKEN]
        self._order = list(self._texts)
        self._at = 0
        self._failed = ""
        self._finished = False
        self._notes: dict[SignInStep, str] = {}
        self._since = clock()

    def listen_at(self, callback: str) -> None:
        """Name the address that is listened at: the first one can have been taken."""
        if SignInStep.LISTEN in self._texts:
            self._texts[SignInStep.LISTEN] = _listening(callback)

    def begin(self, step: SignInStep, note: str = "") -> None:
        """Note that a step has begun, and with it that the ones before are done."""
        shown = SignInStep.SAVE if step is SignInStep.EXCHANGE else step
        place = self._order.index(shown)
        now = self._clock()
        took = now - self._since
        before = self._order[self._at]
        if place > self._at and before is SignInStep.REQUEST_TOKEN and took >= _NOTABLE_SECONDS:
            self._notes[before] = f"In {took:.1f} s"
        self._at, self._since, self._failed = place, now, ""
        if note:
            self._notes[shown] = note

    def fail(self, text: str, note: str = "") -> None:
        """Mark the step under way as the one that failed."""
        self._failed = text
        if note:
            self._notes[self._order[self._at]] = note

    def finish(self) -> None:
        """Mark everything as done."""
        self._finished = True

    def is_past(self, step: SignInStep) -> bool:
        """Whether this step is done."""
        return self._order.index(step) < self._at

    def steps(self) -> list[Step]:
        """Give the list as it is to be shown."""
        return [self._step(place, step) for place, step in enumerate(self._order)]

    def _step(self, place: int, step: SignInStep) -> Step:
        before, now, after = self._texts[step]
        note = self._notes.get(step, "")
        if self._finished or place < self._at:
            return Step(StepState.DONE, after, note if step is SignInStep.REQUEST_TOKEN else "")
        if place > self._at:
            return Step(StepState.TODO, before)
        if self._failed:
            return Step(StepState.FAIL, self._failed, note)
        return Step(StepState.NOW, now, note)


def _texts(
    method: SignInMethod, app_label: str, keychain: str, callback: str
) -> dict[SignInStep, tuple[str, str, str]]:
    """Give each step's words before, while and after it happens."""
    approve = "Waiting for approval" if method.returns_by_callback else "Waiting for the PIN"
    steps = {
        SignInStep.READ_KEYS: (
            f"Read the keys of {app_label}",
            f"Reading the keys of {app_label}",
            f"Read the keys of {app_label}",
        ),
        SignInStep.LISTEN: _listening(callback),
        SignInStep.REQUEST_TOKEN: (
            "Get a sign-in token",
            "Asking X for a sign-in token",
            "Got a sign-in token",
        ),
        SignInStep.APPROVE: ("Approve", approve, "Approved"),
        SignInStep.SAVE: (
            f"Save in {keychain}",
            f"Saving in {keychain}",
            f"Saved in {keychain}",
        ),
        SignInStep.COMPARE: ("Compare the account", "Comparing the account", "Account compared"),
    }
    if method is not SignInMethod.BROWSER:
        del steps[SignInStep.LISTEN]
    return steps


def _listening(callback: str) -> tuple[str, str, str]:
    place = urlsplit(callback).netloc
    return (f"Listen on {place}", f"Listening on {place}", f"Listening on {place}")
