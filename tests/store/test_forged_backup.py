"""A backup brings in neither settings of a computer nor an app that nobody could add here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store import samples
from tests.store.samples import NOON, account, attempt
from tests.store.test_backup import here, take_backup, there
from twauth_gui.domain.oauth2 import AuthorizationRequest, CodeSecrets
from twauth_gui.domain.secret import Secret
from twauth_gui.store.backup import Backup, collect, packed, unpacked
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.restore import RestoreChange, Restored, Step, look_at_restore, plan_restore
from twauth_gui.store.restoring import carry_out
from twauth_gui.store.store import Store

__all__ = ["here", "there"]

OF_A_COMPUTER = {
    "network": '{"proxy": "http://evil.example"}',
    "lock.idle-minutes": "0",
    "look": "dark",
}


def forged(store: Store, **changed: object) -> Backup:
    """A backup of everything, changed by somebody who knows its passphrase."""
    return unpacked(
        json.dumps({**json.loads(packed(collect(store, NOON))), **changed}).encode(), Path("b")
    )


def test_settings_of_a_computer_stay_there(here: Store, there: Store) -> None:
    """Else a forged backup leads all keys through a proxy of its maker."""
    here.vault_selection.choose(VaultKind.FILE)
    for key, value in OF_A_COMPUTER.items():
        here.settings.set(key, value)
    assert json.loads(packed(collect(here, NOON)))["settings"] == {}
    backup = forged(here, settings={**OF_A_COMPUTER, "store.vault": "file"})
    assert set(backup.settings) == {*OF_A_COMPUTER, "store.vault"}
    before = there.settings.all()
    _ = carry_out(there, plan_restore(there, backup), take_backup)
    assert (there.vault_selection.chosen(), there.settings.all()) == (None, before)


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
    here: Store, there: Store, changed: dict[str, str]
) -> None:
    (app,) = json.loads(packed(collect(here, NOON)))["apps"]
    backup = forged(here, apps=[{**app, **changed}])
    plan = plan_restore(there, backup)
    steps: list[Step] = [*plan.apps, *plan.accounts]
    assert [step.change for step in steps] == [RestoreChange.REFUSED] * 3
    assert plan.apps[0].why.endswith(".")
    assert carry_out(there, plan, take_backup) == Restored(refused=3)
    assert (there.apps.all(), there.accounts.all(), there.pending_sign_ins.all()) == ([], [], [])


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_an_app_that_is_here_stays_as_it_is(here: Store, changed: dict[str, str]) -> None:
    """And takes the accounts of the backup, where it is the same app."""
    (app,) = json.loads(packed(collect(here, NOON)))["apps"]
    backup = forged(here, apps=[{**app, **changed}])
    before = here.apps.all()
    here.accounts.hide(account().id)
    plan = plan_restore(here, backup)
    assert plan.apps[0].change is RestoreChange.REFUSED
    _ = carry_out(here, plan, take_backup)
    assert here.apps.all() == before
    assert (account().id in {one.id for one in here.accounts.all()}) == ("api_host" not in changed)


def test_a_sign_in_that_ends_elsewhere_is_not_restored(here: Store, there: Store) -> None:
    backup = collect(here, NOON)
    for callback in ("http://evil.example/", "twauth://evil", f" {CALLBACK}"):
        request = replace(samples.WAITING.request, callback=callback)
        code = CodeSecrets(AuthorizationRequest("", Secret("s"), Secret("v"), callback, ("a",)))
        for secrets in (replace(samples.WAITING, request=request), code):
            plan = plan_restore(there, replace(backup, attempts=((attempt(), secrets),)))
            assert (plan.attempts, plan.refused_attempts) == ((), 1)
    pin = replace(samples.WAITING, request=replace(samples.WAITING.request, callback="oob"))
    assert plan_restore(there, replace(backup, attempts=((attempt(), pin),))).attempts


def test_looking_leaves_no_trace(here: Store, there: Store, tmp_path: Path) -> None:
    before = sorted(path.name for path in (tmp_path / "there").iterdir())
    assert not look_at_restore(there, collect(here, NOON)).is_empty
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == before
