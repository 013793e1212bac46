"""Several callback URLs are tried in their order; the person is told which ports were in use."""

from __future__ import annotations

import contextlib

import pytest

from tests.services.test_browser_callback import LinkProgress, request, side_by_side
from tests.support.installations import Installation, find_free_port
from tests.support.sandbox_browser import approve_sign_in, follow_redirect
from twauth_gui.domain.apps import App
from twauth_gui.domain.callback_urls import (
    CallbackError,
    parse_callback_urls,
    validate_callback_url,
)
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.services.sign_in_requests import CompletedSignIn
from twauth_gui.xapi.callback_listener import CallbackListener, open_first_free_listener


@pytest.fixture
def addresses() -> tuple[str, ...]:
    return (
        "https://bots.example/callback",
        *(f"http://127.0.0.1:{find_free_port()}/callback" for _ in range(3)),
    )


@pytest.fixture
def app(installation: Installation, addresses: tuple[str, ...]) -> App:
    installation.sandbox.change_settings(callbacks=addresses)
    draft = installation.draft(callback=addresses[0])
    draft = type(draft)(draft.label, draft.keys, addresses[0], draft.hosts, addresses[1:])
    return installation.services.apps.add(draft)


def test_the_first_free_one_is_used(
    installation: Installation, app: App, addresses: tuple[str, ...]
) -> None:
    installation.restart()
    assert installation.services.store.apps.get(app.id).callbacks == addresses
    driver = LinkProgress()
    with CallbackListener(addresses[1]), CallbackListener(addresses[2]):
        result = side_by_side(
            lambda: installation.services.sign_in.run_in_browser(request(app), driver)
        )
        link = driver.invited.result(10)
        assert link.callback == addresses[3]
        assert (
            follow_redirect(approve_sign_in(link.url.reveal(), "fernwick_news").redirect_url) == 200
        )
        assert isinstance(result.result(10), CompletedSignIn)


def test_all_taken_ports_are_named(
    installation: Installation, app: App, addresses: tuple[str, ...]
) -> None:
    with contextlib.ExitStack() as listeners:
        for address in addresses[1:]:
            listeners.enter_context(CallbackListener(address))
        with pytest.raises(DiagnosedError) as refused:
            installation.services.sign_in.run_in_browser(request(app), LinkProgress())
    assert refused.value.diagnosis.kind is ProblemKind.PORT_TAKEN
    for address in addresses[1:]:
        assert address.split(":")[2].partition("/")[0] in refused.value.diagnosis.title
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_without_an_address_here_only_other_ways_are_left() -> None:
    with pytest.raises(DiagnosedError) as refused:
        open_first_free_listener(["https://bots.example/callback"])
    assert refused.value.diagnosis.kind is ProblemKind.CALLBACK_NEEDS_PIN


ELSEWHERE = (
    "http://[::1]:8739/callback",
    "http://127.0.0.2:8739/callback",
    "http://someone@127.0.0.1:8739/callback",
    "http://127.0.0.1:99999/callback",
    "https://127.0.0.1:8739/callback",
)


def test_addresses_without_a_listener_are_skipped() -> None:
    free = f"http://127.0.0.1:{find_free_port()}/callback"
    with open_first_free_listener([*ELSEWHERE, free]) as listener:
        assert listener.callback_url == free
    with pytest.raises(DiagnosedError) as refused:
        open_first_free_listener(ELSEWHERE)
    assert refused.value.diagnosis.kind is ProblemKind.CALLBACK_NEEDS_PIN
    assert "Twauth listens at 127.0.0.1 only." in refused.value.diagnosis.advice


def test_the_usual_port_is_named_too() -> None:
    """An address from another tool may have none."""
    callback = f"http://127.0.0.1:{find_free_port()}/callback"
    with CallbackListener(callback), contextlib.ExitStack() as usual:
        with contextlib.suppress(DiagnosedError):  # in use by another program, which is as good
            usual.enter_context(CallbackListener("http://127.0.0.1/callback"))
        with pytest.raises(DiagnosedError) as refused:
            open_first_free_listener([callback, "http://127.0.0.1/callback"])
    assert "and 80 of this computer" in refused.value.diagnosis.title


@pytest.mark.parametrize("address", [*ELSEWHERE[:4], "http://localhost:8739/callback"])
def test_an_address_without_a_listener_is_not_used(address: str) -> None:
    with pytest.raises(CallbackError):
        _ = validate_callback_url(address)


def test_one_address_a_line() -> None:
    text = "\nhttp://127.0.0.1:8739/callback \n\nhttps://bots.example/cb\nhttps://bots.example/cb\n"
    assert parse_callback_urls(text) == (
        "http://127.0.0.1:8739/callback",
        "https://bots.example/cb",
    )
    for refused in (
        "",
        " \n",
        "ftp://bots.example",
        "\n".join(f"https://b.ex/{n}" for n in range(11)),
    ):
        with pytest.raises(CallbackError):
            parse_callback_urls(refused)
