"""What bringing a backup in beside what is kept already would do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId, AppKeys, free_label
from twauth_gui.domain.attempts import PendingSecrets, PendingSignIn, PendingSignInId
from twauth_gui.domain.oauth2 import CodeSecrets
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import Backup, KeptAccount
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.restore_rules import refusal_of, returns_here
from twauth_gui.store.store import Store

T = TypeVar("T")
Kept = TypeVar("Kept", Account, AppKeys)

_APP_FIELDS = ("label", "callback", "spare_callbacks", "hosts")
_KEY_FIELDS = ("api_secret", "bearer_token", "client_id", "client_secret")
_NOTE_FIELDS = ("note", "tags")
OAUTH1, OAUTH2 = "credentials", "oauth2"


class RestoreChange(Enum):
    """What restoring one thing would do."""

    ADD = "add"
    SAME = "same"
    CONFLICT = "conflict"  # both have it, and they differ
    UNUSABLE = "unusable"  # the backup has no keys or credentials of it
    REFUSED = "refused"  # no such app may be added here either


class Take(Enum):
    """Which of two to keep."""

    MINE = "mine"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class AppStep:
    """What would happen to an app. differs: the names of the fields that do, and no value.

    why: the reason where it is refused. One that is here then stays as it is, for its accounts.
    """

    app: App
    keys: AppKeys | None
    mine: App | None
    change: RestoreChange
    differs: tuple[str, ...] = ()
    why: str = ""

    @property
    def here(self) -> AppId:
        """The id it has here, or will have."""
        return self.app.id if self.mine is None else self.mine.id

    @property
    def takes_accounts(self) -> bool:
        """Whether there is an app for its accounts, now or afterwards."""
        return self.mine is not None or self.change is RestoreChange.ADD


@dataclass(frozen=True, slots=True)
class AccountStep:
    """What would happen to an account.

    lacks: the kinds of credentials that only the backup has; they come in whatever the policy is.
    tokens_generation: of those of OAuth 2.0 that are here, 0 where there are none.
    """

    kept: KeptAccount
    mine: Account | None
    change: RestoreChange
    differs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    tokens_generation: int = 0

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
    """What restoring would do; nothing has been done yet.

    active: the account that becomes the active one, where none is. refused_attempts: how many
    sign-ins under way would lead a browser to somewhere else.
    """

    apps: tuple[AppStep, ...] = ()
    accounts: tuple[AccountStep, ...] = ()
    attempts: tuple[tuple[PendingSignIn, PendingSecrets | CodeSecrets], ...] = ()
    active: AccountId | None = None
    refused_attempts: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether everything of the backup is here already."""
        steps: tuple[Step, ...] = (*self.apps, *self.accounts)
        todo = any(step.change in {RestoreChange.ADD, RestoreChange.CONFLICT} for step in steps)
        return not (todo or self.attempts or self.active)


@dataclass(frozen=True, slots=True)
class Restored:
    """How many apps and accounts were added, replaced, left, could not be used, or were refused.

    attempts: how many sign-ins under way were added. active: the account that became the active
    one.
    """

    added: int = 0
    replaced: int = 0
    left: int = 0
    unusable: int = 0
    refused: int = 0
    attempts: int = 0
    active: AccountId | None = None


def plan_restore(store: Store, backup: Backup) -> RestorePlan:
    """Compare a backup with what is kept. An app is the same where API key and host are.

    Raises:
        VaultError: the keychain failed; every app's keys are read, and the credentials of each
            account that both have.
    """
    return _Planner(store, store.place).plan(backup)


def look_at_restore(store: Store, backup: Backup) -> RestorePlan:
    """Plan without a trace: the folder gets no name for it, so that the ids may be other ones."""
    return _Planner(store, store.place_so_far).plan(backup)


