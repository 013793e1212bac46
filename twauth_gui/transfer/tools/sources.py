"""What a person names to import from: files, folders, pipes, standard input, pasted text."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.transfer.found_credentials import (
    FoundFile,
    NotLoadedError,
    SkipKind,
    SkippedEntry,
)
from twauth_gui.transfer.reader.text_decoding import is_binary
from twauth_gui.transfer.tools.cawbird import MAGIC
from twauth_gui.transfer.tools.cawbird import MAX_BYTES as DATABASE_BYTES
from twauth_gui.transfer.tools.folder_files import MOST_FILES, FolderListing, list_folder
from twauth_gui.transfer.tools.onepassword import ZIP_MAGIC
from twauth_gui.transfer.tools.pipes import PipeLimits, read_descriptor
from twauth_gui.transfer.tools.plain_file import FileStart, read_start
from twauth_gui.transfer.tools.reader import (
    ANY_FILE,
    END_OF_FILE,
    MAX_BYTES,
    NO_KEY,
    XURL_FILE,
    explain_os_error,
    read_bytes,
    read_file,
)

STANDARD_INPUT = "standard input"
PASTED_TEXT = "pasted text"
MOST_FOLDER_BYTES = 64 * 1024 * 1024
"""Of all files that are read in one folder."""

_REFUSED = "The system refuses access."
_LARGE = "Larger than 1 MiB, which is too large for a file with keys."
_FOLDER, _PIPE = "a folder", "a pipe"
_XURL_FOLDER = ".xurl"
_SAMPLE = 8 * 1024
_MOST_NAMED = 3
_LONGEST_NAME = 40
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/([0-9]{1,9})")
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}

Progress = Callable[[int, int], None]
"""Called with the files read and the files known so far."""


def read_sources(
    paths: Sequence[Path], cancel: CancelToken, progress: Progress = ignore
) -> list[FoundFile]:
    """Read files, pipes and whole folders, without changing them.

    Of a folder only those files are in the result that hold something. What could not be read in it
    is told under the folder's own name. A file that is named directly always is in the result.

    Raises:
        CancelledError: the user cancelled. Nothing else is raised.
    """
    reading = _SourceReading(cancel, progress)
    for path in paths:
        cancel.raise_if_cancelled()
        reading.add(path)
    return list(reading.read_all())


def read_stream(stream: BinaryIO, cancel: CancelToken) -> FoundFile:
    """Read standard input to its end.

    Raises:
        CancelledError: the user cancelled. Nothing else is raised.
    """
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # it has none, or is closed
        descriptor = -1

    def read() -> bytes:
        if descriptor >= 0:
            return read_descriptor(descriptor, MAX_BYTES, cancel)
        return stream.read(MAX_BYTES + 1)

    return _read_open(STANDARD_INPUT, None, cancel, read)


def read_pasted(text: str, cancel: CancelToken) -> FoundFile:
    """Read a pasted or dropped text.

    Raises:
        CancelledError: the user cancelled. Nothing else is raised.
    """
    raw = text[: MAX_BYTES + 1].encode("utf-8", "replace")
    return read_bytes(raw, PASTED_TEXT, cancel)


def read_pipe(path: Path, cancel: CancelToken, limits: PipeLimits | None = None) -> FoundFile:
    """Read a named pipe, or what <(…) of a shell becomes.

    Raises:
        CancelledError: the user cancelled. Nothing else is raised.
    """

    def read() -> bytes:
        descriptor = _open_pipe(path)
        try:
            return read_descriptor(descriptor, MAX_BYTES, cancel, limits)
        finally:
            os.close(descriptor)

    return _read_open(_PIPE, path, cancel, read)


def _open_pipe(path: Path) -> int:
    """Open a pipe without waiting for its writer.

    An inherited one is not opened anew: the system would not tell whether its writer has ended.
    """
    inherited = _find_inherited(path)
    if inherited is not None:
        return os.dup(inherited)
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))


def _find_inherited(path: Path) -> int | None:
    found = _DESCRIPTOR.fullmatch(str(path))
    return int(found.group(1)) if found else _STREAMS.get(str(path))


def _read_open(
    tool: str, path: Path | None, cancel: CancelToken, read: Callable[[], bytes]
) -> FoundFile:
    try:
        return read_bytes(read(), tool, cancel, path)
    except OSError as error:
        return _unreadable(tool, path, explain_os_error(error))
    except (NotLoadedError, ValueError) as error:
        return _unreadable(tool, path, str(error))


def _unreadable(tool: str, path: Path | None, reason: str) -> FoundFile:
    entry = SkippedEntry("the file", reason, SkipKind.UNREADABLE)
    return FoundFile(tool, path, skipped=(entry,))


class _SourceReading:
    """Reads each file once, in whatever folders it is."""

    def __init__(self, cancel: CancelToken, progress: Progress) -> None:
        self._cancel = cancel
        self._progress = progress
        self._sources: list[Path | _Folder] = []
        self._seen: set[tuple[int, int]] = set()
        self._known = 0
        self._done = 0

    def add(self, path: Path) -> None:
        """Add what a person named, with the files in it if it is a folder."""
        if _is_folder(path) and not _is_of_xurl(path):
            before = self._known
            listing = list_folder(
                path, self._cancel, lambda count: self._progress(0, before + count)
            )
            self._sources.append(_Folder(path, listing))
            self._known += len(listing.files)
        else:
            self._sources.append(path)
            self._known += 1

    def read_all(self) -> Iterator[FoundFile]:
        for source in self._sources:
            if isinstance(source, Path):
                if self._is_first(source):
                    yield self._read_named(source)
                self._advance()
            else:
                yield from self._read_folder(source)

    def _advance(self) -> None:
        self._done += 1
        self._progress(self._done, self._known)

    def _is_first(self, path: Path) -> bool:
        try:
            found = path.stat()
        except (OSError, ValueError):
            return True
        identity = (found.st_dev, found.st_ino)
        is_first = identity not in self._seen
        self._seen.add(identity)
        return is_first

    def _read_named(self, path: Path) -> FoundFile:
        with suppress(OSError, ValueError):
            if stat.S_ISFIFO(path.stat().st_mode):
                return read_pipe(path, self._cancel)
        return read_file(path, cancel=self._cancel)

    def _read_folder(self, folder: _Folder) -> Iterator[FoundFile]:
        is_empty = True
        for path in folder.listing.files:
            self._cancel.raise_if_cancelled()
            if self._is_first(path):
                found = folder.read_member(path, self._cancel)
                if found is not None:
                    is_empty = False
                    yield found
            self._advance()
        notes = tuple(folder.list_notes(is_empty=is_empty))
        if notes:
            yield FoundFile(_FOLDER, folder.path, skipped=notes)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_of_xurl(path: Path) -> bool:
    return path.name == _XURL_FOLDER and os.path.lexists(path / XURL_FILE)


@dataclass(slots=True)
class _Folder:
    """A folder that a person named, with what could not be read in it."""

    path: Path
    listing: FolderListing
    bytes_left: int = MOST_FOLDER_BYTES
    is_full: bool = False
    refused: list[str] = field(default_factory=list[str])
    large: list[str] = field(default_factory=list[str])

    def read_member(self, path: Path, cancel: CancelToken) -> FoundFile | None:
        """Read a file in the folder; None if it holds nothing, or cannot be read."""
        start = self._read_start(path)
        if start is None or not self._is_readable(start):
            return None
        self.bytes_left -= min(start.size, DATABASE_BYTES)
        found = read_file(path, cancel=cancel)
        return found if _holds_something(found, is_text=not _has_tables(start)) else None

    def _read_start(self, path: Path) -> FileStart | None:
        self.is_full = self.is_full or self.bytes_left <= 0
        try:
            return None if self.is_full else read_start(path, _SAMPLE)
        except OSError:
            self.refused.append(path.name)
        except NotLoadedError:  # a pipe has taken its place
            pass
        return None

    def _is_readable(self, start: FileStart) -> bool:
        if _has_tables(start):
            return start.size <= DATABASE_BYTES or start.raw.startswith(ZIP_MAGIC)
        is_text = not is_binary(start.raw)
        if is_text and start.size > MAX_BYTES:
            self.large.append(start.path.name)
            return False
        return is_text

    def list_notes(self, *, is_empty: bool) -> Iterator[SkippedEntry]:
        """Yield what is to be told of the folder as a whole."""
        if self.listing.is_cut:
            yield _note(
                "the rest of the folder",
                f"It has more than {MOST_FILES:,} files. Choose a folder in it instead.",
            )
        if self.is_full:
            yield _note(
                "the rest of the folder",
                "Its files are larger than 64 MiB together. Choose a folder in it instead.",
            )
        if self.listing.closed:
            yield _note(_count(self.listing.closed, "folder"), _REFUSED)
        if self.refused:
            yield _note(_names(self.refused), _REFUSED)
        if self.large:
            yield _note(_names(self.large), _LARGE)
        if is_empty and not (self.refused or self.large or self.listing.closed):
            yield _note("the folder", "There is no X key in its files.")


def _has_tables(start: FileStart) -> bool:
    """Whether it is a database or an archive, some of which have keys."""
    return start.raw.startswith((MAGIC, ZIP_MAGIC))


def _note(what: str, reason: str) -> SkippedEntry:
    return SkippedEntry(what, reason, SkipKind.UNREADABLE)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(to_printable_line(name)[:_LONGEST_NAME] for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{shown} and {_count(more, 'other file')}" if more > 0 else shown


def _holds_something(found: FoundFile, *, is_text: bool) -> bool:
    """Whether a file in a folder is worth a line of its own."""
    if found.accounts or found.apps:
        return True
    if not is_text and found.tool == ANY_FILE:  # somebody else's database or archive
        return False
    return any(one.reason != NO_KEY and one.what != END_OF_FILE for one in found.skipped)
