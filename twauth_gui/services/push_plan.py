"""What a push would do, name by name, and what it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.placements import Place


class PushAction(Enum):
    """What is to be done with one name at a destination.

    CREATE: it is not there. UPDATE: Twauth wrote it, and the credentials are others now. SAME:
    nothing to do. CHANGED: Twauth wrote it, and somebody else after that. FOREIGN: it is there, and
    not written by Twauth for this account. LEFT: Twauth wrote it, and this push does not need it.
    BLOCKED: it cannot be written. UNKNOWN: nobody can tell whether it is there.
    """

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    CHANGED = "changed-elsewhere"
    FOREIGN = "not-ours"
    LEFT = "left-behind"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"

    @property
    def is_write(self) -> bool:
        """Whether it is written without being named."""
        return self in {PushAction.CREATE, PushAction.UPDATE}

    @property
    def needs_naming(self) -> bool:
        """Whether it is written only if the person names it."""
        return self in {PushAction.CHANGED, PushAction.FOREIGN, PushAction.UNKNOWN}


@dataclass(frozen=True, slots=True)
class PushRow:
    """One name in the plan.

    account_id: whose values it has. where: the place in words. reason: a sentence, or "".
    """

    account_id: AccountId
    place: Place
    name: str
    action: PushAction
    reason: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What apply() would do; it holds no secret.

    target: as the person gave it, with {handle} in it perhaps. programs: the absolute path of each
    program that is started. identity: who is logged in at the destination, or "". notes: sentences
    to show above the rows. bearer: whether the app's bearer token is included.
    """

    destination_id: str
    title: str
    account_ids: tuple[AccountId, ...]
    target: Mapping[str, str] = field(hash=False)
    preset_id: str
    rows: tuple[PushRow, ...]
    programs: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    identity: str = ""
    notes: tuple[str, ...] = ()
    bearer: bool = False

    def find_rows(self, names: Iterable[str]) -> frozenset[PushRow]:
        """Return the rows of these names.

        Raises:
            LookupError: a name is not in the plan.
        """
        found: set[PushRow] = set()
        for name in names:
            rows = {row for row in self.rows if row.name == name}
            if not rows:
                raise LookupError(f"{name} is not among the names of this push.")
            found |= rows
        return frozenset(found)

    def count(self) -> dict[PushAction, int]:
        """Return how many rows there are of each action that occurs."""
        actions = [row.action for row in self.rows]
        return {one: actions.count(one) for one in PushAction if one in actions}


class PushOutcome(Enum):
    """What became of one name. UNSURE: it may have been written, and the next push writes it."""

    CREATED = "created"
    UPDATED = "updated"
    SAME = "same"
    DELETED = "deleted"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNSURE = "unsure"
    CANCELLED = "cancelled"

    @property
    def is_failure(self) -> bool:
        """Whether the name is not, or perhaps not, as the plan said."""
        return self in _FAILURES


_FAILURES = frozenset({PushOutcome.FAILED, PushOutcome.UNSURE, PushOutcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class PushResult:
    """The result for one name. reason: a sentence, or "". diagnosis: why it failed, or None."""

    row: PushRow
    outcome: PushOutcome
    reason: str = ""
    diagnosis: Diagnosis | None = None

    @property
    def is_left_open(self) -> bool:
        """Whether it was left alone, and the person has to decide."""
        return self.outcome is PushOutcome.SKIPPED and self.row.action is not PushAction.LEFT


@dataclass(frozen=True, slots=True)
class PushReport:
    """The results for all names of a plan, in its order."""

    results: tuple[PushResult, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every name has the values of now, and no decision is open."""
        return not any(one.outcome.is_failure or one.is_left_open for one in self.results)

    @property
    def is_cancelled(self) -> bool:
        return any(one.outcome is PushOutcome.CANCELLED for one in self.results)

    def to_sentence(self) -> str:
        """Return the totals: "2 created, 1 same"."""
        outcomes = [one.outcome for one in self.results]
        counts = ((outcomes.count(one), one.value) for one in PushOutcome)
        return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def describe_names(names: list[str]) -> str:
    """Return the first name with the number of the others."""
    first, *others = names
    return f"{first} and {pluralize(len(others), 'other')}" if others else first
