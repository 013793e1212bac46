"""Bringing in what other tools left on this computer."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.domain.health import Health
from twauth_gui.domain.secret import Secret
from twauth_gui.services.apps import AppDraft, AppService
from twauth_gui.services.lines import XClients
from twauth_gui.services.offers import (
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
    KeptApp,
    SkippedItem,
    label_for,
)
from twauth_gui.store.account_shelf import Expected
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.store import Store
from twauth_gui.transfer.tools.found import Found, FoundAccount, FoundApp
from twauth_gui.transfer.tools.places import SearchRoots, known_places
from twauth_gui.transfer.tools.reader import read_file
from twauth_gui.xapi.health import health_of, health_of_identity

# After these the credentials are of no use to anybody. Everything else can pass.
_OF_NO_USE = frozenset(
    {ProblemKind.REVOKED, ProblemKind.WRONG_KEYS, ProblemKind.WRONG_CREDENTIAL_KIND}
)
_NOT_YET = "X could not be asked when it was brought in."


def look_around(
    home: Path, config: Path, here: Path | None = None, *, cancel: CancelToken
) -> list[Found]:
    """Read what the known tools keep on this computer; it changes nothing, and asks nobody.

    Raises:
        CancelledError: the person ended it.
    """
    places = known_places(SearchRoots(home, config, os.environ, here))
    return [read_file(place.path, place.tool, cancel) for place in places]


def read_files(paths: Sequence[Path], cancel: CancelToken) -> list[Found]:
    """Read files that a person named; raises as look_around does."""
    return [read_file(path, cancel=cancel) for path in paths]


class ImportService:
    """Compares what was found with what is kept, and keeps what a person chooses.

    Usable from any thread. Each account is one change of the store: whatever ends this in the
    middle, what is kept is whole.
    """

    def __init__(
        self, store: Store, apps: AppService, lines: XClients, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._apps = apps
        self._lines = lines
        self._now = now
        self._keeping = threading.Lock()

    # -- what there is -----------------------------------------------------------------------------

    def offer(self, found: Sequence[Found]) -> ImportPlan:
        """Compare; nothing is changed and X is not asked.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        kept = self._kept_apps()
        return ImportPlan(
            tuple(self._candidates(found, kept)),
            tuple(_new_apps(found, kept)),
            tuple(SkippedItem(one.tool, one.path, what) for one in found for what in one.skipped),
        )

    def _candidates(
        self, found: Sequence[Found], kept: dict[Secret, KeptApp]
    ) -> Iterator[ImportItem]:
        seen: set[Secret] = set()
        for file in found:
            for account in file.accounts:
                token = account.credentials.access_token
                if token not in seen:
                    seen.add(token)
                    app = _app_of(account, kept)
                    yield ImportItem(file.tool, file.path, account, self._fate(account, app), app)

    def _fate(self, account: FoundAccount, app: App | None) -> ImportAction:
        if account.app is None:
            return ImportAction.NO_APP
        known = None if app is None else self._store.accounts.find(app.id, account.user_id)
        if known is None:
            return ImportAction.NEW
        return ImportAction.SAME if self._has(known, account) else ImportAction.OTHER

    def _has(self, known: Account, account: FoundAccount) -> bool:
        if not known.has_oauth1:
            return False
        try:
            return self._store.accounts.credentials(known.id) == account.credentials
        except CredentialMissingError:
            return False

    def _kept_apps(self) -> dict[Secret, KeptApp]:
        kept: dict[Secret, KeptApp] = {}
        for app in self._store.apps.all():
            try:
                keys = self._store.apps.keys(app.id)
            except CredentialMissingError:
                continue  # nothing can be compared with keys that are gone
            kept.setdefault(keys.api_key, KeptApp(app, keys))
        return kept

    # -- bringing in -------------------------------------------------------------------------------

    def add_app(self, candidate: ImportAppItem, wishes: ImportOptions) -> App:
        """Keep the keys of an app that has no account in its file; one that is kept stays."""
        with self._keeping:
            return self._kept_or_added(candidate.tool, candidate.found, wishes).app

    def bring(
        self, candidate: ImportItem, wishes: ImportOptions, cancel: CancelToken
    ) -> ImportResult:
        """Ask X whose the credentials are, and keep them.

        Where X cannot be asked, they are kept by the number in front of the token, and marked as
        never checked. Kept credentials of the same account give way only where that is wished.

        What the keychain refuses is part of the result, as what X refuses is.

        Raises:
            CancelledError: the person ended it; this account is not kept.
        """
        cancel.check()
        try:
            self._store.require_writable()
            return self._bring(candidate, wishes, cancel)
        except DiagnosedError as error:
            return ImportResult(candidate, ImportStatus.FAILED, diagnosis=error.diagnosis)

    def _bring(
        self, candidate: ImportItem, wishes: ImportOptions, cancel: CancelToken
    ) -> ImportResult:
        ground = self._ground(candidate, wishes)
        if ground is None:
            return ImportResult(candidate, ImportStatus.NO_APP)
        account, diagnosis = self._asked(ground, candidate, cancel)
        if account is None:
            return ImportResult(candidate, ImportStatus.REFUSED, diagnosis=diagnosis)
        with self._keeping:
            asked = ImportResult(candidate, ImportStatus.FAILED, account, diagnosis)
            return self._keep(asked, wishes, ground)

    def _asked(
        self, ground: KeptApp, candidate: ImportItem, cancel: CancelToken
    ) -> tuple[Account | None, Diagnosis | None]:
        """Give the account as X tells it, else as the file does with what X said instead."""
        try:
            return self._verified(ground, candidate, cancel), None
        except DiagnosedError as error:
            return self._unverified(candidate, error.diagnosis), error.diagnosis

    def _ground(self, candidate: ImportItem, wishes: ImportOptions) -> KeptApp | None:
        """Give the app to ask with; one that is new here is not kept yet."""
        found = candidate.account.app
        if found is None:
            if wishes.app_id is None:
                return None
            return KeptApp(
                self._store.apps.get(wishes.app_id), self._store.apps.keys(wishes.app_id)
            )
        kept = self._kept_apps().get(found.keys.api_key)
        return kept or KeptApp(App(AppId(""), "", self._now(), hosts=wishes.hosts), found.keys)

    def _verified(self, ground: KeptApp, candidate: ImportItem, cancel: CancelToken) -> Account:
        from twauth_gui.xapi.identity import verify  # noqa: PLC0415 - loads tweepy

        hosts, keys = ground.app.hosts, ground.keys
        credentials = candidate.account.credentials
        identity = self._lines.call(
            ground.app, lambda line: verify(hosts, keys, credentials, cancel, line=line)
        )
        blank = self._blank(identity.user_id, identity.handle)
        health = health_of_identity(identity, self._now())
        return replace(blank, name=identity.name, access=identity.access, health=health)

    def _unverified(self, candidate: ImportItem, diagnosis: Diagnosis) -> Account | None:
        owner = candidate.account.user_id
        if diagnosis.kind in _OF_NO_USE or not owner:
            return None
        health = health_of(diagnosis, Health(reason=_NOT_YET), self._now())
        return replace(self._blank(owner, candidate.account.handle or owner), health=health)

    def _blank(self, user_id: str, handle: str) -> Account:
        new_id, now = AccountId(uuid.uuid4().hex), self._now()
        return Account(new_id, AppId(""), user_id, handle, now, SignInMethod.BROUGHT_IN)

    def _keep(self, asked: ImportResult, wishes: ImportOptions, ground: KeptApp) -> ImportResult:
        """Keep the account that was asked about; what is kept already stays where not wished.

        Raises:
            ChangedMeanwhileError: there are other keys by now than those X was asked with, or
                other credentials than those that were compared.
        """
        candidate, account = asked.candidate, asked.account
        assert account is not None  # noqa: S101 - else there is nothing to keep
        app = self._app_to_keep(candidate, wishes)
        known = self._store.accounts.find(app.id, account.user_id)
        if known is not None and self._has(known, candidate.account):
            return replace(asked, outcome=ImportStatus.SAME, account=known)
        if known is not None and not wishes.replace:
            return replace(asked, outcome=ImportStatus.OTHER, account=known)
        whole = replace(account, app_id=app.id)
        expected = Expected(
            ground.app.generation if ground.app.id == app.id else None,
            0 if known is None else known.generation,
        )
        kept = self._store.accounts.replace_credentials(
            whole, candidate.account.credentials, expected
        )
        self._note(kept, candidate.tool)
        outcome = ImportStatus.BROUGHT_IN if asked.diagnosis is None else ImportStatus.NOT_VERIFIED
        return replace(
            asked, outcome=outcome if known is None else ImportStatus.REPLACED, account=kept
        )

    def _app_to_keep(self, candidate: ImportItem, wishes: ImportOptions) -> App:
        found = candidate.account.app
        if found is None:
            assert wishes.app_id is not None  # noqa: S101 - else there was no ground to ask with
            return self._store.apps.get(wishes.app_id)
        return self._kept_or_added(candidate.tool, found, wishes).app

    def _kept_or_added(self, tool: str, found: FoundApp, wishes: ImportOptions) -> KeptApp:
        known = self._kept_apps().get(found.keys.api_key)
        if known is not None:
            return known
        draft = AppDraft(label_for(tool, found), found.keys, hosts=wishes.hosts)
        return KeptApp(self._apps.add(draft), found.keys)

    def _note(self, kept: Account, tool: str) -> None:
        text = f"Brought in from {tool}"
        self._store.events.add(Event(kept.id, EventKind.BROUGHT_IN, self._now(), text))
        if self._store.settings.active_account() is None:
            self._store.settings.set_active_account(kept.id)


def _app_of(account: FoundAccount, kept: dict[Secret, KeptApp]) -> App | None:
    known = None if account.app is None else kept.get(account.app.keys.api_key)
    return None if known is None else known.app


def _new_apps(found: Sequence[Found], kept: dict[Secret, KeptApp]) -> Iterator[ImportAppItem]:
    used = {one.app.keys.api_key for file in found for one in file.accounts if one.app is not None}
    for file in found:
        for app in file.apps:
            if app.keys.api_key not in used:
                used.add(app.keys.api_key)
                known = kept.get(app.keys.api_key)
                yield ImportAppItem(file.tool, file.path, app, None if known is None else known.app)
