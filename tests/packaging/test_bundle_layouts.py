"""Prove that the bundles for macOS and Windows have what the one for Linux has."""

from __future__ import annotations

import plistlib
import re
import runpy
import sys
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from PIL import Image

PACKAGING = Path(__file__).parents[2] / "packaging"
CONTENTS = runpy.run_path(str(PACKAGING / "linux" / "contents.py"))
VERSION_RESOURCE = runpy.run_path(str(PACKAGING / "windows" / "version_resource.py"))
ICONS = runpy.run_path(str(PACKAGING / "release" / "icons.py"))

_ENGINE = "PySide6/Qt/lib/QtWebEngineCore.framework"
# Names in the wheels of PySide6 6.12 for each system.
KEPT = {
    "win32": (
        "PySide6/QtCore.pyd",
        "PySide6/QtWebEngineProcess.exe",
        "PySide6/msvcp140.dll",
        "PySide6/opengl32sw.dll",
        "PySide6/plugins/iconengines/qsvgicon.dll",
        "PySide6/plugins/imageformats/qico.dll",
        "PySide6/plugins/platforms/qoffscreen.dll",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/plugins/styles/qmodernwindowsstyle.dll",
        "PySide6/plugins/tls/qschannelbackend.dll",
        "PySide6/resources/icudtl.dat",
        "PySide6/resources/qtwebengine_resources.pak",
        "PySide6/translations/qtwebengine_locales/en-US.pak",
        "python313.dll",
        "twauth_gui/resources/icons/check.svg",
    ),
    "darwin": (
        "PySide6/Qt/plugins/iconengines/libqsvgicon.dylib",
        "PySide6/Qt/plugins/imageformats/libqjpeg.dylib",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/platforms/libqoffscreen.dylib",
        "PySide6/Qt/plugins/styles/libqmacstyle.dylib",
        "PySide6/QtCore.abi3.so",
        f"{_ENGINE}/Versions/A/Helpers/QtWebEngineProcess.app/Contents/MacOS/QtWebEngineProcess",
        f"{_ENGINE}/Versions/A/Resources/icudtl.dat",
        f"{_ENGINE}/Versions/A/Resources/qtwebengine_locales/en-US.pak",
        f"{_ENGINE}/Versions/A/Resources/qtwebengine_resources.pak",
        f"{_ENGINE}/Versions/A/Resources/v8_context_snapshot.arm64.bin",
        "twauth_gui/resources/icons/check.svg",
    ),
}
LEFT_OUT = {
    "win32": (
        "PySide6/QtQml.pyd",
        "PySide6/QtQuick.pyd",
        "PySide6/plugins/imageformats/qpdf.dll",
        "PySide6/plugins/platforminputcontexts/qtvirtualkeyboardplugin.dll",
        "PySide6/plugins/platforms/qdirect2d.dll",
        "PySide6/plugins/sqldrivers/qsqlite.dll",
        "PySide6/qml/QtWebEngine/qmldir",
        "PySide6/qml/QtWebEngine/qtwebenginequickplugin.dll",
        "PySide6/resources/qtwebengine_devtools_resources.pak",
        "PySide6/resources/qtwebengine_resources.debug.pak",
        "PySide6/translations/qtbase_de.qm",
    ),
    "darwin": (
        "PySide6/Qt/plugins/imageformats/libqpdf.dylib",
        "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.dylib",
        "PySide6/Qt/plugins/platforms/libqminimal.dylib",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.dylib",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/QtQml.abi3.so",
        f"{_ENGINE}/Versions/A/Resources/qtwebengine_devtools_resources.pak",
    ),
}


def as_pyinstaller_writes_it(name: str, system: str) -> str:
    return str(PureWindowsPath(name)) if system == "win32" else name


@pytest.mark.parametrize("system", KEPT)
def test_the_bundle_takes_the_same_on_every_system(system: str) -> None:
    for names, expected in ((KEPT[system], True), (LEFT_OUT[system], False)):
        for name in names:
            found = CONTENTS["is_wanted"](as_pyinstaller_writes_it(name, system))
            assert found is expected, name