class _Planner:
    def __init__(self, store: Store, place: str) -> None:
        self._store = store
        self._here: dict[AppId, AppId] = {}
        self._account_ids = store.accounts.ids()
        self._ids: dict[AccountId, AccountId] = {}
        self._refused: set[AppId] = set()
        self._place = place

    def plan(self, backup: Backup) -> RestorePlan:
        apps = self._apps(backup)
        self._here = {app.id: step.here for (app, _), step in zip(backup.apps, apps, strict=True)}
        usable = {step.here for step in apps if step.takes_accounts}
        self._refused = {
            step.here for step in apps if step.change is RestoreChange.REFUSED
        } - usable
        accounts = tuple(self._account(one, usable) for one in backup.accounts)
        attempts = [
            (replace(one, id=here, app_id=self._here[one.app_id]), secrets)
            for one, secrets in backup.attempts
            if (here := self._new_attempt(one)) and self._here.get(one.app_id) in usable
        ]
        allowed = tuple(one for one in attempts if returns_here(one[1]))
        active = (
            None if self._store.settings.active_account() or not backup.active else backup.active
        )
        return RestorePlan(
            apps,
            accounts,
            allowed,
            self._ids.get(active) if active else None,
            len(attempts) - len(allowed),
        )

    def _apps(self, backup: Backup) -> tuple[AppStep, ...]:
        mine = _Apps([(app, self._keys(app)) for app in self._store.apps.all()])
        return tuple(self._app(app, keys, mine) for app, keys in backup.apps)

    def _keys(self, app: App) -> AppKeys | None:
        try:
            return self._store.apps.keys(app.id)
        except CredentialMissingError:
            return None

    def _app(self, app: App, keys: AppKeys | None, mine: _Apps) -> AppStep:
        if keys is None:
            return AppStep(app, None, None, RestoreChange.UNUSABLE)
        own = AppId(self._own_id(app.id))
        found, found_keys = mine.same(app, keys, own)
        if found is None:
            return self._new_app(app, keys, mine, own)
        if found_keys is None:
            return AppStep(found, keys, found, RestoreChange.ADD)
        others = [label for app_id, label in mine.labels.items() if app_id != found.id]
        app = replace(app, label=free_label(app.label, others))
        keys = _filled(keys, found_keys, _KEY_FIELDS)
        of_app = _differing(app, found, _APP_FIELDS)
        differs = (*of_app, *_differing(keys, found_keys, _KEY_FIELDS))
        if of_app and (why := refusal_of(app)):
            return AppStep(found, None, found, RestoreChange.REFUSED, why=why)
        return AppStep(
            app, keys, found, RestoreChange.CONFLICT if differs else RestoreChange.SAME, differs
        )

    @staticmethod
    def _new_app(app: App, keys: AppKeys, mine: _Apps, own: AppId) -> AppStep:
        app_id = AppId(_fresh_id()) if own in mine.labels else own
        app = replace(app, id=app_id, label=free_label(app.label, mine.labels.values()))
        if why := refusal_of(app):
            return AppStep(app, None, None, RestoreChange.REFUSED, why=why)
        mine.labels[app_id] = app.label
        return AppStep(app, keys, None, RestoreChange.ADD)

    def _account(self, kept: KeptAccount, usable: set[AppId]) -> AccountStep:
        backup_id = kept.account.id
        app_id = self._here.get(kept.account.app_id)
        has_none = kept.credentials is None and kept.tokens is None
        if has_none or app_id not in usable or app_id is None:
            change = RestoreChange.REFUSED if app_id in self._refused else RestoreChange.UNUSABLE
            return AccountStep(kept, None, change)
        mine = self._store.accounts.find(app_id, kept.account.user_id)
        account_id = self._new_account(backup_id) if mine is None else mine.id
        self._ids[backup_id] = account_id
        here = replace(kept, account=replace(kept.account, app_id=app_id, id=account_id))
        if mine is None:
            return AccountStep(here, None, RestoreChange.ADD)
        here = replace(here, account=_filled(here.account, mine, _NOTE_FIELDS))
        facts = self._store.tokens.facts(mine.id)  # before the tokens, so that a change shows
        lacks = self._lacks(here, mine)
        differs = self._account_differs(here, mine, lacks)
        change = RestoreChange.ADD if lacks else RestoreChange.SAME
        generation = 0 if facts is None else facts.generation
        change = RestoreChange.CONFLICT if differs else change
        return AccountStep(here, mine, change, differs, lacks, generation)

    def _new_account(self, backup_id: AccountId) -> AccountId:
        own = AccountId(self._own_id(backup_id))
        return AccountId(_fresh_id()) if own in self._account_ids else own

    def _new_attempt(self, attempt: PendingSignIn) -> PendingSignInId | None:
        """Give the id that it would have here; None where it is here already."""
        own = PendingSignInId(self._own_id(attempt.id))
        return (
            None
            if {attempt.id, own} & {one.id for one in self._store.pending_sign_ins.all()}
            else own
        )

    def _own_id(self, backup_id: str) -> str:
        """Give the id of this folder for something of a backup, the same each time.

        The one in the backup may be in use: the folder that it was made from can have its items in
        the same keychain, and they are found by their ids.
        """
        return uuid.uuid5(uuid.NAMESPACE_URL, f"twauth:{self._place}/{backup_id}").hex

    def _lacks(self, kept: KeptAccount, mine: Account) -> tuple[str, ...]:
        """Name what is not here, or was and is lost."""
        lacks: tuple[str, ...] = ()
        if kept.credentials is not None and not self._has_oauth1(mine):
            lacks = (OAUTH1,)
        if kept.tokens is not None and not self._has_oauth2(mine):
            lacks = (OAUTH2, *lacks)
        return lacks

    def _has_oauth1(self, mine: Account) -> bool:
        return mine.has_oauth1 and _there(self._store.accounts.credentials, mine) is not None

    def _has_oauth2(self, mine: Account) -> bool:
        known = self._store.tokens.facts(mine.id) is not None
        return known and _there(self._store.tokens.get, mine) is not None

    def _account_differs(
        self, kept: KeptAccount, mine: Account, lacks: tuple[str, ...]
    ) -> tuple[str, ...]:
        names = _differing(kept.account, mine, _NOTE_FIELDS)
        if kept.tokens is not None and OAUTH2 not in lacks:
            same = _there(self._store.tokens.get, mine) == kept.tokens[1]
            names = names if same else (OAUTH2, *names)
        if kept.credentials is not None and OAUTH1 not in lacks:
            same = _there(self._store.accounts.credentials, mine) == kept.credentials
            names = names if same else (OAUTH1, *names)
        return names


