"""Writes what goes out into files, and clears away what a process that died left of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from twauth_gui.domain.secret import Secret
from twauth_gui.osfiles import durable_file
from twauth_gui.osfiles.descriptors import OWNER_ONLY, remove_if_present
from twauth_gui.store.errors import NotWrittenError
from twauth_gui.store.file_lock import FileLock

if TYPE_CHECKING:
    from twauth_gui.osfiles.private_file import ExistingFile

NOTE_NAME = "unfinished-file"
_LOCK_NAME = "unfinished-file.lock"


class PrivateFiles:
    """Writes all files with credentials: exports, backups.

    Between two steps of replacing a file its content stands under a second name. Before that, this
    name is noted in the data folder, so that the next start removes what is left of it.

    Args:
        folder: of the data.
    """

    def __init__(self, folder: Path) -> None:
        self._note_path = folder / NOTE_NAME
        self._lock = FileLock(folder, name=_LOCK_NAME)
        self._try_lock = FileLock(folder, timeout_seconds=0, name=_LOCK_NAME)

    def write_text(self, path: Path, text: Secret, *, overwrite: bool = False) -> None:
        """Write a text as UTF-8; raises as write() does."""
        from twauth_gui.osfiles.private_file import encode_text  # noqa: PLC0415 - as in write()

        self.write(path, encode_text(path, text), overwrite=overwrite)

    def write(
        self,
        path: Path,
        data: bytes,
        *,
        overwrite: bool = False,
        replaces: ExistingFile | None = None,
    ) -> None:
        """Write a file as write_private() does, and raise as it does.

        What replaces a file that its owner may not write, or not read, gets that mode.
        """
        # Loads OpenSSL's hashes, which a bot that is handed its credentials must not wait for.
        from twauth_gui.osfiles.private_file import write_private  # noqa: PLC0415

        mode = OWNER_ONLY if replaces is None else OWNER_ONLY & replaces.mode
        with contextlib.ExitStack() as ended:

            def note(temporary: Path) -> None:
                # A data folder that cannot be written, as on a read-only disk, keeps no export off.
                with contextlib.suppress(OSError, NotWrittenError):
                    ended.enter_context(self._lock.acquire())
                    self._clear()
                    name = os.fsencode(temporary.absolute())
                    durable_file.replace_file(self._note_path, name)
                    ended.callback(self._forget)

            write_private(
                path,
                data,
                overwrite=overwrite,
                replaces=replaces,
                mode=mode,
                on_temporary=note,
            )

    def remove_leftovers(self) -> None:
        """Remove what a process that died left behind; call it at every start, it is cheap."""
        if not self._note_path.exists():
            return
        # Where somebody writes at this moment, the next start looks again.
        with contextlib.suppress(OSError, NotWrittenError), self._try_lock.acquire():
            self._clear()

    def _clear(self) -> None:
        from twauth_gui.osfiles.private_file import is_temporary_file  # noqa: PLC0415 - as in write()

        if not self._note_path.exists():
            return
        with contextlib.suppress(OSError):
            left = Path(os.fsdecode(durable_file.read_file(self._note_path)))
            if not left.parent.exists():
                return  # on a disk that is not there now
            if is_temporary_file(left):
                remove_if_present(left)
        self._forget()

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            remove_if_present(self._note_path)
