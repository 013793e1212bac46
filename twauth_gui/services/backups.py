"""Backing everything up into one file, and bringing it in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.secret import Secret
from twauth_gui.services.backup_failures import words_of_a_backup
from twauth_gui.services.private_files import PrivateFiles
from twauth_gui.store.age_file import can_speak_age
from twauth_gui.store.backup import Backup, collect, read_backup, sealed_backup
from twauth_gui.store.restore import (
    AccountStep,
    RestoreChange,
    Restored,
    RestorePlan,
    Step,
    Take,
    look_at_restore,
    plan_restore,
)
from twauth_gui.store.restoring import carry_out
from twauth_gui.store.sealed_header import STANDARD, Cost
from twauth_gui.store.store import Store
from twauth_gui.transfer.filewriter import require_target
from twauth_gui.transfer.quoting import one_line

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
    "spare_callbacks": "further callback URLs",
    "oauth2": "tokens of OAuth 2.0",
}
_CHANGE_WORDS = {
    RestoreChange.ADD: "New",
    RestoreChange.SAME: "The same as here",
    RestoreChange.UNUSABLE: "Its credentials are not in the backup",
    RestoreChange.REFUSED: "Its app is refused",
}


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What went into a backup. lacking: accounts whose credentials the keychain had lost."""

    apps: int
    accounts: int
    attempts: int
    lacking: int


@dataclass(frozen=True, slots=True)
class RestoreLine:
    """One app or account of a backup, as a person is shown it.

    key: names it in decisions. handle: "" for an app. differs: the names of what differs, and no
    value. adds: the kinds of credentials that come in beside those that are here. host: where a new
    app's calls go, if that is not X. why: the reason where an app is refused.
    """

    key: str
    app_label: str
    handle: str
    change: RestoreChange
    differs: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    backup_is_newer: bool = False
    host: str = ""
    why: str = ""

    @property
    def title(self) -> str:
        """Its name."""
        if not self.handle:
            return self.app_label
        return f"@{self.handle} · {self.app_label}" if self.app_label else f"@{self.handle}"

    @property
    def note(self) -> str:
        """What restoring does to it, or would do."""
        if self.change is RestoreChange.REFUSED and self.why:
            return f"Refused: {self.why}"
        if self.change is RestoreChange.ADD and self.host:
            return f"New. Its calls do not go to X but to {self.host}"
        if self.change is not RestoreChange.CONFLICT:
            return f"Adds: {_words(self.adds)}" if self.adds else _CHANGE_WORDS[self.change]
        told = f"Differs: {_words(self.differs)}"
        if "credentials" not in self.differs:
            return told
        return (
            f"{told}. The sign-in of the backup is {'newer' if self.backup_is_newer else 'older'}."
        )


@dataclass(frozen=True, slots=True)
class RestoreOffer:
    """An open backup, compared with what is here."""

    backup: Backup
    plan: RestorePlan

    @property
    def lines(self) -> tuple[RestoreLine, ...]:
        """First what differs, then the rest; among each the apps before the accounts."""
        labels = {app.id: app.label for app, _ in self.backup.apps}
        labels.update({step.here: step.app.label for step in self.plan.apps})
        steps: tuple[Step, ...] = (*self.plan.apps, *self.plan.accounts)
        return tuple(sorted((_line(step, labels) for step in steps), key=_order))

    @property
    def new_active(self) -> str:
        """The handle of the account that becomes the active one; "" if none does."""
        wanted = self.plan.active
        found = (step.account for step in self.plan.accounts if step.account.id == wanted)
        return next((one.at_handle for one in found if wanted), "")

    def count(self, change: RestoreChange) -> int:
        """How many apps and accounts this happens to."""
        steps: tuple[Step, ...] = (*self.plan.apps, *self.plan.accounts)
        return sum(step.change is change for step in steps)


class Backups:
    """The jobs of backing up and restoring over one store.

    Args:
        store: what is backed up, and restored into.
        files: writes them.
        now: tells the time.
        cost: of opening a file that is written in Twauth's own format.
    """

    def __init__(
        self,
        store: Store,
        files: PrivateFiles,
        now: Callable[[], datetime],
        *,
        cost: Cost = STANDARD,
    ) -> None:
        self._store = store
        self._files = files
        self._now = now
        self._cost = cost

    @property
    def knows_age(self) -> bool:
        """Whether files in the format of age can be written and read."""
        return can_speak_age()

    def write(
        self, path: Path, passphrase: Secret, before_each: BeforeEach, *, overwrite: bool = False
    ) -> BackedUp:
        """Write everything into one file; a name that ends in .age chooses the format of age.

        before_each is called before each account is read: where it raises, no file is written.

        Raises:
            DiagnosedError: the keychain or the disk refuses; a file that was there is as it was.
        """
        require_target(path, overwrite=overwrite)
        backup = collect(self._store, self._now(), before_each=before_each)
        before_each()
        for_age = path.suffix.lower() == AGE_SUFFIX
        with words_of_a_backup():
            raw = sealed_backup(backup, passphrase, path, cost=self._cost, for_age=for_age)
        self._files.write(path, raw, overwrite=overwrite)
        lacking = sum(one.credentials is None and one.tokens is None for one in backup.accounts)
        return BackedUp(len(backup.apps), len(backup.accounts), len(backup.attempts), lacking)

    def open(self, path: Path, passphrase: Secret) -> RestoreOffer:
        """Open a backup and compare it with what is here; nothing is changed.

        Raises:
            DiagnosedError: the passphrase is wrong, the file is none of ours, the keychain fails.
        """
        with words_of_a_backup():
            backup = read_backup(path, passphrase)
        return self.compare(backup)

    def compare(self, backup: Backup) -> RestoreOffer:
        """Compare an open backup with what is here by now."""
        return RestoreOffer(backup, look_at_restore(self._store, backup))

    def restore(
        self, offer: RestoreOffer, takes: Mapping[str, Take], before_each: BeforeEach
    ) -> Restored:
        """Bring it in, comparing anew: something may have changed since a person looked.

        takes: for what differs, by the key of its line. What nobody decided stays as it is here.
        before_each is called before each app and account: where it raises, restoring ends there.

        Raises:
            DiagnosedError: the keychain or the disk fails. What was restored by then is whole, and
                restoring again does the rest.
        """
        plan = plan_restore(self._store, offer.backup)
        return carry_out(
            self._store,
            plan,
            lambda step: takes.get(key_of(step), Take.MINE),
            before_each=before_each,
        )


def key_of(step: Step) -> str:
    """Name an app or account of a backup, the same at every comparison."""
    if isinstance(step, AccountStep):
        return f"account {step.kept.account.app_id} {step.account.user_id}"
    return f"app {step.here}"


def _line(step: Step, labels: Mapping[AppId, str]) -> RestoreLine:
    if not isinstance(step, AccountStep):
        hosts = step.app.hosts
        return RestoreLine(
            key_of(step),
            one_line(step.app.label),
            "",
            step.change,
            step.differs,
            host="" if hosts.is_x else hosts.api,
            why=one_line(step.why),
        )
    return RestoreLine(
        key_of(step),
        one_line(labels.get(step.account.app_id, "")),
        one_line(step.account.handle),
        step.change,
        step.differs,
        step.lacks,
        step.backup_is_newer,
    )


def _words(fields: tuple[str, ...]) -> str:
    return ", ".join(_FIELD_WORDS.get(name, name) for name in fields)


def _order(line: RestoreLine) -> tuple[bool, bool, str]:
    return line.change is not RestoreChange.CONFLICT, bool(line.handle), line.title.casefold()
