"""What a report may tell of the computer: no secret, no account, no home's name."""

from __future__ import annotations

import os
import platform
import sys
from urllib.parse import urlsplit

from twauth_gui import __version__
from twauth_gui.services.versions import libraries

SET_OR_NOT = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION")
SHOWN = (
    *("LANG", "LC_ALL", "NO_PROXY", "PYTHON_KEYRING_BACKEND", "REQUESTS_CA_BUNDLE"),
    *("CURL_CA_BUNDLE", "TWAUTH_DATA_DIR", "XDG_DATA_HOME", "XDG_CURRENT_DESKTOP"),
)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def program_words() -> str:
    kind = "bundle" if getattr(sys, "frozen", False) else "Python package"
    return f"Twauth {__version__} ({kind}), Python {platform.python_version()}, {_system()}"


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def library_words() -> str:
    return ", ".join(f"{one.name} {one.version}" for one in libraries())


def environment_words() -> str:
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
