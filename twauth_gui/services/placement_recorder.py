"""Notes where copies of credentials go, while they are made."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.domain.placements import (
    Generations,
    Place,
    Placement,
    PlacementKind,
    PlacementState,
    compute_fingerprint,
    describe_content,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExportedValues:
    """The values that are exported; account and app as they were before the values were read.

    oauth2_generation: of the account's OAuth 2.0 tokens, 0 if none of them is taken.
    """

    account: Account
    app: App
    values: Mapping[str, Secret]
    oauth2_generation: int = 0


@dataclass(frozen=True, slots=True)
class CredentialCopy:
    """Values that go to a place. placement: without time and fingerprint. values: by field."""

    placement: Placement
    values: Mapping[str, Secret]


def make_copy(
    source: ExportedValues,
    place: Place,
    *,
    name: str = "",
    preset: str = "",
    options: Mapping[str, object] | None = None,
) -> CredentialCopy:
    """Return what is noted of a copy; if it has an app's keys alone, it is one of the app.

    options: how it is written (Placement); those that are off are left out.
    """
    kinds = {_kind_of(field) for field in source.values}
    placement = Placement(
        app_id=source.app.id,
        account_id=None if kinds == {"app"} else source.account.id,
        place=place,
        written_at=source.account.signed_in_at,
        name=name,
        preset=preset,
        options=_format_options(options or {}),
        fields=tuple(source.values),
        generations=Generations(
            source.app.generation if "app" in kinds else 0,
            source.account.generation if "oauth1" in kinds else 0,
            source.oauth2_generation if "oauth2" in kinds else 0,
        ),
    )
    return CredentialCopy(placement, source.values)


class PlacementRecorder:
    """Saves copies with the events of their accounts, as one transaction.

    Nothing here keeps an export from succeeding: if a place cannot be noted, the reason is kept for
    take_problem().
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._problem: Diagnosis | None = None

    def take_problem(self) -> Diagnosis | None:
        """Return why the last place that could not be noted was not, once; else None."""
        problem, self._problem = self._problem, None
        return problem

    def record(
        self,
        copies: Sequence[CredentialCopy],
        accounts: Iterable[AccountId],
        event: tuple[AccountEventKind, str],
    ) -> None:
        """Note copies that are in their places now.

        accounts: those whose history gets the event.
        """
        now = self._now()
        events = [AccountEvent(one, event[0], now, event[1]) for one in accounts]
        self._save(
            lambda: self._store.placements.save([self._finish(one) for one in copies], events)
        )

    @contextmanager
    def writing(
        self,
        copies: Sequence[CredentialCopy],
        accounts: Iterable[AccountId],
        event: tuple[AccountEventKind, str],
    ) -> Generator[None]:
        """Note copies that the body writes: before it, so that a kill leaves a trace, and after it.

        If the body fails, what was noted before counts again. accounts, event: as for record().
        """
        placements = self._store.placements
        before = list[Placement]()

        def begin() -> None:
            before.extend(one for copy in copies if (one := self._find(copy.placement)))
            finished = [self._finish(one) for one in copies]
            placements.save([replace(one, state=PlacementState.WRITING) for one in finished])

        def take_back() -> None:
            left = [one for copy in copies if (one := self._find(copy.placement))]
            known = {one.id for one in before}
            _ = placements.forget([one.id for one in left if one.id not in known])
            placements.save(before)

        self._save(begin)
        try:
            yield
        except BaseException:
            self._save(take_back)
            raise
        self.record(copies, accounts, event)

    def record_folder(self, account: Account, folder: Path) -> None:
        """Note that a folder's .twauth names the account now, and no other one any more."""
        place = Place.of_path(PlacementKind.FOLDER, folder)
        named = Placement(account.app_id, account.id, place, self._now())

        def save() -> None:
            others = self._store.placements.list_at(place)
            _ = self._store.placements.forget(
                [one.id for one in others if one.account_id != account.id]
            )
            self._store.placements.save([named])

        self._save(save)

    def _find(self, placement: Placement) -> Placement | None:
        holder = placement.account_id or placement.app_id
        return self._store.placements.find(placement.place, placement.name, holder)

    def _finish(self, copy: CredentialCopy) -> Placement:
        """Return the placement with its time, and with its fingerprint.

        The fingerprint of the same generations is known already; the vault is asked for the key of
        a new one.
        """
        placement = replace(copy.placement, written_at=self._now())
        known = self._find(placement)
        if known is not None and _has_same_values(known, placement):
            return replace(placement, fingerprint=known.fingerprint)
        try:
            key = self._store.placements.fingerprint_key()
        except VaultError as error:
            _log.info("no fingerprint: %s", error)
            return placement
        content = describe_content({name: one.reveal() for name, one in copy.values.items()})
        made = compute_fingerprint(key, placement.place, placement.name, content)
        return replace(placement, fingerprint=made)

    def _save(self, save: Callable[[], object]) -> None:
        try:
            _ = save()
        except DiagnosedError as error:
            _log.info("a place was not noted: %s", error)
            self._problem = error.diagnosis


def _has_same_values(known: Placement, placement: Placement) -> bool:
    is_same = (known.generations, known.fields) == (placement.generations, placement.fields)
    return bool(known.fingerprint) and is_same


def _kind_of(field: str) -> str:
    """Return which record a field is in: "app", "oauth1" or "oauth2"."""
    if field.startswith("oauth2_"):
        return "oauth2"
    return "oauth1" if field.startswith("access_") else "app"


def _format_options(options: Mapping[str, object]) -> str:
    given = {name: value for name, value in options.items() if value}
    return json.dumps(given, sort_keys=True, separators=(",", ":")) if given else ""
