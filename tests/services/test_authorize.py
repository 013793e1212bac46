"""A sign-in ends in a kept account, in a held one, or in nothing; and what X gave is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typing_extensions import override

from tests.sandbox.bot import Keys, get
from tests.services.approving import allow, answer_for, other_than, pin_for, refuse, shown
from tests.services.ground import NOON, Ground
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingState, SignInMethod
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.events import EventKind
from twauth_gui.services.requests import SignedIn, SignInRequest, WrongAccount
from twauth_gui.services.watch import (
    AuthorizationLink,
    NullProgress,
    SignInEvent,
    SignInStep,
    StepStarted,
)
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError

VERIFY = "/1.1/account/verify_credentials.json"


class Notes(NullProgress):
    """A watch that remembers the steps."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[SignInStep] = []

    @override
    def report(self, news: SignInEvent) -> None:
        if isinstance(news, StepStarted):
            self.steps.append(news.step)


def begin(
    ground: Ground, app: App, expected: str = "", method: SignInMethod = SignInMethod.PIN
) -> AuthorizationLink:
    return ground.kit.sign_in.begin(SignInRequest(app.id, method, expected), NullProgress())


def works(ground: Ground, account: Account) -> bool:
    """Whether the sandbox accepts what is kept."""
    keys = ground.kit.store.apps.keys(account.app_id)
    credentials = ground.kit.store.accounts.credentials(account.id)
    four = (keys.api_key, keys.api_secret, credentials.access_token, credentials.access_secret)
    return get(ground.sandbox, VERIFY, Keys(*map(shown, four))).status_code == 200


def test_a_pin_ends_in_a_kept_account(ground: Ground, app: App) -> None:
    notes = Notes()
    authorizer = ground.kit.sign_in
    invitation = authorizer.begin(SignInRequest(app.id, SignInMethod.PIN, "fernwick_news"), notes)
    assert [one.id for one in ground.kit.store.pending_sign_ins.all()] == [invitation.attempt.id]
    assert invitation.callback == "oob"
    assert "screen_name=fernwick_news" in invitation.url.reveal()
    assert invitation.url.reveal() not in repr(invitation)
    answer = answer_for(invitation, "fernwick_news")
    outcome = authorizer.complete(invitation.attempt.id, answer, notes)
    assert isinstance(outcome, SignedIn)
    assert not outcome.again
    assert (outcome.account.handle, outcome.account.signed_in_at) == ("fernwick_news", NOON)
    assert ground.kit.store.pending_sign_ins.all() == []
    assert ground.kit.store.settings.active_account() == outcome.account.id
    assert works(ground, outcome.account)
    event = ground.kit.store.events.latest(outcome.account.id)[0]
    assert event.kind is EventKind.SIGNED_IN
    assert "with a PIN" in event.text
    assert notes.steps == [
        SignInStep.READ_KEYS,
        SignInStep.REQUEST_TOKEN,
        SignInStep.EXCHANGE,
        SignInStep.SAVE,
        SignInStep.COMPARE,
    ]


@pytest.mark.parametrize("method", list(SignInMethod))
def test_every_way_asks_for_the_right_return(
    ground: Ground, app: App, method: SignInMethod
) -> None:
    invitation = begin(ground, app, method=method)
    person = allow(invitation.url.reveal(), "tidal_times")
    if method.returns_by_callback:
        assert invitation.callback == app.callback
        text = person.sent_to  # the whole address, as somebody pastes it
        assert text.startswith(f"{app.callback}?")
    else:
        assert invitation.callback == "oob"
        text = person.page.pin
    outcome = ground.kit.sign_in.complete(
        invitation.attempt.id, parse_oauth1_response(text), NullProgress()
    )
    assert isinstance(outcome, SignedIn)
    assert outcome.account.method is method


