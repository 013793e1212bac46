"""Several processes renew tokens only once; a killed one loses no more than it must."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.installations import (
    OAUTH2_HANDLE,
    approve_oauth2,
    demo_app_keys_with_oauth2,
    make_oauth2_request,
)
from tests.support.vaults import PASSPHRASE, make_file_vault, open_file_vault
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.callback_response import parse_oauth2_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.sign_in_requests import CompletedSignIn, NullProgress

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("TWAUTH_FULL") == "1"
SECONDS = 60
ANSWERED = 1  # the first step after X's answer: from here on the old pair is spent


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    vault = make_file_vault(tmp_path)
    vault.create(PASSPHRASE)
    services = open_services(AppPaths(tmp_path), vault)
    yield services
    services.close()


def signed_in(services: Services, sandbox: Sandbox) -> Account:
    """Sign in with an access token that lasts a minute; the next one lasts two hours."""
    sandbox.change_settings(access_token_lifetime=60)
    draft = AppDraft("Newsroom", demo_app_keys_with_oauth2(sandbox), sandbox.demo_app.callbacks[0])
    app = services.apps.add(
        AppDraft(draft.label, draft.keys, draft.callback, Hosts.from_api_url(sandbox.url))
    )
    link = services.sign_in.begin(make_oauth2_request(app, OAUTH2_HANDLE), NullProgress())
    answer = parse_oauth2_response(approve_oauth2(link))
    outcome = services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    sandbox.change_settings(access_token_lifetime=7200)
    return outcome.account


@contextmanager
def start_renewal(
    folder: Path, account: Account, step: int = 0
) -> Generator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "tests.services.renewal_process",
        str(folder),
        account.id,
        str(step),
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def read_line(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate("\n", timeout=SECONDS)
    return out.split(" ")


def test_processes_that_renew_at_once_get_the_same_pair(
    services: Services, sandbox: Sandbox, tmp_path: Path
) -> None:
    account = signed_in(services, sandbox)
    with ExitStack() as stack:
        processes = [stack.enter_context(start_renewal(tmp_path, account)) for _ in range(3)]
        sandbox.change_settings(latency=0.2)
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=SECONDS)[0].split()[0] for process in processes]
    sandbox.change_settings(latency=0)
    tokens = services.store.tokens.get(account.id)
    assert outputs == [hashlib.sha256(tokens.access_token.reveal().encode()).hexdigest()] * 3
    assert services.tokens.renew(account.id, CancelToken()).access_token != tokens.access_token


def renewed_after_kill(folder: Path, account: Account) -> bool:
    """Start again; return whether X accepts the stored tokens; if not, the error must say why."""
    services = open_services(AppPaths(folder), open_file_vault(folder))
    try:
        _ = services.store.recover()
        tokens = services.tokens.get_fresh(account.id, CancelToken())
        again = services.tokens.renew(account.id, CancelToken())
    except DiagnosedError as error:
        diagnosis = error.diagnosis
        assert (diagnosis.kind, diagnosis.remedy.value) == (
            ProblemKind.REFRESH_SPENT,
            "sign-in-oauth2",
        )
        assert "interrupted before X's answer could be saved" in diagnosis.advice
        return False
    else:
        assert again.access_token != tokens.access_token
        return True
    finally:
        services.close()


def test_killed_at_every_step_of_a_renewal(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = tmp_path / "whole"
    folder.mkdir()
    steps = _steps(folder, sandbox)
    assert steps >= 6
    chosen = range(1, steps + 1) if FULL else (1, 2, 4, steps)
    for step in chosen:
        place = tmp_path / str(step)
        place.mkdir()
        vault = make_file_vault(place)
        vault.create(PASSPHRASE)
        services = open_services(AppPaths(place), vault)
        account = signed_in(services, sandbox)
        services.close()
        with start_renewal(place, account, step) as process:
            _ = read_line(process)
        assert process.returncode == -signal.SIGKILL
        assert renewed_after_kill(place, account) == (step > ANSWERED), f"step {step}"


def _steps(folder: Path, sandbox: Sandbox) -> int:
    vault = make_file_vault(folder)
    vault.create(PASSPHRASE)
    services = open_services(AppPaths(folder), vault)
    account = signed_in(services, sandbox)
    services.close()
    with start_renewal(folder, account) as process:
        return int(read_line(process)[1])
