"""Keeps how X is reached: the proxy, the trusted certificates, the time-outs."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from twauth_gui.domain.network import NetworkSettings, ProxyAddressError, checked_proxy
from twauth_gui.store.store import Store

_KEY = "network"
_FIELDS = ("connect_seconds", "read_seconds", "total_seconds")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a time-out may be, in seconds."""

    least: float
    most: float


BOUNDS = {
    "connect_seconds": Bounds(0.1, 60),
    "read_seconds": Bounds(0.1, 120),
    "total_seconds": Bounds(0.2, 300),
}


class NetworkSettingError(ValueError):
    """What was entered cannot be used; the message says why."""


class NetworkShelf:
    """The network settings of this person, in the index: no secret is among them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def current(self) -> NetworkSettings:
        """Give what is set; what is missing or unreadable is as it comes."""
        text = self._store.settings.get(_KEY)
        try:
            value: object = json.loads(text or "{}")
        except ValueError:
            value = {}
        return _read(cast("dict[str, object]", value) if isinstance(value, dict) else {})

    def change(self, wanted: NetworkSettings) -> NetworkSettings:
        """Keep the settings, as they are checked; gives them as they are kept.

        Raises:
            NetworkSettingError: one of them cannot be used. Nothing is changed then.
        """
        kept = NetworkSettings(
            proxy=None if wanted.proxy is None else _proxy(wanted.proxy),
            ca_bundle=_bundle(wanted.ca_bundle),
            **{name: _seconds(name, getattr(wanted, name)) for name in _FIELDS},
        )
        fields = {"proxy": kept.proxy, "ca_bundle": kept.ca_bundle}
        times = {name: getattr(kept, name) for name in _FIELDS}
        self._store.settings.set(_KEY, json.dumps({**fields, **times}))
        return kept


def _read(fields: dict[str, object]) -> NetworkSettings:
    proxy, bundle = fields.get("proxy"), fields.get("ca_bundle")
    times: dict[str, float] = {}
    for name in _FIELDS:
        value = fields.get(name)
        bounds = BOUNDS[name]
        if isinstance(value, int | float) and bounds.least <= value <= bounds.most:
            times[name] = float(value)
    return NetworkSettings(
        proxy=proxy if isinstance(proxy, str) else None,
        ca_bundle=bundle if isinstance(bundle, str) else "",
        **times,
    )


def _proxy(text: str) -> str:
    try:
        address = checked_proxy(text)
    except ProxyAddressError as error:
        raise NetworkSettingError(str(error)) from error
    if "@" in urlsplit(address).netloc:
        raise NetworkSettingError(
            "A proxy's name and password are not kept here. Choose the system's proxy, and set "
            "https_proxy with them in the environment that Twauth starts in."
        )
    return address


def _bundle(text: str) -> str:
    if not text.strip():
        return ""
    path = Path(text.strip()).expanduser().absolute()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise NetworkSettingError(f"{path} holds no certificate in PEM form.") from error
    except OSError as error:
        raise NetworkSettingError(f"{path} cannot be read: {error.strerror}.") from error
    return str(path)


def _seconds(name: str, value: float) -> float:
    bounds = BOUNDS[name]
    if not bounds.least <= value <= bounds.most:
        raise NetworkSettingError(
            f"A time-out is {bounds.least:g} to {bounds.most:g} seconds here, not {value:g}."
        )
    return float(value)
