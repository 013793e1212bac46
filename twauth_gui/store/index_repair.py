"""Set a damaged index aside and put its newest copy in its place."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.osfiles.descriptors import sync_directory
from twauth_gui.osfiles.error_sentences import explain_os_error
from twauth_gui.store.errors import IndexDamagedError, NotWrittenError
from twauth_gui.store.file_lock import FileLock
from twauth_gui.store.index import INDEX_FILE_NAME, Index, damage_marker, is_write_protected
from twauth_gui.store.profile_id import PROFILE_ID_FILE_NAME as PLACE_NAME
from twauth_gui.store.vault_selection import VaultKind, journal_migration, select_vault

_log = logging.getLogger(__name__)

COPY_NAME = "index-copy.sqlite3"
COPY_MAX_AGE = timedelta(minutes=10)
"""A copy is renewed when it is older, and something was changed since."""

FILE_VAULT_FILE_NAME = "credentials.twauth"
_REPAIR_KEY = "store.rescue"
_FILE_SUFFIXES = ("", "-wal", "-shm")
_NEW_FOLDER_NAME = "index.new"


@dataclass(frozen=True, slots=True)
class IndexRepair:
    """What was done with a damaged index; the list is still to be compared with the keychain.

    aside: the name of the file now; "" where it was lost. copied_at: the age of the copy in its
    place; "" for none.
    """

    aside: str
    copied_at: str = ""


def open_index(directory: Path, now: Callable[[], datetime]) -> Index:
    """Open the index of a directory; a damaged one is set aside, and what is left is opened.

    One that is missing where there was one, or empty, counts as damaged.

    Raises:
        IndexUnusableError, NotWrittenError: as Index.open; a damaged file is kept in any case.
    """
    if not _is_lost(directory):
        with suppress(IndexDamagedError):
            return Index.open(directory)
    if is_write_protected(directory / INDEX_FILE_NAME):
        return Index.open(directory)  # damaged, where nothing can be set aside: it says so
    with FileLock(directory).acquire():
        return _replace_and_open(directory, now)


def _is_lost(directory: Path) -> bool:
    """Whether what stands beside it says that there was an index, and there is none."""
    path = directory / INDEX_FILE_NAME
    if path.exists() and (
        path.stat().st_size or _is_nonempty(path.with_name(f"{INDEX_FILE_NAME}-wal"))
    ):
        return False
    beside = (directory / COPY_NAME, directory / PLACE_NAME)
    return any(one.exists() for one in beside) or any(directory.glob("index-*-*.sqlite3"))


def _is_nonempty(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _replace_and_open(directory: Path, now: Callable[[], datetime]) -> Index:
    """Set aside what is there, put the best there is in its place, and open that.

    Each step leaves what the next start takes for a lost index, until the last one, a rename, puts
    an index in place that says what is still to be done.
    """
    aside = _interrupted_repair(directory)
    if not _is_lost(directory):
        try:
            return Index.open(directory)  # another process may have been faster
        except IndexDamagedError:
            aside = _set_aside(directory / INDEX_FILE_NAME, now())
    path, fresh = directory / INDEX_FILE_NAME, directory / _NEW_FOLDER_NAME
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        _prepare_new_index(fresh, directory, aside)
        for part in _FILE_SUFFIXES[
            1:
        ]:  # of an index that was lost: they would be taken for the new one's
            path.with_name(path.name + part).unlink(missing_ok=True)
        _ = (fresh / INDEX_FILE_NAME).replace(path)
        sync_directory(directory)
        shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise NotWrittenError(path, explain_os_error(error), type(error).__name__) from error
    return Index.open(directory)


def _interrupted_repair(directory: Path) -> str:
    """Name what an earlier start set aside and got no further; "" for none."""
    found = sorted(directory.glob("index-damaged-*.sqlite3"), key=_modified_at)
    copy = directory / COPY_NAME
    return found[-1].name if found and _modified_at(found[-1]) >= _modified_at(copy) else ""


def _prepare_new_index(fresh: Path, directory: Path, aside: str) -> None:
    """Make an index in a folder of its own: the newest copy or an empty one, and what is to do."""
    copied_at = _put_newest_copy(fresh, directory)
    index = Index.open(fresh)
    try:
        _note_repair(index, IndexRepair(aside, copied_at))
        _forget_migration(index)
        has_file = (directory / FILE_VAULT_FILE_NAME).exists()
        if copied_at or has_file:
            # Where there is an encrypted file, it is the one in use: emptied ones are removed.
            select_vault(index, VaultKind.FILE if has_file else VaultKind.KEYCHAIN)
    finally:
        index.close()


def pending_repair(index: Index) -> IndexRepair | None:
    """Give what was set aside, until the list was compared with the keychain."""
    rows = index.query("SELECT value FROM settings WHERE key = ?", (_REPAIR_KEY,))
    return IndexRepair(**json.loads(str(rows[0][0]))) if rows else None


def finish_repair(connection: sqlite3.Connection) -> None:
    """Take the note of it away."""
    _ = connection.execute("DELETE FROM settings WHERE key = ?", (_REPAIR_KEY,))


def renew_index_copy(index: Index) -> None:
    """Keep a copy of the index beside it, for the case that it is damaged one day.

    A disk that refuses it stops nothing: the index itself is whole.
    """
    copy = index.path.with_name(COPY_NAME)
    fresh = copy.with_name(f"{COPY_NAME}.new")
    if index.is_read_only:
        return
    try:
        if _is_copy_due(copy, index.path) and pending_repair(index) is None:
            fresh.unlink(missing_ok=True)
            index.copy_to(fresh)
            _ = fresh.replace(copy)
    except (OSError, DiagnosedError) as error:
        _log.info("no copy of the index: %s", error)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _is_copy_due(copy: Path, path: Path) -> bool:
    if not copy.exists():
        return True
    age = time.time() - copy.stat().st_mtime
    changed = max(_modified_at(path.with_name(path.name + part)) for part in ("", "-wal"))
    too_old = (
        age > COPY_MAX_AGE.total_seconds() or age < 0
    )  # from the future: the clock was put back
    return too_old and changed > copy.stat().st_mtime


def _modified_at(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0


def _set_aside(path: Path, now: datetime) -> str:
    aside = path.with_name(f"index-damaged-{now:%Y%m%d-%H%M%S}.sqlite3")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"index-damaged-{now:%Y%m%d-%H%M%S}-{number}.sqlite3")
    try:
        for part in _FILE_SUFFIXES:
            source = path.with_name(path.name + part)
            if source.exists():
                _ = source.rename(aside.with_name(aside.name + part))
        damage_marker(path).unlink(missing_ok=True)
    except OSError as error:
        raise NotWrittenError(path, explain_os_error(error), type(error).__name__) from error
    return aside.name


def _put_newest_copy(fresh: Path, directory: Path) -> str:
    """Put the newest copy that is whole into a folder; give its age, "" where there is none."""
    found = [*directory.glob("index-version-*.sqlite3"), directory / COPY_NAME]
    copies = sorted((one for one in found if one.exists()), key=_modified_at, reverse=True)
    path = fresh / INDEX_FILE_NAME
    for copy in copies:
        made_at = datetime.fromtimestamp(_modified_at(copy), UTC)
        fresh.mkdir(mode=0o700)
        with suppress(DiagnosedError, OSError):
            _ = shutil.copyfile(copy, path)
            path.chmod(0o600)
            with closing(Index.open(fresh)) as index:
                if index.query("PRAGMA integrity_check(1)") == [("ok",)]:
                    return made_at.isoformat()
        shutil.rmtree(fresh)
    return ""


def _forget_migration(index: Index) -> None:
    """Drop what the copy says of a move: it may have ended long ago, the other way round."""
    journal_migration(index, None)


def _note_repair(index: Index, rescue: IndexRepair) -> None:
    sql = "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)"
    _ = index.execute(sql, (_REPAIR_KEY, json.dumps(asdict(rescue))))
