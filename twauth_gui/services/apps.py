"""Add, change and remove developer apps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from twauth_gui.domain.apps import (
    DEFAULT_CALLBACK,
    App,
    AppId,
    AppKeys,
    make_unique_label,
    validate_app,
)
from twauth_gui.domain.hosts import Hosts
from twauth_gui.store.errors import ChangedMeanwhileError, CredentialMissingError, retry_on_conflict
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind


@dataclass(frozen=True, slots=True)
class AppDraft:
    """An app as a user describes it, before it is stored."""

    label: str
    keys: AppKeys
    callback: str = DEFAULT_CALLBACK
    hosts: Hosts = field(default_factory=Hosts)
    spare_callbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvidedParts:
    """Which parts of a draft a user provided; the others are defaults."""

    callbacks: bool
    hosts: bool


class AppService:
    """The developer apps of this user."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def add(self, draft: AppDraft) -> App:
        """Save a new app with its keys, under a label that no other app has.

        Raises:
            AppNotAllowedError: the draft is not valid.
            DiagnosedError: the keychain refuses.
        """
        import uuid  # noqa: PLC0415 - would slow every start, for a new app only

        app = App(
            id=AppId(uuid.uuid4().hex),
            label=self._unique_label(draft.label),
            created_at=self._now(),
            callback=draft.callback,
            hosts=draft.hosts,
            spare_callbacks=draft.spare_callbacks,
        )
        validate_app(app)
        return self._store.apps.add(app, draft.keys)

    def update(self, app_id: AppId, draft: AppDraft, original: AppDraft | None = None) -> App:
        """Save a changed app; its accounts stay.

        original: the app as read_draft() returned it before the edit; None for as it is now. A
        bearer token that was added since stays, unless it belongs to an older API key.

        Raises:
            ChangedMeanwhileError: something else of it was changed since; nothing was saved.
            DiagnosedError: the keychain refuses; otherwise as add() raises.
        """

        def save() -> App:
            app, now = self._read_app_and_draft(app_id)
            before = original or now
            if _without_bearer(now) != _without_bearer(before):
                raise ChangedMeanwhileError(ItemKind.APP)
            keys = draft.keys
            if keys.bearer_token == before.keys.bearer_token:
                same = keys.api_key == now.keys.api_key
                keys = replace(keys, bearer_token=now.keys.bearer_token if same else None)
            return self._save(app, replace(draft, keys=keys))

        return retry_on_conflict(save)

    def _save(self, app: App, draft: AppDraft) -> App:
        changed = replace(
            app,
            label=self._unique_label(draft.label, besides=app.id),
            callback=draft.callback,
            hosts=draft.hosts,
            spare_callbacks=draft.spare_callbacks,
        )
        if (changed.callbacks, changed.hosts) != (app.callbacks, app.hosts):
            validate_app(changed)  # an older app may have what is refused today
        return self._store.apps.update(changed, draft.keys)

    def replace(self, app_id: AppId, draft: AppDraft, provided: ProvidedParts) -> App:
        """Save new keys of an app, with the provided parts; everything else stays.

        The bearer token goes with the API key: X gives each key its own.

        Raises:
            DiagnosedError: the keychain refuses.
        """

        def save() -> App:
            app, keys = self._store.apps.get(app_id), draft.keys
            # Then there are no older keys to complete them with.
            with suppress(CredentialMissingError):
                keys = _fill_missing_keys(keys, self._store.apps.read_keys(app_id))
            whole = replace(draft, keys=keys)
            if not provided.callbacks:
                whole = replace(whole, callback=app.callback, spare_callbacks=app.spare_callbacks)
            return self._save(app, whole if provided.hosts else replace(whole, hosts=app.hosts))

        return retry_on_conflict(save)

    def read_draft(self, app_id: AppId) -> AppDraft:
        """Return a saved app with its keys, for an edit."""
        return self._read_app_and_draft(app_id)[1]

    def _read_app_and_draft(self, app_id: AppId) -> tuple[App, AppDraft]:
        """Read the app before its keys: if they are replaced in between, saving notices it."""
        app = self._store.apps.get(app_id)
        keys = self._store.apps.read_keys(app_id)
        return app, AppDraft(app.label, keys, app.callback, app.hosts, app.spare_callbacks)

    def remove(self, app_id: AppId) -> None:
        """Delete an app that has no accounts; raises VaultError if the vault is locked."""
        self._store.apps.remove(app_id)

    def _unique_label(self, wanted: str, besides: AppId | None = None) -> str:
        return make_unique_label(
            wanted, (app.label for app in self._store.apps.list_all() if app.id != besides)
        )


def _without_bearer(draft: AppDraft) -> AppDraft:
    return replace(draft, keys=replace(draft.keys, bearer_token=None))


def _fill_missing_keys(keys: AppKeys, known: AppKeys) -> AppKeys:
    bearer = known.bearer_token if keys.api_key == known.api_key else None
    has_client = keys.client_id is not None
    return replace(
        keys,
        bearer_token=keys.bearer_token or bearer,
        client_id=keys.client_id if has_client else known.client_id,
        client_secret=keys.client_secret if has_client else known.client_secret,
    )
