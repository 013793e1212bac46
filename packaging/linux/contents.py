"""Choose which of the files that PyInstaller finds the bundle gets, on all three systems.

The patterns are written for the layout of Linux; to_linux_name() finds it in the other two.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""What PyInstaller calls a TOC entry: name in the bundle, source path or a link's target, type."""

_QT = "PySide6/Qt"

UNUSED = (
    f"{_QT}/qml/*",
    f"{_QT}/translations/*.qm",
    f"{_QT}/translations/qtwebengine_locales/[!e]*",
    f"{_QT}/translations/qtwebengine_locales/e[!n]*",
    f"{_QT}/translations/qtwebengine_locales/en-[!U]*",
    f"{_QT}/resources/qtwebengine_devtools_resources*.pak",
    f"{_QT}/resources/*.debug.*",
    "PySide6/QtQml.abi3.so",
    "PySide6/QtQuick.abi3.so",
    "PySide6/QtQuickWidgets.abi3.so",
    "PySide6/QtOpenGL.abi3.so",
    "python3.*/lib-dynload/readline.*",
)
"""QML, which draws nothing here; translations of Qt's and the web engine's own texts, which fall
back to English; the web engine's developer tools; GNU readline, under the GPL, which the shell of
sqlite3 (since Python 3.12) brings in."""

PLUGINS = (
    "iconengines/*",
    "imageformats/libq[gijsw]*",  # gif, icns and ico, jpeg, svg, webp
    "platforminputcontexts/libcompose*",
    "platforminputcontexts/libibus*",
    "platforms/libqcocoa.dylib",
    "platforms/libqoffscreen.*",
    "platforms/libqwayland*",
    "platforms/libqwindows.dll",
    "platforms/libqxcb.so",
    "platformthemes/libqxdgdesktopportal.so",  # not GTK's: it would draw all of GTK into the bundle
    "styles/*",  # with a theme of high contrast, macOS and Windows draw
    "tls/*",
    "wayland-*-client/*",
    "wayland-shell-integration/*",
    "xcbglintegrations/*",
)
"""The Qt plugins that stay."""

HOST_OWNED = (
    "libstdc++.so.*", "libgcc_s.so.*", "libz.so.*", "libzstd.so.*", "libexpat.so.*",
    "libGL*.so.*", "libEGL.so.*", "libOpenGL.so.*", "libdrm.so.*", "libgbm.so.*", "libasound.so.*",
    "libX11.so.*", "libX11-xcb.so.*", "libxcb.so.*", "libxcb-dri?.so.*", "libwayland-*.so.*",
    "libfontconfig.so.*", "libfreetype.so.*", "libdbus-1.so.*", "libsystemd.so.*", "libudev.so.*",
    "libglib-2.0.so.*", "libgobject-2.0.so.*", "libgthread-2.0.so.*", "libgio-2.0.so.*",
    "libgssapi_krb5.so.*", "libkrb5*.so.*", "libk5crypto.so.*", "libcom_err.so.*",
    "libkeyutils.so.*", "libnss*3.so", "libsmime3.so", "libnspr4.so", "libplc4.so", "libplds4.so",
    "libsoftokn3.so", "libfreebl*3.so", "lib*.chk", "nss/*",
)  # fmt: skip
"""Libraries that must match the host's drivers, fonts, services and certificates.

Every desktop has them, and the host's drivers and modules load into the same process: an older copy
in the bundle would be found first.
"""

LOADED_BY_NAME = ("libpython3.*", "libssl.so.*", "libcrypto.so.*")
"""Opened at run time, so no other library's header names them."""

_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_FRAMEWORK = re.compile(rf"^{_QT}/lib/(\w+)\.framework/")

_LAYOUTS = (
    # Windows: no folder Qt, no "lib" before a plugin's name.
    (re.compile(r"^PySide6/plugins/(.+)/([^/]+\.dll)$"), rf"{_QT}/plugins/\1/lib\2"),
    (re.compile(r"^PySide6/(qml|resources|translations)/"), rf"{_QT}/\1/"),
    (re.compile(r"^(PySide6/\w+)\.pyd$"), r"\1.abi3.so"),
    # macOS: what the web engine reads is in its framework.
    (
        re.compile(
            rf"^{_QT}/lib/QtWebEngineCore\.framework/(?:Versions/\w+/)?Resources/(.+\.pak)$"
        ),
        rf"{_QT}/resources/\1",
    ),
    (re.compile(rf"^{_QT}/resources/(qtwebengine_locales/)"), rf"{_QT}/translations/\1"),
)


def to_linux_name(name: str) -> str:
    """Return the name that a file of the bundle has on Linux, as far as a pattern looks at it."""
    name = name.replace("\\", "/")
    for pattern, replacement in _LAYOUTS:
        name = pattern.sub(replacement, name)
    return name


