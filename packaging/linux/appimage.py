"""Pack dist/Twauth as an AppImage: a runtime that mounts the file, then the file system itself.

The runtime comes from appimage-runtime, with the licences of what is in it. Its hash is named.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import twauth_gui
from build import APP_ID, BUNDLE, DIST, HERE, get_timestamp
from licences.folder import add_component
from licences.inventory import describe_appimage_runtime


def read_runtime(path: Path, sha256: str) -> bytes:
    """Return the runtime.

    Raises:
        SystemExit: it is another file than the one that the hash was taken of.
    """
    runtime = path.read_bytes()
    found = hashlib.sha256(runtime).hexdigest()
    if found != sha256.lower():
        raise SystemExit(f"{path} has the SHA-256 {found}. Nothing was packed.")
    return runtime


def lay_out(bundle: Path, folder: Path) -> None:
    """Fill an AppDir: the bundle, the program to start, and where desktops look for the rest.

    https://docs.appimage.org/reference/appdir.html
    """
    shutil.copytree(bundle, folder, symlinks=True)
    shutil.copy(HERE / "AppRun", folder)
    share = folder / "share"
    shutil.copy(share / f"{APP_ID}.desktop", folder)
    shutil.copy(share / f"{APP_ID}.svg", folder)
    (folder / ".DirIcon").symlink_to(f"{APP_ID}.svg")
    metadata = folder / "usr" / "share" / "metainfo"
    metadata.mkdir(parents=True)
    shutil.copy(share / f"{APP_ID}.metainfo.xml", metadata)


def make_file_system(folder: Path, path: Path) -> None:
    """Write the squashfs with squashfs-tools: same input, same bytes."""
    seconds = str(get_timestamp())
    # mksquashfs refuses the two options beside the variable.
    environment = {name: one for name, one in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = ["mksquashfs", str(folder), str(path), "-noappend", "-quiet", "-no-progress"]
    command += ["-comp", "zstd", "-Xcompression-level", "19", "-b", "256K", "-no-xattrs"]
    command += ["-root-owned", "-mkfs-time", seconds, "-all-time", seconds]
    subprocess.run(command, check=True, env=environment)


def pack(runtime: bytes, licences: Path) -> Path:
    """Write the AppImage and return its path. licences: of what is in the runtime."""
    name = f"Twauth-{twauth_gui.__version__}-{platform.machine()}.AppImage"
    with tempfile.TemporaryDirectory(dir=DIST) as work:
        lay_out(BUNDLE, Path(work) / "AppDir")
        add_component(Path(work) / "AppDir", describe_appimage_runtime(licences))
        squashfs = Path(work) / "squashfs"
        make_file_system(Path(work) / "AppDir", squashfs)
        path = DIST / name
        with path.open("wb") as image, squashfs.open("rb") as content:
            image.write(runtime)
            shutil.copyfileobj(content, image)
    path.chmod(0o755)
    return path


def main(argv: Sequence[str] | None = None) -> int:
    """Pack it; return the exit code."""
    parser = argparse.ArgumentParser(description="Pack dist/Twauth as an AppImage.")
    parser.add_argument("--runtime", type=Path, required=True, help="what appimage-runtime wrote")
    parser.add_argument("--sha256", required=True, help="the runtime's hash")
    options = parser.parse_args(argv)
    if not BUNDLE.is_dir():
        print("There is no dist/Twauth yet: make package", file=sys.stderr)
        return 2
    runtime = read_runtime(options.runtime, options.sha256)
    licences = options.runtime.with_name(f"{options.runtime.name}.licences")
    if not licences.is_dir():
        raise SystemExit(
            f"There is no {licences}. Compile the runtime with appimage-runtime, which writes it."
            " Nothing was packed."
        )
    path = pack(runtime, licences)
    print(f"{path.relative_to(DIST.parent)} has {path.stat().st_size // 1_000_000} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
