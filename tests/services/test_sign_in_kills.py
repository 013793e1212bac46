"""Killed with SIGKILL at any step, a sign-in goes on, and what worked before still works."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.services.sign_in_process import (
    HANDLE,
    KillOutcome,
    SignInKiller,
    SignInOrder,
    open_killable_services,
)
from tests.store.scenario_process import KillAtStep
from tests.support.installations import demo_app_keys
from tests.support.keychain import SecretService
from tests.support.sandbox_app import OAuth1Keys, get_signed
from tests.support.sandbox_browser import approve_for_response, reveal
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.container import Services
from twauth_gui.services.sign_in_requests import CompletedSignIn, NullProgress, SignInRequest
from twauth_gui.store.vault import ItemKind, service_name

pytestmark = [pytest.mark.keychain, pytest.mark.no_cover]

FULL = os.environ.get("TWAUTH_FULL") == "1"
LOST: list[PendingSignInId] = []
"""The sign-ins whose grant was lost with the process."""
VERIFY = "/1.1/account/verify_credentials.json"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[SecretService]:
    with SecretService(tmp_path_factory.mktemp("ss")) as running:
        yield running


@pytest.fixture(scope="module")
def killer(service: SecretService) -> Generator[SignInKiller]:
    with SignInKiller(service.env) as running:
        yield running


@pytest.fixture
def here(service: SecretService, monkeypatch: pytest.MonkeyPatch) -> SecretService:
    service.activate(monkeypatch)
    return service


def prepare(folder: Path, sandbox: Sandbox, *, real: bool, again: bool) -> None:
    """Add the app, and for a second sign-in the account."""
    services = open_killable_services(folder, KillAtStep(0), real=real)
    app = services.apps.add(
        AppDraft("Newsroom", demo_app_keys(sandbox), hosts=Hosts.from_api_url(sandbox.url))
    )
    if again:
        link = services.sign_in.begin(
            SignInRequest(app.id, SignInMethod.PIN, HANDLE), NullProgress()
        )
        answer = approve_for_response(link, HANDLE)
        services.sign_in.complete(link.pending.id, answer, NullProgress())
    services.close()


def works(services: Services, sandbox: Sandbox, account: Account) -> bool:
    credentials = services.store.accounts.read_credentials(account.id)
    token, secret = reveal(credentials.access_token), reveal(credentials.access_secret)
    demo = sandbox.demo_app
    return get_signed(sandbox, VERIFY, OAuth1Keys(demo.api_key, demo.api_secret, token, secret)).ok


def finish(services: Services, pending: PendingSignIn, pin: str) -> None:
    """Continue as a person does: with the PIN, or with a new link if the PIN is used up.

    That happens only between X's response and the disk, and the message says so.
    """
    if pending.state is not PendingState.WAITING:
        assert isinstance(services.sign_in.save(pending.id, NullProgress()), CompletedSignIn)
        return
    if pin:
        try:
            outcome = services.sign_in.complete(
                pending.id, parse_oauth1_response(pin), NullProgress()
            )
        except DiagnosedError as error:
            report = (pending.is_possibly_granted, error.diagnosis.kind)
            assert report == (True, ProblemKind.MAYBE_GRANTED)
            LOST.append(pending.id)
        else:
            assert isinstance(outcome, CompletedSignIn)
            return
    answer = approve_for_response(services.sign_in.renew(pending.id, NullProgress()), HANDLE)
    assert isinstance(
        services.sign_in.complete(pending.id, answer, NullProgress()), CompletedSignIn
    )


def check(folder: Path, sandbox: Sandbox, became: KillOutcome, *, real: bool, again: bool) -> None:
    """Start after a kill, check, continue, and check again."""
    services = open_killable_services(folder, KillAtStep(0), real=real)
    services.store.recover()
    accounts, pending_sign_ins = (
        services.store.accounts.list_all(),
        services.store.pending_sign_ins.list_all(),
    )
    assert all(works(services, sandbox, one) for one in accounts)
    assert len(pending_sign_ins) <= 1
    assert not again or len(accounts) == 1
    assert accounts or pending_sign_ins or not became.pin, (
        "somebody has the link, and nothing waits for it"
    )
    for pending in pending_sign_ins:
        assert (pending.method, pending.expected_handle) == (SignInMethod.LINK, HANDLE)
        finish(services, pending, became.pin)
        (account,) = services.store.accounts.list_all()
        assert works(services, sandbox, account)
        assert not again or account.id == accounts[0].id
        assert services.store.pending_sign_ins.list_all() == []
    services.close()


def empty_keychain(folder: Path, *, real: bool) -> None:
    """Delete all known items from the keychain."""
    services = open_killable_services(folder, KillAtStep(0), real=real)
    kinds = (
        (ItemKind.APP, services.store.apps.list_all()),
        (ItemKind.ACCOUNT, services.store.accounts.list_all()),
        (ItemKind.PENDING_SIGN_IN, services.store.pending_sign_ins.list_all()),
    )
    for kind, item_count in kinds:
        for one in item_count:
            services.store.vault.delete(service_name(kind, one.id, one.generation))
    services.close()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("real", [True, False] if FULL else [True])
def test_killed_at_every_step(
    here: SecretService,
    killer: SignInKiller,
    sandbox: Sandbox,
    tmp_path: Path,
    *,
    real: bool,
    again: bool,
) -> None:
    whole = tmp_path / "whole"
    prepare(whole, sandbox, real=real, again=again)
    became = killer.run(SignInOrder(str(whole), real))
    assert not became.was_killed
    empty_keychain(whole, real=real)
    assert became.steps >= 12
    LOST.clear()
    # In the normal run the two sign-ins share the steps between them.
    first, stride = (1, 1) if FULL else (2 - again, 2)
    for cut in range(first, became.steps + 1, stride):
        folder = tmp_path / str(cut)
        prepare(folder, sandbox, real=real, again=again)
        cut_off = killer.run(SignInOrder(str(folder), real, cut))
        assert cut_off.was_killed, f"step {cut} of {became.steps} was not reached"
        check(folder, sandbox, cut_off, real=real, again=again)
        empty_keychain(folder, real=real)
    assert LOST, "the moment between X's answer and the disk was not met"
    assert not {one for one in here.service_names() if one.startswith("twauth/")}
