"""Import credentials that other tools left on this computer."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from twauth_gui.domain.account_names import is_same_handle
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    make_stand_in_id,
)
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.apps import AppDraft, AppService
from twauth_gui.services.import_originals import delete_original, find_originals
from twauth_gui.services.import_plan import (
    AppWithKeys,
    ImportAppItem,
    ImportItem,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
    OriginalFile,
    suggest_app_label,
)
from twauth_gui.services.import_planner import plan_import, read_saved_credentials
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import AccountPreconditions
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.store import Store
from twauth_gui.transfer.found_credentials import FoundAccount, FoundApp, FoundFile
from twauth_gui.transfer.tools.places import SearchRoots, known_places
from twauth_gui.transfer.tools.reader import read_file
from twauth_gui.transfer.tools.sources import (
    Progress,
    read_sources,
    read_stream,
)
from twauth_gui.xapi.health import health_from_diagnosis, health_from_identity

# After these the credentials are useless; every other problem can pass.
_USELESS_KINDS = frozenset(
    {ProblemKind.REVOKED, ProblemKind.WRONG_KEYS, ProblemKind.WRONG_CREDENTIAL_KIND}
)
_NOT_VERIFIED_REASON = "X could not be asked when it was imported."
_LOCK_NAME = "import.lock"


def scan_known_places(
    home: Path,
    config: Path,
    here: Path | None = None,
    *,
    cancel: CancelToken,
    progress: Progress = ignore,
) -> list[FoundFile]:
    """Read the credential files of known tools on this computer, without changing them.

    Raises:
        CancelledError: the person cancelled.
    """
    found: list[FoundFile] = []
    places = known_places(SearchRoots(home, config, os.environ, here))
    for place in places:
        progress(len(found), len(places))
        found.append(read_file(place.path, place.tool, cancel))
    return found


def read_files(
    paths: Sequence[Path], cancel: CancelToken, progress: Progress = ignore
) -> list[FoundFile]:
    """Read the files and folders that a person chose; raises as scan_known_places() does."""
    return read_sources(paths, cancel, progress)


def read_stdin(stream: BinaryIO, cancel: CancelToken) -> FoundFile:
    """Read standard input; raises as scan_known_places() does."""
    return read_stream(stream, cancel)


class ImportService:
    """Compares what was found with what is stored, and imports what a person chooses.

    Usable from any thread, and from several processes at once. Each account is one change of the
    store: if the import ends halfway, what was stored is complete.

    Args:
        store: what is here already.
        apps: adds new apps.
        x_clients: ask X.
        now: the clock.
        folder: of the data.
    """

    def __init__(
        self,
        store: Store,
        apps: AppService,
        x_clients: XClients,
        now: Callable[[], datetime],
        *,
        folder: Path,
    ) -> None:
        self._store = store
        self._apps = apps
        self._x_clients = x_clients
        self._now = now
        # Two imports of the same file must not both add its app.
        self._save_lock = FileLock(folder, name=_LOCK_NAME)

    # -- the plan ---------------------------------------------------------------------------------

    def plan(self, found: Sequence[FoundFile]) -> ImportPlan:
        """Return what can be imported; nothing is changed, and X is not asked.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        return plan_import(self._store, self._apps_by_key(), found)

    def _apps_by_key(self) -> dict[Secret, AppWithKeys]:
        stored: dict[Secret, AppWithKeys] = {}
        for app in self._store.apps.list_all():
            try:
                keys = self._store.apps.read_keys(app.id)
            except CredentialMissingError:
                continue  # missing keys cannot be compared
            stored.setdefault(keys.api_key, AppWithKeys(app, keys))
        return stored

    # -- the import -------------------------------------------------------------------------------

    def import_app(self, item: ImportAppItem, options: ImportOptions) -> App:
        """Save an app that has no account in its file; a stored app with its key stays."""
        with self._save_lock.acquire():
            return self._find_or_add_app(item.tool, item.found, options)

    def import_account(
        self, item: ImportItem, options: ImportOptions, cancel: CancelToken
    ) -> ImportResult:
        """Ask X which account the credentials belong to, and save them.

        If X cannot be asked, the user id in front of the token counts, or a stand-in for it if the
        token names none, and the account is marked as never checked; a suspicious one is not saved.
        X is not asked about what is saved already, or would not be saved anyway. Stored credentials
        of the same account are replaced if options say so, if they are missing, or if X refused
        them and accepts these.

        Errors of the keychain are part of the result, like those of X.

        Raises:
            CancelledError: the person cancelled; this account is not saved.
        """
        cancel.raise_if_cancelled()
        try:
            self._store.require_writable()
            return self._import(item, options, cancel)
        except DiagnosedError as error:
            return ImportResult(item, ImportStatus.FAILED, diagnosis=error.diagnosis)

    def find_originals(
        self, results: Sequence[ImportResult], apps: Sequence[ImportAppItem] = ()
    ) -> tuple[OriginalFile, ...]:
        """Return the plain-text files whose credentials are saved now; databases are left out.

        Files that changed so that they hold none of the saved credentials are left out too.

        Args:
            results: of the accounts.
            apps: those that were imported without an account.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        return find_originals(self._store, results, apps)

    def delete_original(self, original: OriginalFile, *, force: bool = False) -> None:
        """Delete a plain-text file, as `rm` does: the disk's blocks are not overwritten.

        force: delete it although something else stands in it too.

        Raises:
            OriginalKeptError: the file or the saved credentials changed meanwhile; something else
                stands in it; or the system refuses.
            DiagnosedError: the keychain refuses.
        """
        delete_original(self._store, original, force=force)

    def _import(
        self, item: ImportItem, options: ImportOptions, cancel: CancelToken
    ) -> ImportResult:
        app = self._find_app(item, options)
        if app is None:
            return ImportResult(item, ImportStatus.NO_APP)
        settled = self._settle_without_x(app.app, item, options)
        if settled is not None:
            return settled
        account, diagnosis = self._identify(app, item, cancel)
        if account is None:
            is_useless = diagnosis is not None and diagnosis.kind in _USELESS_KINDS
            status = ImportStatus.REFUSED if is_useless else ImportStatus.FAILED
            return ImportResult(item, status, diagnosis=diagnosis)
        with self._save_lock.acquire():
            identified = ImportResult(item, ImportStatus.FAILED, account, diagnosis)
            return self._save(identified, options, app)

    def _settle_without_x(
        self, app: App, item: ImportItem, options: ImportOptions
    ) -> ImportResult | None:
        """Return the result if X's answer would not change it."""
        known = None
        if app.id:
            saved = self._find_same(app, item.account)
            if saved is not None:
                return ImportResult(item, ImportStatus.SAME, saved, app=app)
            known = self._store.accounts.find(app.id, item.account.user_id)
        if item.rivals and not options.replace_existing:
            return ImportResult(item, ImportStatus.CONFLICT, known)
        if known is not None and not self._may_replace(known, options, is_verified=True):
            return ImportResult(item, ImportStatus.CONFLICT, known)
        return None

    def _find_same(self, app: App, found: FoundAccount) -> Account | None:
        """Return the account with exactly these credentials; X may have told its user id."""
        if found.user_id:
            known = self._store.accounts.find(app.id, found.user_id)
            candidates = [] if known is None else [known]
        else:
            every = self._store.accounts.list_all()
            candidates = [one for one in every if one.app_id == app.id]
        for one in candidates:
            if read_saved_credentials(self._store, one) == found.credentials:
                return one
        return None

    def _may_replace(self, known: Account, options: ImportOptions, *, is_verified: bool) -> bool:
        if options.replace_existing or read_saved_credentials(self._store, known) is None:
            return True
        return is_verified and known.health.state is HealthState.REVOKED

    def _identify(
        self, app: AppWithKeys, item: ImportItem, cancel: CancelToken
    ) -> tuple[Account | None, Diagnosis | None]:
        """Return the account as X names it, else as the file does with why X did not."""
        try:
            return self._verify(app, item, cancel), None
        except DiagnosedError as error:
            return self._unverified_account(item, error.diagnosis), error.diagnosis

    def _find_app(self, item: ImportItem, options: ImportOptions) -> AppWithKeys | None:
        """Return the app to ask X with; a new app is not saved yet."""
        found = item.account.app or options.found_app
        if item.account.app is None and options.app_id is not None:
            keys = self._store.apps.read_keys(options.app_id)
            return AppWithKeys(self._store.apps.get(options.app_id), keys)
        if found is None:
            return None
        stored = self._apps_by_key().get(found.keys.api_key)
        return stored or AppWithKeys(
            App(AppId(""), "", self._now(), hosts=options.hosts), found.keys
        )

    def _verify(self, app: AppWithKeys, item: ImportItem, cancel: CancelToken) -> Account:
        from twauth_gui.xapi.identity import verify_credentials  # noqa: PLC0415 - loads tweepy

        hosts, keys = app.app.hosts, app.keys
        credentials = item.account.credentials
        identity = self._x_clients.call(
            app.app,
            lambda settings: verify_credentials(
                hosts, keys, credentials, cancel, settings=settings
            ),
        )
        blank = self._new_account(identity.user_id, identity.handle)
        health = health_from_identity(identity, self._now())
        return replace(blank, name=identity.name, access=identity.access, health=health)

    def _unverified_account(self, item: ImportItem, diagnosis: Diagnosis) -> Account | None:
        found = item.account
        if diagnosis.kind in _USELESS_KINDS or found.doubt:
            return None
        owner = found.user_id or make_stand_in_id(found.credentials.access_token)
        health = health_from_diagnosis(diagnosis, Health(reason=_NOT_VERIFIED_REASON), self._now())
        return replace(self._new_account(owner, found.handle or owner), health=health)

    def _new_account(self, user_id: str, handle: str) -> Account:
        new_id, now = AccountId(uuid.uuid4().hex), self._now()
        return Account(new_id, AppId(""), user_id, handle, now, SignInMethod.IMPORTED)

    def _save(
        self, result: ImportResult, options: ImportOptions, asked_app: AppWithKeys
    ) -> ImportResult:
        """Save the identified account with its app, or neither.

        Raises:
            ChangedMeanwhileError: the app has other keys now than those X was asked with, or the
                account other credentials than those that were compared.
        """
        app = self._app_to_save(result.item, options)
        try:
            return self._save_account(replace(result, app=app), options, asked_app)
        except DiagnosedError:
            if app.id != asked_app.app.id:
                with suppress(DiagnosedError):  # it has got accounts elsewhere meanwhile
                    self._store.apps.remove(app.id)
            raise

    def _save_account(
        self, result: ImportResult, options: ImportOptions, asked_app: AppWithKeys
    ) -> ImportResult:
        """Save the identified account; stored credentials stay unless import_account() says so."""
        item, account, app = result.item, result.account, result.app
        assert account is not None and app is not None  # noqa: S101, PT018 - else nothing to save
        is_verified, credentials = result.diagnosis is None, item.account.credentials
        known = self._store.accounts.find(app.id, account.user_id)
        if known is not None:
            if read_saved_credentials(self._store, known) == credentials:
                return replace(result, outcome=ImportStatus.SAME, account=known)
            if not self._may_replace(known, options, is_verified=is_verified):
                return replace(result, outcome=ImportStatus.CONFLICT, account=known)
        whole = replace(account, app_id=app.id)
        expected = AccountPreconditions(
            asked_app.app.generation if asked_app.app.id == app.id else None,
            0 if known is None else known.generation,
        )
        whole = whole if is_verified else self._with_own_handle(whole)
        saved = self._store.accounts.replace_credentials(whole, credentials, expected)
        self._log_import(saved, item.tool)
        status = ImportStatus.IMPORTED if is_verified else ImportStatus.NOT_VERIFIED
        return replace(
            result, outcome=status if known is None else ImportStatus.REPLACED, account=saved
        )

    def _with_own_handle(self, account: Account) -> Account:
        """Return the account under its number if another one of its app has the handle."""
        for one in self._store.accounts.list_all():
            if (
                one.app_id == account.app_id
                and one.user_id != account.user_id
                and is_same_handle(one.handle, account.handle)
            ):
                return replace(account, handle=account.user_id)
        return account

    def _app_to_save(self, item: ImportItem, options: ImportOptions) -> App:
        if item.account.app is None and options.app_id is not None:
            return self._store.apps.get(options.app_id)
        found = item.account.app or options.found_app
        assert found is not None  # noqa: S101 - else there was no app to ask with
        return self._find_or_add_app(item.tool, found, options)

    def _find_or_add_app(self, tool: str, found: FoundApp, options: ImportOptions) -> App:
        known = self._apps_by_key().get(found.keys.api_key)
        if known is not None:
            return known.app
        draft = AppDraft(suggest_app_label(tool, found), found.keys, hosts=options.hosts)
        return self._apps.add(draft)

    def _log_import(self, saved: Account, tool: str) -> None:
        text = f"Imported from {tool}"
        self._store.events.add(AccountEvent(saved.id, AccountEventKind.IMPORTED, self._now(), text))
        if self._store.settings.active_account() is None:
            self._store.settings.set_active_account(saved.id)
