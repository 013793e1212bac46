"""Warnings about the place of a file with credentials: git, synced folders, other users."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from twauth_gui.osfiles.private_file import ExistingFile
from twauth_gui.services.gitignore import GitState, ask_git


class FileWarningKind(Enum):
    """What is wrong with the place of a file."""

    GIT_TRACKED = "git-tracked"
    GIT_NOT_IGNORED = "git-not-ignored"
    GIT_UNKNOWN = "git-unknown"
    SYNCED_FOLDER = "synced-folder"
    READABLE_BY_OTHERS = "readable-by-others"
    FOLDER_WRITABLE_BY_OTHERS = "folder-writable-by-others"
    OTHER_OWNER = "other-owner"
    OTHER_NAME = "other-name"


class FileWarningAction(Enum):
    """What Twauth can do about a warning."""

    NONE = "none"
    ADD_TO_GITIGNORE = "add-to-gitignore"


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something to know before a file is written. text: sentences without any value."""

    kind: FileWarningKind
    text: str
    action: FileWarningAction = FileWarningAction.NONE


@dataclass(frozen=True, slots=True)
class _SyncService:
    """How folders of a service are recognised: their own names, or a name within them."""

    name: str
    folders: re.Pattern[str]
    markers: tuple[str, ...] = ()


def _service(name: str, folders: str, *markers: str) -> _SyncService:
    return _SyncService(name, re.compile(folders), markers)


# As the services' own programs name them. The newer ones of macOS are below Library/CloudStorage,
# as Provider-Account. Names are compared with their case: a server's folder "nextcloud" is the
# program, not a synced folder.
_SERVICES = (
    _service("Dropbox", r"Dropbox(?: \(.*\)|-.*)?", ".dropbox", ".dropbox.cache"),
    _service("OneDrive", r"OneDrive(?: ?- ?.*)?"),
    _service("iCloud Drive", r"iCloud ?Drive|Mobile Documents|com~apple~CloudDocs"),
    _service(
        "Google Drive", r"Google ?Drive(?:-.*)?|DriveFS", ".tmp.driveupload", ".tmp.drivedownload"
    ),
    _service("Nextcloud", r"Nextcloud[0-9]*", ".nextcloudsync.log"),
    _service("ownCloud", r"ownCloud[0-9]*", ".owncloudsync.log"),
    _service("Syncthing", r"Syncthing", ".stfolder"),
    _service("Box", r"Box(?: Sync|-.*)?"),
    _service("MEGA", r"MEGA(?:sync)?(?: Downloads)?", ".megaignore"),
    _service("pCloud", r"pCloud ?(?:Drive|Sync)?"),
    _service("Proton Drive", r"Proton ?Drive(?:-.*)?"),
    _service("Seafile", r"Seafile", ".seafile-data"),
    _service("Yandex Disk", r"Yandex\.?Disk"),
)
_SYNC_DATABASE = re.compile(r"\._?sync_[0-9a-f]+\.db|\.sync_journal\.db")  # Nextcloud, ownCloud
_MOST_NAMES = 5000


def find_file_warnings(path: Path, existing: ExistingFile | None) -> tuple[FileWarning, ...]:
    """Return what to know before credentials are written to a file. existing: what is there."""
    found = [find_git_warning(path), _warn_of_sync(path), _warn_of_folder(path)]
    if existing is not None:
        found += _warn_of_existing(path, existing)
    return tuple(one for one in found if one is not None)


