"""Settings that the user chose: the window's in a file, locking and network in the index."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.network import NetworkSettings, ProxyAddressError, parse_proxy_url
from twauth_gui.store.store import Store
from twauth_gui.store.vault_selection import VaultKind

T = TypeVar("T")

DEFAULT_CLIPBOARD_SECONDS = 30
_MAX_FILE_BYTES = 64 * 1024
_MIN_CLIPBOARD_SECONDS, _MAX_CLIPBOARD_SECONDS = 5, 600


class ColorScheme(StrEnum):
    """Whose colours the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class RowSize(StrEnum):
    """How high the rows of the list are."""

    ROOMY = "roomy"
    NORMAL = "normal"
    TIGHT = "tight"


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """All choices; each field's name is its key in the file. What concerns data is in the index."""

    scheme: ColorScheme = ColorScheme.SYSTEM
    row_size: RowSize = RowSize.NORMAL
    clipboard_seconds: int = DEFAULT_CLIPBOARD_SECONDS


def _parse_clipboard_seconds(value: object) -> int:
    if type(value) is not int or not _MIN_CLIPBOARD_SECONDS <= value <= _MAX_CLIPBOARD_SECONDS:
        raise ValueError(value)
    return value


def _read_choice(kept: Mapping[str, object], name: str, read: Callable[[Any], T], first: T) -> T:
    try:
        return read(kept[name])
    except (KeyError, ValueError, TypeError):
        return first


class WindowSettingsFile:
    """Reads the choices, and changes one at a time.

    What cannot be understood, a value of a newer program or a damaged file, counts as not chosen;
    it is overwritten by no other choice, and a damaged file is set aside, never deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> WindowSettings:
        """Give what can be read; the rest is as it is at first."""
        try:
            kept = self._load()
        except (OSError, ValueError):
            return WindowSettings()
        first = WindowSettings()
        return WindowSettings(
            _read_choice(kept, "scheme", ColorScheme, first.scheme),
            _read_choice(kept, "row_size", RowSize, first.row_size),
            _read_choice(
                kept, "clipboard_seconds", _parse_clipboard_seconds, first.clipboard_seconds
            ),
        )

    def write(self, before: WindowSettings, after: WindowSettings) -> None:
        """Keep those choices that differ, beside all others that the file holds.

        Raises:
            DiagnosedError: the disk did not take it; the file is as before.
        """
        from twauth_gui.transfer.private_file_writer import write_private  # noqa: PLC0415 - seldom needed

        beside = self._prepare_file()
        changed = {
            one.name: getattr(after, one.name)
            for one in fields(WindowSettings)
            if getattr(after, one.name) != getattr(before, one.name)
        }
        text = json.dumps({**beside, **changed}, indent=2)
        write_private(self._path, f"{text}\n".encode(), overwrite=True)

    def _prepare_file(self) -> dict[str, Any]:
        """Give what the file holds, after making its folder and setting a damaged one aside."""
        from twauth_gui.transfer.private_file_writer import explain_write_error  # noqa: PLC0415 - seldom needed

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return self._load()
            except ValueError:
                _ = self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
                return {}
        except OSError as error:
            raise DiagnosedError(explain_write_error(self._path, error)) from error

    def _load(self) -> dict[str, Any]:
        """Raises OSError where the file cannot be read, ValueError where it is damaged."""
        try:
            with self._path.open("rb") as file:
                kept: object = json.loads(file.read(_MAX_FILE_BYTES))
        except FileNotFoundError:
            return {}
        if not isinstance(kept, dict):
            raise ValueError("not an object")  # noqa: TRY004 - damaged like any other
        return cast("dict[str, Any]", kept)


NEVER = 0
DEFAULT_FILE_MINUTES = 15
IDLE_CHOICES = (NEVER, 1, 5, 15, 30, 60)

_IDLE_KEY = "lock.idle-minutes"
_WITH_SCREEN_KEY = "lock.with-screen"


@dataclass(frozen=True, slots=True)
class LockSettings:
    """idle_minutes: without a key or a click; OFF for never. with_screen: also before sleep."""

    idle_minutes: int = NEVER
    with_screen: bool = True


class LockSettingsRepository:
    """Keeps the choices in the index, so that each data folder has its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, kind: VaultKind) -> LockSettings:
        """Give what is chosen; what was never chosen depends on the vault in use.

        The system locks its keychain itself; the encrypted file has nobody but Twauth to do it.
        """
        first = DEFAULT_FILE_MINUTES if kind is VaultKind.FILE else NEVER
        chosen = self._store.settings.get(_IDLE_KEY) or ""
        minutes = int(chosen) if chosen.isdecimal() else first
        return LockSettings(minutes, self._store.settings.get(_WITH_SCREEN_KEY) != "no")

    def set_idle_minutes(self, minutes: int) -> None:
        """Lock after so many minutes without a key or a click; OFF for never."""
        self._store.settings.set(_IDLE_KEY, str(max(NEVER, minutes)))

    def set_with_screen(self, *, wanted: bool) -> None:
        """Lock when the screen locks or the computer goes to sleep."""
        self._store.settings.set(_WITH_SCREEN_KEY, "yes" if wanted else "no")


