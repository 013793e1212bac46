"""The file .twauth, which names the account of a folder and of those below; it holds no secret.

``twauth list`` looks for it on its fast path, so this module loads next to nothing.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from twauth_gui.services.private_files import PrivateFiles

ACCOUNT_FILE_NAME = ".twauth"
ACCOUNT_VARIABLE = "TWAUTH_ACCOUNT"

_MAX_BYTES = 1024
_ROOT_USER = 0


class AccountFileError(Exception):
    """A file .twauth is not used. path: of the file; reason: a clause, without what is in it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def find_account_file(folder: str | None = None) -> str | None:
    """Return the path of the nearest .twauth in the folder (the current one) or above, else None.

    A folder of that name is passed over; everything else counts, also if it cannot be used.
    """
    try:
        folder = os.getcwd() if folder is None else folder  # noqa: PTH109 - see the module
    except OSError:  # it was deleted, or cannot be entered
        return None
    while True:
        path = os.path.join(folder, ACCOUNT_FILE_NAME)  # noqa: PTH118 - see the module
        if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112 - see the module
            return path
        parent = os.path.dirname(folder)  # noqa: PTH120 - see the module
        if parent == folder:
            return None
        folder = parent


def read_account_file(path: str) -> str:
    """Return the name that a .twauth holds: "@handle", "app/@handle" or a user ID.

    Raises:
        AccountFileError: it is a link, a pipe or too large, other users own it or can change it, it
            cannot be read, or it does not hold one name.
    """
    from pathlib import Path  # noqa: PLC0415 - see the module

    from twauth_gui.osfiles.descriptors import (  # noqa: PLC0415 - see the module
        NotRegularFileError,
        open_regular_file,
    )

    if sys.platform == "win32" and os.path.islink(path):  # noqa: PTH114 - see the module
        raise AccountFileError(path, "is a link to another file")
    try:
        with open_regular_file(Path(path), _MAX_BYTES) as descriptor:
            _require_own(path, os.fstat(descriptor))
            content = os.read(descriptor, _MAX_BYTES)
    except NotRegularFileError as error:
        raise AccountFileError(path, f"is {error}") from None
    except OSError as error:
        raise AccountFileError(path, f"cannot be read ({error.strerror})") from error
    return _parse_name(path, content)


def write_account_file(folder: Path, name: str, files: PrivateFiles) -> Path:
    """Write the name of an account to the folder's .twauth, and return its path.

    Raises:
        AccountFileError: there is something else of that name, which is not replaced.
        DiagnosedError: the disk refuses; an old file is unchanged.
    """
    from twauth_gui.domain.secret import Secret  # noqa: PLC0415 - see the module

    path = folder / ACCOUNT_FILE_NAME
    is_there = os.path.lexists(path)
    if is_there:
        _ = read_account_file(str(path))
    text = f"# The account that twauth uses in this folder. It is a name, not a secret.\n{name}\n"
    files.write_text(path, Secret(text), overwrite=is_there)
    return path


def _require_own(path: str, found: os.stat_result) -> None:
    """Refuse what another user could have put there. Windows tells no owner here."""
    if sys.platform == "win32":
        return
    if found.st_uid not in {os.getuid(), _ROOT_USER}:
        raise AccountFileError(path, "belongs to another user")
    if found.st_mode & 0o002:
        raise AccountFileError(path, "can be changed by every user")


def _parse_name(path: str, content: bytes) -> str:
    """Return the one line that is not a comment; what is wrong is told without repeating it."""
    from twauth_gui.domain.account_names import is_account_name  # noqa: PLC0415 - see the module

    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise AccountFileError(path, "is not text") from None
    names = [line for line in lines if line and not line.startswith("#")]
    if len(names) != 1 or not is_account_name(names[0]):
        raise AccountFileError(path, "does not hold the name of one account")
    return names[0]