class _Apps:
    """The apps that are here, with their keys where the keychain has them."""

    def __init__(self, kept: list[tuple[App, AppKeys | None]]) -> None:
        self._kept = kept
        self.labels = {app.id: app.label for app, _ in kept}

    def same(
        self, app: App, keys: AppKeys, own: AppId
    ) -> tuple[App, AppKeys | None] | tuple[None, None]:
        """Find the one that an app of a backup is; own is the id that it would get here.

        It has the same key. One whose keys are lost is told by its id, or by label and host.
        """
        host = app.hosts.api
        found = [one for one in self._kept if self._has_key(one, keys.api_key, host)]
        if not found:
            named = (app.label, host)
            found = [
                one
                for one in self._kept
                if one[1] is None
                and (one[0].id in {app.id, own} or (one[0].label, one[0].hosts.api) == named)
            ]
        # One key may be kept under several labels.
        found.sort(key=lambda one: (one[0].id not in {app.id, own}, one[0].label != app.label))
        return found[0] if found else (None, None)

    @staticmethod
    def _has_key(one: tuple[App, AppKeys | None], api_key: Secret, host: str) -> bool:
        app, keys = one
        return keys is not None and (keys.api_key, app.hosts.api) == (api_key, host)


def _there(read: Callable[[AccountId], T], mine: Account) -> T | None:
    try:
        return read(mine.id)
    except CredentialMissingError:
        return None


def _differing(one: object, other: object, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _filled(one: Kept, other: Kept, names: tuple[str, ...]) -> Kept:
    """Give the first with what it lacks taken from the other: nothing is lost to an empty field."""
    lacking = {name: getattr(other, name) for name in names if not getattr(one, name)}
    return replace(one, **lacking)


def _fresh_id() -> str:
    return uuid.uuid4().hex
