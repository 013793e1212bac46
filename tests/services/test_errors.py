"""Every failure of the program is a diagnosis, or a caller that is named puts it into words."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import twauth_gui
from tests.services.ground import NOON, Ground
from tests.store import samples
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.events import Event, EventKind
from twauth_gui.services.parts import CredentialField
from twauth_gui.services.requests import SignInRequest
from twauth_gui.services.token_part import TokenField
from twauth_gui.services.watch import NullProgress
from twauth_gui.store.store import Store

PROGRAM = Path(twauth_gui.__path__[0])
SANDBOX = "sandbox"
"""It answers with a status; nothing of it is shown to a person."""

TURNED_INTO_WORDS = {
    # of what a person typed: the field, or the refusal of the command line, says why
    "AnswerError": ("gui/signin/flow.py", "cli/signing.py"),
    "CallbackError": ("gui/apps/callback_fields.py", "cli/commands/apps.py"),
    "HandleError": ("domain/handles.py", "cli/choosing.py"),
    "HostNotAllowedError": ("gui/apps/app_sheet.py", "cli/commands/apps.py"),
    "NetworkSettingError": ("gui/settings/network.py", "cli/commands/network.py"),
    "ProxyAddressError": ("services/network_settings.py",),
    # of the command: with words and an exit code of its own
    "RefusedError": ("cli/endings.py", "xapi/said.py"),
    "NoOutputError": ("cli/endings.py",),
    # of a call to X
    "OversizedAnswerError": ("xapi/said.py",),
    "SocksMissingError": ("xapi/said.py",),
    "TooSlowError": ("xapi/said.py",),
    # of another tool's file: a sentence beside its name
    "NotLoadedError": ("transfer/tools/reader.py",),
    # of the self-test, whose report it is
    "CheckFailedError": ("gui/self_test.py",),
    "LostError": ("gui/self_test.py",),
    "TimeUpError": ("gui/self_test.py",),
    # of a thread that ended by accident, which told why
    "CrewLostError": ("services/check_crew.py",),
    # the person ended it
    "CancelledError": ("cli/endings.py", "gui/tasks.py"),
}
"""What is no diagnosis by itself, with where it becomes one or is shown in words."""


def classes() -> dict[str, set[str]]:
    """Every class of the program whose name ends like an error's, with its bases."""
    found: dict[str, set[str]] = {}
    for file in PROGRAM.rglob("*.py"):
        if SANDBOX in file.relative_to(PROGRAM).parts:
            continue
        for one in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(one, ast.ClassDef) and one.name.endswith("Error"):
                bases = {base.id for base in one.bases if isinstance(base, ast.Name)}
                found[one.name] = found.get(one.name, set()) | bases
    return found


def test_each_failure_is_a_diagnosis_or_is_named() -> None:
    found, diagnoses = classes(), {DiagnosedError.__name__}
    while more := {name for name, bases in found.items() if bases & diagnoses} - diagnoses:
        diagnoses |= more
    assert set(found) - diagnoses == set(TURNED_INTO_WORDS)
    for name, places in TURNED_INTO_WORDS.items():
        for place in places:
            text = (PROGRAM / place).read_text("utf-8")
            assert name in text or "except Exception" in text, f"{place} does not catch {name}"


# -- what another process removed ------------------------------------------------------------------

Act = Callable[[Ground, Account], object]

ON_AN_ACCOUNT: dict[str, Act] = {
    "check": lambda ground, one: ground.kit.checker.check(one.id, CancelToken()),
    "revoke": lambda ground, one: ground.kit.account_removal.revoke(one.id, CancelToken()),
    "revoke and remove": lambda ground, one: ground.kit.account_removal.revoke_and_remove(
        one.id, CancelToken()
    ),
    "remove": lambda ground, one: ground.kit.account_removal.remove(one.id),
    "restore": lambda ground, one: ground.kit.account_removal.restore(one.id),
    "show": lambda ground, one: ground.kit.exporter.reveal(one.id, CredentialField.ACCESS_TOKEN),
    "copy": lambda ground, one: ground.kit.exporter.copy(one.id, CredentialField.API_KEY),
    "copy all": lambda ground, one: ground.kit.exporter.copy_last([one.id]),
    "export": lambda ground, one: ground.kit.exporter.to_output([one.id], "classic-bot"),
    "run": lambda ground, one: ground.kit.exporter.environment(one.id, "classic-bot", "bot"),
    "bot": lambda ground, one: ground.kit.bot_clients.make(one.id, "bot", CancelToken()),
    "renew": lambda ground, one: ground.kit.tokens.renew(one.id, CancelToken()),
    "end tokens": lambda ground, one: ground.kit.tokens.revoke(one.id, CancelToken()),
    "token": lambda ground, one: ground.kit.token_values.reveal(
        one.id, TokenField.ACCESS, CancelToken()
    ),
    "make active": lambda ground, one: ground.kit.store.settings.set_active_account(one.id),
    "note": lambda ground, one: ground.kit.store.events.add(
        Event(one.id, EventKind.COPIED, NOON, "")
    ),
    "change": lambda ground, one: ground.kit.store.accounts.update(one),
}
ON_AN_APP: dict[str, Act] = {
    "sign in": lambda ground, one: ground.kit.sign_in.begin(
        SignInRequest(one.app_id, SignInMethod.PIN), NullProgress()
    ),
    "sign in with the browser": lambda ground, one: ground.kit.sign_in.in_browser(
        SignInRequest(one.app_id, SignInMethod.BROWSER), NullProgress()
    ),
    "read": lambda ground, one: ground.kit.apps.draft(one.app_id),
    "remove": lambda ground, one: ground.kit.apps.remove(one.app_id),
    "change": lambda ground, one: ground.kit.apps.change(one.app_id, ground.draft()),
    "get a bearer token": lambda ground, one: ground.kit.bearer.get(one.app_id, CancelToken()),
    "end a bearer token": lambda ground, one: ground.kit.bearer.end(one.app_id, CancelToken()),
    "check a bearer token": lambda ground, one: ground.kit.bearer.check(one.app_id, CancelToken()),
    "client": lambda ground, one: ground.kit.exporter.clients([one.app_id]),
}