_LIB = "PySide6/Qt/lib"
GRAPHS: dict[str, tuple[dict[str, list[str]], dict[str, str], set[str]]] = {
    "win32": (
        {
            "PySide6/QtCore.pyd": ["Qt6Core.dll"],
            "PySide6/plugins/platforms/qwindows.dll": ["QT6GUI.dll", "KERNEL32.dll"],
            "PySide6/plugins/imageformats/qpdf.dll": ["Qt6Pdf.dll"],
            "PySide6/Qt6Core.dll": [],
            "PySide6/Qt6Gui.dll": ["Qt6Core.dll"],
            "PySide6/Qt6Pdf.dll": ["Qt6Gui.dll"],
        },
        {},
        {"PySide6/plugins/imageformats/qpdf.dll", "PySide6/Qt6Pdf.dll"},
    ),
    "darwin": (
        {
            "PySide6/QtCore.abi3.so": ["@rpath/QtCore.framework/Versions/A/QtCore"],
            "PySide6/Qt/plugins/imageformats/libqpdf.dylib": [
                "@rpath/QtPdf.framework/Versions/A/QtPdf"
            ],
            f"{_LIB}/QtCore.framework/Versions/A/QtCore": ["/usr/lib/libSystem.B.dylib"],
            f"{_LIB}/QtPdf.framework/Versions/A/QtPdf": [],
        },
        {
            "QtCore": f"{_LIB}/QtCore.framework/Versions/A/QtCore",
            "QtPdf": f"{_LIB}/QtPdf.framework/Versions/A/QtPdf",
            f"{_LIB}/QtPdf.framework/Versions/Current": "A",
        },
        {
            "PySide6/Qt/plugins/imageformats/libqpdf.dylib",
            f"{_LIB}/QtPdf.framework/Versions/A/QtPdf",
            f"{_LIB}/QtPdf.framework/Versions/Current",
            f"{_LIB}/QtPdf.framework/Resources/Info.plist",
            "QtPdf",
        },
    ),
}
"""For each system: what links to what, links in the bundle, and what must not be in it."""


@pytest.mark.parametrize("system", GRAPHS)
def test_a_library_goes_with_the_last_that_needs_it(system: str) -> None:
    binaries, links, left_out = GRAPHS[system]
    entries = [(name, name, "BINARY") for name in binaries]
    entries += [(name, target, "SYMLINK") for name, target in links.items()]
    if system == "darwin":
        frameworks = (
            f"{_LIB}/{name}.framework/Resources/Info.plist" for name in ("QtCore", "QtPdf")
        )
        entries += [(name, name, "DATA") for name in frameworks]
    written = [(as_pyinstaller_writes_it(name, system), *rest) for name, *rest in entries]

    def linked_to(path: str) -> list[str]:
        return [CONTENTS["library_name"](name) for name in binaries[path]]

    chosen = {
        entry[0].replace("\\", "/") for entry in CONTENTS["select_entries"](written, linked_to)
    }
    assert chosen == {entry[0] for entry in entries} - left_out


def test_the_reader_of_imports_finds_what_python_is_linked_to() -> None:
    assert any(
        name.startswith("libc.so") for name in CONTENTS["read_needed_libraries"](sys.executable)
    )


@pytest.mark.parametrize(("ending", "sizes"), [(".ico", "WINDOWS_SIZES"), (".icns", "MACOS_SIZES")])
def test_the_icon_is_the_program_s_own_in_every_size(
    ending: str, sizes: str, tmp_path: Path, qapp: object
) -> None:
    path = tmp_path / f"twauth{ending}"
    ICONS["write_icon"](path)
    with Image.open(path) as image:
        found = {size[0] * (size[2] if len(size) > 2 else 1) for size in image.info["sizes"]}
        blue = image.convert("RGBA").getpixel((image.width // 2, round(image.height * 0.82)))
    assert found == set(ICONS[sizes])
    assert blue == (0x2B, 0x59, 0xD1, 0xFF)  # the ground of resources/twauth.svg
    with pytest.raises(ValueError, match=r"neither \.icns nor \.ico"):
        ICONS["write_icon"](tmp_path / "twauth.png")


def test_windows_reads_the_version_of_both_programs() -> None:
    def record(*values: Any, **named: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return values, named

    kinds = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct")
    names = dict.fromkeys((*kinds, "VarFileInfo", "VarStruct"), record)
    for program in ("twauth", "twauth-gui"):
        text = VERSION_RESOURCE["render_version_resource"](program, "1.20.3")
        _, info = eval(text, {**names})  # noqa: S307 - as PyInstaller reads it
        assert info["ffi"][1]["filevers"] == (1, 20, 3, 0)
        ((table, _),) = info["kids"][0][0][0]
        values = dict(one[0] for one in table[1])
        assert values["OriginalFilename"] == f"{program}.exe"
        assert values["FileVersion"] == values["ProductVersion"] == "1.20.3"
    with pytest.raises(ValueError, match="invalid literal"):
        VERSION_RESOURCE["render_version_resource"]("twauth", "1.2.x")


def test_the_app_is_the_window_and_not_the_command() -> None:
    properties = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    # Else PyInstaller names the program that sorts first, and hides the app: it has a command.
    assert properties["CFBundleExecutable"] == "twauth-gui"
    assert properties["LSBackgroundOnly"] is False
    assert properties["CFBundleIdentifier"] == "dev.twauth.Twauth"


@pytest.mark.parametrize("name", ["twauth.entitlements", "engine.entitlements"])
def test_the_hardened_runtime_is_opened_no_further_than_needed(name: str) -> None:
    allowed = plistlib.loads((PACKAGING / "macos" / name).read_bytes())
    assert all(value is True for value in allowed.values())
    assert all(re.fullmatch(r"com\.apple\.security\.cs\.[a-z-]+", key) for key in allowed)
    never = {"disable-library-validation", "allow-dyld-environment-variables"}
    assert not {key.rpartition(".")[2] for key in allowed} & {*never, "get-task-allow"}
    assert ("com.apple.security.cs.allow-jit" in allowed) is (name == "engine.entitlements")
