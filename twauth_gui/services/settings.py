"""Settings: the window's in a file, those of locking and network in the index."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.network import NetworkSettings, ProxyAddressError, parse_proxy_url
from twauth_gui.domain.watch import WatchInterval, WatchScope, WatchSettings
from twauth_gui.store.store import Store
from twauth_gui.store.vault_selection import VaultKind

T = TypeVar("T")

DEFAULT_CLIPBOARD_SECONDS = 30
MAX_RECENT_ITEMS = 20
_MAX_FILE_BYTES = 64 * 1024
MAX_SAVED_FILTERS = 50
MAX_FILTER_NAME = 60
MAX_FILTER_QUERY = 500
_MAX_NAME = 200
_MAX_PIXELS = 100_000
_GEOMETRY_NUMBERS = 4
_MIN_CLIPBOARD_SECONDS, _MAX_CLIPBOARD_SECONDS = 5, 600


class ColorScheme(StrEnum):
    """Colour schemes of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class RowSize(StrEnum):
    """How high the rows of the list are."""

    ROOMY = "roomy"
    NORMAL = "normal"
    TIGHT = "tight"


class CloseAction(StrEnum):
    """What closing the window does while Twauth has an icon in the tray."""

    ASK = "ask"
    QUIT = "quit"
    KEEP_RUNNING = "keep-running"


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """Where the window was, and what its list showed, when it was closed.

    geometry: x, y, width, height in pixels while it was not maximised; () if unknown. section,
    order, row_id: names and an id that the list gives; "" if unknown, and unusable ones are
    ignored.
    """

    geometry: tuple[int, ...] = ()
    is_maximized: bool = False
    section: str = ""
    order: str = ""
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A search of the list that was saved. query: as it is typed."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Settings of the window; each field's name is its key in the file.

    recent_items: what was chosen in the palette, the latest first; ids without any secret.
    """

    scheme: ColorScheme = ColorScheme.SYSTEM
    row_size: RowSize = RowSize.NORMAL
    clipboard_seconds: int = DEFAULT_CLIPBOARD_SECONDS
    place: WindowPlace = WindowPlace()
    recent_items: tuple[str, ...] = ()
    shows_tray: bool = False
    close_action: CloseAction = CloseAction.ASK
    dismissed_hints: tuple[str, ...] = ()
    saved_filters: tuple[SavedFilter, ...] = ()


def _parse_clipboard_seconds(value: object) -> int:
    if type(value) is not int or not _MIN_CLIPBOARD_SECONDS <= value <= _MAX_CLIPBOARD_SECONDS:
        raise ValueError(value)
    return value


def _parse_place(value: object) -> WindowPlace:
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    names = (fields.get(name) for name in ("section", "order", "row_id"))
    return WindowPlace(
        _parse_geometry(fields.get("geometry")),
        fields.get("is_maximized") is True,
        *(name if isinstance(name, str) and len(name) <= _MAX_NAME else "" for name in names),
    )


def _parse_saved_filters(value: object) -> tuple[SavedFilter, ...]:
    filters: list[SavedFilter] = []
    for one in cast("list[object]", value) if isinstance(value, list) else []:
        fields = cast("dict[str, object]", one) if isinstance(one, dict) else {}
        name, query = fields.get("name"), fields.get("query")
        if isinstance(name, str) and isinstance(query, str) and name.strip():
            filters.append(SavedFilter(name[:MAX_FILTER_NAME], query[:MAX_FILTER_QUERY]))
    return tuple(filters[:MAX_SAVED_FILTERS])


def _parse_geometry(value: object) -> tuple[int, ...]:
    numbers = cast("list[object]", value) if isinstance(value, list) else []
    known = [one for one in numbers if type(one) is int and abs(one) <= _MAX_PIXELS]
    return tuple(known) if len(numbers) == len(known) == _GEOMETRY_NUMBERS else ()


def _parse_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _parse_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    items = cast("list[object]", value)
    return tuple(one for one in items if isinstance(one, str))[:MAX_RECENT_ITEMS]


def _read_value(
    stored: Mapping[str, object], name: str, parse: Callable[[Any], T], default: T
) -> T:
    try:
        return parse(stored[name])
    except (KeyError, ValueError, TypeError):
        return default


def _to_json(value: object) -> object:
    if isinstance(value, tuple):
        return [_to_json(one) for one in cast("tuple[object, ...]", value)]
    return asdict(value) if isinstance(value, WindowPlace | SavedFilter) else value


class WindowSettingsFile:
    """Reads the settings, and saves those that changed.

    A value that cannot be parsed, of a newer version or in a damaged file, counts as not set.
    Saving another setting does not overwrite it, and a damaged file is renamed, never deleted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> WindowSettings:
        """Return what can be read, with defaults for the rest."""
        default = WindowSettings()
        try:
            stored = self._load()
        except (OSError, ValueError):
            return default
        return WindowSettings(
            _read_value(stored, "scheme", ColorScheme, default.scheme),
            _read_value(stored, "row_size", RowSize, default.row_size),
            _read_value(
                stored, "clipboard_seconds", _parse_clipboard_seconds, default.clipboard_seconds
            ),
            _read_value(stored, "place", _parse_place, default.place),
            _read_value(stored, "recent_items", _parse_names, default.recent_items),
            _read_value(stored, "shows_tray", _parse_bool, default.shows_tray),
            _read_value(stored, "close_action", CloseAction, default.close_action),
            _read_value(stored, "dismissed_hints", _parse_names, default.dismissed_hints),
            _read_value(stored, "saved_filters", _parse_saved_filters, default.saved_filters),
        )

    def write(self, before: WindowSettings, after: WindowSettings) -> None:
        """Save the settings that changed, leaving all others in the file as they are.

        Raises:
            DiagnosedError: the disk refuses; the file is unchanged.
        """
        from twauth_gui.osfiles.private_file import write_private  # noqa: PLC0415 - seldom needed

        stored = self._prepare_file()
        changed = {
            one.name: _to_json(getattr(after, one.name))
            for one in fields(WindowSettings)
            if getattr(after, one.name) != getattr(before, one.name)
        }
        text = json.dumps({**stored, **changed}, indent=2)
        write_private(self._path, f"{text}\n".encode(), overwrite=True)

    def _prepare_file(self) -> dict[str, Any]:
        """Return what the file holds, after creating its folder and renaming a damaged file."""
        from twauth_gui.osfiles.error_sentences import (  # noqa: PLC0415 - seldom needed
            diagnose_write_error,
        )

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return self._load()
            except ValueError:
                _ = self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
                return {}
        except OSError as error:
            raise DiagnosedError(diagnose_write_error(self._path, error)) from error

    def _load(self) -> dict[str, Any]:
        """Load the file; raise OSError if it cannot be read, ValueError if it is damaged."""
        try:
            with self._path.open("rb") as file:
                stored: object = json.loads(file.read(_MAX_FILE_BYTES))
        except FileNotFoundError:
            return {}
        if not isinstance(stored, dict):
            raise ValueError("not an object")  # noqa: TRY004 - damaged like any other
        return cast("dict[str, Any]", stored)