def test_a_wrong_pin_can_be_corrected(ground: Ground, app: App) -> None:
    invitation = begin(ground, app)
    pin = pin_for(invitation, "fernwick_news")
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.complete(
            invitation.attempt.id, parse_oauth1_response(other_than(pin)), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_PIN
    assert (
        ground.kit.store.pending_sign_ins.get(invitation.attempt.id).state is PendingState.WAITING
    )
    outcome = ground.kit.sign_in.complete(
        invitation.attempt.id, parse_oauth1_response(pin), NullProgress()
    )
    assert isinstance(outcome, SignedIn)


def test_a_refusal_ends_the_attempt(ground: Ground, app: App) -> None:
    invitation = begin(ground, app, method=SignInMethod.BROWSER)
    answer = refuse(invitation.url.reveal(), "fernwick_news")
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.DENIED
    assert ground.kit.store.pending_sign_ins.all() == []
    assert not [name for name in ground.vault.items if "attempt" in name]


def test_the_answer_of_another_sign_in_changes_nothing(ground: Ground, app: App) -> None:
    first, second = (begin(ground, app, method=SignInMethod.BROWSER) for _ in range(2))
    foreign = allow(second.url.reveal(), "fernwick_news").sent_to
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.complete(
            first.attempt.id, parse_oauth1_response(foreign), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_ANSWER
    assert len(ground.kit.store.pending_sign_ins.all()) == 2


def hold_other(ground: Ground, app: App) -> WrongAccount:
    """Expect one account, approve as another."""
    invitation = begin(ground, app, "fernwick_news")
    answer = answer_for(invitation, "marsh_weather")
    outcome = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert isinstance(outcome, WrongAccount)
    return outcome


def test_another_account_is_held_then_kept(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    assert (held.state, held.granted_handle) == (PendingState.WRONG_ACCOUNT, "marsh_weather")
    assert ground.kit.store.accounts.all() == []
    ground.restart()
    kept = ground.kit.sign_in.keep_other(held.id, NullProgress())
    assert kept.account.handle == "marsh_weather"
    assert ground.kit.store.pending_sign_ins.all() == []
    assert works(ground, kept.account)


def test_a_discarded_account_is_revoked(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    grant = ground.kit.store.pending_sign_ins.request_secrets(held.id).grant
    assert grant is not None
    keys = Keys(
        ground.sandbox.demo_app.api_key,
        ground.sandbox.demo_app.api_secret,
        shown(grant.access_token),
        shown(grant.access_secret),
    )
    assert get(ground.sandbox, VERIFY, keys).status_code == 200
    ground.restart()
    ground.kit.sign_in.discard(held.id, CancelToken())
    assert get(ground.sandbox, VERIFY, keys).status_code == 401
    assert ground.kit.store.pending_sign_ins.all() == []
    ground.kit.sign_in.discard(held.id, CancelToken())  # it is gone: nothing to do


def test_what_cannot_be_revoked_stays(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    ground.sandbox.stop()
    with pytest.raises(DiagnosedError):
        ground.kit.sign_in.discard(held.id, CancelToken())
    ground.sandbox.start()
    assert ground.kit.store.pending_sign_ins.get(held.id).state is PendingState.WRONG_ACCOUNT
    assert ground.kit.sign_in.keep_other(held.id, NullProgress()).account.handle == "marsh_weather"


def test_a_grant_nobody_has_any_more_can_be_discarded(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    for name in [name for name in ground.vault.items if "attempt" in name]:
        del ground.vault.items[name]
    ground.kit.sign_in.discard(held.id, CancelToken())
    assert ground.kit.store.pending_sign_ins.all() == []


def test_a_grant_that_x_has_revoked_can_be_discarded(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    ground.sandbox.change(seed="another")  # knows none of the tokens it gave out
    ground.kit.sign_in.discard(held.id, CancelToken())
    assert ground.kit.store.pending_sign_ins.all() == []


def test_the_same_user_again_keeps_id_and_note(ground: Ground, app: App) -> None:
    first = ground.sign_in(app)
    before = ground.kit.store.accounts.credentials(first.id)
    noted = replace(first, note="the weather desk", tags=("north",))
    ground.kit.store.accounts.update(noted)
    request = SignInRequest(app.id, SignInMethod.LINK, "fernwick_news")
    invitation = ground.kit.sign_in.begin(request, NullProgress())
    answer = answer_for(invitation, "fernwick_news")
    outcome = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert isinstance(outcome, SignedIn)
    assert outcome.again
    assert (outcome.account.id, outcome.account.note) == (first.id, "the weather desk")
    assert outcome.account.tags == ("north",)
    assert ground.kit.store.accounts.credentials(first.id) != before
    assert len([name for name in ground.vault.items if "/account/" in name]) == 1
    event = ground.kit.store.events.latest(first.id)[0]
    assert event.kind is EventKind.SIGNED_IN_AGAIN
    assert "by link" in event.text


def test_a_sign_in_survives_the_process(ground: Ground, app: App) -> None:
    invitation = begin(ground, app, "fernwick_news")
    ground.restart()
    again = ground.kit.sign_in.invitation(invitation.attempt.id)
    assert again == invitation
    outcome = ground.kit.sign_in.complete(
        again.attempt.id, answer_for(again, "fernwick_news"), NullProgress()
    )
    assert isinstance(outcome, SignedIn)


# -- the keychain fails ----------------------------------------------------------------------------


def test_a_locked_keychain_asks_x_for_nothing(ground: Ground, app: App) -> None:
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        begin(ground, app)
    ground.vault.fail_with = None
    invitation = begin(ground, app)
    answer = answer_for(invitation, "fernwick_news")
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert not ground.kit.sign_in.holds(invitation.attempt.id)
    ground.vault.fail_with = None
    outcome = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert isinstance(outcome, SignedIn)  # the verifier was not spent


@pytest.mark.parametrize("late", [False, True])
def test_a_grant_outlives_a_keychain_that_fails_at_the_save(
    ground: Ground, app: App, *, late: bool
) -> None:
    invitation = begin(ground, app, "fernwick_news")
    answer = answer_for(invitation, "fernwick_news")
    ground.vault.fail_with, ground.vault.fail_on = VaultFailedError(), "write"
    ground.vault.fail_late = late
    attempt_id = invitation.attempt.id
    with pytest.raises(VaultFailedError):
        ground.kit.sign_in.complete(attempt_id, answer, NullProgress())
    assert ground.kit.sign_in.holds(attempt_id)
    with pytest.raises(VaultFailedError):
        ground.kit.sign_in.keep(attempt_id, NullProgress())
    with pytest.raises(VaultFailedError):  # the same PIN once more: X is not asked again
        ground.kit.sign_in.complete(attempt_id, answer, NullProgress())
    ground.vault.fail_with = None
    outcome = ground.kit.sign_in.keep(attempt_id, NullProgress())
    assert isinstance(outcome, SignedIn)
    assert works(ground, outcome.account)
    assert not ground.kit.sign_in.holds(attempt_id)
    assert [name.split("/")[1] for name in sorted(ground.vault.items)] == ["account", "app"]


def test_a_grant_stored_with_its_attempt_survives_the_process(ground: Ground, app: App) -> None:
    invitation = begin(ground, app)
    answer = answer_for(invitation, "fernwick_news")

    class OneWrite(NullProgress):
        """Locks the keychain between storing the grant and making the account of it."""

        @override
        def report(self, news: SignInEvent) -> None:
            if isinstance(news, StepStarted) and news.step is SignInStep.COMPARE:
                ground.vault.fail_with, ground.vault.fail_on = VaultLockedError(), "write"

    with pytest.raises(VaultLockedError):
        ground.kit.sign_in.complete(invitation.attempt.id, answer, OneWrite())
    ground.vault.fail_with = None
    ground.restart()
    assert (
        ground.kit.store.pending_sign_ins.get(invitation.attempt.id).state is PendingState.GRANTED
    )
    outcome = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert isinstance(outcome, SignedIn)
    assert works(ground, outcome.account)


def test_a_held_grant_can_be_given_back(ground: Ground, app: App) -> None:
    invitation = begin(ground, app)
    answer = answer_for(invitation, "fernwick_news")
    ground.vault.fail_with, ground.vault.fail_on = VaultLockedError(), "write"
    with pytest.raises(VaultLockedError):
        ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    ground.kit.sign_in.discard(invitation.attempt.id, CancelToken())
    assert not ground.kit.sign_in.holds(invitation.attempt.id)
    assert ground.kit.store.pending_sign_ins.all() == []


def test_cancelled_before_it_began(ground: Ground, app: App) -> None:
    watch = NullProgress()
    watch.cancel.cancel()
    with pytest.raises(CancelledError):
        ground.kit.sign_in.begin(SignInRequest(app.id, SignInMethod.PIN), watch)
    assert ground.kit.store.pending_sign_ins.all() == []