def list_keyring_imports(system: str) -> list[str]:
    """Return what the system's keychain needs and keyring imports by name: sys.platform's names."""
    if system == "darwin":
        return ["keyring.backends.macOS"]
    if system == "win32":
        return ["keyring.backends.Windows", "win32ctypes.pywin32.win32cred"]
    return ["keyring.backends.SecretService", "secretstorage", "jeepney.io.blocking"]


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def is_wanted(name: str) -> bool:
    """Whether a file of this name is of use in the bundle, as far as the name tells."""
    name = to_linux_name(name)
    if _any(name, UNUSED) or _any(name, HOST_OWNED):
        return False
    if name.startswith(f"{_QT}/lib/"):
        return not _any(PurePosixPath(name).name, HOST_OWNED)
    if name.startswith(f"{_QT}/plugins/"):
        return _any(name.removeprefix(f"{_QT}/plugins/"), PLUGINS)
    return True


def read_needed_libraries(path: str) -> Sequence[str]:
    """Return the names of the libraries that a program or library is linked to.

    On Linux binutils' objdump reads them; elsewhere PyInstaller, which finds no others there.
    """
    if sys.platform != "linux":
        bindepend = import_module("PyInstaller.depend.bindepend")  # takes a second
        return [library_name(name) for name, _ in bindepend.get_imports(path)]
    answer = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=False)
    return _NEEDED.findall(answer.stdout)


def library_name(name: str) -> str:
    """Return what a library is known by: the last part of its path; Windows ignores the case."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return last.lower() if last.lower().endswith(".dll") else last


def is_library(name: str) -> bool:
    """Whether a file of the bundle is there only because another one is linked to it."""
    path = PurePosixPath(name.replace("\\", "/"))
    folder = str(path.parent)
    if framework := _FRAMEWORK.match(str(path)):
        return path.name == framework[1]
    if folder == "PySide6":
        return fnmatch(path.name, "Qt6*.dll")
    alone = folder in {".", f"{_QT}/lib"} and fnmatch(path.name, "lib*.so*")
    return alone and not _any(path.name, LOADED_BY_NAME)


def select_entries(
    found: Iterable[Entry], linked_to: Callable[[str], Sequence[str]] = read_needed_libraries
) -> list[Entry]:
    """Return the entries that belong, without libraries that only the left-out ones link to."""
    rest = [entry for entry in found if is_wanted(entry[0])]
    unused = {library_name(entry[0]): entry for entry in rest if _is_plain_library(entry)}
    chosen = [entry for entry in rest if not _is_plain_library(entry)]
    queue = [entry for entry in chosen if entry[2] in {"BINARY", "EXTENSION", "EXECUTABLE"}]
    while queue:
        for name in linked_to(queue.pop()[1]):
            library = unused.pop(name, None)
            if library is not None:
                chosen.append(library)
                queue.append(library)
    left_out = {entry[0] for entry in unused.values()}
    return [entry for entry in chosen if not _goes_with(entry, left_out)]


def _is_plain_library(entry: Entry) -> bool:
    return entry[2] == "BINARY" and is_library(entry[0])


def _goes_with(entry: Entry, left_out: AbstractSet[str]) -> bool:
    """Whether an entry is a link to a library that was left out, or in the same framework."""
    name = entry[0]
    if framework := _FRAMEWORK.match(name):
        return any(one.startswith(framework[0]) for one in left_out)
    return entry[2] == "SYMLINK" and _target(entry) in left_out


_WEB_ENGINE = (
    "PySide6/QtWeb*",
    f"{_QT}/lib/libQt6WebEngine*",
    f"{_QT}/libexec/*",
    f"{_QT}/resources/*",
    f"{_QT}/translations/qtwebengine_locales/*",
)


def find_web_engine(folder: Path) -> set[str]:
    """Return the files of a bundle's libraries that only the web engine needs.

    folder: that of the libraries, ``_internal``. The names are relative to it.
    """
    paths = [path for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    files = {str(path.relative_to(folder)) for path in paths if not path.is_symlink()}
    libraries = {PurePosixPath(name).name: name for name in files if is_library(name)}
    engine = {name for name in files if _any(name, _WEB_ENGINE)}

    def follow(names: Iterable[str]) -> set[str]:
        found, queue = set(names), list(names)
        while queue:
            for needed in read_needed_libraries(str(folder / queue.pop())):
                library = libraries.get(needed, "")
                if library and library not in found:
                    found.add(library)
                    queue.append(library)
        return found

    only = follow(engine) - follow(files - engine - set(libraries.values()))
    real = {folder.resolve() / name for name in only}
    links = {path for path in paths if path.is_symlink() and path.resolve() in real}
    return only | {str(path.relative_to(folder)) for path in links}


def _target(entry: Entry) -> str:
    """Where a link inside the bundle points, as a name in the bundle."""
    name, source, _ = entry
    return str(PurePosixPath(name).parent / source).removeprefix("./")
