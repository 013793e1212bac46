"""A backup brings in neither settings of a computer nor an app that could not be added here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.backup_stores import source, take_backup, target
from tests.support import sample_records
from tests.support.sample_records import NOON, make_account, make_pending
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2PendingSecrets
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import Backup, collect_backup, pack_backup, parse_backup
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import (
    RestoreChange,
    RestoreResult,
    RestoreStep,
    plan_restore,
    preview_restore,
)
from twauth_gui.store.store import Store
from twauth_gui.store.vault_selection import VaultKind

__all__ = ["source", "target"]

OF_A_COMPUTER = {
    "network": '{"proxy": "http://evil.example"}',
    "lock.idle-minutes": "0",
    "look": "dark",
}


def forge_backup(store: Store, **changed: object) -> Backup:
    """A backup of everything, changed by a forger who knows its passphrase."""
    return parse_backup(
        json.dumps({**json.loads(pack_backup(collect_backup(store, NOON))), **changed}).encode(),
        Path("b"),
    )


def test_settings_of_a_computer_stay_there(source: Store, target: Store) -> None:
    """Else a forged backup leads all keys through a proxy of its maker."""
    source.vault_selection.select(VaultKind.FILE)
    for key, value in OF_A_COMPUTER.items():
        source.settings.set(key, value)
    assert json.loads(pack_backup(collect_backup(source, NOON)))["settings"] == {}
    backup = forge_backup(source, settings={**OF_A_COMPUTER, "store.vault": "file"})
    assert set(backup.settings) == {*OF_A_COMPUTER, "store.vault"}
    before = target.settings.all()
    _ = apply_restore(target, plan_restore(target, backup), take_backup)
    assert (target.vault_selection.selected(), target.settings.all()) == (None, before)


CALLBACK = "http://127.0.0.1:8739/callback"
REFUSED = {
    "a host without protection": {
        "api_host": "http://evil.example",
        "page_host": "http://evil.example",
    },
    "another scheme": {"api_host": "ftp://evil.example", "page_host": "ftp://evil.example"},
    "a name in the address": {
        "api_host": "https://api.x.com@evil.example",
        "page_host": "https://x",
    },
    "a page elsewhere": {"page_host": "https://evil.example"},
    "a page of X without protection": {"page_host": "http://x.com"},
    "a callback elsewhere": {"callback": "http://evil.example/callback"},
    "a callback of another scheme": {"callback": "javascript:alert(1)"},
    "a spare callback elsewhere": {"spare_callbacks": json.dumps(["http://192.0.2.7:8739/"])},
    "two callbacks in one": {"callback": f"{CALLBACK}\n{CALLBACK}2"},
    "a name that moves the cursor": {"label": "Newsroom\x1b[2J"},
    "no name": {"label": "\u200b"},
}


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_an_app_that_could_not_be_added_is_not_restored(
    source: Store, target: Store, changed: dict[str, str]
) -> None:
    (app,) = json.loads(pack_backup(collect_backup(source, NOON)))["apps"]
    backup = forge_backup(source, apps=[{**app, **changed}])
    plan = plan_restore(target, backup)
    steps: list[RestoreStep] = [*plan.apps, *plan.accounts]
    assert [step.change for step in steps] == [RestoreChange.REFUSED] * 3
    assert plan.apps[0].reason.endswith(".")
    assert apply_restore(target, plan, take_backup) == RestoreResult(refused=3)
    assert (
        target.apps.list_all(),
        target.accounts.list_all(),
        target.pending_sign_ins.list_all(),
    ) == ([], [], [])


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_an_app_that_is_here_stays_as_it_is(source: Store, changed: dict[str, str]) -> None:
    """And takes the accounts of the backup, where it is the same app."""
    (app,) = json.loads(pack_backup(collect_backup(source, NOON)))["apps"]
    backup = forge_backup(source, apps=[{**app, **changed}])
    before = source.apps.list_all()
    source.accounts.hide(make_account().id)
    plan = plan_restore(source, backup)
    assert plan.apps[0].change is RestoreChange.REFUSED
    _ = apply_restore(source, plan, take_backup)
    assert source.apps.list_all() == before
    assert (make_account().id in {one.id for one in source.accounts.list_all()}) == (
        "api_host" not in changed
    )


def test_a_sign_in_that_ends_elsewhere_is_not_restored(source: Store, target: Store) -> None:
    backup = collect_backup(source, NOON)
    for callback in ("http://evil.example/", "twauth://evil", f" {CALLBACK}"):
        request = replace(sample_records.WAITING_SECRETS.request, callback=callback)
        code = OAuth2PendingSecrets(
            AuthorizationRequest("", Secret("s"), Secret("v"), callback, ("a",))
        )
        for secrets in (replace(sample_records.WAITING_SECRETS, request=request), code):
            plan = plan_restore(
                target, replace(backup, pending_sign_ins=((make_pending(), secrets),))
            )
            assert (plan.pending_sign_ins, plan.refused_sign_ins) == ((), 1)
    pin = replace(
        sample_records.WAITING_SECRETS,
        request=replace(sample_records.WAITING_SECRETS.request, callback="oob"),
    )
    assert plan_restore(
        target, replace(backup, pending_sign_ins=((make_pending(), pin),))
    ).pending_sign_ins


def test_a_preview_leaves_no_trace(source: Store, target: Store, tmp_path: Path) -> None:
    before = sorted(path.name for path in (tmp_path / "there").iterdir())
    assert not preview_restore(target, collect_backup(source, NOON)).is_empty
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == before
