"""What can be imported from other tools, compared with what is kept already."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppId, AppKeys
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.hosts import Hosts
from twauth_gui.transfer.tools.found_credentials import FoundAccount, FoundApp, SkippedEntry


class ImportAction(Enum):
    """What bringing an account in would do, as far as the file tells."""

    NEW = "new"
    SAME = "same"  # these credentials are kept already
    CONFLICT = "other"  # the account is kept with other credentials, which stay unless asked
    NO_APP = "no-app"  # the file does not say which app it belongs to


@dataclass(frozen=True, slots=True)
class ImportItem:
    """An account in a file. app: the kept app with its key, or None for one that is new."""

    tool: str
    path: Path
    account: FoundAccount
    action: ImportAction
    app: App | None = None

    @property
    def name(self) -> str:
        """How a person may know it: by the handle in the file, else by its number."""
        if self.account.handle:
            return f"@{self.account.handle}"
        owner = self.account.user_id
        return f"user {owner}" if owner else "an account without a number"

    @property
    def app_name(self) -> str:
        if self.app is not None:
            return self.app.label
        return suggest_app_label(self.tool, self.account.app)


@dataclass(frozen=True, slots=True)
class ImportAppItem:
    """An app in a file that has no account there. app: the kept one with its key."""

    tool: str
    path: Path
    found: FoundApp
    app: App | None = None

    @property
    def name(self) -> str:
        return suggest_app_label(self.tool, self.found) if self.app is None else self.app.label


@dataclass(frozen=True, slots=True)
class SkippedItem:
    """What stays in its file, with the reason."""

    tool: str
    path: Path
    skipped: SkippedEntry


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """All that was found in some files."""

    accounts: tuple[ImportItem, ...] = ()
    apps: tuple[ImportAppItem, ...] = ()
    skipped: tuple[SkippedItem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.accounts or self.apps)

    @property
    def is_already_kept(self) -> bool:
        """Whether all that was found is kept here already, as it is in the files."""
        return all(one.action is ImportAction.SAME for one in self.accounts) and all(
            one.app is not None for one in self.apps
        )

    @property
    def unusable_files(self) -> tuple[Path, ...]:
        """The files of which something was left and nothing can be brought in."""
        useful = {one.path for one in self.accounts} | {one.path for one in self.apps}
        return tuple({one.path: None for one in self.skipped if one.path not in useful})


class ImportStatus(Enum):
    """What became of one account."""

    IMPORTED = "brought-in"
    NOT_VERIFIED = "not-verified"  # brought in; X could not be asked whose it is
    REPLACED = "replaced"
    SAME = "same"
    CONFLICT = "other"
    NO_APP = "no-app"
    REFUSED = "refused"  # by X: nothing is kept
    FAILED = "failed"  # the keychain or the disk did not take it


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one candidate. diagnosis: what X or the way to it said."""

    item: ImportItem
    outcome: ImportStatus
    account: Account | None = None
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class AppWithKeys:
    """An app with its keys, as they are kept."""

    app: App
    keys: AppKeys


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person asked for beside the choice.

    app_id: the app of accounts whose file names none. replace: whether kept credentials give way.
    hosts: of apps that are new here.
    """

    app_id: AppId | None = None
    replace_existing: bool = False
    hosts: Hosts = field(default_factory=Hosts)


def suggest_app_label(tool: str, found: FoundApp | None) -> str:
    """Name an app that is new here."""
    if found is None:
        return ""
    return found.label or f"App from {tool}"
