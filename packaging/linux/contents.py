"""Chooses what of PyInstaller's findings belongs into the Linux bundle."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import PurePosixPath

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
)
"""QML, which draws nothing here; translations of Qt's and the web engine's own texts, which fall
back to English; the web engine's developer tools."""

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
    name, _, kind = entry
    path = PurePosixPath(name)
    alone = str(path.parent) in {".", f"{_QT}/lib"} and fnmatch(path.name, "lib*.so*")
    return kind == "BINARY" and alone and not _any(path.name, LOADED_BY_NAME)


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


def _target(entry: Entry) -> str:
    """Where a link inside the bundle points, as a name in the bundle."""
    name, source, _ = entry
    return str(PurePosixPath(name).parent / source).removeprefix("./")
