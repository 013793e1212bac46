"""Write docs/diagnoses.md: every message, with what leads to it.

`make docs` runs it; a test compares page() with the file.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Remedy
from twauth_gui.store import errors, vault_errors
from twauth_gui.store.vault import ItemKind
from twauth_gui.xapi.error_text.clues import PRINTED_EXCEPTIONS
from twauth_gui.xapi.errors import posting_rules, response_rules
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import (
    api_errors,
    app_check_findings,
    bot_errors,
    certificate_errors,
    network_errors,
    oauth2_errors,
    plan_errors,
    posting_errors,
)

_FILE = Path(__file__).parents[2] / "docs" / "diagnoses.md"
_PARTS: tuple[tuple[str, ModuleType], ...] = (
    ("What X refuses", api_errors),
    ("What X refuses in OAuth 2.0, and of the app's bearer token", oauth2_errors),
    ("What an app's plan, bill and daily limits do not allow", plan_errors),
    ("What fails between this computer and X", network_errors),
    ("What is wrong with a server's certificate", certificate_errors),
    ("What an app check also finds", app_check_findings),
    ("What X refuses a bot: posts, replies, messages, media", posting_errors),
    ("What else a bot can meet", bot_errors),
)
_RING, _FILE_HERE, _WHY = "{keychain}", Path("{file}"), "{why}"
_FAILURES: tuple[tuple[str, tuple[DiagnosedError, ...]], ...] = (
    (
        "What the keychain refuses",
        (
            vault_errors.VaultAbsentError(_WHY, "{how to get one}"),
            vault_errors.VaultLockedError(_RING),
            vault_errors.VaultDismissedError(_RING),
            vault_errors.VaultHungError(_RING),
            vault_errors.VaultFailedError(_RING),
            vault_errors.VaultNotWrittenError(_RING, _WHY),
            vault_errors.RecordTooLargeError(),
            errors.CredentialMissingError("{account}", _RING, Remedy.SIGN_IN_AGAIN),
            errors.NotSignedInError("{account}", CredentialKind.OAUTH2),
        ),
    ),
    (
        "What is wrong with the encrypted file",
        (
            vault_errors.FileAbsentError(_FILE_HERE),
            vault_errors.FileNotCreatedError(_FILE_HERE),
            vault_errors.FileLockedError(_FILE_HERE),
            vault_errors.WrongPassphraseError(_FILE_HERE),
            vault_errors.EmptyPassphraseError(_FILE_HERE),
            vault_errors.DamagedFileError(_FILE_HERE),
            vault_errors.ForeignFileError(_FILE_HERE),
            vault_errors.NewerFileError(_FILE_HERE, 3, 2),
            vault_errors.CostRefusedError(_FILE_HERE, "{what}"),
            vault_errors.DerivationError(_FILE_HERE, _WHY),
            vault_errors.FileUnreadableError(_FILE_HERE, _WHY),
            vault_errors.FileNotWrittenError(_FILE_HERE, _WHY),
            vault_errors.FileInTheWayError(_FILE_HERE),
        ),
    ),
    (
        "What is wrong with the list",
        (
            errors.IndexUnusableError(_FILE_HERE, "{what is so}", _WHY),
            errors.IndexDamagedError(_FILE_HERE),
            errors.NotWrittenError(_FILE_HERE, _WHY),
            errors.NotOpenedError(_FILE_HERE, _WHY),
            errors.ReadOnlyError(_FILE_HERE),
            errors.AppInUseError("{app}", 2),
            errors.UnsavedCredentialsError("{app}"),
            errors.AccountExistsError("{handle}", "{app}"),
            errors.NotFoundError(ItemKind.ACCOUNT),
            errors.NotFoundError(ItemKind.APP),
            errors.NotFoundError(ItemKind.TOKENS),
            errors.NotFoundError(ItemKind.PENDING_SIGN_IN),
            errors.ChangedMeanwhileError(ItemKind.ACCOUNT),
            errors.ChangedMeanwhileError(ItemKind.APP),
            errors.ChangedMeanwhileError(ItemKind.TOKENS),
            errors.ChangedMeanwhileError(ItemKind.PENDING_SIGN_IN),
        ),
    ),
)
_HEAD = """# Diagnoses

