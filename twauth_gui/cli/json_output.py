"""JSON that --json prints: how records become objects, and what each key means."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from twauth_gui.cli.account_list import serialize_account
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.store.account_list import ACCOUNT_LIST_COLUMNS, AccountListRow
from twauth_gui.store.index_rows import account_columns

if TYPE_CHECKING:
    from twauth_gui.services.vault_service import VaultService


Json = dict[str, object]


class RecordSerializer:
    """Serializes accounts and pending sign-ins; it needs all apps for their labels."""

    def __init__(self, apps: list[App], active: AccountId | None) -> None:
        self._labels: dict[AppId, str] = {app.id: app.label for app in apps}
        self._active = active

    def serialize_account(self, account: Account) -> Json:
        columns = account_columns(account)
        stored = [columns[name] for name in ACCOUNT_LIST_COLUMNS]
        return serialize_account(
            AccountListRow._make(
                (*stored, self.label_of(account.app_id), self.is_active(account), "")
            )
        )

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
    """Return an app as --json prints it. accounts: how many it has."""
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
    """Return a diagnosis as --json prints it; None for none."""
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


def serialize_vault(storage: VaultService, problem: Diagnosis | None, *, is_moving: bool) -> Json:
    """Return the state of the vault as --json prints it. is_moving: a move is not finished."""
    from twauth_gui.store.vault_selection import VaultKind

    is_file = storage.selected_kind is VaultKind.FILE
    return {
        "vault": storage.selected_kind.value,
        "name": storage.name,
        "path": str(storage.file_vault.path) if is_file else None,
        "moving": is_moving,
        "problem": serialize_diagnosis(problem),
    }


def _format_time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


JSON_KEYS: dict[str, dict[str, str]] = {
    "account": {
        "id": "Stable ID of the account on this computer.",
        "handle": "Without @; it can change at X.",
        "name": "The display name at the last check, or an empty text.",
        "user_id": "X's user ID of the account, as text; null if an imported token does not name it"
        " and X has not told it yet.",
        "app": "Label of the app it is signed in under.",
        "active": "Whether it is the active account: used if neither the command, TWAUTH_ACCOUNT"
        " nor a .twauth file names one.",
        "default": "list and show: environment (TWAUTH_ACCOUNT), file (.twauth) or active, if that"
        " is why commands here use it when none is named; else null.",
        "changed": "list and show: what has changed and was not marked as seen, an array: health,"
        " access, handle, name; show also expiry (OAuth 2.0 tokens end soon).",
        "access": "read, read-write, read-write-directmessages; null before the first check.",
        "health": "An object: state, at (time or null) and reason (a sentence, or empty) of the "
        "last check that reached X; failed_at and failure of a later one that did not, else null "
        "and empty.",
        "signed_in_at": "When the credentials were obtained.",
        "method": "browser, embedded, pin, link, address or imported.",
        "note": "Your note.",
        "tags": "Your tags, an array.",
        "favourite": "Whether it is one of your favourites.",
    },
    "tag": {
        "tag": "The tag, as most accounts spell it.",
        "accounts": "The number of accounts that have it.",
    },
    "app": {
        "id": "Stable ID of the app on this computer.",
        "label": "The name you gave it.",
        "callback": "Callback URL that is tried first.",
        "callbacks": "All callback URLs in the order in which they are tried, an array.",
        "api_url": "Host of its API calls.",
        "accounts": "The number of accounts under it.",
        "created_at": "When it was added.",
    },
    "attempt": {
        "id": "What twauth resume takes.",
        "app": "Label of the app.",
        "kind": "oauth1 or oauth2.",
        "method": "browser, embedded, pin, link or address.",
        "state": "waiting, granted (X has granted access; resume finishes it) or wrong-account.",
        "started_at": "When X issued the current link.",
        "expected_handle": "Handle that should approve, or null.",
        "granted_handle": "Handle that approved, or null.",
        "may_be_granted": "Whether X may have granted access that was never saved.",
        "access": "read or write if the request was limited to that, or null.",
        "signin_page": "authorize or authenticate.",
    },
    "batch": {
        "handle": "One of the expected handles.",
        "status": "signed-in, pending, queued (not started), skipped or failed.",
        "attempt": "What twauth resume takes, if the sign-in is pending; else null.",
        "more": "A sentence: why it failed, or how to continue.",
    },
    "ended": {
        "id": "ID of the sign-in that was cancelled.",
        "state": "cancelled, or removed if X was not asked.",
    },
    "network": {
        "proxy": "system, none, or a proxy address.",
        "ca": "A file of certificates, or built-in.",
        "connect_seconds": "How long connecting may take.",
        "read_seconds": "How long X may send nothing.",
        "total_seconds": "How long a whole call may take.",
    },
    "oauth2": {
        "scopes": "X's names of the granted scopes, an array.",
        "expires_at": "When the access token expires.",
        "renewable": "Whether there is a refresh token; commands use it shortly before that.",
        "signed_in_at": "When the first pair of tokens was obtained.",
        "method": "browser, embedded or address.",
    },
    "scope": {
        "name": "What --scope takes.",
        "words": "What a token with this scope may do.",
        "needed": "Whether it is always requested: without it X does not say which account it is.",
        "usual": "Whether it is requested if no --scope is given.",
    },
    "diagnosis": {
        "kind": "Stable ID of what is wrong.",
        "title": "What is so, one line.",
        "advice": "Why, and what to do next.",
        "causes": "Further likely causes, an array.",
        "remedy": "Stable ID of what helps.",
        "wait_until": "When X accepts calls again, or null.",
        "evidence": "What a report may contain: status, code, endpoint, transaction_id, excerpt;"
        " no secret.",
    },
    "explanation": {
        "diagnosis": "A diagnosis.",
        "known": "Whether the reason is known, not only that X refused.",
        "said": "X's own words, without anything that looks like a credential; or an empty text.",
        "line": "Line of the text on which it ends, counted from 1 in what was read.",
        "account": "Handle of the saved account that it is about, without @, or null.",
        "app": "Label of the saved app that it is about, or null.",
        "hints": "What to keep in mind with this text, an array.",
        "next": "What to type or to open next, or null.",
    },
    "preset": {
        "id": "What --preset takes.",
        "title": "Program or library that reads this format.",
        "group": "Kind of destination.",
        "syntax": "How names and values are written, such as dotenv or yaml; run accepts those with"
        " dotenv.",
        "file_name": "The usual name of the file; {handle}, {app} and {tag} (the first one)"
        " stand for the account's.",
        "names": "An object: the preset's name for each value. Its keys are those of credentials in"
        " show, bearer_token and client_secret.",
        "several": "How several accounts are told apart: prefix, suffix, number (in the names),"
        " file (a file each), array or map (by handle).",
        "own": "Whether you made it.",
        "note": "What to know about an export with it, or an empty text.",
    },
    "export": {
        "file": "Path of the file.",
        "exists": "Whether it was there before.",
        "merged": "Whether the rest of it was kept.",
        "written": "Whether it was written: not with --dry-run, nor if it had all of it already.",
        "changes": "An array of objects: name (with dots between levels) and change, which is"
        " added, changed or same. Empty for formats that cannot be merged.",
        "warnings": "An array of objects: kind (git-tracked, git-not-ignored, git-unknown,"
        " synced-folder, readable-by-others, folder-writable-by-others, other-owner, other-name),"
        " text, and action (add-to-gitignore or none).",
        "backup": "Path of the copy of the old file, or null.",
        "gitignore": "The .gitignore that names the file since then, or null.",
    },
    "push": {
        "account": "Stable ID of the account.",
        "handle": "Its handle, without @.",
        "destination": "What --to takes.",
        "target": "An object: the fields of the target, such as repo.",
        "name": "Name of the secret there; null if the account has nothing to push.",
        "plan": "create, update, same, changed-elsewhere (somebody wrote it after Twauth), not-ours"
        " (Twauth did not write it), left-behind (Twauth wrote it, and it is not needed any more),"
        " blocked, unknown (the destination cannot be asked).",
        "result": "created, updated, same, deleted, skipped (left alone), failed, unsure (the next"
        " push writes it again), cancelled; null with --dry-run.",
        "reason": "Why, a sentence; or an empty text.",
    },
    "destination": {
        "id": "What --to takes.",
        "title": "Its name.",
        "preset": "ID of the preset that is used if none is named.",
        "shape": "values (a secret for each value) or document (one for each account).",
        "target": "An object: what each field of the target is.",
        "required": "The fields that have to be named, an array.",
        "commands": "An object: what it runs to check, list, create, set and delete.",
        "own": "Whether it is a file of yours.",
        "trusted": "Whether it may run its commands; always true for one of Twauth's.",
        "tried": "How far it was tried, or an empty text.",
        "note": "What to know about it, or an empty text.",
    },
    "import": {
        "what": "account, app (without an account), or other (what cannot be imported).",
        "result": "With --dry-run: new, same, newer (the saved credentials are missing, refused by"
        " X, or older than the file), conflict (saved or found with other credentials too), no-app,"
        " suspicious (imported only if X confirms it), skipped. Else: imported, not-verified (X was"
        " not reached), replaced, same, conflict, no-app, refused (by X), failed, skipped.",
        "kind": "Of what is skipped: incomplete, ambiguous, other-service, oauth2, damaged, no-key"
        " (a placeholder, a reference, ciphertext or code), unreadable. Else null.",
        "handle": "As X reports it, else as in the file; null if neither is known.",
        "user_id": "X's user ID of the account, as text; null if it is not known.",
        "account": "Stable ID of the saved account, or null.",
        "app": "Label of the app, or null if it is not known.",
        "app_choices": "Labels for --app, an array, if the file leaves open which app it is.",
        "tool": "The tool that keeps its keys in that file.",
        "file": "Path of the file; null for standard input.",
        "line": "Line in the file, from 1; null if the format has no lines.",
        "also_in": "An array of objects with file and line: where else the same account stands.",
        "reason": "Why it was not imported, or not verified, or has to be decided; else an empty"
        " text.",
    },
    "finding": {
        "topic": "Stable ID of what was checked.",
        "text": "What was found.",
        "ok": "Whether it is fine.",
        "problem": "A diagnosis, or null.",
    },
    "change": {
        "account": "Stable ID of the account.",
        "handle": "Its handle now, without @.",
        "app": "Label of its app.",
        "aspect": "health, access, handle, name or expiry (OAuth 2.0 tokens end soon).",
        "before": "The value before; an empty text for expiry.",
        "after": "The value now; for expiry the time at which the tokens end.",
        "trend": "worse, better or neutral.",
        "at": "When a check noticed it.",
    },
    "place": {
        "id": "What --forget takes.",
        "handle": "Handle of the account, without @; null for an app's keys alone.",
        "app": "Label of the app.",
        "kind": "clipboard, stdout, file, program, secret (of a destination) or folder (a .twauth"
        " file, which only names the account).",
        "destination": "Path of the file or folder, name of the program, or ID of the destination.",
        "target": "An object: the fields of a destination, such as its repository.",
        "name": "The secret's name, or an empty text.",
        "preset": "ID of the preset that it was exported with, or an empty text.",
        "values": "Which values are there, an array of the keys of credentials in show.",
        "status": "current, old, unsure (saved anew since, and not compared), interrupted, gone,"
        " changed (the file has other values), elsewhere (restored from a backup) or name-only.",
        "written_at": "When the copy was made last.",
    },
    "restore": {
        "kind": "app or account.",
        "app": "Label of the app.",
        "handle": "Handle of the account, without @; null for an app.",
        "change": "add, same, conflict (both differ), unusable (the backup lacks its credentials),"
        " refused (app add refuses such an app too).",
        "differs": "Names of the fields that differ, an array.",
        "adds": "Kinds of credentials that are added to an existing account, an array.",
        "backup_is_newer": "Whether the backup's sign-in is the later one.",
        "host": "API host of a new app, if that is not X; else null.",
        "why": "Why an app is refused, or null.",
    },
    "fault": {
        "name": "What --fault takes.",
        "group": "What the fault affects.",
        "says": "What happens while it is on.",
    },
    "vault": {
        "vault": "keychain or file: what --vault takes.",
        "name": "Its name on screen.",
        "path": "The encrypted file; null for a keychain.",
        "moving": "Whether a move to or from it was interrupted and is not finished yet.",
        "problem": "A diagnosis: why it cannot be read now, or null.",
    },
}

JSON_SOURCES: dict[str, str] = {
    "account": "list: an array. show: one object, with credentials added: an object of api_key,"
    " api_secret, access_token, access_secret, oauth2_access_token, oauth2_refresh_token and"
    " client_id, all null without --reveal, and oauth2: such an object, or null. check: an array,"
    " with diagnosis added: what is wrong, or null; and billed: whether X bills the check, null if"
    " that is not known; and changes. authorize and resume: the last line, with"
    " missing_scopes added: an array of those that X did not grant.",
    "change": "changes and check --changes: an array, worse ones first. check: in changes of each"
    " account, without account, handle and app.",
    "oauth2": "show, as oauth2. refresh: one object.",
    "scope": "scopes: an array.",
    "tag": "tag: an array.",
    "app": "app list: an array.",
    "attempt": "attempts: an array. authorize and renew: the first line, with url and"
    " callback added.",
    "batch": "authorize with several handles: the last line is an object with batch, an array"
    " of these.",
    "ended": "resume --discard and resume --forget: one line.",
    "network": "network: one object.",
    "diagnosis": "In check, doctor, explain and app check.",
    "explanation": "explain: an array, first what stopped the bot.",
    "preset": "presets: an array.",
    "export": "export --output FILE: one object, without any value.",
    "push": "push: an array.",
    "destination": "destinations: an array.",
    "import": "import: an array.",
    "finding": "doctor and app check: an array.",
    "place": "where: an array, the latest first.",
    "restore": "restore --dry-run: an array, first what differs.",
    "fault": "sandbox --faults: an array.",
    "vault": "vault show: one object.",
}
