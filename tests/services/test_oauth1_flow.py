"""A sign-in ends with an account, with a held grant, or with nothing; no grant is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typing_extensions import override

from tests.support.installations import NOON, Installation
from tests.support.sandbox_app import OAuth1Keys, get_signed
from tests.support.sandbox_browser import (
    approve_for_pin,
    approve_for_response,
    approve_sign_in,
    change_pin,
    deny_sign_in,
    reveal,
)
from twauth_gui.domain.accounts import Account, AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.sign_in import PendingState, SignInMethod
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    NullProgress,
    SignInEvent,
    SignInRequest,
    SignInStep,
    StepStarted,
    WrongAccount,
)
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError

VERIFY = "/1.1/account/verify_credentials.json"


class StepRecorder(NullProgress):
    """Progress that records the steps."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[SignInStep] = []

    @override
    def report(self, event: SignInEvent) -> None:
        if isinstance(event, StepStarted):
            self.steps.append(event.step)


def begin(
    installation: Installation,
    app: App,
    expected: str = "",
    method: SignInMethod = SignInMethod.PIN,
) -> AuthorizationLink:
    return installation.services.sign_in.begin(
        SignInRequest(app.id, method, expected), NullProgress()
    )


def works(installation: Installation, account: Account) -> bool:
    """Whether the sandbox accepts the stored credentials."""
    keys = installation.services.store.apps.read_keys(account.app_id)
    credentials = installation.services.store.accounts.read_credentials(account.id)
    four = (keys.api_key, keys.api_secret, credentials.access_token, credentials.access_secret)
    return (
        get_signed(installation.sandbox, VERIFY, OAuth1Keys(*map(reveal, four))).status_code == 200
    )


def test_a_pin_ends_in_a_kept_account(installation: Installation, app: App) -> None:
    notes = StepRecorder()
    sign_in = installation.services.sign_in
    link = sign_in.begin(SignInRequest(app.id, SignInMethod.PIN, "fernwick_news"), notes)
    assert [one.id for one in installation.services.store.pending_sign_ins.list_all()] == [
        link.pending.id
    ]
    assert link.callback == "oob"
    assert "screen_name=fernwick_news" in link.url.reveal()
    assert link.url.reveal() not in repr(link)
    answer = approve_for_response(link, "fernwick_news")
    outcome = sign_in.complete(link.pending.id, answer, notes)
    assert isinstance(outcome, CompletedSignIn)
    assert not outcome.was_known
    assert (outcome.account.handle, outcome.account.signed_in_at) == ("fernwick_news", NOON)
    assert installation.services.store.pending_sign_ins.list_all() == []
    assert installation.services.store.settings.active_account() == outcome.account.id
    assert works(installation, outcome.account)
    event = installation.services.store.events.latest(outcome.account.id)[0]
    assert event.kind is AccountEventKind.SIGNED_IN
    assert "with a PIN" in event.text
    assert notes.steps == [
        SignInStep.READ_KEYS,
        SignInStep.REQUEST_TOKEN,
        SignInStep.EXCHANGE,
        SignInStep.SAVE,
        SignInStep.COMPARE,
    ]


@pytest.mark.parametrize("method", list(SignInMethod))
def test_every_method_requests_the_right_callback(
    installation: Installation, app: App, method: SignInMethod
) -> None:
    link = begin(installation, app, method=method)
    person = approve_sign_in(link.url.reveal(), "tidal_times")
    if method.uses_callback:
        assert link.callback == app.callback
        text = person.redirect_url  # the whole address, as it is pasted
        assert text.startswith(f"{app.callback}?")
    else:
        assert link.callback == "oob"
        text = person.page.pin
    outcome = installation.services.sign_in.complete(
        link.pending.id, parse_oauth1_response(text), NullProgress()
    )
    assert isinstance(outcome, CompletedSignIn)
    assert outcome.account.method is method


