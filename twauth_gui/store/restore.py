"""What bringing a backup in beside what is kept already would do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.attempts import Attempt, AttemptSecrets
from twauth_gui.domain.oauth2 import CodeSecrets
from twauth_gui.store.backup import Backup, KeptAccount
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.notebook import OWN_SETTINGS
from twauth_gui.store.store import Store

T = TypeVar("T")

_APP_FIELDS = ("label", "callback", "spare_callbacks", "hosts")
_KEY_FIELDS = ("api_secret", "bearer_token", "client_id", "client_secret")
_NOTE_FIELDS = ("note", "tags")
OAUTH1, OAUTH2 = "credentials", "oauth2"


class Change(Enum):
    """What restoring one thing would do."""

    ADD = "add"
    SAME = "same"
    CONFLICT = "conflict"  # both have it, and they differ
    UNUSABLE = "unusable"  # the backup has no keys or credentials of it


class Take(Enum):
    """Which of two to keep."""

    MINE = "mine"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class AppStep:
    """What would happen to an app. differs: the names of the fields that do, and no value."""

    app: App
    keys: AppKeys | None
    mine: App | None
    change: Change
    differs: tuple[str, ...] = ()

    @property
    def here(self) -> AppId:
        """The id it has here, or will have."""
        return self.app.id if self.mine is None else self.mine.id


@dataclass(frozen=True, slots=True)
class AccountStep:
    """What would happen to an account.

    lacks: the kinds of credentials that only the backup has; they come in whatever the policy is.
    """

    kept: KeptAccount
    mine: Account | None
    change: Change
    differs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def account(self) -> Account:
        """It, with the ids it has here or will have."""
        return self.kept.account

    @property
    def backup_is_newer(self) -> bool:
        """Whether the sign-in of the backup is the later one."""
        return self.mine is not None and self.account.signed_in_at > self.mine.signed_in_at


Step = AppStep | AccountStep
Policy = Callable[[Step], Take]


def keep_mine(_step: Step) -> Take:
    """Leave everything that is here as it is."""
    return Take.MINE


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What restoring would do; nothing has been done yet."""

    apps: tuple[AppStep, ...] = ()
    accounts: tuple[AccountStep, ...] = ()
    attempts: tuple[tuple[Attempt, AttemptSecrets | CodeSecrets], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    active: AccountId | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything of the backup is here already."""
        steps: tuple[Step, ...] = (*self.apps, *self.accounts)
        todo = any(step.change in {Change.ADD, Change.CONFLICT} for step in steps)
        return not (todo or self.attempts or self.settings)


@dataclass(frozen=True, slots=True)
class Restored:
    """How many were added, replaced, left as they were, or could not be used."""

    added: int = 0
    replaced: int = 0
    left: int = 0
    unusable: int = 0


def plan_restore(store: Store, backup: Backup) -> RestorePlan:
    """Compare a backup with what is kept. An app is the same where API key and host are.

    Raises:
        VaultError: the keychain failed; every app's keys are read, and the credentials of each
            account that both have.
    """
    return _Planner(store).plan(backup)


class _Planner:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._here: dict[AppId, AppId] = {}
        self._account_ids = store.account_ids()
        self._ids: dict[AccountId, AccountId] = {}

    def plan(self, backup: Backup) -> RestorePlan:
        apps = self._apps(backup)
        self._here = {app.id: step.here for (app, _), step in zip(backup.apps, apps, strict=True)}
        usable = {step.here for step in apps if step.change is not Change.UNUSABLE}
        accounts = tuple(self._account(one, usable) for one in backup.accounts)
        kept = {one.id for one in self._store.attempts()}
        attempts = tuple(
            (replace(one, app_id=self._here[one.app_id]), secrets)
            for one, secrets in backup.attempts
            if one.id not in kept and self._here.get(one.app_id) in usable
        )
        mine = self._store.settings()
        settings = tuple(
            (key, value)
            for key, value in backup.settings.items()
            if key not in mine and not key.startswith(OWN_SETTINGS)
        )
        active = None if self._store.active_account() else backup.active
        return RestorePlan(
            apps, accounts, attempts, settings, self._ids.get(active) if active else None
        )

    def _apps(self, backup: Backup) -> tuple[AppStep, ...]:
        mine: dict[object, tuple[App, AppKeys]] = {}
        taken: set[AppId] = set()
        for app in self._store.apps():
            taken.add(app.id)
            keys = self._keys(app)
            if keys is not None:
                mine[keys.api_key, app.hosts.api] = (app, keys)
        return tuple(self._app(app, keys, mine, taken) for app, keys in backup.apps)

    def _keys(self, app: App) -> AppKeys | None:
        try:
            return self._store.app_keys(app.id)
        except CredentialMissingError:
            return None

    def _app(
        self,
        app: App,
        keys: AppKeys | None,
        mine: dict[object, tuple[App, AppKeys]],
        taken: set[AppId],
    ) -> AppStep:
        if keys is None:
            return AppStep(app, None, None, Change.UNUSABLE)
        if (keys.api_key, app.hosts.api) in mine:
            found, found_keys = mine[keys.api_key, app.hosts.api]
            differs = (
                *_differing(app, found, _APP_FIELDS),
                *_differing(keys, found_keys, _KEY_FIELDS),
            )
            change = Change.CONFLICT if differs else Change.SAME
            return AppStep(app, keys, found, change, differs)
        if app.id in taken:
            app = replace(app, id=AppId(_fresh_id()))
        return AppStep(app, keys, None, Change.ADD)

    def _account(self, kept: KeptAccount, usable: set[AppId]) -> AccountStep:
        backup_id = kept.account.id
        app_id = self._here.get(kept.account.app_id)
        has_none = kept.credentials is None and kept.tokens is None
        if has_none or app_id not in usable or app_id is None:
            return AccountStep(kept, None, Change.UNUSABLE)
        mine = self._store.find_account(app_id, kept.account.user_id)
        if mine is None and kept.account.id in self._account_ids:
            account_id = AccountId(_fresh_id())
        else:
            account_id = kept.account.id if mine is None else mine.id
        self._ids[backup_id] = account_id
        here = replace(kept, account=replace(kept.account, app_id=app_id, id=account_id))
        if mine is None:
            return AccountStep(here, None, Change.ADD)
        lacks = self._lacks(here, mine)
        differs = self._account_differs(here, mine, lacks)
        change = Change.ADD if lacks else Change.SAME
        return AccountStep(here, mine, Change.CONFLICT if differs else change, differs, lacks)

    def _lacks(self, kept: KeptAccount, mine: Account) -> tuple[str, ...]:
        lacks = () if kept.credentials is None or mine.has_oauth1 else (OAUTH1,)
        if kept.tokens is not None and self._store.tokens.facts(mine.id) is None:
            lacks = (OAUTH2, *lacks)
        return lacks

    def _account_differs(
        self, kept: KeptAccount, mine: Account, lacks: tuple[str, ...]
    ) -> tuple[str, ...]:
        names = _differing(kept.account, mine, _NOTE_FIELDS)
        if kept.tokens is not None and OAUTH2 not in lacks:
            same = _there(self._store.tokens.read, mine) == kept.tokens[1]
            names = names if same else (OAUTH2, *names)
        if kept.credentials is not None and OAUTH1 not in lacks:
            same = _there(self._store.credentials, mine) == kept.credentials
            names = names if same else (OAUTH1, *names)
        return names


def _there(read: Callable[[AccountId], T], mine: Account) -> T | None:
    try:
        return read(mine.id)
    except CredentialMissingError:
        return None


def _differing(one: object, other: object, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _fresh_id() -> str:
    return uuid.uuid4().hex