NEVER = 0
DEFAULT_FILE_MINUTES = 15
IDLE_CHOICES = (NEVER, 1, 5, 15, 30, 60)

_IDLE_KEY = "lock.idle-minutes"
_WITH_SCREEN_KEY = "lock.with-screen"


@dataclass(frozen=True, slots=True)
class LockSettings:
    """When Twauth locks. idle_minutes: without a key or a click. with_screen: also on sleep."""

    idle_minutes: int = NEVER
    with_screen: bool = True


def default_idle_minutes(kind: VaultKind) -> int:
    """Return the default for a vault.

    The system locks its keychain itself; the encrypted file is locked by Twauth alone.
    """
    return DEFAULT_FILE_MINUTES if kind is VaultKind.FILE else NEVER


class LockSettingsRepository:
    """Stores the settings in the index, so that each data folder has its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, kind: VaultKind) -> LockSettings:
        """Return the settings; the default depends on the vault in use."""
        stored = self._store.settings.get(_IDLE_KEY) or ""
        minutes = int(stored) if stored.isdecimal() else default_idle_minutes(kind)
        return LockSettings(minutes, self._store.settings.get(_WITH_SCREEN_KEY) != "no")

    def set_idle_minutes(self, minutes: int) -> None:
        """Lock after so many minutes without a key or a click; NEVER not at all."""
        self._store.settings.set(_IDLE_KEY, str(max(NEVER, minutes)))

    def set_with_screen(self, *, wanted: bool) -> None:
        """Lock when the screen locks or the computer goes to sleep."""
        self._store.settings.set(_WITH_SCREEN_KEY, "yes" if wanted else "no")


_WATCH_KEY = "watch"


class WatchSettingsRepository:
    """Stores the settings of the watch in the index, so that each data folder has its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> WatchSettings:
        """Return the settings, with defaults for what is missing or unreadable."""
        try:
            value: object = json.loads(self._store.settings.get(_WATCH_KEY) or "{}")
        except ValueError:
            value = {}
        stored = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        default = WatchSettings()
        return WatchSettings(
            _read_value(stored, "interval", WatchInterval, default.interval),
            _read_value(stored, "scope", WatchScope, default.scope),
            str(stored.get("tag", default.tag)),
            stored.get("notifies") is not False,
        )

    def save(self, settings: WatchSettings) -> None:
        """Save the settings."""
        self._store.settings.set(_WATCH_KEY, json.dumps(asdict(settings)))


