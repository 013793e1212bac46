"""The first bytes of a sealed file: what opening it takes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from twauth_gui.store.sealed_errors import CostRefusedError, ForeignFileError, NewerFileError

MAGIC = b"TWAUTH"
WHOLE = 1
"""The form of a backup, and of the first encrypted files: everything is one ciphertext."""
RECORDS = 2
"""The form of an encrypted file: everything, then the changes since, each sealed by itself."""
SALT_BYTES = 16

_LAYOUT = struct.Struct(f">{len(MAGIC)}s B c I H H {SALT_BYTES}s")
SIZE = _LAYOUT.size


class Purpose(Enum):
    """What a sealed file is for, so that one is never taken for the other."""

    VAULT = b"V"
    BACKUP = b"B"

    @property
    def words(self) -> str:
        return {b"V": "an encrypted file for credentials", b"B": "a backup"}[self.value]


@dataclass(frozen=True, slots=True)
class Cost:
    """What Argon2id is to cost (RFC 9106, section 3.1).

    The default is the RFC's second choice, for machines with little memory (section 4).
    """

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4


STANDARD = Cost()
HIGHEST = Cost(memory_kib=1024 * 1024, iterations=16, lanes=16)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file starts with; all of it is authenticated."""

    version: int
    purpose: bytes
    cost: Cost
    salt: bytes

    def packed(self) -> bytes:
        cost = self.cost
        return _LAYOUT.pack(
            MAGIC,
            self.version,
            self.purpose,
            cost.memory_kib,
            cost.iterations,
            cost.lanes,
            self.salt,
        )


def unpacked(raw: bytes) -> Header | None:
    """Read the header of a sealed file; None where it has none."""
    if len(raw) < SIZE or not raw.startswith(MAGIC):
        return None
    _, version, purpose, memory, iterations, lanes, salt = _LAYOUT.unpack(raw[:SIZE])
    return Header(version, purpose, Cost(memory, iterations, lanes), salt)


def known(raw: bytes, path: Path) -> Header:
    """Read the header of a file whose form this program knows.

    Raises:
        ForeignFileError: it is no sealed file.
        NewerFileError: a newer program wrote it.
    """
    header = unpacked(raw)
    if header is None or header.version < WHOLE:
        raise ForeignFileError(path)
    if header.version > RECORDS:
        raise NewerFileError(path, header.version, RECORDS)
    return header


def require_purpose(header: Header, purpose: Purpose, path: Path) -> None:
    """See that a file is for what it is to be used for, and that opening it does no harm.

    Raises:
        ForeignFileError: it is for something else.
        CostRefusedError: it asks for too much.
    """
    if header.purpose != purpose.value:
        named = [one for one in Purpose if one.value == header.purpose]
        raise ForeignFileError(path, named[0].words if named else "for something else")
    require_bearable(header.cost, path)


def require_bearable(cost: Cost, path: Path) -> None:
    """Look at the cost before anything is allocated: a file from elsewhere may ask for anything.

    Raises:
        CostRefusedError: it is above HIGHEST, or below what Argon2id can do.
    """
    if cost.memory_kib > HIGHEST.memory_kib:
        raise CostRefusedError(path, f"{cost.memory_kib // 1024:,} MiB of memory")
    if cost.iterations > HIGHEST.iterations:
        raise CostRefusedError(path, f"{cost.iterations:,} rounds")
    if cost.lanes > HIGHEST.lanes:
        raise CostRefusedError(path, f"{cost.lanes:,} lanes")
    if cost.iterations < 1 or cost.lanes < 1 or cost.memory_kib < 8 * cost.lanes:
        raise CostRefusedError(path, "a cost that does not exist")
