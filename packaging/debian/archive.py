"""Pack the folder of a package as a .deb; the same files make the same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from debian.layout import HERE, LIBRARIES, Package
from elf_files import is_elf
from linux.build import get_timestamp

_SCRIPTS = ("preinst", "postinst", "prerm", "postrm")


def list_files(package: Package) -> list[Path]:
    """Return the files of a package in one order, without links and control files."""
    files = sorted(path for path in package.folder.rglob("*") if path.is_file())
    control = package.folder / "DEBIAN"
    return [path for path in files if not path.is_symlink() and control not in path.parents]


def find_dependencies(package: Package, packages: Sequence[Package], work: Path) -> None:
    """Let dpkg-shlibdeps write what the package's programs and libraries link to.

    work: has a folder debian with control file and changelog; the variables are written there.
    """
    for one in packages:
        (one.folder / "DEBIAN").mkdir(exist_ok=True)  # dpkg-shlibdeps tells a package by it
    own = [one.folder / LIBRARIES for one in packages]
    private = [f"-l{folder}" for folder in (*own, *(one / "PySide6/Qt/lib" for one in own))]
    linked = [f"-e{path}" for path in list_files(package) if is_elf(path)]
    variables = f"-Tdebian/{package.name}.substvars"
    # Libraries of the bundle have no package that a dependency could name.
    command = ["dpkg-shlibdeps", variables, "--ignore-missing-info", "--warnings=0"]
    subprocess.run([*command, *private, *linked], cwd=work, check=True)


def write_control(package: Package, qt: str, work: Path) -> None:
    """Let dpkg-gencontrol write the control file, and add sums and maintainer scripts.

    qt: the virtual package that ties the two packages to one version of Qt.
    """
    control = package.folder / "DEBIAN"
    sums = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}"
        f"  {path.relative_to(package.folder)}\n"
        for path in list_files(package)
    )
    (control / "md5sums").write_text("".join(sums))
    for name in _SCRIPTS:
        script = HERE / f"{package.name}.{name}"
        if script.exists():
            shutil.copyfile(script, control / name)
            (control / name).chmod(0o755)
    variables = [f"-Tdebian/{package.name}.substvars", f"-Vtwauth:Qt={qt}"]
    target = [f"-p{package.name}", f"-P{package.folder}", f"-O{control / 'control'}"]
    subprocess.run(["dpkg-gencontrol", *variables, *target], cwd=work, check=True)


def pack(package: Package, folder: Path) -> Path:
    """Write the .deb into folder, under the name that dpkg-deb gives it; return its path."""
    time = get_timestamp()
    for path in (package.folder, *package.folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        os.utime(path, (time, time), follow_symlinks=False)
    # One thread: how a file is cut up for several depends on their number.
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(time)}
    done = subprocess.run(
        [*command, package.folder, folder],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / Path(done.stdout.split("'")[-2]).name
