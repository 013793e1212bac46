"""Tries, without asking X, whether this computer has what the program needs."""

from __future__ import annotations

import os
import platform
import stat
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from twauth_gui import __version__
from twauth_gui.domain.apps import DEFAULT_CALLBACK
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Kind
from twauth_gui.domain.hosts import is_loopback
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import open_kit
from twauth_gui.services.places import Places
from twauth_gui.services.storage import Storage
from twauth_gui.services.versions import libraries
from twauth_gui.store.vault import Vault

SET_OR_NOT = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION")
SHOWN = (
    *("LANG", "LC_ALL", "NO_PROXY", "PYTHON_KEYRING_BACKEND", "REQUESTS_CA_BUNDLE"),
    *("CURL_CA_BUNDLE", "TWAUTH_DATA_DIR", "XDG_DATA_HOME", "XDG_CURRENT_DESKTOP"),
)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; its text holds no secret, no account, no home's name.

    topic: stable, for scripts. problem: what is wrong, None where all is well.
    """

    topic: str
    text: str
    problem: Diagnosis | None = None


def _no_unlocking(_storage: Storage) -> None:
    """What is locked is found locked."""


@dataclass(slots=True)
class Doctor:
    """Looks at one thing after the other; a problem never keeps it from the next.

    vault: the keychain; where the encrypted file is in use, that is tried instead.
    unlock: opens the file where somebody can give its passphrase.
    """

    places: Places
    vault: Vault
    callbacks: list[str] = field(default_factory=list[str])
    unlock: Callable[[Storage], None] = _no_unlocking

    def findings(self) -> Iterator[Finding]:
        """Look, and tell at once what was seen."""
        yield Finding("program", _program())
        yield Finding("libraries", _libraries())
        yield Finding("environment", _environment() or "nothing of note")
        yield self._folder()
        yield self._guarded("index", self._index)
        yield self._guarded("keychain", self._keychain)
        for callback in dict.fromkeys(self.callbacks or [DEFAULT_CALLBACK]):
            yield self._guarded("callback", partial(_listen, callback))

    def _guarded(self, topic: str, look: Callable[[], str]) -> Finding:
        try:
            return Finding(topic, look())
        except DiagnosedError as error:
            return Finding(topic, error.diagnosis.title, error.diagnosis)

    def _folder(self) -> Finding:
        folder = self.places.data
        shown = short(folder)
        try:
            mode = stat.S_IMODE(folder.stat().st_mode)
        except FileNotFoundError:
            return Finding("folder", f"{shown} does not exist yet")
        except OSError as error:
            problem = Diagnosis(
                Kind.FILE_NOT_WRITTEN,
                f"{shown} cannot be looked at.",
                f"The system says: {error.strerror}. Name another folder with --data-dir.",
            )
            return Finding("folder", problem.title, problem)
        if os.name == "posix" and mode & 0o077:
            problem = Diagnosis(
                Kind.FILE_NOT_WRITTEN,
                f"{shown} is open to other users (mode {mode:04o}).",
                "It holds no secret, but the names of your accounts. Close it with chmod 700.",
            )
            return Finding("folder", problem.title, problem)
        return Finding("folder", f"{shown}, mode {mode:04o}")

    def _index(self) -> str:
        kit = open_kit(self.places, self.vault)
        try:
            apps, accounts = kit.store.apps(), kit.store.accounts()
            self.callbacks += [app.callback for app in apps]
            waiting = len(kit.store.attempts())
        finally:
            kit.close()
        return f"{len(apps)} apps, {len(accounts)} accounts, {waiting} sign-ins under way"

    def _keychain(self) -> str:
        try:
            kit = open_kit(self.places, self.vault)
        except DiagnosedError:  # said of the index already; the keychain is looked at all the same
            return _tried(self.vault)
        try:
            self.unlock(kit.storage)
            return _tried(kit.store.vault)
        finally:
            kit.close()


def short(path: Path) -> str:
    """Write a path without the name of the person's home."""
    try:
        return f"~/{path.absolute().relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(path)


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
        Kind.KEYCHAIN_FAILED,
        f"{name} does not keep what it is given.",
        "A trial item came back different, or stayed when it was deleted.",
    )


def _program() -> str:
    kind = "bundle" if getattr(sys, "frozen", False) else "Python package"
    return f"Twauth {__version__} ({kind}), Python {platform.python_version()}, {_system()}"


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def _libraries() -> str:
    return ", ".join(f"{one.name} {one.version}" for one in libraries())


def _environment() -> str:
    env = os.environ
    parts = [f"{name} is set" for name in SET_OR_NOT if env.get(name)]
    parts += [f"{name}={_redacted(env[name])}" for name in SHOWN if env.get(name)]
    parts += [f"{name}={_without_password(env[name])}" for name in PROXIES if env.get(name)]
    return ", ".join(parts)


def _redacted(value: str) -> str:
    home = os.environ.get("HOME")
    return value.replace(home, "~") if home and home != "/" else value


def _without_password(proxy: str) -> str:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"//{proxy}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(not an address)"
    return f"{parts.scheme or 'http'}://{parts.hostname or ''}{port}"


def _listen(callback: str) -> str:
    from twauth_gui.xapi.loopback import CallbackListener  # noqa: PLC0415 - loads asyncio

    if not is_loopback(urlsplit(callback).hostname or ""):
        return f"{callback} is not on this computer: sign in with a PIN or the address"
    with CallbackListener(callback):
        return f"{callback} can be listened on"
