"""Programs as root of a user namespace: root to what they start and mount, not to the system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import require_program

_HIDE_LIBRARY = """
folder=$(dirname "$1")
mkdir "$2/real" "$2/seen" && mount --rbind "$folder" "$2/real"
ln -s "$2"/real/* "$2/seen/" && rm "$2/seen/$(basename "$1")"
mount --bind "$2/seen" "$folder"
shift 2 && exec "$@"
"""

_REMOUNT_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
_MOUNT_TMPFS = 'mount -t tmpfs -o "size=$1m" tmpfs "$2" && shift 2 && exec "$@"'

_OWN_HOME = """
mount -t tmpfs tmpfs "$1" && "$2" -c "$3" && shift 3 && exec "$@"
"""

_LOOPBACK_UP = """
import fcntl, socket, struct
SET_FLAGS, UP = 0x8914, 0x1
with socket.socket() as channel:
    fcntl.ioctl(channel, SET_FLAGS, struct.pack("16sh", b"lo", UP))
"""


def enter_user_namespace() -> list[str]:
    """Return what starts a program as root of a user namespace; skip the test if there are none."""
    way = [require_program("unshare"), "--user", "--map-root-user"]
    if not _succeeds([*way, "true"]):
        pytest.skip("this system lets no one make user namespaces")
    return way


def can_mount() -> bool:
    """Whether this system lets the tests have mounts of their own; in CI it has to."""
    return bool(_unshare_command()) or os.environ.get("CI") == "true"


def mount_small_disk(disk: Path, megabytes: int = 1) -> list[str]:
    """Return what starts a program with a small, empty disk mounted at a folder.

    It works for an ordinary user and for root; the test is skipped if the system allows neither.
    """
    return [*_require_unshare(), "sh", "-c", _MOUNT_TMPFS, "sh", str(megabytes), str(disk)]


def hide_library(snapshots: Path, scratch: Path) -> list[str]:
    """Return a command prefix that hides one of the system's libraries from a program.

    library: as the loader finds it, /usr/lib/…/libEGL.so.1 for example.
    scratch: an empty folder.
    """
    return [*_require_unshare(), "sh", "-ec", _HIDE_LIBRARY, "sh", str(snapshots), str(scratch)]


def remount(disk: Path, how: str) -> None:
    """Make the disk read-only ("ro") or writable again ("rw"), in a program own_mounts started.

    With kind and source named, mount does not repeat the options the kernel lists. Those of an
    ordinary user's tmpfs name users of the system, which the namespace does not know.
    """
    argv = ["mount", "-t", "tmpfs", "-o", f"remount,{how}", "tmpfs", str(disk)]
    _ = subprocess.run(argv, check=True)


def _require_unshare() -> list[str]:
    way = _unshare_command()
    if not way:
        pytest.skip("this system lets no one have mounts of their own")
    return way


def mount_read_only(folder: Path) -> list[str]:
    """Return a command prefix for a program that sees a folder read-only."""
    way = _require_unshare()
    # As who it is called by, although mounting made a root of that: a keychain's bus asks.
    again = [way[0], "--user", f"--map-user={os.getuid()}", f"--map-group={os.getgid()}"]
    return [*way, "sh", "-c", _REMOUNT_READ_ONLY, "sh", str(folder), *again]


def have_own_home(folder: Path) -> list[str]:
    """Return a command prefix for a program that finds this folder empty, and all ports free.

    No other program sees what it puts there, and it reaches no other computer.
    """
    way = _require_unshare()
    again = [way[0], "--user", f"--map-user={os.getuid()}", f"--map-group={os.getgid()}"]
    script = ["sh", "-c", _OWN_HOME, "sh", str(folder), sys.executable, _LOOPBACK_UP]
    return [*way, "--net", *script, *again]


def _unshare_command() -> list[str]:
    unshare = require_program("unshare")
    for way in ([unshare, "--user", "--map-root-user", "--mount"], [unshare, "--mount"]):
        if _succeeds([*way, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]):
            return way
    return []


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
