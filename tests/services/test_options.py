"""What a sign-in asks for beside the account reaches X, survives, and is asked for again."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.person import Person
from tests.services.approving import allow, answer_for, pin_for
from tests.services.ground import Ground
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingState, SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.sign_in_options import AuthorizationPage, SignInOptions, Wanted
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, NullProgress

CALM = SignInOptions(AuthorizationPage.AUTHENTICATE, Wanted.READ, force_login=False, fill_in=False)


def begin(ground: Ground, app: App, options: SignInOptions) -> AuthorizationLink:
    request = SignInRequest(app.id, SignInMethod.LINK, "fernwick_news", options)
    return ground.kit.sign_in.begin(request, NullProgress())


USUAL = ("/oauth/authorize", {"oauth_token", "force_login", "screen_name"})


@pytest.mark.parametrize(
    ("options", "expected", "level"),
    [
        (SignInOptions(), USUAL, AccessLevel.READ_WRITE_DM),
        (SignInOptions(access=Wanted.WRITE), USUAL, AccessLevel.READ_WRITE),
        (CALM, ("/oauth/authenticate", {"oauth_token"}), AccessLevel.READ),
    ],
)
def test_the_choices_reach_x(
    ground: Ground,
    options: SignInOptions,
    expected: tuple[str, set[str]],
    level: AccessLevel,
) -> None:
    app = ground.add_app()
    ground.sandbox.change(access_level="read-write-directmessages")
    invitation = begin(ground, app, options)
    page = urlsplit(invitation.url.reveal())
    assert (page.path, set(parse_qs(page.query))) == expected
    answer = answer_for(invitation, "fernwick_news")
    outcome = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert isinstance(outcome, SignedIn)
    checked = ground.kit.checker.check(outcome.account.id, CancelToken())
    assert checked.account.access is level


def test_a_new_link_keeps_id_handle_way_and_choices(ground: Ground, app: App) -> None:
    before = begin(ground, app, CALM)
    pin = pin_for(before, "fernwick_news")
    ground.restart()
    after = ground.kit.sign_in.renew(before.attempt.id, NullProgress())
    kept = ground.kit.store.pending_sign_ins.get(before.attempt.id)
    assert (kept.method, kept.expected_handle, kept.options) == (
        SignInMethod.LINK,
        "fernwick_news",
        CALM,
    )
    assert ground.kit.store.pending_sign_ins.all() == [kept]
    assert after.url != before.url
    assert urlsplit(after.url.reveal()).path == "/oauth/authenticate"
    assert len([name for name in ground.vault.items if "attempt" in name]) == 1
    with pytest.raises(DiagnosedError) as refused:  # the PIN of the old link ends nothing
        ground.kit.sign_in.complete(before.attempt.id, parse_oauth1_response(pin), NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_PIN
    person = Person()
    person.open(after.url.reveal())
    person.log_in("fernwick_news")  # this page asks nothing where the app was allowed before
    answer = parse_oauth1_response(person.page.pin)
    outcome = ground.kit.sign_in.complete(before.attempt.id, answer, NullProgress())
    assert isinstance(outcome, SignedIn)


def test_a_link_that_x_has_forgotten_says_so_and_is_renewed(ground: Ground, app: App) -> None:
    ground.sandbox.change(request_token_lifetime=0)
    old = begin(ground, app, SignInOptions())
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.complete(
            old.attempt.id, parse_oauth1_response("1234567"), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.ATTEMPT_EXPIRED
    ground.sandbox.change(request_token_lifetime=900)
    new = ground.kit.sign_in.renew(old.attempt.id, NullProgress())
    answer = answer_for(new, "fernwick_news")
    assert isinstance(ground.kit.sign_in.complete(old.attempt.id, answer, NullProgress()), SignedIn)


def test_x_that_refuses_a_new_link_leaves_the_old_one(ground: Ground, app: App) -> None:
    before = begin(ground, app, SignInOptions())
    ground.sandbox.change(limit="sign-in")
    with pytest.raises(DiagnosedError):
        ground.kit.sign_in.renew(before.attempt.id, NullProgress())
    assert ground.kit.sign_in.invitation(before.attempt.id) == before


def test_what_x_has_granted_is_never_renewed_away(ground: Ground, app: App) -> None:
    invitation = begin(ground, app, SignInOptions())
    other = answer_for(invitation, "marsh_weather")
    ground.kit.sign_in.complete(invitation.attempt.id, other, NullProgress())
    ground.kit.sign_in.renew(invitation.attempt.id, NullProgress())
    held = ground.kit.store.pending_sign_ins.get(invitation.attempt.id)
    assert held.state is PendingState.WRONG_ACCOUNT
    kept = ground.kit.sign_in.keep_other(held.id, NullProgress())
    assert kept.account.handle == "marsh_weather"


def test_any_registered_address_works_where_it_is_pasted(ground: Ground) -> None:
    """Also one that is on a server: in the private view it never leaves this computer."""
    ground.sandbox.change(callbacks=("https://bot.example/callback",))
    app = ground.add_app(callback="https://bot.example/callback")
    request = SignInRequest(app.id, SignInMethod.EMBEDDED, "fernwick_news")
    invitation = ground.kit.sign_in.begin(request, NullProgress())
    back = allow(invitation.url.reveal(), "fernwick_news").sent_to
    assert back.startswith("https://bot.example/callback?")
    outcome = ground.kit.sign_in.complete(
        invitation.attempt.id, parse_oauth1_response(back), NullProgress()
    )
    assert isinstance(outcome, SignedIn)
