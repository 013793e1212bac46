"""What is to be done at one place, by what the destination lists and what the index remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.placements import Place, Placement, PlacementState
from twauth_gui.domain.secret import Secret
from twauth_gui.services.push_content import PushContent
from twauth_gui.services.push_plan import PushAction, PushRow
from twauth_gui.transfer.destinations.definition import Destination
from twauth_gui.transfer.destinations.driver import ListedSecret

Listing = Mapping[str, ListedSecret] | None
"""What is there, by name; None if that is not known."""


@dataclass(frozen=True, slots=True)
class PlannedName:
    """A row with all that is known of its name. content: None for what is left behind."""

    row: PushRow
    content: PushContent | None
    placement: Placement | None
    listed: ListedSecret | None


@dataclass(frozen=True, slots=True)
class PlaceState:
    """What is known of a place. unlisted: why listing is None, as a sentence."""

    place: Place
    placements: Sequence[Placement]
    listing: Listing
    unlisted: str = ""


class PlacePlanner:
    """Decides for each name of a place what is to be done.

    Args:
        destination: whose place it is.
        key: of the fingerprints; None if there is none yet, then nothing is known to be the same.
        names: what the accounts are called in sentences.
    """

    def __init__(
        self, destination: Destination, key: Secret | None, names: Mapping[AccountId, str]
    ) -> None:
        self._destination = destination
        self._key = key
        self._names = names

    def describe(self, place: Place) -> str:
        """Return a place in words."""
        return self._destination.describe_target(place.target_fields)

    def plan(
        self, state: PlaceState, contents: Sequence[PushContent], accounts: Sequence[Account]
    ) -> list[PlannedName]:
        """Return a row for each name, then one for each that is left behind of these accounts."""
        planned = [self._plan_name(state, content) for content in contents]
        wanted = {content.name for content in contents}
        for one in reversed(state.placements):
            listed = None if state.listing is None else state.listing.get(one.name)
            is_there = state.listing is None or listed is not None
            owner = _find_owner(one, state.placements, accounts)
            if one.name not in wanted and owner is not None and is_there:
                reason = "Twauth wrote it, and this push has no value for it."
                row = PushRow(
                    owner.id,
                    state.place,
                    one.name,
                    PushAction.LEFT,
                    reason,
                    self.describe(state.place),
                )
                planned.append(PlannedName(row, None, one, listed))
        return planned

    def _plan_name(self, state: PlaceState, content: PushContent) -> PlannedName:
        same_name = [one for one in state.placements if one.name == content.name]
        holder = _holder(content.copy.placement)
        own = next((one for one in same_name if _holder(one) == holder), None)
        others = [one for one in same_name if one is not own]
        listed = None if state.listing is None else state.listing.get(content.name)
        if state.listing is None:
            action, reason = self._judge_unlisted(state, content, own)
        elif listed is None:
            action, reason = PushAction.CREATE, _missing_reason(own)
        elif listed.is_blocked:
            unblock = self._destination.unblock or "It cannot be written there."
            action, reason = PushAction.BLOCKED, unblock
        else:
            action, reason = self._judge(content, own, listed, others)
        where = self.describe(state.place)
        row = PushRow(content.account_id, state.place, content.name, action, reason, where)
        return PlannedName(row, content, own, listed)

    def _judge_unlisted(
        self, state: PlaceState, content: PushContent, own: Placement | None
    ) -> tuple[PushAction, str]:
        if own is not None and self._is_current(content, own):
            return PushAction.SAME, "Twauth wrote it; the place cannot be asked."
        return PushAction.UNKNOWN, state.unlisted

    def _judge(
        self,
        content: PushContent,
        own: Placement | None,
        listed: ListedSecret,
        others: Sequence[Placement],
    ) -> tuple[PushAction, str]:
        latest = max((one.written_at for one in others), default=None)
        if own is None or (latest is not None and latest > own.written_at):
            holders = [self._names.get(one.account_id or AccountId(""), "") for one in others]
            holder = next(filter(None, holders), "")
            who = f"It has the values of {holder}." if holder else "It was not written by Twauth."
            return PushAction.FOREIGN, who
        if own.state is PlacementState.WRITING:
            return PushAction.UPDATE, "An earlier push did not finish."
        if own.marker != listed.marker:
            return PushAction.CHANGED, "Somebody else wrote it after Twauth did."
        if self._is_current(content, own):
            return PushAction.SAME, ""
        return PushAction.UPDATE, "The credentials are newer."

    def _is_current(self, content: PushContent, own: Placement) -> bool:
        """Whether it has these values, in the same form."""
        return (
            self._key is not None
            and own.state is PlacementState.WRITTEN
            and _written_as(own) == _written_as(content.copy.placement)
            and own.fingerprint == content.fingerprint(self._key)
        )


def _holder(placement: Placement) -> str:
    """Return whose values a placement has: an account's or, for its keys alone, an app's."""
    return placement.account_id or placement.app_id


def _written_as(placement: Placement) -> tuple[str, str, tuple[str, ...]]:
    return placement.preset, placement.options, placement.fields


def _find_owner(
    placement: Placement, others: Sequence[Placement], accounts: Sequence[Account]
) -> Account | None:
    """Return which of these accounts a placement belongs to, None if to another one.

    An app's keys belong to the last account that is left in the place.
    """
    ids = {one.id for one in accounts}
    if placement.account_id is None and any(
        one.account_id is not None and one.account_id not in ids for one in others
    ):
        return None
    return next(
        (
            one
            for one in accounts
            if placement.account_id in {one.id, None} and placement.app_id == one.app_id
        ),
        None,
    )


def _missing_reason(own: Placement | None) -> str:
    if own is None or own.state is PlacementState.WRITING:
        return ""
    return "It was deleted there after Twauth wrote it."
