"""What was found is compared with what is here, asked about once, and never taken over unasked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.support.installations import NOON, Installation, sign_in_elsewhere
from tests.support.sandbox_hooks import HookedSandbox
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.services.container import Services
from twauth_gui.services.import_plan import (
    ImportAction,
    ImportItem,
    ImportOptions,
    ImportPlan,
    ImportResult,
    ImportStatus,
)
from twauth_gui.transfer.found_credentials import FoundAccount, FoundApp, FoundFile, SkipKind
from twauth_gui.xapi.endpoints import VERIFY_CREDENTIALS

DOUBT = "The access token and its secret stand far apart."


@pytest.fixture
def sandbox() -> Iterator[HookedSandbox]:
    with HookedSandbox() as running:
        yield running


class Elsewhere:
    """The credentials of two accounts that another tool has signed in, as its files have them."""

    def __init__(self, folder: Path, sandbox: HookedSandbox) -> None:
        values = sign_in_elsewhere(folder, sandbox)
        self.accounts = {
            handle: FoundAccount(
                Credentials(Secret(token), Secret(secret)),
                FoundApp(AppKeys(Secret(key), Secret(key_secret)), "Newsroom"),
                handle,
                3,
            )
            for handle, (key, key_secret, token, secret) in values.items()
        }
        self.news, self.marsh = self.accounts.values()
        sandbox.answered.clear()


@pytest.fixture
def elsewhere(tmp_path: Path, sandbox: HookedSandbox) -> Elsewhere:
    return Elsewhere(tmp_path / "other", sandbox)


def file_of(*accounts: FoundAccount, name: str = "a", at: datetime | None = None) -> FoundFile:
    return FoundFile("a file", Path("/nowhere") / name, accounts, written_at=at)


def other_credentials(account: FoundAccount) -> Credentials:
    return replace(account.credentials, access_secret=Secret("Other0Secret" * 4))


def plan(installation: Installation, *files: FoundFile) -> ImportPlan:
    return installation.services.importer.plan(files)


def options(installation: Installation) -> ImportOptions:
    return ImportOptions(hosts=Hosts.from_api_url(installation.sandbox.url))


def carry_out(
    installation: Installation, item: ImportItem, chosen: ImportOptions | None = None
) -> ImportResult:
    return installation.services.importer.import_account(
        item, chosen or options(installation), CancelToken()
    )


def saved(installation: Installation) -> dict[str, Account]:
    return {one.handle: one for one in installation.services.store.accounts.list_all()}


def asked(installation: Installation) -> int:
    assert isinstance(installation.sandbox, HookedSandbox)
    return [path for path, _ in installation.sandbox.answered].count(VERIFY_CREDENTIALS)


def test_one_account_in_three_files_is_one_item_that_names_them_all(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    news = elsewhere.news
    bare = replace(news, app=None, handle="", line=1, doubt=DOUBT)
    files = (file_of(bare), file_of(replace(news, handle=""), name="b"), file_of(news, name="c"))
    (item,) = plan(installation, *files).accounts
    assert (item.action, item.account) == (ImportAction.NEW, news)
    assert [str(one) for one in item.places] == ["/nowhere/b:3", "/nowhere/a:1", "/nowhere/c:3"]
    assert carry_out(installation, item).outcome is ImportStatus.IMPORTED
    again = plan(installation, *files)
    assert [one.action for one in again.accounts] == [ImportAction.SAME]
    assert carry_out(installation, again.accounts[0]).outcome is ImportStatus.SAME
    assert asked(installation) == 1
    # Also where only the file without an app is left: the credentials tell which one it is.
    (alone,) = plan(installation, files[0]).accounts
    assert (alone.action, alone.app) == (
        ImportAction.SAME,
        installation.services.store.apps.list_all()[0],
    )


def test_two_sets_of_credentials_for_one_account_are_a_choice(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    news, other = (
        elsewhere.news,
        replace(elsewhere.news, credentials=other_credentials(elsewhere.news)),
    )
    right, wrong = plan(installation, file_of(news), file_of(other, name="b")).accounts
    assert [one.action for one in (right, wrong)] == [ImportAction.CONFLICT] * 2
    assert [str(one) for one in (*right.rivals, *wrong.rivals)] == ["/nowhere/b:3", "/nowhere/a:3"]
    assert "import one of them alone" in right.reason
    for item in (right, wrong):
        assert carry_out(installation, item).outcome is ImportStatus.CONFLICT
    assert (asked(installation), saved(installation)) == (0, {})
    chosen = replace(options(installation), replace_existing=True)
    assert carry_out(installation, right, chosen).outcome is ImportStatus.IMPORTED
    assert carry_out(installation, wrong, chosen).outcome is ImportStatus.REFUSED
    assert installation.access_token(saved(installation)["fernwick_news"])


@pytest.mark.parametrize("is_reachable", [True, False])
def test_a_suspicious_entry_is_kept_only_if_x_confirms_it(
    installation: Installation, elsewhere: Elsewhere, *, is_reachable: bool
) -> None:
    (item,) = plan(installation, file_of(replace(elsewhere.news, doubt=DOUBT))).accounts
    assert (item.action, item.reason) == (ImportAction.SUSPICIOUS, DOUBT)
    installation.sandbox.change_settings(interception="none" if is_reachable else "html-503")
    result = carry_out(installation, item)
    kept = ImportStatus.IMPORTED if is_reachable else ImportStatus.FAILED
    assert result.outcome is kept
    assert list(saved(installation)) == (["fernwick_news"] if is_reachable else [])
    assert bool(installation.services.store.apps.list_all()) == is_reachable


def test_what_is_newer_replaces_only_what_is_lost_or_refused(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    store = installation.services.store
    (item,) = plan(installation, file_of(elsewhere.news)).accounts
    account = carry_out(installation, item).account
    assert account is not None
    other = other_credentials(elsewhere.news)
    account = store.accounts.replace_credentials(account, other)

    later = file_of(elsewhere.news, at=NOON + timedelta(days=1))
    for file, action in (
        (file_of(elsewhere.news), ImportAction.CONFLICT),
        (file_of(elsewhere.news, at=NOON - timedelta(days=1)), ImportAction.CONFLICT),
        (later, ImportAction.NEWER),
    ):
        (item,) = plan(installation, file).accounts
        assert (item.action, item.needs_choice) == (action, True)
        assert carry_out(installation, item).outcome is ImportStatus.CONFLICT
    assert asked(installation) == 1

    account = store.accounts.update(replace(account, health=Health(HealthState.REVOKED, NOON)))
    (item,) = plan(installation, file_of(elsewhere.news)).accounts
    assert (item.action, item.needs_choice) == (ImportAction.NEWER, False)
    installation.sandbox.change_settings(interception="html-503")
    assert carry_out(installation, item).outcome is ImportStatus.CONFLICT
    assert store.accounts.read_credentials(account.id) == other
    installation.sandbox.change_settings(interception="none")
    assert carry_out(installation, item).outcome is ImportStatus.REPLACED

    (name,) = (one for one in installation.vault.items if account.id in one)
    del installation.vault.items[name]
    (item,) = plan(installation, file_of(elsewhere.news)).accounts
    assert (item.action, item.needs_choice) == (ImportAction.NEWER, False)
    installation.sandbox.change_settings(interception="html-503")
    assert carry_out(installation, item).outcome is ImportStatus.REPLACED
    assert store.accounts.read_credentials(account.id) == elsewhere.news.credentials


def test_an_app_is_chosen_among_those_of_the_file(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    right = elsewhere.news.app
    assert right is not None
    wrong = FoundApp(AppKeys(Secret("W" * 25), Secret("w" * 50)), "Newsroom", 9)
    open_account = replace(elsewhere.news, app=None, apps=(right, wrong))
    (item,) = plan(installation, file_of(open_account)).accounts
    assert (item.action, item.needs_choice) == (ImportAction.NO_APP, True)
    assert item.name_app_choices() == {"Newsroom": right, "Newsroom (line 9)": wrong}
    assert carry_out(installation, item).outcome is ImportStatus.NO_APP
    for app, outcome in ((wrong, ImportStatus.REFUSED), (right, ImportStatus.IMPORTED)):
        chosen = replace(options(installation), found_app=app)
        assert carry_out(installation, item, chosen).outcome is outcome
    assert [one.label for one in installation.services.store.apps.list_all()] == ["Newsroom"]
    # Two files that name different apps for the same credentials leave it open too.
    files = file_of(elsewhere.marsh), file_of(replace(elsewhere.marsh, app=wrong), name="b")
    (item,) = plan(installation, *files).accounts
    assert (item.action, item.app_choices) == (ImportAction.NO_APP, (right, wrong))


def test_another_secret_for_a_known_app_is_told(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    app = elsewhere.marsh.app
    assert app is not None
    other = FoundApp(replace(app.keys, api_secret=Secret("o" * 50)), line=7)
    files = file_of(elsewhere.news), file_of(replace(elsewhere.marsh, app=other), name="b")
    (told,) = plan(installation, *files).skipped
    assert (told.place, told.skipped.kind) == ("/nowhere/b:7", SkipKind.AMBIGUOUS)
    installation.add_app()
    (told,) = plan(installation, files[1]).skipped
    assert "The app is here without this API secret" in told.skipped.reason
    assert not plan(installation, files[0]).skipped
    bearer = FoundApp(replace(app.keys, bearer_token=Secret("A" * 100)), line=8)
    (told,) = plan(installation, files[0], file_of(replace(elsewhere.marsh, app=bearer))).skipped
    assert told.skipped.what == "the bearer token"


def test_optional_values_of_an_app_are_kept_whichever_file_has_them(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    app = elsewhere.marsh.app
    assert app is not None
    more = FoundApp(replace(app.keys, bearer_token=Secret("A" * 100)))
    found = plan(
        installation, file_of(elsewhere.news), file_of(replace(elsewhere.marsh, app=more), name="b")
    )
    assert carry_out(installation, found.accounts[0]).outcome is ImportStatus.IMPORTED
    (saved_app,) = installation.services.store.apps.list_all()
    assert installation.services.store.apps.read_keys(saved_app.id) == more.keys
    assert not found.skipped


def test_without_x_two_accounts_of_one_app_never_share_a_name(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    accounts = [replace(one, handle="Main") for one in elsewhere.accounts.values()]
    installation.sandbox.change_settings(interception="html-503")
    for item in plan(installation, file_of(*accounts)).accounts:
        assert carry_out(installation, item).outcome is ImportStatus.NOT_VERIFIED
    assert set(saved(installation)) == {"Main", elsewhere.marsh.user_id}


def test_an_account_that_is_not_saved_leaves_no_new_app(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    store = installation.services.store
    (item,) = plan(installation, file_of(elsewhere.news)).accounts
    long = replace(
        item.account,
        credentials=replace(item.account.credentials, access_secret=Secret("s" * 2000)),
    )
    installation.sandbox.change_settings(interception="html-503")
    result = carry_out(installation, replace(item, account=long))
    assert result.outcome is ImportStatus.FAILED
    assert (store.apps.list_all(), store.accounts.list_all()) == ([], [])
    assert not installation.vault.items


def import_everything(
    found: FoundFile, chosen: ImportOptions, start: threading.Barrier, services: Services
) -> set[ImportStatus]:
    items = services.importer.plan([found]).accounts
    start.wait()
    return {services.importer.import_account(one, chosen, CancelToken()).outcome for one in items}


def test_two_imports_of_one_file_at_once_have_one_result(
    installation: Installation, elsewhere: Elsewhere
) -> None:
    # Without X, so that all of them save at the same moment.
    installation.sandbox.change_settings(interception="html-503")
    found, chosen = file_of(*elsewhere.accounts.values()), options(installation)
    with ExitStack() as stack:
        several = [stack.enter_context(closing(installation.open_second())) for _ in range(4)]
        start = threading.Barrier(len(several))
        imported = partial(import_everything, found, chosen, start)
        with ThreadPoolExecutor(len(several)) as pool:
            ended = list(pool.map(imported, several))
    assert set().union(*ended) == {ImportStatus.NOT_VERIFIED, ImportStatus.SAME}
    assert len(installation.services.store.apps.list_all()) == 1
    assert len(saved(installation)) == len(elsewhere.accounts)
    assert len(installation.vault.items) == 1 + len(elsewhere.accounts)
