"""The plan of a restore: what it would add, replace and leave as it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.apps import (
    App,
    AppId,
    AppKeys,
    AppNotAllowedError,
    make_unique_label,
    validate_app,
)
from twauth_gui.domain.callback_urls import OUT_OF_BAND, CallbackError, validate_callback_url
from twauth_gui.domain.oauth2 import OAuth2PendingSecrets, TokenSet
from twauth_gui.domain.placements import Placement
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSecrets, PendingSignIn, PendingSignInId, RequestToken
from twauth_gui.store.backup import Backup, BackupAccount, read_if_present
from twauth_gui.store.store import Store

RecordT = TypeVar("RecordT", Account, AppKeys)
_APP_FIELDS = ("label", "callback", "spare_callbacks", "hosts")
_KEY_FIELDS = ("api_secret", "bearer_token", "client_id", "client_secret")
_ANNOTATIONS = ("note", "tags", "is_favourite")
OAUTH1, OAUTH2 = "credentials", "oauth2"


class RestoreChange(Enum):
    """What restoring one app or account would do."""

    ADD = "add"
    SAME = "same"
    CONFLICT = "conflict"  # both have it, and they differ
    UNUSABLE = "unusable"  # the backup has no keys or credentials of it
    REFUSED = "refused"  # no such app may be added here either


class RestoreChoice(Enum):
    """Which of two differing versions to keep."""

    LOCAL = "mine"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class AppRestoreStep:
    """What would happen to an app.

    differing_fields: names only, never values. reason: why it is refused; an app that is
    here then stays as it is, for its accounts. placements: of its keys alone.
    """

    app: App
    keys: AppKeys | None
    local: App | None
    change: RestoreChange
    differing_fields: tuple[str, ...] = ()
    reason: str = ""
    placements: tuple[Placement, ...] = ()

    @property
    def local_id(self) -> AppId:
        """The id that the app has here, or will have."""
        return self.app.id if self.local is None else self.local.id

    @property
    def takes_accounts(self) -> bool:
        """Whether its accounts will have an app."""
        return self.local is not None or self.change is RestoreChange.ADD


@dataclass(frozen=True, slots=True)
class AccountRestoreStep:
    """What would happen to an account.

    missing_kinds: the kinds of credentials that only the backup has; they are restored whatever
    the policy is. tokens_generation: of the OAuth 2.0 tokens that are here, 0 if there are none.
    """

    backup_account: BackupAccount
    local: Account | None
    change: RestoreChange
    differing_fields: tuple[str, ...] = ()
    missing_kinds: tuple[str, ...] = ()
    tokens_generation: int = 0

    @property
    def account(self) -> Account:
        """The account of the backup, with the ids that it has here or will have."""
        return self.backup_account.account

    @property
    def is_backup_newer(self) -> bool:
        """Whether the sign-in of the backup is the later one."""
        return self.local is not None and self.account.signed_in_at > self.local.signed_in_at


RestoreStep = AppRestoreStep | AccountRestoreStep

RestorePolicy = Callable[[RestoreStep], RestoreChoice]


def keep_local(_step: RestoreStep) -> RestoreChoice:
    """Leave everything that is here as it is."""
    return RestoreChoice.LOCAL


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What restoring would do.

    active: the account to become the active one, if there is none. refused_sign_ins: how many
    pending sign-ins are left out because they would send the browser to another address.
    fingerprint_key: of the placements.
    """

    apps: tuple[AppRestoreStep, ...] = ()
    accounts: tuple[AccountRestoreStep, ...] = ()
    pending_sign_ins: tuple[tuple[PendingSignIn, PendingSecrets | OAuth2PendingSecrets], ...] = ()
    active: AccountId | None = None
    refused_sign_ins: int = 0
    fingerprint_key: Secret | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything of the backup is here already."""
        steps: tuple[RestoreStep, ...] = (*self.apps, *self.accounts)
        todo = any(step.change in {RestoreChange.ADD, RestoreChange.CONFLICT} for step in steps)
        return not (todo or self.pending_sign_ins or self.active)


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """How many apps and accounts were added, replaced, left, unusable, or refused.

    pending_sign_ins: how many were added. active: the account that became the active one.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    unusable: int = 0
    refused: int = 0
    pending_sign_ins: int = 0
    active: AccountId | None = None


def plan_restore(store: Store, backup: Backup) -> RestorePlan:
    """Compare a backup with a store. Apps are the same if their API key and host are.

    Raises:
        VaultError: the keychain failed; every app's keys are read, and the credentials of each
            account that both have.
    """
    return _RestorePlanner(store, store.profile_id).plan(backup)


def preview_restore(store: Store, backup: Backup) -> RestorePlan:
    """Plan without writing anything; without a profile id, the ids may differ from plan_restore."""
    return _RestorePlanner(store, store.existing_profile_id).plan(backup)


