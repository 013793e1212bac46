"""JSON that --json prints: how records become objects, and what each key means."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from twauth_gui.cli.account_list import serialize_account
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.store.account_list import ACCOUNT_LIST_COLUMNS
from twauth_gui.store.index_rows import account_columns

if TYPE_CHECKING:
    from twauth_gui.services.vault_service import VaultService


Json = dict[str, object]


class RecordSerializer:
    """Describes what is kept; needs the labels of all apps."""

    def __init__(self, apps: list[App], active: AccountId | None) -> None:
        self._labels: dict[AppId, str] = {app.id: app.label for app in apps}
        self._active = active

    def serialize_account(self, account: Account) -> Json:
        columns = account_columns(account)
        stored = [columns[name] for name in ACCOUNT_LIST_COLUMNS]
        return serialize_account((*stored, self.label_of(account.app_id), self.is_active(account)))

    def serialize_pending_sign_in(self, pending: PendingSignIn) -> Json:
        return {
            "id": pending.id,
            "app": self._labels.get(pending.app_id, ""),
            "kind": pending.kind.value,
            "method": pending.method.value,
            "state": pending.state.value,
            "started_at": _format_time(pending.started_at),
            "expected_handle": pending.expected_handle or None,
            "granted_handle": pending.granted_handle or None,
            "may_be_granted": pending.is_possibly_granted,
            "access": pending.options.access.x_parameter,
            "signin_page": pending.options.page.value,
        }

    def is_active(self, account: Account) -> bool:
        return account.id == self._active

    def label_of(self, app_id: AppId) -> str:
        return self._labels.get(app_id, "")


def serialize_app(app: App, accounts: int) -> Json:
    return {
        "id": app.id,
        "label": app.label,
        "callback": app.callback,
        "callbacks": list(app.callbacks),
        "api_url": app.hosts.api,
        "accounts": accounts,
        "created_at": _format_time(app.created_at),
    }


def serialize_diagnosis(diagnosis: Diagnosis | None) -> Json | None:
    if diagnosis is None:
        return None
    return {
        "kind": diagnosis.kind.value,
        "title": diagnosis.title,
        "advice": diagnosis.advice,
        "causes": list(diagnosis.causes),
        "remedy": diagnosis.remedy.value,
        "wait_until": _format_time(diagnosis.wait_until),
        "evidence": {
            "status": diagnosis.evidence.status,
            "code": diagnosis.evidence.code,
            "endpoint": diagnosis.evidence.endpoint,
            "transaction_id": diagnosis.evidence.transaction_id,
            "excerpt": diagnosis.evidence.excerpt,
        },
    }


def serialize_vault(storage: VaultService, problem: Diagnosis | None, *, moving: bool) -> Json:
    from twauth_gui.store.vault_selection import VaultKind

    is_file = storage.selected_kind is VaultKind.FILE
    return {
        "vault": storage.selected_kind.value,
        "name": storage.name,
        "path": str(storage.file_vault.path) if is_file else None,
        "moving": moving,
        "problem": serialize_diagnosis(problem),
    }


def _format_time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


JSON_KEYS: dict[str, dict[str, str]] = {
    "account": {
        "id": "Stable name of the account on this computer.",
        "handle": "Without @; it can change at X.",
        "name": "The display name at the last check, or an empty text.",
        "user_id": "X's number of the account, as text.",
        "app": "Label of the app it is signed in under.",
        "active": "Whether other commands take it where none is named.",
        "access": "read, read-write, read-write-directmessages; null before the first check.",
        "health": "An object: state, at (time or null) and reason (a sentence, or empty) of the "
        "last check that reached X; failed_at and failure of a later one that did not, else null "
        "and empty.",
        "signed_in_at": "When the credentials were obtained.",
        "method": "browser, embedded, pin, link, address or brought-in.",
        "note": "A note of yours.",
        "tags": "Tags of yours, an array.",
    },
    "app": {
        "id": "Stable name of the app on this computer.",
        "label": "The name you gave it.",
        "callback": "Callback URL that is tried first.",
        "callbacks": "All callback URLs in the order in which they are tried, an array.",
        "api_url": "Where its calls go.",
        "accounts": "The number of accounts under it.",
        "created_at": "When it was added.",
    },
    "attempt": {
        "id": "What twauth resume takes.",
        "app": "Label of the app.",
        "kind": "oauth1 or oauth2.",
        "method": "browser, embedded, pin, link or address.",
        "state": "waiting, granted (X has answered; resume finishes it) or wrong-account.",
        "started_at": "When X gave the link that is out now.",
        "expected_handle": "Who is to approve, or null.",
        "granted_handle": "Who has approved, or null.",
        "may_be_granted": "Whether X may have granted access that was never saved.",
        "access": "read or write where no more was asked for, or null.",
        "signin_page": "authorize or authenticate.",
    },
    "several": {
        "handle": "One of those that were expected.",
        "standing": "in, begun (waits for its answer), waits (not begun), skipped or out.",
        "attempt": "What twauth resume takes, of a sign-in that waits; else null.",
        "more": "A sentence: why it is out, or how it goes on.",
    },
    "ended": {
        "id": "Of the sign-in, which is no more.",
        "state": "given-up, or dropped where X was not asked.",
    },
    "network": {
        "proxy": "system, none, or an address.",
        "ca": "A file of certificates, or built-in.",
        "connect_seconds": "How long connecting may take.",
        "read_seconds": "How long X may be silent.",
        "total_seconds": "How long a whole call may take.",
    },
    "oauth2": {
        "scopes": "What the tokens are good for, an array of X's names.",
        "expires_at": "When the access token ends.",
        "renewable": "Whether there is a refresh token, which other commands use near that end.",
        "signed_in_at": "When the first pair of tokens was obtained.",
        "method": "browser, embedded or address.",
    },
    "scope": {
        "name": "What --scope takes.",
        "words": "What a token with it may do.",
        "needed": "Whether it is always asked for: X would not say whose the sign-in is.",
        "usual": "Whether it is asked for where no --scope is given.",
    },
    "diagnosis": {
        "kind": "Stable name of what is wrong.",
        "title": "What is so, one line.",
        "advice": "Why, and what to do next.",
        "causes": "Further likely causes, an array.",
        "remedy": "Stable name of what helps.",
        "wait_until": "When X lets calls through again, or null.",
        "evidence": "What a report may hold: status, code, endpoint, transaction_id, excerpt;"
        " no secret.",
    },
    "explanation": {
        "diagnosis": "A diagnosis.",
        "known": "Whether the reason is told, and not only that there was a refusal.",
        "said": "X's own words, without anything that looks like a credential; or an empty text.",
        "line": "Where in the text it ends, counted from 1 in what was read.",
        "account": "Handle of the kept account that it is about, without @, or null.",
        "app": "Label of the kept app that it is about, or null.",
        "hints": "What to keep in mind with this text, an array.",
        "next": "What to type or to open next, or null.",
    },
    "preset": {
        "id": "What --preset takes.",
        "title": "Who reads this shape.",
        "group": "Kind of destination.",
        "syntax": "dotenv, properties or json; run takes those with dotenv.",
        "file_name": "The usual name of the file.",
        "names": "An object: the name that this shape has for each value it holds. Its keys are"
        " those of credentials in show, bearer_token and client_secret.",
    },
    "brought": {
        "what": "account, app (without an account), or other (what cannot be brought in).",
        "result": "With --dry-run: new, same, other (kept with other credentials), no-app, left."
        " Else: brought-in, not-verified (X could not be asked), replaced, same, other, no-app,"
        " refused (by X), failed, left.",
        "handle": "As X says, or else as the file has it; null where nobody does.",
        "user_id": "X's number of the account, as text; null where it is not known.",
        "account": "Stable name of the account that is kept, or null.",
        "app": "Label of the app, or null where it is not known.",
        "tool": "Who keeps its keys in that file.",
        "file": "Path of the file.",
        "reason": "Why it was not brought in, or not verified; else an empty text.",
    },
    "finding": {
        "topic": "Stable name of what was looked at.",
        "text": "What was seen.",
        "ok": "Whether it is as it has to be.",
        "problem": "A diagnosis, or null.",
    },
    "restore": {
        "kind": "app or account.",
        "app": "Label of the app.",
        "handle": "Of the account, without @; null for an app.",
        "change": "add, same, conflict (both differ), unusable (the backup lacks its credentials),"
        " refused (app add refuses such an app too).",
        "differs": "Names of the fields that differ, an array.",
        "adds": "Kinds of credentials that are added to an account that is here, an array.",
        "backup_is_newer": "Whether the sign-in of the backup is the later one.",
        "host": "Where the calls of a new app go, if that is not X; else null.",
        "why": "Why an app is refused, or null.",
    },
    "fault": {
        "name": "What --fault takes.",
        "group": "What it is about.",
        "says": "What is so while it is on.",
    },
    "vault": {
        "vault": "keychain or file: what --vault takes.",
        "name": "What people call it.",
        "path": "The encrypted file; null for a keychain.",
        "moving": "Whether a move to or from it was cut off and waits to be settled.",
        "problem": "A diagnosis: why it gives nothing out now, or null.",
    },
}

JSON_SOURCES: dict[str, str] = {
    "account": "list: an array. show: one object, with credentials added: an object of api_key,"
    " api_secret, access_token, access_secret, oauth2_access_token, oauth2_refresh_token and"
    " client_id, all null without --reveal, and oauth2: such an object, or null. check: an array,"
    " with diagnosis added: what is wrong, or null; and billed: whether X bills the check, null if"
    " that is not known. authorize and resume: the last line, with"
    " missing_scopes added: an array of those that X did not grant.",
    "oauth2": "show, as oauth2. refresh: one object.",
    "scope": "scopes: an array.",
    "app": "app list: an array.",
    "attempt": "attempts: an array. authorize and renew: the first line, with url and"
    " callback added.",
    "several": "authorize with several handles: the last line is an object with several, an array"
    " of these.",
    "ended": "resume --discard and resume --forget: one line.",
    "network": "network: one object.",
    "diagnosis": "In check, doctor, explain and app check.",
    "explanation": "explain: an array, what stopped the bot first.",
    "preset": "presets: an array.",
    "brought": "import: an array.",
    "finding": "doctor and app check: an array.",
    "restore": "restore --dry-run: an array, what differs first.",
    "fault": "sandbox --faults: an array.",
    "vault": "vault show: one object.",
}
