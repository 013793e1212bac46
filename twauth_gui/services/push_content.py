"""What is pushed: for each account the places, the names there, and what each name gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.placements import Place, compute_fingerprint, describe_content
from twauth_gui.domain.secret import Secret
from twauth_gui.services.export_service import ExportService, SourceAccount
from twauth_gui.services.placement_recorder import CredentialCopy, ExportedValues, make_copy
from twauth_gui.store.store import Store
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.destinations.definition import (
    HANDLE,
    PREFIX,
    Destination,
    Shape,
    TargetError,
    TargetField,
    fill_text,
)
from twauth_gui.transfer.destinations.driver import SecretToWrite
from twauth_gui.transfer.destinations.output_redaction import PLAIN_VALUE
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.export_renderer import (
    ExportEntry,
    find_values,
    render_accounts,
    render_rows,
)
from twauth_gui.transfer.preset_files import FIELD_KEYS

_KEYS = {field: key for key, field in FIELD_KEYS.items()}
_MAX_FIELD = 500


@dataclass(frozen=True, slots=True)
class PushContent:
    """What one name gets. copy: how it is noted."""

    account_id: AccountId
    target: Mapping[str, str]
    secret: SecretToWrite
    copy: CredentialCopy

    @property
    def name(self) -> str:
        return self.secret.name

    @property
    def place(self) -> Place:
        return self.copy.placement.place

    def fingerprint(self, key: Secret) -> bytes:
        """Return the fingerprint by which this place's content is recognised."""
        content = describe_content({name: one.reveal() for name, one in self.copy.values.items()})
        return compute_fingerprint(key, self.place, self.name, content)


@dataclass(frozen=True, slots=True)
class AccountPlace:
    """Where one account goes. problem: why it cannot, as a sentence; then contents is empty."""

    account: Account
    place: Place
    target: Mapping[str, str]
    contents: tuple[PushContent, ...] = ()
    problem: str = ""


class PushContentBuilder:
    """Builds the contents of a push. Nothing leaves this process, and no program is started.

    Raises, in every method, DiagnosedError if the target is not valid, or the vault refuses.
    """

    def __init__(
        self,
        store: Store,
        exporter: ExportService,
        destination: Destination,
        preset: ExportPreset,
        *,
        bearer: bool,
    ) -> None:
        self._store = store
        self._exporter = exporter
        self._destination = destination
        self._preset = without_refresh_token(preset)
        self._bearer = bearer

    def build(
        self, account_ids: Sequence[AccountId], target: Mapping[str, str]
    ) -> list[AccountPlace]:
        """Return where each account goes, and what each name there gets."""
        accounts = self._select_accounts(account_ids)
        try:
            self._require_values()
            targets = expand_target(self._destination, self._preset, target, accounts)
            found = [
                self._build_account(account, fields)
                for account, fields in zip(accounts, targets, strict=True)
            ]
            _require_own_names(found)
        except ValueError as error:  # of the target, or of a syntax that cannot hold the account
            raise DiagnosedError(
                Diagnosis(
                    ProblemKind.DESTINATION_TARGET,
                    f"{self._destination.title} cannot be used like this.",
                    str(error),
                )
            ) from None
        return found

    def _require_values(self) -> None:
        """Raise TargetError if the preset has nothing that can be pushed."""
        preset = self._preset
        if not preset.names or not preset.syntax.has_values:
            raise TargetError(f"The preset {preset.id} has no value that can be pushed.")
        if self._destination.shape is Shape.DOCUMENT and preset.makes_folder(1):
            raise TargetError(f"The preset {preset.id} makes several files of one account.")

    def _select_accounts(self, account_ids: Sequence[AccountId]) -> list[Account]:
        accounts = [self._store.accounts.get(one) for one in dict.fromkeys(account_ids)]
        if self._preset.is_of_app:  # the accounts of one app have the same values
            return list({one.app_id: one for one in reversed(accounts)}.values())[::-1]
        return accounts

    def _build_account(self, account: Account, target: Mapping[str, str]) -> AccountPlace:
        place = Place.of_secret(self._destination.id, target)
        try:
            source = self._exporter.read_source(account.id, self._preset)
        except DiagnosedError as error:
            if error.diagnosis.kind is not ProblemKind.CREDENTIAL_MISSING:
                raise
            return AccountPlace(account, place, target, problem=error.diagnosis.to_sentence())
        values = find_values(self._preset, source.entry, bearer=self._bearer)
        if problem := _find_unfit(values):
            return AccountPlace(account, place, target, problem=problem)
        contents = [
            self._make_content(source, place, secret, fields)
            for secret, fields in self._make_secrets(target, source.entry, values)
        ]
        return AccountPlace(account, place, target, tuple(contents))

    def _make_content(
        self,
        source: SourceAccount,
        place: Place,
        secret: SecretToWrite,
        fields: Mapping[Field, Secret],
    ) -> PushContent:
        values = {_KEYS[field]: value for field, value in fields.items()}
        copied = ExportedValues(source.account, source.app, values, source.oauth2_generation)
        options = {"bearer": self._bearer}
        copy = make_copy(copied, place, name=secret.name, preset=self._preset.id, options=options)
        return PushContent(source.account.id, place.target_fields, secret, copy)

    def _make_secrets(
        self, target: Mapping[str, str], entry: ExportEntry, values: Mapping[Field, Secret]
    ) -> list[tuple[SecretToWrite, Mapping[Field, Secret]]]:
        one = self._destination
        if one.shape is Shape.DOCUMENT:
            text = render_accounts(self._preset, [entry], comment=False, bearer=self._bearer)
            rows = render_rows(self._preset, entry, bearer=self._bearer)
            return [(SecretToWrite(fill_text(one.document, target), text, rows), values)]
        found: list[tuple[SecretToWrite, Mapping[Field, Secret]]] = []
        for field, value in values.items():
            name = f"{target.get(PREFIX, '')}{self._preset.names[field]}"
            name = name.upper() if one.names.is_upper else name
            if not one.names.pattern.fullmatch(name):
                hint = f" It takes {one.names.hint}." if one.names.hint else ""
                raise TargetError(f"{name} is no name there.{hint}")
            found.append((SecretToWrite(name, value, {}), {field: value}))
        return found


