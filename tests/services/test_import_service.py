"""Credentials of other tools are compared, verified and imported, each account as a whole."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.installations import (
    TWURL_HANDLES,
    Installation,
    sign_in_elsewhere,
    write_twurlrc,
)
from tests.transfer.tools.tool_files import write_cawbird
from twauth_gui.domain.account_names import (
    find_accounts,
    parse_account_name,
    qualified_name,
)
from twauth_gui.domain.accounts import (
    Account,
    AccountEventKind,
    AccountId,
    Credentials,
    make_stand_in_id,
)
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.import_plan import (
    ImportAction,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
)
from twauth_gui.services.import_service import read_files, scan_known_places
from twauth_gui.store.vault_errors import VaultLockedError


@pytest.fixture
def elsewhere(tmp_path: Path, sandbox: Sandbox) -> dict[str, tuple[str, ...]]:
    """The credentials of two accounts that another tool has signed in."""
    return sign_in_elsewhere(tmp_path / "other", sandbox)


def default_options(installation: Installation) -> ImportOptions:
    return ImportOptions(hosts=Hosts.from_api_url(installation.sandbox.url))


def offered(installation: Installation, *paths: Path) -> ImportPlan:
    return installation.services.importer.plan(read_files(paths, CancelToken()))


def bring(
    installation: Installation, offer: ImportPlan, wish: ImportOptions | None = None
) -> list[ImportResult]:
    chosen = wish or default_options(installation)
    return [
        installation.services.importer.import_account(one, chosen, CancelToken())
        for one in offer.accounts
    ]


def kept(installation: Installation) -> dict[str, Account]:
    return {one.handle: one for one in installation.services.store.accounts.list_all()}


def test_two_accounts_of_twurl(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = write_twurlrc(tmp_path / ".twurlrc", elsewhere)
    before = path.read_bytes(), path.stat().st_mtime_ns
    offer = installation.services.importer.plan(
        scan_known_places(tmp_path, tmp_path / "no", cancel=CancelToken())
    )
    assert [one.action for one in offer.accounts] == [ImportAction.NEW, ImportAction.NEW]
    assert installation.services.store.apps.list_all() == []
    brought = bring(installation, offer)
    assert [one.outcome for one in brought] == [ImportStatus.IMPORTED] * 2
    (app,) = installation.services.store.apps.list_all()
    assert app.label == "App from twurl"
    account = kept(installation)["fernwick_news"]
    assert (account.method, account.health.state) == (SignInMethod.IMPORTED, HealthState.WORKING)
    assert account.name == "Fernwick Daily"
    secrets = installation.services.store.accounts.read_credentials(account.id)
    assert secrets.access_secret.reveal() == elsewhere["fernwick_news"][3]
    (event,) = installation.services.store.events.latest(account.id)
    assert (event.kind, event.text) == (AccountEventKind.IMPORTED, "Imported from twurl")
    assert installation.services.store.settings.active_account() is not None
    again = offered(installation, path)
    assert [one.action for one in again.accounts] == [ImportAction.SAME, ImportAction.SAME]
    assert [one.outcome for one in bring(installation, again)] == [ImportStatus.SAME] * 2
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_the_handle_is_what_x_says(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = write_twurlrc(tmp_path / "file", {"somebody_else": elsewhere["fernwick_news"]})
    (brought,) = bring(installation, offered(installation, path))
    assert brought.item.name == "@somebody_else"
    assert list(kept(installation)) == ["fernwick_news"]


def test_without_x_it_is_kept_by_its_number(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = write_twurlrc(tmp_path / "file", elsewhere)
    path.write_text(path.read_text().replace("username: marsh_weather", "username: ''"))
    offer = offered(installation, path)
    wish = default_options(installation)
    installation.sandbox.change_settings(interception="html-503")
    brought = bring(installation, offer, wish)
    assert [one.outcome for one in brought] == [ImportStatus.NOT_VERIFIED] * 2
    accounts = kept(installation)
    assert accounts["fernwick_news"].health.state is HealthState.NEVER_CHECKED
    installation.sandbox.change_settings(interception="none")
    for account in accounts.values():
        assert installation.services.checker.check(account.id, CancelToken()).diagnosis is None
    assert set(kept(installation)) == set(TWURL_HANDLES)


def test_a_token_that_names_no_user_is_kept_by_a_number_until_x_tells(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    store, wish = installation.services.store, default_options(installation)
    key, secret, _, _ = elsewhere["fernwick_news"]
    old, older = (key, secret, "Zq7r" * 10, "Km3x" * 10), (key, secret, "Hs8d" * 10, "Nn4c" * 10)
    path = write_twurlrc(tmp_path / "file", {"authorized_user": old, "older_bot": older})
    installation.sandbox.change_settings(interception="html-503")
    for outcome in (ImportStatus.NOT_VERIFIED, ImportStatus.SAME):
        brought = bring(installation, offered(installation, path), wish)
        assert [one.outcome for one in brought] == [outcome] * 2
    accounts = store.accounts.list_all()
    labels = {app.id: app.label for app in store.apps.list_all()}
    assert [one.known_user_id for one in accounts] == [""] * 2
    assert "older_bot" in kept(installation)
    for one in accounts:
        for text in (one.at_handle, qualified_name(one, labels), one.user_id):
            assert find_accounts(parse_account_name(text), accounts, labels) == [one]


def test_x_tells_whose_a_token_is(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]]
) -> None:
    store, check = installation.services.store, installation.services.checker.check
    app = installation.add_app()
    _, _, token, secret = (Secret(text) for text in elsewhere["fernwick_news"])
    number = make_stand_in_id(token)
    saved = store.accounts.add(
        replace(installation.sign_in(app, "fernwick_news"), id=AccountId("a" * 32), user_id=number),
        Credentials(token, secret),
    )
    checked = check(saved.id, CancelToken()).account
    assert (checked.known_user_id, checked.handle) == ("", number), "it is here twice"
    assert "@fernwick_news, which is here already" in checked.health.reason
    store.accounts.hide(kept(installation)["fernwick_news"].id)
    store.accounts.purge_hidden()
    checked = check(saved.id, CancelToken()).account
    assert (checked.user_id, checked.handle) == (token.reveal().split("-")[0], "fernwick_news")
    assert checked.health.reason == ""


def test_what_x_no_longer_accepts_is_not_kept(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    installation.sandbox.change_settings(seed="another")
    (one, two) = bring(
        installation, offered(installation, write_twurlrc(tmp_path / "file", elsewhere))
    )
    assert one.outcome is two.outcome is ImportStatus.REFUSED
    assert one.diagnosis is not None
    assert one.diagnosis.kind is ProblemKind.REVOKED
    assert (
        installation.services.store.accounts.list_all(),
        installation.services.store.apps.list_all(),
    ) == (
        [],
        [],
    )


def test_other_credentials_stay_unless_asked(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = write_twurlrc(tmp_path / "file", {"fernwick_news": elsewhere["fernwick_news"]})
    _ = bring(installation, offered(installation, path))
    account = kept(installation)["fernwick_news"]
    other = Credentials(
        *map(
            type(installation.services.store.accounts.read_credentials(account.id).access_token),
            "ab",
        )
    )
    _ = installation.services.store.accounts.replace_credentials(account, other)
    assert [one.action for one in offered(installation, path).accounts] == [ImportAction.NEWER]
    os.utime(path, (0, 0))
    offer = offered(installation, path)
    assert [one.action for one in offer.accounts] == [ImportAction.CONFLICT]
    assert [one.outcome for one in bring(installation, offer)] == [ImportStatus.CONFLICT]
    assert installation.services.store.accounts.read_credentials(account.id) == other
    replaced = bring(
        installation, offer, replace(default_options(installation), replace_existing=True)
    )
    assert [one.outcome for one in replaced] == [ImportStatus.REPLACED]
    assert installation.services.store.accounts.read_credentials(account.id) != other
    assert kept(installation)["fernwick_news"].id == account.id


def test_two_lines_ask_which_app(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path = tmp_path / ".twitter_oauth"
    path.write_text("\n".join(elsewhere["marsh_weather"][2:]))
    offer = offered(installation, path)
    assert [one.action for one in offer.accounts] == [ImportAction.NO_APP]
    assert [one.outcome for one in bring(installation, offer)] == [ImportStatus.NO_APP]
    app = installation.add_app()
    assert [one.outcome for one in bring(installation, offer, ImportOptions(app.id))] == [
        ImportStatus.IMPORTED
    ]
    assert kept(installation)["marsh_weather"].app_id == app.id


def test_the_same_in_two_files_is_one_and_an_app_alone_is_kept(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    one = write_twurlrc(tmp_path / "one", elsewhere)
    two = write_twurlrc(tmp_path / "two", elsewhere)
    env = tmp_path / "app.env"
    env.write_text(f"API_KEY={'n' * 25}\nAPI_SECRET={'m' * 50}\n")
    offer = offered(installation, one, two, env, write_cawbird(tmp_path / "Cawbird.db"))
    assert len(offer.accounts) == 3
    (new,) = offer.apps
    added = installation.services.importer.import_app(new, default_options(installation))
    assert (
        installation.services.importer.import_app(new, default_options(installation)).id == added.id
    )
    assert [one.app for one in offered(installation, env).apps] == [added]


def test_a_keychain_that_closes_leaves_whole_accounts(
    installation: Installation, elsewhere: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    offer = offered(installation, write_twurlrc(tmp_path / "file", elsewhere))
    first, second = offer.accounts
    kept = installation.services.importer.import_account(
        first, default_options(installation), CancelToken()
    )
    assert kept.outcome is ImportStatus.IMPORTED
    installation.vault.fail_with = VaultLockedError("Test Keyring")
    failed = installation.services.importer.import_account(
        second, default_options(installation), CancelToken()
    )
    assert failed.outcome is ImportStatus.FAILED
    installation.vault.fail_with = None
    ended = CancelToken()
    ended.cancel()
    with pytest.raises(CancelledError):
        installation.services.importer.import_account(second, default_options(installation), ended)
    installation.restart()
    assert installation.services.store.recover().messages == ()
    (account,) = installation.services.store.accounts.list_all()
    assert installation.access_token(account) in elsewhere[account.handle]
    assert len(installation.vault.items) == 2, "the app's and the account's, and nothing half"
