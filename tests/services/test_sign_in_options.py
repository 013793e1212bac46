"""Options of a sign-in reach X, survive a restart, and are used again for a new link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.installations import Installation
from tests.support.sandbox_browser import (
    SandboxBrowser,
    approve_for_pin,
    approve_for_response,
    approve_sign_in,
)
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.apps import App
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.sign_in import (
    AuthorizationPage,
    PendingState,
    RequestedAccess,
    SignInMethod,
    SignInOptions,
)
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    NullProgress,
    SignInRequest,
)

CALM = SignInOptions(
    AuthorizationPage.AUTHENTICATE, RequestedAccess.READ, force_login=False, prefill_handle=False
)


def begin(installation: Installation, app: App, options: SignInOptions) -> AuthorizationLink:
    request = SignInRequest(app.id, SignInMethod.LINK, "fernwick_news", options)
    return installation.services.sign_in.begin(request, NullProgress())


USUAL = ("/oauth/authorize", {"oauth_token", "force_login", "screen_name"})


@pytest.mark.parametrize(
    ("options", "expected", "level"),
    [
        (SignInOptions(), USUAL, AccessLevel.READ_WRITE_DM),
        (SignInOptions(access=RequestedAccess.WRITE), USUAL, AccessLevel.READ_WRITE),
        (CALM, ("/oauth/authenticate", {"oauth_token"}), AccessLevel.READ),
    ],
)
def test_the_choices_reach_x(
    installation: Installation,
    options: SignInOptions,
    expected: tuple[str, set[str]],
    level: AccessLevel,
) -> None:
    app = installation.add_app()
    installation.sandbox.change_settings(access_level="read-write-directmessages")
    link = begin(installation, app, options)
    page = urlsplit(link.url.reveal())
    assert (page.path, set(parse_qs(page.query))) == expected
    answer = approve_for_response(link, "fernwick_news")
    outcome = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    checked = installation.services.checker.check(outcome.account.id, CancelToken())
    assert checked.account.access is level


def test_a_new_link_keeps_id_handle_way_and_choices(installation: Installation, app: App) -> None:
    before = begin(installation, app, CALM)
    pin = approve_for_pin(before, "fernwick_news")
    installation.restart()
    after = installation.services.sign_in.renew(before.pending.id, NullProgress())
    stored = installation.services.store.pending_sign_ins.get(before.pending.id)
    assert (stored.method, stored.expected_handle, stored.options) == (
        SignInMethod.LINK,
        "fernwick_news",
        CALM,
    )
    assert installation.services.store.pending_sign_ins.list_all() == [stored]
    assert after.url != before.url
    assert urlsplit(after.url.reveal()).path == "/oauth/authenticate"
    assert len([name for name in installation.vault.items if "attempt" in name]) == 1
    with pytest.raises(DiagnosedError) as refused:  # the PIN of the old link ends nothing
        installation.services.sign_in.complete(
            before.pending.id, parse_oauth1_response(pin), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_PIN
    person = SandboxBrowser()
    person.open(after.url.reveal())
    person.log_in("fernwick_news")  # this page asks nothing where the app was allowed before
    answer = parse_oauth1_response(person.page.pin)
    outcome = installation.services.sign_in.complete(before.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)


def test_a_link_that_x_has_forgotten_says_so_and_is_renewed(
    installation: Installation, app: App
) -> None:
    installation.sandbox.change_settings(request_token_lifetime=0)
    old = begin(installation, app, SignInOptions())
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.complete(
            old.pending.id, parse_oauth1_response("1234567"), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.SIGN_IN_EXPIRED
    installation.sandbox.change_settings(request_token_lifetime=900)
    new = installation.services.sign_in.renew(old.pending.id, NullProgress())
    answer = approve_for_response(new, "fernwick_news")
    assert isinstance(
        installation.services.sign_in.complete(old.pending.id, answer, NullProgress()),
        CompletedSignIn,
    )


def test_x_that_refuses_a_new_link_leaves_the_old_one(installation: Installation, app: App) -> None:
    before = begin(installation, app, SignInOptions())
    installation.sandbox.change_settings(limit="sign-in")
    with pytest.raises(DiagnosedError):
        installation.services.sign_in.renew(before.pending.id, NullProgress())
    assert installation.services.sign_in.get_link(before.pending.id) == before


def test_what_x_has_granted_is_never_renewed_away(installation: Installation, app: App) -> None:
    link = begin(installation, app, SignInOptions())
    other = approve_for_response(link, "marsh_weather")
    installation.services.sign_in.complete(link.pending.id, other, NullProgress())
    installation.services.sign_in.renew(link.pending.id, NullProgress())
    pending = installation.services.store.pending_sign_ins.get(link.pending.id)
    assert pending.state is PendingState.WRONG_ACCOUNT
    stored = installation.services.sign_in.save_other_account(pending.id, NullProgress())
    assert stored.account.handle == "marsh_weather"


def test_any_registered_address_works_where_it_is_pasted(installation: Installation) -> None:
    """Also one on a server: in the private view the response never leaves this computer."""
    installation.sandbox.change_settings(callbacks=("https://bot.example/callback",))
    app = installation.add_app(callback="https://bot.example/callback")
    request = SignInRequest(app.id, SignInMethod.EMBEDDED, "fernwick_news")
    link = installation.services.sign_in.begin(request, NullProgress())
    back = approve_sign_in(link.url.reveal(), "fernwick_news").redirect_url
    assert back.startswith("https://bot.example/callback?")
    outcome = installation.services.sign_in.complete(
        link.pending.id, parse_oauth1_response(back), NullProgress()
    )
    assert isinstance(outcome, CompletedSignIn)
