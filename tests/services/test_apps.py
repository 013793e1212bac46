"""Labels of apps are unique, and changing an app leaves its accounts alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.installations import Installation
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault_errors import VaultLockedError


def test_labels_are_unique(installation: Installation) -> None:
    wanted = ("Newsroom", "newsroom", "  News \t room ", "NEWSROOM", "", " ")
    labels = [installation.add_app(label).label for label in wanted]
    assert labels == ["Newsroom", "newsroom 2", "News room", "NEWSROOM 3", "My app", "My app 2"]


def test_changing_an_app(installation: Installation, app: App) -> None:
    other = installation.add_app("Weather")
    account = installation.sign_in(app)
    draft = installation.services.apps.read_draft(app.id)
    assert draft == installation.draft()
    keys = AppKeys(Secret("k" * 25), Secret("s" * 50), client_id=Secret("client"))
    changed = installation.services.apps.update(app.id, replace(draft, label="newsroom", keys=keys))
    assert (changed.id, changed.label) == (app.id, "newsroom")
    assert installation.services.store.apps.read_keys(app.id) == keys
    assert installation.services.store.accounts.list_all() == [account]
    assert (
        installation.services.apps.update(app.id, replace(draft, label="Weather")).label
        == "Weather 2"
    )
    assert installation.services.store.apps.get(other.id) == other


def test_a_locked_keychain_takes_no_app(installation: Installation, app: App) -> None:
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        installation.add_app("Weather")
    with pytest.raises(VaultLockedError):
        installation.services.apps.read_draft(app.id)
    assert installation.services.store.apps.list_all() == [app]
