"""Tokens are renewed once, stored before they are used, and revoked on request."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.support.installations import (
    OAUTH2_HANDLE,
    Installation,
    add_oauth2_app,
    is_token_accepted,
    sign_in_oauth2,
)
from twauth_gui.domain.access import REQUIRED_SCOPES, AccessLevel
from twauth_gui.domain.accounts import Account, AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.credential_fields import TokenField
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.oauth2 import TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.services.container import utc_now
from twauth_gui.store.errors import CredentialMissingError, NotSignedInError
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError
from twauth_gui.xapi.oauth2 import read_oauth2_client, revoke_token


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return utc_now  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(installation: Installation) -> App:
    return add_oauth2_app(installation)


def near_its_end(installation: Installation, app: App) -> Account:
    """Sign in with an access token that lasts a minute; the next one lasts two hours."""
    installation.sandbox.change_settings(access_token_lifetime=60)
    account = sign_in_oauth2(installation, app)
    installation.sandbox.change_settings(access_token_lifetime=7200)
    return account


def access_of(installation: Installation, account: Account) -> Secret:
    return installation.services.store.tokens.get(account.id).access_token


def test_they_are_renewed_near_their_end_only(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    old = installation.services.store.tokens.get(account.id)
    new = installation.services.tokens.get_fresh(account.id, CancelToken())
    assert new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token
    assert installation.services.store.tokens.get(account.id) == new
    metadata = installation.services.store.tokens.get_metadata(account.id)
    assert metadata is not None
    assert (metadata.expires_at, metadata.renewing_at) == (new.expires_at, None)
    assert installation.services.tokens.get_fresh(account.id, CancelToken()) == new
    again = installation.services.tokens.renew(account.id, CancelToken())
    assert again.access_token != new.access_token
    assert installation.services.store.events.latest(account.id)[0].kind is AccountEventKind.RENEWED
    assert len([name for name in installation.vault.items if "/tokens/" in name]) == 1


def test_a_spent_refresh_token_is_explained(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    installation.sandbox.change_settings(refresh_spent=True)
    for _ in range(2):
        with pytest.raises(DiagnosedError) as refused:
            _ = installation.services.tokens.get_fresh(account.id, CancelToken())
        assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
        assert "Another program renewed it" in refused.value.diagnosis.causes[0]
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


def test_a_renewal_that_was_interrupted_is_named(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    old = installation.services.store.tokens.get(account.id)
    installation.sandbox.enable_faults("truncated-body")
    with pytest.raises(DiagnosedError):
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    installation.sandbox.disable_faults()
    assert installation.services.store.tokens.get(account.id) == old
    installation.restart()
    with pytest.raises(DiagnosedError) as refused:
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "interrupted before X's answer could be saved" in refused.value.diagnosis.advice


def test_a_renewal_that_x_refused_or_never_saw_was_not_interrupted(
    installation: Installation, app: App
) -> None:
    account = near_its_end(installation, app)
    installation.sandbox.enable_faults("sign-in-rate-limited")
    with pytest.raises(DiagnosedError):
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    installation.sandbox.disable_faults()
    installation.sandbox.stop()
    with pytest.raises(DiagnosedError):
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    cancelled = CancelToken()
    cancelled.cancel()
    with pytest.raises(CancelledError):
        _ = installation.services.tokens.get_fresh(account.id, cancelled)
    installation.sandbox.start()
    installation.sandbox.change_settings(refresh_spent=True)
    with pytest.raises(DiagnosedError) as refused:
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "cut off" not in refused.value.diagnosis.advice


def test_an_interrupted_renewal_stays_known_while_x_is_not_reached(
    installation: Installation, app: App
) -> None:
    account = near_its_end(installation, app)
    installation.sandbox.enable_faults("truncated-body")
    with pytest.raises(DiagnosedError):
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    installation.sandbox.disable_faults()
    installation.sandbox.stop()
    with pytest.raises(DiagnosedError):
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    installation.sandbox.start()
    with pytest.raises(DiagnosedError) as refused:
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    assert "interrupted before X's answer could be saved" in refused.value.diagnosis.advice


@pytest.mark.parametrize("late", [False, True])
def test_a_new_pair_outlives_a_keychain_that_fails(
    installation: Installation, app: App, *, late: bool
) -> None:
    account = near_its_end(installation, app)
    installation.vault.fail_with, installation.vault.fail_on = VaultFailedError(), "write"
    installation.vault.fail_late = late
    token_service = installation.services.tokens
    with pytest.raises(VaultFailedError):
        _ = token_service.get_fresh(account.id, CancelToken())
    assert (
        token_service.has_unsaved_tokens(account.id),
        installation.services.has_unsaved_grants,
    ) == (
        True,
        True,
    )
    with pytest.raises(VaultFailedError):
        _ = token_service.renew(account.id, CancelToken())
    installation.vault.fail_with = None
    installation.sandbox.stop()  # the pair is here: X is not asked
    new = token_service.get_fresh(account.id, CancelToken())
    assert (
        installation.services.store.tokens.get(account.id),
        installation.services.has_unsaved_grants,
    ) == (
        new,
        False,
    )
    installation.sandbox.start()
    assert is_token_accepted(installation, new.access_token)


def test_unsaved_tokens_give_way_to_a_new_sign_in(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    installation.vault.fail_with, installation.vault.fail_on = VaultFailedError(), "write"
    with pytest.raises(VaultFailedError):
        _ = installation.services.tokens.get_fresh(account.id, CancelToken())
    installation.vault.fail_with = None
    signed_in = sign_in_oauth2(installation, app)
    tokens = installation.services.store.tokens.get(signed_in.id)
    assert installation.services.tokens.get_fresh(account.id, CancelToken()) == tokens
    assert not installation.services.has_unsaved_grants


def test_checked_with_what_it_has(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.diagnosis is None
    assert checked.account.health.state is HealthState.WORKING
    assert (checked.account.name, checked.account.access) == (
        "Fernwick Daily",
        AccessLevel.READ_WRITE,
    )
    reads = sign_in_oauth2(installation, app, (*REQUIRED_SCOPES, "offline.access"))
    health = installation.services.checker.check(reads.id, CancelToken()).account.health
    assert health.state is HealthState.READ_ONLY
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        _ = installation.services.checker.check(account.id, CancelToken())
    installation.vault.fail_with = None
    for name in [name for name in installation.vault.items if "/tokens/" in name]:
        del installation.vault.items[name]
    with pytest.raises(CredentialMissingError):
        _ = installation.services.checker.check(account.id, CancelToken())
    health = installation.services.store.accounts.get(account.id).health
    assert health.state is HealthState.CREDENTIAL_MISSING


def test_what_x_ended_early_is_renewed_before_it_counts(
    installation: Installation, app: App
) -> None:
    account = sign_in_oauth2(installation, app)
    old = access_of(installation, account)
    client = read_oauth2_client(installation.services.store.apps.read_keys(app.id))
    revoke_token(app.hosts, client, old, TokenTypeHint.ACCESS, CancelToken())
    assert installation.services.checker.check(account.id, CancelToken()).diagnosis is None
    assert access_of(installation, account) != old
    installation.sandbox.change_settings(seed="another")  # knows neither of the two
    checked = installation.services.checker.check(account.id, CancelToken())
    assert checked.account.health.state is HealthState.REVOKED


@pytest.mark.parametrize("beside", [False, True])
def test_revoking_ends_both_tokens(installation: Installation, app: App, *, beside: bool) -> None:
    if beside:
        _ = installation.sign_in(app)
    account = sign_in_oauth2(installation, app)
    tokens = installation.services.store.tokens.get(account.id)
    installation.sandbox.stop()
    with pytest.raises(DiagnosedError, match="X did not revoke the credentials of @fernwick_news"):
        _ = installation.services.tokens.revoke(account.id, CancelToken())
    installation.sandbox.start()
    assert installation.services.store.tokens.get(account.id) == tokens
    after = installation.services.tokens.revoke(account.id, CancelToken())
    assert not is_token_accepted(installation, tokens.access_token)
    if beside:
        assert installation.services.store.tokens.get_metadata(account.id) is None
        assert after.health.state is HealthState.NEVER_CHECKED
        with pytest.raises(NotSignedInError):
            _ = installation.services.store.tokens.get(account.id)
        assert installation.services.checker.check(account.id, CancelToken()).diagnosis is None
    else:
        assert after.health.state is HealthState.REVOKED
        # It is fine to do it again.
        _ = installation.services.tokens.revoke(account.id, CancelToken())


def test_revoking_an_account_ends_both_kinds(installation: Installation, app: App) -> None:
    _ = installation.sign_in(app)
    account = sign_in_oauth2(installation, app)
    access = access_of(installation, account)
    after = installation.services.account_removal.revoke(account.id, CancelToken())
    assert after.health.state is HealthState.REVOKED
    assert not is_token_accepted(installation, access)
    assert installation.services.checker.check(account.id, CancelToken()).diagnosis is not None
    alone = sign_in_oauth2(installation, app)
    assert installation.services.account_removal.revoke(alone.id, CancelToken()).id == account.id


def test_single_values_with_time_left_to_them(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    values = installation.services.token_fields
    shown = values.reveal(account.id, TokenField.ACCESS, CancelToken())
    assert is_token_accepted(installation, shown)
    tokens = installation.services.store.tokens.get(account.id)
    assert shown == tokens.access_token
    assert values.copy(account.id, TokenField.REFRESH, CancelToken()) == tokens.refresh_token
    client_id = values.copy(account.id, TokenField.CLIENT_ID, CancelToken())
    assert client_id.reveal() == installation.sandbox.demo_app.client_id
    texts = [event.text for event in installation.services.store.events.latest(account.id)][:3]
    assert texts == [
        "Copied the Client ID",
        "Copied the refresh token",
        "Showed the OAuth 2.0 access token",
    ]
    short = sign_in_oauth2(installation, app, ("tweet.write",))
    with pytest.raises(DiagnosedError, match="has no refresh token"):
        _ = values.copy(short.id, TokenField.REFRESH, CancelToken())


def test_exported_and_handed_to_a_program(installation: Installation, app: App) -> None:
    account = near_its_end(installation, app)
    exporter = installation.services.exporter
    members = json.loads(exporter.render_text([account.id], "twauth-json").reveal())
    tokens = installation.services.store.tokens.get(account.id)
    assert members["oauth2_access_token"] == tokens.access_token.reveal()
    assert "access_token" not in members
    assert is_token_accepted(installation, tokens.access_token)
    environment = exporter.export_to_environment([account.id], "oauth2-tweepy", "bot")
    assert environment.values["BEARER_TOKEN"] == tokens.access_token
    with pytest.raises(NotSignedInError, match=r"no OAuth 1\.0a credentials"):
        _ = exporter.render_text([account.id], "classic-bot")
    classic = installation.sign_in(app, "marsh_weather")
    with pytest.raises(NotSignedInError, match=r"no OAuth 2\.0 credentials"):
        _ = exporter.render_text([classic.id], "oauth2")
    both = json.loads(exporter.render_text([account.id, classic.id], "twauth-json").reveal())
    assert [one["handle"] for one in both] == [OAUTH2_HANDLE, "marsh_weather"]
    assert ["access_token" in one for one in both] == [False, True]


def test_the_bearer_token_of_the_app(installation: Installation, app: App) -> None:
    bearer = installation.services.bearer_tokens
    with pytest.raises(DiagnosedError, match="has no bearer token yet"):
        bearer.verify(app.id, CancelToken())
    token = bearer.fetch(app.id, CancelToken())
    assert (bearer.load(app.id), bearer.fetch(app.id, CancelToken())) == (token, token)
    bearer.verify(app.id, CancelToken())
    account = installation.sign_in(app)
    exporter = installation.services.exporter
    environment = exporter.export_to_environment([account.id], "classic-bot", "bot")
    assert environment.values["TWITTER_BEARER_TOKEN"] == token
    installation.sandbox.enable_faults("bearer-not-revocable")
    with pytest.raises(DiagnosedError) as refused:
        bearer.revoke(app.id, CancelToken())
    assert "Regenerate" in refused.value.diagnosis.advice
    assert bearer.load(app.id) == token
    installation.sandbox.disable_faults()
    bearer.revoke(app.id, CancelToken())
    with pytest.raises(DiagnosedError):
        _ = bearer.load(app.id)
    _ = bearer.fetch(app.id, CancelToken())
    installation.sandbox.change_settings(suspended=True)
    with pytest.raises(DiagnosedError):
        bearer.verify(app.id, CancelToken())
