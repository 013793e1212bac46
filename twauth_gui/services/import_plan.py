"""What can be imported from other tools, compared with what is here already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId, Credentials
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.hosts import Hosts
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.transfer.found_credentials import FoundAccount, FoundApp, SkippedEntry


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where an entry stands. line: from 1; 0 if unknown."""

    tool: str
    path: Path | None
    line: int = 0

    @override
    def __str__(self) -> str:
        return describe_place(self.tool, self.path, self.line)


class ImportAction(Enum):
    """What importing an account would do, as far as its file tells."""

    NEW = "new"
    SAME = "same"  # Twauth has these credentials already
    NEWER = "newer"  # the saved credentials are missing, or refused by X, or older than the file
    CONFLICT = "conflict"  # it has other credentials, which stay unless replace_existing is set
    NO_APP = "no-app"  # the file does not say which app it belongs to
    SUSPICIOUS = "suspicious"  # it may not be what it seems: kept only if X confirms it


@dataclass(frozen=True, slots=True)
class ImportItem:
    """An account in one file or several.

    Attributes:
        app: the stored app with its key; None if the app is new.
        reason: why the action is what it is, as a sentence; "" for a new account.
        app_choices: the apps that it may belong to, if the file names several; a stored one has the
            label under which it is stored.
        other_places: where else the same credentials stand.
        rivals: where other credentials for the same account stand, three places at most; the person
            chooses between them.
        needs_choice: whether it is imported only if options name an app, or replace_existing.
    """

    tool: str
    path: Path | None
    account: FoundAccount
    action: ImportAction
    app: App | None = None
    reason: str = ""
    app_choices: tuple[FoundApp, ...] = ()
    other_places: tuple[FoundPlace, ...] = ()
    rivals: tuple[FoundPlace, ...] = ()
    needs_choice: bool = False

    @property
    def place(self) -> str:
        return describe_place(self.tool, self.path, self.account.line)

    @property
    def places(self) -> tuple[FoundPlace, ...]:
        """Everywhere these credentials stand; the first is the one that is imported from."""
        return (FoundPlace(self.tool, self.path, self.account.line), *self.other_places)

    def name_app_choices(self) -> dict[str, FoundApp]:
        """Return the app choices by names that tell them apart."""
        return name_apps((self.tool, one) for one in self.app_choices)

    @property
    def name(self) -> str:
        """The handle in the file, else the user id, to show it by."""
        if self.account.handle:
            return f"@{self.account.handle}"
        owner = self.account.user_id
        return f"user {owner}" if owner else "an account without a user ID"

    @property
    def app_name(self) -> str:
        if self.app is not None:
            return self.app.label
        return suggest_app_label(self.tool, self.account.app)


@dataclass(frozen=True, slots=True)
class ImportAppItem:
    """An app in a file that has no account there.

    app: the stored app with its key, if any. other_places: where else its keys stand.
    """

    tool: str
    path: Path | None
    found: FoundApp
    app: App | None = None
    other_places: tuple[FoundPlace, ...] = ()

    @property
    def places(self) -> tuple[FoundPlace, ...]:
        """Everywhere its keys stand; the first is the one that is imported from."""
        return (FoundPlace(self.tool, self.path, self.found.line), *self.other_places)

    @property
    def place(self) -> str:
        return describe_place(self.tool, self.path, self.found.line)

    @property
    def name(self) -> str:
        return suggest_app_label(self.tool, self.found) if self.app is None else self.app.label


