"""Killed with SIGKILL at any step, a sign-in goes on, and what worked before still works."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.sandbox.bot import Keys, get
from tests.services.approving import answer_for, shown
from tests.services.ground import keys_of
from tests.services.sign_in_killing import HANDLE, Became, Order, SignInKiller, open_at
from tests.store.killing import Fuse
from tests.support.secret_service import SecretService
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.kit import Services
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import NullProgress
from twauth_gui.store.items import ItemKind, service_name

pytestmark = pytest.mark.keychain

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
    kit = open_at(folder, Fuse(0), real=real)
    app = kit.apps.add(AppDraft("Newsroom", keys_of(sandbox), hosts=Hosts.at(sandbox.url)))
    if again:
        invitation = kit.sign_in.begin(
            SignInRequest(app.id, SignInMethod.PIN, HANDLE), NullProgress()
        )
        answer = answer_for(invitation, HANDLE)
        kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    kit.close()


def works(kit: Services, sandbox: Sandbox, account: Account) -> bool:
    credentials = kit.store.accounts.credentials(account.id)
    token, secret = shown(credentials.access_token), shown(credentials.access_secret)
    demo = sandbox.demo_app
    return get(sandbox, VERIFY, Keys(demo.api_key, demo.api_secret, token, secret)).ok


def finish(kit: Services, attempt: PendingSignIn, pin: str) -> None:
    """Go on as a person does: with the PIN, and where X has spent it, with a new link.

    X spends it between its answer and the disk only, and then that is what is told.
    """
    if attempt.state is not PendingState.WAITING:
        assert isinstance(kit.sign_in.keep(attempt.id, NullProgress()), SignedIn)
        return
    if pin:
        try:
            outcome = kit.sign_in.complete(attempt.id, parse_oauth1_response(pin), NullProgress())
        except DiagnosedError as error:
            told = (attempt.may_be_granted, error.diagnosis.kind)
            assert told == (True, ProblemKind.MAYBE_GRANTED)
            LOST.append(attempt.id)
        else:
            assert isinstance(outcome, SignedIn)
            return
    answer = answer_for(kit.sign_in.renew(attempt.id, NullProgress()), HANDLE)
    assert isinstance(kit.sign_in.complete(attempt.id, answer, NullProgress()), SignedIn)


def check(folder: Path, sandbox: Sandbox, became: Became, *, real: bool, again: bool) -> None:
    """Start after a kill, look, go on, and look once more."""
    kit = open_at(folder, Fuse(0), real=real)
    kit.store.recover()
    accounts, attempts = kit.store.accounts.all(), kit.store.pending_sign_ins.all()
    assert all(works(kit, sandbox, one) for one in accounts)
    assert len(attempts) <= 1
    assert not again or len(accounts) == 1
    assert accounts or attempts or not became.pin, "somebody has the link, and nothing waits for it"
    for attempt in attempts:
        assert (attempt.method, attempt.expected_handle) == (SignInMethod.LINK, HANDLE)
        finish(kit, attempt, became.pin)
        (account,) = kit.store.accounts.all()
        assert works(kit, sandbox, account)
        assert not again or account.id == accounts[0].id
        assert kit.store.pending_sign_ins.all() == []
    kit.close()


def emptied(folder: Path, *, real: bool) -> None:
    """Take everything out of the keychain that is known of."""
    kit = open_at(folder, Fuse(0), real=real)
    kinds = (
        (ItemKind.APP, kit.store.apps.all()),
        (ItemKind.ACCOUNT, kit.store.accounts.all()),
        (ItemKind.ATTEMPT, kit.store.pending_sign_ins.all()),
    )
    for kind, kept in kinds:
        for one in kept:
            kit.store.vault.delete(service_name(kind, one.id, one.generation))
    kit.close()


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
    became = killer.run(Order(str(whole), real))
    assert not became.killed
    emptied(whole, real=real)
    assert became.steps >= 12
    LOST.clear()
    # In the normal run the two sign-ins share the steps between them.
    first, stride = (1, 1) if FULL else (2 - again, 2)
    for cut in range(first, became.steps + 1, stride):
        folder = tmp_path / str(cut)
        prepare(folder, sandbox, real=real, again=again)
        cut_off = killer.run(Order(str(folder), real, cut))
        assert cut_off.killed, f"step {cut} of {became.steps} was not reached"
        check(folder, sandbox, cut_off, real=real, again=again)
        emptied(folder, real=real)
    assert LOST, "the moment between X's answer and the disk was not met"
    assert not {one for one in here.services() if one.startswith("twauth/")}
