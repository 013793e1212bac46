"""Compare what was found in files with what is stored; X is not asked, and nothing is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.services.import_plan import (
    AppWithKeys,
    FoundPlace,
    ImportAction,
    ImportAppItem,
    ImportItem,
    ImportPlan,
    SkippedItem,
    suggest_app_label,
)
from twauth_gui.store.errors import CredentialMissingError
from twauth_gui.store.store import Store
from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import (
    FoundAccount,
    FoundApp,
    FoundFile,
    SkipKind,
    SkippedEntry,
)

_MOST_NAMED = 3
_NO_APP = "The file does not say which app it belongs to."
_OPEN_APP = "The file leaves open which of its apps it belongs to."
_RIVALS = "Other credentials for this account were found too; import one of them alone."
_CONFLICT = "It is here with other credentials, which stay unless you replace them."
_MISSING = "It is here, but its saved credentials are missing."
_REFUSED = "It is here, but X refused the saved credentials."
_WRITTEN_LATER = "It is here with other credentials, saved before the file was written."
_STAYS = (
    "The app is here without this {name}, and stays as it is. If X has a new one, save it with"
    " twauth app add LABEL --replace."
)
_FIRST_COUNTS = "Another {name} was found for the same API key; the first one counts."


@dataclass(frozen=True, slots=True)
class _Entry:
    """The account of one file."""

    file: FoundFile
    account: FoundAccount

    @property
    def place(self) -> FoundPlace:
        return FoundPlace(self.file.tool, self.file.path, self.account.line)

    @property
    def identity(self) -> tuple[Secret | None, str | Secret]:
        """The app's key and the user id, or the token if its user id is unknown."""
        account = self.account
        key = None if account.app is None else account.app.keys.api_key
        return key, account.user_id or account.credentials.access_token


def plan_import(
    store: Store, stored: Mapping[Secret, AppWithKeys], found: Sequence[FoundFile]
) -> ImportPlan:
    """Return what can be imported, each account once.

    Args:
        store: what is here already.
        stored: its apps, by API key.
        found: what the files hold.

    Raises:
        DiagnosedError: the keychain refuses.
    """
    found = _share_app_keys(found)
    return ImportPlan(
        tuple(_AccountComparison(store, stored).list_items(found)),
        tuple(_app_items(found, stored)),
        (
            *(SkippedItem(one.tool, one.path, what) for one in found for what in one.skipped),
            *_unused_app_values(found, stored),
        ),
    )


def read_saved_credentials(store: Store, known: Account) -> Credentials | None:
    """Return the OAuth 1.0a credentials of an account; None if it has none, or lost them."""
    if not known.has_oauth1:
        return None
    try:
        return store.accounts.read_credentials(known.id)
    except CredentialMissingError:
        return None


# -- accounts --------------------------------------------------------------------------------------


