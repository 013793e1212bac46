"""Proves that a bot gets the credentials of one moment, whatever step a change was killed at."""

from __future__ import annotations

import contextlib
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.store_changes import Fuse, PowerCutError
from tests.support.installations import (
    Installation,
    add_oauth2_app,
    is_token_accepted,
    sign_in_oauth2,
)
from tests.support.sample_records import (
    APP,
    NEW_CREDENTIALS,
    OLD_CREDENTIALS,
    OLD_KEYS,
    make_account,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.bot_clients import BotCredentials, MissingFieldError
from twauth_gui.services.container import open_services
from twauth_gui.store.errors import NotSignedInError
from twauth_gui.store.store import Store

FIELDS = ("access_token", "access_secret")
OLD = (OLD_CREDENTIALS.access_token.reveal(), OLD_CREDENTIALS.access_secret.reveal())
NEW = (NEW_CREDENTIALS.access_token.reveal(), NEW_CREDENTIALS.access_secret.reveal())


def read(folder: Path, vault: MemoryVault, *, recover: bool) -> BotCredentials:
    """Read as a bot's own process does; the index may be as a killed process left it."""
    with contextlib.closing(open_services(AppPaths(folder), vault)) as services:
        if recover:
            _ = services.store.recover()
        (account,) = services.store.accounts.list_all()
        return services.bot_clients.read_credentials(account.id, "bot", CancelToken())


def change(folder: Path, vault: MemoryVault, fuse: Fuse) -> None:
    store = Store.open(folder, vault, now=lambda: datetime.now(UTC), on_step=fuse)
    with contextlib.closing(store):
        (account,) = store.accounts.list_all()
        store.accounts.replace_credentials(account, NEW_CREDENTIALS)


def test_a_killed_change_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    steps, answers = 0, list[tuple[str | None, ...]]()
    while True:
        steps += 1
        folder, vault, fuse = tmp_path / str(steps), MemoryVault(), Fuse(steps)
        with contextlib.closing(Store.open(folder, vault, now=lambda: datetime.now(UTC))) as store:
            _ = store.apps.add(APP, OLD_KEYS)
            _ = store.accounts.add(make_account(), OLD_CREDENTIALS)
        with contextlib.suppress(PowerCutError):
            change(folder, vault, fuse)
        found = read(folder, vault, recover=False), read(folder, vault, recover=True)
        before, after = (tuple(getattr(one, name) for name in FIELDS) for one in found)
        assert before == OLD or after == NEW, "recovery finishes or undoes, and takes nothing back"
        answers += [before, after]
        if fuse.count < steps:
            break
    assert set(answers) == {OLD, NEW}
    assert (answers[0], answers[-1]) == (OLD, NEW)


def test_values_are_shown_only_when_they_are_asked_for(tmp_path: Path) -> None:
    vault = MemoryVault()
    with contextlib.closing(open_services(AppPaths(tmp_path), vault)) as services:
        _ = services.store.apps.add(APP, OLD_KEYS)
        account = services.store.accounts.add(make_account(), OLD_CREDENTIALS)
        found = services.bot_clients.read_credentials(account.id, "bot", CancelToken())
        assert found.api_key == OLD_KEYS.api_key.reveal()
        for value in (*OLD, found.api_key, found.api_secret):
            assert value not in f"{found!r} {found}"
        with pytest.raises(TypeError):
            _ = pickle.dumps(found)
        events = services.store.events.latest(account.id)
        assert (events[0].kind, events[0].text) == (AccountEventKind.EXPORTED, "Exported to bot")
        with pytest.raises(MissingFieldError):
            _ = services.bot_clients.read_credentials(
                account.id, "x", CancelToken(), oauth2=True, fields=["oauth2_access_token"]
            )
        assert services.store.events.latest(account.id) == events, "nothing was exported"


def test_with_oauth2_alone(installation: Installation) -> None:
    account = sign_in_oauth2(installation, add_oauth2_app(installation))
    bots = installation.services.bot_clients
    found = bots.read_credentials(account.id, "bot", CancelToken())
    assert (found.access_token, found.api_url) == (None, installation.sandbox.url)
    assert is_token_accepted(installation, Secret(found.oauth2_access_token or ""))
    with pytest.raises(NotSignedInError, match=r"no OAuth 1\.0a credentials"):
        _ = bots.create_api(account.id, "bot")
