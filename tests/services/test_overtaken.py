"""What was read before X was asked is never written over what came meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services import oauth2_ground
from tests.services.ground import NOON, Ground, keys_of
from tests.services.overtaking import (
    LATER,
    OTHER,
    OTHER_KEYS,
    OTHER_PAIR,
    Act,
    Rival,
    app,
    other_keys,
    rival,
    sandbox,
    signed_in_again,
    told,
)
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import Services
from twauth_gui.store.backup import collect
from twauth_gui.store.errors import ChangedMeanwhileError, NotFoundError
from twauth_gui.store.restore import Take, plan_restore
from twauth_gui.store.restoring import carry_out
from twauth_gui.xapi import endpoints

__all__ = ["app", "rival", "sandbox"]


# -- the app's own token ---------------------------------------------------------------------------


def test_new_keys_are_asked_for_their_own_token(ground: Ground, app: App, rival: Rival) -> None:
    rival.when(endpoints.BEARER_TOKEN, other_keys(app))
    assert told(lambda: ground.kit.bearer.get(app.id, CancelToken())) is ProblemKind.WRONG_KEYS
    kept = ground.kit.store.apps.keys(app.id)
    assert (kept.api_key, kept.api_secret) == (OTHER_KEYS.api_key, OTHER_KEYS.api_secret)
    assert kept.bearer_token is None


def test_a_client_that_came_meanwhile_stays(ground: Ground, app: App, rival: Rival) -> None:
    keys = replace(keys_of(ground.sandbox), client_id=Secret("a-newer-client"))
    rival.when(endpoints.BEARER_TOKEN, other_keys(app, keys))
    bearer = ground.kit.bearer.get(app.id, CancelToken())
    kept = ground.kit.store.apps.keys(app.id)
    assert (kept.bearer_token, kept.client_id) == (bearer, keys.client_id)
    ground.kit.bearer.check(app.id, CancelToken())


def test_a_token_that_took_its_place_is_not_forgotten(
    ground: Ground, app: App, rival: Rival
) -> None:
    ground.kit.bearer.get(app.id, CancelToken())
    newer = replace(keys_of(ground.sandbox), bearer_token=Secret("a-newer-token"))
    rival.when(endpoints.INVALIDATE_BEARER, other_keys(app, newer))
    ground.kit.bearer.end(app.id, CancelToken())
    assert ground.kit.store.apps.keys(app.id).bearer_token == newer.bearer_token


def test_an_app_changed_while_its_sheet_was_open_is_not_overwritten(ground: Ground) -> None:
    app = ground.add_app()
    seen, other = ground.kit.apps.draft(app.id), ground.open_again()
    other_keys(app)(other)
    renamed = replace(seen, label="Alerts")
    with pytest.raises(ChangedMeanwhileError):
        ground.kit.apps.change(app.id, renamed, seen)
    assert ground.kit.store.apps.keys(app.id).api_key == OTHER_KEYS.api_key
    assert ground.kit.store.apps.get(app.id).label == "Newsroom"
    other.close()


def test_a_token_that_came_while_its_sheet_was_open_stays(ground: Ground) -> None:
    app = ground.add_app()
    seen, other = ground.kit.apps.draft(app.id), ground.open_again()
    bearer = other.bearer.get(app.id, CancelToken())
    ground.kit.apps.change(app.id, replace(seen, label="Alerts"), seen)
    assert ground.kit.store.apps.get(app.id).label == "Alerts"
    assert ground.kit.store.apps.keys(app.id).bearer_token == bearer
    with_its_key = ground.kit.apps.draft(app.id)
    other_key = replace(with_its_key, keys=replace(with_its_key.keys, api_key=Secret("new")))
    ground.kit.apps.change(app.id, other_key, with_its_key)
    assert ground.kit.store.apps.keys(app.id).bearer_token is None
    other.close()


# -- checks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [False, True])
def test_a_check_is_made_again_with_newer_credentials(
    ground: Ground, app: App, rival: Rival, *, many: bool
) -> None:
    account = ground.sign_in(app)
    rival.when(endpoints.VERIFY_CREDENTIALS, signed_in_again(account))
    assert checked(ground, account, many=many) is HealthState.REVOKED
    assert ground.kit.store.accounts.get(account.id).health.state is HealthState.REVOKED


@pytest.mark.parametrize("many", [False, True])
def test_a_check_is_made_again_with_newer_keys(
    ground: Ground, app: App, rival: Rival, *, many: bool
) -> None:
    account = ground.sign_in(app)
    rival.when(endpoints.VERIFY_CREDENTIALS, other_keys(app))
    assert checked(ground, account, many=many) is HealthState.APP_PROBLEM
    assert ground.kit.store.accounts.get(account.id).health.state is HealthState.APP_PROBLEM


@pytest.mark.parametrize("many", [False, True])
def test_a_check_of_newer_tokens(ground: Ground, app: App, rival: Rival, *, many: bool) -> None:
    account = oauth2_ground.sign_in(ground, app)
    rival.when(endpoints.USERS_ME, newer_tokens(account))
    assert checked(ground, account, many=many) is HealthState.REVOKED


@pytest.mark.parametrize("kind", ["oauth1", "oauth2"])
@pytest.mark.parametrize("many", [False, True])
def test_a_check_of_an_account_that_goes(
    ground: Ground, app: App, rival: Rival, kind: str, *, many: bool
) -> None:
    oauth1 = kind == "oauth1"
    account = ground.sign_in(app) if oauth1 else oauth2_ground.sign_in(ground, app)
    path = endpoints.VERIFY_CREDENTIALS if oauth1 else endpoints.USERS_ME
    rival.when(path, lambda kit: removed_for_good(kit, account))
    if many:
        assert ground.kit.many_checker.check([account.id], CancelToken(), unheard).checked == ()
        return
    with pytest.raises(NotFoundError):
        ground.kit.checker.check(account.id, CancelToken())


def checked(ground: Ground, account: Account, *, many: bool) -> HealthState:
    """Check it, alone or as one of many; give what is told."""
    if not many:
        return ground.kit.checker.check(account.id, CancelToken()).account.health.state
    run = ground.kit.many_checker.check([account.id], CancelToken(), unheard)
    (one,) = run.checked
    return one.account.health.state


def unheard(_progress: object) -> None:
    """Nobody looks."""


def removed_for_good(kit: Services, account: Account) -> None:
    kit.account_removal.remove(account.id)
    kit.account_removal.purge(account.id)


def newer_tokens(account: Account) -> Act:
    def act(kit: Services) -> object:
        facts = kit.store.tokens.facts(account.id)
        assert facts is not None
        later = replace(facts, signed_in_at=LATER, expires_at=OTHER_PAIR.expires_at)
        return kit.store.tokens.save(account, OTHER_PAIR, later)

    return act


# -- ending ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("remove", [False, True])
def test_a_newer_sign_in_is_not_taken_for_revoked(
    ground: Ground, app: App, rival: Rival, *, remove: bool
) -> None:
    account = ground.sign_in(app)
    work = (
        ground.kit.account_removal.revoke_and_remove
        if remove
        else ground.kit.account_removal.revoke
    )
    rival.when(endpoints.INVALIDATE_TOKEN, signed_in_again(account))
    assert told(lambda: work(account.id, CancelToken())) is ProblemKind.CHANGED_MEANWHILE
    assert ground.kit.store.accounts.get(account.id).health.state is not HealthState.REVOKED
    assert ground.kit.store.accounts.credentials(account.id) == OTHER


def test_notes_that_were_taken_while_x_ended_it_stay(
    ground: Ground, app: App, rival: Rival
) -> None:
    account = ground.sign_in(app)
    noted = replace(account, note="mine", tags=("uk",))
    rival.when(endpoints.INVALIDATE_TOKEN, lambda kit: kit.store.accounts.update(noted))
    revoked = ground.kit.account_removal.revoke(account.id, CancelToken())
    assert (revoked.note, revoked.tags) == ("mine", ("uk",))
    assert revoked.health.state is HealthState.REVOKED


@pytest.mark.parametrize("beside", [False, True])
def test_newer_tokens_are_not_forgotten(
    ground: Ground, app: App, rival: Rival, *, beside: bool
) -> None:
    if beside:
        ground.sign_in(app)
    account = oauth2_ground.sign_in(ground, app)
    rival.when(endpoints.OAUTH2_REVOKE, newer_tokens(account))
    ended = told(lambda: ground.kit.tokens.revoke(account.id, CancelToken()))
    assert ended is ProblemKind.CHANGED_MEANWHILE
    assert ground.kit.store.tokens.get(account.id) == OTHER_PAIR
    assert ground.kit.store.accounts.get(account.id).health.state is not HealthState.REVOKED


def test_a_renewal_does_not_replace_newer_tokens(ground: Ground, app: App, rival: Rival) -> None:
    account = oauth2_ground.sign_in(ground, app)
    rival.when(endpoints.OAUTH2_TOKEN, newer_tokens(account))
    assert ground.kit.tokens.renew(account.id, CancelToken()) == OTHER_PAIR
    assert ground.kit.store.tokens.get(account.id) == OTHER_PAIR
    assert not ground.kit.tokens.holding


def test_a_renewal_of_an_account_that_goes(ground: Ground, app: App, rival: Rival) -> None:
    account = oauth2_ground.sign_in(ground, app)
    rival.when(endpoints.OAUTH2_TOKEN, lambda kit: removed_for_good(kit, account))
    assert told(lambda: ground.kit.tokens.renew(account.id, CancelToken())) is ProblemKind.NOT_FOUND
    assert not ground.kit.tokens.holding


# -- backups ---------------------------------------------------------------------------------------


def test_a_restore_does_not_replace_what_came_after_its_plan(ground: Ground) -> None:
    app = ground.add_app()
    account = ground.sign_in(app)
    backup = collect(ground.kit.store, NOON)
    _ = ground.kit.store.accounts.replace_credentials(
        account, Credentials(Secret("b"), Secret("b"))
    )
    plan, other = plan_restore(ground.kit.store, backup), ground.open_again()
    signed_in_again(account)(other)
    with pytest.raises(ChangedMeanwhileError):
        carry_out(ground.kit.store, plan, lambda _step: Take.BACKUP)
    assert ground.kit.store.accounts.credentials(account.id) == OTHER
    other.close()
