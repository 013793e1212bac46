"""Prove how a bundle becomes two Debian packages, as far as that takes no large build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from email.parser import Parser
from pathlib import Path

import PySide6
import pytest
from PySide6.QtGui import QImage

import twauth_gui
from debian.archive import pack
from debian.documents import add_documents, debian_version, make_changelog
from debian.layout import HERE, ICON_SIZES, Package, lay_out
from twauth_gui.app import parse_arguments
from twauth_gui.services.platform_dirs import DIR_NAME, PROFILES_DIR_NAME

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bundle is Linux's")

INTERNAL = "usr/lib/twauth/_internal"
APP_ID = "dev.twauth.Twauth"
PYSIDE = Path(PySide6.__path__[0])
LIBRARIES = (
    "QtWidgets.abi3.so",
    "QtWebEngineWidgets.abi3.so",
    "Qt/lib/libQt6Widgets.so.6",
    "Qt/lib/libQt6QuickWidgets.so.6",
    "Qt/lib/libQt6WebEngineWidgets.so.6",
)
"""Real libraries of Qt: only the web engine's link to libQt6QuickWidgets."""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with a few libraries of the real one."""
    folder = tmp_path / "Twauth"
    internal = folder / "_internal"
    for name in LIBRARIES:
        (internal / "PySide6" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PYSIDE / name, internal / "PySide6" / name)
    for name in ("libQt6Widgets.so.6", "libQt6QuickWidgets.so.6"):
        (internal / name).symlink_to(f"PySide6/Qt/lib/{name}")
    metadata = internal / "twauth-0.1.0.dist-info"
    metadata.mkdir()
    for name in ("INSTALLER", "METADATA", "direct_url.json"):
        (metadata / name).write_text("pip\n")
    (internal / "libssl.so.3").write_text("Debian has it")
    (folder / "licences").mkdir()
    (folder / "licences" / "Qt.txt").write_text("a licence")
    for name in ("twauth", "twauth-gui"):
        shutil.copy("/bin/true", folder / name)
    return folder


def list_paths(package: Package) -> set[str]:
    paths = (path for path in package.folder.rglob("*") if path.is_symlink() or path.is_file())
    return {str(path.relative_to(package.folder)) for path in paths}


def test_the_web_engine_goes_into_a_package_of_its_own(bundle: Path, tmp_path: Path) -> None:
    base, webview = lay_out(tmp_path / "work", bundle)
    qt = f"{INTERNAL}/PySide6"
    in_base, in_webview = list_paths(base), list_paths(webview)
    assert not in_base & in_webview
    assert in_webview == {
        f"{qt}/QtWebEngineWidgets.abi3.so",
        f"{qt}/Qt/lib/libQt6WebEngineWidgets.so.6",
        f"{qt}/Qt/lib/libQt6QuickWidgets.so.6",
        f"{INTERNAL}/libQt6QuickWidgets.so.6",
        "usr/share/twauth-webview/apparmor",
        "usr/share/lintian/overrides/twauth-webview",
    }
    assert {path for path in in_base if path.startswith(INTERNAL)} == {
        f"{qt}/QtWidgets.abi3.so",
        f"{qt}/Qt/lib/libQt6Widgets.so.6",
        f"{INTERNAL}/libQt6Widgets.so.6",
        f"{INTERNAL}/twauth-0.1.0.dist-info/INSTALLER",
        f"{INTERNAL}/twauth-0.1.0.dist-info/METADATA",
        f"{INTERNAL}/twauth_gui/resources/no-update-notice",
    }
    assert (base.folder / INTERNAL / "twauth-0.1.0.dist-info/INSTALLER").read_text() == "dpkg\n"


def test_menu_shells_and_man_find_their_files(bundle: Path, tmp_path: Path) -> None:
    base, _ = lay_out(tmp_path / "work", bundle)
    share = base.folder / "usr/share"
    assert list_paths(base) >= {
        f"usr/share/{name}"
        for name in (
            f"applications/{APP_ID}.desktop",
            f"metainfo/{APP_ID}.metainfo.xml",
            f"icons/hicolor/scalable/apps/{APP_ID}.svg",
            "bash-completion/completions/twauth",
            "zsh/vendor-completions/_twauth",
            "fish/vendor_completions.d/twauth.fish",
            "man/man1/twauth.1.gz",
            "man/man1/twauth-gui.1.gz",
            "twauth/licences/Qt.txt",
        )
    }
    for size in ICON_SIZES:
        icon = QImage(str(share / f"icons/hicolor/{size}x{size}/apps/{APP_ID}.png"))
        assert icon.width() == icon.height() == size
        assert icon.pixelColor(size // 2, size // 2).alpha() > 0
    for name in ("twauth", "twauth-gui"):
        assert os.access(base.folder / "usr/bin" / name, os.X_OK)
    for folder in ("usr/lib/twauth", "usr/share/doc/twauth"):
        assert (base.folder / folder / "licences/Qt.txt").read_text() == "a licence"
    modes = {path.stat().st_mode & 0o777 for path in share.rglob("*") if path.is_file()}
    assert modes == {0o644}


def make_package(folder: Path, names: tuple[str, ...], mode: int) -> Package:
    package = Package("twauth", folder / "twauth")
    for name in names:
        (package.folder / name).mkdir(parents=True, mode=mode)
        (package.folder / name / "file").write_text(name)
        (package.folder / name / "file").chmod(0o644)
    add_documents(package)
    control = package.folder / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        "Package: twauth\nVersion: 1-1\nArchitecture: all\nMaintainer: A <a@localhost>\n"
        "Description: a\n"
    )
    return package


