"""Writes what goes out into files, and clears away what a process that died left of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from twauth_gui.domain.secret import Secret
from twauth_gui.store import durable_file
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.errors import NotWrittenError
from twauth_gui.store.sealed_errors import SealedFileError

NOTE_NAME = "unfinished-file"
_LOCK_NAME = "unfinished-file.lock"


class PrivateFiles:
    """The one door for files with credentials: exports, backups.

    Between two steps of replacing a file its content stands under a second name. Before that, this
    name is noted in the data folder, so that the next start removes what is left of it.

    Args:
        folder: of the data.
    """

    def __init__(self, folder: Path) -> None:
        self._note = folder / NOTE_NAME
        self._lock = ChangeLock(folder, name=_LOCK_NAME)
        self._nobody_else = ChangeLock(folder, patience=0, name=_LOCK_NAME)

    def write_text(self, path: Path, text: Secret, *, overwrite: bool = False) -> None:
        """Write a text as UTF-8; raises as write() does."""
        from twauth_gui.transfer.filewriter import encoded  # noqa: PLC0415 - as in write()

        self.write(path, encoded(path, text), overwrite=overwrite)

    def write(self, path: Path, data: bytes, *, overwrite: bool = False) -> None:
        """Write a file as transfer.filewriter.write_private does, and raise as it does."""
        # Loads OpenSSL's hashes, which a bot that is handed its credentials must not wait for.
        from twauth_gui.transfer.filewriter import write_private  # noqa: PLC0415

        with contextlib.ExitStack() as ended:

            def note(temporary: Path) -> None:
                # A data folder that cannot be written, as on a read-only disk, keeps no export off.
                with contextlib.suppress(OSError, NotWrittenError, SealedFileError):
                    ended.enter_context(self._lock.held())
                    self._clear()
                    name = os.fsencode(temporary.absolute())
                    durable_file.replace_whole(self._note, name, _no_step)
                    ended.callback(self._forget)

            write_private(path, data, overwrite=overwrite, on_temporary=note)

    def sweep(self) -> None:
        """Remove what a process that died left behind; call it at every start, it is cheap."""
        if not self._note.exists():
            return
        # Where somebody writes at this moment, the next start looks again.
        with contextlib.suppress(OSError, NotWrittenError), self._nobody_else.held():
            self._clear()

    def _clear(self) -> None:
        from twauth_gui.transfer.filewriter import is_temporary  # noqa: PLC0415 - as in write()

        if not self._note.exists():
            return
        with contextlib.suppress(SealedFileError):
            left = Path(os.fsdecode(durable_file.read_whole(self._note)))
            if not left.parent.exists():
                return  # on a disk that is not there now
            if is_temporary(left):
                durable_file.remove(left)
        self._forget()

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            durable_file.remove(self._note)


def _no_step(_name: str) -> None:
    """Nobody watches."""
