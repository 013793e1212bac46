"""The stable shapes of --json: no secret among them, times as ISO 8601 with a zone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from twauth_gui.cli.account_lines import account_shape
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.attempts import PendingSignIn
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.store.listing import STORED
from twauth_gui.store.rows import account_columns

if TYPE_CHECKING:
    from twauth_gui.services.storage import Storage

Json = dict[str, object]


class Shapes:
    """Describes what is kept; needs the labels of all apps."""

    def __init__(self, apps: list[App], active: AccountId | None) -> None:
        self._labels: dict[AppId, str] = {app.id: app.label for app in apps}
        self._active = active

    def account(self, account: Account) -> Json:
        columns = account_columns(account)
        stored = [columns[name] for name in STORED]
        return account_shape((*stored, self.label(account.app_id), self.is_active(account)))

    def attempt(self, attempt: PendingSignIn) -> Json:
        return {
            "id": attempt.id,
            "app": self._labels.get(attempt.app_id, ""),
            "kind": attempt.kind.value,
            "method": attempt.method.value,
            "state": attempt.state.value,
            "started_at": _time(attempt.started_at),
            "expected_handle": attempt.expected_handle or None,
            "granted_handle": attempt.granted_handle or None,
            "may_be_granted": attempt.may_be_granted,
            "access": attempt.options.access.asked,
            "signin_page": attempt.options.page.value,
        }

    def is_active(self, account: Account) -> bool:
        return account.id == self._active

    def label(self, app_id: AppId) -> str:
        return self._labels.get(app_id, "")


def app_shape(app: App, accounts: int) -> Json:
    return {
        "id": app.id,
        "label": app.label,
        "callback": app.callback,
        "callbacks": list(app.callbacks),
        "api_url": app.hosts.api,
        "accounts": accounts,
        "created_at": _time(app.created_at),
    }


def diagnosis_shape(diagnosis: Diagnosis | None) -> Json | None:
    if diagnosis is None:
        return None
    return {
        "kind": diagnosis.kind.value,
        "title": diagnosis.title,
        "advice": diagnosis.advice,
        "causes": list(diagnosis.causes),
        "remedy": diagnosis.remedy.value,
        "wait_until": _time(diagnosis.wait_until),
        "evidence": {
            "status": diagnosis.evidence.status,
            "code": diagnosis.evidence.code,
            "endpoint": diagnosis.evidence.endpoint,
            "transaction_id": diagnosis.evidence.transaction_id,
            "excerpt": diagnosis.evidence.excerpt,
        },
    }


def vault_shape(storage: Storage, problem: Diagnosis | None, *, moving: bool) -> Json:
    from twauth_gui.store.choice import VaultKind

    is_file = storage.kind is VaultKind.FILE
    return {
        "vault": storage.kind.value,
        "name": storage.name,
        "path": str(storage.file.path) if is_file else None,
        "moving": moving,
        "problem": diagnosis_shape(problem),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
