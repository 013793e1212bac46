"""Back everything up into one encrypted file, and restore it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles.private_file import require_writable_target
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.store.age_file import is_age_available
from twauth_gui.store.backup import Backup, collect_backup, read_backup, seal_backup
from twauth_gui.store.restore_apply import apply_restore
from twauth_gui.store.restore_plan import (
    AccountRestoreStep,
    RestoreChange,
    RestoreChoice,
    RestorePlan,
    RestoreResult,
    RestoreStep,
    plan_restore,
    preview_restore,
)
from twauth_gui.store.sealed_format import STANDARD_COST, KdfCost
from twauth_gui.store.store import Store
from twauth_gui.store.vault_errors import (
    CostRefusedError,
    DamagedFileError,
    DerivationError,
    FileAbsentError,
    FileNotWrittenError,
    FileUnreadableError,
    ForeignFileError,
    SealedFileError,
    WrongPassphraseError,
)
from twauth_gui.transfer.export_renderer import to_single_line

_TITLES: tuple[tuple[type[SealedFileError], str], ...] = (
    (WrongPassphraseError, "That passphrase does not open this backup."),
    (FileAbsentError, "There is no such file."),
    (FileUnreadableError, "The backup cannot be read."),
    (DamagedFileError, "The backup is damaged."),
    (ForeignFileError, "This is not a Twauth backup."),
    (FileNotWrittenError, "The backup was not written."),
    (CostRefusedError, "This backup needs too much memory to open."),
    (DerivationError, "This computer cannot read or write such a backup."),
)
_ADVICE: tuple[tuple[type[SealedFileError], str], ...] = (
    (FileAbsentError, "Nothing was changed. Choose another one."),
    (DamagedFileError, "It is not as Twauth wrote it. Nothing was changed. Use another copy."),
)
_KINDS: tuple[tuple[type[SealedFileError], ProblemKind], ...] = (
    (WrongPassphraseError, ProblemKind.BACKUP_LOCKED),
    (FileNotWrittenError, ProblemKind.FILE_NOT_WRITTEN),
)


@contextmanager
def explain_backup_errors() -> Generator[None]:
    """Raise errors of sealed files as DiagnosedErrors that speak of a backup."""
    try:
        yield
    except SealedFileError as error:
        raise DiagnosedError(_reword(error)) from error


def _reword(error: SealedFileError) -> Diagnosis:
    found = error.diagnosis
    if found.kind is ProblemKind.FILE_EXISTS:
        return found
    kind = next(
        (kind for sort, kind in _KINDS if isinstance(error, sort)), ProblemKind.BACKUP_UNUSABLE
    )
    title = next((text for sort, text in _TITLES if isinstance(error, sort)), found.title)
    advice = next((text for sort, text in _ADVICE if isinstance(error, sort)), found.advice)
    return replace(found, kind=kind, title=title, advice=advice, remedy=Remedy.NONE)


NATIVE_SUFFIX, AGE_SUFFIX = ".twauth", ".age"

BeforeEach = Callable[[], None]

_FIELD_WORDS = {
    "label": "name",
    "callback": "callback URL",
    "hosts": "sign-in page",
    "api_secret": "API secret",
    "bearer_token": "bearer token",
    "client_id": "client ID",
    "client_secret": "client secret",
    "spare_callbacks": "other callback URLs",
    "oauth2": "OAuth 2.0 tokens",
    "is_favourite": "favourite",
}
_CHANGE_WORDS = {
    RestoreChange.ADD: "New",
    RestoreChange.SAME: "Same as here",
    RestoreChange.UNUSABLE: "Its credentials are not in the backup",
    RestoreChange.REFUSED: "Its app is refused",
}


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What a backup contains. without_credentials: accounts that the keychain has none for."""

    apps: int
    accounts: int
    pending_sign_ins: int
    without_credentials: int