def without_refresh_token(preset: ExportPreset) -> ExportPreset:
    """Return a preset without the refresh token, of which only one copy works."""
    names: dict[Field, str] = dict(preset.names)
    _ = names.pop(Field.OAUTH2_REFRESH, None)
    return replace(preset, names=names)


def expand_target(
    destination: Destination,
    preset: ExportPreset,
    target: Mapping[str, str],
    accounts: Sequence[Account],
) -> list[dict[str, str]]:
    """Return the target of each account: {handle} filled in, empty fields left out.

    Raises:
        TargetError: a field is unknown, missing, or does not fit.
    """
    fields = {one.name: one for one in destination.target}
    for name in target:
        if name not in fields:
            raise TargetError(f"It has no field {name}, only {', '.join(fields)}.")
    given = {name: text for name in fields if (text := target.get(name, ""))}
    if len(accounts) > 1 and all(HANDLE not in text for text in given.values()):
        given = _tell_apart(destination, given)
    is_upper = all(name.isupper() for name in preset.names.values())
    return [
        {
            name: _expand_field(fields[name], text, account, is_upper=is_upper)
            for name, text in given.items()
        }
        for account in accounts
        if _require_fields(fields.values(), given)
    ]


def _tell_apart(destination: Destination, given: Mapping[str, str]) -> dict[str, str]:
    if destination.shape is Shape.DOCUMENT:
        fields = ", ".join(re.findall(r"\{(\w+)\}", destination.document))
        raise TargetError(f"Put {HANDLE} into {fields}: each account is a secret of its own.")
    return {**given, PREFIX: f"{given.get(PREFIX, '')}{HANDLE}_"}


def _require_fields(fields: Iterable[TargetField], given: Mapping[str, str]) -> bool:
    for field in fields:
        if field.is_required and field.name not in given:
            raise TargetError(f"{field.ask}: say which, as {field.name}=….")
    return True


def _expand_field(field: TargetField, text: str, account: Account, *, is_upper: bool) -> str:
    stem = re.sub(r"[^A-Za-z0-9_]", "_", account.handle)
    if field.is_dns:
        stem = stem.lower().replace("_", "-")
    elif field.name == PREFIX and is_upper:
        stem = stem.upper()
    if field.name == PREFIX and text.startswith(HANDLE) and stem[:1].isdigit():
        stem = f"_{stem}"  # a name of a variable begins with none
    filled = text.replace(HANDLE, stem)
    is_option = filled.startswith("-")
    if is_option or len(filled) > _MAX_FIELD or not field.pattern.fullmatch(filled):
        hint = f" It takes {field.hint}." if field.hint else ""
        shown = filled if filled.isprintable() and len(filled) <= _MAX_FIELD else "This"
        raise TargetError(f"{shown} does not fit as {field.name}.{hint}")
    return filled


def _require_own_names(places: Sequence[AccountPlace]) -> None:
    taken: dict[tuple[Place, str], AccountId] = {}
    for content in (content for one in places for content in one.contents):
        account_id = taken.setdefault((content.place, content.name), content.account_id)
        if account_id != content.account_id:
            raise TargetError(f"Two accounts would have the same name {content.name}.")


def _find_unfit(values: Mapping[Field, Secret]) -> str:
    """Return why a value cannot be pushed, without the value; "" if all can."""
    for field, value in values.items():
        if not PLAIN_VALUE.fullmatch(value.reveal()):
            return (
                f"The {field.value} is empty or has a character that the readers of secrets"
                " understand in different ways. No credential of X has."
            )
    return "" if values else "It has no value for the names of this preset."
