"""Tries whether this computer has what the program needs."""

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
from twauth_gui.domain.callbacks import leads_here
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.counting import counted
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import Services
from twauth_gui.services.places import AppPaths
from twauth_gui.services.shield import is_closed
from twauth_gui.services.short_path import short
from twauth_gui.services.storage import Storage
from twauth_gui.services.surroundings import (
    environment_words,
    library_words,
    program_words,
)
from twauth_gui.store.vault import Vault

_ACCOUNTS = "It holds no secret, but the names of your accounts. Close it with chmod 700."
_FILES = "Its folder keeps them out by now. Close the file too, with chmod 600."
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """One thing that was looked at; its text holds no secret, no account, no home's name.

    topic: stable, for scripts. problem: what is wrong, None where all is well. hint: what a person
    can do about something that is no problem.
    """

    topic: str
    text: str
    problem: Diagnosis | None = None
    hint: Diagnosis | None = None


def _no_unlocking(_storage: Storage) -> None:
    """What is locked is found locked."""


def _as_it_is(look: Callable[[], str]) -> str:
    return look()


@dataclass(slots=True)
class Doctor:
    """Looks at one thing after the other; a problem never keeps it from the next.

    places: the folders. keychain: tried where the index does not say which vault is in use.
    open_kit: gives the services. close_kit: called with them at the end. unlock: opens the
    encrypted file where somebody can give its passphrase. whole: runs what an interrupt must not
    tear apart.
    """

    places: AppPaths
    keychain: Vault
    open_kit: Callable[[], Services]
    close_kit: Callable[[Services], None]
    unlock: Callable[[Storage], None] = _no_unlocking
    whole: Callable[[Callable[[], str]], str] = _as_it_is
    cancel: CancelToken = field(default_factory=CancelToken)
    _kit: Services | None = None
    _apps: list[App] = field(default_factory=list[App])

    def findings(self) -> Iterator[DoctorFinding]:
        """Look, and tell at once what was seen."""
        try:
            for look in self._looks():
                self.cancel.check()
                yield look()
            for one in (*self._clocks(), *self._callbacks()):
                self.cancel.check()
                yield one()
        finally:
            if self._kit is not None:
                self.close_kit(self._kit)

    def _looks(self) -> tuple[Callable[[], DoctorFinding], ...]:
        return (
            lambda: DoctorFinding("program", program_words()),
            lambda: DoctorFinding("libraries", library_words()),
            lambda: DoctorFinding("environment", environment_words() or "nothing of note"),
            lambda: _guarded("memory", _memory),
            lambda: _guarded("folder", partial(_folder, self.places.data)),
            lambda: _guarded("log", partial(_folder, self.places.log)),
            lambda: _guarded("settings", self._settings),
            lambda: _guarded("index", self._index),
            lambda: _guarded("keychain", self._vault),
        )

    def _settings(self) -> str:
        path = self.places.window_settings
        try:
            with path.open("rb"):
                return f"{short(path)} can be read"
        except FileNotFoundError:
            return f"{short(path)} does not exist yet"
        except OSError as error:
            raise DiagnosedError(
                Diagnosis(
                    ProblemKind.FILE_NOT_WRITTEN,
                    f"{short(path)} cannot be read.",
                    f"The system says: {error.strerror}. What was chosen counts as not chosen.",
                )
            ) from error

    def _index(self) -> str:
        kit = self._kit = self.open_kit()
        rescued = kit.store.rescue_under_way()
        if rescued:
            title, _, rest = rescued.partition(". ")
            advice = f"{rest} The window compares it with the keychain when it opens."
            raise DiagnosedError(Diagnosis(ProblemKind.INDEX_UNUSABLE, f"{title}.", advice))
        self._apps, accounts = kit.store.apps.all(), kit.store.accounts.all()
        kit.store.require_writable()
        waiting = len(kit.store.pending_sign_ins.all())
        counts = (len(self._apps), "app"), (len(accounts), "account"), (waiting, "sign-in")
        return f"{', '.join(counted(number, thing) for number, thing in counts)} under way"

    def _vault(self) -> str:
        vault = self.keychain
        if self._kit is not None:
            self.unlock(self._kit.storage)
            vault = self._kit.storage.vault
        return self.whole(partial(_tried, vault))

    def _clocks(self) -> list[Callable[[], DoctorFinding]]:
        """One for each host that an app is kept for: nobody else is asked anything."""
        by_host = {app.hosts.api: app for app in self._apps}
        return [partial(self._clock, app) for app in by_host.values()]

    def _clock(self, app: App) -> DoctorFinding:
        from twauth_gui.xapi.clock import is_off  # noqa: PLC0415 - loads requests
        from twauth_gui.xapi.corrected_clock import clock_corrected  # noqa: PLC0415
        from twauth_gui.xapi.probe import measure_skew  # noqa: PLC0415

        host = urlsplit(app.hosts.api).netloc
        assert self._kit is not None  # noqa: S101 - apps come from it
        try:
            skew = measure_skew(app.hosts, self.cancel, line=self._kit.x_clients.to(app))
        except DiagnosedError as error:
            found = error.diagnosis
            text = f"not compared: {host} is not reached from here. {found.title}"
            return DoctorFinding(
                "clock", text, hint=found if found.kind is ProblemKind.SANDBOX_OFF else None
            )
        if skew is None:
            return DoctorFinding("clock", f"not compared: {host} does not tell the time")
        if is_off(skew):
            off = clock_corrected(app.hosts, skew)
            return DoctorFinding("clock", off.title, off)
        return DoctorFinding("clock", f"within {max(1, round(abs(skew)))} s of {host}")

    def _callbacks(self) -> list[Callable[[], DoctorFinding]]:
        known = dict.fromkeys(url for app in self._apps for url in app.callbacks)
        return [
            partial(_guarded, "callback", partial(_listen, url))
            for url in known or [DEFAULT_CALLBACK]
        ]