@dataclass(frozen=True, slots=True)
class SkippedItem:
    """An entry of a file that cannot be imported, with the reason."""

    tool: str
    path: Path | None
    skipped: SkippedEntry

    @property
    def place(self) -> str:
        return describe_place(self.tool, self.path, self.skipped.line)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that was found in some files."""

    accounts: tuple[ImportItem, ...] = ()
    apps: tuple[ImportAppItem, ...] = ()
    skipped: tuple[SkippedItem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.accounts or self.apps)

    @property
    def is_already_kept(self) -> bool:
        """Whether everything that was found is here already, as it is in the files."""
        return all(one.action is ImportAction.SAME for one in self.accounts) and all(
            one.app is not None for one in self.apps
        )


class ImportStatus(Enum):
    """The outcome of importing one account."""

    IMPORTED = "imported"
    NOT_VERIFIED = "not-verified"  # imported; X could not be asked whose it is
    REPLACED = "replaced"
    SAME = "same"
    CONFLICT = "conflict"
    NO_APP = "no-app"
    REFUSED = "refused"  # by X: nothing is saved
    FAILED = "failed"  # the keychain or the disk did not take it


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome for one account.

    Attributes:
        account: as it is saved, or as X named it.
        diagnosis: why X refused it, or was not reached.
        app: the app under which it is saved.
    """

    item: ImportItem
    outcome: ImportStatus
    account: Account | None = None
    diagnosis: Diagnosis | None = None
    app: App | None = None

    @property
    def app_name(self) -> str:
        return self.item.app_name if self.app is None else self.app.label


@dataclass(frozen=True, slots=True)
class AppWithKeys:
    """An app with its keys, as they are stored."""

    app: App
    keys: AppKeys


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import.

    Attributes:
        app_id: the stored app for accounts whose file names none.
        found_app: the same, for an app from a file; it is saved with the account.
        replace_existing: whether stored credentials are replaced.
        hosts: for new apps.
    """

    app_id: AppId | None = None
    found_app: FoundApp | None = None
    replace_existing: bool = False
    hosts: Hosts = field(default_factory=Hosts)


@dataclass(frozen=True, slots=True)
class FileFingerprint:
    """What tells a file from a changed one. modified: in nanoseconds."""

    size: int
    modified: int
    sha256: str


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A plain-text file whose credentials are saved now, and that can be deleted.

    Attributes:
        path: with symbolic links resolved.
        tool: who writes such files, and may still read it.
        saved: the accounts of it that are saved, with the credentials that the file has.
        command: what replaces it: one `twauth run @handle -- …` for each account, a line each.
        others: what else stands in it, as a sentence; "" for nothing.
        fingerprint: of what was read.
        saved_apps: the apps of it that stand there without an account and are saved, with the keys
            that the file has.
    """

    path: Path
    tool: str
    saved: tuple[tuple[AccountId, Credentials], ...]
    command: str
    others: str
    fingerprint: FileFingerprint
    saved_apps: tuple[tuple[AppId, AppKeys], ...] = ()

    @property
    def place(self) -> str:
        return shorten_path(self.path)

    @property
    def summary(self) -> str:
        """What of it is saved, such as "2 accounts and 1 app"."""
        counts = ((len(self.saved), "account"), (len(self.saved_apps), "app"))
        return " and ".join(pluralize(count, what) for count, what in counts if count)


def describe_place(tool: str, path: Path | None, line: int) -> str:
    """Return where an entry stands, such as "~/bots/.env:3"; without a file, what was read."""
    name = tool if path is None else shorten_path(path)
    return f"{name}:{line}" if line else name


def suggest_app_label(tool: str, found: FoundApp | None) -> str:
    """Return a label for a new app; "" if the file names no app."""
    if found is None:
        return ""
    return found.label or f"App from {tool}"


def name_apps(found: Iterable[tuple[str, FoundApp]]) -> dict[str, FoundApp]:
    """Return apps by labels that tell them apart: with the line, or a number, where labels repeat.

    found: each app with the tool in whose file it stands.
    """
    named: dict[str, FoundApp] = {}
    count = Counter[str]()
    for tool, app in found:
        label = suggest_app_label(tool, app)
        if label in named and app.line:
            label = f"{label} (line {app.line})"
        name = label
        while name in named:
            count[label] += 1
            name = f"{label} {count[label] + 1}"
        named[name] = app
    return named