def test_a_wrong_pin_can_be_corrected(installation: Installation, app: App) -> None:
    link = begin(installation, app)
    pin = approve_for_pin(link, "fernwick_news")
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.complete(
            link.pending.id, parse_oauth1_response(change_pin(pin)), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_PIN
    assert (
        installation.services.store.pending_sign_ins.get(link.pending.id).state
        is PendingState.WAITING
    )
    outcome = installation.services.sign_in.complete(
        link.pending.id, parse_oauth1_response(pin), NullProgress()
    )
    assert isinstance(outcome, CompletedSignIn)


def test_a_refusal_ends_the_pending_sign_in(installation: Installation, app: App) -> None:
    link = begin(installation, app, method=SignInMethod.BROWSER)
    answer = deny_sign_in(link.url.reveal(), "fernwick_news")
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.DENIED
    assert installation.services.store.pending_sign_ins.list_all() == []
    assert not [name for name in installation.vault.items if "attempt" in name]


def test_the_response_of_another_sign_in_changes_nothing(
    installation: Installation, app: App
) -> None:
    first, second = (begin(installation, app, method=SignInMethod.BROWSER) for _ in range(2))
    foreign = approve_sign_in(second.url.reveal(), "fernwick_news").redirect_url
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.complete(
            first.pending.id, parse_oauth1_response(foreign), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_RESPONSE
    assert len(installation.services.store.pending_sign_ins.list_all()) == 2


def hold_other(installation: Installation, app: App) -> WrongAccount:
    """Expect one account, approve as another."""
    link = begin(installation, app, "fernwick_news")
    answer = approve_for_response(link, "marsh_weather")
    outcome = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, WrongAccount)
    return outcome


def test_another_account_waits_then_is_saved(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    assert (pending.state, pending.granted_handle) == (PendingState.WRONG_ACCOUNT, "marsh_weather")
    assert installation.services.store.accounts.list_all() == []
    installation.restart()
    saved = installation.services.sign_in.save_other_account(pending.id, NullProgress())
    assert saved.account.handle == "marsh_weather"
    assert installation.services.store.pending_sign_ins.list_all() == []
    assert works(installation, saved.account)


def test_a_discarded_account_is_revoked(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    grant = installation.services.store.pending_sign_ins.read_oauth1_secrets(pending.id).grant
    assert grant is not None
    keys = OAuth1Keys(
        installation.sandbox.demo_app.api_key,
        installation.sandbox.demo_app.api_secret,
        reveal(grant.access_token),
        reveal(grant.access_secret),
    )
    assert get_signed(installation.sandbox, VERIFY, keys).status_code == 200
    installation.restart()
    installation.services.sign_in.discard(pending.id, CancelToken())
    assert get_signed(installation.sandbox, VERIFY, keys).status_code == 401
    assert installation.services.store.pending_sign_ins.list_all() == []
    installation.services.sign_in.discard(pending.id, CancelToken())  # it is gone: nothing to do


def test_what_cannot_be_revoked_stays(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    installation.sandbox.stop()
    with pytest.raises(DiagnosedError):
        installation.services.sign_in.discard(pending.id, CancelToken())
    installation.sandbox.start()
    assert (
        installation.services.store.pending_sign_ins.get(pending.id).state
        is PendingState.WRONG_ACCOUNT
    )
    assert (
        installation.services.sign_in.save_other_account(pending.id, NullProgress()).account.handle
        == "marsh_weather"
    )


def test_a_grant_nobody_has_any_more_can_be_discarded(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    for name in [name for name in installation.vault.items if "attempt" in name]:
        del installation.vault.items[name]
    installation.services.sign_in.discard(pending.id, CancelToken())
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_a_grant_that_x_has_revoked_can_be_discarded(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    installation.sandbox.change_settings(seed="another")  # knows none of the tokens it gave out
    installation.services.sign_in.discard(pending.id, CancelToken())
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_the_same_user_again_keeps_id_and_note(installation: Installation, app: App) -> None:
    first = installation.sign_in(app)
    before = installation.services.store.accounts.read_credentials(first.id)
    noted_account = replace(first, note="the weather desk", tags=("north",))
    installation.services.store.accounts.update(noted_account)
    request = SignInRequest(app.id, SignInMethod.LINK, "fernwick_news")
    link = installation.services.sign_in.begin(request, NullProgress())
    answer = approve_for_response(link, "fernwick_news")
    outcome = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    assert outcome.was_known
    assert (outcome.account.id, outcome.account.note) == (first.id, "the weather desk")
    assert outcome.account.tags == ("north",)
    assert installation.services.store.accounts.read_credentials(first.id) != before
    assert len([name for name in installation.vault.items if "/account/" in name]) == 1
    event = installation.services.store.events.latest(first.id)[0]
    assert event.kind is AccountEventKind.SIGNED_IN_AGAIN
    assert "by link" in event.text


def test_a_sign_in_survives_the_process(installation: Installation, app: App) -> None:
    link = begin(installation, app, "fernwick_news")
    installation.restart()
    again = installation.services.sign_in.get_link(link.pending.id)
    assert again == link
    outcome = installation.services.sign_in.complete(
        again.pending.id, approve_for_response(again, "fernwick_news"), NullProgress()
    )
    assert isinstance(outcome, CompletedSignIn)


# -- the keychain fails ----------------------------------------------------------------------------


def test_a_locked_keychain_asks_x_for_nothing(installation: Installation, app: App) -> None:
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        begin(installation, app)
    installation.vault.fail_with = None
    link = begin(installation, app)
    answer = approve_for_response(link, "fernwick_news")
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert not installation.services.sign_in.has_unsaved_grant(link.pending.id)
    installation.vault.fail_with = None
    outcome = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)  # the verifier was not spent


@pytest.mark.parametrize("late", [False, True])
def test_a_grant_outlives_a_keychain_that_fails_at_the_save(
    installation: Installation, app: App, *, late: bool
) -> None:
    link = begin(installation, app, "fernwick_news")
    answer = approve_for_response(link, "fernwick_news")
    installation.vault.fail_with, installation.vault.fail_on = VaultFailedError(), "write"
    installation.vault.fail_late = late
    pending_id = link.pending.id
    with pytest.raises(VaultFailedError):
        installation.services.sign_in.complete(pending_id, answer, NullProgress())
    assert installation.services.sign_in.has_unsaved_grant(pending_id)
    with pytest.raises(VaultFailedError):
        installation.services.sign_in.save(pending_id, NullProgress())
    with pytest.raises(VaultFailedError):  # the same PIN once more: X is not asked again
        installation.services.sign_in.complete(pending_id, answer, NullProgress())
    installation.vault.fail_with = None
    outcome = installation.services.sign_in.save(pending_id, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    assert works(installation, outcome.account)
    assert not installation.services.sign_in.has_unsaved_grant(pending_id)
    assert [name.split("/")[1] for name in sorted(installation.vault.items)] == ["account", "app"]


def test_a_grant_stored_with_its_sign_in_survives_the_process(
    installation: Installation, app: App
) -> None:
    link = begin(installation, app)
    answer = approve_for_response(link, "fernwick_news")

    class OneWrite(NullProgress):
        """Locks the keychain between storing the grant and creating the account."""

        @override
        def report(self, event: SignInEvent) -> None:
            if isinstance(event, StepStarted) and event.step is SignInStep.COMPARE:
                installation.vault.fail_with, installation.vault.fail_on = (
                    VaultLockedError(),
                    "write",
                )

    with pytest.raises(VaultLockedError):
        installation.services.sign_in.complete(link.pending.id, answer, OneWrite())
    installation.vault.fail_with = None
    installation.restart()
    assert (
        installation.services.store.pending_sign_ins.get(link.pending.id).state
        is PendingState.GRANTED
    )
    outcome = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    assert works(installation, outcome.account)


def test_an_unsaved_grant_can_be_revoked(installation: Installation, app: App) -> None:
    link = begin(installation, app)
    answer = approve_for_response(link, "fernwick_news")
    installation.vault.fail_with, installation.vault.fail_on = VaultLockedError(), "write"
    with pytest.raises(VaultLockedError):
        installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    installation.services.sign_in.discard(link.pending.id, CancelToken())
    assert not installation.services.sign_in.has_unsaved_grant(link.pending.id)
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_cancelled_before_it_began(installation: Installation, app: App) -> None:
    progress = NullProgress()
    progress.cancel.cancel()
    with pytest.raises(CancelledError):
        installation.services.sign_in.begin(SignInRequest(app.id, SignInMethod.PIN), progress)
    assert installation.services.store.pending_sign_ins.list_all() == []
