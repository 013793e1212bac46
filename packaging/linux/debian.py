"""Builds the Debian packages from the bundle: ``dist/twauth_….deb``, ``dist/twauth-webview_….deb``.

The bundle in ``dist/Twauth`` comes from build.py, which runs first. Libraries work with newer systems
than the one they were built on, not with older ones: a build on Debian 12 serves Ubuntu 24.04 and
Debian 13 too.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from build import APP_ID, BUNDLE, DIST, EPOCH, HERE, ROOT, shell_files
from contents import find_web_engine

import twauth_gui

_LIB = Path("usr/lib/twauth")
_ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_SHARE = {
    "share/zsh/site-functions/_twauth": "usr/share/zsh/vendor-completions/_twauth",
}
"""Where Debian puts a file of the wheel elsewhere than below /usr/share, by its place in the wheel."""
_MAINTAINER = "The Twauth developers <twauth@localhost>"
_KEYCHAINS = "gnome-keyring | kwalletmanager | keepassxc"


@dataclass(frozen=True)
class Package:
    """One Debian package. control: the fields that dpkg-shlibdeps and the size do not give."""

    name: str
    summary: str
    description: str
    control: dict[str, str]
    folder: Path


def _qt_package() -> str:
    """The virtual package that ties the two: the web engine needs the very Qt it was built with."""
    return f"twauth-qt-{metadata.version('PySide6-Essentials')}"


def lay_out(work: Path) -> list[Package]:
    """Copy the bundle into the folders of the two packages."""
    base = Package(
        "twauth",
        "sign X bot accounts in and keep their credentials",
        "Twauth signs X (Twitter) bot accounts in, keeps their credentials in the system\n"
        "keychain, checks that they work, and exports them to wherever the bots run. It has\n"
        "a window and a command.\n\n"
        "The private view for signing in within the window is in twauth-webview.",
        {"Provides": _qt_package(), "Recommends": _KEYCHAINS, "Suggests": "twauth-webview"},
        work / "twauth",
    )
    webview = Package(
        "twauth-webview",
        "private browser view for Twauth",
        "With this package Twauth signs X accounts in within its own window, in a private view\n"
        "that is forgotten afterwards. It holds Qt's web engine, which is Chromium.",
        {"Depends": _qt_package(), "Enhances": "twauth"},
        work / "twauth-webview",
    )
    engine = find_web_engine(BUNDLE / "_internal")
    for path in sorted((BUNDLE / "_internal").rglob("*")):
        name = str(path.relative_to(BUNDLE / "_internal"))
        package = webview if name in engine else base
        if path.is_symlink() or path.is_file():
            _copy(path, package.folder / _LIB / "_internal" / name)
    _add_programs(base.folder)
    _add_shared_files(base.folder)
    for package in (base, webview):
        _add_documents(package)
    return [base, webview]


def _copy(source: Path, target: Path, mode: int | None = None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)
    if not target.is_symlink():
        if not _is_program(source) and _is_elf(source):
            subprocess.run(["strip", "--strip-unneeded", str(target)], check=True)
        target.chmod(mode or (0o755 if os.access(source, os.X_OK) and _is_program(source) else 0o644))


def _is_program(path: Path) -> bool:
    """Whether a file is started; a library needs no right for that."""
    return path.suffix != ".so" and ".so." not in path.name


def _add_programs(folder: Path) -> None:
    links = folder / "usr/bin"
    links.mkdir(parents=True)
    for name in ("twauth", "twauth-gui"):
        _copy(BUNDLE / name, folder / _LIB / name)
        (links / name).symlink_to(f"../lib/twauth/{name}")


def _add_shared_files(folder: Path) -> None:
    share = folder / "usr/share"
    _copy(HERE / f"{APP_ID}.desktop", share / f"applications/{APP_ID}.desktop")
    _copy(HERE / f"{APP_ID}.metainfo.xml", share / f"metainfo/{APP_ID}.metainfo.xml")
    drawing = ROOT / "resources" / "twauth.svg"
    _copy(drawing, share / f"icons/hicolor/scalable/apps/{APP_ID}.svg")
    _draw_icons(drawing, share / "icons/hicolor")
    for source, place in shell_files().items():
        _copy(ROOT / source, folder / _SHARE.get(place, f"usr/{place}"), 0o644)
    _copy(HERE / "twauth-gui.1", share / "man/man1/twauth-gui.1")
    for page in (share / "man/man1").iterdir():
        _compress(page)


def _draw_icons(drawing: Path, folder: Path) -> None:
    from PySide6.QtCore import Qt  # noqa: PLC0415 - only here
    from PySide6.QtGui import QImage, QPainter  # noqa: PLC0415
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    renderer = QSvgRenderer(str(drawing))
    for size in _ICON_SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        _ = painter.end()
        target = folder / f"{size}x{size}/apps/{APP_ID}.png"
        target.parent.mkdir(parents=True)
        if not image.save(str(target)):
            raise OSError(f"{target} could not be written")


def _add_documents(package: Package) -> None:
    folder = package.folder / "usr/share/doc" / package.name
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(_copyright(), encoding="utf-8")
    (folder / "changelog").write_text(_changelog(), encoding="utf-8")
    _compress(folder / "changelog")
    overrides = HERE / f"{package.name}.lintian-overrides"
    _copy(overrides, package.folder / "usr/share/lintian/overrides" / package.name)


def _copyright() -> str:
    """Debian's machine-readable copyright file; the bundled libraries keep their own texts."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8").strip().splitlines()
    body = "\n".join(f" {line}" if line.strip() else " ." for line in text[2:])
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: Twauth\n"
        "Comment: The libraries in /usr/lib/twauth are under licences of their own; the texts are\n"
        " beside them, in the folders that end with .dist-info.\n\n"
        f"Files: *\nCopyright: {text[2].removeprefix('Copyright ').removeprefix('(c) ')}\nLicense: Expat\n{body}\n"
    )