class _AccountComparison:
    """Compares found accounts with those that are here; each is read from the keychain once."""

    def __init__(self, store: Store, stored: Mapping[Secret, AppWithKeys]) -> None:
        self._store = store
        self._stored = stored
        self._apps = {app.id: app for app in store.apps.list_all()}
        self._known = store.accounts.list_all()
        self._by_user = defaultdict[str, list[Account]](list)
        for account in self._known:
            self._by_user[account.user_id].append(account)
        self._credentials: dict[AccountId, Credentials | None] = {}

    def list_items(self, found: Sequence[FoundFile]) -> Iterator[ImportItem]:
        copies: dict[Credentials, list[_Entry]] = {}
        for file in found:
            for account in file.accounts:
                copies.setdefault(account.credentials, []).append(_Entry(file, account))
        merged = [(_merge(entries), entries) for entries in copies.values()]
        rivals = defaultdict[tuple[Secret | None, str | Secret], list[_Entry]](list)
        for entry, _ in merged:
            rivals[entry.identity].append(entry)
        for entry, entries in merged:
            others = islice(
                (one for one in rivals[entry.identity] if one is not entry), _MOST_NAMED
            )
            item = ImportItem(
                entry.file.tool,
                entry.file.path,
                entry.account,
                ImportAction.SAME,
                other_places=tuple(one.place for one in entries if one.place != entry.place),
                rivals=tuple(one.place for one in others),
            )
            yield self._compare(entry, item)

    def _compare(self, entry: _Entry, item: ImportItem) -> ImportItem:
        account = entry.account
        app = None if account.app is None else self._find_app(account.app)
        saved = self._find_same(account, app)
        if saved is not None:
            return replace(item, app=self._apps.get(saved.app_id))
        item = replace(item, app=app)
        if account.app is None:
            return self._ask_for_app(item)
        action, reason, needs_choice = ImportAction.NEW, "", False
        known = None if app is None else self._find_known(app, account.user_id)
        if known is not None:
            action, reason, needs_choice = self._compare_with(known, entry.file)
        if item.rivals:
            action, reason, needs_choice = ImportAction.CONFLICT, _RIVALS, True
        if account.doubt:
            action, reason = ImportAction.SUSPICIOUS, f"{account.doubt} {reason}".strip()
        return replace(item, action=action, reason=reason, needs_choice=needs_choice)

    def _ask_for_app(self, item: ImportItem) -> ImportItem:
        choices = tuple(map(self._with_stored_label, item.account.apps))
        return replace(
            item,
            action=ImportAction.NO_APP,
            reason=_OPEN_APP if choices else _NO_APP,
            app_choices=choices,
            needs_choice=True,
        )

    def _compare_with(self, known: Account, file: FoundFile) -> tuple[ImportAction, str, bool]:
        """Return what other credentials are to an account, and whether the person must choose."""
        if self._read(known) is None:
            return ImportAction.NEWER, _MISSING, False
        if known.health.state is HealthState.REVOKED:
            return ImportAction.NEWER, _REFUSED, False
        if file.written_at is not None and file.written_at > known.signed_in_at:
            return ImportAction.NEWER, _WRITTEN_LATER, True
        return ImportAction.CONFLICT, _CONFLICT, True

    def _find_same(self, account: FoundAccount, app: App | None) -> Account | None:
        """Return the account with exactly these credentials, of any app if none is named."""
        if account.app is not None and app is None:
            return None
        for one in self._by_user[account.user_id] if account.user_id else self._known:
            is_candidate = app is None or one.app_id == app.id
            if is_candidate and self._read(one) == account.credentials:
                return one
        return None

    def _find_known(self, app: App, user_id: str) -> Account | None:
        return next((one for one in self._by_user[user_id] if one.app_id == app.id), None)

    def _find_app(self, found: FoundApp) -> App | None:
        known = self._stored.get(found.keys.api_key)
        return None if known is None else known.app

    def _with_stored_label(self, found: FoundApp) -> FoundApp:
        app = self._find_app(found)
        return found if app is None else replace(found, label=app.label)

    def _read(self, account: Account) -> Credentials | None:
        if account.id not in self._credentials:
            self._credentials[account.id] = read_saved_credentials(self._store, account)
        return self._credentials[account.id]


def _merge(entries: Sequence[_Entry]) -> _Entry:
    """Return the entry that says most of the same credentials, with what the others add."""
    named: dict[Secret, _Entry] = {}
    for one in entries:
        if one.account.app is not None:
            named.setdefault(one.account.app.keys.api_key, one)
    first = next(iter(named.values()), entries[0])
    handle = next((one.account.handle for one in (first, *entries) if one.account.handle), "")
    is_certain = any(not one.account.doubt for one in entries)
    app = first.account.app if len(named) == 1 else None
    apps = [one.account.app for one in named.values() if one.account.app is not None]
    for one in entries:
        apps += one.account.apps
    choices = {} if app is not None else {one.keys.api_key: one for one in reversed(apps)}
    account = replace(
        first.account,
        app=app,
        handle=handle,
        apps=tuple(reversed(choices.values())),
        doubt="" if is_certain else first.account.doubt,
    )
    return _Entry(first.file, account)