def gone(ground: Ground, app: App) -> Account:
    """An account, and its app, that another process has removed."""
    account, other = ground.sign_in(app), ground.open_again()
    other.account_removal.remove(account.id)
    other.account_removal.purge(account.id)
    other.apps.remove(app.id)
    other.close()
    return account


@pytest.mark.parametrize("act", [*ON_AN_ACCOUNT, *(f"app: {name}" for name in ON_AN_APP)])
def test_what_another_process_removed_is_told(ground: Ground, app: App, act: str) -> None:
    of_app = act.startswith("app: ")
    work = ON_AN_APP[act.removeprefix("app: ")] if of_app else ON_AN_ACCOUNT[act]
    account = gone(ground, app)
    with pytest.raises(DiagnosedError) as told:
        work(ground, account)
    diagnosis = told.value.diagnosis
    assert diagnosis.kind is ProblemKind.NOT_FOUND
    assert diagnosis.title == f"This {'app' if of_app else 'account'} is no longer here."


@pytest.mark.parametrize("act", ["complete", "keep", "keep_other", "invitation", "renew"])
def test_a_sign_in_that_another_process_ended_is_told(ground: Ground, app: App, act: str) -> None:
    invitation = ground.kit.sign_in.begin(SignInRequest(app.id, SignInMethod.PIN), NullProgress())
    other = ground.open_again()
    other.sign_in.discard(invitation.attempt.id, CancelToken())
    other.close()
    more = {"complete": (parse_oauth1_response("1234567"), NullProgress()), "invitation": ()}.get(
        act, (NullProgress(),)
    )
    with pytest.raises(DiagnosedError) as told:
        getattr(ground.kit.sign_in, act)(invitation.attempt.id, *more)
    assert told.value.diagnosis.title == "This sign-in is no longer under way."


def test_every_method_of_the_store_says_so(ground: Ground, app: App) -> None:
    """What takes an id of something that is gone."""
    account, store = gone(ground, app), ground.kit.store
    calls: tuple[Callable[[Store], object], ...] = (
        lambda store: store.apps.keys(app.id),
        lambda store: store.apps.update(replace(app, label="Alerts")),
        lambda store: store.apps.update(app, samples.NEW_KEYS),
        lambda store: store.accounts.credentials(account.id),
        lambda store: store.tokens.get(account.id),
        lambda store: store.tokens.renew(account.id, samples.PAIR, 1),
        lambda store: store.tokens.drop(account.id, 1),
        lambda store: store.tokens.save(account, samples.PAIR, samples.facts()),
        lambda store: store.accounts.add(account, samples.OLD),
        lambda store: store.accounts.replace(account, samples.OLD),
        lambda store: store.pending_sign_ins.request_secrets(samples.attempt().id),
        lambda store: store.pending_sign_ins.code_secrets(samples.attempt().id),
        lambda store: store.pending_sign_ins.secrets(samples.attempt().id),
        lambda store: store.pending_sign_ins.update(samples.attempt(), samples.WAITING),
        lambda store: store.pending_sign_ins.discard(samples.attempt().id),
        lambda store: store.exchanges.note(samples.attempt(), NOON, 1),
        lambda store: store.exchanges.held(samples.attempt().id).__enter__(),
    )
    for call in calls:
        with pytest.raises(DiagnosedError) as told:
            call(store)
        assert told.value.diagnosis.kind is ProblemKind.NOT_FOUND
