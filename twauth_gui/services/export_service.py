"""Export credentials: show, copy, write to a file or pass to a program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.account_names import shortest_names
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    Credentials,
)
from twauth_gui.domain.annotations import first_tag
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.credential_fields import CredentialField
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.placements import Place, PlacementKind
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.error_sentences import diagnose_write_error
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.services.placement_recorder import (
    CredentialCopy,
    ExportedValues,
    PlacementRecorder,
    make_copy,
)
from twauth_gui.services.preset_service import PresetService
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.store.store import Store
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.export_presets import ROTATION_NOTE, ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import (
    EnvironmentVariables,
    ExportEntry,
    PreviewEntry,
    find_values,
    render_accounts,
    render_files,
    render_preview,
    render_variables,
)
from twauth_gui.transfer.preset_files import FIELD_KEYS, format_preset

LAST_PRESET = "last-preset"
DEFAULT_PRESET = "classic-bot"
OAUTH2_PRESET = "oauth2"
_CLIPBOARD = Place(PlacementKind.CLIPBOARD)
_STANDARD_OUTPUT = Place(PlacementKind.STANDARD_OUTPUT)


@dataclass(frozen=True, slots=True)
class OAuth2ClientFields:
    """Which parts of an OAuth 2.0 client an app has."""

    has_id: bool
    has_secret: bool


def choose_copy_preset(
    last: str, presets: Iterable[ExportPreset], accounts: Sequence[Account]
) -> ExportPreset:
    """Return the preset that accounts are copied with. last: the id of the one used last, or ""."""
    known = {one.id: one for one in presets}
    chosen = known.get(last) or known[DEFAULT_PRESET]
    if chosen.needs_oauth1 and not any(one.has_oauth1 for one in accounts):
        chosen = known[OAUTH2_PRESET]
    return known[DEFAULT_PRESET] if chosen.makes_folder(len(accounts)) else chosen


@dataclass(frozen=True, slots=True)
class FileExport:
    """What goes into a file. copies: what is noted of it; none if it has no credential."""

    text: Secret
    copies: tuple[CredentialCopy, ...]


class ExportService:
    """Exports values, and notes each export in the account's history."""

    def __init__(
        self,
        store: Store,
        tokens: Callable[[AccountId], tuple[TokenSet, int]],
        files: PrivateFiles,
        now: Callable[[], datetime],
        *,
        presets: PresetService,
        recorder: PlacementRecorder,
    ) -> None:
        """tokens: returns OAuth 2.0 tokens that do not expire for some minutes, and a generation.

        recorder: notes where the copies go.
        """
        self._store = store
        self._files = files
        self._presets = presets
        self._tokens = tokens
        self._recorder = recorder
        self._now = now

    def reveal(self, account_id: AccountId, field: CredentialField) -> Secret:
        """Return one value in order to show it."""
        value = self._read_value(account_id, field)[1]
        text = f"Showed the {field.inline_label}"
        event = AccountEvent(account_id, AccountEventKind.REVEALED, self._now(), text)
        self._store.events.add(event)
        return value

    def copy(self, account_id: AccountId, field: CredentialField) -> Secret:
        """Return one value for the clipboard."""
        source, value = self._read_value(account_id, field)
        event = (AccountEventKind.COPIED, f"Copied the {field.inline_label}")
        self._recorder.record([make_copy(source, _CLIPBOARD)], [account_id], event)
        return value

    def _read_value(
        self, account_id: AccountId, field: CredentialField
    ) -> tuple[ExportedValues, Secret]:
        account = self._store.accounts.get(account_id)
        app = self._store.apps.get(account.app_id)
        if field in {CredentialField.API_KEY, CredentialField.API_SECRET}:
            keys = self._store.apps.read_keys(app.id)
            value = keys.api_key if field is CredentialField.API_KEY else keys.api_secret
        else:
            credentials = self._store.accounts.read_credentials(account_id)
            is_token = field is CredentialField.ACCESS_TOKEN
            value = credentials.access_token if is_token else credentials.access_secret
        return ExportedValues(account, app, {field.name.lower(): value}), value

    def find_oauth2_clients(self, app_ids: Iterable[AppId]) -> dict[AppId, OAuth2ClientFields]:
        """Return which OAuth 2.0 client fields the apps have, without their values.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        return {one: _client_fields(self._store.apps.read_keys(one)) for one in app_ids}

    def copy_with_last_preset(self, account_ids: Sequence[AccountId]) -> Secret:
        """Render for the clipboard with the preset that was copied last, else with the default."""
        last = self._store.settings.get(LAST_PRESET) or ""
        accounts = [self._store.accounts.get(one) for one in account_ids]
        chosen = choose_copy_preset(last, self._presets.list_all().presets, accounts)
        return self.export_text(account_ids, chosen, copied=True)

    def remember_preset(self, preset_id: str) -> None:
        """Save which preset was chosen, unless the store is read-only."""
        if not self._store.is_read_only:
            self._store.settings.set(LAST_PRESET, preset_id)

    def find_notes(
        self, account_ids: Sequence[AccountId], preset: ExportPreset | str
    ) -> tuple[str, ...]:
        """Return what to know about an export: the preset's advice, and that tokens rotate."""
        chosen = self.find_preset(preset)
        notes = [chosen.note] if chosen.note else []
        tokens = (self._store.tokens.get_metadata(one) for one in account_ids)
        if Field.OAUTH2_REFRESH in chosen.names and any(one and one.is_renewable for one in tokens):
            notes.append(ROTATION_NOTE)
        return tuple(notes)

    def render_text(self, account_ids: Sequence[AccountId], preset: ExportPreset | str) -> Secret:
        """Render the accounts with one preset, or with the one of this id, without bearer tokens.

        Raises:
            DiagnosedError: the keychain refuses, or the preset's syntax cannot hold a value.
            LookupError: no such preset.
        """
        chosen = self.find_preset(preset)
        return self._render(account_ids, chosen, comment=True, bearer=False)[0]

    def _render(
        self, account_ids: Sequence[AccountId], preset: ExportPreset, *, comment: bool, bearer: bool
    ) -> tuple[Secret, list[SourceAccount]]:
        """Render as render_text() does, and return whose values are in the text."""
        with _diagnose_unwritable(preset):
            if not preset.syntax.has_values:
                shown = self._preview_entries(account_ids)
                return Secret(render_preview(preset, shown, comment=comment)), []
            read = self._read_accounts(account_ids, preset)
            entries = [one.entry for one in read]
            return render_accounts(preset, entries, comment=comment, bearer=bearer), read

    def export_text(
        self,
        account_ids: Sequence[AccountId],
        preset: ExportPreset | str,
        *,
        comment: bool = True,
        bearer: bool = False,
        copied: bool = False,
    ) -> Secret:
        """Render the accounts for standard output; copied: for the clipboard instead."""
        chosen = self.find_preset(preset)
        text, read = self._render(account_ids, chosen, comment=comment, bearer=bearer)
        place, event = _STANDARD_OUTPUT, (AccountEventKind.EXPORTED, "Exported to standard output")
        if copied:
            place, event = _CLIPBOARD, (AccountEventKind.COPIED, f"Copied as {chosen.title}")
        copies = [one.copy_to(place, chosen, bearer=bearer) for one in read]
        self._record(read, copies, event)
        return text

    def export_to_environment(
        self, account_ids: Sequence[AccountId], preset: ExportPreset | str, program: str
    ) -> EnvironmentVariables:
        """Return the accounts as variables. program: named in the history.

        Raises:
            DiagnosedError: the keychain refuses, or two values would have the same name.
            LookupError: no such preset.
        """
        chosen = self.find_preset(preset)
        with _diagnose_unwritable(chosen):
            read = self._read_accounts(account_ids, chosen)
            variables = render_variables(chosen, [one.entry for one in read])
        place = Place(PlacementKind.PROGRAM, program)
        copies = [one.copy_to(place, chosen, bearer=True) for one in read]
        self._record(read, copies, (AccountEventKind.EXPORTED, f"Exported to {program}"))
        return variables

    def render_file(
        self,
        account_ids: Sequence[AccountId],
        preset: ExportPreset,
        path: Path,
        *,
        comment: bool = True,
        bearer: bool = False,
    ) -> FileExport:
        """Render the accounts for a file, with what is to be noted of it; raises as render_text."""
        text, read = self._render(account_ids, preset, comment=comment, bearer=bearer)
        options = self._describe_options(preset, comment=comment, bearer=bearer)
        place = Place.of_path(PlacementKind.FILE, path)
        holders = _list_holders(read, preset)
        if len(holders) > 1:
            options["accounts"] = len(holders)
        copies = [
            one.copy_to(place, preset, bearer=bearer, options={**options, "position": at})
            for at, one in enumerate(holders, 1)
        ]
        return FileExport(text, tuple(copies))

    @contextmanager
    def noting(
        self, copies: Sequence[CredentialCopy], account_ids: Sequence[AccountId], path: Path
    ) -> Generator[None]:
        """Note copies that the body writes to a file or a folder, before and after it."""
        event = (AccountEventKind.EXPORTED, f"Exported to {shorten_path(path)}")
        noting = self._recorder.writing(copies, account_ids, event) if copies else nullcontext()
        with noting:
            yield

    def export_to_folder(
        self,
        account_ids: Sequence[AccountId],
        preset: ExportPreset | str,
        folder: Path,
        *,
        comment: bool = True,
        overwrite: bool | Collection[Path] = False,
        bearer: bool = False,
    ) -> tuple[Path, ...]:
        """Write a file for each account, or for each value, and return their paths.

        overwrite: whether files that exist are replaced, or which ones. If another one is there,
        nothing is written.

        Raises:
            TargetExistsError: a file exists that is not to be replaced.
            DiagnosedError: the keychain or the disk refuses; files before that one are written.
        """
        chosen = self.find_preset(preset)
        with _diagnose_unwritable(chosen):
            read = self._read_accounts(account_ids, chosen)
            entries = [one.entry for one in read]
            files = render_files(chosen, entries, comment=comment, bearer=bearer)
        paths = tuple(folder / one.name for one in files)
        replaced = (paths if overwrite else ()) if isinstance(overwrite, bool) else overwrite
        _prepare_folders(paths, replaced)
        is_whole = chosen.syntax is FileSyntax.CREDENTIALS  # a file for each value
        options = self._describe_options(chosen, comment=comment, bearer=bearer)
        holders = _list_holders(read, chosen)
        copies = [
            holders[file.block].copy_to(
                Place.of_path(PlacementKind.FILE, folder if is_whole else path),
                chosen,
                bearer=bearer,
                options={**options, "folder": is_whole},
            )
            for path, file in zip(paths, files, strict=True)
        ]
        with self.noting(copies, account_ids, folder):
            for path, file in zip(paths, files, strict=True):
                self._files.write_text(path, file.text, overwrite=path in replaced)
        return paths

    def read_source(self, account_id: AccountId, preset: ExportPreset) -> SourceAccount:
        """Return one account with what the preset has names for; nothing is noted.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        return self._read_accounts([account_id], preset)[0]

    def find_preset(self, preset: ExportPreset | str) -> ExportPreset:
        """Return the preset of an id; raises LookupError."""
        return preset if isinstance(preset, ExportPreset) else self._presets.find(preset)

    def _preview_entries(self, account_ids: Sequence[AccountId]) -> list[PreviewEntry]:
        references = self._find_references()
        entries: list[PreviewEntry] = []
        for account_id in account_ids:
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            entries.append(
                PreviewEntry(
                    account.handle,
                    account.name,
                    account.known_user_id,
                    app.label,
                    app.hosts.api,
                    has_oauth1=account.has_oauth1,
                    reference=references[account_id],
                    tag=first_tag(account),
                )
            )
        return entries

    def _find_references(self) -> dict[AccountId, str]:
        """Return how the command names accounts: with the app if the handle is under several."""
        accounts = self._store.accounts.list_all()
        labels = {app.id: app.label for app in self._store.apps.list_all()}
        return shortest_names(accounts, labels)

    def _read_accounts(
        self, account_ids: Sequence[AccountId], preset: ExportPreset
    ) -> list[SourceAccount]:
        found: list[SourceAccount] = []
        for account_id in account_ids:
            account = self._store.accounts.get(account_id)
            app = self._store.apps.get(account.app_id)
            keys = self._store.apps.read_keys(app.id)
            credentials = self._read_credentials(account, preset)
            tokens, generation = self._read_tokens(account_id, preset)
            entry = ExportEntry(
                handle=account.handle,
                name=account.name,
                user_id=account.known_user_id,
                app_label=app.label,
                keys=keys,
                credentials=credentials,
                api_url=app.hosts.api,
                tokens=tokens,
                tag=first_tag(account),
            )
            found.append(SourceAccount(account, app, entry, generation))
        return found

    def _read_credentials(self, account: Account, preset: ExportPreset) -> Credentials | None:
        """Read what the preset has names for; None if that is optional and missing."""
        if not preset.names_oauth1 or (not preset.needs_oauth1 and not account.has_oauth1):
            return None
        return self._store.accounts.read_credentials(account.id)

    def _read_tokens(
        self, account_id: AccountId, preset: ExportPreset
    ) -> tuple[TokenSet | None, int]:
        if not preset.names_oauth2:
            return None, 0
        if not preset.needs_oauth2 and self._store.tokens.get_metadata(account_id) is None:
            return None, 0
        return self._tokens(account_id)

    def _describe_options(
        self, preset: ExportPreset, *, comment: bool, bearer: bool
    ) -> dict[str, object]:
        """Return what a file is written with, for writing it again; a changed preset in full."""
        options: dict[str, object] = {"no_comment": not comment, "bearer": bearer}
        with suppress(LookupError):
            if self._presets.find(preset.id) == preset:
                return options
        return {**options, "preset": format_preset(preset)}

    def _record(
        self,
        read: Sequence[SourceAccount],
        copies: Sequence[CredentialCopy],
        event: tuple[AccountEventKind, str],
    ) -> None:
        """Note an export, unless the text has no credential in it."""
        if read:
            self._recorder.record(copies, [one.account.id for one in read], event)


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """An account that is exported. oauth2_generation: of its tokens, read before them."""

    account: Account
    app: App
    entry: ExportEntry
    oauth2_generation: int

    def copy_to(
        self,
        place: Place,
        preset: ExportPreset,
        *,
        bearer: bool,
        options: Mapping[str, object] | None = None,
    ) -> CredentialCopy:
        keys = {field: key for key, field in FIELD_KEYS.items()}
        found = find_values(preset, self.entry, bearer=bearer)
        values = {keys[field]: value for field, value in found.items()}
        source = ExportedValues(self.account, self.app, values, self.oauth2_generation)
        return make_copy(source, place, preset=preset.id, options=options)


def _list_holders(read: Sequence[SourceAccount], preset: ExportPreset) -> list[SourceAccount]:
    """Return the accounts that are told apart in the text: one of each app for its keys alone."""
    return list({one.app.id: one for one in read}.values()) if preset.is_of_app else list(read)


@contextmanager
def _diagnose_unwritable(preset: ExportPreset) -> Generator[None]:
    try:
        yield
    except ValueError as error:
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.FILE_NOT_WRITTEN,
                f"The preset {preset.id} cannot hold these accounts.",
                f"{error} Choose another preset.",
            )
        ) from None


def _prepare_folders(paths: Sequence[Path], replaced: Collection[Path]) -> None:
    """Make the folders of files, for their owner alone; raises as write_private does."""
    from twauth_gui.osfiles.private_file import require_writable_target  # noqa: PLC0415 - heavy

    for path in paths:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DiagnosedError(diagnose_write_error(path.parent, error)) from error
        require_writable_target(path, overwrite=path in replaced)


def _client_fields(keys: AppKeys) -> OAuth2ClientFields:
    return OAuth2ClientFields(keys.client_id is not None, keys.client_secret is not None)
