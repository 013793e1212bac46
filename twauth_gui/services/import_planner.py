"""Compare what was found in files with what is stored; X is not asked, and nothing is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from twauth_gui.domain.accounts import Account, Credentials
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
        tuple(_account_items(store, stored, found)),
        tuple(_app_items(found, stored)),
        (
            *(SkippedItem(one.tool, one.path, what) for one in found for what in one.skipped),
            *_unused_app_values(found, stored),
        ),
    )


def has_credentials(store: Store, known: Account, credentials: Credentials) -> bool:
    """Whether these are the saved credentials of the account."""
    return read_saved_credentials(store, known) == credentials


def read_saved_credentials(store: Store, known: Account) -> Credentials | None:
    """Return the OAuth 1.0a credentials of an account; None if it has none, or lost them."""
    if not known.has_oauth1:
        return None
    try:
        return store.accounts.read_credentials(known.id)
    except CredentialMissingError:
        return None


def find_saved(
    store: Store, credentials: Credentials, user_id: str, app: App | None = None
) -> Account | None:
    """Return the account with exactly these credentials; app: of this app alone."""
    for one in store.accounts.list_all():
        is_candidate = user_id in {"", one.user_id} and (app is None or one.app_id == app.id)
        if is_candidate and has_credentials(store, one, credentials):
            return one
    return None


# -- accounts --------------------------------------------------------------------------------------


def _account_items(
    store: Store, stored: Mapping[Secret, AppWithKeys], found: Sequence[FoundFile]
) -> Iterator[ImportItem]:
    same: dict[Credentials, list[_Entry]] = {}
    for file in found:
        for account in file.accounts:
            same.setdefault(account.credentials, []).append(_Entry(file, account))
    merged = {credentials: _merge(entries) for credentials, entries in same.items()}
    rivals = defaultdict[tuple[Secret | None, str | Secret], list[_Entry]](list)
    for entry in merged.values():
        rivals[entry.identity].append(entry)
    apps = {app.id: app for app in store.apps.list_all()}
    for credentials, entry in merged.items():
        known_app = _find_stored_app(entry.account, stored)
        saved = find_saved(store, credentials, entry.account.user_id, known_app)
        if saved is not None and entry.account.app is not None and known_app is None:
            saved = None  # the same credentials, said to be of another app
        item = ImportItem(
            entry.file.tool,
            entry.file.path,
            entry.account,
            ImportAction.SAME,
            known_app if saved is None else apps.get(saved.app_id),
            other_places=tuple(one.place for one in same[credentials] if one.place != entry.place),
            rivals=tuple(one.place for one in rivals[entry.identity] if one is not entry),
        )
        yield item if saved is not None else _with_action(store, stored, entry, item)


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


def _with_action(
    store: Store, stored: Mapping[Secret, AppWithKeys], entry: _Entry, item: ImportItem
) -> ImportItem:
    account = entry.account
    if account.app is None:
        choices = tuple(_with_stored_label(one, stored) for one in account.apps)
        return replace(
            item,
            action=ImportAction.NO_APP,
            reason=_OPEN_APP if choices else _NO_APP,
            app_choices=choices,
            needs_choice=True,
        )
    known = None if item.app is None else store.accounts.find(item.app.id, account.user_id)
    action, reason, needs_choice = ImportAction.NEW, "", False
    if known is not None:
        action, reason, needs_choice = _compare(store, known, entry.file)
    if item.rivals:
        action, reason, needs_choice = ImportAction.CONFLICT, _RIVALS, True
    if account.doubt:
        action, reason = ImportAction.SUSPICIOUS, f"{account.doubt} {reason}".strip()
    return replace(item, action=action, reason=reason, needs_choice=needs_choice)


def _with_stored_label(found: FoundApp, stored: Mapping[Secret, AppWithKeys]) -> FoundApp:
    known = stored.get(found.keys.api_key)
    return found if known is None else replace(found, label=known.app.label)


def _compare(store: Store, known: Account, file: FoundFile) -> tuple[ImportAction, str, bool]:
    """Return what other credentials are to an account that is here, and whether one must choose."""
    if read_saved_credentials(store, known) is None:
        return ImportAction.NEWER, _MISSING, False
    if known.health.state is HealthState.REVOKED:
        return ImportAction.NEWER, _REFUSED, False
    if file.written_at is not None and file.written_at > known.signed_in_at:
        return ImportAction.NEWER, _WRITTEN_LATER, True
    return ImportAction.CONFLICT, _CONFLICT, True


def _find_stored_app(account: FoundAccount, stored: Mapping[Secret, AppWithKeys]) -> App | None:
    known = None if account.app is None else stored.get(account.app.keys.api_key)
    return None if known is None else known.app


# -- apps ------------------------------------------------------------------------------------------


def _app_items(
    found: Sequence[FoundFile], stored: Mapping[Secret, AppWithKeys]
) -> Iterator[ImportAppItem]:
    used = {one.app.keys.api_key for file in found for one in file.accounts if one.app is not None}
    for file in found:
        for app in file.apps:
            if app.keys.api_key not in used:
                used.add(app.keys.api_key)
                known = stored.get(app.keys.api_key)
                yield ImportAppItem(file.tool, file.path, app, None if known is None else known.app)


def _share_app_keys(found: Sequence[FoundFile]) -> list[FoundFile]:
    """Return the files, with each app's optional values everywhere, whichever file has them."""
    known: dict[tuple[Secret, Secret], AppKeys] = {}
    for app in (app for file in found for app in _apps_of(file)):
        pair = (app.keys.api_key, app.keys.api_secret)
        known[pair] = _fill_missing(known.get(pair, app.keys), app.keys)

    def share(app: FoundApp) -> FoundApp:
        return replace(app, keys=known[app.keys.api_key, app.keys.api_secret])

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
