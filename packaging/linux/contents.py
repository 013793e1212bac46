"""Chooses what of PyInstaller's findings belongs into the Linux bundle."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""What PyInstaller calls a TOC entry: name in the bundle, source path or a link's target, type."""

_QT = "PySide6/Qt"

UNUSED = (
    f"{_QT}/qml/*",
    f"{_QT}/translations/*.qm",
    f"{_QT}/resources/qtwebengine_devtools_resources*.pak",
    f"{_QT}/resources/*.debug.*",
    "PySide6/QtQml.abi3.so",
    "PySide6/QtQuick.abi3.so",
    "PySide6/QtQuickWidgets.abi3.so",
    "PySide6/QtOpenGL.abi3.so",
)
"""QML, which draws nothing here; translations of Qt's texts; the web engine's developer tools."""

PLUGINS = (
    "iconengines/*",
    "imageformats/libq[gijsw]*",  # gif, icns and ico, jpeg, svg, webp
    "platforminputcontexts/libcompose*",
    "platforminputcontexts/libibus*",
    "platforms/libqoffscreen.so",
    "platforms/libqwayland*",
    "platforms/libqxcb.so",
    "platformthemes/libqxdgdesktopportal.so",  # not GTK's: it would draw all of GTK into the bundle
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


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def belongs(name: str) -> bool:
    """Whether a file of this name in the bundle is of use; says nothing of what needs it."""
    if _any(name, UNUSED) or _any(name, HOST_OWNED):
        return False
    if name.startswith(f"{_QT}/lib/"):
        return not _any(PurePosixPath(name).name, HOST_OWNED)
    if name.startswith(f"{_QT}/plugins/"):
        return _any(name.removeprefix(f"{_QT}/plugins/"), PLUGINS)
    return True


def needed_by(path: str) -> Sequence[str]:
    """The library names in an ELF file's dynamic section, as binutils' objdump reads them."""
    answer = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=False)
    return _NEEDED.findall(answer.stdout)


def _is_library(entry: Entry) -> bool:
    """Whether an entry is there only because another file links to it."""
    return entry[2] == "BINARY" and _is_shared(entry[0])


def wanted(found: Iterable[Entry]) -> list[Entry]:
    """The entries that belong, without libraries only the left-out ones linked to."""
    rest = [entry for entry in found if belongs(entry[0])]
    libraries = {PurePosixPath(entry[0]).name: entry for entry in rest if _is_library(entry)}
    chosen = [entry for entry in rest if not _is_library(entry)]
    queue = [entry for entry in chosen if entry[2] in {"BINARY", "EXTENSION", "EXECUTABLE"}]
    while queue:
        for name in needed_by(queue.pop()[1]):
            library = libraries.pop(name, None)
            if library is not None:
                chosen.append(library)
                queue.append(library)
    left_out = {entry[0] for entry in libraries.values()}
    return [entry for entry in chosen if not (entry[2] == "SYMLINK" and _target(entry) in left_out)]


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
    libraries = {PurePosixPath(name).name: name for name in files if _is_shared(name)}
    engine = {name for name in files if _any(name, _WEB_ENGINE)}

    def follow(names: Iterable[str]) -> set[str]:
        found, queue = set(names), list(names)
        while queue:
            for needed in needed_by(str(folder / queue.pop())):
                library = libraries.get(needed, "")
                if library and library not in found:
                    found.add(library)
                    queue.append(library)
        return found

    only = follow(engine) - follow(files - engine - set(libraries.values()))
    real = {folder.resolve() / name for name in only}
    links = {path for path in paths if path.is_symlink() and path.resolve() in real}
    return only | {str(path.relative_to(folder)) for path in links}


def _is_shared(name: str) -> bool:
    """Whether its place says that a file is there because others link to it."""
    path = PurePosixPath(name)
    is_alone = str(path.parent) in {".", f"{_QT}/lib"} and fnmatch(path.name, "lib*.so*")
    return is_alone and not _any(path.name, LOADED_BY_NAME)


def _target(entry: Entry) -> str:
    """Where a link inside the bundle points, as a name in the bundle."""
    name, source, _ = entry
    return str(PurePosixPath(name).parent / source).removeprefix("./")
