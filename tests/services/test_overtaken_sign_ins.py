"""What X gives to a sign-in is kept or ended, whatever became of the sign-in meanwhile."""

from __future__ import annotations

from dataclasses import replace

from tests.services import oauth2_ground
from tests.services.approving import answer_for
from tests.services.ground import Ground
from tests.services.overtaking import (
    Rival,
    app,
    other_keys,
    rival,
    sandbox,
    told,
)
from tests.store.samples import GRANTED
from tests.support.meanwhile import Meanwhile
from twauth_gui.domain.answer import OAuth1Response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import parse_oauth2_response
from twauth_gui.domain.diagnosis import ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import Services
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import NullProgress
from twauth_gui.xapi import endpoints

__all__ = ["app", "rival", "sandbox"]


# -- sign-ins --------------------------------------------------------------------------------------


def waiting(ground: Ground, app: App) -> tuple[PendingSignInId, OAuth1Response]:
    """Begin a sign-in, and approve it; the answer is not in yet."""
    request = SignInRequest(app.id, SignInMethod.PIN, "fernwick_news")
    invitation = ground.kit.sign_in.begin(request, NullProgress())
    return invitation.attempt.id, answer_for(invitation, "fernwick_news")


def test_a_grant_is_kept_although_the_link_was_renewed(
    ground: Ground, app: App, rival: Rival
) -> None:
    attempt_id, answer = waiting(ground, app)
    rival.when(endpoints.ACCESS_TOKEN, lambda kit: kit.sign_in.renew(attempt_id, NullProgress()))
    assert isinstance(ground.kit.sign_in.complete(attempt_id, answer, NullProgress()), SignedIn)
    assert ground.kit.store.pending_sign_ins.all() == []


def test_a_new_link_does_not_take_the_place_of_a_grant(
    ground: Ground, app: App, rival: Rival
) -> None:
    attempt_id, _answer = waiting(ground, app)

    def granted(kit: Services) -> None:
        attempt, secrets = (
            kit.store.pending_sign_ins.get(attempt_id),
            kit.store.pending_sign_ins.request_secrets(attempt_id),
        )
        kept = replace(secrets, grant=GRANTED.grant)
        _ = kit.store.pending_sign_ins.update(replace(attempt, state=PendingState.GRANTED), kept)

    rival.when(endpoints.REQUEST_TOKEN, granted)
    renewed = ground.kit.sign_in.renew(attempt_id, NullProgress())
    assert renewed.attempt.state is PendingState.GRANTED
    assert ground.kit.store.pending_sign_ins.request_secrets(attempt_id).grant == GRANTED.grant


def test_what_x_gives_to_a_sign_in_that_was_given_up_is_ended(
    ground: Ground, app: App, rival: Rival, sandbox: Meanwhile
) -> None:
    attempt_id, answer = waiting(ground, app)
    rival.when(endpoints.ACCESS_TOKEN, lambda kit: kit.sign_in.discard(attempt_id, CancelToken()))
    ended = told(lambda: ground.kit.sign_in.complete(attempt_id, answer, NullProgress()))
    assert ended is ProblemKind.NOT_FOUND
    assert not ground.kit.sign_in.holding
    assert (endpoints.INVALIDATE_TOKEN, 200) in sandbox.answered


def test_a_grant_of_older_keys_becomes_no_account(ground: Ground, app: App, rival: Rival) -> None:
    keys = ground.kit.store.apps.keys(app.id)
    attempt_id, answer = waiting(ground, app)
    rival.when(endpoints.ACCESS_TOKEN, other_keys(app))
    refused = told(lambda: ground.kit.sign_in.complete(attempt_id, answer, NullProgress()))
    assert refused is ProblemKind.CHANGED_MEANWHILE
    assert ground.kit.store.accounts.all() == []
    other_keys(app, keys)(ground.kit)
    assert isinstance(ground.kit.sign_in.keep(attempt_id, NullProgress()), SignedIn)


def test_tokens_of_an_older_client_become_no_account(
    ground: Ground, app: App, rival: Rival
) -> None:
    keys = ground.kit.store.apps.keys(app.id)
    invitation = oauth2_ground.begin(ground, oauth2_ground.asking(app))
    answer = parse_oauth2_response(oauth2_ground.approve(invitation))
    other_client = replace(keys, client_id=Secret("another"), client_secret=Secret("client"))
    rival.when(endpoints.OAUTH2_TOKEN, other_keys(app, other_client))
    attempt_id = invitation.attempt.id
    refused = told(lambda: ground.kit.sign_in.complete(attempt_id, answer, NullProgress()))
    assert refused is ProblemKind.CHANGED_MEANWHILE
    assert ground.kit.store.accounts.all() == []
    other_keys(app, keys)(ground.kit)
    assert isinstance(ground.kit.sign_in.keep(attempt_id, NullProgress()), SignedIn)


def test_a_bearer_token_that_came_meanwhile_keeps_no_account_out(
    ground: Ground, app: App, rival: Rival
) -> None:
    attempt_id, answer = waiting(ground, app)
    rival.when(endpoints.ACCESS_TOKEN, lambda kit: kit.bearer.get(app.id, CancelToken()))
    assert isinstance(ground.kit.sign_in.complete(attempt_id, answer, NullProgress()), SignedIn)
