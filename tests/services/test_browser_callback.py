"""The browser comes back by itself to the listener, at once or after a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from tests.support.installations import Installation, find_free_port
from tests.support.sandbox_browser import approve_sign_in, follow_redirect
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInEvent,
    SignInRequest,
    SignInResult,
)
from twauth_gui.xapi.callback_listener import CallbackListener


class LinkProgress:
    """Progress that passes on the link."""

    def __init__(self) -> None:
        self.cancel = CancelToken()
        self.invited: Future[AuthorizationLink] = Future()

    def report(self, event: SignInEvent) -> None:
        if isinstance(event, AuthorizationLink):
            self.invited.set_result(event)


def side_by_side(job: Callable[[], SignInResult]) -> Future[SignInResult]:
    """Run the job that waits on a thread of its own."""
    result: Future[SignInResult] = Future()

    def run() -> None:
        try:
            result.set_result(job())
        except (DiagnosedError, CancelledError) as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


@pytest.fixture
def app(installation: Installation) -> App:
    callback = f"http://127.0.0.1:{find_free_port()}/callback"
    installation.sandbox.change_settings(callbacks=(callback,))
    return installation.add_app(callback=callback)


def request(app: App) -> SignInRequest:
    return SignInRequest(app.id, SignInMethod.BROWSER, "fernwick_news")


def test_the_browser_returns(installation: Installation, app: App) -> None:
    driver = LinkProgress()
    result = side_by_side(
        lambda: installation.services.sign_in.run_in_browser(request(app), driver)
    )
    url = driver.invited.result(10).url.reveal()
    assert follow_redirect(approve_sign_in(url, "fernwick_news").redirect_url) == 200
    outcome = result.result(10)
    assert isinstance(outcome, CompletedSignIn)
    assert outcome.account.method is SignInMethod.BROWSER


def test_the_browser_returns_after_a_restart(installation: Installation, app: App) -> None:
    driver = LinkProgress()
    result = side_by_side(
        lambda: installation.services.sign_in.run_in_browser(request(app), driver)
    )
    link = driver.invited.result(10)
    driver.cancel.cancel()
    assert isinstance(result.exception(10), CancelledError)
    installation.restart()
    # The app has another callback URL meanwhile; X still returns to the one of the link.
    installation.services.apps.update(
        app.id, installation.draft(callback="http://127.0.0.1:8742/callback")
    )
    driver = LinkProgress()
    sign_in, pending_id = installation.services.sign_in, link.pending.id
    result = side_by_side(lambda: sign_in.resume_in_browser(pending_id, driver))
    assert driver.invited.result(10).url == link.url
    assert follow_redirect(approve_sign_in(link.url.reveal(), "fernwick_news").redirect_url) == 200
    assert isinstance(result.result(10), CompletedSignIn)


def test_a_taken_port_costs_no_request_token(installation: Installation, app: App) -> None:
    with CallbackListener(app.callback), pytest.raises(DiagnosedError) as caught:
        installation.services.sign_in.run_in_browser(request(app), LinkProgress())
    assert caught.value.diagnosis.kind is ProblemKind.PORT_TAKEN
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_a_callback_x_does_not_know(installation: Installation, app: App) -> None:
    installation.sandbox.change_settings(callbacks=("https://bots.example/callback",))
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.run_in_browser(request(app), LinkProgress())
    assert refused.value.diagnosis.kind is ProblemKind.CALLBACK_NOT_APPROVED
    assert installation.services.store.pending_sign_ins.list_all() == []
