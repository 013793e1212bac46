"""Apps have names that tell them apart, and changing one leaves its accounts alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.ground import Ground
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault_errors import VaultLockedError


def test_labels_are_unique(ground: Ground) -> None:
    wanted = ("Newsroom", "newsroom", "  News \t room ", "NEWSROOM", "", " ")
    labels = [ground.add_app(label).label for label in wanted]
    assert labels == ["Newsroom", "newsroom 2", "News room", "NEWSROOM 3", "My app", "My app 2"]


def test_changing_an_app(ground: Ground, app: App) -> None:
    other = ground.add_app("Weather")
    account = ground.sign_in(app)
    draft = ground.kit.apps.draft(app.id)
    assert draft == ground.draft()
    keys = AppKeys(Secret("k" * 25), Secret("s" * 50), client_id=Secret("client"))
    changed = ground.kit.apps.change(app.id, replace(draft, label="newsroom", keys=keys))
    assert (changed.id, changed.label) == (app.id, "newsroom")
    assert ground.kit.store.apps.keys(app.id) == keys
    assert ground.kit.store.accounts.all() == [account]
    assert ground.kit.apps.change(app.id, replace(draft, label="Weather")).label == "Weather 2"
    assert ground.kit.store.apps.get(other.id) == other


def test_a_locked_keychain_takes_no_app(ground: Ground, app: App) -> None:
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        ground.add_app("Weather")
    with pytest.raises(VaultLockedError):
        ground.kit.apps.draft(app.id)
    assert ground.kit.store.apps.all() == [app]
