"""Adding, changing and removing developer apps."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppId, AppKeys, free_label
from twauth_gui.domain.hosts import Hosts
from twauth_gui.store.store import Store


@dataclass(frozen=True, slots=True)
class AppDraft:
    """An app as a person describes it, before it is stored."""

    label: str
    keys: AppKeys
    callback: str = DEFAULT_CALLBACK
    hosts: Hosts = field(default_factory=Hosts)
    spare_callbacks: tuple[str, ...] = ()


class AppShelf:
    """The developer apps of this person."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def add(self, draft: AppDraft) -> App:
        """Keep the keys of a new app.

        Raises:
            DiagnosedError: the keychain refuses.
        """
        label = self._free_label(draft.label)
        app = App(
            id=AppId(uuid.uuid4().hex),
            label=label,
            created_at=self._now(),
            callback=draft.callback,
            hosts=draft.hosts,
            spare_callbacks=draft.spare_callbacks,
        )
        return self._store.add_app(app, draft.keys)

    def change(self, app_id: AppId, draft: AppDraft) -> App:
        """Keep the new description and keys of an app; its accounts stay."""
        app = replace(
            self._store.app(app_id),
            label=self._free_label(draft.label, besides=app_id),
            callback=draft.callback,
            hosts=draft.hosts,
            spare_callbacks=draft.spare_callbacks,
        )
        return self._store.update_app(app, draft.keys)

    def draft(self, app_id: AppId) -> AppDraft:
        """Describe a stored app, with its keys, for changing."""
        app = self._store.app(app_id)
        keys = self._store.app_keys(app_id)
        return AppDraft(app.label, keys, app.callback, app.hosts, app.spare_callbacks)

    def remove(self, app_id: AppId) -> None:
        """Forget an app that has no accounts any more."""
        self._store.remove_app(app_id)

    def _free_label(self, wanted: str, besides: AppId | None = None) -> str:
        return free_label(wanted, (app.label for app in self._store.apps() if app.id != besides))
