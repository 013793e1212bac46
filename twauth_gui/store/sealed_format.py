"""The layout of a sealed file: its header, then its records (docs/vault-format.md).

A record's head and the digest of the record before it are its additional data, so no record can be
changed, moved, or removed from the middle. Its own digest needs no key: it distinguishes a record
that was interrupted while it was written from one that was changed.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from twauth_gui.store.vault_errors import CostRefusedError, ForeignFileError, NewerFileError

MAGIC = b"TWAUTH"
VERSION_WHOLE = 1
"""The version of backups and of the first encrypted files: everything is one ciphertext."""

VERSION_RECORDS = 2
"""The version of encrypted files: everything, then the changes since, each sealed by itself."""

SALT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = hashlib.sha256().digest_size
_HEADER_LAYOUT = struct.Struct(f">{len(MAGIC)}s B c I H H {SALT_BYTES}s")
HEADER_BYTES = _HEADER_LAYOUT.size
_CHECK_BYTES = 8
_RECORD_HEAD_LAYOUT = struct.Struct(f">I Q {NONCE_BYTES}s")
RECORD_HEAD_BYTES = _RECORD_HEAD_LAYOUT.size + _CHECK_BYTES


class SealPurpose(Enum):
    """What a sealed file is for, so that a backup is never taken for a vault."""

    VAULT = b"V"
    BACKUP = b"B"

    @property
    def description(self) -> str:
        return {b"V": "an encrypted file for credentials", b"B": "a backup"}[self.value]


@dataclass(frozen=True, slots=True)
class KdfCost:
    """The cost of Argon2id (RFC 9106, section 3.1).

    The default is the RFC's second choice, for machines with little memory (section 4).
    """

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4


STANDARD_COST = KdfCost()

MAX_COST = KdfCost(memory_kib=1024 * 1024, iterations=16, lanes=16)


@dataclass(frozen=True, slots=True)
class SealedHeader:
    """The header of a sealed file; all of it is authenticated."""

    version: int
    purpose: bytes
    cost: KdfCost
    salt: bytes

    def pack(self) -> bytes:
        cost = self.cost
        return _HEADER_LAYOUT.pack(
            MAGIC,
            self.version,
            self.purpose,
            cost.memory_kib,
            cost.iterations,
            cost.lanes,
            self.salt,
        )


def parse_header(raw: bytes) -> SealedHeader | None:
    """Parse the header of a sealed file; None if there is none."""
    if len(raw) < HEADER_BYTES or not raw.startswith(MAGIC):
        return None
    _, version, purpose, memory, iterations, lanes, salt = _HEADER_LAYOUT.unpack(raw[:HEADER_BYTES])
    return SealedHeader(version, purpose, KdfCost(memory, iterations, lanes), salt)


def require_known_header(raw: bytes, path: Path) -> SealedHeader:
    """Parse the header of a file whose version this program knows.

    Raises:
        ForeignFileError: it is not a sealed file.
        NewerFileError: a newer program wrote it.
    """
    header = parse_header(raw)
    if header is None or header.version < VERSION_WHOLE:
        raise ForeignFileError(path)
    if header.version > VERSION_RECORDS:
        raise NewerFileError(path, header.version, VERSION_RECORDS)
    return header


def require_purpose(header: SealedHeader, purpose: SealPurpose, path: Path) -> None:
    """Check that a file has this purpose, and that opening it costs no more than allowed.

    Raises:
        ForeignFileError: it is for something else.
        CostRefusedError: it asks for too much memory or time.
    """
    if header.purpose != purpose.value:
        named = [one for one in SealPurpose if one.value == header.purpose]
        raise ForeignFileError(path, named[0].description if named else "for something else")
    require_allowed_cost(header.cost, path)


def require_allowed_cost(cost: KdfCost, path: Path) -> None:
    """Check the cost before anything is allocated: a foreign file may ask for anything.

    Raises:
        CostRefusedError: it is above MAX_COST, or below what Argon2id allows.
    """
    if cost.memory_kib > MAX_COST.memory_kib:
        raise CostRefusedError(path, f"{cost.memory_kib // 1024:,} MiB of memory")
    if cost.iterations > MAX_COST.iterations:
        raise CostRefusedError(path, f"{cost.iterations:,} rounds")
    if cost.lanes > MAX_COST.lanes:
        raise CostRefusedError(path, f"{cost.lanes:,} lanes")
    if cost.iterations < 1 or cost.lanes < 1 or cost.memory_kib < 8 * cost.lanes:
        raise CostRefusedError(path, "a cost that does not exist")


class SupportsReveal(Protocol):
    """A key (store.sealed_file.DerivedKey)."""

    def reveal(self) -> bytes: ...


class RecordFault(Enum):
    """Why there is no valid record at a position."""

    TORN = "torn"  # only the beginning is there, as a crash leaves it
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class RecordPosition:
    """Where a record begins, with the bytes it is bound to: the header, or the digest before it."""

    at: int
    link: bytes


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """An intact record, still encrypted."""

    generation: int
    position: RecordPosition
    head: bytes
    body: memoryview
    next: RecordPosition

    def decrypt(self, key: SupportsReveal) -> bytes | None:
        """Return the decrypted data; None if the key is another one, or the record is forged."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

        _, _, nonce = _RECORD_HEAD_LAYOUT.unpack_from(self.head)
        try:
            return AESGCM(key.reveal()).decrypt(nonce, self.body, self.position.link + self.head)
        except InvalidTag:
            return None


