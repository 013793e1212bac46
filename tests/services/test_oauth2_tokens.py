"""Tokens are renewed once, kept before they are used, and ended where somebody wants that."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.services.ground import Ground
from tests.services.oauth2_ground import HANDLE, add_app, sign_in, works
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.events import EventKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.oauth2 import TokenHint
from twauth_gui.domain.scopes import NEEDED
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import wall_clock
from twauth_gui.services.token_part import TokenField
from twauth_gui.store.errors import CredentialMissingError, NotSignedInError
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError
from twauth_gui.xapi.oauth2 import client_of, revoke


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return wall_clock  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(ground: Ground) -> App:
    return add_app(ground)


def near_its_end(ground: Ground, app: App) -> Account:
    """Sign in with an access token that lasts a minute; the next one lasts two hours."""
    ground.sandbox.change(access_token_lifetime=60)
    account = sign_in(ground, app)
    ground.sandbox.change(access_token_lifetime=7200)
    return account


def access_of(ground: Ground, account: Account) -> Secret:
    return ground.kit.store.tokens.get(account.id).access


def test_they_are_renewed_near_their_end_only(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    old = ground.kit.store.tokens.get(account.id)
    new = ground.kit.tokens.fresh(account.id, CancelToken())
    assert new.access != old.access
    assert new.refresh != old.refresh
    assert ground.kit.store.tokens.get(account.id) == new
    facts = ground.kit.store.tokens.facts(account.id)
    assert facts is not None
    assert (facts.expires_at, facts.renewing_at) == (new.expires_at, None)
    assert ground.kit.tokens.fresh(account.id, CancelToken()) == new
    again = ground.kit.tokens.renew(account.id, CancelToken())
    assert again.access != new.access
    assert ground.kit.store.events.latest(account.id)[0].kind is EventKind.RENEWED
    assert len([name for name in ground.vault.items if "/tokens/" in name]) == 1


def test_a_spent_refresh_token_is_explained(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    ground.sandbox.change(refresh_spent=True)
    for _ in range(2):
        with pytest.raises(DiagnosedError) as refused:
            _ = ground.kit.tokens.fresh(account.id, CancelToken())
        assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
        assert "Another program renewed it" in refused.value.diagnosis.causes[0]
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


def test_a_renewal_that_was_cut_off_is_named(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    old = ground.kit.store.tokens.get(account.id)
    ground.sandbox.break_with("truncated-body")
    with pytest.raises(DiagnosedError):
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    ground.sandbox.mend()
    assert ground.kit.store.tokens.get(account.id) == old
    ground.restart()
    with pytest.raises(DiagnosedError) as refused:
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "cut off before its answer could be kept" in refused.value.diagnosis.advice


def test_a_renewal_that_x_refused_or_never_saw_was_not_cut_off(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    ground.sandbox.break_with("sign-in-rate-limited")
    with pytest.raises(DiagnosedError):
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    ground.sandbox.mend()
    ground.sandbox.stop()
    with pytest.raises(DiagnosedError):
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    ended = CancelToken()
    ended.cancel()
    with pytest.raises(CancelledError):
        _ = ground.kit.tokens.fresh(account.id, ended)
    ground.sandbox.start()
    ground.sandbox.change(refresh_spent=True)
    with pytest.raises(DiagnosedError) as refused:
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "cut off" not in refused.value.diagnosis.advice


def test_a_cut_off_renewal_stays_known_while_x_is_not_reached(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    ground.sandbox.break_with("truncated-body")
    with pytest.raises(DiagnosedError):
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    ground.sandbox.mend()
    ground.sandbox.stop()
    with pytest.raises(DiagnosedError):
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    ground.sandbox.start()
    with pytest.raises(DiagnosedError) as refused:
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    assert "cut off before its answer could be kept" in refused.value.diagnosis.advice


@pytest.mark.parametrize("late", [False, True])
def test_a_new_pair_outlives_a_keychain_that_fails(ground: Ground, app: App, *, late: bool) -> None:
    account = near_its_end(ground, app)
    ground.vault.fail_with, ground.vault.fail_on = VaultFailedError(), "write"
    ground.vault.fail_late = late
    keeper = ground.kit.tokens
    with pytest.raises(VaultFailedError):
        _ = keeper.fresh(account.id, CancelToken())
    assert (keeper.holds(account.id), ground.kit.holds_grants) == (True, True)
    with pytest.raises(VaultFailedError):
        _ = keeper.renew(account.id, CancelToken())
    ground.vault.fail_with = None
    ground.sandbox.stop()  # the pair is here: X is not asked
    new = keeper.fresh(account.id, CancelToken())
    assert (ground.kit.store.tokens.get(account.id), ground.kit.holds_grants) == (new, False)
    ground.sandbox.start()
    assert works(ground, new.access)


def test_a_held_pair_gives_way_to_a_new_sign_in(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    ground.vault.fail_with, ground.vault.fail_on = VaultFailedError(), "write"
    with pytest.raises(VaultFailedError):
        _ = ground.kit.tokens.fresh(account.id, CancelToken())
    ground.vault.fail_with = None
    signed_in = sign_in(ground, app)
    tokens = ground.kit.store.tokens.get(signed_in.id)
    assert ground.kit.tokens.fresh(account.id, CancelToken()) == tokens
    assert not ground.kit.holds_grants


def test_checked_with_what_it_has(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.diagnosis is None
    assert checked.account.health.state is HealthState.WORKING
    assert (checked.account.name, checked.account.access) == (
        "Fernwick Daily",
        AccessLevel.READ_WRITE,
    )
    reads = sign_in(ground, app, (*NEEDED, "offline.access"))
    health = ground.kit.checker.check(reads.id, CancelToken()).account.health
    assert health.state is HealthState.READ_ONLY
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        _ = ground.kit.checker.check(account.id, CancelToken())
    ground.vault.fail_with = None
    for name in [name for name in ground.vault.items if "/tokens/" in name]:
        del ground.vault.items[name]
    with pytest.raises(CredentialMissingError):
        _ = ground.kit.checker.check(account.id, CancelToken())
    health = ground.kit.store.accounts.get(account.id).health
    assert health.state is HealthState.CREDENTIAL_MISSING


def test_what_x_ended_early_is_renewed_before_it_counts(ground: Ground, app: App) -> None:
    account = sign_in(ground, app)
    old = access_of(ground, account)
    client = client_of(ground.kit.store.apps.keys(app.id))
    revoke(app.hosts, client, old, TokenHint.ACCESS, CancelToken())
    assert ground.kit.checker.check(account.id, CancelToken()).diagnosis is None
    assert access_of(ground, account) != old
    ground.sandbox.change(seed="another")  # knows neither of the two
    checked = ground.kit.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


@pytest.mark.parametrize("beside", [False, True])
def test_revoking_ends_both_tokens(ground: Ground, app: App, *, beside: bool) -> None:
    if beside:
        _ = ground.sign_in(app)
    account = sign_in(ground, app)
    tokens = ground.kit.store.tokens.get(account.id)
    ground.sandbox.stop()
    with pytest.raises(DiagnosedError, match="X did not end the credentials of @fernwick_news"):
        _ = ground.kit.tokens.revoke(account.id, CancelToken())
    ground.sandbox.start()
    assert ground.kit.store.tokens.get(account.id) == tokens
    after = ground.kit.tokens.revoke(account.id, CancelToken())
    assert not works(ground, tokens.access)
    if beside:
        assert ground.kit.store.tokens.facts(account.id) is None
        assert after.health.state is HealthState.NEVER_CHECKED
        with pytest.raises(NotSignedInError):
            _ = ground.kit.store.tokens.get(account.id)
        assert ground.kit.checker.check(account.id, CancelToken()).diagnosis is None
    else:
        assert after.health.state is HealthState.REVOKED
        _ = ground.kit.tokens.revoke(account.id, CancelToken())  # it is fine to do it again


def test_revoking_an_account_ends_both_kinds(ground: Ground, app: App) -> None:
    _ = ground.sign_in(app)
    account = sign_in(ground, app)
    access = access_of(ground, account)
    after = ground.kit.account_removal.revoke(account.id, CancelToken())
    assert after.health.state is HealthState.REVOKED
    assert not works(ground, access)
    assert ground.kit.checker.check(account.id, CancelToken()).diagnosis is not None
    alone = sign_in(ground, app)
    assert ground.kit.account_removal.revoke(alone.id, CancelToken()).id == account.id


def test_single_values_with_time_left_to_them(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    values = ground.kit.token_values
    shown = values.reveal(account.id, TokenField.ACCESS, CancelToken())
    assert works(ground, shown)
    tokens = ground.kit.store.tokens.get(account.id)
    assert shown == tokens.access
    assert values.copy(account.id, TokenField.REFRESH, CancelToken()) == tokens.refresh
    client_id = values.copy(account.id, TokenField.CLIENT_ID, CancelToken())
    assert client_id.reveal() == ground.sandbox.demo_app.client_id
    texts = [event.text for event in ground.kit.store.events.latest(account.id)][:3]
    assert texts == [
        "Copied the Client ID",
        "Copied the refresh token",
        "Showed the OAuth 2.0 access token",
    ]
    short = sign_in(ground, app, ("tweet.write",))
    with pytest.raises(DiagnosedError, match="has no refresh token"):
        _ = values.copy(short.id, TokenField.REFRESH, CancelToken())


def test_exported_and_handed_to_a_program(ground: Ground, app: App) -> None:
    account = near_its_end(ground, app)
    hand_over = ground.kit.exporter
    members = json.loads(hand_over.text([account.id], "twauth-json").reveal())
    tokens = ground.kit.store.tokens.get(account.id)
    assert members["oauth2_access_token"] == tokens.access.reveal()
    assert "access_token" not in members
    assert works(ground, tokens.access)
    environment = hand_over.environment(account.id, "oauth2-tweepy", "bot")
    assert environment["BEARER_TOKEN"] == tokens.access
    with pytest.raises(NotSignedInError, match=r"no credentials of OAuth 1\.0a"):
        _ = hand_over.text([account.id], "classic-bot")
    classic = ground.sign_in(app, "marsh_weather")
    with pytest.raises(NotSignedInError, match=r"no credentials of OAuth 2\.0"):
        _ = hand_over.text([classic.id], "oauth2")
    both = json.loads(hand_over.text([account.id, classic.id], "twauth-json").reveal())
    assert [one["handle"] for one in both] == [HANDLE, "marsh_weather"]
    assert ["access_token" in one for one in both] == [False, True]


def test_the_bearer_token_of_the_app(ground: Ground, app: App) -> None:
    bearer = ground.kit.bearer
    with pytest.raises(DiagnosedError, match="has no bearer token here yet"):
        bearer.check(app.id, CancelToken())
    token = bearer.get(app.id, CancelToken())
    assert (bearer.kept(app.id), bearer.get(app.id, CancelToken())) == (token, token)
    bearer.check(app.id, CancelToken())
    account = ground.sign_in(app)
    handed = ground.kit.exporter.environment(account.id, "classic-bot", "bot")
    assert handed["TWITTER_BEARER_TOKEN"] == token
    ground.sandbox.break_with("bearer-not-revocable")
    with pytest.raises(DiagnosedError) as refused:
        bearer.end(app.id, CancelToken())
    assert "Regenerate" in refused.value.diagnosis.advice
    assert bearer.kept(app.id) == token
    ground.sandbox.mend()
    bearer.end(app.id, CancelToken())
    with pytest.raises(DiagnosedError):
        _ = bearer.kept(app.id)
    _ = bearer.get(app.id, CancelToken())
    ground.sandbox.change(suspended=True)
    with pytest.raises(DiagnosedError):
        bearer.check(app.id, CancelToken())
