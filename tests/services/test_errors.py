"""Every error is a DiagnosedError, or a named caller turns it into one or into a message."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import twauth_gui
from tests.support import sample_records
from tests.support.installations import NOON, Installation
from twauth_gui.domain.accounts import Account, AccountEvent, AccountEventKind
from twauth_gui.domain.apps import App
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.credential_fields import CredentialField, TokenField
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.sign_in_requests import NullProgress, SignInRequest
from twauth_gui.store.store import Store

PROGRAM = Path(twauth_gui.__path__[0])
SANDBOX = "sandbox"
"""It answers with a status; nothing of it is shown to a person."""

TURNED_INTO_WORDS = {
    # of what a person typed: the field or the command's error message says why
    "CallbackResponseError": ("gui/signin/sign_in_controller.py", "cli/sign_in.py"),
    "CallbackError": ("gui/apps/app_fields.py", "cli/commands/apps.py"),
    "HandleError": ("domain/account_names.py", "services/account_lookup.py"),
    "ProfileNameError": ("cli/root.py", "gui/profiles_dialog.py", "services/app_paths.py"),
    "AccountFileError": ("services/account_lookup.py", "cli/commands/accounts.py"),
    "HostNotAllowedError": ("gui/apps/app_dialog.py", "cli/commands/apps.py"),
    "NetworkSettingError": ("gui/settings/network_section.py", "cli/commands/network.py"),
    "ProxyAddressError": ("services/settings.py",),
    # of a preset that the user wrote: a sentence; the command catches it as a ValueError
    "PresetFileError": ("services/preset_service.py",),
    "PresetTakenError": ("cli/commands/presets.py",),
    # of a preset that another process changed while it was edited: the user is asked
    "PresetChangedError": ("gui/export/preset_editor.py",),
    # of a file to merge into: the reason is part of the plan
    "MergeRefusedError": ("services/export_files.py",),
    # of a target that the user typed; a push makes a Diagnosis of it as a ValueError
    "TargetError": ("gui/export/push_page.py",),
    # of a destination's file: a sentence
    "DestinationFileError": ("cli/commands/destinations.py",),
    # of a vendor's command: a Diagnosis with the line that helps
    "ProgramNotFoundError": ("transfer/destinations/command_driver.py",),
    "DestinationError": ("services/push_service.py", "services/push_run.py"),
    # of a bot in Python, or of the command: with a message and an exit code
    "AccountLookupError": ("cli/lookup.py",),
    "MissingFieldError": ("cli/commands/credential.py",),
    "CliError": ("cli/exit_handling.py",),
    "NoOutputError": ("cli/exit_handling.py",),
    # of a call to X
    "RequestRefusedError": ("xapi/errors/diagnosis.py",),
    "ResponseTooLargeError": ("xapi/errors/diagnosis.py",),
    "SocksMissingError": ("xapi/errors/diagnosis.py",),
    "DeadlineExceededError": ("xapi/errors/diagnosis.py",),
    # of another tool's file: a sentence beside its name
    "NotLoadedError": ("transfer/tools/reader.py", "transfer/tools/sources.py"),
    # of a text that is no XML with keys: another format is tried
    "_RefusedError": ("transfer/reader/markup.py",),
    # of code that is nested too deeply: the line reader is tried
    "NestedTooDeeplyError": ("transfer/reader/source_code.py",),
    # of a file that is none: a sentence
    "NotRegularFileError": ("store/vault_errors.py",),
    # of a thread that ended unexpectedly; the log says why
    "WorkerDiedError": ("services/health_check/check_workers.py",),
    # of the notice of a newer version: a sentence in the settings
    "UpdateFileUnreachableError": ("services/update_check.py",),
    "UpdateNoticeError": ("services/update_check.py",),
    # of a part that does not work in this installation: a line of the self-test
    "SelfTestError": ("self_test/runner.py",),
    "TimeUpError": ("self_test/runner.py",),
    "UnexpectedPageError": ("self_test/runner.py",),
    # the person cancelled
    "CancelledError": ("cli/exit_handling.py", "gui/tasks.py"),
}
"""Errors that are not DiagnosedErrors, with the modules that handle them."""


def classes() -> dict[str, set[str]]:
    """Return every error class of the program, with its bases."""
    found: dict[str, set[str]] = {}
    for file in PROGRAM.rglob("*.py"):
        if SANDBOX in file.relative_to(PROGRAM).parts:
            continue
        for one in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(one, ast.ClassDef) and one.bases and one.name.endswith("Error"):
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

Act = Callable[[Installation, Account], object]

ON_AN_ACCOUNT: dict[str, Act] = {
    "check": lambda installation, one: installation.services.checker.check(one.id, CancelToken()),
    "revoke": lambda installation, one: installation.services.account_removal.revoke(
        one.id, CancelToken()
    ),
    "revoke and remove": lambda installation, one: (
        installation.services.account_removal.revoke_and_remove(one.id, CancelToken())
    ),
    "remove": lambda installation, one: installation.services.account_removal.remove(one.id),
    "restore": lambda installation, one: installation.services.account_removal.restore(one.id),
    "show": lambda installation, one: installation.services.exporter.reveal(
        one.id, CredentialField.ACCESS_TOKEN
    ),
    "copy": lambda installation, one: installation.services.exporter.copy(
        one.id, CredentialField.API_KEY
    ),
    "copy all": lambda installation, one: installation.services.exporter.copy_with_last_preset(
        [one.id]
    ),
    "export": lambda installation, one: installation.services.exporter.export_text(
        [one.id], "classic-bot"
    ),
    "run": lambda installation, one: installation.services.exporter.export_to_environment(
        [one.id], "classic-bot", "bot"
    ),
    "bot": lambda installation, one: installation.services.bot_clients.create(
        one.id, "bot", CancelToken()
    ),
    "renew": lambda installation, one: installation.services.tokens.renew(one.id, CancelToken()),
    "end tokens": lambda installation, one: installation.services.tokens.revoke(
        one.id, CancelToken()
    ),
    "token": lambda installation, one: installation.services.token_fields.reveal(
        one.id, TokenField.ACCESS, CancelToken()
    ),
    "make active": lambda installation, one: (
        installation.services.store.settings.set_active_account(one.id)
    ),
    "note": lambda installation, one: installation.services.store.events.add(
        AccountEvent(one.id, AccountEventKind.COPIED, NOON, "")
    ),
    "change": lambda installation, one: installation.services.store.accounts.update(one),
}
ON_AN_APP: dict[str, Act] = {
    "sign in": lambda installation, one: installation.services.sign_in.begin(
        SignInRequest(one.app_id, SignInMethod.PIN), NullProgress()
    ),
    "sign in with the browser": lambda installation, one: (
        installation.services.sign_in.run_in_browser(
            SignInRequest(one.app_id, SignInMethod.BROWSER), NullProgress()
        )
    ),
    "read": lambda installation, one: installation.services.apps.read_draft(one.app_id),
    "remove": lambda installation, one: installation.services.apps.remove(one.app_id),
    "change": lambda installation, one: installation.services.apps.update(
        one.app_id, installation.draft()
    ),
    "get a bearer token": lambda installation, one: installation.services.bearer_tokens.fetch(
        one.app_id, CancelToken()
    ),
    "end a bearer token": lambda installation, one: installation.services.bearer_tokens.revoke(
        one.app_id, CancelToken()
    ),
    "check a bearer token": lambda installation, one: installation.services.bearer_tokens.verify(
        one.app_id, CancelToken()
    ),
    "client": lambda installation, one: installation.services.exporter.find_oauth2_clients(
        [one.app_id]
    ),
}


def remove_app(installation: Installation, app: App) -> Account:
    """Return an account that another process has removed with its app."""
    account, other = installation.sign_in(app), installation.open_second()
    other.account_removal.remove(account.id)
    other.account_removal.purge(account.id)
    other.apps.remove(app.id)
    other.close()
    return account


@pytest.mark.parametrize("act", [*ON_AN_ACCOUNT, *(f"app: {name}" for name in ON_AN_APP)])
def test_what_another_process_removed_is_reported(
    installation: Installation, app: App, act: str
) -> None:
    of_app = act.startswith("app: ")
    work = ON_AN_APP[act.removeprefix("app: ")] if of_app else ON_AN_ACCOUNT[act]
    account = remove_app(installation, app)
    with pytest.raises(DiagnosedError) as caught:
        work(installation, account)
    diagnosis = caught.value.diagnosis
    assert diagnosis.kind is ProblemKind.NOT_FOUND
    assert diagnosis.title == f"This {'app' if of_app else 'account'} is no longer here."


@pytest.mark.parametrize("act", ["complete", "save", "save_other_account", "get_link", "renew"])
def test_a_sign_in_that_another_process_ended_is_reported(
    installation: Installation, app: App, act: str
) -> None:
    link = installation.services.sign_in.begin(
        SignInRequest(app.id, SignInMethod.PIN), NullProgress()
    )
    other = installation.open_second()
    other.sign_in.discard(link.pending.id, CancelToken())
    other.close()
    more = {"complete": (parse_oauth1_response("1234567"), NullProgress()), "get_link": ()}.get(
        act, (NullProgress(),)
    )
    with pytest.raises(DiagnosedError) as caught:
        getattr(installation.services.sign_in, act)(link.pending.id, *more)
    assert caught.value.diagnosis.title == "This sign-in is no longer pending."


def test_every_method_of_the_store_says_so(installation: Installation, app: App) -> None:
    """Methods that take an id raise NOT_FOUND for an id that is gone."""
    account, store = remove_app(installation, app), installation.services.store
    calls: tuple[Callable[[Store], object], ...] = (
        lambda store: store.apps.read_keys(app.id),
        lambda store: store.apps.update(replace(app, label="Alerts")),
        lambda store: store.apps.update(app, sample_records.NEW_KEYS),
        lambda store: store.accounts.read_credentials(account.id),
        lambda store: store.tokens.get(account.id),
        lambda store: store.tokens.renew(account.id, sample_records.OAUTH2_TOKENS, 1),
        lambda store: store.tokens.delete(account.id, 1),
        lambda store: store.tokens.save(
            account, sample_records.OAUTH2_TOKENS, sample_records.make_token_metadata()
        ),
        lambda store: store.accounts.add(account, sample_records.OLD_CREDENTIALS),
        lambda store: store.accounts.replace(account, sample_records.OLD_CREDENTIALS),
        lambda store: store.pending_sign_ins.read_oauth1_secrets(sample_records.make_pending().id),
        lambda store: store.pending_sign_ins.read_oauth2_secrets(sample_records.make_pending().id),
        lambda store: store.pending_sign_ins.read_secrets(sample_records.make_pending().id),
        lambda store: store.pending_sign_ins.update(
            sample_records.make_pending(), sample_records.WAITING_SECRETS
        ),
        lambda store: store.pending_sign_ins.discard(sample_records.make_pending().id),
        lambda store: store.exchange_guard.record_start(sample_records.make_pending(), NOON, 1),
        lambda store: store.exchange_guard.acquire(sample_records.make_pending().id).__enter__(),
    )
    for call in calls:
        with pytest.raises(DiagnosedError) as caught:
            call(store)
        assert caught.value.diagnosis.kind is ProblemKind.NOT_FOUND
