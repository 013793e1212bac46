"""Adding, changing and removing developer apps."""

from __future__ import annotations

import uuid
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
from twauth_gui.services.conflict_retry import retry_on_conflict
from twauth_gui.store.errors import ChangedMeanwhileError, CredentialMissingError
from twauth_gui.store.store import Store
from twauth_gui.store.vault import ItemKind


@dataclass(frozen=True, slots=True)
class AppDraft:
    """An app as a person describes it, before it is stored."""

    label: str
    keys: AppKeys
    callback: str = DEFAULT_CALLBACK
    hosts: Hosts = field(default_factory=Hosts)
    spare_callbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvidedParts:
    """Which parts of a draft a person gave; the others are those of a new app."""

    callbacks: bool
    hosts: bool


class AppService:
    """The developer apps of this person."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def add(self, draft: AppDraft) -> App:
        """Keep the keys of a new app.

        Raises:
            AppNotAllowedError: the draft describes none that is kept.
            DiagnosedError: the keychain refuses.
        """
        label = self._unique_label(draft.label)
        app = App(
            id=AppId(uuid.uuid4().hex),
            label=label,
            created_at=self._now(),
            callback=draft.callback,
            hosts=draft.hosts,
            spare_callbacks=draft.spare_callbacks,
        )
        validate_app(app)
        return self._store.apps.add(app, draft.keys)

    def update(self, app_id: AppId, draft: AppDraft, seen: AppDraft | None = None) -> App:
        """Keep the new description and keys of an app; its accounts stay.

        seen: the app as draft() gave it to the person; None for as it is now. A bearer token that
        came to it since stays, and one that belongs to the API key from before does not.

        Raises:
            ChangedMeanwhileError: something else of it was changed since; nothing was saved.
            DiagnosedError: the keychain refuses; otherwise as add() raises.
        """

        def save() -> App:
            app, now = self._read_app_and_draft(app_id)
            before = seen or now
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
            validate_app(changed)  # one from before may have what is refused today
        return self._store.apps.update(changed, draft.keys)

    def replace(self, app_id: AppId, draft: AppDraft, given: ProvidedParts) -> App:
        """Keep new keys of an app, and what else was given; everything else stays.

        The bearer token goes with the API key: X gives each key its own.

        Raises:
            DiagnosedError: the keychain refuses.
        """

        def save() -> App:
            app, keys = self._store.apps.get(app_id), draft.keys
            with suppress(CredentialMissingError):  # then there is nothing that could stay
                keys = _fill_missing_keys(keys, self._store.apps.read_keys(app_id))
            whole = replace(draft, keys=keys)
            if not given.callbacks:
                whole = replace(whole, callback=app.callback, spare_callbacks=app.spare_callbacks)
            return self._save(app, whole if given.hosts else replace(whole, hosts=app.hosts))

        return retry_on_conflict(save)

    def read_draft(self, app_id: AppId) -> AppDraft:
        """Describe a stored app, with its keys, for changing."""
        return self._read_app_and_draft(app_id)[1]

    def _read_app_and_draft(self, app_id: AppId) -> tuple[App, AppDraft]:
        """Read the app before its keys: where they are replaced in between, that shows."""
        app = self._store.apps.get(app_id)
        keys = self._store.apps.read_keys(app_id)
        return app, AppDraft(app.label, keys, app.callback, app.hosts, app.spare_callbacks)

    def remove(self, app_id: AppId) -> None:
        """Forget an app that has no accounts any more; a VaultError where the vault is shut."""
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