@dataclass(frozen=True, slots=True)
class RestoreLine:
    """One app or account of a backup, as it is shown.

    key: names it in decisions. handle: "" for an app. differs: names of fields, no values. adds:
    kinds of credentials that are added to those that are here. host: where a new app's calls go, if
    that is not X. reason: why an app is refused.
    """

    key: str
    app_label: str
    handle: str
    change: RestoreChange
    differs: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    backup_is_newer: bool = False
    host: str = ""
    reason: str = ""

    @property
    def title(self) -> str:
        """The app's label, or the account's handle with it."""
        if not self.handle:
            return self.app_label
        return f"@{self.handle} · {self.app_label}" if self.app_label else f"@{self.handle}"

    @property
    def note(self) -> str:
        """What restoring would do to it."""
        if self.change is RestoreChange.REFUSED and self.reason:
            return f"Refused: {self.reason}"
        if self.change is RestoreChange.ADD and self.host:
            return f"New. Its calls go to {self.host}, not to X"
        if self.change is not RestoreChange.CONFLICT:
            return (
                f"Adds: {_join_field_names(self.adds)}" if self.adds else _CHANGE_WORDS[self.change]
            )
        note = f"Differs: {_join_field_names(self.differs)}"
        if "credentials" not in self.differs:
            return note
        age = "newer" if self.backup_is_newer else "older"
        return f"{note}. The sign-in in the backup is {age}."


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """An open backup, compared with what is here."""

    backup: Backup
    plan: RestorePlan

    @property
    def lines(self) -> tuple[RestoreLine, ...]:
        """What differs first, then the rest; in each part the apps before the accounts."""
        labels = {app.id: app.label for app, _ in self.backup.apps}
        labels.update({step.local_id: step.app.label for step in self.plan.apps})
        steps: tuple[RestoreStep, ...] = (*self.plan.apps, *self.plan.accounts)
        return tuple(sorted((_restore_line(step, labels) for step in steps), key=_sort_key))

    @property
    def new_active(self) -> str:
        """The handle of the account that becomes the active one; "" if none does."""
        wanted = self.plan.active
        found = (step.account for step in self.plan.accounts if step.account.id == wanted)
        return next((one.at_handle for one in found if wanted), "")

    def count(self, change: RestoreChange) -> int:
        """Return how many apps and accounts have this change."""
        steps: tuple[RestoreStep, ...] = (*self.plan.apps, *self.plan.accounts)
        return sum(step.change is change for step in steps)


class BackupService:
    """Backs up one store, and restores into it.

    cost: of deriving the key of a file in Twauth's own format.
    """

    def __init__(
        self,
        store: Store,
        files: PrivateFiles,
        now: Callable[[], datetime],
        *,
        cost: KdfCost = STANDARD_COST,
    ) -> None:
        self._store = store
        self._files = files
        self._now = now
        self._cost = cost

    @property
    def supports_age(self) -> bool:
        """Whether files in the format of age can be written and read."""
        return is_age_available()

    def write(
        self, path: Path, passphrase: Secret, before_each: BeforeEach, *, overwrite: bool = False
    ) -> BackupResult:
        """Write everything into one file; a name that ends in .age chooses the format of age.

        before_each: called before each account is read; if it raises, no file is written.

        Raises:
            DiagnosedError: the keychain or the disk refuses; an existing file is unchanged.
        """
        require_writable_target(path, overwrite=overwrite)
        backup = collect_backup(self._store, self._now(), before_each=before_each)
        before_each()
        for_age = path.suffix.lower() == AGE_SUFFIX
        with explain_backup_errors():
            raw = seal_backup(backup, passphrase, path, cost=self._cost, for_age=for_age)
        self._files.write(path, raw, overwrite=overwrite)
        lacking = sum(one.credentials is None and one.tokens is None for one in backup.accounts)
        return BackupResult(
            len(backup.apps), len(backup.accounts), len(backup.pending_sign_ins), lacking
        )

    def read(self, path: Path, passphrase: Secret) -> RestorePreview:
        """Open a backup and compare it with what is here; nothing is changed.

        Raises:
            DiagnosedError: the passphrase is wrong, it is not a backup, or the keychain fails.
        """
        with explain_backup_errors():
            backup = read_backup(path, passphrase)
        return self.compare(backup)

    def compare(self, backup: Backup) -> RestorePreview:
        """Compare an open backup with what is here now."""
        return RestorePreview(backup, preview_restore(self._store, backup))

    def restore(
        self,
        preview: RestorePreview,
        decisions: Mapping[str, RestoreChoice],
        before_each: BeforeEach,
    ) -> RestoreResult:
        """Restore a backup, comparing again: something may have changed since read().

        decisions: for what differs, by the key of its line; without one, it stays as it is here.
        before_each: called before each app and account; if it raises, restoring ends there.

        Raises:
            DiagnosedError: the keychain or the disk fails. What was restored by then is complete,
                and restoring again does the rest.
        """
        plan = plan_restore(self._store, preview.backup)
        return apply_restore(
            self._store,
            plan,
            lambda step: decisions.get(step_key(step), RestoreChoice.LOCAL),
            before_each=before_each,
        )


