"""Records behind the header of a sealed file, each sealed by itself, each bound to the one before.

docs/vault-format.md publishes the layout. A record's head and the digest of the record before it
are its additional data, so none can be changed, moved, or taken out of the middle. Its own digest
needs no key: it tells a record that was cut off while it was written from one that was changed.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from twauth_gui.store import sealed_header

NONCE_BYTES = 12
TAG_BYTES = 16
DIGEST_BYTES = hashlib.sha256().digest_size

_CHECK_BYTES = 8
_FIELDS = struct.Struct(f">I Q {NONCE_BYTES}s")
HEAD_BYTES = _FIELDS.size + _CHECK_BYTES


class Revealing(Protocol):
    """A key (store.sealed.Key)."""

    def reveal(self) -> bytes: ...


class RecordFault(Enum):
    """Why there is no record where one begins."""

    TORN = "torn"  # what is there is the beginning of one, as a crash leaves it
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class RecordPosition:
    """Where a record begins, with what it is bound to: the header, or the digest before it."""

    at: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A record that is whole, still sealed."""

    generation: int
    place: RecordPosition
    head: bytes
    body: memoryview
    next: RecordPosition

    def opened(self, key: Revealing) -> bytes | None:
        """Give what was sealed; None where the key is another one, or the record is forged."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

        _, _, nonce = _FIELDS.unpack_from(self.head)
        try:
            return AESGCM(key.reveal()).decrypt(nonce, self.body, self.place.link + self.head)
        except InvalidTag:
            return None


def sealed(data: bytes, key: Revealing, generation: int, link: bytes) -> bytes:
    """Give the bytes of a record, under a nonce that was never used before."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    nonce = os.urandom(NONCE_BYTES)
    fields = _FIELDS.pack(len(data) + TAG_BYTES, generation, nonce)
    head = fields + _check(link, fields)
    body = head + AESGCM(key.reveal()).encrypt(nonce, data, link + head)
    return body + _digest(link, body)


def link_of(record: bytes) -> bytes:
    """Give what the record behind this one is bound to."""
    return record[-DIGEST_BYTES:]


def first_place(raw: bytes) -> RecordPosition:
    """Give where the first record of a file begins."""
    return RecordPosition(sealed_header.SIZE, raw[: sealed_header.SIZE])


def starts_whole(raw: bytes) -> bool:
    """Whether header and first record are as they were written."""
    return isinstance(_record_at(memoryview(raw), first_place(raw)), Record)


def records(raw: bytes, place: RecordPosition) -> Generator[Record | RecordFault]:
    """Give the records from a place on; a fault is the last."""
    view = memoryview(raw)
    while place.at < len(raw):
        found = _record_at(view, place)
        yield found
        if isinstance(found, RecordFault):
            return
        place = found.next


def _record_at(raw: memoryview, place: RecordPosition) -> Record | RecordFault:
    start = place.at
    body_at = start + HEAD_BYTES
    if body_at > len(raw):
        return RecordFault.TORN
    head = bytes(raw[start:body_at])
    if _check(place.link, head[: _FIELDS.size]) != head[_FIELDS.size :]:
        return RecordFault.TORN if _written(raw) < body_at else RecordFault.DAMAGED
    length, generation, _ = _FIELDS.unpack_from(head)
    end = body_at + length + DIGEST_BYTES
    if end > len(raw):
        return RecordFault.TORN
    digest = _digest(place.link, raw[start : end - DIGEST_BYTES])
    stored = bytes(raw[end - DIGEST_BYTES : end])
    if stored == digest and length >= TAG_BYTES:
        body = raw[body_at : body_at + length]
        return Record(generation, place, head, body, RecordPosition(end, digest))
    # A file grows before its contents reach the disk: what did not is zeros.
    cut = _written(raw) <= end and digest.startswith(stored.rstrip(b"\0"))
    return RecordFault.TORN if cut else RecordFault.DAMAGED


def _written(raw: memoryview) -> int:
    """Count the bytes before the zeros that end a file."""
    return len(bytes(raw).rstrip(b"\0"))


def _check(link: bytes, fields: bytes) -> bytes:
    return hashlib.sha256(link + fields).digest()[:_CHECK_BYTES]


def _digest(link: bytes, body: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(link)
    digest.update(body)
    return digest.digest()
