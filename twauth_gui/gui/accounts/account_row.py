"""One row of the account list: an account or a pending sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.health import Health, HealthState, Severity
from twauth_gui.domain.sign_in import PendingSignIn, PendingState
from twauth_gui.gui import time_format
from twauth_gui.gui.parts.avatar import avatar_letters, hue_of

_URGENCY = {
    Severity.BROKEN: 0,
    Severity.ATTENTION: 1,
    Severity.BUSY: 2,
    Severity.UNKNOWN: 3,
    Severity.OK: 4,
}

_LEAD = 12  # characters of a note that are shown before a hit in it

_PENDING_STATUS = {
    PendingState.WAITING: ("Signing in", Severity.BUSY),
    PendingState.GRANTED: ("Not saved yet", Severity.ATTENTION),
    PendingState.WRONG_ACCOUNT: ("Wrong account", Severity.ATTENTION),
}
_INTERRUPTED_STATUS = ("Interrupted", Severity.ATTENTION)


def _pending_status(pending: PendingSignIn) -> tuple[str, Severity]:
    return _INTERRUPTED_STATUS if pending.is_possibly_granted else _PENDING_STATUS[pending.state]


@lru_cache(maxsize=256)
def _name_states(state: HealthState | None, **marks: bool) -> frozenset[str]:
    """Return the names of a state, None for a sign-in, and of the marks that are set."""
    names = {mark.replace("_", "-") for mark, is_set in marks.items() if is_set}
    names.add("signing-in" if state is None else state.value)
    if state is not None and Health(state).severity is Severity.BROKEN:
        names.add("broken")
    return frozenset(names)


@dataclass(frozen=True)
class AccountRow:
    """What the list shows of its subject."""

    subject: Account | PendingSignIn
    app_label: str
    is_active: bool = False
    is_checking: bool = False

    @cached_property
    def id(self) -> str:
        """The id of the account or pending sign-in."""
        return str(self.subject.id)

    @property
    def account(self) -> Account | None:
        return self.subject if isinstance(self.subject, Account) else None

    @property
    def pending_sign_in(self) -> PendingSignIn | None:
        return self.subject if isinstance(self.subject, PendingSignIn) else None

    @property
    def app_id(self) -> str:
        return str(self.subject.app_id)

    @property
    def handle(self) -> str:
        """The handle without @; "" for a sign-in that may be approved by any account."""
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
        """The account's name, if it has one, and the app's label."""
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
        if self.is_checking:
            return Severity.BUSY
        if isinstance(self.subject, Account):
            return self.subject.health.severity
        return _pending_status(self.subject)[1]

    @property
    def status_word(self) -> str:
        """The health, or how far the sign-in is, in one or two words."""
        if self.is_checking:
            return "Checking"
        if isinstance(self.subject, Account):
            return self.subject.health.label
        return _pending_status(self.subject)[0]

    @property
    def check_failed(self) -> bool:
        """Whether the latest check did not reach X; the status is that of an earlier one."""
        return isinstance(self.subject, Account) and self.subject.health.failed_check is not None

    @property
    def needs_attention(self) -> bool:
        if isinstance(self.subject, Account):
            return self.subject.health.needs_attention
        return self.subject.needs_attention

    @property
    def is_favourite(self) -> bool:
        return isinstance(self.subject, Account) and self.subject.is_favourite

    @property
    def created_at(self) -> datetime:
        """When the account was signed in, or the sign-in began."""
        if isinstance(self.subject, Account):
            return self.subject.signed_in_at
        return self.subject.started_at

    @property
    def checked_timestamp(self) -> float:
        """When it was last checked, in seconds since 1970; 0 if never."""
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
    def first_tag(self) -> str:
        """The tag that comes first by alphabet; "" if there is none."""
        return min(self.tags, key=str.casefold, default="")

    @cached_property
    def tags(self) -> tuple[str, ...]:
        return self.subject.tags if isinstance(self.subject, Account) else ()

    @cached_property
    def states(self) -> frozenset[str]:
        """The values of is: that a search finds this row by."""
        account = self.account
        return _name_states(
            account.health.state if account is not None else None,
            attention=self.needs_attention,
            active=self.is_active,
            favourite=self.is_favourite,
            check_failed=self.check_failed,
        )

    @cached_property
    def search_text(self) -> str:
        """All text that a search looks through, case-folded."""
        parts = [self.title, self.subtitle]
        if isinstance(self.subject, Account):
            parts += [self.subject.note, *self.tags, self.subject.known_user_id]
        return "\n".join(parts).casefold()

    def prepare_search(self) -> None:
        """Make what a search compares; it is kept with the row."""
        _ = (self.search_text, self.states, self.tags)

    def explain_hit(self, words: Sequence[str]) -> str:
        """Return the tag, note or user id that has a word of a search, "" if the row shows all.

        words: case-folded.
        """
        account = self.account
        shown = f"{self.title}\n{self.subtitle}".casefold()
        hidden = [word for word in words if word not in shown]
        if account is None or not hidden:
            return ""
        lines = [("Tag ", tag) for tag in self.tags]
        lines += [("Note: ", line) for line in account.note.splitlines()]
        lines.append(("User ID ", account.known_user_id))
        for label, text in lines:
            place = min((i for i in map(text.casefold().find, hidden) if i >= 0), default=-1)
            if place >= 0:
                cut = max(0, place - _LEAD) if place > _LEAD + 1 else 0
                return f"{label}{'…' if cut else ''}{text[cut:]}"
        return ""

    @property
    def tooltip_text(self) -> str:
        """The tooltip: the reason for the status, else what the badge means."""
        account = self.account
        if account is None:
            return ""
        if account.health.failed_check is not None:
            return f"The last check failed: {account.health.failed_check.reason}"
        if account.health.reason:
            return account.health.reason
        return account.access.label.capitalize() if account.access is not None else ""

    def time_text(self, now: datetime) -> str:
        """Return the line below the status."""
        if isinstance(self.subject, PendingSignIn):
            return f"Since {time_format.format_since(self.subject.started_at, now)}"
        health = self.subject.health
        if health.at is None:
            return f"Added {time_format.format_short_day(self.subject.signed_in_at, now)}"
        return time_format.format_ago(health.at, now)

    def accessible_text(self, now: datetime) -> str:
        """Return the row as a screen reader says it."""
        access = self.access.label if self.access is not None else ""
        marks = ("active" if self.is_active else "", "favourite" if self.is_favourite else "")
        failed = "the last check failed" if self.check_failed else ""
        status = (self.status_word.lower(), self._accessible_time(now), failed)
        parts = (self.title, self.app_label, access, *status, *marks)
        return ", ".join(part for part in parts if part)

    def _accessible_time(self, now: datetime) -> str:
        if isinstance(self.subject, PendingSignIn):
            return f"since {time_format.format_since(self.subject.started_at, now)}"
        health = self.subject.health
        if health.state is HealthState.NEVER_CHECKED or health.at is None:
            return f"added {time_format.format_day(self.subject.signed_in_at, now)}"
        return f"checked {time_format.format_ago_spoken(health.at, now)}"