_NETWORK_KEY = "network"
_TIMEOUTS = ("connect_seconds", "read_seconds", "total_seconds")


@dataclass(frozen=True, slots=True)
class TimeoutBounds:
    """The shortest and the longest time-out, in seconds."""

    minimum: float
    maximum: float


TIMEOUT_BOUNDS = {
    "connect_seconds": TimeoutBounds(0.1, 60),
    "read_seconds": TimeoutBounds(0.1, 120),
    "total_seconds": TimeoutBounds(0.2, 300),
}


class NetworkSettingError(ValueError):
    """What was entered cannot be used; the message says why."""


class NetworkSettingsRepository:
    """Stores the network settings in the index; no secret is among them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> NetworkSettings:
        """Return the settings, with defaults for what is missing or unreadable."""
        text = self._store.settings.get(_NETWORK_KEY)
        try:
            value: object = json.loads(text or "{}")
        except ValueError:
            value = {}
        return _parse_network_settings(
            cast("dict[str, object]", value) if isinstance(value, dict) else {}
        )

    def save(self, wanted: NetworkSettings) -> NetworkSettings:
        """Save the settings after a check; return them as saved.

        Raises:
            NetworkSettingError: one of them cannot be used. Nothing is changed then.
        """
        saved = NetworkSettings(
            proxy=None if wanted.proxy is None else _validate_proxy(wanted.proxy),
            ca_bundle=_validate_ca_bundle(wanted.ca_bundle),
            **{name: _validate_timeout(name, getattr(wanted, name)) for name in _TIMEOUTS},
        )
        values = {"proxy": saved.proxy, "ca_bundle": saved.ca_bundle}
        times = {name: getattr(saved, name) for name in _TIMEOUTS}
        self._store.settings.set(_NETWORK_KEY, json.dumps({**values, **times}))
        return saved


def _parse_network_settings(fields: dict[str, object]) -> NetworkSettings:
    proxy, bundle = fields.get("proxy"), fields.get("ca_bundle")
    times: dict[str, float] = {}
    for name in _TIMEOUTS:
        value = fields.get(name)
        bounds = TIMEOUT_BOUNDS[name]
        if isinstance(value, int | float) and bounds.minimum <= value <= bounds.maximum:
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
            "Twauth does not store a proxy's user name and password. Use the system proxy, and set "
            "https_proxy with them in the environment that Twauth starts in."
        )
    return address


def _validate_ca_bundle(text: str) -> str:
    if not text.strip():
        return ""
    import ssl  # noqa: PLC0415 - takes 5 ms, which only a changed setting needs

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
    if not bounds.minimum <= value <= bounds.maximum:
        raise NetworkSettingError(
            f"This time-out must be {bounds.minimum:g} to {bounds.maximum:g} seconds,"
            f" not {value:g}."
        )
    return float(value)
