"""Report of program, libraries and environment, without secret, account or home folder's name."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from urllib.parse import urlsplit

from twauth_gui import __version__

REQUIRED_LIBRARIES = (
    *("click", "cryptography", "keyring", "oauthlib", "platformdirs"),
    *("PyYAML", "requests", "requests-oauthlib", "tweepy", "urllib3"),
)
OPTIONAL_LIBRARIES = (
    "jeepney",
    "PySide6-Addons",
    "PySide6-Essentials",
    "PySide6-WebEngine",
    "PySocks",
    "pyrage",
    "SecretStorage",
)
_MISSING = "missing"


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """One library. licence: as the library's own metadata names it; "" if they do not."""

    name: str
    version: str
    licence: str


def find_version(name: str) -> str:
    """Return the version of a library; "missing" if it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _MISSING


def list_libraries() -> list[LibraryInfo]:
    """Return the required libraries, with the optional ones that are installed."""
    extras = [one for one in map(_read_library, OPTIONAL_LIBRARIES) if one.version != _MISSING]
    return [*map(_read_library, REQUIRED_LIBRARIES), *extras]


def _read_library(name: str) -> LibraryInfo:
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return LibraryInfo(name, _MISSING, "")
    return LibraryInfo(name, package["Version"], read_licence(package))


def read_licence(package: metadata.PackageMetadata) -> str:
    """Return a licence as metadata name it in one of three places, the newest first; "" if none."""
    names = [*package.get_all("License-Expression", []), *package.get_all("License", [])]
    classifiers = package.get_all("Classifier", [])
    names += [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    return names[0].partition("\n")[0] if names else ""


PRESENCE_ONLY = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION")
SHOWN_VARIABLES = (
    *("LANG", "LC_ALL", "NO_PROXY", "PYTHON_KEYRING_BACKEND", "REQUESTS_CA_BUNDLE"),
    *(
        "CURL_CA_BUNDLE",
        "TWAUTH_DATA_DIR",
        "TWAUTH_PROFILE",
        "XDG_DATA_HOME",
        "XDG_CURRENT_DESKTOP",
    ),
)
PROXY_VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
)


def find_installer() -> str:
    """Return what installed Twauth, such as pip, uv, or dpkg for the Debian package; "" if unknown.

    That is the file INSTALLER of PEP 376.
    """
    try:
        return (metadata.distribution("twauth").read_text("INSTALLER") or "").strip()
    except metadata.PackageNotFoundError:
        return ""


def describe_program() -> str:
    """Return a line about Twauth, how it was installed, Python and the system."""
    kind = "bundle" if getattr(sys, "frozen", False) else "Python package"
    if find_installer() == "dpkg":
        kind = "Debian package"
    return (
        f"Twauth {__version__} ({kind}), Python {platform.python_version()}, {_describe_system()}"
    )


def _describe_system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def describe_libraries() -> str:
    """Return the installed libraries with their versions, as one line."""
    return ", ".join(f"{one.name} {one.version}" for one in list_libraries())


def describe_environment() -> str:
    """Return the variables that matter for a report, without passwords, as one line."""
    env = os.environ
    parts = [f"{name} is set" for name in PRESENCE_ONLY if env.get(name)]
    parts += [f"{name}={_redact_home(env[name])}" for name in SHOWN_VARIABLES if env.get(name)]
    parts += [f"{name}={_strip_password(env[name])}" for name in PROXY_VARIABLES if env.get(name)]
    return ", ".join(parts)


def _redact_home(value: str) -> str:
    home = os.environ.get("HOME")
    return value.replace(home, "~") if home and home != "/" else value


def _strip_password(proxy: str) -> str:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"//{proxy}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(not an address)"
    return f"{parts.scheme or 'http'}://{parts.hostname or ''}{port}"