# -- apps ------------------------------------------------------------------------------------------


def _app_items(
    found: Sequence[FoundFile], stored: Mapping[Secret, AppWithKeys]
) -> Iterator[ImportAppItem]:
    used = {one.app.keys.api_key for file in found for one in file.accounts if one.app is not None}
    places: dict[Secret, list[tuple[FoundFile, FoundApp]]] = {}
    for file in found:
        for app in file.apps:
            if app.keys.api_key not in used:
                places.setdefault(app.keys.api_key, []).append((file, app))
    for key, ((file, app), *others) in places.items():
        known = stored.get(key)
        yield ImportAppItem(
            file.tool,
            file.path,
            app,
            None if known is None else known.app,
            tuple(FoundPlace(one.tool, one.path, it.line) for one, it in others),
        )


def _share_app_keys(found: Sequence[FoundFile]) -> list[FoundFile]:
    """Return the files, with each app the same everywhere: its label, its optional values."""
    keys: dict[tuple[Secret, Secret], AppKeys] = {}
    labels: dict[Secret, str] = {}
    first_tools: dict[Secret, str] = {}
    for tool, app in ((file.tool, app) for file in found for app in _apps_of(file)):
        pair = (app.keys.api_key, app.keys.api_secret)
        keys[pair] = _fill_missing(keys.get(pair, app.keys), app.keys)
        first_tools.setdefault(app.keys.api_key, tool)
        if app.label:
            labels.setdefault(app.keys.api_key, app.label)

    def share(app: FoundApp) -> FoundApp:
        key = app.keys.api_key
        label = labels.get(key) or suggest_app_label(first_tools[key], app)
        return replace(app, keys=keys[key, app.keys.api_secret], label=label)

    return [
        replace(
            file,
            apps=tuple(map(share, file.apps)),
            accounts=tuple(
                replace(
                    one,
                    app=None if one.app is None else share(one.app),
                    apps=tuple(map(share, one.apps)),
                )
                for one in file.accounts
            ),
        )
        for file in found
    ]


def _apps_of(file: FoundFile) -> Iterator[FoundApp]:
    yield from file.apps
    for account in file.accounts:
        yield from account.apps if account.app is None else (account.app,)


def _fill_missing(keys: AppKeys, more: AppKeys) -> AppKeys:
    has_client = keys.client_id is not None
    return replace(
        keys,
        bearer_token=keys.bearer_token or more.bearer_token,
        client_id=keys.client_id if has_client else more.client_id,
        client_secret=keys.client_secret if has_client else more.client_secret,
    )


def _unused_app_values(
    found: Sequence[FoundFile], stored: Mapping[Secret, AppWithKeys]
) -> Iterator[SkippedItem]:
    """Yield the values of apps that are not imported, since the app has another one, or none."""
    kept = {key: one.keys for key, one in stored.items()}
    told: set[tuple[Path | None, str, AppKeys]] = set()
    for file in found:
        for app in _apps_of(file):
            target = kept.setdefault(app.keys.api_key, app.keys)
            for name in _find_differences(app.keys, target):
                if (file.path, name, app.keys) not in told:
                    told.add((file.path, name, app.keys))
                    is_here = app.keys.api_key in stored
                    reason = (_STAYS if is_here else _FIRST_COUNTS).format(name=name)
                    entry = SkippedEntry(f"the {name}", reason, SkipKind.AMBIGUOUS, app.line)
                    yield SkippedItem(file.tool, file.path, entry)


def _find_differences(keys: AppKeys, target: AppKeys) -> list[str]:
    """Return the names of the values that are not those of the target."""
    pairs = (
        (Field.API_SECRET, keys.api_secret, target.api_secret),
        (Field.BEARER_TOKEN, keys.bearer_token, target.bearer_token),
        (Field.CLIENT_ID, keys.client_id, target.client_id),
        (Field.CLIENT_SECRET, keys.client_secret, target.client_secret),
    )
    return [name.value for name, value, kept in pairs if value is not None and value != kept]