_NETWORK_KEY = "network"
_TIMEOUTS = ("connect_seconds", "read_seconds", "total_seconds")


@dataclass(frozen=True, slots=True)
class TimeoutBounds:
    """What a time-out may be, in seconds."""

    least: float
    most: float


TIMEOUT_BOUNDS = {
    "connect_seconds": TimeoutBounds(0.1, 60),
    "read_seconds": TimeoutBounds(0.1, 120),
    "total_seconds": TimeoutBounds(0.2, 300),
}


class NetworkSettingError(ValueError):
    """What was entered cannot be used; the message says why."""


class NetworkSettingsRepository:
    """The network settings of this person, in the index: no secret is among them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> NetworkSettings:
        """Give what is set; what is missing or unreadable is as it comes."""
        text = self._store.settings.get(_NETWORK_KEY)
        try:
            value: object = json.loads(text or "{}")
        except ValueError:
            value = {}
        return _parse_network_settings(
            cast("dict[str, object]", value) if isinstance(value, dict) else {}
        )

    def save(self, wanted: NetworkSettings) -> NetworkSettings:
        """Keep the settings, as they are checked; gives them as they are kept.

        Raises:
            NetworkSettingError: one of them cannot be used. Nothing is changed then.
        """
        kept = NetworkSettings(
            proxy=None if wanted.proxy is None else _validate_proxy(wanted.proxy),
            ca_bundle=_validate_ca_bundle(wanted.ca_bundle),
            **{name: _validate_timeout(name, getattr(wanted, name)) for name in _TIMEOUTS},
        )
        fields = {"proxy": kept.proxy, "ca_bundle": kept.ca_bundle}
        times = {name: getattr(kept, name) for name in _TIMEOUTS}
        self._store.settings.set(_NETWORK_KEY, json.dumps({**fields, **times}))
        return kept


def _parse_network_settings(fields: dict[str, object]) -> NetworkSettings:
    proxy, bundle = fields.get("proxy"), fields.get("ca_bundle")
    times: dict[str, float] = {}
    for name in _TIMEOUTS:
        value = fields.get(name)
        bounds = TIMEOUT_BOUNDS[name]
        if isinstance(value, int | float) and bounds.least <= value <= bounds.most:
            times[name] = float(value)
    return NetworkSettings(
        proxy=proxy if isinstance(proxy, str) else None,
        ca_bundle=bundle if isinstance(bundle, str) else "",
        **times,
    )


def _validate_proxy(text: str) -> str:
    try:
        address = parse_proxy_url(text)
    except ProxyAddressError as error:
        raise NetworkSettingError(str(error)) from error
    if "@" in urlsplit(address).netloc:
        raise NetworkSettingError(
            "A proxy's name and password are not kept here. Choose the system's proxy, and set "
            "https_proxy with them in the environment that Twauth starts in."
        )
    return address


def _validate_ca_bundle(text: str) -> str:
    if not text.strip():
        return ""
    path = Path(text.strip()).expanduser().absolute()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise NetworkSettingError(f"{path} contains no certificate in PEM format.") from error
    except OSError as error:
        raise NetworkSettingError(f"{path} cannot be read: {error.strerror}.") from error
    return str(path)


def _validate_timeout(name: str, value: float) -> float:
    bounds = TIMEOUT_BOUNDS[name]
    if not bounds.least <= value <= bounds.most:
        raise NetworkSettingError(
            f"A time-out is {bounds.least:g} to {bounds.most:g} seconds here, not {value:g}."
        )
    return float(value)
