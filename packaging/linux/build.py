"""Build the Linux bundle, ``dist/Twauth/``, and its archive beside it."""

from __future__ import annotations

import argparse
import lzma
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import twauth_gui
from elf_files import GLIBC_FLOOR, list_elf_files, parse_version, require_glibc_floor, strip_files

sys.path.append(str(Path(__file__).resolve().parents[1]))
from licences.components import LicenceError
from licences.folder import write_licences
from twauth_gui.services.licences import LICENCE_FOLDER

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DIST = ROOT / "dist"
BUNDLE = DIST / "Twauth"
APP_ID = "dev.twauth.Twauth"
_EPOCH = 1_767_225_600  # 2026-01-01

FILTERS = [
    *([{"id": lzma.FILTER_X86}] if platform.machine() == "x86_64" else []),
    {"id": lzma.FILTER_LZMA2, "preset": 9},
]
"""Jumps of machine code made comparable, and a window so wide that it spans both programs."""


def freeze() -> None:
    """Let PyInstaller lay out the two programs over one folder of libraries."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    folders = ["--workpath", str(ROOT / "build"), "--distpath", str(DIST)]
    # A fixed seed keeps sets, so also the archives inside the programs, in one order.
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    subprocess.run([*command, *folders, str(HERE / "twauth.spec")], check=True, env=environment)


def list_shell_files() -> dict[str, str]:
    """Return man page and completions, which a wheel puts below share/ too: place by source."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]


def add_desktop_files() -> None:
    """Put what menu, shells and man need beside the programs, with the licences."""
    share = BUNDLE / "share"
    share.mkdir()
    shutil.copy(HERE / f"{APP_ID}.desktop", share)
    shutil.copy(HERE / f"{APP_ID}.metainfo.xml", share)
    shutil.copy(ROOT / "resources" / "twauth.svg", share / f"{APP_ID}.svg")
    for source, target in list_shell_files().items():
        (BUNDLE / target).parent.mkdir(parents=True)
        shutil.copy(ROOT / source, BUNDLE / target)
    shutil.copy(ROOT / "LICENSE", BUNDLE)
    script = BUNDLE / "install-desktop-entry"
    shutil.copy(HERE / script.name, script)
    script.chmod(0o755)


def get_timestamp() -> int:
    """Return what every packed file gets as its time, in seconds since 1970.

    SOURCE_DATE_EPOCH sets it: https://reproducible-builds.org/specs/source-date-epoch/
    """
    return int(os.environ.get("SOURCE_DATE_EPOCH", _EPOCH))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Take the builder's names and the time out of an archive member."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = get_timestamp()
    return member


def strip() -> None:
    """Strip the libraries. The two programs have their modules appended, which strip would drop."""
    programs = {BUNDLE / "twauth", BUNDLE / "twauth-gui"}
    strip_files(path for path in list_elf_files(BUNDLE) if path not in programs)


def pack() -> Path:
    """Write the archive and return its path. tarfile adds a folder's files sorted by name."""
    name = f"Twauth-{twauth_gui.__version__}-linux-{platform.machine()}.tar.xz"
    path = DIST / name
    with (
        lzma.open(path, "wb", filters=FILTERS) as packed,
        tarfile.open(mode="w", fileobj=packed) as archive,
    ):
        archive.add(BUNDLE, BUNDLE.name, filter=_anonymous)
    return path


def _megabytes(path: Path) -> int:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if not p.is_symlink()]
    return sum(file.stat().st_size for file in files) // 1_000_000


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the arguments; glibc becomes a pair of numbers."""
    parser = argparse.ArgumentParser(description="Build dist/Twauth and its archive.")
    parser.add_argument(
        "--glibc",
        type=parse_version,
        default=GLIBC_FLOOR,
        metavar="2.N",
        help="the newest one that the bundle may need; default: that of Ubuntu 22.04",
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Build everything; return the exit code."""
    options = parse_arguments(argv)
    if sys.platform != "linux":
        print("This builds the Linux bundle, which only works on Linux.", file=sys.stderr)
        return 2
    print("Freezing the two programs (about a minute)", flush=True)
    freeze()
    add_desktop_files()
    strip()
    glibc, path = require_glibc_floor(BUNDLE, options.glibc)
    print(f"It runs on glibc {glibc[0]}.{glibc[1]} or newer, because of {path.name}")
    try:  # after strip(): the list has the digests of the files as they are packed
        components = write_licences(BUNDLE, ROOT / "build" / "twauth", timestamp=get_timestamp())
    except LicenceError as error:
        print(f"Not everything in the bundle has an owner and a licence:\n{error}", file=sys.stderr)
        return 1
    files = sum(len(one.files) for one in components)
    print(f"{LICENCE_FOLDER}: {len(components)} components own {files} files")
    print(f"Packing {_megabytes(BUNDLE)} MB (minutes)", flush=True)
    archive = pack()
    print(f"{BUNDLE.relative_to(ROOT)} is ready to run; {archive.relative_to(ROOT)} to pass on")
    print(f"The archive has {_megabytes(archive)} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