def find_git_warning(path: Path) -> FileWarning | None:
    """Return what to know about a file in a work tree of git, unless git ignores it."""
    name = path.name
    return {
        GitState.TRACKED: FileWarning(
            FileWarningKind.GIT_TRACKED,
            f"git already tracks {name}, so the next commit would contain the credentials. Take it"
            f" out with git rm --cached {name}, then ignore it.",
        ),
        GitState.NOT_IGNORED: FileWarning(
            FileWarningKind.GIT_NOT_IGNORED,
            f"{name} is in a work tree of git and not ignored, so it can be committed by mistake.",
            FileWarningAction.ADD_TO_GITIGNORE,
        ),
        GitState.UNKNOWN: FileWarning(
            FileWarningKind.GIT_UNKNOWN,
            f"{name} is in a work tree of git, and git did not say whether it is ignored. Look"
            " before you commit.",
        ),
    }.get(ask_git(path))


def _warn_of_sync(path: Path) -> FileWarning | None:
    service = find_sync_service(path)
    if service is None:
        return None
    return FileWarning(
        FileWarningKind.SYNCED_FOLDER,
        f"{service} copies this folder to its servers or to other computers, and the credentials"
        " with it.",
    )


def find_sync_service(path: Path) -> str | None:
    """Return the name of the service that copies the file's folder elsewhere, if one is known."""
    folder = path.absolute().parent
    for one in (folder, *folder.parents, *_parents_of_real(folder)):
        for service in _SERVICES:
            if service.folders.fullmatch(one.name):
                return service.name
            if any(os.path.lexists(one / marker) for marker in service.markers):
                return service.name
        if any(_SYNC_DATABASE.fullmatch(name) for name in _hidden_names(one)):
            return "Nextcloud or ownCloud"
    return None


def _parents_of_real(folder: Path) -> tuple[Path, ...]:
    real = Path(os.path.realpath(folder))
    return () if real == folder else (real, *real.parents)


def _hidden_names(folder: Path) -> Iterator[str]:
    """Yield some names of a folder that begin with a dot."""
    try:
        with os.scandir(folder) as entries:
            for _number, entry in zip(range(_MOST_NAMES), entries, strict=False):
                if entry.name.startswith("."):
                    yield entry.name
    except OSError:
        return


def _warn_of_folder(path: Path) -> FileWarning | None:
    """Warn of a folder in which other users can replace the file."""
    if sys.platform == "win32":
        return None
    try:
        found = path.absolute().parent.stat()
    except OSError:
        return None
    open_to = ""
    if found.st_mode & stat.S_IWOTH:
        open_to = "every user"
    elif found.st_mode & stat.S_IWGRP and not _is_private_group(found.st_gid):
        open_to = "its group"
    if not open_to or found.st_mode & stat.S_ISVTX:
        return None
    return FileWarning(
        FileWarningKind.FOLDER_WRITABLE_BY_OTHERS,
        f"The folder can be changed by {open_to}, who could put another file in the place of this"
        " one.",
    )


def _is_private_group(group_id: int) -> bool:
    """Whether a group has the current user alone, as systems make one for each user."""
    if sys.platform == "win32":
        return False
    import grp  # noqa: PLC0415 - not on Windows
    import pwd  # noqa: PLC0415 - not on Windows

    try:
        user = pwd.getpwuid(os.getuid())
        group = grp.getgrgid(group_id)
    except KeyError:
        return False
    return group_id == user.pw_gid and group.gr_name == user.pw_name and not group.gr_mem


def _warn_of_existing(path: Path, existing: ExistingFile) -> Iterator[FileWarning]:
    name = path.name
    if existing.links > 1:
        yield FileWarning(
            FileWarningKind.OTHER_NAME,
            f"{name} has another name on this disk. What stands under that name stays as it is.",
        )
    if sys.platform == "win32":
        return
    if existing.user != os.geteuid():
        yield FileWarning(
            FileWarningKind.OTHER_OWNER,
            f"{name} belongs to another user. It stays theirs if the system allows it, else it"
            " becomes yours.",
        )
    if existing.is_open_to_others:
        yield FileWarning(
            FileWarningKind.READABLE_BY_OTHERS,
            f"Other users can open {name} now (mode {existing.mode:03o}). From then on only its"
            " owner can: a program that runs as another user can no longer read it.",
        )