class _RestorePlanner:
    def __init__(self, store: Store, profile_id: str) -> None:
        self._store = store
        self._local_app_ids: dict[AppId, AppId] = {}
        self._account_ids = store.accounts.list_ids()
        self._ids: dict[AccountId, AccountId] = {}
        self._refused: set[AppId] = set()
        self._profile_id = profile_id
        self._origin = ""

    def plan(self, backup: Backup) -> RestorePlan:
        self._origin = "" if backup.profile_id == self._profile_id else backup.profile_id or "?"
        apps = self._apps(backup)
        self._local_app_ids = {
            app.id: step.local_id for (app, _), step in zip(backup.apps, apps, strict=True)
        }
        usable = {step.local_id for step in apps if step.takes_accounts}
        self._refused = {
            step.local_id for step in apps if step.change is RestoreChange.REFUSED
        } - usable
        accounts = tuple(self._account(one, usable) for one in backup.accounts)
        pending_sign_ins = [
            (replace(one, id=restored, app_id=self._local_app_ids[one.app_id]), secrets)
            for one, secrets in backup.pending_sign_ins
            if (restored := self._new_pending_id(one))
            and self._local_app_ids.get(one.app_id) in usable
        ]
        allowed = tuple(one for one in pending_sign_ins if _has_allowed_callback(one[1]))
        active = (
            None if self._store.settings.active_account() or not backup.active else backup.active
        )
        return RestorePlan(
            apps,
            accounts,
            allowed,
            self._ids.get(active) if active else None,
            len(pending_sign_ins) - len(allowed),
            backup.fingerprint_key,
        )

    def _apps(self, backup: Backup) -> tuple[AppRestoreStep, ...]:
        local = _LocalApps(
            [
                (app, read_if_present(self._store.apps.read_keys, app.id))
                for app in self._store.apps.list_all()
            ]
        )
        return tuple(
            replace(
                self._app(app, keys, local),
                placements=tuple(
                    replace(one, origin=one.origin or self._origin)
                    for one in backup.app_placements
                    if one.app_id == app.id
                ),
            )
            for app, keys in backup.apps
        )

    def _app(self, app: App, keys: AppKeys | None, local: _LocalApps) -> AppRestoreStep:
        if keys is None:
            return AppRestoreStep(app, None, None, RestoreChange.UNUSABLE)
        own = AppId(self._own_id(app.id))
        found, found_keys = local.find_same(app, keys, own)
        if found is None:
            return self._new_app(app, keys, local, own)
        if found_keys is None:
            return AppRestoreStep(found, keys, found, RestoreChange.ADD)
        others = [label for app_id, label in local.labels.items() if app_id != found.id]
        app = replace(app, label=make_unique_label(app.label, others))
        keys = _fill_gaps(keys, found_keys, _KEY_FIELDS)
        of_app = _differing_names(app, found, _APP_FIELDS)
        differing = (*of_app, *_differing_names(keys, found_keys, _KEY_FIELDS))
        if of_app and (why := _explain_refusal(app)):
            return AppRestoreStep(found, None, found, RestoreChange.REFUSED, reason=why)
        return AppRestoreStep(
            app, keys, found, RestoreChange.CONFLICT if differing else RestoreChange.SAME, differing
        )

    @staticmethod
    def _new_app(app: App, keys: AppKeys, local: _LocalApps, own: AppId) -> AppRestoreStep:
        app_id = AppId(_fresh_id()) if own in local.labels else own
        app = replace(app, id=app_id, label=make_unique_label(app.label, local.labels.values()))
        if why := _explain_refusal(app):
            return AppRestoreStep(app, None, None, RestoreChange.REFUSED, reason=why)
        local.labels[app_id] = app.label
        return AppRestoreStep(app, keys, None, RestoreChange.ADD)

    def _account(self, backup_account: BackupAccount, usable: set[AppId]) -> AccountRestoreStep:
        backup_id = backup_account.account.id
        app_id = self._local_app_ids.get(backup_account.account.app_id)
        has_none = backup_account.credentials is None and backup_account.tokens is None
        if has_none or app_id not in usable or app_id is None:
            change = RestoreChange.REFUSED if app_id in self._refused else RestoreChange.UNUSABLE
            return AccountRestoreStep(backup_account, None, change)
        local = self._store.accounts.find(app_id, backup_account.account.user_id)
        account_id = self._new_account(backup_id) if local is None else local.id
        self._ids[backup_id] = account_id
        restored = replace(
            backup_account,
            account=replace(backup_account.account, app_id=app_id, id=account_id),
            placements=tuple(
                replace(
                    one, app_id=app_id, account_id=account_id, origin=one.origin or self._origin
                )
                for one in backup_account.placements
            ),
        )
        if local is None:
            return AccountRestoreStep(restored, None, RestoreChange.ADD)
        restored = replace(restored, account=_fill_gaps(restored.account, local, _ANNOTATIONS))
        # Before the tokens, so that a change is noticed.
        metadata = self._store.tokens.get_metadata(local.id)
        missing = self._missing_kinds(restored, local)
        differing = self._differing_account_fields(restored, local, missing)
        change = RestoreChange.ADD if missing else RestoreChange.SAME
        generation = 0 if metadata is None else metadata.generation
        change = RestoreChange.CONFLICT if differing else change
        return AccountRestoreStep(restored, local, change, differing, missing, generation)

    def _new_account(self, backup_id: AccountId) -> AccountId:
        own = AccountId(self._own_id(backup_id))
        return AccountId(_fresh_id()) if own in self._account_ids else own

    def _new_pending_id(self, pending: PendingSignIn) -> PendingSignInId | None:
        """Return the id that a sign-in would have here; None if it is here already."""
        own = PendingSignInId(self._own_id(pending.id))
        known = {one.id for one in self._store.pending_sign_ins.list_all()}
        return None if {pending.id, own} & known else own

    def _own_id(self, backup_id: str) -> str:
        """Return the id in this folder for something of a backup, the same each time.

        The id in the backup may be in use: the folder that it was made from can have its items in
        the same keychain, where they are found by their ids.
        """
        return uuid.uuid5(uuid.NAMESPACE_URL, f"twauth:{self._profile_id}/{backup_id}").hex

    def _missing_kinds(self, backup_account: BackupAccount, local: Account) -> tuple[str, ...]:
        """Return the kinds of credentials that are not here, or were lost."""
        missing: tuple[str, ...] = ()
        if backup_account.credentials is not None and self._read_credentials(local) is None:
            missing = (OAUTH1,)
        if backup_account.tokens is not None and self._read_tokens(local) is None:
            missing = (OAUTH2, *missing)
        return missing

    def _read_credentials(self, local: Account) -> Credentials | None:
        return read_if_present(self._store.accounts.read_credentials, local.id)

    def _read_tokens(self, local: Account) -> TokenSet | None:
        return read_if_present(self._store.tokens.get, local.id)

    def _differing_account_fields(
        self, backup_account: BackupAccount, local: Account, missing: tuple[str, ...]
    ) -> tuple[str, ...]:
        names = _differing_names(backup_account.account, local, _ANNOTATIONS)
        if backup_account.tokens is not None and OAUTH2 not in missing:
            same = self._read_tokens(local) == backup_account.tokens[1]
            names = names if same else (OAUTH2, *names)
        if backup_account.credentials is not None and OAUTH1 not in missing:
            same = self._read_credentials(local) == backup_account.credentials
            names = names if same else (OAUTH1, *names)
        return names


