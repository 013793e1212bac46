"""The lock of the one window per data folder, and the address at which that window listens."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from enum import Enum
from pathlib import Path

from twauth_gui.store.errors import NotWrittenError
from twauth_gui.store.file_lock import FileLock

_RUNTIME_VARIABLE = "XDG_RUNTIME_DIR"


class InstanceState(Enum):
    """Whether a window of this data folder is open.

    FIRST: none was, and this process is the one now. TAKEN: another process has the lock.
    UNKNOWN: there is no private folder for a lock, so windows do not know of each other.
    """

    FIRST = "first"
    TAKEN = "taken"
    UNKNOWN = "unknown"


class InstanceLock:
    """Held by the first window of a data folder until its process ends, however it ends.

    Lock and socket are in a folder that only this user can enter, and named after the data folder.

    Attributes:
        address: what QLocalServer and QLocalSocket take: a path, or a pipe's name on Windows.
        state: whether this process holds the lock.
    """

    def __init__(self, data: Path) -> None:
        import hashlib  # noqa: PLC0415 - only windows need it

        self._held = contextlib.ExitStack()
        digest = hashlib.sha256(os.fsencode(data.absolute().resolve())).hexdigest()
        name = f"twauth-{digest[:16]}"
        folder = _find_private_folder()
        self.address = name if sys.platform == "win32" else str((folder or Path()) / f"{name}.sock")
        self.state = InstanceState.UNKNOWN if folder is None else self._try(folder, f"{name}.lock")

    def release(self) -> None:
        """Let another process be the first."""
        self._held.close()

    def _try(self, folder: Path, name: str) -> InstanceState:
        lock = FileLock(folder, timeout_seconds=0, name=name)
        for _attempt in range(2):  # the other process may end between the two questions
            try:
                _ = self._held.enter_context(lock.acquire())
            except NotWrittenError:
                if lock.is_held():
                    return InstanceState.TAKEN
            else:
                return InstanceState.FIRST
        return InstanceState.UNKNOWN


def _find_private_folder() -> Path | None:
    """Return the user's runtime folder, else one below the temporary folder; None if not private.

    XDG's Base Directory Specification 0.8 asks for owner and mode of the former.
    """
    named = os.environ.get(_RUNTIME_VARIABLE, "")
    if named.startswith("/") and _is_private(Path(named)):
        return Path(named)
    import tempfile  # noqa: PLC0415 - seldom needed

    try:
        if sys.platform == "win32":
            return Path(tempfile.gettempdir())  # in the user's own profile
        folder = Path(tempfile.gettempdir()) / f"twauth-{os.getuid()}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    except OSError:
        return None
    return folder if _is_private(folder) else None


def _is_private(folder: Path) -> bool:
    """Whether it is a folder, not a link to one, of this user, that nobody else may enter."""
    try:
        about = folder.lstat()
    except OSError:
        return False
    if sys.platform == "win32":
        return True
    is_own = about.st_uid == os.getuid() and not about.st_mode & 0o077
    return stat.S_ISDIR(about.st_mode) and is_own
