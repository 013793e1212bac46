"""The browser comes back by itself to the listener, at once or after a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from tests.services.approving import allow, return_to
from tests.services.ground import Ground, free_port
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.services.requests import Outcome, SignedIn, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, SignInEvent
from twauth_gui.xapi.loopback import CallbackListener


class Desk:
    """A watch that hands out the invitation."""

    def __init__(self) -> None:
        self.cancel = CancelToken()
        self.invited: Future[AuthorizationLink] = Future()

    def report(self, news: SignInEvent) -> None:
        if isinstance(news, AuthorizationLink):
            self.invited.set_result(news)


def side_by_side(job: Callable[[], Outcome]) -> Future[Outcome]:
    """Run the waiting side on a thread of its own."""
    result: Future[Outcome] = Future()

    def run() -> None:
        try:
            result.set_result(job())
        except (DiagnosedError, CancelledError) as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


@pytest.fixture
def app(ground: Ground) -> App:
    callback = f"http://127.0.0.1:{free_port()}/callback"
    ground.sandbox.change(callbacks=(callback,))
    return ground.add_app(callback=callback)


def request(app: App) -> SignInRequest:
    return SignInRequest(app.id, SignInMethod.BROWSER, "fernwick_news")


def test_the_browser_returns(ground: Ground, app: App) -> None:
    desk = Desk()
    result = side_by_side(lambda: ground.kit.sign_in.in_browser(request(app), desk))
    url = desk.invited.result(10).url.reveal()
    assert return_to(allow(url, "fernwick_news").sent_to) == 200
    outcome = result.result(10)
    assert isinstance(outcome, SignedIn)
    assert outcome.account.method is SignInMethod.BROWSER


def test_the_browser_returns_after_a_restart(ground: Ground, app: App) -> None:
    desk = Desk()
    result = side_by_side(lambda: ground.kit.sign_in.in_browser(request(app), desk))
    invitation = desk.invited.result(10)
    desk.cancel.cancel()
    assert isinstance(result.exception(10), CancelledError)
    ground.restart()
    # The app has another address meanwhile; X still returns to the one it was given.
    ground.kit.apps.change(app.id, ground.draft(callback="http://127.0.0.1:8742/callback"))
    desk = Desk()
    authorizer, attempt_id = ground.kit.sign_in, invitation.attempt.id
    result = side_by_side(lambda: authorizer.resume_in_browser(attempt_id, desk))
    assert desk.invited.result(10).url == invitation.url
    assert return_to(allow(invitation.url.reveal(), "fernwick_news").sent_to) == 200
    assert isinstance(result.result(10), SignedIn)


def test_a_taken_port_costs_no_request_token(ground: Ground, app: App) -> None:
    with CallbackListener(app.callback), pytest.raises(DiagnosedError) as taken:
        ground.kit.sign_in.in_browser(request(app), Desk())
    assert taken.value.diagnosis.kind is ProblemKind.PORT_TAKEN
    assert ground.kit.store.pending_sign_ins.all() == []


def test_a_callback_x_does_not_know(ground: Ground, app: App) -> None:
    ground.sandbox.change(callbacks=("https://bots.example/callback",))
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.in_browser(request(app), Desk())
    assert refused.value.diagnosis.kind is ProblemKind.CALLBACK_NOT_APPROVED
    assert ground.kit.store.pending_sign_ins.all() == []
