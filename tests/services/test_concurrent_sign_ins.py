"""A grant is saved or revoked, whatever happened to its sign-in meanwhile."""

from __future__ import annotations

from dataclasses import replace

from tests.services.concurrent_changes import (
    OtherProcess,
    app,
    diagnose_kind,
    other_process,
    replace_keys,
    sandbox,
)
from tests.support import installations
from tests.support.installations import Installation
from tests.support.sample_records import GRANTED_SECRETS
from tests.support.sandbox_browser import approve_for_response
from tests.support.sandbox_hooks import HookedSandbox
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.callback_response import (
    OAuth1Response,
    OAuth2Response,
    parse_oauth2_response,
)
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignInId, PendingState, SignInMethod
from twauth_gui.services.container import Services
from twauth_gui.services.sign_in_requests import CompletedSignIn, NullProgress, SignInRequest
from twauth_gui.xapi import endpoints

__all__ = ["app", "other_process", "sandbox"]


# -- sign-ins --------------------------------------------------------------------------------------


def begin_and_approve(
    installation: Installation, app: App
) -> tuple[PendingSignInId, OAuth1Response]:
    """Begin a sign-in and approve it, without completing it."""
    request = SignInRequest(app.id, SignInMethod.PIN, "fernwick_news")
    link = installation.services.sign_in.begin(request, NullProgress())
    return link.pending.id, approve_for_response(link, "fernwick_news")


def test_a_grant_is_kept_although_the_link_was_renewed(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    pending_id, answer = begin_and_approve(installation, app)
    other_process.on_request(
        endpoints.ACCESS_TOKEN, lambda services: services.sign_in.renew(pending_id, NullProgress())
    )
    assert isinstance(
        installation.services.sign_in.complete(pending_id, answer, NullProgress()), CompletedSignIn
    )
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_a_new_link_does_not_take_the_place_of_a_grant(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    pending_id, _answer = begin_and_approve(installation, app)

    def save_grant(services: Services) -> None:
        pending, secrets = (
            services.store.pending_sign_ins.get(pending_id),
            services.store.pending_sign_ins.read_oauth1_secrets(pending_id),
        )
        granted_secrets = replace(secrets, grant=GRANTED_SECRETS.grant)
        _ = services.store.pending_sign_ins.update(
            replace(pending, state=PendingState.GRANTED), granted_secrets
        )

    other_process.on_request(endpoints.REQUEST_TOKEN, save_grant)
    renewed = installation.services.sign_in.renew(pending_id, NullProgress())
    assert renewed.pending.state is PendingState.GRANTED
    assert (
        installation.services.store.pending_sign_ins.read_oauth1_secrets(pending_id).grant
        == GRANTED_SECRETS.grant
    )


def test_what_x_gives_to_a_sign_in_that_was_given_up_is_ended(
    installation: Installation, app: App, other_process: OtherProcess, sandbox: HookedSandbox
) -> None:
    pending_id, answer = begin_and_approve(installation, app)
    other_process.on_request(
        endpoints.ACCESS_TOKEN, lambda services: services.sign_in.discard(pending_id, CancelToken())
    )
    kind = diagnose_kind(
        lambda: installation.services.sign_in.complete(pending_id, answer, NullProgress())
    )
    assert kind is ProblemKind.NOT_FOUND
    assert not installation.services.sign_in.has_unsaved_grants
    assert (endpoints.INVALIDATE_TOKEN, 200) in sandbox.answered


def assert_refused_until_keys_return(
    installation: Installation,
    app: App,
    pending_id: PendingSignInId,
    answer: OAuth1Response | OAuth2Response,
    *,
    keys: AppKeys,
) -> None:
    """Complete a sign-in whose app gets other keys meanwhile, then give the keys back."""
    refused = diagnose_kind(
        lambda: installation.services.sign_in.complete(pending_id, answer, NullProgress())
    )
    assert refused is ProblemKind.CHANGED_MEANWHILE
    assert installation.services.store.accounts.list_all() == []
    replace_keys(app, keys)(installation.services)
    assert isinstance(
        installation.services.sign_in.save(pending_id, NullProgress()), CompletedSignIn
    )


def test_a_grant_of_older_keys_becomes_no_account(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    keys = installation.services.store.apps.read_keys(app.id)
    pending_id, answer = begin_and_approve(installation, app)
    other_process.on_request(endpoints.ACCESS_TOKEN, replace_keys(app))
    assert_refused_until_keys_return(installation, app, pending_id, answer, keys=keys)


def test_tokens_of_an_older_client_become_no_account(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    keys = installation.services.store.apps.read_keys(app.id)
    link = installations.begin_oauth2(installation, installations.make_oauth2_request(app))
    answer = parse_oauth2_response(installations.approve_oauth2(link))
    other_client = replace(keys, client_id=Secret("another"), client_secret=Secret("client"))
    other_process.on_request(endpoints.OAUTH2_TOKEN, replace_keys(app, other_client))
    assert_refused_until_keys_return(installation, app, link.pending.id, answer, keys=keys)


def test_a_bearer_token_that_came_meanwhile_keeps_no_account_out(
    installation: Installation, app: App, other_process: OtherProcess
) -> None:
    pending_id, answer = begin_and_approve(installation, app)
    other_process.on_request(
        endpoints.ACCESS_TOKEN, lambda services: services.bearer_tokens.fetch(app.id, CancelToken())
    )
    assert isinstance(
        installation.services.sign_in.complete(pending_id, answer, NullProgress()), CompletedSignIn
    )