def step_key(step: RestoreStep) -> str:
    """Return a key for an app or account of a backup that is the same in every comparison."""
    if isinstance(step, AccountRestoreStep):
        return f"account {step.backup_account.account.app_id} {step.account.user_id}"
    return f"app {step.local_id}"


def _restore_line(step: RestoreStep, labels: Mapping[AppId, str]) -> RestoreLine:
    if not isinstance(step, AccountRestoreStep):
        hosts = step.app.hosts
        return RestoreLine(
            step_key(step),
            to_single_line(step.app.label),
            "",
            step.change,
            step.differing_fields,
            host="" if hosts.is_x else hosts.api,
            reason=to_single_line(step.reason),
        )
    return RestoreLine(
        step_key(step),
        to_single_line(labels.get(step.account.app_id, "")),
        to_single_line(step.account.handle),
        step.change,
        step.differing_fields,
        step.missing_kinds,
        step.is_backup_newer,
    )


def _join_field_names(fields: tuple[str, ...]) -> str:
    return ", ".join(_FIELD_WORDS.get(name, name) for name in fields)


def _sort_key(line: RestoreLine) -> tuple[bool, bool, str]:
    return line.change is not RestoreChange.CONFLICT, bool(line.handle), line.title.casefold()


_SETTINGS_NOT_RESTORED = (
    "It also holds settings of the computer it was made on; they are not restored."
)


def describe_restore(preview: RestorePreview) -> str:
    """Return sentences on what restoring would do, and what it would leave out."""
    return " ".join(
        one for one in (_describe_changes(preview), *_describe_left_out(preview)) if one
    )


def _describe_changes(preview: RestorePreview) -> str:
    unusable, refused = preview.count(RestoreChange.UNUSABLE), preview.count(RestoreChange.REFUSED)
    if preview.plan.is_empty and not (unusable or refused):
        return "Everything in it is here already."
    added, differing = preview.count(RestoreChange.ADD), preview.count(RestoreChange.CONFLICT)
    counts = (
        (added, f"{added} new"),
        (differing, f"{differing} {'differs' if differing == 1 else 'differ'} from what is here"),
        (preview.count(RestoreChange.SAME), f"{preview.count(RestoreChange.SAME)} here already"),
        (unusable, f"{unusable} without credentials in the backup"),
        (refused, f"{refused} refused"),
    )
    parts = ", ".join(words for count, words in counts if count)
    waiting = len(preview.plan.pending_sign_ins)
    sentences = (
        f"Apps and accounts: {parts}." if parts else "",
        f"Pending sign-ins: {waiting}." if waiting else "",
        f"{preview.new_active} becomes the active account." if preview.new_active else "",
    )
    return " ".join(one for one in sentences if one)


def _describe_left_out(preview: RestorePreview) -> tuple[str, ...]:
    refused = preview.plan.refused_sign_ins
    waiting = f"{pluralize(refused, 'pending sign-in')} would end at another address: refused."
    return (waiting if refused else "", _SETTINGS_NOT_RESTORED if preview.backup.settings else "")


def describe_restored(restored: RestoreResult, preview: RestorePreview) -> str:
    """Return a sentence on what was restored."""
    counts = (
        (restored.added, f"{restored.added} added"),
        (restored.replaced, f"{restored.replaced} replaced"),
        (restored.unchanged, f"{restored.unchanged} left as they were"),
        (restored.unusable, f"{restored.unusable} without credentials, not restored"),
        (restored.refused, f"{restored.refused} refused"),
        (restored.pending_sign_ins, pluralize(restored.pending_sign_ins, "pending sign-in")),
        (restored.active is not None, f"{preview.new_active} is the active account"),
    )
    parts = ", ".join(words for count, words in counts if count)
    return f"Restored: {parts}" if parts else "There was nothing in it to restore"
