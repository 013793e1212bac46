"""What to type after a failure."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from twauth_gui.domain.addresses import APPEAL_FORM, CONNECTED_APPS, CONSOLE
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind, Remedy


@dataclass(frozen=True, slots=True)
class FailureSubject:
    """What a command is about, as far as it is known: each part can be blank.

    attempt: the id of the sign-in that still waits. oauth2: whether it is about those credentials.
    fresh: nothing is kept yet, so the encrypted file can still be chosen.
    """

    label: str = ""
    handle: str = ""
    attempt: str = ""
    oauth2: bool = False
    fresh: bool = False

    def authorize(self, more: str = "") -> str:
        """Write the command that signs in again."""
        expected = f" --expect @{self.handle}" if self.handle else ""
        return f"twauth authorize --app {self._app}{expected}{more}"

    def again(self) -> str:
        return self.authorize(" --oauth2" if self.oauth2 else "")

    def replace_keys(self) -> str:
        return f"twauth app add {self._app} --replace"

    @property
    def _app(self) -> str:
        return shlex.quote(self.label) if self.label else "LABEL"


NEXT_STEPS: dict[Remedy, str | Callable[[FailureSubject], str]] = {
    Remedy.USE_PIN: lambda subject: subject.authorize(" --method pin"),
    Remedy.START_AGAIN: FailureSubject.again,
    Remedy.SIGN_IN_AGAIN: FailureSubject.authorize,
    Remedy.SIGN_IN_OAUTH2: lambda subject: subject.authorize(" --oauth2"),
    Remedy.EDIT_KEYS: FailureSubject.replace_keys,
    Remedy.UNLOCK: "twauth unlock",
    Remedy.CREATE_FILE: "twauth --vault file unlock",
    Remedy.START_SANDBOX: "twauth sandbox",
    Remedy.COPY_CALLBACK: "twauth app list --json",
    Remedy.OPEN_CONSOLE: CONSOLE,
    Remedy.OPEN_APPEAL: APPEAL_FORM,
    Remedy.OPEN_X: "https://x.com",
    Remedy.OPEN_CONNECTED_APPS: CONNECTED_APPS,
}


def next_step(found: Diagnosis, subject: FailureSubject) -> str:
    """Say what to type, or to open, after a failure; "" where there is nothing."""
    if (
        found.kind is ProblemKind.KEYCHAIN_ABSENT
        and subject.fresh
        and found.remedy not in NEXT_STEPS
    ):
        return "twauth --vault file …, which keeps the credentials in an encrypted file"
    if found.kind is ProblemKind.MAYBE_GRANTED and subject.attempt:
        return f"twauth renew {subject.attempt}"
    if found.remedy is Remedy.START_AGAIN and subject.attempt:
        return f"twauth resume {subject.attempt}"
    if found.remedy is Remedy.START_SANDBOX and (port := urlsplit(found.address).port):
        return f"twauth sandbox --port {port}"
    step = NEXT_STEPS.get(found.remedy, "")
    return step if isinstance(step, str) else step(subject)
