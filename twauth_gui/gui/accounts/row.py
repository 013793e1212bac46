"""One row of the list: an account or a sign-in that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.attempts import PendingSignIn, PendingState
from twauth_gui.domain.health import HealthState, Severity
from twauth_gui.gui import when
from twauth_gui.gui.theme.identity import avatar_letters, hue_of

_URGENCY = {
    Severity.BROKEN: 0,
    Severity.ATTENTION: 1,
    Severity.BUSY: 2,
    Severity.UNKNOWN: 3,
    Severity.OK: 4,
}

_PENDING = {
    PendingState.WAITING: ("Signing in", Severity.BUSY),
    PendingState.GRANTED: ("Not saved yet", Severity.ATTENTION),
    PendingState.WRONG_ACCOUNT: ("Wrong account", Severity.ATTENTION),
}


_MAY_BE_GRANTED = ("Cut off", Severity.ATTENTION)


def _pending(attempt: PendingSignIn) -> tuple[str, Severity]:
    return _MAY_BE_GRANTED if attempt.may_be_granted else _PENDING[attempt.state]


@dataclass(frozen=True)
class AccountRow:
    """What the list knows of its subject; checking is so while a check runs."""

    subject: Account | PendingSignIn
    app_label: str
    is_active: bool = False
    checking: bool = False

    @property
    def id(self) -> str:
        """The id of the account or attempt."""
        return str(self.subject.id)

    @property
    def account(self) -> Account | None:
        return self.subject if isinstance(self.subject, Account) else None

    @property
    def attempt(self) -> PendingSignIn | None:
        return self.subject if isinstance(self.subject, PendingSignIn) else None

    @property
    def app_id(self) -> str:
        return str(self.subject.app_id)

    @property
    def handle(self) -> str:
        """The bare handle; "" for a sign-in that expects nobody in particular."""
        if isinstance(self.subject, Account):
            return self.subject.handle
        return self.subject.expected_handle or self.subject.granted_handle

    @cached_property
    def title(self) -> str:
        if isinstance(self.subject, Account):
            return self.subject.at_handle
        return f"@{self.handle}" if self.handle else "New account"

    @cached_property
    def subtitle(self) -> str:
        """Name · app."""
        account = self.account
        if account is None or not account.name:
            return self.app_label
        return f"{account.name} · {self.app_label}"

    @cached_property
    def letters(self) -> str:
        return avatar_letters(self.handle) if self.handle else "?"

    @cached_property
    def hue(self) -> int:
        account = self.account
        return hue_of(account.user_id if account is not None else self.handle or self.id)

    @property
    def access(self) -> AccessLevel | None:
        return self.subject.access if isinstance(self.subject, Account) else None

    @property
    def severity(self) -> Severity:
        if self.checking:
            return Severity.BUSY
        if isinstance(self.subject, Account):
            return self.subject.health.severity
        return _pending(self.subject)[1]

    @property
    def word(self) -> str:
        """The verdict in one or two words."""
        if self.checking:
            return "Checking"
        if isinstance(self.subject, Account):
            return self.subject.health.word
        return _pending(self.subject)[0]

    @property
    def check_failed(self) -> bool:
        """Whether a later check than that of the verdict did not reach X."""
        return isinstance(self.subject, Account) and self.subject.health.failed_check is not None

    @property
    def needs_attention(self) -> bool:
        if isinstance(self.subject, Account):
            return self.subject.health.needs_attention
        return self.subject.needs_attention

    @property
    def made_at(self) -> datetime:
        """When it was signed in, or the sign-in began."""
        if isinstance(self.subject, Account):
            return self.subject.signed_in_at
        return self.subject.started_at

    @property
    def checked_stamp(self) -> float:
        """When it was last checked, in seconds; 0 where it never was."""
        account = self.account
        at = account.health.at if account is not None else None
        return at.timestamp() if at is not None else 0.0

    @property
    def urgency(self) -> int:
        return _URGENCY[self.severity]

    @property
    def sort_name(self) -> str:
        return self.handle.casefold()

    @cached_property
    def haystack(self) -> str:
        """All that a search looks through, in one case."""
        parts = [self.title, self.subtitle]
        if isinstance(self.subject, Account):
            parts += [self.subject.note, *self.subject.tags]
        return "\n".join(parts).casefold()

    @property
    def hint(self) -> str:
        """The tooltip: what the badge means, or why the verdict is what it is."""
        account = self.account
        if account is None:
            return ""
        if account.health.failed_check is not None:
            return f"The last check failed: {account.health.failed_check.reason}"
        if account.health.reason:
            return account.health.reason
        return account.access.words.capitalize() if account.access is not None else ""

    def when(self, now: datetime) -> str:
        """Return the line below the verdict."""
        if isinstance(self.subject, PendingSignIn):
            return f"Since {when.since(self.subject.started_at, now)}"
        health = self.subject.health
        if health.at is None:
            return f"Added {when.day(self.subject.signed_in_at, now)}"
        return when.ago(health.at, now)

    def spoken(self, now: datetime) -> str:
        """Return the row as a screen reader says it."""
        access = self.access.words if self.access is not None else ""
        last = "active" if self.is_active else ""
        failed = "the last check failed" if self.check_failed else ""
        verdict = (self.word.lower(), self._told(now), failed)
        told = (self.title, self.app_label, access, *verdict, last)
        return ", ".join(part for part in told if part)

    def _told(self, now: datetime) -> str:
        if isinstance(self.subject, PendingSignIn):
            return f"since {when.since(self.subject.started_at, now)}"
        health = self.subject.health
        if health.state is HealthState.NEVER_CHECKED or health.at is None:
            return f"added {when.day(self.subject.signed_in_at, now)}"
        return f"checked {when.ago_spoken(health.at, now)}"
