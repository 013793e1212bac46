"""Make the installer and the portable zip from a frozen bundle; runs wherever makensis does.

python packaging/windows/package.py FOLDER    FOLDER has twauth-gui.exe, as PyInstaller laid it out
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "release"), str(ROOT)]

from icons import write_icon  # noqa: E402 - the folder of scripts is no package

from twauth_gui import __version__  # noqa: E402 - as above

EPOCH = (2026, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that one bundle makes one archive."""


def installer_name(version: str) -> str:
    """Return the file name of the installer."""
    return f"Twauth-{version}-windows-x64-setup.exe"


def portable_name(version: str) -> str:
    """Return the file name of the portable archive."""
    return f"Twauth-{version}-windows-x64-portable.zip"


def make_installer(bundle: Path, target: Path, version: str, icon: Path) -> None:
    """Compile the installer; a warning of makensis fails too.

    Raises:
        subprocess.CalledProcessError: makensis refuses.
        FileNotFoundError: there is no makensis.
    """
    values = {"VERSION": version, "BUNDLE": bundle, "ICON": icon, "OUTFILE": target}
    options = [f"-D{name}={value}" for name, value in values.items()]
    command = ["makensis", "-V2", "-WX", *options, str(HERE / "twauth.nsi")]
    subprocess.run(command, check=True)


def make_portable(bundle: Path, target: Path) -> None:
    """Write the zip: one folder, its files sorted by name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                name = f"{bundle.name}/{path.relative_to(bundle).as_posix()}"
                member = zipfile.ZipInfo(name, EPOCH)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, path.read_bytes())


def main(arguments: Sequence[str]) -> int:
    """Make both beside the bundle; return the exit code."""
    if len(arguments) != 1:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    bundle = Path(arguments[0]).resolve()
    icon = ROOT / "build" / "twauth.ico"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    write_icon(icon)
    make_installer(bundle, bundle.parent / installer_name(__version__), __version__, icon)
    make_portable(bundle, bundle.parent / portable_name(__version__))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
