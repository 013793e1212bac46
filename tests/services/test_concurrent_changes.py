"""Data that was read before a request to X never overwrites changes made meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.concurrent_changes import (
    LATER_TIME,
    OTHER_CREDENTIALS,
    OTHER_KEYS,
    OTHER_TOKENS,
    Act,
    OtherProcess,
    app,
    diagnose_kind,
    other_process,
    replace_credentials,
    replace_keys,
    sandbox,
)
from tests.support import installations
from tests.support.installations import NOON, Installation, demo_app_keys
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.services.container import Services
from twauth_gui.store.backup import collect_backup
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import RestoreChoice, plan_restore
from twauth_gui.xapi import endpoints

__all__ = ["app", "other_process", "sandbox"]


# -- the app's own token ---------------------------------------------------------------------------


def test_new_keys_are_asked_for_their_own_token(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    other_process.on_request(endpoints.BEARER_TOKEN, replace_keys(app))
    assert (
        diagnose_kind(lambda: installation.services.bearer_tokens.fetch(app.id, CancelToken()))
        is ProblemKind.WRONG_KEYS
    )
    saved_keys = installation.services.store.apps.read_keys(app.id)
    assert (saved_keys.api_key, saved_keys.api_secret) == (
        OTHER_KEYS.api_key,
        OTHER_KEYS.api_secret,
    )
    assert saved_keys.bearer_token is None


def test_a_client_that_came_meanwhile_stays(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    keys = replace(demo_app_keys(installation.sandbox), client_id=Secret("a-newer-client"))
    other_process.on_request(endpoints.BEARER_TOKEN, replace_keys(app, keys))
    bearer = installation.services.bearer_tokens.fetch(app.id, CancelToken())
    saved_keys = installation.services.store.apps.read_keys(app.id)
    assert (saved_keys.bearer_token, saved_keys.client_id) == (bearer, keys.client_id)
    installation.services.bearer_tokens.verify(app.id, CancelToken())


def test_a_token_that_took_its_place_is_not_forgotten(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    installation.services.bearer_tokens.fetch(app.id, CancelToken())
    newer = replace(demo_app_keys(installation.sandbox), bearer_token=Secret("a-newer-token"))
    other_process.on_request(endpoints.INVALIDATE_BEARER, replace_keys(app, newer))
    installation.services.bearer_tokens.revoke(app.id, CancelToken())
    assert installation.services.store.apps.read_keys(app.id).bearer_token == newer.bearer_token


def test_an_app_changed_while_its_dialog_was_open_is_not_overwritten(
    installation: Installation,
) -> None:
    app = installation.add_app()
    draft, other = installation.services.apps.read_draft(app.id), installation.open_second()
    replace_keys(app)(other)
    renamed = replace(draft, label="Alerts")
    with pytest.raises(ChangedMeanwhileError):
        installation.services.apps.update(app.id, renamed, draft)
    assert installation.services.store.apps.read_keys(app.id).api_key == OTHER_KEYS.api_key
    assert installation.services.store.apps.get(app.id).label == "Newsroom"
    other.close()


def test_a_token_that_came_while_its_dialog_was_open_stays(installation: Installation) -> None:
    app = installation.add_app()
    draft, other = installation.services.apps.read_draft(app.id), installation.open_second()
    bearer = other.bearer_tokens.fetch(app.id, CancelToken())
    installation.services.apps.update(app.id, replace(draft, label="Alerts"), draft)
    assert installation.services.store.apps.get(app.id).label == "Alerts"
    assert installation.services.store.apps.read_keys(app.id).bearer_token == bearer
    with_its_key = installation.services.apps.read_draft(app.id)
    other_key = replace(with_its_key, keys=replace(with_its_key.keys, api_key=Secret("new")))
    installation.services.apps.update(app.id, other_key, with_its_key)
    assert installation.services.store.apps.read_keys(app.id).bearer_token is None
    other.close()


# -- checks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [False, True])
def test_a_check_is_made_again_with_newer_credentials(
    installation: Installation, app: App, other_process: OtherProcess, *, many: bool
) -> None:
    account = installation.sign_in(app)
    other_process.on_request(endpoints.VERIFY_CREDENTIALS, replace_credentials(account))
    assert check_account(installation, account, many=many) is HealthState.REVOKED
    assert installation.services.store.accounts.get(account.id).health.state is HealthState.REVOKED


@pytest.mark.parametrize("many", [False, True])
def test_a_check_is_made_again_with_newer_keys(
    installation: Installation, app: App, other_process: OtherProcess, *, many: bool
) -> None:
    account = installation.sign_in(app)
    other_process.on_request(endpoints.VERIFY_CREDENTIALS, replace_keys(app))
    assert check_account(installation, account, many=many) is HealthState.APP_PROBLEM
    assert (
        installation.services.store.accounts.get(account.id).health.state is HealthState.APP_PROBLEM
    )


@pytest.mark.parametrize("many", [False, True])
def test_a_check_of_newer_tokens(
    installation: Installation, app: App, other_process: OtherProcess, *, many: bool
) -> None:
    account = installations.sign_in_oauth2(installation, app)
    other_process.on_request(endpoints.USERS_ME, newer_tokens(account))
    assert check_account(installation, account, many=many) is HealthState.REVOKED


@pytest.mark.parametrize("kind", ["oauth1", "oauth2"])
@pytest.mark.parametrize("many", [False, True])
def test_a_check_of_an_account_that_goes(
    installation: Installation, app: App, other_process: OtherProcess, kind: str, *, many: bool
) -> None:
    oauth1 = kind == "oauth1"
    account = (
        installation.sign_in(app) if oauth1 else installations.sign_in_oauth2(installation, app)
    )
    path = endpoints.VERIFY_CREDENTIALS if oauth1 else endpoints.USERS_ME
    other_process.on_request(path, lambda services: removed_for_good(services, account))
    if many:
        assert (
            installation.services.batch_checker.check([account.id], CancelToken(), ignore).results
            == ()
        )
        return
    with pytest.raises(NotFoundError):
        installation.services.checker.check(account.id, CancelToken())


def check_account(installation: Installation, account: Account, *, many: bool) -> HealthState:
    """Check the account, alone or as one of many; return the result."""
    if not many:
        return installation.services.checker.check(account.id, CancelToken()).account.health.state
    run = installation.services.batch_checker.check([account.id], CancelToken(), ignore)
    (one,) = run.results
    return one.account.health.state


def ignore(_progress: object) -> None:
    """Do nothing."""


def removed_for_good(services: Services, account: Account) -> None:
    services.account_removal.remove(account.id)
    services.account_removal.purge(account.id)


def newer_tokens(account: Account) -> Act:
    def act(services: Services) -> object:
        metadata = services.store.tokens.get_metadata(account.id)
        assert metadata is not None
        later = replace(metadata, signed_in_at=LATER_TIME, expires_at=OTHER_TOKENS.expires_at)
        return services.store.tokens.save(account, OTHER_TOKENS, later)

    return act


# -- ending ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("remove", [False, True])
def test_a_newer_sign_in_is_not_taken_for_revoked(
    installation: Installation, app: App, other_process: OtherProcess, *, remove: bool
) -> None:
    account = installation.sign_in(app)
    work = (
        installation.services.account_removal.revoke_and_remove
        if remove
        else installation.services.account_removal.revoke
    )
    other_process.on_request(endpoints.INVALIDATE_TOKEN, replace_credentials(account))
    assert diagnose_kind(lambda: work(account.id, CancelToken())) is ProblemKind.CHANGED_MEANWHILE
    assert (
        installation.services.store.accounts.get(account.id).health.state is not HealthState.REVOKED
    )
    assert installation.services.store.accounts.read_credentials(account.id) == OTHER_CREDENTIALS


def test_notes_that_were_taken_while_x_ended_it_stay(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    account = installation.sign_in(app)
    noted_account = replace(account, note="mine", tags=("uk",))
    other_process.on_request(
        endpoints.INVALIDATE_TOKEN, lambda services: services.store.accounts.update(noted_account)
    )
    revoked = installation.services.account_removal.revoke(account.id, CancelToken())
    assert (revoked.note, revoked.tags) == ("mine", ("uk",))
    assert revoked.health.state is HealthState.REVOKED


@pytest.mark.parametrize("beside", [False, True])
def test_newer_tokens_are_not_forgotten(
    installation: Installation, app: App, other_process: OtherProcess, *, beside: bool
) -> None:
    if beside:
        installation.sign_in(app)
    account = installations.sign_in_oauth2(installation, app)
    other_process.on_request(endpoints.OAUTH2_REVOKE, newer_tokens(account))
    kind = diagnose_kind(lambda: installation.services.tokens.revoke(account.id, CancelToken()))
    assert kind is ProblemKind.CHANGED_MEANWHILE
    assert installation.services.store.tokens.get(account.id) == OTHER_TOKENS
    assert (
        installation.services.store.accounts.get(account.id).health.state is not HealthState.REVOKED
    )


def test_a_renewal_does_not_replace_newer_tokens(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    account = installations.sign_in_oauth2(installation, app)
    other_process.on_request(endpoints.OAUTH2_TOKEN, newer_tokens(account))
    assert installation.services.tokens.renew(account.id, CancelToken()) == OTHER_TOKENS
    assert installation.services.store.tokens.get(account.id) == OTHER_TOKENS
    assert not installation.services.tokens.has_unsaved_grants


def test_a_renewal_of_an_account_that_goes(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    account = installations.sign_in_oauth2(installation, app)
    other_process.on_request(
        endpoints.OAUTH2_TOKEN, lambda services: removed_for_good(services, account)
    )
    assert (
        diagnose_kind(lambda: installation.services.tokens.renew(account.id, CancelToken()))
        is ProblemKind.NOT_FOUND
    )
    assert not installation.services.tokens.has_unsaved_grants


# -- backups ---------------------------------------------------------------------------------------


def test_a_restore_does_not_replace_what_came_after_its_plan(installation: Installation) -> None:
    app = installation.add_app()
    account = installation.sign_in(app)
    backup = collect_backup(installation.services.store, NOON)
    _ = installation.services.store.accounts.replace_credentials(
        account, Credentials(Secret("b"), Secret("b"))
    )
    plan, other = plan_restore(installation.services.store, backup), installation.open_second()
    replace_credentials(account)(other)
    with pytest.raises(ChangedMeanwhileError):
        apply_restore(installation.services.store, plan, lambda _step: RestoreChoice.BACKUP)
    assert installation.services.store.accounts.read_credentials(account.id) == OTHER_CREDENTIALS
    other.close()
