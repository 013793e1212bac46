"""Sets a damaged index aside, with the newest copy of it in its place."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.store.change_lock import ChangeLock
from twauth_gui.store.choice import VaultKind, choose, journal_move
from twauth_gui.store.durable_file import why
from twauth_gui.store.errors import IndexDamagedError, NotWrittenError
from twauth_gui.store.index import FILE_NAME, Index, mark_of

_log = logging.getLogger(__name__)

COPY_NAME = "index-copy.sqlite3"
COPY_AGE = timedelta(minutes=10)
"""A copy is renewed when it is older, and something was changed since."""

ENCRYPTED_FILE = "credentials.twauth"
_NOTE = "store.rescue"
_PARTS = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was done with a damaged index; the list is still to be compared with the keychain.

    aside: the name of the file now. copied_at: the age of the copy in its place; "" for none.
    """

    aside: str
    copied_at: str = ""


def opened_index(directory: Path, now: Callable[[], datetime]) -> Index:
    """Open the index of a directory; a damaged one is set aside, and what is left is opened.

    Raises:
        IndexUnusableError, NotWrittenError: as Index.open; a damaged file is kept in any case.
    """
    try:
        return Index.open(directory)
    except IndexDamagedError:
        return _open_again(directory, now)


def _open_again(directory: Path, now: Callable[[], datetime]) -> Index:
    with ChangeLock(directory).held():
        try:
            return Index.open(directory)  # another process may have been faster
        except IndexDamagedError:
            aside = _set_aside(directory / FILE_NAME, now())
        copied_at = _put_newest_copy(directory)
        index = Index.open(directory)
        _note(index, Rescue(aside, copied_at))
        _forget_move(index)
        if copied_at or (directory / ENCRYPTED_FILE).exists():
            # Where there is an encrypted file, it is the one in use: emptied ones are removed.
            there = (directory / ENCRYPTED_FILE).exists()
            choose(index, VaultKind.FILE if there else VaultKind.KEYCHAIN)
        return index


def rescue_under_way(index: Index) -> Rescue | None:
    """Give what was set aside, until the list was compared with the keychain."""
    rows = index.rows("SELECT value FROM settings WHERE key = ?", (_NOTE,))
    return Rescue(**json.loads(str(rows[0][0]))) if rows else None


def end_rescue(connection: sqlite3.Connection) -> None:
    """Take the note of it away."""
    _ = connection.execute("DELETE FROM settings WHERE key = ?", (_NOTE,))


def renew_copy(index: Index) -> None:
    """Keep a copy of the index beside it, for the case that it is damaged one day.

    A disk that refuses it stops nothing: the index itself is whole.
    """
    copy = index.path.with_name(COPY_NAME)
    fresh = copy.with_name(f"{COPY_NAME}.new")
    try:
        if _is_due(copy, index.path) and rescue_under_way(index) is None:
            fresh.unlink(missing_ok=True)
            index.copy_to(fresh)
            _ = fresh.replace(copy)
    except (OSError, DiagnosedError) as error:
        _log.info("no copy of the index: %s", error)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _is_due(copy: Path, path: Path) -> bool:
    if not copy.exists():
        return True
    age = time.time() - copy.stat().st_mtime
    changed = max(_changed(path.with_name(path.name + part)) for part in ("", "-wal"))
    too_old = age > COPY_AGE.total_seconds() or age < 0  # from the future: the clock was put back
    return too_old and changed > copy.stat().st_mtime


def _changed(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0


def _set_aside(path: Path, now: datetime) -> str:
    aside = path.with_name(f"index-damaged-{now:%Y%m%d-%H%M%S}.sqlite3")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"index-damaged-{now:%Y%m%d-%H%M%S}-{number}.sqlite3")
    try:
        for part in _PARTS:
            source = path.with_name(path.name + part)
            if source.exists():
                _ = source.rename(aside.with_name(aside.name + part))
        mark_of(path).unlink(missing_ok=True)
    except OSError as error:
        raise NotWrittenError(path, why(error), type(error).__name__) from error
    return aside.name


def _put_newest_copy(directory: Path) -> str:
    """Put the newest copy that is whole in place; give its age, "" where there is none."""
    found = [*directory.glob("index-version-*.sqlite3"), directory / COPY_NAME]
    copies = sorted((one for one in found if one.exists()), key=_changed, reverse=True)
    path = directory / FILE_NAME
    for copy in copies:
        made_at = datetime.fromtimestamp(_changed(copy), UTC)
        with suppress(DiagnosedError, OSError):
            _ = shutil.copyfile(copy, path)
            path.chmod(0o600)
            index = Index.open(directory)
            whole = index.rows("PRAGMA integrity_check(1)") == [("ok",)]
            index.close()
            if whole:
                return made_at.isoformat()
        for part in _PARTS:
            path.with_name(path.name + part).unlink(missing_ok=True)
        mark_of(path).unlink(missing_ok=True)
    return ""


def _forget_move(index: Index) -> None:
    """Drop what the copy says of a move: it may have ended long ago, the other way round."""
    journal_move(index, None)


def _note(index: Index, rescue: Rescue) -> None:
    sql = "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)"
    _ = index.change(sql, (_NOTE, json.dumps(asdict(rescue))))
