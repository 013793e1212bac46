"""One encrypted file of credentials, as it was last read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from twauth_gui.domain.secret import Secret
from twauth_gui.store import durable_file, sealed_header, sealed_records, vault_map
from twauth_gui.store.sealed import Key, checked_header, key_for, open_sealed, start_of_records
from twauth_gui.store.sealed_errors import DamagedFileError, FileLockedError, WrongPassphraseError
from twauth_gui.store.sealed_header import RECORDS, WHOLE, Purpose
from twauth_gui.store.sealed_records import (
    DIGEST_BYTES,
    HEAD_BYTES,
    Record,
    RecordFault,
    RecordPosition,
)
from twauth_gui.store.vault_map import VaultChange, VaultMap

START_BYTES = sealed_header.SIZE + HEAD_BYTES
"""What is new with every whole save: the first record has a nonce of its own."""

SMALLEST_LIMIT = 64 * 1024
"""Below so many bytes the changes since the last whole save are not worth another one."""

_CHANGED_ELSEWHERE = "Its passphrase was changed in another Twauth."


@dataclass(slots=True, eq=False)
class SealedLog:
    """What is known of the file while it is unlocked.

    form: of the file. start: its first bytes. whole: where its whole save ends. end: where the
    next change goes; its link is the digest before it, in either form. torn: whether the start of
    a change is behind that: one that is being written, or one that was cut off.
    """

    path: Path
    key: Key
    map: VaultMap
    form: int
    start: bytes
    whole: int
    end: RecordPosition
    torn: bool = False

    @property
    def takes_changes(self) -> bool:
        """Whether the next change goes behind the others; else everything is saved anew.

        The changes may take half as much as everything: so each of them pays for its share of the
        next whole save, however large that is.
        """
        small = self.end.at - self.whole <= max(SMALLEST_LIMIT, self.whole // 2)
        return small and not self.torn and self.form == RECORDS

    def append(self, change: VaultChange, generation: int, on_step: Callable[[str], None]) -> None:
        """Write a change behind the others; raises as durable_file.append does."""
        record = sealed_records.sealed(change.packed(), self.key, generation, self.end.link)
        durable_file.append(self.path, self.end.at, record, on_step)
        self.map.apply(change, generation)
        self.end = RecordPosition(self.end.at + len(record), sealed_records.link_of(record))

    def caught_up(self) -> SealedLog:
        """Give the state of the file as it is now.

        Raises:
            FileLockedError: the passphrase was changed elsewhere.
            SealedFileError: the file is absent or damaged, or was replaced by something else.
        """
        since = max(0, self.end.at - DIGEST_BYTES)
        start, rest = durable_file.read_parts(self.path, START_BYTES, since)
        if start != self.start or rest[:DIGEST_BYTES] != self.end.link:
            return self._reread()
        added = rest[DIGEST_BYTES:]
        self.torn = False
        if added and self.form == WHOLE:
            return self._reread()
        if added:
            self.take(sealed_records.records(added, RecordPosition(0, self.end.link)), self.end.at)
        return self

    def _reread(self) -> SealedLog:
        raw = durable_file.read_whole(self.path)
        header = sealed_header.unpacked(raw)
        if header is not None and not self.key.fits(header):
            raise FileLockedError(self.path, _CHANGED_ELSEWHERE)
        try:
            return opened(self.path, raw, self.key)
        except WrongPassphraseError:
            # The key is known to be right, so it is the file that is wrong.
            raise DamagedFileError(self.path, "tag") from None

    def take(self, found: Iterable[Record | RecordFault], offset: int = 0) -> None:
        """Make the changes of records that were read from the file, offset bytes from its start."""
        for record in found:
            if record is RecordFault.TORN:
                self.torn = True
                return
            data = None if isinstance(record, RecordFault) else record.opened(self.key)
            if data is None or isinstance(record, RecordFault) or not self._is_next(record):
                raise DamagedFileError(self.path, "records")
            self.map.apply(vault_map.unpacked_change(data, self.path), record.generation)
            self.end = replace(record.next, at=offset + record.next.at)

    def _is_next(self, record: Record) -> bool:
        return record.generation > self.map.generation


def opened(path: Path, raw: bytes, key: Key) -> SealedLog:
    """Understand the bytes of a file.

    Raises:
        WrongPassphraseError: the key is another one.
        SealedFileError: it is no file of ours, or damaged, or newer.
    """
    if checked_header(raw, Purpose.VAULT, path).version == WHOLE:
        found = vault_map.unpacked(open_sealed(raw, key, Purpose.VAULT, path), path)
        end = RecordPosition(len(raw), raw[-DIGEST_BYTES:])
        return SealedLog(path, key, found, WHOLE, raw[:START_BYTES], end.at, end)
    records = sealed_records.records(raw, sealed_records.first_place(raw))
    first = next(records)
    data = None if isinstance(first, RecordFault) else first.opened(key)
    if data is None or isinstance(first, RecordFault):
        raise WrongPassphraseError(path)
    found = vault_map.unpacked(data, path)
    if found.generation != first.generation:
        raise DamagedFileError(path, "generation")
    log = SealedLog(path, key, found, RECORDS, raw[:START_BYTES], first.next.at, first.next)
    log.take(records)
    return log


def saved(path: Path, key: Key, found: VaultMap, on_step: Callable[[str], None]) -> SealedLog:
    """Save everything in the place of the file; raises as durable_file.replace_whole does."""
    start = start_of_records(key, Purpose.VAULT)
    record = sealed_records.sealed(found.packed(), key, found.generation, start)
    durable_file.replace_whole(path, start + record, on_step)
    end = RecordPosition(len(start) + len(record), sealed_records.link_of(record))
    return SealedLog(path, key, found, RECORDS, (start + record)[:START_BYTES], end.at, end)


def unlocked(path: Path, passphrase: Secret) -> SealedLog:
    """Read the file and open it; raises as opened and key_for do."""
    raw = durable_file.read_whole(path)
    return opened(path, raw, key_for(raw, passphrase, Purpose.VAULT, path))
