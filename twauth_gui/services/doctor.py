"""Checks of this computer: whether it has what Twauth needs."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from twauth_gui.domain.apps import DEFAULT_CALLBACK, App
from twauth_gui.domain.callback_urls import is_own_callback
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import (
    AppPaths,
    close_portable_dir,
    describe_portable_mode,
    shorten_path,
)
from twauth_gui.services.container import Services
from twauth_gui.services.environment_report import (
    describe_environment,
    describe_libraries,
    describe_program,
)
from twauth_gui.services.process_hardening import is_hardened
from twauth_gui.services.vault_service import VaultService
from twauth_gui.store.vault import Vault

_FOLDER_ADVICE = "It holds no secret, but the names of your accounts. Protect it with chmod 700."
_PORTABLE_ADVICE = (
    "It holds no secret in plain text, but the names of your accounts. On a disk that keeps no"
    " permissions, as memory sticks do not, whoever can read the disk can read them. Elsewhere"
    " chmod 700 protects it."
)
_FILE_ADVICE = "Its folder keeps them out now. Protect the file too, with chmod 600."
_OTHERS_MODE = 0o077


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """The result of one check; its text contains no secret, account or home folder's name.

    topic: stable, for scripts. problem: what is wrong; None if nothing is. hint: what a user can
    do about something that is not a problem.
    """

    topic: str
    text: str
    problem: Diagnosis | None = None
    hint: Diagnosis | None = None


def _leave_locked(_vaults: VaultService) -> None:
    """Unlock nothing."""


def _call(check: Callable[[], str]) -> str:
    return check()


@dataclass(slots=True)
class Doctor:
    """Runs one check after the other; a problem in one does not stop the next.

    keychain: checked if the index does not say which vault is in use. close_services: called with
    the services at the end. unlock: opens the encrypted file if its passphrase can be asked for.
    run_uninterrupted: runs what an interrupt must not cut off.
    """

    paths: AppPaths
    keychain: Vault
    open_services: Callable[[], Services]
    close_services: Callable[[Services], None]
    unlock: Callable[[VaultService], None] = _leave_locked
    run_uninterrupted: Callable[[Callable[[], str]], str] = _call
    cancel: CancelToken = field(default_factory=CancelToken)
    _services: Services | None = None
    _apps: list[App] = field(default_factory=list[App])

    def run(self) -> Iterator[DoctorFinding]:
        """Run the checks, and yield each finding at once."""
        try:
            for check in self._system_checks():
                self.cancel.raise_if_cancelled()
                yield check()
            for check in (*self._clock_checks(), *self._callback_checks()):
                self.cancel.raise_if_cancelled()
                yield check()
        finally:
            if self._services is not None:
                self.close_services(self._services)

    def _system_checks(self) -> tuple[Callable[[], DoctorFinding], ...]:
        return (
            lambda: DoctorFinding("program", describe_program()),
            lambda: DoctorFinding("libraries", describe_libraries()),
            lambda: DoctorFinding("environment", describe_environment() or "nothing of note"),
            lambda: _run_check("memory", _check_memory),
            *self._portable_checks(),
            lambda: _run_check("folder", partial(_check_folder, self.paths.data, self._advice)),
            lambda: _run_check("log", partial(_check_folder, self.paths.log)),
            lambda: _run_check("settings", self._check_settings),
            lambda: _run_check("index", self._check_index),
            lambda: _run_check("keychain", self._check_vault),
        )

    @property
    def _advice(self) -> str:
        return _FOLDER_ADVICE if self.paths.portable_dir is None else _PORTABLE_ADVICE

    def _portable_checks(self) -> list[Callable[[], DoctorFinding]]:
        folder = self.paths.portable_dir
        if folder is None:
            return []
        close_portable_dir(folder)  # as opening the list does, so that only what stays open counts
        return [lambda: DoctorFinding("portable mode", describe_portable_mode(folder))]

    def _check_settings(self) -> str:
        path = self.paths.window_settings
        try:
            with path.open("rb"):
                return f"{shorten_path(path)} can be read"
        except FileNotFoundError:
            return f"{shorten_path(path)} does not exist yet"
        except OSError as error:
            raise DiagnosedError(
                Diagnosis(
                    ProblemKind.FILE_NOT_WRITTEN,
                    f"{shorten_path(path)} cannot be read.",
                    f"The system says: {error.strerror}. The window uses its default settings.",
                )
            ) from error

    def _check_index(self) -> str:
        services = self._services = self.open_services()
        repair = services.store.describe_index_repair()
        if repair:
            title, _, rest = repair.partition(". ")
            advice = f"{rest} The window compares it with the keychain when it opens."
            raise DiagnosedError(Diagnosis(ProblemKind.INDEX_UNUSABLE, f"{title}.", advice))
        self._apps, accounts = services.store.apps.list_all(), services.store.accounts.list_all()
        services.store.require_writable()
        waiting = len(services.store.pending_sign_ins.list_all())
        counts = (len(self._apps), "app"), (len(accounts), "account"), (waiting, "pending sign-in")
        return ", ".join(pluralize(number, thing) for number, thing in counts)

    def _check_vault(self) -> str:
        vault = self.keychain
        if self._services is not None:
            vaults = self._services.vaults
            if vaults.is_file_requested and not vaults.file_vault.exists:
                return f"{vaults.name} does not exist yet; saving the first credentials creates it"
            self.unlock(vaults)
            vault = vaults.vault
        elif self.paths.portable_dir is not None:
            return "not checked: portable mode writes nothing to it unless asked"
        return self.run_uninterrupted(partial(_try_vault, vault))

    def _clock_checks(self) -> list[Callable[[], DoctorFinding]]:
        """Return a check for each host of an app; no other host is called."""
        by_host = {app.hosts.api: app for app in self._apps}
        return [partial(self._check_clock, app) for app in by_host.values()]

    def _check_clock(self, app: App) -> DoctorFinding:
        from twauth_gui.xapi.clock import is_clock_off  # noqa: PLC0415 - loads requests
        from twauth_gui.xapi.clock_check import (  # noqa: PLC0415 - loads requests
            diagnose_corrected_clock,
            measure_clock_skew,
        )

        host = urlsplit(app.hosts.api).netloc
        assert self._services is not None  # noqa: S101 - apps come from it
        try:
            skew = measure_clock_skew(
                app.hosts, self.cancel, settings=self._services.x_clients.settings_for(app)
            )
        except DiagnosedError as error:
            found = error.diagnosis
            text = f"not checked: {host} is not reached from here. {found.title}"
            return DoctorFinding(
                "clock", text, hint=found if found.kind is ProblemKind.SANDBOX_OFF else None
            )
        if skew is None:
            return DoctorFinding("clock", f"not checked: {host} does not tell the time")
        if is_clock_off(skew):
            off = diagnose_corrected_clock(app.hosts, skew)
            return DoctorFinding("clock", off.title, off)
        return DoctorFinding("clock", f"within {max(1, round(abs(skew)))} s of {host}")

    def _callback_checks(self) -> list[Callable[[], DoctorFinding]]:
        known = dict.fromkeys(url for app in self._apps for url in app.callbacks)
        return [
            partial(_run_check, "callback", partial(_check_callback, url))
            for url in known or [DEFAULT_CALLBACK]
        ]


def format_report(findings: Iterable[DoctorFinding]) -> str:
    """Return the findings as a text to pass on, with any secret of this process redacted."""
    from twauth_gui.xapi.redaction import redact_secrets  # noqa: PLC0415 - only for a report

    lines: list[str] = []
    for one in findings:
        lines.append(f"{'ok     ' if one.problem is None else 'problem'}  {one.topic}: {one.text}")
        if one.problem is not None:
            lines.append(f"         {one.problem.advice}")
    return redact_secrets("\n".join(lines), Secret.list_alive())


def _run_check(topic: str, check: Callable[[], str]) -> DoctorFinding:
    try:
        return DoctorFinding(topic, check())
    except DiagnosedError as error:
        return DoctorFinding(topic, error.diagnosis.title, error.diagnosis)


def _check_memory() -> str:
    is_protected = is_hardened()
    if is_protected is None:
        return "this system cannot protect it from other programs of the same user"
    if is_protected:
        return "protected from other programs of the same user"
    raise DiagnosedError(
        Diagnosis(
            ProblemKind.UNKNOWN,
            "Other programs of the same user can read Twauth's memory.",
            "The system did not accept the protection. Nothing else depends on it.",
        )
    )


def _check_folder(folder: Path, advice: str = _FOLDER_ADVICE) -> str:
    shown = shorten_path(folder)
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
    except FileNotFoundError:
        return f"{shown} does not exist yet"
    except OSError as error:
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.FILE_NOT_WRITTEN,
                f"{shown} cannot be opened.",
                f"The system says: {error.strerror}. Choose another folder with --data-dir.",
            )
        ) from error
    if os.name != "posix":
        return shown
    if mode & _OTHERS_MODE:
        title = f"{shown} is open to other users (mode {mode:04o})."
        raise DiagnosedError(Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, advice))
    for file in _files_open_to_others(folder):
        title = f"{shorten_path(file)} is open to other users."
        raise DiagnosedError(Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, _FILE_ADVICE))
    return f"{shown}, mode {mode:04o}"


def _files_open_to_others(folder: Path) -> Iterator[Path]:
    """Yield the files in it that others may read: its own mode may have been wider before."""
    for one in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):  # another process may have just deleted it
            if one.is_file() and stat.S_IMODE(one.stat().st_mode) & _OTHERS_MODE:
                yield one


def _try_vault(vault: Vault) -> str:
    service, value = f"twauth/trial/{uuid.uuid4().hex}/1", Secret(uuid.uuid4().hex)
    vault.write(service, value)
    try:
        same = vault.read(service) == value
    finally:
        vault.delete(service)
    if not same or vault.read(service) is not None:
        raise DiagnosedError(_unreliable_vault(vault.name))
    return f"{vault.name}: wrote, read and deleted a test item"


def _unreliable_vault(name: str) -> Diagnosis:
    return Diagnosis(
        ProblemKind.KEYCHAIN_FAILED,
        f"{name} does not store items reliably.",
        "A test item came back different, or was still there after it was deleted.",
    )


def _check_callback(callback: str) -> str:
    from twauth_gui.xapi.callback_listener import CallbackListener  # noqa: PLC0415 - loads asyncio

    if not is_own_callback(callback):
        return f"{callback}: Twauth cannot listen there; sign in with a PIN or the address"
    with CallbackListener(callback):
        return f"{callback}: Twauth can listen there"