def seal_record(data: bytes, key: SupportsReveal, generation: int, link: bytes) -> bytes:
    """Return the bytes of a record, under a fresh nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    nonce = os.urandom(NONCE_BYTES)
    fields = _RECORD_HEAD_LAYOUT.pack(len(data) + TAG_BYTES, generation, nonce)
    head = fields + _head_checksum(link, fields)
    body = head + AESGCM(key.reveal()).encrypt(nonce, data, link + head)
    return body + _digest(link, body)


def next_link(record: bytes) -> bytes:
    """Return the bytes that the record after this one is bound to."""
    return record[-DIGEST_BYTES:]


def first_position(raw: bytes) -> RecordPosition:
    """Return the position of the first record of a file."""
    return RecordPosition(HEADER_BYTES, raw[:HEADER_BYTES])


def is_start_intact(raw: bytes) -> bool:
    """Whether header and first record are as they were written."""
    return isinstance(_parse_record(memoryview(raw), first_position(raw)), SealedRecord)


def iter_records(raw: bytes, position: RecordPosition) -> Generator[SealedRecord | RecordFault]:
    """Yield the records from a position on; after a fault there are no more."""
    view = memoryview(raw)
    while position.at < len(raw):
        found = _parse_record(view, position)
        yield found
        if isinstance(found, RecordFault):
            return
        position = found.next


def _parse_record(raw: memoryview, position: RecordPosition) -> SealedRecord | RecordFault:
    start = position.at
    body_at = start + RECORD_HEAD_BYTES
    if body_at > len(raw):
        return RecordFault.TORN
    head = bytes(raw[start:body_at])
    if (
        _head_checksum(position.link, head[: _RECORD_HEAD_LAYOUT.size])
        != head[_RECORD_HEAD_LAYOUT.size :]
    ):
        return RecordFault.TORN if _count_written_bytes(raw) < body_at else RecordFault.DAMAGED
    length, generation, _ = _RECORD_HEAD_LAYOUT.unpack_from(head)
    end = body_at + length + DIGEST_BYTES
    if end > len(raw):
        return RecordFault.TORN
    digest = _digest(position.link, raw[start : end - DIGEST_BYTES])
    stored = bytes(raw[end - DIGEST_BYTES : end])
    if stored == digest and length >= TAG_BYTES:
        body = raw[body_at : body_at + length]
        return SealedRecord(generation, position, head, body, RecordPosition(end, digest))
    # A file grows before its contents reach the disk: until then it has zeros there.
    is_torn = _count_written_bytes(raw) <= end and digest.startswith(stored.rstrip(b"\0"))
    return RecordFault.TORN if is_torn else RecordFault.DAMAGED


def _count_written_bytes(raw: memoryview) -> int:
    """Count the bytes before the zeros that end a file."""
    return len(bytes(raw).rstrip(b"\0"))


def _head_checksum(link: bytes, fields: bytes) -> bytes:
    return hashlib.sha256(link + fields).digest()[:_CHECK_BYTES]


def _digest(link: bytes, body: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(link)
    digest.update(body)
    return digest.digest()
