"""Build the sdist and the wheel, and check them: ``build.py FOLDER``.

Both are built a second time from the unpacked sdist, elsewhere and later: same input, same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, folder: Path = ROOT) -> None:
    """Run a Python module of this environment; what it prints is shown only if it fails.

    Raises:
        SystemExit: it failed.
    """
    argv = [sys.executable, "-m", *command]
    done = subprocess.run(
        argv, cwd=folder, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}\nThis failed: {' '.join(command)}")


def build(source: Path, folder: Path) -> dict[str, Path]:
    """Build both in a folder of their own; return them by their file names."""
    run("hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(folder), folder=source)
    return {path.name: path for path in folder.iterdir()}


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack the sdist, and return its one folder."""
    shutil.unpack_archive(sdist, folder)
    (root,) = folder.iterdir()
    return root


def check(files: list[Path]) -> None:
    """Check the metadata, the README as an index renders it, and what is in the wheel.

    Raises:
        SystemExit: one of the tools objects.
    """
    run("twine", "check", "--strict", *map(str, files))
    wheels = [str(path) for path in files if path.suffix == ".whl"]
    run("check_wheel_contents", *wheels)


def main() -> int:
    """Build twice, compare, check; return the exit code."""
    target = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory(prefix="twauth-dist-") as name:
        first = build(ROOT, Path(name) / "first")
        (sdist,) = (path for file, path in first.items() if file.endswith(".tar.gz"))
        second = build(unpack(sdist, Path(name) / "unpacked"), Path(name) / "second")
        differing = [
            file for file in first if first[file].read_bytes() != second[file].read_bytes()
        ]
        if differing:
            print(f"Built twice, these differ: {', '.join(differing)}", file=sys.stderr)
            return 1
        check(list(first.values()))
        target.mkdir(parents=True, exist_ok=True)
        for file, path in sorted(first.items()):
            shutil.copyfile(path, target / file)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            print(f"{digest}  {file} ({path.stat().st_size:,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
