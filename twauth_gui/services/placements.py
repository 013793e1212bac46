"""Where copies of credentials are: list them, tell old ones, update and forget them."""

from __future__ import annotations

import base64
import json
import os
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, cast

from twauth_gui.domain.account_names import shortest_names
from twauth_gui.domain.accounts import AccountId, Credentials
from twauth_gui.domain.apps import AppId, AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.display_text import pluralize, to_printable_line
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.placements import (
    Freshness,
    Place,
    Placement,
    PlacementKind,
    PlacementState,
    compute_fingerprint,
    describe_content,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import VaultError

if TYPE_CHECKING:
    from twauth_gui.services.export_files import ExportFiles
    from twauth_gui.services.preset_service import PresetService
    from twauth_gui.services.push_service import PushService
    from twauth_gui.transfer.export_presets import ExportPreset

# What reads and writes files is imported when it is first used: the window's start shows places.

_NAMED_PLACES = 3
_MAX_BYTES = 1024 * 1024
_LOCAL_FILES = frozenset({PlacementKind.FILE, PlacementKind.FOLDER})


class PlaceStatus(Enum):
    """What is known of a copy; the enum's value is its label.

    UNSURE: the credentials were saved anew since, and whether they changed is not known without the
    vault. GONE: the file is no longer there. CHANGED: the file has other values than it got.
    ELSEWHERE: restored from the backup of another data folder. INTERRUPTED: Twauth ended while it
    wrote. NAME_ONLY: it names the account, and has no credential.
    """

    CURRENT = "Current"
    OLD = "Old"
    UNSURE = "Perhaps old"
    GONE = "Gone"
    CHANGED = "Changed there"
    ELSEWHERE = "On another computer"
    INTERRUPTED = "Interrupted"
    NAME_ONLY = "Names it"

    @property
    def is_outdated(self) -> bool:
        """Whether the copy has to be renewed, as far as is known."""
        return self in {PlaceStatus.OLD, PlaceStatus.UNSURE, PlaceStatus.INTERRUPTED}


_LOST_TEXTS = {
    PlaceStatus.GONE: "It is no longer there. Forget it, or export to it again.",
    PlaceStatus.ELSEWHERE: "It is on the computer that the backup was made on. Export there again.",
}
"""Places that nothing is written to: a forged backup could name any."""


@dataclass(frozen=True, slots=True)
class TrackedPlace:
    """A placement with its status. label: of the place, printable, without any secret."""

    placement: Placement
    status: PlaceStatus

    @property
    def label(self) -> str:
        """The place in words."""
        return describe_place(self.placement.place, self.placement.name)


@dataclass(frozen=True, slots=True)
class PlaceUpdate:
    """What became of an update. is_done: whether the place is current now. text: one sentence."""

    place: TrackedPlace
    is_done: bool
    text: str


def describe_place(place: Place, name: str = "") -> str:
    """Return the place in words: "Clipboard", a path, the name of a program or of a secret."""
    if place.kind in _LOCAL_FILES:
        return to_printable_line(shorten_path(place.path))
    if place.kind is PlacementKind.CLIPBOARD:
        return "Clipboard"
    if place.kind is PlacementKind.STANDARD_OUTPUT:
        return "Standard output"
    words = [place.destination, *(str(one) for one in place.target_fields.values() if one), name]
    return to_printable_line(" · ".join(word for word in words if word))


def describe_outdated(places: Sequence[TrackedPlace]) -> str:
    """Return "3 places still have the old one: …"; "" for none."""
    if not places:
        return ""
    labels = list(dict.fromkeys(one.label for one in places))
    named = ", ".join(labels[:_NAMED_PLACES])
    if len(labels) > _NAMED_PLACES:
        named += f" and {len(labels) - _NAMED_PLACES:,} more"
    has = "has" if len(labels) == 1 else "have"
    return f"{pluralize(len(labels), 'place')} still {has} the old one: {named}"


def describe_updates(updates: Sequence[PlaceUpdate]) -> str:
    """Return "Updated 5 of 6 places" with what to do for the first that was not updated."""
    done = sum(one.is_done for one in updates)
    text = f"Updated {done:,} of {pluralize(len(updates), 'place')}"
    missing = next((one for one in updates if not one.is_done), None)
    return text if missing is None else f"{text}. {missing.place.label}: {missing.text}"


class PlacementService:
    """Lists, compares, updates and forgets the copies of accounts' credentials."""

    def __init__(
        self,
        store: Store,
        presets: Callable[[], PresetService],
        files: Callable[[], ExportFiles],
        push: Callable[[], PushService],
    ) -> None:
        """presets, files, push: return the service, which is made when it is first needed."""
        self._store = store
        self._presets = presets
        self._files = files
        self._push = push

    def list_places(
        self, *, account_id: AccountId | None = None, app_id: AppId | None = None
    ) -> list[TrackedPlace]:
        """Return the places of an account, of an app and its accounts, or all; the latest first.

        The vault is not touched; of files it is seen whether they are there.
        """
        found = self._store.placements.list_all(account_id=account_id, app_id=app_id)
        return [TrackedPlace(one, _find_status(one)) for one in found]

    def find_outdated(
        self,
        *,
        account_id: AccountId | None = None,
        app_id: AppId | None = None,
        account_ids: Collection[AccountId] | None = None,
    ) -> list[TrackedPlace]:
        """Return the places that may still have old values; compared, if the vault can be used.

        account_ids: only the places of these accounts.
        """
        places = self.list_places(account_id=account_id, app_id=app_id)
        if account_ids is not None:
            places = [one for one in places if one.placement.account_id in account_ids]
        with suppress(VaultError):
            places = self.compare(places)
        return [one for one in places if one.status.is_outdated]

    def describe_breakage(self, app_id: AppId) -> str:
        """Return what new keys of an app break: accounts and places; "" if there are none."""
        places = [
            one
            for one in self.list_places(app_id=app_id)
            if one.placement.generations.app and one.status is not PlaceStatus.GONE
        ]
        labels = {one.label for one in places}
        accounts = {one.placement.account_id for one in places} - {None}
        if not labels:
            return ""
        whose = f" {pluralize(len(accounts), 'account')} in" if accounts else ""
        named = ", ".join(sorted(labels)[:_NAMED_PLACES])
        more = f" and {len(labels) - _NAMED_PLACES:,} more" if len(labels) > _NAMED_PLACES else ""
        where = pluralize(len(labels), "place")
        return f"Regenerating this app's keys breaks{whose} {where}: {named}{more}."

    def compare(self, places: Sequence[TrackedPlace]) -> list[TrackedPlace]:
        """Return the places with those that were unsure told by their fingerprints, and note it.

        The vault is asked only for accounts with an unsure place.

        Raises:
            VaultError: the vault cannot be used.
        """
        if not any(one.status is PlaceStatus.UNSURE for one in places):
            return list(places)
        key = self._store.placements.read_fingerprint_key()
        values = _ValueReader(self._store)
        return [
            self._compare(one, key, values) if one.status is PlaceStatus.UNSURE else one
            for one in places
        ]

    def _compare(
        self, place: TrackedPlace, key: Secret | None, values: _ValueReader
    ) -> TrackedPlace:
        placement = place.placement
        is_equal = False
        if key is not None and placement.fingerprint:
            made = values.fingerprint(placement, key)
            is_equal = made == placement.fingerprint
            if not self._store.is_read_only:
                self._store.placements.record_comparison(placement, is_equal=is_equal)
        return replace(place, status=PlaceStatus.CURRENT if is_equal else PlaceStatus.OLD)

    def examine_files(self, places: Sequence[TrackedPlace]) -> list[TrackedPlace]:
        """Return the places with files told by what is in them.

        Raises:
            VaultError: the vault cannot be used.
        """
        values = _ValueReader(self._store)
        return [self._examine(one, values) if _is_readable(one) else one for one in places]

    def _examine(self, place: TrackedPlace, values: _ValueReader) -> TrackedPlace:
        from twauth_gui.osfiles.private_file import read_existing_file  # noqa: PLC0415 - see above

        placement = place.placement
        try:
            found = read_existing_file(placement.place.path, _MAX_BYTES)
        except DiagnosedError:
            return place
        wanted = values.read(placement)
        if found is not None and wanted is not None and _contains(found.content, wanted):
            self._record_current(placement, wanted)
            return replace(place, status=PlaceStatus.CURRENT)
        if place.status is PlaceStatus.CURRENT:
            return replace(place, status=PlaceStatus.CHANGED)
        return place

    def _record_current(self, placement: Placement, values: Mapping[str, str]) -> None:
        """Note that a file has the current values, because someone else put them there."""
        if placement.freshness is Freshness.CURRENT or self._store.is_read_only:
            return
        key = self._store.placements.fingerprint_key()
        content = describe_content(values)
        made = compute_fingerprint(key, placement.place, placement.name, content)
        current = replace(
            placement,
            generations=placement.current,
            fingerprint=made,
            state=PlacementState.WRITTEN,
        )
        self._store.placements.save([current])

    def forget(self, places: Iterable[TrackedPlace]) -> int:
        """Stop tracking copies, because they are gone; return how many there were."""
        return self._store.placements.forget([one.placement.id for one in places])

    def update(
        self, places: Sequence[TrackedPlace], cancel: CancelToken | None = None
    ) -> list[PlaceUpdate]:
        """Write the current values to files and destinations; tell what to do for the others.

        Files are merged into. A file or target that several of the places are in is written once. A
        failure of one stops no other. cancel: ends the command of a destination.

        Raises:
            VaultError: the vault cannot be used.
            CancelledError: cancelled; what was written stays.
        """
        cancel = cancel or CancelToken()
        done: dict[Place, tuple[bool, str]] = {}
        updates: list[PlaceUpdate] = []
        for one in places:
            place = one.placement.place
            if place not in done:
                done[place] = self._update_place(one, cancel)
            updates.append(PlaceUpdate(one, *done[place]))
        return updates

    def _update_place(self, place: TrackedPlace, cancel: CancelToken) -> tuple[bool, str]:
        if place.status is PlaceStatus.CURRENT:
            return True, "It is current."
        kind = None if place.status in _LOST_TEXTS else place.placement.place.kind
        try:
            if kind is PlacementKind.FILE:
                return self._write_file(place)
            if kind is PlacementKind.SECRET:
                return self._push_again(place, cancel)
        except DiagnosedError as error:
            return False, error.diagnosis.to_sentence()
        return False, self.find_advice(place)

    def _write_file(self, place: TrackedPlace) -> tuple[bool, str]:
        target = place.placement.place
        rows = sorted(self._store.placements.list_at(target), key=_find_position)
        options = _parse_options(place.placement)
        preset = self._find_preset(place.placement.preset, options)
        ids = [found for one in rows if (found := self._find_account(one)) is not None]
        if preset is None or options.get("folder") or len(ids) != options.get("accounts", 1):
            return False, self.find_advice(place)
        plan = self._files().plan(
            ids,
            preset,
            target.path,
            merge=True,
            comment=not options.get("no_comment"),
            bearer=bool(options.get("bearer")),
        )
        if not plan.can_merge:
            return False, self.find_advice(place)
        _ = self._files().write(plan)
        return True, "Updated; everything else in it stayed."

    def _push_again(self, place: TrackedPlace, cancel: CancelToken) -> tuple[bool, str]:
        """Push to a target what Twauth wrote there before; what others changed is left alone."""
        target = place.placement.place
        rows = self._store.placements.list_at(target)
        ids = {found: None for one in rows if (found := self._find_account(one)) is not None}
        push = self._push()
        try:
            plan = push.plan(
                list(ids),
                target.destination,
                target.target_fields,
                place.placement.preset,
                cancel=cancel,
                bearer=any("bearer_token" in one.fields for one in rows),
            )
            report = push.apply(plan, cancel=cancel)
        except LookupError:
            return False, self.find_advice(place)
        text = f"Pushed: {report.to_sentence()}."
        return (
            report.is_complete,
            text if report.is_complete else f"{text} {self.find_advice(place)}",
        )

    def _find_account(self, placement: Placement) -> AccountId | None:
        """Return the account to export; any of the app for its keys alone."""
        if placement.account_id is not None:
            return placement.account_id
        accounts = (
            one.id for one in self._store.accounts.list_all() if one.app_id == placement.app_id
        )
        return next(accounts, None)

    def _find_preset(self, preset_id: str, options: Mapping[str, object]) -> ExportPreset | None:
        from twauth_gui.transfer.preset_files import read_presets  # noqa: PLC0415 - see above

        try:
            if text := options.get("preset"):
                return read_presets(str(text).encode(), "preset", is_own=True)[0]
            return self._presets().find(preset_id)
        except (LookupError, ValueError):
            return None

    def find_advice(self, place: TrackedPlace) -> str:
        """Return what to do for a place that Twauth does not write to by itself."""
        placement = place.placement
        if place.status in _LOST_TEXTS:
            return _LOST_TEXTS[place.status]
        words = ("twauth", "export", *self._name_holders(placement))
        export = shlex.join((*words, *(("--preset", placement.preset) if placement.preset else ())))
        if placement.place.kind is PlacementKind.PROGRAM:
            return "It gets the current credentials when it starts again. Restart it if it runs."
        if placement.place.kind is PlacementKind.SECRET:
            to = ("twauth", "push", *self._name_holders(placement), "--to")
            preset = ("--preset", placement.preset) if placement.preset else ()
            return f"Push again: {shlex.join((*to, placement.place.reference, *preset))}"
        if placement.place.kind is PlacementKind.FILE:
            output = shlex.join(("--output", str(placement.place.path)))
            return f"It cannot be merged into. To replace it: {export} {output} --force"
        return f"Paste the new ones where you pasted these: {export}"

    def _name_holders(self, placement: Placement) -> list[str]:
        labels = {app.id: app.label for app in self._store.apps.list_all()}
        names = shortest_names(self._store.accounts.list_all(), labels)
        if placement.place.kind is not PlacementKind.FILE:
            found = self._find_account(placement)
            return [names[found]] if found is not None and found in names else []
        rows = sorted(self._store.placements.list_at(placement.place), key=_find_position)
        ids = (self._find_account(one) for one in rows)
        return [names[one] for one in ids if one is not None and one in names]


class _ValueReader:
    """Reads the current values of placements, each record once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[AppId, AppKeys | None] = {}
        self._credentials: dict[AccountId, Credentials | None] = {}
        self._tokens: dict[AccountId, TokenSet | None] = {}

    def fingerprint(self, placement: Placement, key: Secret) -> bytes:
        """Return the fingerprint of the current values; b"" if one of them is no longer there."""
        values = self.read(placement)
        if values is None:
            return b""
        content = describe_content(values)
        return compute_fingerprint(key, placement.place, placement.name, content)

    def read(self, placement: Placement) -> dict[str, str] | None:
        """Return the current values by field; None if one of them is no longer there."""
        found = {name: self._find(placement, name) for name in placement.fields}
        if any(one is None for one in found.values()):
            return None
        return {name: cast("Secret", one).reveal() for name, one in found.items()}

    def _find(self, placement: Placement, name: str) -> Secret | None:
        from twauth_gui.store.backup import read_if_present  # noqa: PLC0415 - see above

        account_id = placement.account_id
        record: object
        if name.startswith("oauth2_") and account_id is not None:
            if account_id not in self._tokens:
                self._tokens[account_id] = read_if_present(self._store.tokens.get, account_id)
            record, name = self._tokens[account_id], name.removeprefix("oauth2_")
        elif name.startswith("access_") and account_id is not None:
            if account_id not in self._credentials:
                read = self._store.accounts.read_credentials
                self._credentials[account_id] = read_if_present(read, account_id)
            record = self._credentials[account_id]
        else:
            if placement.app_id not in self._keys:
                read_keys = self._store.apps.read_keys
                self._keys[placement.app_id] = read_if_present(read_keys, placement.app_id)
            record = self._keys[placement.app_id]
        value = getattr(record, name, None)
        return value if isinstance(value, Secret) else None


def _find_status(placement: Placement) -> PlaceStatus:
    place = placement.place
    if placement.origin:
        return PlaceStatus.ELSEWHERE
    if place.kind in _LOCAL_FILES and not os.path.lexists(place.path):
        return PlaceStatus.GONE
    if place.kind is PlacementKind.FOLDER:
        return PlaceStatus.NAME_ONLY
    if placement.state is PlacementState.WRITING:
        return PlaceStatus.INTERRUPTED
    return {
        Freshness.CURRENT: PlaceStatus.CURRENT,
        Freshness.OLD: PlaceStatus.OLD,
        Freshness.UNKNOWN: PlaceStatus.UNSURE,
    }[placement.freshness]


def _is_readable(place: TrackedPlace) -> bool:
    is_file = place.placement.place.kind is PlacementKind.FILE
    return is_file and place.status not in {PlaceStatus.GONE, PlaceStatus.ELSEWHERE}


def _contains(content: bytes, values: Mapping[str, str]) -> bool:
    """Whether a file has every one of the values, as it is or in Base64."""
    return all(
        one.encode() in content or base64.b64encode(one.encode()) in content
        for one in values.values()
    )


def _parse_options(placement: Placement) -> dict[str, object]:
    try:
        found: object = json.loads(placement.options or "{}")
    except ValueError:
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def _find_position(placement: Placement) -> int:
    position = _parse_options(placement).get("position")
    return position if isinstance(position, int) else 0
