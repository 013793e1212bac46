"""Lay the bundle's files out in the folders of the two packages, as they will be below /."""

from __future__ import annotations

import gzip
import os
import shutil
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePath

from linux.build import APP_ID, BUNDLE, ROOT, list_shell_files
from linux.build import HERE as LINUX
from linux.contents import find_web_engine
from release.icons import draw_icon
from twauth_gui.services.licences import LICENCE_FOLDER

HERE = Path(__file__).resolve().parent
LIBRARIES = Path("usr/lib/twauth/_internal")
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
PROGRAMS = ("twauth", "twauth-gui")
SYSTEM_LIBRARIES = (
    *("libX*.so.*", "libxcb*.so.*", "libxkb*.so.*", "libbrotli*.so.*", "libbz2.so.*"),
    *("libcrypto.so.*", "libffi.so.*", "liblzma.so.*", "libsqlite3.so.*", "libssl.so.*"),
    "libuuid.so.*",
)
"""Libraries that the bundle brings along and Debian has too: its security updates reach Twauth."""
_MOVED = {"share/zsh/site-functions/_twauth": "usr/share/zsh/vendor-completions/_twauth"}
"""Where Debian wants a wheel's file elsewhere than below /usr, by its place in the wheel."""


@dataclass(frozen=True)
class Package:
    """One package under construction. folder: what becomes / when it is installed."""

    name: str
    folder: Path

    @property
    def documents(self) -> Path:
        return self.folder / "usr/share/doc" / self.name


def lay_out(work: Path, bundle: Path = BUNDLE) -> tuple[Package, Package]:
    """Fill the folders of twauth and twauth-webview below work; return the two packages."""
    base = Package("twauth", work / "twauth")
    webview = Package("twauth-webview", work / "twauth-webview")
    _split_libraries(bundle / "_internal", base, webview)
    _add_programs(bundle, base.folder)
    _add_shared_files(base.folder / "usr/share")
    _add_licences(bundle / LICENCE_FOLDER, base)
    profile = webview.folder / "usr/share/twauth-webview/apparmor"
    copy_file(HERE / "twauth.apparmor", profile)
    for package in (base, webview):
        overrides = package.folder / "usr/share/lintian/overrides" / package.name
        copy_file(HERE / f"{package.name}.lintian-overrides", overrides)
    return base, webview


def _split_libraries(libraries: Path, base: Package, webview: Package) -> None:
    engine = find_web_engine(libraries)
    for path in sorted(libraries.rglob("*")):
        name = path.relative_to(libraries)
        if (path.is_symlink() or path.is_file()) and not _is_left_out(name):
            package = webview if str(name) in engine else base
            copy_file(path, package.folder / LIBRARIES / name)
    # PEP 376: who installed it. The program names this package's ways to install more, then.
    for metadata in (base.folder / LIBRARIES).glob("twauth-*.dist-info"):
        (metadata / "INSTALLER").write_text("dpkg\n")
    # apt tells of newer versions, so the program does not.
    marker = base.folder / LIBRARIES / "twauth_gui/resources/no-update-notice"
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text("apt\n")


def _is_left_out(name: PurePath) -> bool:
    """Whether Debian has a file of its own for it, or it only says where the bundle was built."""
    is_system = any(fnmatch(str(name), pattern) for pattern in SYSTEM_LIBRARIES)
    return is_system or name.name == "direct_url.json"


def copy_file(source: Path, target: Path) -> None:
    """Copy a file or link; only programs may be started."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)
    if target.is_symlink():
        return
    is_library = source.name.endswith(".so") or ".so." in source.name
    target.chmod(0o755 if os.access(source, os.X_OK) and not is_library else 0o644)


def _add_programs(bundle: Path, folder: Path) -> None:
    links = folder / "usr/bin"
    links.mkdir(parents=True)
    for name in PROGRAMS:
        copy_file(bundle / name, folder / "usr/lib/twauth" / name)
        (links / name).symlink_to(f"../lib/twauth/{name}")


def _add_shared_files(share: Path) -> None:
    copy_file(LINUX / f"{APP_ID}.desktop", share / f"applications/{APP_ID}.desktop")
    copy_file(LINUX / f"{APP_ID}.metainfo.xml", share / f"metainfo/{APP_ID}.metainfo.xml")
    icons = share / "icons/hicolor"
    copy_file(ROOT / "resources" / "twauth.svg", icons / f"scalable/apps/{APP_ID}.svg")
    for size in ICON_SIZES:
        path = icons / f"{size}x{size}/apps/{APP_ID}.png"
        path.parent.mkdir(parents=True)
        draw_icon(size).save(path)
    for source, place in list_shell_files().items():
        copy_file(ROOT / source, share.parents[1] / _MOVED.get(place, f"usr/{place}"))
    copy_file(HERE / "twauth-gui.1", share / "man/man1/twauth-gui.1")
    for page in sorted((share / "man/man1").iterdir()):
        compress(page)


def _add_licences(texts: Path, base: Package) -> None:
    """Put the bundle's licences into /usr/share/twauth, with links from programs and documents."""
    if not texts.is_dir():
        return
    share = base.folder / "usr/share/twauth"
    for path in sorted(texts.rglob("*")):
        if path.is_file():
            copy_file(path, share / LICENCE_FOLDER / path.relative_to(texts))
    base.documents.mkdir(parents=True)
    (base.documents / LICENCE_FOLDER).symlink_to(f"../../twauth/{LICENCE_FOLDER}")
    programs = base.folder / "usr/lib/twauth"
    (programs / LICENCE_FOLDER).symlink_to(f"../../share/twauth/{LICENCE_FOLDER}")


def compress(path: Path) -> None:
    """Replace a file by its gzip file, which has neither name nor time in it."""
    packed = path.with_name(f"{path.name}.gz")
    with packed.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as stream:
        stream.write(path.read_bytes())
    path.unlink()
