"""Several callback addresses are tried in their order, and a person hears which were taken."""

from __future__ import annotations

import contextlib

import pytest

from tests.services.approving import allow, return_to
from tests.services.ground import Ground, free_port
from tests.services.test_browser_way import Desk, request, side_by_side
from twauth_gui.domain.apps import App
from twauth_gui.domain.callbacks import CallbackError, checked_callback, checked_callbacks
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.services.requests import SignedIn
from twauth_gui.xapi.loopback import CallbackListener
from twauth_gui.xapi.ports import listen_at_first_free


@pytest.fixture
def addresses() -> tuple[str, ...]:
    return (
        "https://bots.example/callback",
        *(f"http://127.0.0.1:{free_port()}/callback" for _ in range(3)),
    )


@pytest.fixture
def app(ground: Ground, addresses: tuple[str, ...]) -> App:
    ground.sandbox.change(callbacks=addresses)
    draft = ground.draft(callback=addresses[0])
    draft = type(draft)(draft.label, draft.keys, addresses[0], draft.hosts, addresses[1:])
    return ground.kit.apps.add(draft)


def test_the_first_free_one_is_used(ground: Ground, app: App, addresses: tuple[str, ...]) -> None:
    ground.restart()
    assert ground.kit.store.apps.get(app.id).callbacks == addresses
    desk = Desk()
    with CallbackListener(addresses[1]), CallbackListener(addresses[2]):
        result = side_by_side(lambda: ground.kit.sign_in.in_browser(request(app), desk))
        invitation = desk.invited.result(10)
        assert invitation.callback == addresses[3]
        assert return_to(allow(invitation.url.reveal(), "fernwick_news").sent_to) == 200
        assert isinstance(result.result(10), SignedIn)


def test_all_taken_ports_are_named(ground: Ground, app: App, addresses: tuple[str, ...]) -> None:
    with contextlib.ExitStack() as taken:
        for address in addresses[1:]:
            taken.enter_context(CallbackListener(address))
        with pytest.raises(DiagnosedError) as refused:
            ground.kit.sign_in.in_browser(request(app), Desk())
    assert refused.value.diagnosis.kind is ProblemKind.PORT_TAKEN
    for address in addresses[1:]:
        assert address.split(":")[2].partition("/")[0] in refused.value.diagnosis.title
    assert ground.kit.store.pending_sign_ins.all() == []


def test_without_an_address_here_only_other_ways_are_left() -> None:
    with pytest.raises(DiagnosedError) as refused:
        listen_at_first_free(["https://bots.example/callback"])
    assert refused.value.diagnosis.kind is ProblemKind.CALLBACK_NEEDS_PIN


ELSEWHERE = (
    "http://[::1]:8739/callback",
    "http://127.0.0.2:8739/callback",
    "http://someone@127.0.0.1:8739/callback",
    "http://127.0.0.1:99999/callback",
    "https://127.0.0.1:8739/callback",
)


def test_addresses_that_nobody_listens_at_are_passed_over() -> None:
    free = f"http://127.0.0.1:{free_port()}/callback"
    with listen_at_first_free([*ELSEWHERE, free]) as listener:
        assert listener.callback_url == free
    with pytest.raises(DiagnosedError) as refused:
        listen_at_first_free(ELSEWHERE)
    assert refused.value.diagnosis.kind is ProblemKind.CALLBACK_NEEDS_PIN
    assert "Twauth listens at 127.0.0.1 only." in refused.value.diagnosis.advice


def test_the_usual_port_is_named_too() -> None:
    """An address from another tool may have none."""
    taken = f"http://127.0.0.1:{free_port()}/callback"
    with CallbackListener(taken), contextlib.ExitStack() as usual:
        with contextlib.suppress(DiagnosedError):  # taken by somebody else, which will do as well
            usual.enter_context(CallbackListener("http://127.0.0.1/callback"))
        with pytest.raises(DiagnosedError) as refused:
            listen_at_first_free([taken, "http://127.0.0.1/callback"])
    assert "and 80 of this computer" in refused.value.diagnosis.title


@pytest.mark.parametrize("address", [*ELSEWHERE[:4], "http://localhost:8739/callback"])
def test_an_address_that_nobody_listens_at_is_not_taken_up(address: str) -> None:
    with pytest.raises(CallbackError):
        _ = checked_callback(address)


def test_one_address_a_line() -> None:
    text = "\nhttp://127.0.0.1:8739/callback \n\nhttps://bots.example/cb\nhttps://bots.example/cb\n"
    assert checked_callbacks(text) == (
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
            checked_callbacks(refused)
