"""Repair of a damaged index: it is set aside, and its newest copy takes its place."""

from __future__ import annotations

import json
import logging
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
from twauth_gui.store.profile_id import PROFILE_ID_FILE_NAME
from twauth_gui.store.settings_repository import SettingsRepository, delete_setting
from twauth_gui.store.vault_selection import (
    FILE_VAULT_FILE_NAME,
    VaultKind,
    journal_migration,
    select_vault,
)

_log = logging.getLogger(__name__)
COPY_NAME = "index-copy.sqlite3"
COPY_MAX_AGE = timedelta(minutes=10)
"""A copy is renewed if it is older and something has changed since."""

_REPAIR_KEY = "store.rescue"
_FILE_SUFFIXES = ("", "-wal", "-shm")
_NEW_FOLDER_NAME = "index.new"


@dataclass(frozen=True, slots=True)
class IndexRepair:
    """A repair after which the index still has to be compared with the keychain.

    damaged_file: its name now; "" if it was lost. copied_at: when the copy in its
    place was made; "" for none.
    """

    damaged_file: str
    copied_at: str = ""


def open_index(directory: Path, now: Callable[[], datetime]) -> Index:
    """Open the index of a directory, after repairing it if it is damaged.

    An index that has gone missing, or is empty, counts as damaged.

    Raises:
        IndexUnusableError, NotWrittenError: as Index.open; a damaged file is kept in any case.
    """
    if not _is_lost(directory):
        with suppress(IndexDamagedError):
            return Index.open(directory)
    if is_write_protected(directory / INDEX_FILE_NAME):
        return Index.open(directory)  # raises: it is damaged, and cannot be set aside here
    with FileLock(directory).acquire():
        return _replace_and_open(directory, now)


def pending_repair(index: Index) -> IndexRepair | None:
    """Return the repair whose index was not yet compared with the keychain."""
    text = SettingsRepository(index).get(_REPAIR_KEY)
    return None if text is None else IndexRepair(**json.loads(text))


def finish_repair(connection: sqlite3.Connection) -> None:
    """Delete the note of a repair, within a transaction."""
    delete_setting(connection, _REPAIR_KEY)


def renew_index_copy(index: Index) -> None:
    """Copy the index, in case it gets damaged, unless there is a recent copy.

    Errors are only logged: the index itself is intact.
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


def _is_lost(directory: Path) -> bool:
    """Whether there is no index, although the files beside it show that there was one."""
    path = directory / INDEX_FILE_NAME
    if path.exists() and (
        path.stat().st_size or _is_nonempty(path.with_name(f"{INDEX_FILE_NAME}-wal"))
    ):
        return False
    beside = (directory / COPY_NAME, directory / PROFILE_ID_FILE_NAME)
    return any(one.exists() for one in beside) or any(directory.glob("index-*-*.sqlite3"))


def _is_nonempty(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _replace_and_open(directory: Path, now: Callable[[], datetime]) -> Index:
    """Set the damaged index aside, put the best copy in its place, and open that.

    Until the last step, a rename, the next start sees a lost index and begins again. After it, the
    index itself notes what is still to be done.
    """
    import shutil  # noqa: PLC0415 - would slow every start, for a damaged index only

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
        # Left from a lost index, SQLite would take them for the new one's.
        for suffix in _FILE_SUFFIXES[1:]:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        _ = (fresh / INDEX_FILE_NAME).replace(path)
        sync_directory(directory)
        shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise NotWrittenError(path, explain_os_error(error), type(error).__name__) from error
    return Index.open(directory)


def _interrupted_repair(directory: Path) -> str:
    """Return the name of the file that an interrupted repair set aside; "" for none."""
    found = sorted(directory.glob("index-damaged-*.sqlite3"), key=_modified_at)
    copy = directory / COPY_NAME
    return found[-1].name if found and _modified_at(found[-1]) >= _modified_at(copy) else ""


def _prepare_new_index(fresh: Path, directory: Path, aside: str) -> None:
    """Make the new index in a folder of its own: the newest copy or an empty one, with a note."""
    copied_at = _put_newest_copy(fresh, directory)
    index = Index.open(fresh)
    try:
        repair = asdict(IndexRepair(aside, copied_at))
        SettingsRepository(index).set(_REPAIR_KEY, json.dumps(repair))
        # The copy may name a migration that has ended long ago, the other way round.
        journal_migration(index, None)
        has_file = (directory / FILE_VAULT_FILE_NAME).exists()
        if copied_at or has_file:
            # An encrypted file is in use if it exists: emptied ones are removed.
            select_vault(index, VaultKind.FILE if has_file else VaultKind.KEYCHAIN)
    finally:
        index.close()


def _put_newest_copy(fresh: Path, directory: Path) -> str:
    """Put the newest intact copy into a folder; return when it was made, "" for none."""
    import shutil  # noqa: PLC0415 - as above

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


def _is_copy_due(copy: Path, path: Path) -> bool:
    if not copy.exists():
        return True
    age = time.time() - copy.stat().st_mtime
    changed = max(_modified_at(path.with_name(path.name + part)) for part in ("", "-wal"))
    # A copy from the future was made before the clock was set back.
    is_too_old = age > COPY_MAX_AGE.total_seconds() or age < 0
    return is_too_old and changed > copy.stat().st_mtime


def _modified_at(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0