def _changelog() -> str:
    day = datetime.fromtimestamp(_epoch(), UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"twauth ({twauth_gui.__version__}) unstable; urgency=medium\n\n"
        f"  * See https://keepachangelog.com and CHANGELOG.md of the source.\n\n -- {_MAINTAINER}  {day}\n"
    )


def _epoch() -> int:
    return int(os.environ.get("SOURCE_DATE_EPOCH", EPOCH))


def _compress(path: Path) -> None:
    packed = path.with_name(f"{path.name}.gz")
    with packed.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as stream:
        stream.write(path.read_bytes())
    path.unlink()


def find_dependencies(package: Package, libraries: Iterable[Path]) -> str:
    """Ask dpkg-shlibdeps which packages of the system the files link to."""
    debian = package.folder.parent / "debian"
    debian.mkdir(exist_ok=True)
    (debian / "control").write_text(f"Source: twauth\n\nPackage: {package.name}\nArchitecture: any\n")
    files = [p for p in package.folder.rglob("*") if p.is_file() and not p.is_symlink() and _is_elf(p)]
    private = [f"-l{folder}" for folder in libraries]
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *private]
    answer = subprocess.run(
        [*command, *(f"-e{path}" for path in files)],
        cwd=package.folder.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip().removeprefix("shlibs:Depends=")


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def build(package: Package, depends: str) -> Path:
    """Write control file and sums, and pack; the same input makes the same bytes."""
    sums = package.folder / "DEBIAN"
    sums.mkdir()
    files = [p for p in sorted(package.folder.rglob("*")) if p.is_file() and not p.is_symlink()]
    kilobytes = -(-sum(p.stat().st_size for p in files) // 1024)
    lines = [f"{hashlib.md5(p.read_bytes()).hexdigest()}  {p.relative_to(package.folder)}\n" for p in files]  # noqa: S324 - what dpkg takes
    (sums / "md5sums").write_text("".join(lines))
    more = package.control.get("Depends", "")
    fields = {
        "Package": package.name,
        "Version": twauth_gui.__version__,
        "Architecture": subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip(),
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(kilobytes),
        **package.control,
        "Depends": ", ".join(one for one in (more, depends) if one),
        "Section": "net",
        "Priority": "optional",
        "Description": f"{package.summary}\n{_indent(package.description)}",
    }
    (sums / "control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()))
    for path in [package.folder, *package.folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    target = DIST / f"{package.name}_{fields['Version']}_{fields['Architecture']}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(package.folder), str(target)],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"SOURCE_DATE_EPOCH": str(_epoch())},
    )
    return target


def _indent(text: str) -> str:
    return "\n".join(f" {line}" if line else " ." for line in text.splitlines())


def main() -> int:
    """Build both packages; return the exit code."""
    if not shutil.which("dpkg-shlibdeps"):
        print("dpkg-shlibdeps is missing: sudo apt-get install dpkg-dev", file=sys.stderr)
        return 3
    if not (BUNDLE / "_internal").is_dir():
        print("There is no dist/Twauth yet: make package builds it.", file=sys.stderr)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    work = ROOT / "build" / "debian"
    shutil.rmtree(work, ignore_errors=True)
    packages = lay_out(work)
    libraries = [p.folder / _LIB / "_internal" for p in packages]
    libraries += [folder / "PySide6/Qt/lib" for folder in libraries]
    for package in packages:
        path = build(package, find_dependencies(package, libraries))
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
