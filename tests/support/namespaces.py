"""Programs that see a small disk of their own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_MOUNT = 'mount -t tmpfs -o "size=$1m" tmpfs "$2" && shift 2 && exec "$@"'


def may_mount() -> bool:
    """Whether this system lets anybody have mounts of their own."""
    return bool(_way())


def own_mounts(disk: Path, megabytes: int = 1) -> list[str]:
    """Give what starts a program for which a small, empty disk is mounted at a folder.

    It works for an ordinary user, where the system allows that, and for root.
    """
    way = _way()
    assert way, "this system lets nobody mount a small disk: run the test as root"
    return [*way, "sh", "-c", _MOUNT, "sh", str(megabytes), str(disk)]


def _way() -> list[str]:
    unshare = shutil.which("unshare")
    assert unshare, "unshare (util-linux) is missing"
    for way in ([unshare, "--user", "--map-root-user", "--mount"], [unshare, "--mount"]):
        mount = [*way, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        if subprocess.run(mount, check=False, capture_output=True).returncode == 0:
            return way
    return []
