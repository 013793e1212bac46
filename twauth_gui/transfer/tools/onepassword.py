"""Reader of 1Password's exports (1PUX): a ZIP archive with all items in one JSON text."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from twauth_gui.transfer.found_credentials import NotLoadedError

ZIP_MAGIC = b"PK\x03\x04"
_CONTENT = "export.data"  # support.1password.com/1pux-format
_END = struct.Struct("<4s4H2LH")
_END_MAGIC, _END64_MAGIC = b"PK\x05\x06", b"PK\x06\x07"
_END64_LENGTH = 20
_MOST_NAMES = 10_000
_LONGEST_LIST = 1024 * 1024
_NO_EXPORT = (
    "It is a ZIP archive, but no 1Password export. Unpack it, and choose the file with the keys."
)
_DAMAGED = "It is a damaged ZIP archive."


def read_export_data(archive: BinaryIO, most: int) -> bytes:
    """Return the items of an export as JSON: most bytes and one more at most.

    Nothing is unpacked to the disk, and no other file in the archive is looked at.

    Raises:
        NotLoadedError: it is no such export, or is damaged.
        OSError: the system refuses.
    """
    try:
        _require_short_list(archive)
        with zipfile.ZipFile(archive) as opened:
            return _read_content(opened, most)
    except KeyError as error:
        raise NotLoadedError(_NO_EXPORT) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise NotLoadedError(_DAMAGED) from error
    except (RuntimeError, ValueError, OverflowError, UnicodeError) as error:
        # Encrypted, compressed in another way, with a name that is none.
        raise NotLoadedError(_NO_EXPORT) from error


def _read_content(opened: zipfile.ZipFile, most: int) -> bytes:
    info = opened.getinfo(_CONTENT)
    # The others may ask for any amount of memory.
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotLoadedError(_NO_EXPORT)
    with opened.open(info) as content:
        return content.read(most + 1)


def _require_short_list(archive: BinaryIO) -> None:
    """Refuse a list of files that would fill the memory; zipfile reads all of it at once.

    Only what stands at the very end counts, as in every export; there zipfile looks first.
    """
    size = archive.seek(0, 2)
    start = max(0, size - _END.size - _END64_LENGTH)
    _ = archive.seek(start)
    tail = archive.read(_END64_LENGTH + _END.size)
    magic, *_, names, length, _offset, comment = _END.unpack(tail[-_END.size :])
    is_large = names > _MOST_NAMES or length > _LONGEST_LIST
    if magic != _END_MAGIC or comment or is_large or tail.startswith(_END64_MAGIC):
        raise NotLoadedError(_NO_EXPORT)
