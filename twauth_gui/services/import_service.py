"""Import credentials that other tools left on this computer."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.health import Health
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.apps import AppDraft, AppService
from twauth_gui.services.import_plan import (
    AppWithKeys,
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
    SkippedItem,
    suggest_app_label,
)
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.account_repository import AccountPreconditions
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.store import Store
from twauth_gui.transfer.found_credentials import FoundAccount, FoundApp, FoundFile
from twauth_gui.transfer.tools.places import SearchRoots, known_places
from twauth_gui.transfer.tools.reader import read_file
from twauth_gui.xapi.health import health_from_diagnosis, health_from_identity

# After these the credentials are useless; every other problem can pass.
_USELESS_KINDS = frozenset(
    {ProblemKind.REVOKED, ProblemKind.WRONG_KEYS, ProblemKind.WRONG_CREDENTIAL_KIND}
)
_NOT_VERIFIED_REASON = "X could not be asked when it was imported."


def scan_known_places(
    home: Path, config: Path, here: Path | None = None, *, cancel: CancelToken
) -> list[FoundFile]:
    """Read the credential files of known tools on this computer, without changing them.

    Raises:
        CancelledError: the person cancelled.
    """
    places = known_places(SearchRoots(home, config, os.environ, here))
    return [read_file(place.path, place.tool, cancel) for place in places]


def read_files(paths: Sequence[Path], cancel: CancelToken) -> list[FoundFile]:
    """Read the files that a person chose; raises as scan_known_places() does."""
    return [read_file(path, cancel=cancel) for path in paths]


class ImportService:
    """Compares what was found with what is stored, and imports what a person chooses.

    Usable from any thread. Each account is one change of the store: if the import ends halfway,
    what was stored is complete.
    """

    def __init__(
        self, store: Store, apps: AppService, x_clients: XClients, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._apps = apps
        self._x_clients = x_clients
        self._now = now
        self._save_lock = threading.Lock()

    # -- the plan ---------------------------------------------------------------------------------

    def plan(self, found: Sequence[FoundFile]) -> ImportPlan:
        """Return what can be imported; nothing is changed, and X is not asked.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        stored = self._apps_by_key()
        return ImportPlan(
            tuple(self._account_items(found, stored)),
            tuple(_app_items(found, stored)),
            tuple(SkippedItem(one.tool, one.path, what) for one in found for what in one.skipped),
        )

    def _account_items(
        self, found: Sequence[FoundFile], stored: dict[Secret, AppWithKeys]
    ) -> Iterator[ImportItem]:
        seen: set[Secret] = set()
        for file in found:
            for account in file.accounts:
                token = account.credentials.access_token
                if token not in seen:
                    seen.add(token)
                    app = _find_stored_app(account, stored)
                    yield ImportItem(
                        file.tool, file.path, account, self._choose_action(account, app), app
                    )

    def _choose_action(self, account: FoundAccount, app: App | None) -> ImportAction:
        if account.app is None:
            return ImportAction.NO_APP
        known = None if app is None else self._store.accounts.find(app.id, account.user_id)
        if known is None:
            return ImportAction.NEW
        return ImportAction.SAME if self._has_credentials(known, account) else ImportAction.CONFLICT

    def _has_credentials(self, known: Account, account: FoundAccount) -> bool:
        if not known.has_oauth1:
            return False
        try:
            return self._store.accounts.read_credentials(known.id) == account.credentials
        except CredentialMissingError:
            return False

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
        with self._save_lock:
            return self._find_or_add_app(item.tool, item.found, options).app

    def import_account(
        self, item: ImportItem, options: ImportOptions, cancel: CancelToken
    ) -> ImportResult:
        """Ask X which account the credentials belong to, and save them.

        If X cannot be asked, the user id in front of the token counts, and the account is marked as
        never checked. Stored credentials of the same account are replaced only if options say so.

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

    def _import(
        self, item: ImportItem, options: ImportOptions, cancel: CancelToken
    ) -> ImportResult:
        app = self._find_app(item, options)
        if app is None:
            return ImportResult(item, ImportStatus.NO_APP)
        account, diagnosis = self._identify(app, item, cancel)
        if account is None:
            return ImportResult(item, ImportStatus.REFUSED, diagnosis=diagnosis)
        with self._save_lock:
            identified = ImportResult(item, ImportStatus.FAILED, account, diagnosis)
            return self._save(identified, options, app)

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
        found = item.account.app
        if found is None:
            if options.app_id is None:
                return None
            return AppWithKeys(
                self._store.apps.get(options.app_id), self._store.apps.read_keys(options.app_id)
            )
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
        owner = item.account.user_id
        if diagnosis.kind in _USELESS_KINDS or not owner:
            return None
        health = health_from_diagnosis(diagnosis, Health(reason=_NOT_VERIFIED_REASON), self._now())
        return replace(self._new_account(owner, item.account.handle or owner), health=health)

    def _new_account(self, user_id: str, handle: str) -> Account:
        new_id, now = AccountId(uuid.uuid4().hex), self._now()
        return Account(new_id, AppId(""), user_id, handle, now, SignInMethod.IMPORTED)

    def _save(
        self, result: ImportResult, options: ImportOptions, asked_app: AppWithKeys
    ) -> ImportResult:
        """Save the identified account; stored credentials stay unless options say otherwise.

        Raises:
            ChangedMeanwhileError: the app has other keys now than those X was asked with, or the
                account other credentials than those that were compared.
        """
        item, account = result.item, result.account
        assert account is not None  # noqa: S101 - else there is nothing to save
        app = self._app_to_save(item, options)
        known = self._store.accounts.find(app.id, account.user_id)
        if known is not None and self._has_credentials(known, item.account):
            return replace(result, outcome=ImportStatus.SAME, account=known)
        if known is not None and not options.replace_existing:
            return replace(result, outcome=ImportStatus.CONFLICT, account=known)
        whole = replace(account, app_id=app.id)
        expected = AccountPreconditions(
            asked_app.app.generation if asked_app.app.id == app.id else None,
            0 if known is None else known.generation,
        )
        saved = self._store.accounts.replace_credentials(whole, item.account.credentials, expected)
        self._log_import(saved, item.tool)
        outcome = ImportStatus.IMPORTED if result.diagnosis is None else ImportStatus.NOT_VERIFIED
        return replace(
            result, outcome=outcome if known is None else ImportStatus.REPLACED, account=saved
        )

    def _app_to_save(self, item: ImportItem, options: ImportOptions) -> App:
        found = item.account.app
        if found is None:
            assert options.app_id is not None  # noqa: S101 - else there was no app to ask with
            return self._store.apps.get(options.app_id)
        return self._find_or_add_app(item.tool, found, options).app

    def _find_or_add_app(self, tool: str, found: FoundApp, options: ImportOptions) -> AppWithKeys:
        known = self._apps_by_key().get(found.keys.api_key)
        if known is not None:
            return known
        draft = AppDraft(suggest_app_label(tool, found), found.keys, hosts=options.hosts)
        return AppWithKeys(self._apps.add(draft), found.keys)

    def _log_import(self, saved: Account, tool: str) -> None:
        text = f"Imported from {tool}"
        self._store.events.add(AccountEvent(saved.id, AccountEventKind.IMPORTED, self._now(), text))
        if self._store.settings.active_account() is None:
            self._store.settings.set_active_account(saved.id)


def _find_stored_app(account: FoundAccount, stored: dict[Secret, AppWithKeys]) -> App | None:
    known = None if account.app is None else stored.get(account.app.keys.api_key)
    return None if known is None else known.app


def _app_items(
    found: Sequence[FoundFile], stored: dict[Secret, AppWithKeys]
) -> Iterator[ImportAppItem]:
    used = {one.app.keys.api_key for file in found for one in file.accounts if one.app is not None}
    for file in found:
        for app in file.apps:
            if app.keys.api_key not in used:
                used.add(app.keys.api_key)
                known = stored.get(app.keys.api_key)
                yield ImportAppItem(file.tool, file.path, app, None if known is None else known.app)
