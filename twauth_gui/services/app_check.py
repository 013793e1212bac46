"""Check an app before its first sign-in: the form of its keys, then what X says of them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from twauth_gui.domain.apps import App, AppCheck, AppCheckFinding, AppId, AppKeys, CheckOutcome
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.domain.hosts import Hosts
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.store import Store
from twauth_gui.transfer.credential_formats import (
    Field,
    can_be_field,
    find_value_problem,
    with_article,
)
from twauth_gui.xapi import app_check
from twauth_gui.xapi.clock import is_clock_off
from twauth_gui.xapi.clock_check import diagnose_clock_of_app_check


def check_app_draft(
    x_clients: XClients, draft: AppDraft, cancel: CancelToken
) -> tuple[AppCheckFinding, ...]:
    """Check an app that need not be saved yet, with all of its callback addresses.

    Nothing stays behind at X: the check asks for the app's one bearer token, which X returns again
    each time, and for request tokens, which are dropped and expire.

    Raises:
        DiagnosedError: another program uses the sandbox's port.
        CancelledError: the user cancelled.
    """
    moment = datetime.now(UTC)
    app = App(AppId(uuid.uuid4().hex), draft.label, moment, draft.callback, draft.hosts)
    settings = x_clients.settings_for(app)
    found = app_check.check_app(
        draft.hosts,
        draft.keys,
        draft.callback,
        cancel,
        spare=draft.spare_callbacks,
        settings=settings,
    )
    return tuple(
        _explain_mixed_up_keys(_learn_clock_skew(one, draft.hosts, x_clients), draft.keys)
        for one in found
    )


def check_saved_app(
    store: Store, x_clients: XClients, app_id: AppId, cancel: CancelToken
) -> tuple[AppCheckFinding, ...]:
    """Check a saved app; raises as check_app_draft() does, or if the keychain refuses."""
    app = store.apps.get(app_id)
    keys = store.apps.read_keys(app_id)
    draft = AppDraft(app.label, keys, app.callback, app.hosts, app.spare_callbacks)
    return check_app_draft(x_clients, draft, cancel)


def _learn_clock_skew(
    finding: AppCheckFinding, hosts: Hosts, x_clients: XClients
) -> AppCheckFinding:
    """Sign with X's time from now on if the clock is off, so that sign-ins work."""
    skew = finding.diagnosis.clock_skew if finding.diagnosis is not None else None
    if finding.check is not AppCheck.CLOCK or skew is None or not is_clock_off(skew):
        return finding
    x_clients.set_clock_skew(hosts, skew, is_known=True)
    warning = diagnose_clock_of_app_check(hosts, skew)
    return AppCheckFinding(AppCheck.CLOCK, CheckOutcome.WARN, warning.title, warning)


def _explain_mixed_up_keys(finding: AppCheckFinding, keys: AppKeys) -> AppCheckFinding:
    """Say what the keys look like, if X refuses them and they look like something else."""
    diagnosis = finding.diagnosis
    if (
        finding.check is not AppCheck.KEYS
        or diagnosis is None
        or diagnosis.kind is not ProblemKind.WRONG_KEYS
    ):
        return finding
    title = _describe_mix_up(keys)
    if not title:
        return finding
    reworded = replace(
        diagnosis, title=title, advice=_COPY_AGAIN, causes=(), remedy=Remedy.EDIT_KEYS
    )
    return AppCheckFinding(AppCheck.KEYS, CheckOutcome.FAIL, title, reworded)


def _describe_mix_up(keys: AppKeys) -> str:
    key, secret = keys.api_key.reveal(), keys.api_secret.reveal()
    if can_be_field(Field.API_SECRET, key) and can_be_field(Field.API_KEY, secret):
        return "The API key and API secret are swapped."
    for field, value in ((Field.API_KEY, key), (Field.API_SECRET, secret)):
        problem = find_value_problem(field, value)
        if problem is not None and problem.belongs_to is not None:
            return f"The {field.value} looks like {with_article(problem.belongs_to)}."
    return ""


_COPY_AGAIN = (
    "X does not accept it. Copy the API key and its secret from where you saved them. X's console "
    "shows them only once: if they are lost, regenerate them there."
)