Every message that Twauth has for a failed call to X, and for a keychain, an encrypted file or a
list that cannot be used, in its own words. This page is generated from the code by
`python packaging/docs/diagnoses.py`.

"Seen as" lists the numbers, names and texts by which X's answer is recognised: first the number in
the answer, then the title of a problem, then the name (the last part of its type, its reason, or
OAuth 2.0's `error`), then the words, and the HTTP status last. Some need more than that (the
endpoint, the clock, the headers), or come from the connection and not from an answer: for those the
column is empty or says less.
Places in braces are filled in. The two tables about bots are used by `twauth explain` and *Explain
an error…* only: they are about what a bot was refused, not Twauth.
"""
_BUTTONS = {
    Remedy.NONE: "",
    Remedy.TRY_AGAIN: "Try again",
    Remedy.START_AGAIN: "Start again",
    Remedy.USE_PIN: "Use a PIN",
    Remedy.EDIT_KEYS: "Edit the keys",
    Remedy.COPY_CALLBACK: "Copy the callback",
    Remedy.OPEN_CONSOLE: "Open X's console",
    Remedy.SIGN_IN_AGAIN: "Sign in again",
    Remedy.SIGN_IN_OAUTH2: "Sign in with OAuth 2.0",
    Remedy.UNLOCK: "Unlock the keychain",
    Remedy.CREATE_FILE: "Create the encrypted file",
    Remedy.START_SANDBOX: "Start the sandbox",
    Remedy.OPEN_APPEAL: "Open the appeal form",
    Remedy.OPEN_X: "Open x.com",
    Remedy.OPEN_CONNECTED_APPS: "Open connected apps on x.com",
}


def _list_triggers(entry: ErrorTemplate) -> str:
    """List what leads to the entry, in the order in which it is decided."""
    codes = [
        f"code {code}"
        for table in (response_rules.CODES, posting_rules.CODES)
        for code, one in table.items()
        if one is entry
    ]
    titles = [f"title `{name}`" for name, one in response_rules.TITLES.items() if one is entry]
    names = [f"`{name}`" for name, one in response_rules.NAMES.items() if one is entry]
    tables = (*response_rules.TEXTS, *posting_rules.TEXTS, *PRINTED_EXCEPTIONS)
    texts = [f"“{' … '.join(parts)}”" for parts, one in tables if one is entry]
    statuses = [
        f"status {status}" for status, one in response_rules.STATUSES.items() if one is entry
    ]
    special_rows = (*response_rules.SPECIAL, *posting_rules.SPECIAL)
    special = [words for one, words in special_rows if one is entry]
    return ", ".join((*special, *codes, *titles, *names, *texts, *statuses))


def _row(entry: ErrorTemplate) -> str:
    causes = "<br>".join(f"{number}. {text}" for number, text in enumerate(entry.causes, 1))
    cells = (
        f"**{entry.title}** {entry.advice}",
        causes,
        _BUTTONS[entry.remedy],
        _list_triggers(entry),
        f"`{entry.kind.value}`",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def list_failures() -> set[type[DiagnosedError]]:
    """Return the kinds of failures of keychain, file and list that are on the page."""
    return {type(error) for _heading, failures in _FAILURES for error in failures}


def _failure_row(error: DiagnosedError) -> str:
    found = error.diagnosis
    causes = "<br>".join(f"{number}. {text}" for number, text in enumerate(found.causes, 1))
    message = f"**{found.title}** {found.advice}"
    return f"| {message} | {causes} | {_BUTTONS[found.remedy]} | `{found.kind.value}` |"


def page() -> str:
    """Return the whole page."""
    lines = [_HEAD]
    for heading, module in _PARTS:
        lines += [f"## {heading}", ""]
        lines += ["| message | likely causes | button | seen as | kind |", "|---|---|---|---|---|"]
        templates = (one for one in vars(module).values() if isinstance(one, ErrorTemplate))
        lines += [_row(one) for one in templates]
        lines.append("")
    for heading, failures in _FAILURES:
        lines += [
            f"## {heading}",
            "",
            "| message | likely causes | button | kind |",
            "|---|---|---|---|",
        ]
        lines += [*map(_failure_row, failures), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    _FILE.write_text(page(), encoding="utf-8")