def test_the_same_files_make_the_same_package(tmp_path: Path) -> None:
    names = ("usr/a", "usr/b", "usr/c")
    first = make_package(tmp_path / "first", names, 0o700)
    second = make_package(tmp_path / "second", names[::-1], 0o755)
    os.utime(second.folder / "usr/a/file", (1_000_000_000, 1_000_000_000))
    one, other = (pack(package, package.folder.parent) for package in (first, second))
    assert one.name == other.name == "twauth_1-1_all.deb"
    assert one.read_bytes() == other.read_bytes()
    listed = subprocess.run(["dpkg-deb", "-c", one], capture_output=True, text=True, check=True)
    owners = {line.split()[1] for line in listed.stdout.splitlines()}
    days = {line.split()[3] for line in listed.stdout.splitlines()}
    assert (owners, days) == ({"root/root"}, {"2026-01-01"})


def test_one_version_of_qt_ties_the_packages() -> None:
    stanzas = (HERE / "control").read_text().split("\n\n")
    source, base, webview = (Parser().parsestr(stanza) for stanza in stanzas)
    assert source["Source"] == base["Package"] == "twauth"
    assert base["Provides"] == "${twauth:Qt}"
    assert webview["Depends"].split(", ") == ["twauth", "${twauth:Qt}", "${shlibs:Depends}"]


def test_the_changelog_has_an_entry_for_each_release(tmp_path: Path) -> None:
    assert make_changelog().startswith(f"twauth ({debian_version(twauth_gui.__version__)}) ")
    metainfo = tmp_path / "metainfo.xml"
    metainfo.write_text(
        "<component><releases><release version='1.1.0' date='2027-02-03'/>"
        "<release version='1.0.0' date='2027-01-01'/></releases></component>"
    )
    text = make_changelog(metainfo)
    assert re.findall(r"^twauth \((\S+)\)", text, re.MULTILINE) == ["1.1.0-1", "1.0.0-1"]
    assert re.findall(r"^ -- .*>  (.*)$", text, re.MULTILINE) == [
        "Wed, 03 Feb 2027 00:00:00 +0000",
        "Fri, 01 Jan 2027 00:00:00 +0000",
    ]


@pytest.mark.parametrize("name", ["twauth", "twauth-webview"])
def test_every_override_of_lintian_says_why(name: str) -> None:
    text = (HERE / f"{name}.lintian-overrides").read_text()
    for paragraph in text.strip().split("\n\n"):
        comment, *overrides = re.split(r"\n(?!#)", paragraph)
        assert comment.startswith("# ")
        assert overrides
        assert all(re.match(r"[a-z-]+ [*\[a-z]", line) for line in overrides)


def run_script(name: str, *arguments: str, path: str) -> str:
    """Run a maintainer script as dpkg does, and return what it prints."""
    command = ["/bin/sh", "-eu", str(HERE / name), *arguments]
    env = {"PATH": path}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_purging_says_where_the_data_stays() -> None:
    path = os.environ["PATH"]
    text = run_script("twauth.postrm", "purge", path=path)
    for name in (DIR_NAME, PROFILES_DIR_NAME):
        assert f"  ~/.local/share/{name} " in text
    for action in ("remove", "upgrade", "abort-install", "disappear"):
        assert run_script("twauth.postrm", action, path=path) == ""


def test_without_apparmor_nothing_is_loaded(tmp_path: Path) -> None:
    """As on Debian, whose kernel lets every program make user namespaces."""
    assert run_script("twauth-webview.postinst", "configure", path=str(tmp_path)) == ""
    assert run_script("twauth-webview.postrm", "upgrade", path=str(tmp_path)) == ""


def test_the_apparmor_profile_is_that_of_the_window() -> None:
    profile = (HERE / "twauth.apparmor").read_text()
    assert "/usr/lib/twauth/twauth-gui " in profile
    assert re.search(r"^ +userns,$", profile, re.MULTILINE)


def test_the_window_has_a_man_page(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _ = parse_arguments(["--help"])
    options = set(re.findall(r"(--[a-z-]+)", capsys.readouterr().out))
    page = (HERE / "twauth-gui.1").read_text().replace("\\-", "-")
    assert options
    assert {option for option in options if option not in page} == set()


PROBE = """
import sys
sys.modules["PySide6.QtWebEngineWidgets"] = None
from twauth_gui.gui.webview.availability import find_view_obstacle
from twauth_gui.services.environment_report import describe_program
print(find_view_obstacle({}, root=False), describe_program())
"""


@pytest.mark.parametrize(
    ("installer", "advice", "kind"),
    [
        ("dpkg", "Install twauth-webview, or", "(Debian package)"),
        ("flatpak", "comes without a browser engine", "(Python package)"),
        ("pip", "Install twauth[webview], or", "(Python package)"),
    ],
)
def test_what_is_missing_is_named_as_the_installer_calls_it(
    tmp_path: Path, installer: str, advice: str, kind: str
) -> None:
    metadata = tmp_path / "twauth-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.4\nName: twauth\nVersion: 0.1.0\n")
    (metadata / "INSTALLER").write_text(f"{installer}\n")
    root = Path(twauth_gui.__path__[0]).parent
    env = {"PYTHONPATH": f"{tmp_path}:{root}", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert advice in done.stdout
    assert kind in done.stdout


def test_the_trial_of_the_packages_is_a_shell_script() -> None:
    """It installs and removes, so only a throwaway system runs it."""
    subprocess.run(["/bin/sh", "-n", HERE / "trial"], check=True)
