"""What other tools left is compared, verified and kept, each account whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.ground import Ground
from tests.services.other_tool import HANDLES, signed_in_elsewhere, twurlrc
from tests.transfer.tools.files import cawbird
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.events import EventKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.bringing import look_around, read_files
from twauth_gui.services.offers import (
    ImportAction,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
)
from twauth_gui.store.vault_errors import VaultLockedError


@pytest.fixture
def elsewhere(tmp_path: Path, sandbox: Sandbox) -> dict[str, tuple[str, ...]]:
    """The credentials of two accounts that another tool has signed in."""
    return signed_in_elsewhere(tmp_path / "other", sandbox)


def wishes(ground: Ground) -> ImportOptions:
    return ImportOptions(hosts=Hosts.at(ground.sandbox.url))


def offered(ground: Ground, *paths: Path) -> ImportPlan:
    return ground.kit.importer.offer(read_files(paths, CancelToken()))


def bring(
    ground: Ground, offer: ImportPlan, wish: ImportOptions | None = None
) -> list[ImportResult]:
    chosen = wish or wishes(ground)
    return [ground.kit.importer.bring(one, chosen, CancelToken()) for one in offer.accounts]


def kept(ground: Ground) -> dict[str, Account]:
    return {one.handle: one for one in ground.kit.store.accounts.all()}


def test_two_accounts_of_twurl(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = twurlrc(tmp_path / ".twurlrc", elsewhere)
    before = path.read_bytes(), path.stat().st_mtime_ns
    offer = ground.kit.importer.offer(look_around(tmp_path, tmp_path / "no", cancel=CancelToken()))
    assert [one.fate for one in offer.accounts] == [ImportAction.NEW, ImportAction.NEW]
    assert ground.kit.store.apps.all() == []
    brought = bring(ground, offer)
    assert [one.outcome for one in brought] == [ImportStatus.BROUGHT_IN] * 2
    (app,) = ground.kit.store.apps.all()
    assert app.label == "App from twurl"
    account = kept(ground)["fernwick_news"]
    assert (account.method, account.health.state) == (SignInMethod.BROUGHT_IN, HealthState.WORKING)
    assert account.name == "Fernwick Daily"
    secrets = ground.kit.store.accounts.credentials(account.id)
    assert secrets.access_secret.reveal() == elsewhere["fernwick_news"][3]
    (event,) = ground.kit.store.events.latest(account.id)
    assert (event.kind, event.text) == (EventKind.BROUGHT_IN, "Brought in from twurl")
    assert ground.kit.store.settings.active_account() is not None
    again = offered(ground, path)
    assert [one.fate for one in again.accounts] == [ImportAction.SAME, ImportAction.SAME]
    assert [one.outcome for one in bring(ground, again)] == [ImportStatus.SAME] * 2
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_the_handle_is_what_x_says(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = twurlrc(tmp_path / "file", {"somebody_else": elsewhere["fernwick_news"]})
    (brought,) = bring(ground, offered(ground, path))
    assert brought.candidate.name == "@somebody_else"
    assert list(kept(ground)) == ["fernwick_news"]


def test_without_x_it_is_kept_by_its_number(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = twurlrc(tmp_path / "file", elsewhere)
    path.write_text(path.read_text().replace("username: marsh_weather", "username: ''"))
    offer = offered(ground, path)
    wish = wishes(ground)
    ground.sandbox.change(interception="html-503")
    brought = bring(ground, offer, wish)
    assert [one.outcome for one in brought] == [ImportStatus.NOT_VERIFIED] * 2
    accounts = kept(ground)
    assert accounts["fernwick_news"].health.state is HealthState.NEVER_CHECKED
    ground.sandbox.change(interception="none")
    for account in accounts.values():
        assert ground.kit.checker.check(account.id, CancelToken()).diagnosis is None
    assert set(kept(ground)) == set(HANDLES)


def test_what_x_no_longer_accepts_is_not_kept(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    ground.sandbox.change(seed="another")
    (one, two) = bring(ground, offered(ground, twurlrc(tmp_path / "file", elsewhere)))
    assert one.outcome is two.outcome is ImportStatus.REFUSED
    assert one.diagnosis is not None
    assert one.diagnosis.kind is ProblemKind.REVOKED
    assert (ground.kit.store.accounts.all(), ground.kit.store.apps.all()) == ([], [])


def test_other_credentials_stay_unless_asked(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = twurlrc(tmp_path / "file", {"fernwick_news": elsewhere["fernwick_news"]})
    _ = bring(ground, offered(ground, path))
    account = kept(ground)["fernwick_news"]
    other = Credentials(
        *map(type(ground.kit.store.accounts.credentials(account.id).access_token), "ab")
    )
    _ = ground.kit.store.accounts.replace_credentials(account, other)
    offer = offered(ground, path)
    assert [one.fate for one in offer.accounts] == [ImportAction.OTHER]
    assert [one.outcome for one in bring(ground, offer)] == [ImportStatus.OTHER]
    assert ground.kit.store.accounts.credentials(account.id) == other
    replaced = bring(ground, offer, replace(wishes(ground), replace=True))
    assert [one.outcome for one in replaced] == [ImportStatus.REPLACED]
    assert ground.kit.store.accounts.credentials(account.id) != other
    assert kept(ground)["fernwick_news"].id == account.id


def test_two_lines_ask_which_app(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = tmp_path / ".twitter_oauth"
    path.write_text("\n".join(elsewhere["marsh_weather"][2:]))
    offer = offered(ground, path)
    assert [one.fate for one in offer.accounts] == [ImportAction.NO_APP]
    assert [one.outcome for one in bring(ground, offer)] == [ImportStatus.NO_APP]
    app = ground.add_app()
    assert [one.outcome for one in bring(ground, offer, ImportOptions(app.id))] == [
        ImportStatus.BROUGHT_IN
    ]
    assert kept(ground)["marsh_weather"].app_id == app.id


def test_the_same_in_two_files_is_one_and_an_app_alone_is_kept(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    one = twurlrc(tmp_path / "one", elsewhere)
    two = twurlrc(tmp_path / "two", elsewhere)
    env = tmp_path / "app.env"
    env.write_text(f"API_KEY={'n' * 25}\nAPI_SECRET={'m' * 50}\n")
    offer = offered(ground, one, two, env, cawbird(tmp_path / "Cawbird.db"))
    assert len(offer.accounts) == 3
    (new,) = offer.apps
    added = ground.kit.importer.add_app(new, wishes(ground))
    assert ground.kit.importer.add_app(new, wishes(ground)).id == added.id
    assert [one.app for one in offered(ground, env).apps] == [added]


def test_a_keychain_that_closes_leaves_whole_accounts(
    ground: Ground, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    offer = offered(ground, twurlrc(tmp_path / "file", elsewhere))
    first, second = offer.accounts
    kept = ground.kit.importer.bring(first, wishes(ground), CancelToken())
    assert kept.outcome is ImportStatus.BROUGHT_IN
    ground.vault.fail_with = VaultLockedError("Test Keyring")
    failed = ground.kit.importer.bring(second, wishes(ground), CancelToken())
    assert failed.outcome is ImportStatus.FAILED
    ground.vault.fail_with = None
    ended = CancelToken()
    ended.cancel()
    with pytest.raises(CancelledError):
        ground.kit.importer.bring(second, wishes(ground), ended)
    ground.restart()
    assert ground.kit.store.recover().messages == ()
    (account,) = ground.kit.store.accounts.all()
    assert ground.token_of(account) in elsewhere[account.handle]
    assert len(ground.vault.items) == 2, "the app's and the account's, and nothing half"