class _LocalApps:
    """The apps that are here, with their keys if the keychain has them."""

    def __init__(self, apps: list[tuple[App, AppKeys | None]]) -> None:
        self._apps = apps
        self.labels = {app.id: app.label for app, _ in apps}

    def find_same(
        self, app: App, keys: AppKeys, own: AppId
    ) -> tuple[App, AppKeys | None] | tuple[None, None]:
        """Find the app that has the same key as an app of a backup.

        An app whose keys are lost is recognised by its id, or by label and host. own: the id that
        the app of the backup would get here.
        """
        host = app.hosts.api
        found = [one for one in self._apps if self._has_key(one, keys.api_key, host)]
        if not found:
            named = (app.label, host)
            found = [
                one
                for one in self._apps
                if one[1] is None
                and (one[0].id in {app.id, own} or (one[0].label, one[0].hosts.api) == named)
            ]
        # Several apps can have the same key.
        found.sort(key=lambda one: (one[0].id not in {app.id, own}, one[0].label != app.label))
        return found[0] if found else (None, None)

    @staticmethod
    def _has_key(one: tuple[App, AppKeys | None], api_key: Secret, host: str) -> bool:
        app, keys = one
        return keys is not None and (keys.api_key, app.hosts.api) == (api_key, host)


def _explain_refusal(app: App) -> str:
    """Return why Twauth does not accept such an app; "" if it does."""
    try:
        validate_app(app)
    except AppNotAllowedError as error:
        return error.reason
    return ""


def _has_allowed_callback(secrets: PendingSecrets | OAuth2PendingSecrets) -> bool:
    """Whether the callback address of a sign-in is one that an app may have."""
    request = secrets.request
    if request is None:
        return True
    callback = request.callback if isinstance(request, RequestToken) else request.redirect_uri
    try:
        return callback == OUT_OF_BAND or validate_callback_url(callback) == callback
    except CallbackError:
        return False


def _differing_names(one: object, other: object, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _fill_gaps(one: RecordT, other: RecordT, names: tuple[str, ...]) -> RecordT:
    """Return the first with its empty fields taken from the other, so that nothing is lost."""
    lacking = {name: getattr(other, name) for name in names if not getattr(one, name)}
    return replace(one, **lacking)


def _fresh_id() -> str:
    return uuid.uuid4().hex
