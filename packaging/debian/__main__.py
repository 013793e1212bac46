"""Build the Debian packages from the bundle in ``dist/Twauth``, beside it.

Programs work with newer systems than the one they were built on, not with older ones: what Debian
12 builds serves Ubuntu 24.04 and Debian 13 too.

make deb calls it with packaging and packaging/linux on PYTHONPATH:
python -m debian            build the packages
python -m debian --check    build again elsewhere, compare, and ask lintian
"""

from __future__ import annotations

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from debian.archive import find_dependencies, pack, write_control
from debian.documents import add_documents, make_changelog
from debian.layout import HERE, lay_out
from linux.build import BUNDLE, DIST, ROOT

TOOLS = {"dpkg-shlibdeps": "dpkg-dev", "dpkg-gencontrol": "dpkg-dev", "objdump": "binutils"}
"""The Debian package of each program that the build calls."""


def build(work: Path, target: Path) -> list[Path]:
    """Build both packages in the folder work, which is emptied first; return their paths."""
    shutil.rmtree(work, ignore_errors=True)
    packages = lay_out(work)
    source = work / "debian"
    source.mkdir()
    shutil.copyfile(HERE / "control", source / "control")
    (source / "changelog").write_text(make_changelog(), encoding="utf-8")
    qt = f"twauth-qt-{metadata.version('PySide6-Essentials')}"
    built: list[Path] = []
    for package in packages:
        add_documents(package)
        find_dependencies(package, packages, work)
        write_control(package, qt, work)
        built.append(pack(package, target))
    return built


def check(built: Sequence[Path]) -> int:
    """Return how many of the packages differ from those in dist/, or displease lintian."""
    failures = 0
    for path in built:
        same = filecmp.cmp(path, DIST / path.name, shallow=False)
        failures += not same
        print(f"{path.name}: {'the same bytes' if same else 'DIFFERS from the one in dist/'}")
    # Its overrides say why they are there; any other remark counts.
    command = ["lintian", "--fail-on", "error,warning", "--tag-display-limit", "0"]
    done = subprocess.run([*command, *(DIST / path.name for path in built)], check=False)
    print(f"lintian: {'no remark' if done.returncode == 0 else 'REMARKS, see above'}")
    return failures + (done.returncode != 0)


def find_missing(*, checking: bool) -> str:
    """Return what has to be installed or built before; "" if nothing has."""
    tools = TOOLS | ({"lintian": "lintian"} if checking else {})
    packages = sorted({package for tool, package in tools.items() if shutil.which(tool) is None})
    if packages:
        return f"Tools are missing: sudo apt-get install {' '.join(packages)}"
    if not (BUNDLE / "_internal").is_dir():
        return "There is no dist/Twauth yet: python packaging/linux/build.py builds it."
    return ""


def main(argv: Sequence[str]) -> int:
    """Build the packages, or check those that are built; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m debian", description="Build the packages.")
    parser.add_argument("--check", action="store_true", help="build again, compare, run lintian")
    checking = parser.parse_args(argv).check
    missing = find_missing(checking=checking)
    if missing:
        print(missing, file=sys.stderr)
        return 2
    if checking:
        with tempfile.TemporaryDirectory(prefix="twauth-deb-") as folder:
            return min(1, check(build(Path(folder) / "a" / "work", Path(folder))))
    for path in build(ROOT / "build" / "debian", DIST):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