def report_of(findings: Iterable[DoctorFinding]) -> str:
    """Write the findings as a text to pass on; living secrets are taken out even so."""
    from twauth_gui.xapi.redaction import redact_known  # noqa: PLC0415 - only for a report

    lines: list[str] = []
    for one in findings:
        lines.append(f"{'ok     ' if one.problem is None else 'problem'}  {one.topic}: {one.text}")
        if one.problem is not None:
            lines.append(f"         {one.problem.advice}")
    return redact_known("\n".join(lines), Secret.living())


def _guarded(topic: str, look: Callable[[], str]) -> DoctorFinding:
    try:
        return DoctorFinding(topic, look())
    except DiagnosedError as error:
        return DoctorFinding(topic, error.diagnosis.title, error.diagnosis)


def _memory() -> str:
    closed = is_closed()
    if closed is None:
        return "this system has no mark that closes it to other programs of the same person"
    if closed:
        return "closed to other programs of the same person"
    raise DiagnosedError(
        Diagnosis(
            ProblemKind.UNKNOWN,
            "Other programs of the same person can read this one's memory.",
            "The system did not take the mark that closes it. Nothing else depends on it.",
        )
    )


def _folder(folder: Path) -> str:
    shown = short(folder)
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
    except FileNotFoundError:
        return f"{shown} does not exist yet"
    except OSError as error:
        raise DiagnosedError(
            Diagnosis(
                ProblemKind.FILE_NOT_WRITTEN,
                f"{shown} cannot be looked at.",
                f"The system says: {error.strerror}. Name another folder with --data-dir.",
            )
        ) from error
    if os.name != "posix":
        return shown
    if mode & _OTHERS:
        title = f"{shown} is open to other users (mode {mode:04o})."
        raise DiagnosedError(Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, _ACCOUNTS))
    for file in _open_files(folder):
        title = f"{short(file)} is open to other users."
        raise DiagnosedError(Diagnosis(ProblemKind.FILE_NOT_WRITTEN, title, _FILES))
    return f"{shown}, mode {mode:04o}"


def _open_files(folder: Path) -> Iterator[Path]:
    """Give the files in it that others may read: its own mode can have been wider before."""
    for one in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):  # another process may be just done with it
            if one.is_file() and stat.S_IMODE(one.stat().st_mode) & _OTHERS:
                yield one


def _tried(vault: Vault) -> str:
    service, value = f"twauth/trial/{uuid.uuid4().hex}/1", Secret(uuid.uuid4().hex)
    vault.write(service, value)
    try:
        same = vault.read(service) == value
    finally:
        vault.delete(service)
    if not same or vault.read(service) is not None:
        raise DiagnosedError(_forgetful(vault.name))
    return f"{vault.name}: wrote, read and deleted a trial item"


def _forgetful(name: str) -> Diagnosis:
    return Diagnosis(
        ProblemKind.KEYCHAIN_FAILED,
        f"{name} does not keep what it is given.",
        "A trial item came back different, or stayed when it was deleted.",
    )


def _listen(callback: str) -> str:
    from twauth_gui.xapi.loopback import CallbackListener  # noqa: PLC0415 - loads asyncio

    if not leads_here(callback):
        return f"{callback} is not listened at: sign in with a PIN or the address"
    with CallbackListener(callback):
        return f"{callback} can be listened on"
